"""The app ``people``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.people"
    label = "people"
    verbose_name = _("people")

    def ready(self) -> None:
        """Give the pages their places in the navigation."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps must be ready
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.people import permissions, under_seal  # noqa: F401, PLC0415 - permissions register
        from yingjiu.office.people.bench import waiting_count  # noqa: PLC0415 - as above

        under_seal.register_all()
        casework = frozenset({Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST})
        register(Entry(_("People"), "people:search", "users", 20, casework))
        register(
            Entry(
                _("Uncertain matches"),
                "people:bench",
                "arrows-diff",
                25,
                frozenset({Role.HANDLER, Role.ANALYST}),
                badge=waiting_count,
            )
        )
