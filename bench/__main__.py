"""Run every benchmark in one go and write the figures into docs/performance.md.

``python -m bench`` is what ``make bench`` runs; ``--quick`` takes smaller data and prints without writing.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import collision, ids, linkage, office
from bench.measure import in_child, say

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
LOADS = 3
"""A load of a million people takes a minute: three are enough to see how far they differ."""
START, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, printed only")
    parser.add_argument("--data", type=Path, help="keep the generated data here, to use it again")
    options = parser.parse_args()
    scale = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(prefix="yingjiu-bench-") as temporary:
        data = options.data or Path(temporary)
        parts: list[str] = []
        for measure in (
            _machine,
            lambda: _ids(1_000_000 // scale),
            lambda: _collision(data, scale),
            lambda: _county(data, 1_000_000 // scale),
            lambda: linkage.figures(data, (200_000 // scale, 1_000_000 // scale)),
            lambda: office.figures(data, 1_000_000 // scale, 200_000 // scale),
        ):
            parts.append(measure())
            sys.stdout.write(parts[-1] + "\n")
            sys.stdout.flush()
    text = "\n".join(parts)
    if not options.quick:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(START)
        after = rest.split(END)[1]
        PAGE.write_text(before + START + text + END + after, encoding="utf-8")
    return 0


def _rows(headings: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(headings) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.split(":")[1].strip() for line in lines if "model name" in line]
    model = models[0] if models else platform.processor()
    versions = ", ".join(
        f"{name} {_version(name)}"
        for name in ("yingjiu", "duckdb", "pyarrow", "numpy", "numba", "sqlglot", "pandas", "polars")
    )
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({model}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}; "
        f"{versions}.\n"
        f"Medians of five, of loads of {LOADS}; each variant in a process of its own; memory is that "
        "process's peak.\n"
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # ours, run from the source tree
        return "(source tree)"


def _ids(rows: int) -> str:
    say("a: ID numbers")
    found = ids.run(rows, 5)
    table = _rows(
        ["way", "rows", "million rows/s", "peak MiB"],
        [
            [
                one["name"],
                f"{one['rows']:,}",
                f"{one['rows_per_second'] / 1e6:.2f}",
                f"{one['peak_mib']:,.0f}",
            ]
            for one in found
        ],
    )
    return f"\n### a. Normalise, validate and pack raw ID numbers, one core\n\n{table}"


def _collision(data: Path, scale: int) -> str:
    say("c: collision")
    registry, parties = 10_000_000 // scale, 1_000_000 // scale
    folder = data / f"collision-{registry}"
    in_child("bench.collision", "write", at=str(folder), registry=registry, parties=parties)
    found = {
        name: in_child("bench.collision", "run", variant=name, folder=str(folder), repeats=5)
        for name in collision.VARIANTS
    }
    hits = {one.result for one in found.values()}
    if len(hits) != 1:
        raise SystemExit(f"the variants disagree: {[(name, one.result) for name, one in found.items()]}")
    floor = found[collision.FLOOR].median
    table = _rows(
        ["way", "seconds", "times the floor", "peak MiB"],
        [
            [name, f"{one.median:.2f}", f"{one.median / floor:.2f}", f"{one.peak_mib:,.0f}"]
            for name, one in found.items()
        ],
    )
    explained = (
        "The floor counts the parties that stand in the registry and keeps nothing. Our comparison is the "
        "step of a run that finds and keeps them; a whole model also merges the rows about one party, counts "
        "the funnel, and reads every finding with its evidence.\n"
    )
    title = f"c. Collision of {registry:,} registry rows with {parties:,} parties ({hits.pop():,} hits)"
    return f"\n### {title}\n\n{table}\n{explained}"


def _county(data: Path, size: int) -> str:
    say("b: a county")
    folder = data / f"county-{size}"
    in_child("bench.county", "write", at=str(folder), size=size)
    loaded = in_child("bench.county", "load", folder=str(folder), repeats=LOADS)
    screened = in_child("bench.county", "screen", folder=str(folder), repeats=5)
    say("d: one new party")
    party = in_child("bench.county", "one_party", folder=str(folder), repeats=300)
    read, rows = loaded.result, screened.result["rows"]
    table = _rows(
        ["step", "rows", "seconds", "rows/s", "peak MiB"],
        [
            ["load every source (read, check, map, quarantine, sort)", f"{read:,}", f"{loaded.median:.1f}",
             f"{read / loaded.median:,.0f}", f"{loaded.peak_mib:,.0f}"],
            [f"screen with all {screened.result['models']} models ({screened.result['leads']:,} leads)",
             f"{rows:,}",
             f"{screened.median:.1f}", f"{rows / screened.median:,.0f}", f"{screened.peak_mib:,.0f}"],
        ],
    )  # fmt: skip
    one = party.result
    new = _rows(
        ["one new party, all models", "p50 ms", "p99 ms", "open once s", "peak MiB"],
        [["against the same county", f"{one['p50'] * 1000:.0f}", f"{one['p99'] * 1000:.0f}",
          f"{one['open']:.1f}",
          f"{party.peak_mib:,.0f}"]],
    )  # fmt: skip
    ours = f"\n### b. A county of {size:,} people\n\n{table}"
    return f"{ours}\n### d. One new party (300 after one another)\n\n{new}"


if __name__ == "__main__":
    sys.exit(main())
