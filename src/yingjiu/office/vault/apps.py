"""The app ``vault``."""

from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.vault"
    label = "vault"
