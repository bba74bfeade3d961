"""The app ``files``."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.files"
    label = "files"

    def ready(self) -> None:
        """Register the permissions, and what is sealed."""
        from django.core.signals import request_finished  # noqa: PLC0415 - beside those that need the models

        from yingjiu.office.files import permissions, under_seal, undone  # noqa: F401, PLC0415 - permissions register
        from yingjiu.office.jobs.running import job_ended  # noqa: PLC0415 - needs loaded apps

        under_seal.register_all()
        for ended in (request_finished, job_ended):
            ended.connect(undone.remove_undone, dispatch_uid="files.undone")
