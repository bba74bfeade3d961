"""What the amount would be if one fact were different, from the same tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yingjiu.awards.compute import Award, compute_with
from yingjiu.awards.facts import Fact, with_facts
from yingjiu.awards.inputs import NO_GRADE
from yingjiu.awards.interval import Interval, plain
from yingjiu.awards.trace import TraceStep
from yingjiu.language import _

__all__ = ["Counterfactual", "counterfactuals", "what_if"]


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """One change of facts, and what comes of it.

    Attributes:
        says: the change in words.
        before: the amount as it is.
        after: the amount then.
        steps: the steps whose values differ: (before, after).
    """

    says: str
    before: Interval
    after: Interval
    steps: tuple[tuple[TraceStep, TraceStep], ...]

    @property
    def difference(self) -> Interval | None:
        """By how much the amount rises; None when it falls or is not known exactly."""
        if self.before.exact and self.after.exact and self.after.low >= self.before.low:
            return Interval.of(self.after.low - self.before.low)
        return None

    @property
    def shown(self) -> str:
        """The change in yuan, with its sign."""
        if self.before.exact and self.after.exact:
            return f"{self.after.low - self.before.low:+,.0f}"
        return f"{plain(self.after.low)} … {plain(self.after.high)}"


def what_if(award: Award, changes: Mapping[str, Any]) -> Counterfactual:
    """Compute the same case with some facts changed.

    Args:
        award: as it is.
        changes: facts as in a case file.

    Returns:
        The change and its effect.

    Raises:
        CaseError: a changed fact is wrong.
    """
    case = with_facts(award.case, changes)
    after = compute_with(case, award.standard, award.parameters, [])
    before_steps = {step.id: step for step in award.steps}
    steps = tuple(
        (before_steps[step.id], step)
        for step in after.steps
        if step.id in before_steps and step.value != before_steps[step.id].value
    )
    says = _("; ").join(
        _("{input}: {before} → {after}").format(
            input=fact.input.says, before=award.case.facts[name].shown, after=fact.shown
        )
        for name, fact in case.facts.items()
        if name in changes
    )
    return Counterfactual(says, award.amount, after.amount, steps)


def counterfactuals(award: Award) -> tuple[Counterfactual, ...]:
    """The nearest changes of each fact that the amount rests on, and what they would do.

    Args:
        award: as it is.

    Returns:
        Changes that change the amount, in the order of the facts.
    """
    used = {told.name for step in award.steps for told in step.inputs}
    found = []
    for name, fact in award.case.facts.items():
        if name in used and fact.known:
            found += [what_if(award, {name: value}) for value in _neighbours(fact)]
    return tuple(each for each in found if each.after != each.before)


def _neighbours(fact: Fact) -> Iterator[Any]:
    """Values next to a known one, as they are written in a case file."""
    item = fact.input
    match item.kind:
        case "flag":
            yield fact.codes == ("false",)
        case "code" | "grade" if fact.name != "harm":
            at = item.codes.index(fact.codes[0])
            for code in item.codes[max(0, at - 1) : at] + item.codes[at + 1 : at + 2]:
                whole = item.kind == "grade" and code != NO_GRADE
                yield {"scale": item.scale, "grade": code} if whole else code
        case "codes":
            yield from ([code for code in fact.codes if code != one] for one in fact.codes)
        case "count" if fact.amount is not None and item.name != "victim_age":
            for change in (-1, 1):
                number = fact.amount.low + change
                if (1 if item.name == "levels" else 0) <= number <= item.most:
                    yield number
        case "money" if fact.amount is not None and item.default is None:
            for yuan in (Decimal(-10_000), Decimal(10_000)):
                if fact.amount.low + yuan >= 0:
                    yield fact.amount.low + yuan
        case _:
            return
