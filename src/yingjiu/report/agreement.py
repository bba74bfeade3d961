"""How well leads agree with the truth that was planted in a synthetic county."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyarrow as pa

from yingjiu.report.data import Kind, Score
from yingjiu.report.words import KINDS
from yingjiu.screening.leads import Lead

__all__ = ["scores"]

_KINDS: Final[Mapping[str, Kind]] = {
    "judicial_relief": "judicial_relief",
    "social_assistance": "social_assistance",
    "missed_benefit": "social_assistance",
    "unsupported_child": "social_assistance",
    "supervision": "supervision",
}
"""From the kinds of the truth to those of leads."""

Who = tuple[int, str | None]


def scores(leads: Sequence[Lead], truth: pa.Table) -> tuple[Score, ...]:
    """Compare leads with the planted truth.

    A lead is right if the truth names the person, for that kind, in the same case; where one of the two
    knows no case (a benefit that was missed, a child without support), the person decides. A planted lead is
    found if some lead of its kind is right by it.

    Args:
        leads: all leads of a run, possible ones included: they are handed to a person as well.
        truth: ``person_id``, ``case_id``, ``kind``, ``is_lead`` of the county.

    Returns:
        A score for each kind, and for each model its precision; recall of a single model would hold against
        it what other models are for, and is not given.
    """
    planted: dict[Kind, set[Who]] = {kind: set() for kind in KINDS}
    for row in truth.select(["person_id", "case_id", "kind", "is_lead"]).to_pylist():
        kind = _KINDS.get(row["kind"])
        if row["is_lead"] and kind:
            planted[kind].add((row["person_id"], row["case_id"]))
    found: dict[Kind, set[Who]] = {kind: set() for kind in KINDS}
    models: dict[str, tuple[Kind, set[Who]]] = {}
    for lead in leads:
        who = (lead.person_id, lead.case_id or None)
        found[lead.kind].add(who)
        for reason in lead.reasons:
            models.setdefault(reason.model.id, (lead.kind, set()))[1].add(who)
    by_kind = tuple(_score(kind, found[kind], planted[kind]) for kind in KINDS)
    by_model = tuple(
        Score(name, None, len(who), len(_agreeing(who, planted[kind])))
        for name, (kind, who) in sorted(models.items())
    )
    return by_kind + by_model


def _score(of: str, found: set[Who], planted: set[Who]) -> Score:
    return Score(of, len(planted), len(found), len(_agreeing(found, planted)), len(_agreeing(planted, found)))


def _agreeing(these: Iterable[Who], those: set[Who]) -> set[Who]:
    """Those of ``these`` that some of ``those`` agrees with."""
    persons = {person for person, _case in those}
    caseless = {person for person, case in those if case is None}
    return {
        (person, case)
        for person, case in these
        if (person, case) in those or person in caseless or (case is None and person in persons)
    }
