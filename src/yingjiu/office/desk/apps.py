"""The app ``desk``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.desk"
    label = "desk"

    def ready(self) -> None:
        """Take a place in the navigation, and lay the cards on the desks."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps are loaded first
        from yingjiu.office.desk import every_card  # noqa: PLC0415 - as above
        from yingjiu.office.desk.permissions import FIGURES  # noqa: PLC0415 - as above
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above

        every_card.lay()
        register(Entry(_("Desk"), "desk:home", "home", 0, tuple(Role)))
        register(Entry(_("Figures"), "desk:figures", "chart-bar", 60, FIGURES))
        register(Entry(_("Budgets"), "desk:budgets", "wallet", 61, (Role.FINANCE, *FIGURES)))
        register(Entry(_("Official boundaries"), "desk:maps", "map", 85, (Role.SYSTEM_ADMIN,)))
