"""Measure linkage: counties with slips of the pen, loaded and linked as any other, and the truth."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from yingjiu.cli.console import steps
from yingjiu.cli.workspace import CATALOGUE
from yingjiu.county import County, write_files
from yingjiu.errors import YingjiuError
from yingjiu.language import _
from yingjiu.people import Policy, Quality, link_tables, measure_links
from yingjiu.pool import Pool, PoolView
from yingjiu.sources import load_folder, read_sources

__all__ = ["DEGREES", "measure_county", "rows_and_truth"]

DEGREES: Final = ("light", "middle", "heavy")


def measure_county(county: County, degree: str, policy: Policy) -> tuple[Quality, ...]:
    """Write, load and link a county in a temporary folder, and compare with what is true.

    Args:
        county: the lives.
        degree: how many slips of the pen.
        policy: the linkage policy.

    Returns:
        Quality over all rows of case files, then by kind of error.
    """
    with tempfile.TemporaryDirectory(prefix="yingjiu-") as temporary:
        folder = Path(temporary)
        with steps(_("Writing and loading the county: {degree}").format(degree=degree)):
            write_files(county, folder / "files", slips=degree, answers=folder / "answers")
            pool = Pool.open(folder / "pool", create=True)
            loaded = load_folder(
                pool,
                read_sources(CATALOGUE / "sources"),
                folder / "files",
                quarantine_folder=folder / "quarantine",
                run_date=county.run_date,
            )
        if loaded.failed:
            raise YingjiuError(*(fault for faults in loaded.failed.values() for fault in faults))
        view = pool.view()
        with steps(_("Linking")):
            found = link_tables(view.tables, policy)
        links = {each.person_id: each.canonical_id for each in found.links}
        return measure_links(rows_and_truth(view, folder / "answers" / "who_is_who.parquet"), links)


def rows_and_truth(view: PoolView, truth: Path) -> Sequence[tuple[int, int, str, bool]]:
    """The rows of case files in a pool, for :func:`~yingjiu.people.measure_links`.

    A person can be found whom some list or another row knows under the right number.
    """
    parties = [str(path) for path in view.files("party")]
    people = [str(path) for path in view.files("person")]
    with duckdb.connect() as connection:
        connection.register("truth", pq.read_table(truth))
        return connection.execute(
            """
            WITH party AS (SELECT * FROM read_parquet($parties, union_by_name=true, hive_partitioning=false)),
            known AS (
                SELECT person_id FROM read_parquet($people, union_by_name=true, hive_partitioning=false)
                UNION SELECT person_id FROM party WHERE person_id > 0
            )
            SELECT p.person_id, t.person_id, t.kind, t.person_id IN (SELECT person_id FROM known) FROM
                truth AS t
            JOIN party AS p ON p.file = t.file AND p.sheet IS NOT DISTINCT FROM t.sheet AND p."row" = t."row"
                AND p.name = t.name ORDER BY ALL
            """,
            {"parties": parties, "people": people},
        ).fetchall()
