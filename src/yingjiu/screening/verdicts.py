"""What a model makes of the truths of its atoms: outcome, level, exclusion, what settles, what to ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from yingjiu.screening.declared import LEVELS, Level, Outcome
from yingjiu.screening.logic import AllOf, AnyOf, AtLeast, Constant, Id, Logic, Not, Truth, deciding, value
from yingjiu.screening.model import Model, Recommendation

__all__ = ["Verdict", "judge"]

Truths = tuple[Truth, ...]
"""The truth of each atom of a model, in the order of :attr:`Model.atoms`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model says about a subject.

    Attributes:
        outcome: ``match``, ``possible`` or ``no``.
        level: urgency; ``None`` if the outcome is no.
        excluded: it met the requirements, or might, and is left out for a stated reason.
        excluded_by: ids of the atoms that exclude it.
        settle: ids of unknown atoms whose answer can still change the outcome (all of them, when so many
            are unknown that not all answers can be tried), and of true ones that cast doubt on it.
        ask: ids of atoms and terms that a person must answer.
        recommend: help to ask other agencies for.
    """

    outcome: Outcome
    level: Level | None = None
    excluded: bool = False
    excluded_by: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    recommend: tuple[Recommendation, ...] = ()


_MOST_REMEMBERED: Final = 2**18
"""Verdicts remembered. A county of a million people shows 70,000 patterns, and each is asked for twice."""


def judge(model: Model, truths: Truths) -> Verdict:
    """Judge one pattern of truths.

    Args:
        model: the model.
        truths: in the order of its atoms.
    """
    return _judged(_Key(model, truths))


@dataclass(frozen=True)
class _Key:
    """A model is told from another by what it says, not by walking through it."""

    model: Model
    truths: Truths

    def __hash__(self) -> int:
        return hash((self.model.digest, self.truths))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Key)
            and self.model.digest == other.model.digest
            and self.truths == other.truths
        )


@lru_cache(maxsize=_MOST_REMEMBERED)
def _judged(key: _Key) -> Verdict:
    model = key.model
    truths = {atom.id: truth for atom, truth in zip(model.atoms, key.truths, strict=True)}
    require = value(model.require, truths)
    exclude = value(model.exclude, truths) if model.exclude is not None else False
    if require is False:
        return Verdict("no")
    if exclude is True and model.exclude is not None:
        return Verdict("no", excluded=True, excluded_by=_supporting(model.exclude, truths))
    known = {**truths, **{term.id: value(term.logic, truths) for term in model.terms}}
    open_ = () if require is True and exclude is False else deciding(model.verdict, truths)
    doubts = [name for name in model.doubt if known[name] is True]
    settle = dict.fromkeys([*open_, *(leaf for name in doubts for leaf in _doubted(model, name, truths))])
    sure = require is True and exclude is False and not doubts
    return Verdict(
        "match" if sure else "possible",
        level=_level(model, truths),
        settle=tuple(settle),
        ask=tuple(name for name in model.ask if known[name] is not False),
        recommend=tuple(each for each in model.recommend if value(each.when, truths) is True),
    )


def _level(model: Model, truths: dict[str, Truth]) -> Level:
    for level, logic in model.level:
        if value(logic, truths) is True:
            return level
    return LEVELS[-1]


def _doubted(model: Model, name: str, truths: dict[str, Truth]) -> tuple[str, ...]:
    """The atoms because of which a doubt holds."""
    meaning = next((term.logic for term in model.terms if term.id == name), Id(name))
    return _supporting(meaning, truths)


def _supporting(logic: Logic, truths: dict[str, Truth], *, wanted: bool = True) -> tuple[str, ...]:
    """The ids because of which ``logic`` has the value ``wanted``."""
    match logic:
        case Id(name):
            return (name,) if truths[name] is wanted else ()
        case Constant():
            return ()
        case Not(part):
            return _supporting(part, truths, wanted=not wanted)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            found = [
                name
                for part in parts
                if value(part, truths) is wanted
                for name in _supporting(part, truths, wanted=wanted)
            ]
            return tuple(dict.fromkeys(found))
