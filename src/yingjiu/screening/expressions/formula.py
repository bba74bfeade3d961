"""Whether a condition can still be false, and true.

An expression that holds for everybody (``age > 60 OR TRUE``) or for nobody (``role = 'victim' AND role =
'suspect'``) is a mistake. Comparisons of one term with literals are tried with representative values of that
term: every literal, what lies beside it, and NULL. Terms that are not related are taken as independent, so
an expression is called constant only if it truly is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Final

from yingjiu.screening.expressions.types import GRADES, Kind, Value, ValueType, codes_of

__all__ = [
    "COMPARE",
    "FLIP",
    "And",
    "Atom",
    "Formula",
    "Not",
    "Or",
    "Truth",
    "constant_part",
    "kleene_not",
    "possible",
]

Truth = bool | None

_MOST_TRIALS: Final = 3000
_ANY: Final[frozenset[Truth]] = frozenset({True, False, None})


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison.

    Attributes:
        term: what is compared, as text; atoms with the same term are tried together.
        test: from a value of the term to the truth of the atom.
        literals: the literals it is compared with.
        type: type of the term; None if the term is an opaque truth or the order of two terms.
        values: the values to try when there is no type.
        nullable: whether the term can be NULL.
    """

    term: str
    test: Callable[[Any], Truth]
    literals: tuple[Value, ...] = ()
    type: ValueType | None = None
    values: tuple[Any, ...] = (True, False)
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Not:
    """NOT."""

    part: Formula


@dataclass(frozen=True, slots=True)
class And:
    """AND of several."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """OR of several."""

    parts: tuple[Formula, ...]


Formula = Atom | Not | And | Or

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
FLIP: Final[Mapping[str, str]] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def kleene_and(values: Iterable[Truth]) -> Truth:
    """AND of SQL: FALSE wins, then NULL."""
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown = unknown or value is None
    return None if unknown else True


def kleene_or(values: Iterable[Truth]) -> Truth:
    """OR of SQL: TRUE wins, then NULL."""
    unknown = False
    for value in values:
        if value:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def kleene_not(value: Truth) -> Truth:
    """NOT of SQL."""
    return None if value is None else not value


def constant_part(formula: Formula) -> tuple[str, frozenset[Truth]] | None:
    """``never_false`` or ``never_true`` with the possible truths, if the formula or an AND/OR in it is so."""
    outcome = possible(formula)
    if False not in outcome:
        return "never_false", outcome
    if True not in outcome:
        return "never_true", outcome
    parts = (
        formula.parts
        if isinstance(formula, And | Or)
        else (formula.part,)
        if isinstance(formula, Not)
        else ()
    )
    for part in parts:
        found = constant_part(part)
        if found:
            return found
    return None


def possible(formula: Formula) -> frozenset[Truth]:
    """The truths that a formula can take, over all values of its terms."""
    if isinstance(formula, Atom):
        return frozenset(formula.test(value) for value in _trial_values([formula]))
    if isinstance(formula, Not):
        return frozenset(kleene_not(value) for value in possible(formula.part))
    combine = kleene_and if isinstance(formula, And) else kleene_or
    outcome: frozenset[Truth] | None = None
    for related in _related(formula.parts):
        each = possible(related[0]) if len(related) == 1 else _tried_together(type(formula)(tuple(related)))
        outcome = each if outcome is None else frozenset(combine(pair) for pair in product(outcome, each))
    return outcome if outcome is not None else _ANY


def _related(parts: tuple[Formula, ...]) -> list[list[Formula]]:
    """Group parts that share a term, directly or through others."""
    groups: list[tuple[set[str], list[Formula]]] = []
    for part in parts:
        terms = {atom.term for atom in _atoms(part)}
        members = [part]
        rest = []
        for other_terms, others in groups:
            if other_terms & terms:
                terms |= other_terms
                members = others + members
            else:
                rest.append((other_terms, others))
        groups = [*rest, (terms, members)]
    return [members for _terms, members in groups]


def _tried_together(formula: And | Or) -> frozenset[Truth]:
    by_term: dict[str, list[Atom]] = {}
    for atom in _atoms(formula):
        by_term.setdefault(atom.term, []).append(atom)
    trials = {term: _trial_values(atoms) for term, atoms in by_term.items()}
    count = 1
    for values in trials.values():
        count *= len(values)
    if count > _MOST_TRIALS:
        return _ANY
    return frozenset(
        _truth(formula, dict(zip(trials, values, strict=True))) for values in product(*trials.values())
    )


def _truth(formula: Formula, values: Mapping[str, Any]) -> Truth:
    match formula:
        case Atom():
            return formula.test(values[formula.term])
        case Not():
            return kleene_not(_truth(formula.part, values))
        case And():
            return kleene_and(_truth(part, values) for part in formula.parts)
        case Or():
            return kleene_or(_truth(part, values) for part in formula.parts)


def _atoms(formula: Formula) -> list[Atom]:
    match formula:
        case Atom():
            return [formula]
        case Not():
            return _atoms(formula.part)
        case And() | Or():
            return [atom for part in formula.parts for atom in _atoms(part)]


def _trial_values(atoms: list[Atom]) -> list[Any]:
    first = atoms[0]
    values: list[Any] = [None] if any(atom.nullable for atom in atoms) else []
    if first.type is None:
        return [*values, *first.values]
    literals = sorted(
        {literal for atom in atoms for literal in atom.literals}, key=lambda item: (str(type(item)), item)
    )
    return values + list(dict.fromkeys(_beside(first.type, literals)))


def _beside(of: ValueType, literals: list[Any]) -> Iterable[Any]:  # noqa: PLR0911 - one a kind
    """Representatives of a type with regard to some literals."""
    match of.kind:
        case Kind.BOOLEAN:
            return (True, False)
        case Kind.CODE:
            return codes_of(of.of or "")
        case Kind.GRADE:
            return range(1, GRADES[of.of or ""] + 1)
        case Kind.DATE:
            steps = [timedelta(days=-1), timedelta(0), timedelta(days=1)]
            return [literal + step for literal in literals for step in steps] or [date(2000, 1, 1)]
        case Kind.INTEGER:
            return [literal + step for literal in literals for step in (-1, 0, 1)] or [0]
        case Kind.MONEY | Kind.NUMBER:
            step = Decimal("0.01") if of.kind is Kind.MONEY else Decimal("1E-12")
            return [Decimal(literal) + way * step for literal in literals for way in (-1, 0, 1)] or [
                Decimal(0)
            ]
        case _:
            return [*literals, _other(literals)]


def _other(literals: list[Any]) -> str:
    """A text that is none of the literals."""
    return "".join(str(literal) for literal in literals) + "~"
