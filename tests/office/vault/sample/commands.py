"""Run commands in one process: ``python -m ...sample.commands "rotate_keys --retire" check_vault``.

Prints a JSON list: for each command whether it succeeded, and what it said.
"""

from __future__ import annotations

import io
import json
import sys

import django
from django.core.management import CommandError, call_command


def main(*lines: str) -> None:
    django.setup()
    told = []
    for line in lines:
        out = io.StringIO()
        try:
            call_command(*line.split(), stdout=out)
            told.append([True, out.getvalue()])
        except CommandError as error:
            told.append([False, f"{out.getvalue()}{error}"])
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
