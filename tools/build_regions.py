"""Build ``src/yingjiu/codes/tables/regions.csv`` from a history of GB/T 2260 and a newer list of counties.

Run when the divisions change; nothing calls it at run time::

    python tools/build_regions.py HISTORY.csv PROVINCES.csv CITIES.csv AREAS.csv --newest 202312 > regions.csv

The history names the first and the last revision (yyyymm) of GB/T 2260 that lists a code. Between two
revisions the day of a change is not known, so the table is generous: a code may have existed from the day
after the revision before its first one until the day before the revision after its last one.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import sys
from datetime import date, timedelta
from pathlib import Path

OWN = (
    # the first six digits of residence permits; issued since 2018-09-01 (国办发〔2018〕81号)
    ("810000", "香港特别行政区", "", "", ""),
    ("820000", "澳门特别行政区", "", "", ""),
    ("830000", "台湾省", "2018-09-01", "", "permit"),
    ("320999", "虚构县", "", "", "synthetic"),
)


def last_day(revision: str) -> date:
    """The last day of a revision's month."""
    year, month = int(revision[:4]), int(revision[4:])
    return date(year, month, calendar.monthrange(year, month)[1])


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of one CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("history", "provinces", "cities", "areas"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--newest", required=True, help="revision (yyyymm) that the three newer lists show")
    wanted = parser.parse_args()

    history = rows_of(wanted.history)
    newest = {row["code"].ljust(6, "0"): row["name"] for row in rows_of(wanted.provinces)}
    newest |= {row["code"].ljust(6, "0"): row["name"] for row in rows_of(wanted.cities)}
    newest |= {row["code"]: row["name"] for row in rows_of(wanted.areas)}
    revisions = sorted({row["first_revision"] for row in history} | {row["last_revision"] for row in history})
    latest = revisions[-1]
    after = dict(zip(revisions, [*revisions[1:], wanted.newest], strict=True))
    before = dict(zip(revisions[1:], revisions, strict=False))

    table: set[tuple[str, str, str, str, str]] = set(OWN)
    own_codes = {row[0] for row in OWN}
    open_codes: set[str] = set()
    for row in history:
        code, name, first, last = row["code"], row["name"], row["first_revision"], row["last_revision"]
        if code in own_codes:
            continue
        since = str(last_day(before[first]) + timedelta(days=1)) if first in before else ""
        # 201904 left out the codes for statistics (市辖区, development zones) that the others name
        still = last in {latest, "201810"} and newest.get(code) == name
        still = still or (last == latest and code[2:] == "0000")  # provinces; the newer list lacks 71, 81, 82
        until = "" if still else str(last_day(after[last]) - timedelta(days=1))
        if still:
            open_codes.add(code)
        table.add((code, name, since, until, ""))
    began = str(last_day(latest) + timedelta(days=1))
    for code, name in newest.items():
        if code not in open_codes and code not in own_codes:
            table.add((code, name, began, "", ""))

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("code", "name", "valid_from", "valid_to", "kind"))
    writer.writerows(sorted(table, key=lambda row: (row[0], row[2] or "0", row[1])))


if __name__ == "__main__":
    main()
