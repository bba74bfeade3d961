"""Make the tables and fill them: ``python -m tests.office.vault.sample.fill COUNT``."""

from __future__ import annotations

import sys

import django
from django.core.management import call_command


def main(count: int) -> None:
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from tests.office.vault.sample.models import Secret  # noqa: PLC0415 - needs Django set up

    Secret.objects.bulk_create(
        [Secret(name=f"虚构{n}", id_number=f"3209991990010{n:04d}1", finding={"n": n}) for n in range(count)]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
