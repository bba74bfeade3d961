"""Facts frozen at a decision: one canonical JSON with its SM3 digest, linked to the one before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.relief.models import ReliefCase, SealedRecord
from yingjiu.office.relief.rule_texts import canonical, sm3
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.vault.errors import VaultError

__all__ = ["SCHEMA", "broken_seals", "content_of", "is_intact", "seal"]

SCHEMA: Final = 1
"""Version of the layout of the sealed JSON."""


def _plain(value: Any) -> Any:
    """Dates and amounts as text, and nothing that JSON does not know."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _digest(previous: str, content: str) -> str:
    return sm3(f"{previous}\n{content}")


def seal(case: ReliefCase, *, kind: str, user: User) -> SealedRecord:
    """Seal a decision; the caller holds the transaction.

    Args:
        case: with all that it was decided on.
        kind: grant, refuse or refer.
        user: who took the last step.
    """
    office = Organisation.objects.select_for_update(no_key=True).get(pk=case.organisation_id)
    place = (
        everything(SealedRecord).filter(organisation=office).aggregate(last=Max("place"))["last"] or 0
    ) + 1
    before = everything(SealedRecord).filter(organisation=office, place=place - 1).first()
    previous = before.digest if before else ""
    now = timezone.now()
    content = canonical(_plain(content_of(case, kind=kind, place=place, previous=previous, at=now)))
    return SealedRecord.objects.create(
        case=case,
        organisation=office,
        place=place,
        kind=kind,
        content=content,
        digest=_digest(previous, content),
        previous=previous,
        amount=case.decided_amount,
        sealed_at=now,
        sealed_by=user,
    )


def content_of(case: ReliefCase, *, kind: str, place: int, previous: str, at: datetime) -> dict[str, Any]:
    """Everything a decision rests on, as plain values."""
    return {
        "schema": SCHEMA,
        "software": _software(),
        "place": place,
        "previous": previous,
        "sealed_at": at.isoformat(),
        "kind": kind,
        "case": _case(case),
        "person": _person(case),
        "application": _application(case),
        "lead": _lead(case),
        "materials": [
            {
                "item": each.item,
                "title": each.title,
                "state": each.state,
                "evidence": each.evidence,
                "note": each.note,
            }
            for each in case.materials.all()
        ],
        "review": [
            {
                "question": each.question,
                "answer": each.answer,
                "evidence": each.evidence,
                "reason": each.reason,
                "by": str(each.answered_by),
            }
            for each in case.answers.select_related("answered_by").order_by("question")
        ],
        "facts": case.facts,
        "computation": _computation(case),
        "shares": [
            {"organisation": str(each.organisation), "amount": each.amount, "approved_on": each.approved_on}
            for each in case.shares.select_related("organisation")
        ],
        "approvals": [
            {
                "kind": each.kind,
                "round": each.round,
                "order": each.order,
                "chain": each.chain,
                "title": each.title,
                "role": each.role,
                "organisation": str(each.organisation),
                "state": each.state,
                "by": str(each.acted_by) if each.acted_by else "",
                "for": str(each.acting_for) if each.acting_for else "",
                "at": each.acted_at,
                "reason": each.reason,
            }
            for each in case.approvals.select_related("organisation", "acted_by", "acting_for")
        ],
    }


def _case(case: ReliefCase) -> dict[str, Any]:
    names = (
        "number case_no charge stage region harm minor way proposal opinion band_reason proposed_amount "
        "decided_amount urgent_amount urgent_state paid_total "
        "opened_on applied_on accepted_on proposed_on decided_on"
    )
    told: dict[str, Any] = {name: getattr(case, name) for name in names.split()}
    return {**told, "organisation": str(case.organisation), "handler": str(case.handler or "")}


def _person(case: ReliefCase) -> dict[str, Any]:
    person = case.person
    return {
        name: getattr(person, name)
        for name in ("key", "name", "id_number", "phone", "address", "sex", "birth_date", "region")
    }


def _application(case: ReliefCase) -> dict[str, Any] | None:
    application = getattr(case, "application", None)
    if application is None:
        return None
    return {
        name: getattr(application, name)
        for name in (
            "way",
            "applied_on",
            "form",
            "reason",
            "requested",
            "record",
            "bank",
            "account_name",
            "account",
        )
    }


def _lead(case: ReliefCase) -> dict[str, Any] | None:
    lead = case.lead
    if lead is None:
        return None
    return {
        "run": lead.run,
        "models": lead.models,
        "finding": lead.finding,
        "facts_digest": lead.facts_digest,
    }


def _computation(case: ReliefCase) -> dict[str, Any] | None:
    found = case.computation
    if found is None:
        return None
    return {
        "standard": found.standard,
        "computed_at": found.computed_at,
        "input": found.input,
        "award": found.award,
        "refused": found.refused,
        "rules": json.loads(found.rules.content),
        "rules_digest": found.rules_id,
    }


def _software() -> str:
    try:
        return f"yingjiu {version('yingjiu')}"
    except PackageNotFoundError:  # a checkout that was never installed
        return "yingjiu"


def is_intact(record: SealedRecord) -> bool:
    """Whether a sealed record still has the digest it was sealed with.

    Args:
        record: as read from the database.
    """
    return record.digest == _digest(record.previous, record.content)


def broken_seals(organisation: Organisation) -> Iterator[tuple[int, str]]:
    """Walk the chain of a procuratorate.

    Args:
        organisation: the procuratorate.

    Yields:
        The place of each record that is wrong, and what is wrong: ``changed``, ``unreadable``, ``missing`` or
        ``unlinked``.
    """
    previous, expected = "", 1
    places = (
        everything(SealedRecord)
        .filter(organisation=organisation)
        .order_by("place")
        .values_list("pk", "place")
    )
    for key, place in places:
        while expected < place:
            yield expected, "missing"
            expected += 1
        try:
            record = everything(SealedRecord).get(pk=key)
        except VaultError:
            yield place, "unreadable"
            previous = everything(SealedRecord).filter(pk=key).values_list("digest", flat=True)[0]
            expected += 1
            continue
        if not is_intact(record):
            yield place, "changed"
        elif record.previous != previous:
            yield place, "unlinked"
        previous, expected = record.digest, place + 1
