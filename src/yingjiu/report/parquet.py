"""Leads as a Parquet file, for other programs: codes stay codes, and all that explains a lead is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.report.data import Condition, Estimate, Evidence, Lead, Reason, ReportData
from yingjiu.report.files import whole_file
from yingjiu.report.masking import shown
from yingjiu.report.page import ordered

__all__ = ["LEAD_SCHEMA", "write_leads"]

_TEXT: Final = pa.string()
_VALUES: Final = pa.list_(pa.struct({"column": _TEXT, "value": _TEXT}))
_EVIDENCE: Final = pa.struct(
    {
        "table": _TEXT,
        "source": _TEXT,
        "agency": _TEXT,
        "batch": _TEXT,
        "file": _TEXT,
        "sheet": _TEXT,
        "row": pa.int32(),
        "data_date": pa.date32(),
        "route": _TEXT,
        "relation": _TEXT,
        "sure": pa.bool_(),
        "values": _VALUES,
    }
)
_CONDITION: Final = pa.struct(
    {
        "id": _TEXT,
        "says": _TEXT,
        "truth": pa.bool_(),
        "settle": _TEXT,
        "seen": _VALUES,
        "evidence": pa.list_(_EVIDENCE),
    }
)
_REASON: Final = pa.struct(
    {
        "model": _TEXT,
        "version": pa.int32(),
        "outcome": _TEXT,
        "level": _TEXT,
        "conditions": pa.list_(_CONDITION),
        "settle": pa.list_(_TEXT),
        "questions": pa.list_(_TEXT),
        "recommendations": pa.list_(pa.struct({"measure": _TEXT, "agency": _TEXT, "says": _TEXT})),
        "read_at": pa.list_(_EVIDENCE),
    }
)
_ESTIMATE: Final = pa.struct(
    {
        "low": pa.decimal128(14, 2),
        "high": pa.decimal128(14, 2),
        "standard": _TEXT,
        "says": _TEXT,
        "unknown": pa.list_(pa.struct({"fact": _TEXT, "document": _TEXT})),
        "warnings": pa.list_(_TEXT),
    }
)
LEAD_SCHEMA: Final = pa.schema(
    {
        "lead": _TEXT,
        "kind": _TEXT,
        "level": _TEXT,
        "outcome": _TEXT,
        "name": _TEXT,
        "id_number": _TEXT,
        "sex": _TEXT,
        "birth_date": pa.date32(),
        "age": pa.int32(),
        "region": _TEXT,
        "town": _TEXT,
        "address": _TEXT,
        "phone": _TEXT,
        "role": _TEXT,
        "case_no": _TEXT,
        "charge": _TEXT,
        "stage": _TEXT,
        "hardship": pa.list_(_TEXT),
        "models": pa.list_(_TEXT),
        "estimate": _ESTIMATE,
        "reasons": pa.list_(_REASON),
        "run": _TEXT,
        "run_date": pa.date32(),
    }
)
"""Columns of leads.parquet. A ``truth`` that is null is *unknown*."""


def write_leads(data: ReportData, path: Path) -> Path:
    """Write every lead to a Parquet file.

    Args:
        data: the report; personal data is masked here unless ``data.reveal`` is given. Whether it is, and
            for what purpose, stands in the file's metadata.
        path: the file.

    Returns:
        The path.

    Raises:
        ReportError: ``RPT-002`` the file cannot be written.
    """
    visible = shown(data)
    rows = [_row(visible, lead) for lead in ordered(visible.leads)]
    reveal = data.reveal
    metadata = {
        "county": data.county,
        "masked": "false" if reveal else "true",
        "purpose": reveal.purpose if reveal else "",
        "revealed_at": reveal.at.isoformat() if reveal else "",
        "synthetic": "true" if data.synthetic else "false",
    }
    table = pa.Table.from_pylist(rows, schema=LEAD_SCHEMA).replace_schema_metadata(metadata)
    with whole_file(path) as partial:
        pq.write_table(table, partial, compression="zstd")
    return path


def _row(data: ReportData, lead: Lead) -> dict[str, Any]:
    person = lead.person
    return {
        "lead": lead.key,
        "kind": lead.kind,
        "level": lead.level,
        "outcome": lead.outcome,
        "name": person.name,
        "id_number": person.number,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "age": person.age,
        "region": person.region,
        "town": lead.town or None,
        "address": person.address,
        "phone": person.phone,
        "role": lead.role,
        "case_no": lead.case_no,
        "charge": lead.charge,
        "stage": lead.stage,
        "hardship": list(lead.hardship),
        "models": [reason.model for reason in lead.reasons],
        "estimate": _estimate(lead.estimate),
        "reasons": [_reason(data, reason) for reason in lead.reasons],
        "run": data.run,
        "run_date": data.run_date,
    }


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "low": estimate.low,
        "high": estimate.high,
        "standard": estimate.standard or None,
        "says": estimate.says,
        "unknown": [{"fact": fact, "document": document} for fact, document in estimate.unknown],
        "warnings": list(estimate.warnings),
    }


def _reason(data: ReportData, reason: Reason) -> dict[str, Any]:
    model = data.model(reason.model)
    return {
        "model": reason.model,
        "version": model.version if model else None,
        "outcome": reason.outcome,
        "level": reason.level,
        "conditions": [_condition(condition) for condition in reason.conditions],
        "settle": list(reason.settle),
        "questions": list(reason.questions),
        "recommendations": [
            {"measure": item.measure, "agency": item.agency, "says": item.says}
            for item in reason.recommendations
        ],
        "read_at": [_evidence(row) for row in reason.read_at],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "id": condition.id,
        "says": condition.says,
        "truth": condition.truth,
        "settle": condition.settle,
        "seen": [{"column": column, "value": value} for column, value in condition.seen],
        "evidence": [_evidence(row) for row in condition.evidence],
    }


def _evidence(row: Evidence) -> dict[str, Any]:
    return {
        "table": row.table,
        "source": row.source,
        "agency": row.agency,
        "batch": row.batch,
        "file": row.file,
        "sheet": row.sheet,
        "row": row.row,
        "data_date": row.data_date,
        "route": row.route or None,
        "relation": row.relation,
        "sure": row.sure,
        "values": [{"column": column, "value": value} for column, value in row.values],
    }
