"""An award as plain data for JSON and YAML: amounts are texts, so that no reader makes floats of them."""

from __future__ import annotations

from typing import Any

from yingjiu.awards.compute import Award
from yingjiu.awards.interval import Interval, plain
from yingjiu.awards.trace import TraceStep
from yingjiu.awards.unknowns import effects
from yingjiu.awards.words import citizen_sentence, decision_paragraph

__all__ = ["award_data"]


def award_data(award: Award) -> dict[str, Any]:
    """An award with its whole trace.

    Args:
        award: the award.

    Returns:
        Plain keys and values; steps stand in a list and name the steps they used.
    """
    return {
        "case": award.case.name,
        "standard": award.standard.standard,
        "example": award.standard.example,
        "region": award.case.region,
        "decided_on": award.case.decided_on.isoformat(),
        "amount": _value(award.amount),
        "band": _value(award.band),
        "first_relief": None if award.first_relief is None else _value(award.first_relief.value),
        "to_pay": _value(award.to_pay.value),
        "overpaid": _value(award.overpaid.value),
        "joint": [plain(part) for part in award.joint],
        "warnings": list(award.warnings),
        "unknown": [
            {
                "input": effect.fact.name,
                "document": effect.document,
                "narrows_by": plain(effect.width),
                "outcomes": [{"when": shown, "amount": _value(value)} for shown, value in effect.outcomes],
            }
            for effect in effects(award)
        ],
        "steps": [_step(step) for step in (*award.steps, award.band_low, award.band_high, award.to_pay)],
        "paragraph": decision_paragraph(award),
        "sentence": citizen_sentence(award),
    }


def _value(value: Interval) -> str | dict[str, str]:
    return plain(value.low) if value.exact else {"low": plain(value.low), "high": plain(value.high)}


def _step(step: TraceStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "says": step.says,
        "operation": step.operation,
        "formula": step.formula,
        "value": _value(step.value),
        "unit": step.unit,
        "basis": [str(basis) for basis in step.basis],
        "inputs": [
            {"name": told.name, "value": told.value, "from": told.source, "state": told.state}
            for told in step.inputs
        ],
        "uses": [child.id for child in step.children],
        "note": step.note,
    }
