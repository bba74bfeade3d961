"""Boolean logic over ids, in three values: ``hurt AND (dibao OR tekun) AND NOT relieved``.

Lines are read by :func:`yingjiu.screening.expressions.compile_logic`. A value is ``True``, ``False`` or
``None`` (unknown), by Kleene's tables, which are those of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

__all__ = [
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Constant",
    "Id",
    "Logic",
    "Not",
    "Truth",
    "deciding",
    "ids",
    "replaced",
    "simplified",
    "sql",
    "value",
    "written",
]

Truth = bool | None
"""True, false, or ``None``: unknown."""


@dataclass(frozen=True, slots=True)
class Id:
    """The truth of a condition, comparison or term."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Unknown stays unknown."""

    part: Logic


@dataclass(frozen=True, slots=True)
class AllOf:
    """False if any part is false, else unknown if any is unknown, else true."""

    parts: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if any part is true, else unknown if any is unknown, else false."""

    parts: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True if so many parts are true; false if so many can no longer be; else unknown."""

    number: int
    parts: tuple[Logic, ...]


Logic = Id | Constant | Not | AllOf | AnyOf | AtLeast


def value(logic: Logic, truths: Mapping[str, Truth]) -> Truth:  # noqa: PLR0911 - one for each kind of logic
    """The truth of ``logic`` given the truth of every id in it.

    Args:
        logic: what is asked.
        truths: id → truth; an id that is missing is a :class:`KeyError`, never a default.
    """
    match logic:
        case Id(name):
            return truths[name]
        case Constant(constant):
            return constant
        case Not(part):
            inner = value(part, truths)
            return None if inner is None else not inner
        case AllOf(parts):
            return _first_of(parts, truths, False)
        case AnyOf(parts):
            return _first_of(parts, truths, True)
        case AtLeast(number, parts):
            values = [value(part, truths) for part in parts]
            sure = sum(each is True for each in values)
            if sure >= number:
                return True
            return None if sure + sum(each is None for each in values) >= number else False


def _first_of(parts: Sequence[Logic], truths: Mapping[str, Truth], decides: bool) -> Truth:
    """``decides`` if any part has this value, else unknown if any is unknown, else the contrary."""
    found: Truth = not decides
    for part in parts:
        truth = value(part, truths)
        if truth is decides:
            return decides
        if truth is None:
            found = None
    return found


def ids(logic: Logic) -> Iterator[str]:
    """Every id in ``logic``, in the order in which it is written, possibly more than once."""
    match logic:
        case Id(name):
            yield name
        case Not(part):
            yield from ids(part)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from ids(part)


def replaced(logic: Logic, meaning: Callable[[str], Logic]) -> Logic:
    """``logic`` with every id replaced by what it means."""
    match logic:
        case Id(name):
            return meaning(name)
        case Constant():
            return logic
        case Not(part):
            return Not(replaced(part, meaning))
        case AllOf(parts):
            return AllOf(tuple(replaced(part, meaning) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(replaced(part, meaning) for part in parts))
        case AtLeast(number, parts):
            return AtLeast(number, tuple(replaced(part, meaning) for part in parts))


def sql(logic: Logic, column: Callable[[str], str]) -> str:
    """``logic`` as SQL over boolean columns.

    Args:
        logic: what is asked.
        column: the quoted column of an id.
    """
    match logic:
        case Id(name):
            return column(name)
        case Constant(constant):
            return "TRUE" if constant else "FALSE"
        case Not(part):
            return f"(NOT {sql(part, column)})"
        case AllOf(parts):
            return "(" + " AND ".join(sql(part, column) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(sql(part, column) for part in parts) + ")"
        case AtLeast(number, parts):
            inner = [sql(part, column) for part in parts]
            sure = " + ".join(f"CASE WHEN {part} THEN 1 ELSE 0 END" for part in inner)
            most = " + ".join(f"CASE WHEN {part} THEN 1 WHEN NOT {part} THEN 0 ELSE 1 END" for part in inner)
            return f"(CASE WHEN {sure} >= {number} THEN TRUE WHEN {most} < {number} THEN FALSE END)"


def written(logic: Logic) -> str:
    """``logic`` as a person would write it: parentheses only where they are needed."""
    match logic:
        case Id(name):
            return name
        case Constant(constant):
            return "true" if constant else "false"
        case Not(part):
            return f"NOT {_bracketed(part, AllOf, AnyOf)}"
        case AllOf(parts):
            return " AND ".join(_bracketed(part, AnyOf) for part in parts)
        case AnyOf(parts):
            return " OR ".join(map(written, parts))
        case AtLeast(number, parts):
            return f"at_least({', '.join([str(number), *map(written, parts)])})"


def _bracketed(logic: Logic, *looser: type) -> str:
    return f"({written(logic)})" if isinstance(logic, looser) else written(logic)


MOST_TRIED: Final = 8
"""Above so many unknowns (256 worlds) :func:`deciding` names every unknown instead of trying all."""


def simplified(logic: Logic, truths: Mapping[str, Truth]) -> Logic:  # noqa: PLR0911 - one for each kind of logic
    """``logic`` with the known ids taken out: what still depends on the unknown ones."""
    match logic:
        case Id(name):
            known = truths[name]
            return logic if known is None else Constant(known)
        case Constant():
            return logic
        case Not(part):
            inner = simplified(part, truths)
            return Constant(not inner.value) if isinstance(inner, Constant) else Not(inner)
        case AllOf(parts):
            return _joined(AllOf, [simplified(part, truths) for part in parts], neutral=True)
        case AnyOf(parts):
            return _joined(AnyOf, [simplified(part, truths) for part in parts], neutral=False)
        case AtLeast(number, parts):
            rest = [simplified(part, truths) for part in parts]
            wanted = number - sum(part == Constant(value=True) for part in rest)
            left = tuple(part for part in rest if not isinstance(part, Constant))
            if wanted <= 0 or wanted > len(left):
                return Constant(wanted <= 0)
            return AtLeast(wanted, left)


def _joined(kind: type[AllOf | AnyOf], parts: list[Logic], *, neutral: bool) -> Logic:
    if Constant(not neutral) in parts:
        return Constant(not neutral)
    left = tuple(part for part in parts if not isinstance(part, Constant))
    return Constant(neutral) if not left else left[0] if len(left) == 1 else kind(left)


def deciding(logic: Logic, truths: Mapping[str, Truth]) -> tuple[str, ...]:
    """The unknown ids whose answer can still change ``logic``.

    An id decides if, for some answers to the other unknowns, its own answer makes the difference.

    Args:
        logic: what is asked; its value is unknown.
        truths: id → truth.

    Returns:
        Ids in the order in which ``logic`` names them.
    """
    rest = simplified(logic, truths)
    named = list(ids(rest))
    unknown = list(dict.fromkeys(named))
    if len(named) == len(unknown) or len(unknown) > MOST_TRIED:
        return tuple(unknown)  # each is named once, so each decides; or too many to try
    worlds = {
        answers: value(rest, dict(zip(unknown, answers, strict=True)))
        for answers in product((False, True), repeat=len(unknown))
    }
    return tuple(
        name
        for index, name in enumerate(unknown)
        if any(
            result != worlds[(*answers[:index], not answers[index], *answers[index + 1 :])]
            for answers, result in worlds.items()
        )
    )
