"""The app ``relief``."""

from __future__ import annotations

from django.apps import AppConfig


class ReliefConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.relief"
    label = "relief"
