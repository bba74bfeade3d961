"""The app ``intake``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.intake"
    label = "intake"
    verbose_name = _("intake")

    def ready(self) -> None:
        """Take places in the navigation, and own files."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps must be ready
        from yingjiu.office.files.registry import register_owner  # noqa: PLC0415 - as above
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.intake import permissions, selectors, under_seal  # noqa: F401, PLC0415 - permissions register
        from yingjiu.office.intake.models import AgencyFile  # noqa: PLC0415 - as above

        register(
            Entry(
                _("Data of the agencies"),
                "intake:sources",
                "database-import",
                50,
                frozenset({Role.ANALYST, Role.LIAISON}),
                badge=selectors.waiting_files,
            )
        )
        register(Entry(_("Model runs"), "intake:run", "player-play", 52, frozenset({Role.ANALYST})))
        register(
            Entry(
                _("Enter a party"),
                "intake:party",
                "user-plus",
                15,
                frozenset({Role.HANDLER, Role.ANALYST}),
            )
        )
        register_owner(AgencyFile, selectors.sees_file)
        under_seal.register_all()
