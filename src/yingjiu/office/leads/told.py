"""What the models say of a lead, as it is kept with the lead: plain values, each thing once.

Models share blocks of conditions, so that five reasons of a lead repeat most of what they know. Here rows and
conditions stand once, and reasons point at them by number. ID numbers are masked before they are kept; names,
addresses and telephones stay for the page to mask: an open question is often whether two of them agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Generic, TypeVar

from yingjiu.codes import mask_id, normalise_case_no
from yingjiu.office.leads.facts import digest_of, facts_of
from yingjiu.office.leads.models import Lead
from yingjiu.pool import Batch
from yingjiu.pool.tables import ColumnType
from yingjiu.report import Condition, Estimate, Estimator, Evidence, Reason, from_run
from yingjiu.report import Lead as Reported
from yingjiu.report.words import column_of
from yingjiu.screening import Lead as Found
from yingjiu.screening import Run

__all__ = ["PersonRow", "Told", "case_serial", "fitting", "kept", "tell"]

PersonRow = Mapping[str, Any]
"""What :func:`yingjiu.office.people.services.take_persons` takes."""

_NUMBERS: Final = frozenset({"id_raw"})
_HIGHLIGHTS: Final = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """One lead of a run, ready to be kept.

    Attributes:
        key: the engine's key: kind, person and case; the same in every run.
        person: who, for :func:`~yingjiu.office.people.services.take_persons`.
        columns: plain columns of the lead.
        finding: what the models say.
        facts_digest: of the truth of the conditions and the rows that matter.
        told_digest: of everything that is shown, but for the batches.
    """

    key: str
    person: PersonRow
    columns: Mapping[str, Any]
    finding: Mapping[str, Any]
    facts_digest: str
    told_digest: str

    @property
    def person_id(self) -> int:
        """The person's key."""
        return int(self.person["person_id"])


def tell(
    run: Run,
    found: Sequence[Found],
    estimates: Mapping[str, Estimate] | Estimator | None = None,
    batches: Sequence[Batch] = (),
) -> Iterator[Told]:
    """Bring the leads of a run into the form in which they are kept.

    Args:
        run: the run.
        found: its leads.
        estimates: first estimates by lead key, or what makes them; the shipped standards if ``None``.
        batches: current batches of the pool, whose notes name sources and agencies.
    """
    estimator = estimates if isinstance(estimates, Estimator) else None
    given = estimates if isinstance(estimates, Mapping) else {}
    data = from_run(run, batches, county="", made_at=datetime.now(UTC), leads=found, estimator=estimator)
    models = {model.id: model for model in data.models}
    for lead, reported in zip(found, data.leads, strict=True):
        yield _told(lead, reported, models, given.get(lead.key, reported.estimate))


def _told(lead: Found, reported: Reported, models: Mapping[str, Any], estimate: Estimate | None) -> Told:
    about = lead.about
    finding = kept(reported, models, estimate)
    case_no = about.get("case_no") or lead.case_id or ""
    person = reported.person
    said = {
        "kind": lead.kind,
        "outcome": lead.outcome,
        "level": lead.level,
        "models": [reason.model for reason in reported.reasons],
        "title": models[reported.reasons[0].model].title,
        "case_no": case_no,
        "case_key": normalise_case_no(case_no),
        "case_serial": case_serial(case_no),
        "charge": about.get("charge") or about.get("cause_of_action") or "",
        "stage": about.get("stage") or "",
        "role": reported.role or "",
        "region": person.region or "",
        "town": reported.town,
        "gist": gist_of(reported.reasons[0]),
        "estimate_low": estimate.low if estimate else None,
        "estimate_high": estimate.high if estimate else None,
    }
    columns = fitting(said)
    return Told(
        key=lead.key,
        person={
            "person_id": lead.person_id,
            "name": person.name or "",
            "id_number": person.number or "",
            "sex": person.sex or "",
            "birth_date": person.birth_date,
            "region": person.region or "",
            "address": person.address or "",
            "phone": person.phone or "",
        },
        columns=columns,
        finding=finding,
        facts_digest=digest_of(facts_of(finding)),
        told_digest=_told_digest(columns, finding),
    )


