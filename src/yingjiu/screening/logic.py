"""Boolean logic over ids, in three values: ``hurt AND (dibao OR tekun) AND NOT relieved``.

The grammar is small on purpose: ids, ``AND``, ``OR``, ``NOT``, parentheses, ``at_least(2, a, b, c)``,
``true`` and ``false``. A value is ``True``, ``False`` or ``None`` (unknown), by Kleene's tables, which are
those of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from yingjiu.language import _

__all__ = [
    "KEYWORDS",
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Constant",
    "Id",
    "Logic",
    "LogicError",
    "Not",
    "Truth",
    "deciding",
    "ids",
    "parse_logic",
    "replaced",
    "simplified",
    "sql",
    "value",
    "written",
]

Truth = bool | None
"""True, false, or ``None``: unknown."""

KEYWORDS: Final = frozenset({"AND", "OR", "NOT", "TRUE", "FALSE", "AT_LEAST"})
"""Words that are no ids, in any case."""

MAX_DEPTH: Final = 40
MAX_LENGTH: Final = 4000


class LogicError(ValueError):
    """The text is no logic over ids; the message says where."""


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
            values = [value(part, truths) for part in parts]
            return False if False in values else None if None in values else True
        case AnyOf(parts):
            values = [value(part, truths) for part in parts]
            return True if True in values else None if None in values else False
        case AtLeast(number, parts):
            values = [value(part, truths) for part in parts]
            sure = sum(each is True for each in values)
            if sure >= number:
                return True
            return None if sure + sum(each is None for each in values) >= number else False


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


_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9]+)|(?P<sign>[(),]))")


def parse_logic(text: str) -> Logic:
    """Read logic over ids.

    Args:
        text: such as ``"hurt AND NOT (relieved OR dead)"``.

    Raises:
        LogicError: with what is wrong and at which character.
    """
    if len(text) > MAX_LENGTH:
        raise LogicError(_("longer than {most} characters").format(most=MAX_LENGTH))
    return _Reader(text).whole()


class _Reader:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        self._next = 0
        place = 0
        text = text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                near = text[place:].lstrip()[:1]
                raise LogicError(
                    _("{sign!r} at character {place} belongs to no id, AND, OR, NOT or parenthesis").format(
                        sign=near, place=text.index(near, place) + 1
                    )
                )
            kind = match.lastgroup or ""
            self._tokens.append((kind, match.group(kind), match.start(kind) + 1))
            place = match.end()

    def whole(self) -> Logic:
        logic = self._any(0)
        if self._next < len(self._tokens):
            raise self._unexpected()
        return logic

    def _unexpected(self) -> LogicError:
        if self._next >= len(self._tokens):
            return LogicError(_("it ends where an id is expected"))
        _kind, text, place = self._tokens[self._next]
        return LogicError(
            _("{text!r} at character {place} is not expected here").format(text=text, place=place)
        )

    def _peek(self) -> str:
        if self._next >= len(self._tokens):
            return ""
        kind, text, _place = self._tokens[self._next]
        return (
            text.upper() if kind == "word" and text.upper() in KEYWORDS else text if kind == "sign" else kind
        )

    def _take(self, wanted: str) -> str:
        if self._peek() != wanted:
            raise self._unexpected()
        self._next += 1
        return self._tokens[self._next - 1][1]

    def _any(self, depth: int) -> Logic:
        if depth > MAX_DEPTH:
            raise LogicError(_("nested deeper than {most}").format(most=MAX_DEPTH))
        parts = [self._all(depth)]
        while self._peek() == "OR":
            self._next += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self, depth: int) -> Logic:
        parts = [self._one(depth)]
        while self._peek() == "AND":
            self._next += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self, depth: int) -> Logic:
        if depth > MAX_DEPTH:
            raise LogicError(_("nested deeper than {most}").format(most=MAX_DEPTH))
        kind = self._peek()
        if kind == "NOT":
            self._next += 1
            return Not(self._one(depth + 1))
        if kind == "(":
            self._next += 1
            inner = self._any(depth + 1)
            self._take(")")
            return inner
        if kind in {"TRUE", "FALSE"}:
            self._next += 1
            return Constant(kind == "TRUE")
        if kind == "AT_LEAST":
            return self._at_least(depth)
        return Id(self._take("word"))

    def _at_least(self, depth: int) -> Logic:
        place = self._tokens[self._next][2]
        self._next += 1
        self._take("(")
        number = int(self._take("number"))
        parts = []
        while self._peek() == ",":
            self._next += 1
            parts.append(self._any(depth + 1))
        self._take(")")
        if not 1 <= number <= len(parts):
            raise LogicError(
                _("at_least at character {place}: {number} of {count} makes no sense").format(
                    place=place, number=number, count=len(parts)
                )
            )
        return AtLeast(number, tuple(parts))
