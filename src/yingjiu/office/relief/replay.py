"""Compute a decided amount again from nothing but its sealed record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yingjiu.awards import AwardError, award_case, award_data
from yingjiu.office.frame.templatetags.frame import money
from yingjiu.office.phrases import clauses
from yingjiu.office.relief.awarded import ends
from yingjiu.office.relief.errors import SealError, fault
from yingjiu.office.relief.models import SealedRecord
from yingjiu.office.relief.rule_texts import RuleSet, canonical
from yingjiu.office.relief.seal import is_intact

__all__ = ["Replay", "ReplayedCase", "replay", "replay_case"]


@dataclass(frozen=True, slots=True)
class Replay:
    """What computing again gives.

    Attributes:
        same: whether every step has the value it had.
        amount: what was decided, yuan; None for a refusal.
        recommended: lowest and highest that the standard recommends now, from the sealed texts.
        sealed: lowest and highest that it recommended then.
        differs: steps whose values differ: identifier, then, now.
        software: the version that sealed it.
    """

    same: bool
    amount: Decimal | None
    recommended: tuple[Decimal | None, Decimal | None]
    sealed: tuple[Decimal | None, Decimal | None]
    differs: tuple[tuple[str, str, str], ...] = ()
    software: str = ""


def replay(record: SealedRecord) -> Replay:
    """Compute the amount of a sealed decision again.

    Nothing but the record is read: the facts and the very texts of standard and parameters lie in it.

    Args:
        record: the sealed record.

    Returns:
        The comparison; a decision without a computed amount (a refusal) is the same by itself.

    Raises:
        SealError: ``REL-050`` the record was changed; ``REL-051`` its texts cannot be computed any more.
    """
    if not is_intact(record):
        raise SealError(
            fault(
                "REL-050",
                _("the sealed record no. {place} was changed: its digest does not agree").format(
                    place=record.place
                ),
                _("tell the audit administrator; restore the record from a backup"),
            )
        )
    content: dict[str, Any] = json.loads(record.content)
    decided = content["case"]["decided_amount"]
    amount = None if decided is None else Decimal(decided)
    computation = content["computation"]
    if computation is None or not computation["award"]:
        return Replay(True, amount, (None, None), (None, None), software=content["software"])
    then = computation["award"]
    try:
        award = RuleSet.of(canonical(computation["rules"])).compute(award_case(computation["input"]["case"]))
    except AwardError as error:
        raise SealError(
            fault(
                "REL-051",
                _("the sealed record cannot be computed any more: {why}").format(why=error.faults[0].message),
                _("use the version of the software that sealed it"),
                content["software"],
            )
        ) from None
    now = award_data(award)
    before = {step["id"]: step["value"] for step in then["steps"]}
    after = {step["id"]: step["value"] for step in now["steps"]}
    differs = tuple(
        (name, str(before.get(name)), str(after.get(name)))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )
    same = not differs and now["amount"] == then["amount"] and now["band"] == then["band"]
    return Replay(same, amount, ends(now["amount"]), ends(then["amount"]), differs, content["software"])


@dataclass(frozen=True, slots=True)
class ReplayedCase:
    """What a command says of every sealed decision of a case.

    Attributes:
        same: whether every step of every record has the value it had.
        says: the comparison in words, a line for each record.
    """

    same: bool
    says: str


def replay_case(number: str) -> ReplayedCase:
    """Compute every sealed decision of a case again; for the command, which no user's eyes limit.

    Args:
        number: the case's number, or the place of one sealed record in the chain.

    Returns:
        The comparison.

    Raises:
        SealError: ``REL-050``, ``REL-051`` as :func:`replay`; ``REL-052`` nothing is sealed.
    """
    told = number.strip()
    about = Q(case__number=told)
    if told.isascii() and told.isdigit() and len(told) < 10:
        about |= Q(place=int(told))
    records = list(SealedRecord.objects.filter(about).select_related("case").order_by("place"))
    if not records:
        raise SealError(
            fault(
                "REL-052",
                _("nothing is sealed under this number"),
                _("give the number of a decided case as its page shows it, or the number of a sealed record"),
            )
        )
    done = [(record, replay(record)) for record in records]
    return ReplayedCase(all(each.same for _record, each in done), "\n".join(_line(*each) for each in done))


def _line(record: SealedRecord, done: Replay) -> str:
    """One record in words."""
    begins = _("{number}, sealed record no. {place}:").format(number=record.case.number, place=record.place)
    if not done.same:
        steps = clauses(f"{name} {then} → {now}" for name, then, now in done.differs)
        return f"{begins} " + _("computed again, these steps have other values: {steps}").format(steps=steps)
    if done.recommended[0] is None:
        return f"{begins} " + _("the decision has no computed amount; the record is unchanged")
    low, high = done.recommended
    band = money(low) if low == high or high is None else f"{money(low)} – {money(high)}"
    said = _("computed again, every step has the value it had; recommended {band}").format(band=band)
    decided = "" if done.amount is None else _(", decided {amount}").format(amount=money(done.amount))
    return f"{begins} {said}{decided}"
