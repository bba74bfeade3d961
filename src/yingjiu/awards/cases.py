"""Cases that must hold: they stand beside each standard, and a lawyer can read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yingjiu.awards.compute import Award, compute
from yingjiu.awards.errors import AwardError
from yingjiu.awards.facts import award_case
from yingjiu.awards.interval import Interval, plain
from yingjiu.awards.parameters import ParameterBook
from yingjiu.awards.standard import MustHold, Standard
from yingjiu.awards.trace import recompute, walk
from yingjiu.language import _

__all__ = ["HeldCase", "hold_cases"]


@dataclass(frozen=True, slots=True)
class HeldCase:
    """What became of a case.

    Attributes:
        standard: the standard.
        says: what the case shows.
        faults: what differs from what was expected; none when it holds.
    """

    standard: str
    says: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything is as expected."""
        return not self.faults


def hold_cases(standards: Sequence[Standard], book: ParameterBook) -> tuple[HeldCase, ...]:
    """Compute every case of every standard, and hold it against what is expected.

    Each trace is also computed again from its printed formulas.

    Args:
        standards: the standards.
        book: the parameters.

    Returns:
        One result for each case.
    """
    return tuple(
        HeldCase(standard.standard, case.says, tuple(_faults(case, standard, book)))
        for standard in standards
        for case in standard.cases
    )


def _faults(case: MustHold, standard: Standard, book: ParameterBook) -> Iterator[str]:
    wanted = case.expect.get("error")
    data: dict[str, Any] = {"region": case.region, "decided_on": case.decided_on, "facts": case.facts}
    data |= {
        name: told for name, told in (("approval", case.approval), ("wage", case.wage)) if told is not None
    }
    try:
        award = compute(award_case(data), standard, book)
    except AwardError as error:
        if wanted is None:
            yield str(error)
        elif wanted not in {fault.code for fault in error.faults}:
            yield _("expected the error {wanted}, found {found}").format(wanted=wanted, found=error.code)
        return
    if wanted is not None:
        yield _("expected the error {wanted}, found an amount").format(wanted=wanted)
        return
    for name, expected in case.expect.items():
        found = _value(award, name)
        if found is None:
            yield _("there is no step {name}").format(name=name)
        elif not _same(found, expected):
            yield _("{name}: expected {expected}, found {found}").format(
                name=name, expected=expected, found=found if isinstance(found, str) else str(found)
            )
    for step in walk(award.root):
        if step.value.exact and recompute(step.formula) != step.value.low:
            yield _("{name}: the printed formula {formula} does not give {value}").format(
                name=step.id, formula=step.formula, value=plain(step.value.low)
            )


def _value(award: Award, name: str) -> Interval | None:
    if name in {"amount", "range"}:
        return award.amount
    if name == "band":
        return award.band
    if name == "first_relief":
        return award.first_relief.value if award.first_relief else Interval.of(0)
    if name in {"to_pay", "overpaid"}:
        step = award.to_pay if name == "to_pay" else award.overpaid
        return step.value
    return next((step.value for step in award.steps if step.id == name), None)


def _same(found: Interval, expected: Any) -> bool:
    if isinstance(expected, list):
        return [found.low, found.high] == [Decimal(str(each)) for each in expected]
    return found.exact and found.low == Decimal(str(expected))
