"""``flush`` empties a database, and with it the log of events: only a test's database may be emptied."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from yingjiu.office.audit.triggers import remove

TEST_PREFIX = "test_"


class Command(Flush):
    """Django's ``flush``, for the databases of tests."""

    def handle(self, **options: Any) -> None:
        """Take the triggers away and empty the database; the signal after it installs them again."""
        connection = connections[options["database"]]
        if not is_of_a_test(connection):
            raise CommandError(
                _("[AUD-004] the log of events cannot be emptied; to begin anew, begin with another folder")
            )
        remove(connection)
        super().handle(**options)


def is_of_a_test(connection: BaseDatabaseWrapper) -> bool:
    """Whether a database was made by the test runner."""
    name = str(connection.settings_dict["NAME"])
    named = connection.settings_dict.get("TEST", {}).get("NAME")
    in_memory = connection.vendor == "sqlite" and (":memory:" in name or "mode=memory" in name)
    return in_memory or name == named or name.startswith(TEST_PREFIX)
