"""Screen a few people at once: those of a case that came in today, with the models of the nightly run.

The rows that can bear on them are looked up (:mod:`yingjiu.screening.shelves`) and attached to a small
engine in memory; there the very same compiled models run. What is found equals a full run restricted to
these people.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yingjiu.codes import normalise_case_no, parse_id
from yingjiu.codes.errors import IdNumberError
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people import Links
from yingjiu.pool import PoolView
from yingjiu.pool.engines import open_engine
from yingjiu.pool.tables import PROVENANCE, TABLES, arrow_schema
from yingjiu.screening.compile import compile_models
from yingjiu.screening.errors import RunError
from yingjiu.screening.model import Model
from yingjiu.screening.run import (
    Run,
    checked_models,
    identity_of,
    loaded_tables,
    run_id_of,
    run_plans,
    wanted_tables,
)
from yingjiu.screening.shelves import Shelves

__all__ = ["Screener", "screen_parties"]


class Screener:
    """Holds compiled models and a state of the pool, to screen people as they come in.

    Args:
        data: a state of the pool, or canonical tables.
        models: what to run.
        run_date: the day for which they are asked.
        folder: where sorted tables are kept while it is open; a temporary folder by default.
        links: who is who; records are then read as the people they belong to.

    Raises:
        RunError: ``SCR-202`` no models, or a model twice.
    """

    def __init__(
        self,
        data: PoolView | Mapping[str, pa.Table],
        models: Sequence[Model],
        run_date: date,
        *,
        folder: Path | None = None,
        links: Links | None = None,
    ) -> None:
        self._models = checked_models(models)
        self._run_date = run_date
        self._temporary = tempfile.TemporaryDirectory(prefix="yingjiu-") if folder is None else None
        where = folder or Path(self._temporary.name if self._temporary else "")
        tables = data.tables if isinstance(data, PoolView) else data
        self._pool = data.identity() if isinstance(data, PoolView) else identity_of(data)
        who = None if links is None else pq.read_table(links.path, columns=["person_id", "canonical_id"])
        self._shelves = Shelves.make(tables, where, who)
        self._person: dict[int, int] = {}
        if links is not None and who is not None:
            self._pool += links.id
            self._person = dict(zip(*(column.to_pylist() for column in who.columns), strict=True))
        loaded = loaded_tables(data)
        # a new party is known to us even if no file of parties has ever been loaded
        self._plans = {
            extra: compile_models(self._models, run_date, loaded | extra, some=True, few=True)
            for extra in {frozenset[str](), frozenset({"party"}) - loaded}
        }
        self._engine = open_engine("duckdb", threads=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of engine and files. Harmless the second time."""
        self._engine.close()
        self._shelves = Shelves.make({})
        if self._temporary is not None:
            self._temporary.cleanup()

    def screen(
        self,
        *,
        parties: Sequence[Mapping[str, Any]] = (),
        persons: Iterable[int] = (),
        cases: Iterable[str] = (),
    ) -> Run:
        """Screen new parties, and people and cases that the pool knows.

        Args:
            parties: canonical rows of the table ``party`` that the pool does not hold yet; ``person_id``
                may be left out if ``id_raw`` is a valid number. They are not stored.
            persons: person keys.
            cases: case ids or case numbers; all their people are screened.

        Returns:
            The run; its id tells the same question about the same data again.

        Raises:
            RunError: ``SCR-203`` a row that is no party; ``SCR-204`` nobody to screen.
        """
        rows = [_party(row, place, self._run_date) for place, row in enumerate(_read(parties))]
        for row in rows:
            row["person_id"] = self._person.get(row["person_id"], row["person_id"])
        subjects = {*(self._person.get(each, each) for each in persons), *(row["person_id"] for row in rows)}
        asked = {name for case in cases for name in (case, normalise_case_no(case))}
        if not subjects and not asked:
            raise RunError(
                Fault("SCR-204", _("nobody to screen"), hint=_("name a person, a case or a new party"))
            )
        mentioned = {row[column] for row in rows for column in ("case_id", "case_no") if row[column]}
        tables = self._shelves.neighbourhood(subjects, asked | mentioned, self._run_date)
        if rows:
            tables["party"] = pa.concat_tables(
                [tables["party"], pa.Table.from_pylist(rows, schema=tables["party"].schema)]
            )
        wanted = [*subjects, *asked]
        self._engine.attach({**tables, **wanted_tables(wanted)})
        pool = identity_of({"party": tables["party"]}) if rows else ""
        extra = frozenset({"party"}) if rows and frozenset({"party"}) in self._plans else frozenset[str]()
        return run_plans(
            self._engine,
            self._plans[extra],
            self._models,
            self._run_date,
            run_id=run_id_of(self._pool + pool, self._models, self._run_date, wanted),
            pool=self._pool,
            whole=False,
            without=() if asked else _without(tables, subjects),
        )


