"""The app ``people``."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.people"
    label = "people"
