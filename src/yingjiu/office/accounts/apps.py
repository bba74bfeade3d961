"""The app ``accounts``."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register how the indexes of sign-in failures are made anew."""
        from yingjiu.office.accounts import signing  # noqa: F401, PLC0415 - models are loaded now
