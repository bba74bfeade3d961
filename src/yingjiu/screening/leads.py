"""Leads: findings about the same person in the same case, of one kind, with several reasons.

A lead is stable across runs: its key is its kind, the person and the case. What a person decided about it is
kept elsewhere and by that key; a re-run only says what the data say today.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from yingjiu.codes import mask_address, mask_id, mask_name, mask_phone, number_of
from yingjiu.screening.declared import LEVELS, Kind, Level, Outcome
from yingjiu.screening.facts import About
from yingjiu.screening.findings import Finding, key_of
from yingjiu.screening.model import Model, Recommendation
from yingjiu.screening.run import Run

__all__ = ["Lead", "leads", "leads_table"]


@dataclass(frozen=True, slots=True)
class Lead:
    """A person in a case (or without one) who should be looked at.

    Attributes:
        key: kind, person and case; the same in every run.
        kind: what it may lead to.
        about: who and what.
        outcome: ``match`` if any reason is one, else ``possible``.
        level: the most urgent of its reasons of that outcome.
        reasons: one for each model, the strongest first.
        settle: what would settle the unknown, over all reasons: (id, says, by what), each once.
        questions: what a person must ask: (id, says), each once.
        recommend: help to ask for, each once.
    """

    key: str
    kind: Kind
    about: About
    outcome: Outcome
    level: Level
    reasons: tuple[Finding, ...]
    settle: tuple[tuple[str, str, str | None], ...]
    questions: tuple[tuple[str, str], ...]
    recommend: tuple[Recommendation, ...]

    @property
    def person_id(self) -> int:
        """The person."""
        return self.about.person_id

    @property
    def case_id(self) -> str:
        """The case, or empty."""
        return self.about.case_id


def leads(run: Run) -> tuple[Lead, ...]:
    """Merge the findings of a run into leads.

    Args:
        run: the run.

    Returns:
        Matches before possible ones, the most urgent first, then by person and case.
    """
    grouped: dict[tuple[Kind, int, str], list[Finding]] = {}
    for finding in run.findings():
        grouped.setdefault((finding.model.kind, finding.person_id, finding.case_id), []).append(finding)
    made = [_lead(run, kind, findings) for (kind, _person, _case), findings in grouped.items()]
    return tuple(
        sorted(
            made,
            key=lambda lead: (*_urgency(lead.outcome, lead.level), lead.kind, lead.person_id, lead.case_id),
        )
    )


def _urgency(outcome: Outcome, level: Level | None) -> tuple[int, int]:
    return (0 if outcome == "match" else 1, LEVELS.index(level) if level else len(LEVELS))


def _lead(run: Run, kind: Kind, findings: list[Finding]) -> Lead:
    reasons = sorted(
        findings, key=lambda finding: (*_urgency(finding.outcome, finding.level), finding.model.id)
    )
    first = reasons[0]
    settle: dict[tuple[str, str | None], tuple[str, str, str | None]] = {}
    questions: dict[str, tuple[str, str]] = {}
    recommend: dict[tuple[str, str], Recommendation] = {}
    for reason in reasons:
        for name in reason.verdict.settle:
            says = reason.model.by_id[name].says
            settle.setdefault(
                (says, reason.model.settle_text(name)), (name, says, reason.model.settle_text(name))
            )
        for name in reason.verdict.ask:
            says = reason.model.by_id[name].says
            questions.setdefault(says, (name, says))
        for each in reason.verdict.recommend:
            recommend.setdefault((each.measure, each.agency), each)
    assert first.level is not None  # noqa: S101 - only excluded findings have none
    return Lead(
        key=key_of(kind, first.person_id, first.case_id),
        kind=kind,
        about=_about(run, reasons),
        outcome=first.outcome,
        level=first.level,
        reasons=tuple(reasons),
        settle=tuple(settle.values()),
        questions=tuple(questions.values()),
        recommend=tuple(recommend.values()),
    )


def _about(run: Run, reasons: Sequence[Finding]) -> About:
    """What all reasons together know; the strongest reason first."""
    abouts = [run.facts_of(reason).about(reason.row) for reason in _of_each_row(reasons)]
    values: dict[str, Any] = {}
    for about in abouts:
        for name, found in about.values.items():
            if values.get(name) is None:
                values[name] = found
    roles = tuple(dict.fromkeys(role for about in abouts for role in about.roles))
    return replace(abouts[0], values=values, roles=roles)


def _of_each_row(reasons: Sequence[Finding]) -> list[Finding]:
    return list({(reason.model.subject, reason.row): reason for reason in reversed(reasons)}.values())[::-1]


def leads_table(run: Run, found: Sequence[Lead] | None = None, *, reveal: bool = False) -> pa.Table:
    """Leads as a table for Parquet and XLSX: one row each.

    Args:
        run: the run.
        found: its leads, if they have been made.
        reveal: personal data as they are; masked otherwise, and then without person keys.

    Returns:
        One row for each lead. ``reasons`` is JSON: model, version, title, outcome, level, truths, settle.
    """
    rows = [_row(run, lead, reveal) for lead in (leads(run) if found is None else found)]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("kind", pa.string()),
        ("outcome", pa.string()),
        ("level", pa.string()),
        ("person_id", pa.int64()),
        ("id_no", pa.string()),
        ("name", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("region", pa.string()),
        ("address", pa.string()),
        ("phone", pa.string()),
        ("case_id", pa.string()),
        ("case_no", pa.string()),
        ("charge", pa.string()),
        ("stage", pa.string()),
        ("roles", pa.list_(pa.string())),
        ("models", pa.list_(pa.string())),
        ("questions", pa.list_(pa.string())),
        ("settle", pa.list_(pa.string())),
        ("recommend", pa.list_(pa.string())),
        ("reasons", pa.string()),
        ("run", pa.string()),
        ("run_date", pa.date32()),
    ]
)


def _row(run: Run, lead: Lead, reveal: bool) -> dict[str, Any]:
    about = lead.about
    number = number_of(about.person_id) if about.person_id > 0 else about.get("id_raw")
    birth = about.get("birth_date")
    personal = {
        "person_id": about.person_id if reveal else None,
        "id_no": number if reveal or number is None else mask_id(number),
        "name": about.get("name") if reveal or about.get("name") is None else mask_name(about.get("name")),
        "address": about.get("address")
        if reveal or about.get("address") is None
        else mask_address(about.get("address")),
        "phone": about.get("phone")
        if reveal or about.get("phone") is None
        else mask_phone(about.get("phone")),
        "birth_date": birth if reveal or birth is None else birth.replace(month=1, day=1),
    }
    return {
        "key": lead.key,
        "kind": lead.kind,
        "outcome": lead.outcome,
        "level": lead.level,
        **personal,
        "sex": about.get("sex"),
        "region": about.get("region"),
        "case_id": lead.case_id or None,
        "case_no": about.get("case_no"),
        "charge": about.get("charge") or about.get("cause_of_action"),
        "stage": about.get("stage"),
        "roles": list(about.roles),
        "models": [reason.model.id for reason in lead.reasons],
        "questions": [says for _name, says in lead.questions],
        "settle": [settled or says for _name, says, settled in lead.settle],
        "recommend": [f"{each.agency}: {each.says}" for each in lead.recommend],
        "reasons": json.dumps([_reason(reason) for reason in lead.reasons], ensure_ascii=False),
        "run": run.id,
        "run_date": run.run_date,
    }


def _reason(finding: Finding) -> dict[str, Any]:
    model: Model = finding.model
    return {
        "key": finding.key,
        "model": model.id,
        "version": model.version,
        "title": model.title,
        "outcome": finding.outcome,
        "level": finding.level,
        "truths": finding.known,
        "settle": [{"id": name, "by": model.settle_text(name)} for name in finding.verdict.settle],
        "basis": [{"rule": basis.rule, "article": basis.article} for basis in model.basis],
    }
