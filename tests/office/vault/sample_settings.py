"""Settings of the lowest apps and of the app with secrets."""

from tests.office.vault.lower_apps import *  # noqa: F403 - settings are made that way
from tests.office.vault.lower_apps import INSTALLED_APPS as LOWER_APPS

INSTALLED_APPS = [*LOWER_APPS, "tests.office.vault.sample"]


class WithoutMigrations:
    """Tables are made as the models say."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = WithoutMigrations()
ROOT_URLCONF = "tests.office.vault.sample.urls"