def _without(tables: Mapping[str, pa.Table], subjects: Collection[int]) -> tuple[str, ...]:
    """Tables in which none of these people stands."""
    wanted = pa.array(sorted(subjects), pa.int64())
    return tuple(
        name
        for name, rows in tables.items()
        if "person_id" in rows.column_names
        and not pc.any(pc.is_in(rows.column("person_id"), value_set=wanted)).as_py()
    )


def screen_parties(
    data: PoolView | Mapping[str, pa.Table],
    models: Sequence[Model],
    run_date: date,
    *,
    parties: Sequence[Mapping[str, Any]] = (),
    persons: Iterable[int] = (),
    cases: Iterable[str] = (),
    links: Links | None = None,
) -> Run:
    """Screen a few people once; to do so often, keep a :class:`Screener`.

    Args:
        data: a state of the pool, or canonical tables.
        models: what to run.
        run_date: the day for which they are asked.
        parties: see :meth:`Screener.screen`.
        persons: person keys.
        cases: case ids or case numbers.
        links: who is who; records are then read as the people they belong to.

    Raises:
        RunError: as :class:`Screener` and :meth:`Screener.screen`.
    """
    with Screener(data, models, run_date, links=links) as screener:
        return screener.screen(parties=parties, persons=persons, cases=cases)


def _read(parties: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Check new rows, all faults at once; their person keys are read from their numbers."""
    columns = TABLES["party"].columns
    known = {*columns, *(column.name for column in PROVENANCE)}
    faults: list[Fault] = []
    rows = []
    for place, given in enumerate(parties):
        row = dict(given)
        at = _("party {number}").format(number=place + 1)
        faults += [
            Fault(
                "SCR-203",
                _("unknown column"),
                path=at,
                found=name,
                hint=_("columns: {names}").format(names=", ".join(columns)),
            )
            for name in row.keys() - known
        ]
        if row.get("person_id") is None and row.get("id_raw") is not None:
            try:
                row["person_id"] = parse_id(row["id_raw"]).key
            except IdNumberError as error:
                faults += error.faults
        if row.get("case_id") is None and row.get("case_no") is not None:
            row["case_id"] = normalise_case_no(row["case_no"])
        if row.get("case_no") is None:
            row["case_no"] = row.get("case_id")
        faults += [
            Fault("SCR-203", _("the column {name} is missing").format(name=name), path=at)
            for name in ("person_id", "case_id", "role")
            if row.get(name) is None and not any(fault.path == at and fault.found == name for fault in faults)
        ]
        rows.append(row)
    if faults:
        raise RunError(*faults)
    return rows


def _party(row: Mapping[str, Any], place: int, run_date: date) -> dict[str, Any]:
    filled = {
        "source": "new",
        "batch": "new",
        "file": "new",
        "sheet": None,
        "row": place + 1,
        "data_date": run_date,
    }
    filled |= row
    return {name: filled.get(name) for name in arrow_schema(TABLES["party"]).names}
