"""Record an event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.codes import mask_id, mask_phone
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.anchor import anchor_after_commit
from yingjiu.office.audit.errors import AuditError
from yingjiu.office.audit.models import Action, ChainHead, Event
from yingjiu.office.vault.values import canonical_text, plain

__all__ = ["Action", "record"]

_ID_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")
_ACCOUNT: Final = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
_PHONE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def record(
    action: Action,
    *,
    user: User | AnonymousUser | None,
    subject: models.Model | None = None,
    purpose: str = "",
    detail: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> Event:
    """Append an event to the chain, in the caller's transaction if there is one.

    Call it last inside a transaction: on PostgreSQL whoever appends holds the head of the chain until the
    commit, and others wait for it.

    Args:
        action: what was done.
        user: by whom; None for the office itself.
        subject: to what; its kind and number are recorded.
        purpose: what for, in the user's words.
        detail: what else is worth telling: counts, states, names of fields; no personal data. Numbers that
            look like an ID number, a bank account or a telephone are masked.
        request: where the address is taken from.

    Returns:
        The event.

    Raises:
        AuditError: ``AUD-002`` the chain has lost its head; nothing is written without being on record.
    """
    who = user if isinstance(user, User) else None
    at = who.organisation if who else None
    with transaction.atomic(savepoint=False):
        head = _head()
        event = Event(
            sequence=head.sequence + 1,
            at=timezone.now(),
            user=who,
            user_name=f"{who.display_name} ({who.username})"[:220] if who else "",
            organisation=at,
            organisation_name=at.name if at else "",
            action=action,
            subject_type=subject._meta.label if subject else "",
            subject_id=str(subject.pk)[:40] if subject else "",
            purpose=_masked(" ".join(purpose.split()))[:500],
            detail_text=canonical_text(_masked_all(plain(dict(detail or {})))),
            address=_address(request),
            previous=head.digest,
        )
        event.digest = event.computed_digest()
        event.save()
        ChainHead.objects.filter(pk=1).update(sequence=event.sequence, digest=event.digest)
        anchor_after_commit(event.sequence)
    return event


def _head() -> ChainHead:
    """The head of the chain, locked until the transaction ends; SQLite's transaction locks by itself."""
    head = ChainHead.objects.select_for_update(no_key=True).filter(pk=1).first()
    if head is None:
        if Event.objects.exists():
            _headless()
        ChainHead.objects.bulk_create([ChainHead()], ignore_conflicts=True)
        head = ChainHead.objects.select_for_update(no_key=True).get(pk=1)
    return head


def _headless() -> NoReturn:
    raise AuditError(
        Fault(
            "AUD-002",
            _("the log of events has lost its head; nothing can be recorded, so nothing is done"),
            hint=_("the audit administrator runs: yingjiu audit verify"),
        )
    )


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")[:45] if request is not None else ""


def _masked(text: str) -> str:
    """Hide numbers that look like personal data, whatever they are called."""
    for pattern, mask in ((_ID_NUMBER, mask_id), (_ACCOUNT, mask_id), (_PHONE, mask_phone)):
        text = pattern.sub(lambda found, mask=mask: mask(found[0]), text)  # type: ignore[misc] # a lambda's default
    return text


def _masked_all(value: Any) -> Any:
    if isinstance(value, str):
        return _masked(value)
    if isinstance(value, dict):
        return {key: _masked_all(each) for key, each in value.items()}
    return [_masked_all(each) for each in value] if isinstance(value, list) else value
