"""What a step can see while it is computed: facts, parameters, and the steps before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from yingjiu.awards.facts import AwardCase, Fact
from yingjiu.awards.interval import Interval
from yingjiu.awards.parameters import Found
from yingjiu.awards.trace import TraceInput, TraceStep

__all__ = ["Operand", "Outcome", "Scope", "used"]

Operand = Decimal | str
"""A number, or the name of an earlier step or of a fact that is a number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation gives."""

    value: Interval
    formula: str
    inputs: tuple[TraceInput, ...] = ()
    children: tuple[TraceStep, ...] = ()
    note: str | None = None


@dataclass(slots=True)
class Scope:
    """The state of one computation.

    Attributes:
        case: the case.
        parameters: what the standard's parameters were found to be.
        steps: the steps computed so far.
    """

    case: AwardCase
    parameters: Mapping[str, Found]
    steps: dict[str, TraceStep] = field(default_factory=dict)

    def fact(self, name: str) -> Fact:
        """A fact of the case."""
        return self.case.facts[name]

    def number(self, operand: Operand) -> Interval:
        """The value of an operand; a fact of which there is none counts as nothing."""
        if isinstance(operand, Decimal):
            return Interval.of(operand)
        if operand in self.steps:
            return self.steps[operand].value
        return self.fact(operand).amount or Interval.of(0)

    def seen(self, *operands: Operand) -> tuple[tuple[TraceInput, ...], tuple[TraceStep, ...]]:
        """The facts and the steps among operands, for the trace."""
        names = [operand for operand in dict.fromkeys(operands) if isinstance(operand, str)]
        return (
            tuple(used(self.fact(name)) for name in names if name not in self.steps),
            tuple(self.steps[name] for name in names if name in self.steps),
        )


def used(fact: Fact) -> TraceInput:
    """A fact as a step's input."""
    return TraceInput(fact.name, fact.input.says, fact.shown, fact.source, fact.state)
