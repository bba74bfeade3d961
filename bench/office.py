"""The office over a million leads: how long each list, search and detail page takes, and its SQL queries.

A fresh office folder gets a province with eleven procuratorates, 200,000 people, 1,000,000 leads, 20,000
relief cases with their time limits, letters, money and documents, and 1,000,000 events on record (the largest
county has four of ten); then each page is asked for through Django's own client in this process: all
middleware, templates and queries count, the network does not.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measure import Measured, in_child, say

if TYPE_CHECKING:
    from django.test import Client

    from bench.office_pages import Page

TARGET = 200.0
"""Milliseconds that a page may take."""
REPEATS = 9


def figures(data: Path, leads: int, people: int) -> str:
    """The section of docs/performance.md."""
    measured = in_child(
        "bench.office", "run", folder=str(data / f"office-{leads}"), leads=leads, people=people
    )
    found = measured.result
    lines = [
        f"### f. The office with {leads:,} leads about {people:,} people\n",
        (
            f"SQLite, one process, {found['cases']:,} relief cases and what hangs on them, and "
            f"{leads:,} events on record; median of {REPEATS} warm requests through Django's client (no "
            f"network), of which the processor worked. Target: below {TARGET:.0f} ms.\n"
        ),
        "| page | rows shown | SQL queries | median ms | of which at work | slowest ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in found["pages"]:
        slow = " (over)" if one["median"] > TARGET else ""
        lines.append(
            f"| {one['name']} | {one['rows']} | {one['queries']} | {one['median']:.0f}{slow} "
            f"| {one['work']:.0f} | {one['most']:.0f} |"
        )
    loaded = f"Loaded in {found['loading']:,.0f} s; p" if found["loading"] else "P"
    lines.append(f"\n{loaded}eak memory {measured.peak_mib:,.0f} MiB.")
    return "\n".join(lines) + "\n"


def run(folder: str, leads: int, people: int) -> Measured:
    """Make the office and measure its pages, in a process of its own.

    Args:
        folder: of the office; one that is there already, whole, is used again.
        leads: how many.
        people: how many.
    """
    at = Path(folder)
    at.mkdir(parents=True, exist_ok=True)
    asked, made = {"leads": leads, "people": people}, at / "made.json"
    if made.is_file() and json.loads(made.read_text(encoding="utf-8")) != asked:
        raise SystemExit(f"{at} was made with other numbers: delete it, or name another folder")
    if not made.is_file() and any(at.iterdir()):
        raise SystemExit(f"{at} is not empty, and no whole office of the bench: delete it, or name another")
    os.environ |= {"YINGJIU_OFFICE_FOLDER": str(at), "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django  # noqa: PLC0415 - the folder must be known first

    django.setup()
    from bench.office_data import make  # noqa: PLC0415 - Django is set up first
    from bench.office_pages import pages  # noqa: PLC0415 - as above
    from yingjiu.office.relief.models import ReliefCase  # noqa: PLC0415 - as above

    loading = 0.0
    if not made.is_file():
        started = time.perf_counter()
        make(leads, people)
        made.write_text(json.dumps(asked), encoding="utf-8")
        loading = time.perf_counter() - started
    measured = [_measure(page) for page in pages()]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = [one["median"] / 1000 for one in measured]
    found = {"pages": measured, "loading": loading, "cases": ReliefCase.objects.count()}
    return Measured(seconds, memory, found)


def _measure(page: Page) -> dict[str, Any]:
    from django.test import Client  # noqa: PLC0415 - Django is set up first

    from yingjiu.office.accounts.models import User  # noqa: PLC0415 - as above

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(
        User.objects.get(username=page.user), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session["people.bench.purpose"] = "核对人员"  # uncertain matches are shown for a purpose only
    session.save()
    rows, queries = _looked_at(client, page)
    walls, works = [], []
    for _each in range(REPEATS):
        begun, worked = time.perf_counter(), time.process_time()
        client.get(page.path)
        walls.append((time.perf_counter() - begun) * 1000)
        works.append((time.process_time() - worked) * 1000)
    one = {
        "name": page.name,
        "rows": rows,
        "queries": queries,
        "median": statistics.median(walls),
        "work": statistics.median(works),
        "most": max(walls),
    }
    say(f"{page.name}: {rows} rows, {queries} queries, {one['median']:.0f} ms, {one['work']:.0f} at work")
    return one


def _looked_at(client: Client, page: Page) -> tuple[int, int]:
    """How many rows a page shows and how many queries it takes; to look costs time: not while measuring."""
    from django.db import connection  # noqa: PLC0415 - as above
    from django.test.utils import (  # noqa: PLC0415 - as above
        CaptureQueriesContext,
        setup_test_environment,
        teardown_test_environment,
    )

    client.get(page.path)  # what is kept for good is there afterwards
    setup_test_environment()  # a response then tells which rows it showed
    try:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page.path)
    finally:
        teardown_test_environment()
    if response.status_code != 200:
        raise SystemExit(f"{page.name}: {response.status_code} {page.path}")
    shown = response.context["page"] if response.context and "page" in response.context else ()
    return len(shown), len(captured)


def main() -> int:
    """``python -m bench.office [leads] [people] [folder]``."""
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    people = int(sys.argv[2]) if len(sys.argv) > 2 else leads // 5
    if len(sys.argv) > 3:
        sys.stdout.write(figures(Path(sys.argv[3]), leads, people))
        return 0
    with tempfile.TemporaryDirectory(prefix="yingjiu-bench-") as temporary:
        sys.stdout.write(figures(Path(temporary), leads, people))
    return 0


if __name__ == "__main__":
    sys.exit(main())
