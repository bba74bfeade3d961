"""What is done with a clock: start, pause, resume, extend, stop, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.visibility import CaseData, handed_on
from yingjiu.office.clocks.arithmetic import Period, Unit, add_months
from yingjiu.office.clocks.catalogue import limit_of
from yingjiu.office.clocks.counting import computation, remind_day, today
from yingjiu.office.clocks.errors import clock_error
from yingjiu.office.clocks.limits import ExtensionRule
from yingjiu.office.clocks.matters import day_moved
from yingjiu.office.clocks.models import Clock, EventKind, State
from yingjiu.office.clocks.selectors import due_for
from yingjiu.office.clocks.writing import set_cancelled, tell, terms

__all__ = [
    "cancel",
    "cancel_if_running",
    "due_for",
    "explain_breach",
    "extend",
    "hand_over",
    "pause",
    "resume",
    "running",
    "start",
    "stop",
    "stop_if_running",
]


@transaction.atomic
def start(
    subject: models.Model,
    limit: str,
    *,
    on: date,
    organisation: Organisation,
    handler: User | None = None,
    department: Organisation | None = None,
    agency: Organisation | None = None,
    secrecy: int = 1,
    user: User | None = None,
) -> Clock:
    """Start a time limit for a matter.

    Args:
        subject: the saved matter.
        limit: key in ``catalogue/clocks``, as ``"relief.decision"``.
        on: the day of the event; it does not count.
        organisation: the procuratorate that sees it.
        handler: who handles the matter.
        department: its department.
        agency: the agency that the limit binds.
        secrecy: of the matter.
        user: who starts it; None for the system.

    Returns:
        The clock, with its due day.

    Raises:
        ClockError: ``CLK-001`` no such limit, ``CLK-002`` one runs already.
    """
    given = terms(limit, on)
    if running(subject, limit) is not None:
        raise clock_error(
            "CLK-002",
            _("this time limit already runs for the matter: {title}").format(title=limit_of(limit).title),
            _("stop the one that runs first"),
        )
    clock = Clock(
        subject=subject,
        organisation=organisation,
        department=department,
        handler=handler,
        agency=agency,
        secrecy=secrecy,
        **given,
    )
    clock.full_clean(exclude=["subject_type"], validate_constraints=False)
    clock.save()
    tell(clock, EventKind.STARTED, on, user)
    return clock


def running(subject: models.Model, limit: str) -> Clock | None:
    """The clock of this limit that has not been stopped, if there is one."""
    return Clock.objects.of(subject).open().filter(limit=limit).first()


@transaction.atomic
def pause(clock: Clock, *, on: date, reason: str, user: User | None = None) -> Clock:
    """Stop counting for a while; the day after ``on`` is the first that does not count.

    Args:
        clock: it runs.
        on: the day of the event.
        reason: why, in somebody's words, or a message id that is translated when it is read.
        user: who says so; None for the system.

    Raises:
        ClockError: ``CLK-003`` it does not run, ``CLK-004`` too early, ``CLK-007`` no reason.
    """
    clock = _locked(clock, State.RUNNING)
    _needs(reason)
    _not_before(clock, on)
    if clock.due_on and on > clock.due_on:
        raise clock_error(
            "CLK-003",
            _("a limit that has passed cannot be paused"),
            _("give the reason for being overdue instead"),
            found=str(clock.due_on),
        )
    tell(clock, EventKind.PAUSED, on, user, reason=reason)
    clock.state = State.PAUSED
    return _counted(clock)


@transaction.atomic
def resume(clock: Clock, *, on: date, reason: str = "", user: User | None = None) -> Clock:
    """Count again; the day after ``on`` is the first that does.

    Raises:
        ClockError: ``CLK-003`` it is not paused, ``CLK-004`` too early.
    """
    clock = _locked(clock, State.PAUSED)
    _not_before(clock, on)
    tell(clock, EventKind.RESUMED, on, user, reason=reason)
    clock.state = State.RUNNING
    return _counted(clock)


@transaction.atomic
def extend(
    clock: Clock,
    *,
    approved_by: User,
    reason: str,
    on: date,
    by: Period | None = None,
    until: date | None = None,
    user: User | None = None,
) -> Clock:
    """Give more time, with approval.

    Args:
        clock: runs or is paused; an overdue one only if units may agree on a day, as agencies do.
        approved_by: holds a role that the limit names, and is not who asks (``user``).
        reason: why.
        on: the day of the approval.
        by: a further period; or
        until: an agreed last day, where the limit allows it.
        user: who asks for it.

    Raises:
        ClockError: ``CLK-003`` to ``CLK-007``.
    """
    clock = _locked(clock, State.RUNNING, State.PAUSED, State.BREACHED)
    _needs(reason)
    _not_before(clock, on)
    rule = limit_of(clock.limit).extension
    if clock.state == State.BREACHED and (rule is None or not rule.until):
        raise clock_error(
            "CLK-003",
            _("a limit that has passed cannot be extended"),
            _("give the reason for being overdue instead"),
            found=clock.title,
        )
    if rule is None or (by is None) == (until is None):
        raise clock_error(
            "CLK-005",
            _("this time limit cannot be extended"),
            _("finish in time, or give the reason for being overdue"),
            found=clock.title,
        )
    _may_extend(clock, rule, by, until)
    if not approved_by.has_role(*rule.roles) or (user is not None and user.pk == approved_by.pk):
        raise clock_error(
            "CLK-006",
            _("this person may not approve the extension"),
            _("ask somebody else who may: the limit names the roles"),
        )
    if until is not None and (clock.due_on is None or until <= clock.due_on):
        raise clock_error(
            "CLK-004",
            _("the new day is not later than the present one"),
            _("choose a later day"),
            found=str(until),
        )
    tell(clock, EventKind.EXTENDED, on, user, reason=reason, approved_by=approved_by, by=by, until=until)
    if clock.state == State.BREACHED:
        clock.state = (
            State.RUNNING
        )  # its being overdue stays in its history; the sweep marks it again if it is
    return _counted(clock)


@transaction.atomic
def stop(clock: Clock, *, on: date, user: User | None = None, reason: str = "") -> Clock:
    """The act is done: met if in time, else overdue with the day on which it was done.

    Raises:
        ClockError: ``CLK-003`` already stopped, ``CLK-004`` too early.
    """
    clock = _locked(clock, State.RUNNING, State.PAUSED, State.BREACHED)
    if on < clock.started_on:
        _too_early(clock.started_on)
    late = clock.state == State.BREACHED or (clock.due_on is not None and on > clock.due_on)
    if late and clock.due_on is not None and on <= clock.due_on:  # done in time, told late
        late = False
    clock.state = State.BREACHED if late else State.MET
    clock.finished_on = on
    if late and reason:
        clock.breach_reason = reason
    tell(clock, EventKind.BREACHED if late else EventKind.MET, on, user, reason=reason)
    clock.save()
    return clock


@transaction.atomic
def cancel(clock: Clock, *, on: date, reason: str, user: User | None = None) -> Clock:
    """The matter has gone another way: the limit no longer binds.

    Args:
        clock: open.
        on: the day.
        reason: why, in somebody's words, or a message id that is translated when it is read.
        user: who says so; None for the system.

    Raises:
        ClockError: ``CLK-003`` already stopped, ``CLK-007`` no reason.
    """
    clock = _locked(clock, State.RUNNING, State.PAUSED, State.BREACHED)
    _needs(reason)
    set_cancelled(clock, on)
    tell(clock, EventKind.CANCELLED, on, user, reason=reason)
    clock.save()
    return clock


def stop_if_running(
    subject: models.Model, limit: str, *, on: date, user: User | None = None, reason: str = ""
) -> None:
    """The act of a limit is done, if the limit runs; see :func:`stop`. It ends no earlier than it began."""
    clock = running(subject, limit)
    if clock is not None:
        stop(clock, on=max(on, clock.started_on), user=user, reason=reason)


def cancel_if_running(
    subject: models.Model, limit: str, *, on: date, reason: str, user: User | None = None
) -> None:
    """A limit no longer binds, if it runs; see :func:`cancel`."""
    clock = running(subject, limit)
    if clock is not None:
        cancel(clock, on=on, reason=reason, user=user)


@transaction.atomic
def explain_breach(clock: Clock, *, reason: str, user: User) -> Clock:
    """Say why a limit was missed.

    Raises:
        ClockError: ``CLK-003`` it is not overdue, ``CLK-007`` no reason.
    """
    _needs(reason)
    clock = _locked(clock, State.BREACHED, finished=True)
    clock.breach_reason = reason
    tell(clock, EventKind.EXPLAINED, today(), user, reason=reason)
    clock.save()
    return clock


def hand_over(
    subject: models.Model, *, handler: User | None, department: Organisation | None, **more: int
) -> None:
    """Give the open clocks of a matter to who handles it now.

    Args:
        subject: the matter.
        handler: who handles it now.
        department: their department.
        more: ``secrecy``, where it changed too.
    """
    Clock.objects.of(subject).open().update(handler=handler, department=department, **more)


@receiver(handed_on, dispatch_uid="clocks")
def _follow(matters: Sequence[CaseData], **_said: object) -> None:
    for each in matters:
        hand_over(each, handler=each.handler, department=each.department, secrecy=each.secrecy)


def _locked(clock: Clock, *states: State, finished: bool = False) -> Clock:
    """The clock as it stands now, held until the transaction ends."""
    now = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if now.state not in states or (now.finished_on is not None and not finished):
        raise clock_error(
            "CLK-003",
            _("the time limit is {state}; this cannot be done now").format(state=now.get_state_display()),
            _("open the page again and look at its state"),
            found=now.title,
        )
    return now


def _needs(reason: str) -> None:
    if not reason.strip():
        raise clock_error(
            "CLK-007", _("a reason is needed"), _("write one sentence that a colleague understands")
        )


def _not_before(clock: Clock, on: date) -> None:
    last = max([clock.started_on, *clock.events.values_list("on", flat=True).filter(kind__in=_MOVING)])
    if on < last:
        _too_early(last)


_MOVING = (EventKind.STARTED, EventKind.PAUSED, EventKind.RESUMED, EventKind.EXTENDED)


def _too_early(last: date) -> None:
    raise clock_error(
        "CLK-004",
        _("this day is earlier than what has already happened"),
        _("choose {day} or a later day").format(day=last.isoformat()),
    )


def _may_extend(clock: Clock, rule: ExtensionRule, by: Period | None, until: date | None) -> None:
    before = clock.events.filter(kind=EventKind.EXTENDED).count()
    if rule.times is not None and before >= rule.times:
        raise clock_error(
            "CLK-005",
            _("this time limit was extended as often as it may be"),
            _("finish in time, or give the reason for being overdue"),
            found=str(before),
        )
    if until is not None and not rule.until:
        raise clock_error(
            "CLK-005", _("this time limit is extended by a period, not until a day"), _("give a period")
        )
    if by is not None and rule.most is not None and _longest(by) > _longest(Period(rule.most, rule.unit)):
        raise clock_error(
            "CLK-005",
            _("this is longer than the time limit may be extended"),
            _("at most: {most}").format(most=rule.most),
            found=str(by.length),
        )


def _longest(period: Period) -> int:
    """Days that a period may last, to compare units; a working week has five days."""
    if period.unit is Unit.MONTHS:
        start_day = date(2024, 1, 1)
        return (add_months(start_day, period.length) - start_day).days
    return period.length if period.unit is Unit.CALENDAR_DAYS else period.length * 7 // 5


def _counted(clock: Clock) -> Clock:
    """Count and save."""
    due = None if clock.state == State.PAUSED else computation(clock).due
    clock.due_on = due
    rule = clock.rule
    clock.remind_on = remind_day(due, rule.remind) if rule else None
    clock.save()
    day_moved(clock)
    return clock
