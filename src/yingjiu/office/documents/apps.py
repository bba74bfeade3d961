"""The app ``documents``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.documents"
    label = "documents"

    def ready(self) -> None:
        """Register permissions, and take a place in the navigation."""
        from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - as above
        from yingjiu.office.documents import permissions, under_seal  # noqa: F401, PLC0415 - permissions register
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above

        under_seal.register_all()
        roles = frozenset({Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.FINANCE, Role.SYSTEM_ADMIN})
        register(Entry(_("Document templates"), "documents:templates", "template", 70, roles))
