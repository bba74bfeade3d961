"""The app ``sealing``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SealingConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.sealing"
    label = "sealing"
    verbose_name = _("sealed records")

    def ready(self) -> None:
        """Give the pages their places in the navigation; the log's page too, which stands below the frame."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps must be ready
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.sealing import permissions  # noqa: F401, PLC0415 - registers the permissions
        from yingjiu.office.sealing.selectors import waiting_count  # noqa: PLC0415 - as above

        register(Entry(_("Log of events"), "audit:events", "list-search", 80, frozenset({Role.AUDIT_ADMIN})))
        register(
            Entry(
                _("Sealed records"),
                "sealing:requests",
                "lock",
                70,
                frozenset({Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF}),
                badge=waiting_count,
            )
        )
