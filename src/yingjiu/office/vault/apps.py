"""The app ``vault``."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class VaultConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.vault"
    label = "vault"

    def ready(self) -> None:
        """Check the keys before anything runs."""
        from yingjiu.office.vault.checks import keys_open_what_is_kept  # noqa: PLC0415 - apps are loaded now

        checks.register(keys_open_what_is_kept, "vault")
