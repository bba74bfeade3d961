"""The app ``leads``."""

from __future__ import annotations

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.leads"
    label = "leads"
