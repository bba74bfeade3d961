"""The app ``frame``."""

from __future__ import annotations

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.frame"
    label = "frame"
