"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.office.vault.sample"
    label = "sample"
