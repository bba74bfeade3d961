"""The trace of an amount: a frozen tree of steps, in which the amount is the value of the root."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from yingjiu.awards.interval import INFINITE, ZERO, Interval

__all__ = ["SHARE", "Basis", "TraceInput", "TraceStep", "recompute", "round_down", "share", "walk"]

SHARE: Final = Decimal("0.0001")
"""Shares are taken to four decimals; money is rounded once, at the end."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A rule and its article.

    Attributes:
        rule: the instrument.
        article: article or section, if it has one.
    """

    rule: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.rule} {self.article}".strip()

    @property
    def cited(self) -> str:
        """As a document cites it: the rule with its article; the heading of a section is none."""
        if self.article.startswith("第"):
            return f"{self.rule}{self.article}"
        return str(self) if any(each.isdigit() for each in self.article) else self.rule


@dataclass(frozen=True, slots=True)
class TraceInput:
    """A fact or a parameter that a step used.

    Attributes:
        name: identifier.
        says: what it is called.
        value: its value in words.
        source: where it comes from.
        state: ``stated``, ``default``, ``unknown`` or ``parameter``.
    """

    name: str
    says: str
    value: str
    source: str | None
    state: str


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step.

    Attributes:
        id: identifier in the standard.
        says: what it computes.
        operation: the declared operation.
        basis: rules it implements.
        formula: the arithmetic, with the numbers.
        value: what came out; a range when something is unknown.
        unit: ``yuan``, ``yuan/month``, ``months`` or empty for a plain number.
        inputs: facts and parameters.
        children: the steps whose values it used.
        note: what a reader must know (a cap lifted, a value not computable).
    """

    id: str
    says: str
    operation: str
    basis: tuple[Basis, ...]
    formula: str
    value: Interval
    unit: str
    inputs: tuple[TraceInput, ...] = ()
    children: tuple[TraceStep, ...] = ()
    note: str | None = None


def walk(root: TraceStep) -> Iterator[TraceStep]:
    """Every step once, those that others use first."""
    seen: set[str] = set()

    def visit(step: TraceStep) -> Iterator[TraceStep]:
        if step.id in seen:
            return
        seen.add(step.id)
        for child in step.children:
            yield from visit(child)
        yield step

    yield from visit(root)


def round_down(value: Decimal, to: Decimal) -> Decimal:
    """Round down to a multiple, so that no cap is passed."""
    return value if value == INFINITE else (value / to).to_integral_value(ROUND_FLOOR) * to


_TOKEN: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?|∞)|(min|max|down|share)|([×+−(),]))")


def recompute(formula: str) -> Decimal:
    """Compute a formula again from its printed text; used to hold the trace to its word.

    Args:
        formula: as printed in :attr:`TraceStep.formula`; a look-up is ``what → number``.

    Returns:
        Its value.

    Raises:
        ValueError: the text is no formula, or holds a range.
    """
    text = formula.rsplit("→", 1)[-1]
    tokens: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(formula)
        tokens.append(found.group(found.lastindex or 0))
        at = found.end()
    parser = _Parser(tokens)
    value = parser.sum()
    if parser.tokens:
        raise ValueError(formula)
    return value


class _Parser:
    """Sums of products of numbers, brackets and four functions."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def _take(self, *wanted: str) -> str | None:
        if self.tokens and self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return None

    def sum(self) -> Decimal:
        value = self._product()
        while sign := self._take("+", "−"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Decimal:
        value = self._one()
        while self._take("×"):
            other = self._one()
            value = ZERO if ZERO in {value, other} else value * other
        return value

    def _one(self) -> Decimal:
        if not self.tokens:
            raise ValueError("a number is missing")
        word = self.tokens.pop(0)
        if word in {"min", "max", "down", "share"}:
            return self._call(word)
        if word == "(":
            value = self.sum()
            self._close()
            return value
        if word == "∞":
            return INFINITE
        return Decimal(word)

    def _call(self, name: str) -> Decimal:
        if self._take("(") is None:
            raise ValueError(name)
        values = [self.sum()]
        while self._take(","):
            values.append(self.sum())
        self._close()
        if name == "min":
            return min(values)
        if name == "max":
            return max(values)
        if name == "down":
            return round_down(values[0], values[1])
        return share(values[0], values[1])

    def _close(self) -> None:
        if self._take(")") is None:
            raise ValueError("a bracket is not closed")


def share(part: Decimal, whole: Decimal) -> Decimal:
    """What part of a whole something is, from 0 to 1, to four decimals; nothing is no part of anything."""
    if part == ZERO or whole == INFINITE:
        return ZERO
    if whole == ZERO or part >= whole:
        return Decimal(1)
    return (part / whole).quantize(SHARE, ROUND_HALF_EVEN)
