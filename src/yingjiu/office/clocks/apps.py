"""The app ``clocks``."""

from __future__ import annotations

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.clocks"
    label = "clocks"
