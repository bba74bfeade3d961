"""Seal, lift, apply, decide, open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.audit.services import Action, record
from yingjiu.office.sealing.errors import SealingError
from yingjiu.office.sealing.grants import Grant
from yingjiu.office.sealing.models import (
    LiftGround,
    QueryGround,
    Seal,
    SealedRow,
    SealGround,
    State,
    UnsealRequest,
)
from yingjiu.office.sealing.querysets import SealableQuerySet, everything, is_sealed, type_of
from yingjiu.office.sealing.registry import related_rows

__all__ = [
    "grant",
    "lift",
    "may_decide",
    "opened",
    "refuse",
    "request",
    "seal",
    "seal_along",
    "take_grant",
]

REPLY_DAYS: Final = 7
"""人民检察院刑事诉讼规则第四百八十四条: within seven days; calendar days, never moved by a holiday."""
OPEN_DAYS: Final = 7
LONGEST_OPEN_DAYS: Final = 30


@transaction.atomic
def seal(
    *,
    subject: models.Model,
    ground: SealGround,
    user: User,
    joint_case: bool = False,
    note: str = "",
    request: HttpRequest | None = None,
) -> Seal:
    """Seal a subject and all that is registered as belonging to it.

    Args:
        subject: a row of a model whose queryset is a ``SealableQuerySet``.
        ground: why.
        user: who seals.
        joint_case: the file also concerns adults.
        note: kept encrypted.
        request: for the record.

    Raises:
        SealingError: ``SEL-001`` it is sealed already; ``SEL-002`` the user belongs to no procuratorate;
            ``SEL-005`` lists would go on showing it, or something that belongs to it.
    """
    office = _office(user)
    if is_sealed(subject):
        raise _error("SEL-001", _("this is sealed already"), _("apply to look behind the seal"))
    covering = [row for row in related_rows(subject) if not is_sealed(row) or _covered(row).exists()]
    for row in covering:
        if not isinstance(type(row)._default_manager.all(), SealableQuerySet):
            raise _error(
                "SEL-005",
                _("records of this kind cannot be sealed: {kind}").format(kind=row._meta.verbose_name),
                _("lists would go on showing them; tell whoever maintains the office"),
            )
    made = Seal(
        organisation=office,
        year=timezone.localdate().year,
        subject_type=type_of(type(subject)),
        subject_id=subject.pk,
        ground=ground,
        article=SealGround(ground).article,
        joint_case=joint_case,
        note=note,
        by=user,
        at=timezone.now(),
    )
    made.serial = _next_serial(office, made.year)
    made.full_clean(validate_unique=False)
    made.save()
    covered = [_close(made, row) for row in covering]
    SealedRow.objects.bulk_create(covered)
    record(
        Action.DECISION,
        user=user,
        subject=made,
        detail={"seal": "set", "ground": str(ground), "rows": len(covered), "joint_case": joint_case},
        request=request,
    )
    return made


@transaction.atomic
def seal_along(rows: Iterable[models.Model], *, subject: models.Model) -> None:
    """Seal what came to a sealed subject afterwards, as a lead that a later run finds.

    The seals that cover the subject cover these rows too: they open, and are lifted, together.

    Args:
        rows: what belongs to the subject.
        subject: what is sealed, or is not.
    """
    if not is_sealed(subject):
        return
    over = list(_covered(subject).select_related("seal"))
    for row in rows:
        before = getattr(row, "secrecy", None)
        if before == Secrecy.SEALED:
            before = over[0].secrecy_before if over else None
        _mark(row)
        SealedRow.objects.bulk_create(
            [
                SealedRow(
                    seal=each.seal,
                    subject_type=type_of(type(row)),
                    subject_id=row.pk,
                    secrecy_before=before,
                )
                for each in over
            ],
            ignore_conflicts=True,
        )


@transaction.atomic
def lift(
    *, seal: Seal, ground: LiftGround, reason: str, user: User, request: HttpRequest | None = None
) -> Seal:
    """Lift a seal for good; what it covered is as before, unless another seal covers it too.

    Raises:
        SealingError: ``SEL-003`` it was lifted already; ``SEL-004`` who sealed cannot lift, or no reason.
    """
    standing = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if standing.lifted_at is not None:
        raise _error("SEL-003", _("this seal was lifted already"), _("open the list of seals again"))
    if standing.by_id == user.pk:
        raise _error(
            "SEL-004", _("who sealed cannot lift the seal"), _("ask the deputy chief procurator to decide")
        )
    if not reason.strip():
        raise _error(
            "SEL-004", _("a seal is lifted for a reason"), _("write down what was decided, and where")
        )
    standing.lift_ground, standing.lift_reason = ground, reason.strip()
    standing.lifted_by, standing.lifted_at = user, timezone.now()
    standing.full_clean(validate_unique=False)
    standing.save()
    for row in standing.rows.select_related("subject_type"):
        _reopen(row)
    record(
        Action.DECISION,
        user=user,
        subject=standing,
        detail={"seal": "lifted", "ground": str(ground)},
        request=request,
    )
    return standing


@transaction.atomic
def request(
    *,
    seal: Seal,
    applicant: str,
    reference: str,
    ground: QueryGround,
    application: str,
    received_on: date,
    opened_for: User,
    user: User,
    provision: str = "",
    http: HttpRequest | None = None,
) -> UnsealRequest:
    """Record a written application to look behind a seal.

    Args:
        seal: which.
        applicant: the judicial organ or the unit.
        reference: the number of its letter.
        ground: one of the two that the law knows.
        application: what it asks for, and why.
        received_on: the day the letter came; the seven days run from it.
        opened_for: who will look, if it is granted.
        user: who records it.
        provision: the rule of the State under which a unit asks.
        http: for the record.

    Raises:
        SealingError: ``SEL-010`` the seal is lifted, or another procuratorate's; ``SEL-014`` a field is
            wrong.
    """
    office = _office(user)
    seal = Seal.objects.select_for_update(no_key=True).get(pk=seal.pk)
    if seal.lifted_at is not None or seal.organisation_id != office.pk:
        raise _error(
            "SEL-010",
            _("your procuratorate has no such seal"),
            _("look up the number of the seal; another procuratorate decides on its own seals"),
        )
    made = UnsealRequest(
        organisation=office,
        seal=seal,
        applicant=applicant.strip(),
        reference=reference.strip(),
        ground=ground,
        provision=provision.strip(),
        application=application.strip(),
        received_on=received_on,
        due_on=received_on + timedelta(days=REPLY_DAYS),
        opened_for=opened_for,
        recorded_by=user,
        recorded_at=timezone.now(),
    )
    if opened_for.procuratorate != office:
        raise _error("SEL-010", _("it can be opened for a colleague only"), _("choose a user of this office"))
    try:
        made.full_clean()
    except ValidationError as error:
        raise SealingError(
            *(
                Fault("SEL-014", "; ".join(texts), path=name, hint=_("correct the form and send it again"))
                for name, texts in error.message_dict.items()
            )
        ) from None
    made.save()
    record(
        Action.DECISION,
        user=user,
        subject=made,
        detail={"unseal": "applied", "ground": str(ground)},
        request=http,
    )
    return made


@transaction.atomic
def grant(
    *,
    request: UnsealRequest,
    user: User,
    days: int = OPEN_DAYS,
    reason: str = "",
    http: HttpRequest | None = None,
) -> UnsealRequest:
    """Grant an application: what is sealed opens for one user and a time.

    Raises:
        SealingError: ``SEL-011`` decided already; ``SEL-012`` by who recorded it or will look, or without
            the right; ``SEL-013`` too long.
    """
    found = _decidable(request, user)
    if not 1 <= days <= LONGEST_OPEN_DAYS:
        raise _error(
            "SEL-013",
            _("a seal is opened for 1 to {days} days").format(days=LONGEST_OPEN_DAYS),
            _("choose a shorter time; it can be applied for again"),
        )
    found.expires_at = timezone.now() + timedelta(days=days)
    return _decide(found, State.GRANTED, reason, user, http)


@transaction.atomic
def refuse(
    *, request: UnsealRequest, reason: str, user: User, http: HttpRequest | None = None
) -> UnsealRequest:
    """Refuse an application, with the reason.

    Raises:
        SealingError: as :func:`grant`; ``SEL-013`` no reason.
    """
    found = _decidable(request, user)
    if not reason.strip():
        raise _error("SEL-013", _("a refusal needs a reason"), _("write down why"))
    return _decide(found, State.REFUSED, reason, user, http)


def take_grant(*, request: UnsealRequest, user: User, http: HttpRequest | None = None) -> Grant:
    """Take what was granted into one's hand.

    Raises:
        SealingError: ``SEL-020`` it was not granted, ``SEL-021`` its time is over, ``SEL-022`` it was granted
            for somebody else.
    """
    permit = UnsealRequest.objects.select_related("seal").get(pk=request.pk)
    if permit.opened_for_id != user.pk:
        raise _error(
            "SEL-022", _("this seal was opened for somebody else"), _("apply for it in your own name")
        )
    if permit.state != State.GRANTED or permit.seal.lifted_at is not None:
        raise _error("SEL-020", _("this application was not granted"), _("wait for the decision"))
    if not permit.open:
        raise _error("SEL-021", _("the time for which it was opened is over"), _("apply again"))
    return Grant(permit, user, http)


def opened(grant: Grant, model: type[models.Model]) -> list[int]:
    """Keys of the rows of a model that a grant opens; the opening is on record.

    Raises:
        SealingError: as :func:`take_grant`; the grant is checked again at every opening.
    """
    permit = take_grant(request=grant.permit, user=grant.user, http=grant.request).permit
    rows = permit.seal.rows.filter(subject_type=type_of(model))
    keys = list(rows.values_list("subject_id", flat=True))
    record(
        Action.REVEAL,
        user=grant.user,
        subject=permit.seal,
        purpose=permit.get_ground_display(),
        detail={"unseal": "opened", "application": permit.pk, "model": model._meta.label, "rows": len(keys)},
        request=grant.request,
    )
    return keys


def may_decide(request: UnsealRequest, user: User) -> bool:
    """Whether a user may decide on an application: a head or deputy of the office, not for themselves."""
    right = user.has_role(Role.HEAD, Role.DEPUTY_CHIEF) and user.procuratorate == request.organisation
    return right and user.pk not in {request.recorded_by_id, request.opened_for_id}


def _decidable(request: UnsealRequest, user: User) -> UnsealRequest:
    found = UnsealRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if found.state != State.PENDING:
        raise _error(
            "SEL-011", _("this application was decided already"), _("open the page again to see the decision")
        )
    if not may_decide(found, user):
        raise _error(
            "SEL-012",
            _("who records an application or will look behind the seal does not decide on it"),
            _("the department head or the deputy chief procurator of the sealing office decides"),
        )
    return found


def _decide(
    found: UnsealRequest, state: State, reason: str, user: User, http: HttpRequest | None
) -> UnsealRequest:
    found.state, found.reason = state, reason.strip()
    found.decided_by, found.decided_at = user, timezone.now()
    late = timezone.localdate() > found.due_on
    found.full_clean()
    found.save()
    record(
        Action.DECISION, user=user, subject=found, detail={"unseal": str(state), "late": late}, request=http
    )
    return found


def _office(user: User) -> Organisation:
    office = user.procuratorate
    if office is None:
        raise _error("SEL-002", _("only a procuratorate seals records"), _("sign in as a user of one"))
    return office


def _next_serial(office: Organisation, year: int) -> int:
    Organisation.objects.select_for_update(no_key=True).get(pk=office.pk)  # one number at a time
    last = Seal.objects.filter(organisation=office, year=year).aggregate(last=models.Max("serial"))["last"]
    return (last or 0) + 1


def _covered(row: models.Model) -> models.QuerySet[SealedRow]:
    """What standing seals say of a row, the oldest first."""
    return SealedRow.objects.filter(
        subject_type=type_of(type(row)), subject_id=row.pk, seal__lifted_at=None
    ).order_by("pk")


def _close(made: Seal, row: models.Model) -> SealedRow:
    other = _covered(row).first()  # under another seal already: what it was before that one
    kept = SealedRow(
        seal=made,
        subject_type=type_of(type(row)),
        subject_id=row.pk,
        secrecy_before=other.secrecy_before if other else getattr(row, "secrecy", None),
    )
    _mark(row)
    return kept


def _mark(row: models.Model) -> None:
    fields = {field.name for field in row._meta.concrete_fields}
    changes: dict[str, Any] = {
        name: value for name, value in (("sealed", True), ("secrecy", Secrecy.SEALED)) if name in fields
    }
    everything(type(row)).filter(pk=row.pk).update(**changes)
    for name, value in changes.items():
        setattr(row, name, value)


def _reopen(row: SealedRow) -> None:
    model = row.subject_type.model_class()
    if model is None:
        return  # the app is gone, and its table with it
    under = SealedRow.objects.filter(subject_type=row.subject_type, subject_id=row.subject_id)
    if under.filter(seal__lifted_at=None).exists():
        return  # another seal stands
    fields = {field.name for field in model._meta.concrete_fields}
    changes: dict[str, Any] = {}
    if "sealed" in fields:
        changes["sealed"] = False
    if "secrecy" in fields:
        changes["secrecy"] = row.secrecy_before or Secrecy.NORMAL
    everything(model).filter(pk=row.subject_id).update(**changes)


def _error(code: str, message: str, hint: str) -> SealingError:
    return SealingError(Fault(code, message, hint=hint))
