"""The app ``jobs``."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Configuration of the app."""

    name = "yingjiu.office.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Find the jobs of all apps, and stand in the navigation."""
        from yingjiu.office.accounts.roles import CASEWORK, Role  # noqa: PLC0415 - needs loaded apps
        from yingjiu.office.frame.navigation import Entry, register  # noqa: PLC0415 - as above
        from yingjiu.office.jobs import permissions  # noqa: F401, PLC0415 - registers the permissions
        from yingjiu.office.jobs.selectors import open_jobs  # noqa: PLC0415 - as above

        autodiscover_modules("tasks")
        register(
            Entry(
                label=_("Jobs"),
                url_name="jobs:list",
                icon="settings-automation",
                order=58,
                roles=CASEWORK | {Role.LIAISON, Role.SYSTEM_ADMIN},
                badge=open_jobs,
            )
        )
