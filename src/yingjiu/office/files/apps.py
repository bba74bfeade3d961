"""The app ``files``."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.files"
    label = "files"

    def ready(self) -> None:
        """Register the permissions, and what is sealed."""
        from yingjiu.office.files import permissions, under_seal  # noqa: F401, PLC0415 - permissions register

        under_seal.register_all()
