"""The office as a process of its own, on a database file of its own.

::

    python -m tests.office.audit.office_process make
    python -m tests.office.audit.office_process append COUNT NAME
    python -m tests.office.audit.office_process forever
"""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction


class Without:
    """No app has migrations: tables are made as the models say."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def main(what: str, *more: str) -> None:
    settings.MIGRATION_MODULES = Without()
    django.setup()
    from yingjiu.office.audit.services import Action, record  # noqa: PLC0415 - needs Django set up

    if what == "make":
        call_command("migrate", run_syncdb=True, verbosity=0)
    elif what == "append":
        count, name = int(more[0]), more[1]
        print("ready", flush=True)
        sys.stdin.readline()  # all begin at once
        for number in range(count):
            with transaction.atomic():
                record(Action.READ, user=None, purpose=f"{name} {number}")
    elif what == "forever":
        while True:
            record(Action.READ, user=None)
            print("recorded", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
