"""The app ``documents``."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.documents"
    label = "documents"
