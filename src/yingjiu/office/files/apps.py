"""The app ``files``."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.files"
    label = "files"
