"""The app ``intake``."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.intake"
    label = "intake"