def fitting(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What agencies write at any length, cut to what a list shows of it; the whole stands in the rows."""
    lengths = _lengths()
    return {
        name: value[: lengths[name]] if isinstance(value, str) else value for name, value in columns.items()
    }


@cache
def _lengths() -> Mapping[str, int | None]:
    return {field.name: getattr(field, "max_length", None) for field in Lead._meta.concrete_fields}


def case_serial(case_no: str) -> str:
    """The last number in a case number: 12 of （2024）苏0999刑初12号."""
    digits = "".join(sign if sign.isdigit() else " " for sign in normalise_case_no(case_no)).split()
    return digits[-1][:20] if digits else ""


def gist_of(reason: Reason) -> dict[str, Any]:
    """What a list says of a lead: the three weightiest conditions that hold, and how many are to be settled.

    What rests on rows of other agencies comes first: that the person is a party is known from the case.

    Args:
        reason: the strongest of the lead's reasons.

    Returns:
        ``holds``: conditions in words; ``unknown``: how many the outcome still depends on.
    """
    holds = [condition for condition in reason.conditions if condition.truth]
    holds.sort(key=lambda condition: not condition.evidence)
    says = dict.fromkeys(condition.says for condition in holds)
    return {"holds": list(says)[:_HIGHLIGHTS], "unknown": len(reason.settle)}


def kept(reported: Reported, models: Mapping[str, Any], estimate: Estimate | None) -> dict[str, Any]:
    """The plain values that are kept of one lead.

    Args:
        reported: the lead as a report has it.
        models: models of the run by id, with title, version, kind and basis.
        estimate: first estimate of the amount.
    """
    rows = _Once[Evidence](_row)
    conditions = _Once[Condition](lambda condition: _condition(condition, rows))
    reasons = [_reason(reason, models[reason.model], rows, conditions) for reason in reported.reasons]
    return {
        "reasons": reasons,
        "conditions": conditions.values,
        "rows": rows.values,
        "hardship": list(reported.hardship),
        "age": reported.person.age,
        "estimate": None if estimate is None else _estimate(estimate),
    }


class _Once(Generic[T]):
    """Plain values of things, each once, by number."""

    def __init__(self, plain: Callable[[T], dict[str, Any]]) -> None:
        self.values: list[dict[str, Any]] = []
        self._plain = plain
        self._places: dict[Hashable, int] = {}

    def place(self, key: Hashable, thing: T) -> int:
        if key not in self._places:
            self._places[key] = len(self.values)
            self.values.append(self._plain(thing))
        return self._places[key]


def _reason(
    reason: Reason, model: Any, rows: _Once[Evidence], conditions: _Once[Condition]
) -> dict[str, Any]:
    return {
        "model": reason.model,
        "version": model.version,
        "title": model.title,
        "after": model.after,
        "basis": [[basis.rule, basis.article] for basis in model.basis],
        "outcome": reason.outcome,
        "level": reason.level,
        "conditions": [
            # models share conditions under the same id, or under another
            [condition.id, conditions.place(replace(condition, id=""), condition)]
            for condition in reason.conditions
        ],
        "settle": list(reason.settle),
        "questions": list(reason.questions),
        "recommendations": [[one.measure, one.agency, one.says] for one in reason.recommendations],
        "read_at": [rows.place(row, row) for row in reason.read_at],
    }


def _condition(condition: Condition, rows: _Once[Evidence]) -> dict[str, Any]:
    return {
        "says": condition.says,
        "truth": condition.truth,
        "settle": condition.settle,
        "table": condition.table,
        "seen": _values(condition.table, condition.seen),
        "rows": [rows.place(row, row) for row in condition.evidence],
    }


def _row(row: Evidence) -> dict[str, Any]:
    return {
        "table": row.table,
        "source": row.source,
        "title": row.source_title,
        "agency": row.agency,
        "file": row.file,
        "sheet": row.sheet,
        "row": row.row,
        "date": row.data_date.isoformat(),
        "batch": row.batch,
        "values": _values(row.table, row.values),
        "route": row.route,
        "relation": row.relation,
        "sure": row.sure,
    }


def _values(table: str, values: Iterable[tuple[str, str]]) -> list[list[str]]:
    shown = []
    for name, text in values:
        column = column_of(table, name)
        if column is not None and column.type is ColumnType.KEY:
            continue  # a person key is an ID number
        shown.append([name, mask_id(text) if name in _NUMBERS else text])
    return shown


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "low": _money(estimate.low),
        "high": _money(estimate.high),
        "says": estimate.says,
        "standard": estimate.standard,
        "unknown": [list(pair) for pair in estimate.unknown],
        "warnings": list(estimate.warnings),
        "sentence": estimate.sentence,
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _told_digest(columns: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    """Batches differ from load to load; what is said does not."""
    rows = [{name: value for name, value in row.items() if name != "batch"} for row in finding["rows"]]
    text = json.dumps(
        [columns, {**finding, "rows": rows}], ensure_ascii=False, sort_keys=True, default=_plain
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, (date, Decimal)):
        return str(value)
    raise TypeError(type(value).__name__)
