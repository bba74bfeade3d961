"""The app ``audit``."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.audit"
    label = "audit"

    def ready(self) -> None:
        """Guard the table, and begin to record."""
        from yingjiu.office.audit.signals import listen  # noqa: PLC0415 - models are loaded now
        from yingjiu.office.audit.triggers import install_after_migrate  # noqa: PLC0415

        post_migrate.connect(install_after_migrate, sender=self)
        listen()
