"""The app ``files``."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.files"
    label = "files"

    def ready(self) -> None:
        """Register the permissions."""
        from yingjiu.office.files import permissions  # noqa: F401, PLC0415 - registers the permissions
