"""The app ``clocks``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.clocks"
    label = "clocks"

    def ready(self) -> None:
        """Take a place in the navigation."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - apps are loaded first
        from yingjiu.office.clocks import (  # noqa: PLC0415 - as above
            permissions,  # noqa: F401 - registers the permissions
            selectors,
            services,  # noqa: F401 - listens to who handles what
            under_seal,
        )
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above

        under_seal.register_all()
        register(
            Entry(
                _("Time limits"),
                "clocks:mine",
                "clock",
                8,
                (Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST, Role.LIAISON),
                lambda user: selectors.overdue(user).count(),
            )
        )
