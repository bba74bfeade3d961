"""A process of the installation that calls what a test names, a line of JSON each."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any

from yingjiu.office.serving import prepare


def main() -> None:
    """Prepare the database, then answer until nobody asks any more."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # whatever is printed by the way is no answer
    prepare()
    from django.db import connections  # noqa: PLC0415 - needs the settings

    for line in sys.stdin:
        asked = json.loads(line)
        told: dict[str, Any] = {}
        try:
            act = getattr(importlib.import_module(asked["module"]), asked["name"])
            told["answer"] = act(**asked["given"])
        except Exception:  # noqa: BLE001 - the test is told
            told["failed"] = traceback.format_exc()
        connections.close_all()  # holds no lock, and leaves no log beside the database
        out.write(json.dumps(told, default=str) + "\n")
        out.flush()


main()
