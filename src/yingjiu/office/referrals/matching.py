"""Which measures a person may have, why, and what is still unknown. Pure: knows nothing of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from yingjiu.office.phrases import clauses, in_language, labelled
from yingjiu.office.referrals.measures import Catalogue, FactDeclared, Measure
from yingjiu.screening.logic import Truth, deciding, ids, value

__all__ = ["Facts", "Judged", "MatchedMeasure", "judge", "match", "match_one"]

Outcome = Literal["match", "possible", "no", "already"]
_ORDER: Mapping[str, int] = {"match": 0, "possible": 1, "already": 2, "no": 3}


@dataclass(frozen=True, slots=True)
class Judged:
    """The truth of one fact.

    Attributes:
        key: the fact.
        says: it in words.
        truth: true, false, or None for unknown.
        evidence: what it rests on, in words.
        settle: what would settle it.
        warning: what to know about a standard it was compared with.
    """

    key: str
    says: str
    truth: Truth
    evidence: tuple[str, ...] = ()
    settle: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person and household.

    Attributes:
        region: six digits, of the county.
        on: the day for which it is judged.
        truths: facts that are known; a fact that is not named is unknown.
        evidence: what a fact rests on, in words.
        numbers: numbers that are known.
        recommended: measures that models recommend, with what they say.
    """

    region: str
    on: date
    truths: Mapping[str, Truth] = field(default_factory=dict)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    recommended: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchedMeasure:
    """A measure, judged for one person.

    Attributes:
        measure: the measure.
        outcome: ``match``; ``possible``: something is unknown; ``already``: the person has it, or what
            excludes it holds; ``no``.
        facts: every fact it rests on, in the order in which the rule names them.
        open: the unknown facts that can still change the outcome.
        recommended: what a model says that recommends it; empty if none does.
    """

    measure: Measure
    outcome: Outcome
    facts: tuple[Judged, ...]
    open: tuple[Judged, ...]
    recommended: str = ""

    @property
    def key(self) -> str:
        """Identifier of the measure."""
        return self.measure.key

    @property
    def true(self) -> tuple[Judged, ...]:
        """The facts that hold."""
        return tuple(each for each in self.facts if each.truth is True)

    @property
    def suggested(self) -> bool:
        """Whether it is ticked at first: it matches, or a model recommends it and nothing speaks against."""
        return self.outcome == "match" or (self.outcome == "possible" and bool(self.recommended))

    @property
    def reason(self) -> str:
        """What speaks for it, in one line; what a letter says unless the handler writes otherwise."""
        required = set(ids(self.measure.require))
        said = [each.says for each in self.true if each.key in required]
        return "；".join(said) or self.recommended


def judge(key: str, fact: FactDeclared, facts: Facts, catalogue: Catalogue) -> Judged:
    """The truth of one fact."""
    if fact.origin != "number":
        return Judged(key, fact.says, facts.truths.get(key), facts.evidence.get(key, ()), fact.settle)
    number = facts.numbers.get(fact.number or "")
    limit, warnings = Decimal(1), []
    for name in (fact.parameter, fact.times):
        if name is None:
            continue
        declared = catalogue.parameters[name]
        found = declared.at(facts.region, facts.on)
        if found is None:
            return Judged(
                key,
                fact.says,
                None,
                (),
                _("{standard} (the local standard has not been entered)").format(
                    standard=in_language(declared.title)
                ),
            )
        limit *= found.value
        if found.certainty != "read":
            warnings.append(labelled(in_language(declared.title), in_language(found.citation)))
    if number is None:
        return Judged(key, fact.says, None, (), fact.settle, clauses(warnings))
    truth = {
        "below": number < limit,
        "at_most": number <= limit,
        "above": number > limit,
        "at_least": number >= limit,
    }[fact.value or "below"]
    title = catalogue.numbers[fact.number or ""].title
    evidence = (
        _("{what} {number}, standard {limit}").format(
            what=in_language(title), number=f"{number:f}", limit=f"{limit:f}"
        ),
    )
    return Judged(key, fact.says, truth, evidence, fact.settle, clauses(warnings))


def match_one(measure: Measure, facts: Facts, catalogue: Catalogue) -> MatchedMeasure:
    """Judge one measure."""
    judged = {key: judge(key, catalogue.facts[key], facts, catalogue) for key in measure.facts}
    truths = {key: each.truth for key, each in judged.items()}
    required = value(measure.require, truths)
    excluded = value(measure.exclude, truths) if measure.exclude else False
    outcome: Outcome
    if excluded is True:
        outcome = "already"
    elif required is False:
        outcome = "no"
    elif required is True and excluded is False:
        outcome = "match"
    else:
        outcome = "possible"
    unknown: list[str] = []
    if outcome == "possible":
        if required is None:
            unknown += deciding(measure.require, truths)
        if excluded is None and measure.exclude is not None:
            unknown += deciding(measure.exclude, truths)
    return MatchedMeasure(
        measure,
        outcome,
        tuple(judged.values()),
        tuple(judged[key] for key in dict.fromkeys(unknown)),
        next(
            (facts.recommended[code] for code in (measure.key, *measure.also) if code in facts.recommended),
            "",
        ),
    )


def match(facts: Facts, catalogue: Catalogue) -> list[MatchedMeasure]:
    """Judge every measure, the best founded first.

    Args:
        facts: what is known.
        catalogue: measures and facts.

    Returns:
        Every measure: matches, then possible ones (recommended by a model first, then those with the most
        facts that hold), then what the person has already, then the rest.
    """
    found = [match_one(measure, facts, catalogue) for measure in catalogue.measures.values()]
    return sorted(
        found,
        key=lambda each: (_ORDER[each.outcome], not each.recommended, -len(each.true), len(each.open)),
    )
