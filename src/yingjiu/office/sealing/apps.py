"""The app ``sealing``."""

from __future__ import annotations

from django.apps import AppConfig


class SealingConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.sealing"
    label = "sealing"
