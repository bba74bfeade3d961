"""The app ``desk``."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.desk"
    label = "desk"
