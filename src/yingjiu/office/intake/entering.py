"""A party entered by hand: into the pool, and screened at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.codes import normalise_case_no, offence_group_of, parse_id, unnumbered_key
from yingjiu.office.intake.declared import ENTERED
from yingjiu.office.intake.keeping import open_pool
from yingjiu.office.intake.models import PartyEntry
from yingjiu.office.intake.screening import models
from yingjiu.office.intake.services import run_day
from yingjiu.office.jobs import Work
from yingjiu.office.jobs.errors import Postponed
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services import take_run
from yingjiu.office.leads.services.arriving import key_index_of
from yingjiu.office.people import reading
from yingjiu.people import current_links
from yingjiu.pool import TABLES, ColumnType, Pool, arrow_schema
from yingjiu.pool.errors import PoolBusyError
from yingjiu.report import Estimator
from yingjiu.screening import leads, screen_parties

__all__ = ["CASE_COLUMNS", "screen_entry"]

CASE_COLUMNS = ("kind", "organ", "article", "charge", "offence_group", "stage", "incident_on")
"""Of the table ``case``; written only when something is known of it."""

_GIVEN_BY_POOL = frozenset({"source", "batch", "data_date"})


def screen_entry(work: Work, entry: PartyEntry) -> dict[str, Any]:
    """Write an entry to the pool and run the models for this person; their leads arrive at once.

    Args:
        work: the job.
        entry: the entry; one that was screened already is left alone.

    Returns:
        How many leads were found.

    Raises:
        Postponed: a load is at work.
    """
    if entry.screened_at is not None:
        return {"leads": len(entry.leads)}
    work.progress(1, 4, _("writing the entry"))
    pool = open_pool()
    person_id, case_id = _write(pool, entry)
    work.progress(2, 4, _("looking for grounds"))
    view = pool.view()
    run = screen_parties(view, models(), run_day(), persons=[person_id], links=current_links(pool.folder))
    # the person's other cases are left to the runs over everything
    found = [lead for lead in leads(run) if lead.case_id in {"", case_id}]
    work.progress(3, 4, _("taking over the leads"))
    take_run(
        entry.organisation,
        run=run,
        found=found,
        estimates=Estimator.of(Path(settings.YINGJIU_FOLDER)),
        batches=view.batches,
        user=entry.entered_by,
    )
    indexes = [key_index_of(lead.key) for lead in found]
    mine = Lead.objects.filter(organisation=entry.organisation, key_index__in=indexes)
    entry.leads = list(mine.values_list("pk", flat=True))
    entry.screened_at = timezone.now()
    entry.save(update_fields=["leads", "screened_at", "batch"])
    return {"leads": len(entry.leads)}


def _write(pool: Pool, entry: PartyEntry) -> tuple[int, str]:
    """Write the rows of an entry unless they are there; the keys of its person and its case."""
    rows = _rows(entry)
    digest = hashlib.sha256(
        json.dumps([entry.pk, rows], cls=DjangoJSONEncoder, sort_keys=True).encode()
    ).hexdigest()
    there = pool.find(ENTERED, digest)
    if there is None:
        notes = {
            "title": "手工登记的当事人",
            "agency": entry.organisation.name,
            "files": ["office"],
            "read": 1,
            "accepted": 1,
            "quarantined": 0,
            "duplicates": 0,
        }
        day = timezone.localdate(entry.entered_at)
        try:
            with pool.load(
                source=ENTERED, content_digest=digest, mode="upsert", data_date=day, notes=notes
            ) as writer:
                for table, row in rows.items():
                    writer.write(table, _table(table, row, entry.pk))
                there = writer.commit()
        except PoolBusyError:
            raise Postponed(_("another load is at work"), after=timedelta(seconds=2)) from None
    entry.batch = there.id
    return int(rows["party"]["person_id"]), str(rows["party"]["case_id"])


def _rows(entry: PartyEntry) -> dict[str, dict[str, Any]]:
    """Rows of the canonical tables, by table."""
    given = {name: _typed(name, value) for name, value in entry.values.items()}
    case_no = entry.case_no
    known = _identified(given, case_no)
    case_id = _case_id(case_no)
    columns = TABLES["party"].columns
    party = {name: value for name, value in given.items() if name in columns}
    party |= {**known, "case_no": case_no, "case_id": case_id}
    party.setdefault("recorded_on", timezone.localdate(entry.entered_at))
    person = {name: party[name] for name in TABLES["person"].columns if party.get(name) is not None}
    rows = {"party": party, "person": person}
    case = {name: given[name] for name in CASE_COLUMNS if given.get(name) is not None}
    if case:
        group = case.get("offence_group") or offence_group_of(case.get("article"), case.get("charge"))
        rows["case"] = {**case, "offence_group": group, "case_no": case_no, "case_id": case_id}
    return rows


def _typed(name: str, value: Any) -> Any:
    """A value as its column has it: what is kept encrypted comes back as text."""
    column = TABLES["party"].columns.get(name) or TABLES["case"].columns.get(name)
    if column is None or not isinstance(value, str):
        return value
    if column.type is ColumnType.DATE:
        return date.fromisoformat(value)
    return Decimal(value) if column.type is ColumnType.MONEY else value


def _identified(given: Mapping[str, Any], case_no: str) -> dict[str, Any]:
    number = given.get("id_raw")
    if number:
        read = parse_id(number)
        return {
            "person_id": read.key,
            "id_raw": number,
            "id_status": read.status.code,
            "sex": read.sex,
            "birth_date": read.birth_date,
            "region": read.region,
        }
    born: date | None = given.get("birth_date")
    key = unnumbered_key(given.get("name"), born.isoformat() if born else None, ENTERED, None, case_no)
    return {"person_id": key}


def _case_id(case_no: str) -> str:
    """The number under which the pool knows a case; the case number itself for a new one."""
    state = reading.loaded()
    rows = reading.cases_of(state, [case_no]) if state is not None else []
    return str(rows[0]["case_id"]) if rows else normalise_case_no(case_no)


def _table(table: str, row: Mapping[str, Any], number: int) -> pa.Table:
    schema = pa.schema([each for each in arrow_schema(TABLES[table]) if each.name not in _GIVEN_BY_POOL])
    filled = {**row, "file": "office", "row": number}
    return pa.Table.from_pylist([{each.name: filled.get(each.name) for each in schema}], schema=schema)
