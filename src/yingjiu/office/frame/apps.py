"""The app ``frame``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.frame"
    label = "frame"

    def ready(self) -> None:
        """Give the pages of accounts their places in the navigation; accounts stands below and cannot."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - models are loaded now
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above

        keeps = frozenset({Role.SYSTEM_ADMIN})
        register(Entry(_("Organisations"), "accounts:organisations", "sitemap", 80, keeps))
        register(Entry(_("Accounts"), "accounts:users", "users", 81, keeps))
        register(Entry(_("Rights"), "accounts:rights", "shield-check", 82, frozenset({Role.SECURITY_ADMIN})))
