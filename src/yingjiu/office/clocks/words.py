"""The arithmetic of a clock in words: every day that does not count, with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yingjiu.language import catalogue_text
from yingjiu.office.clocks.arithmetic import Computation, Leg, Period, Skipped, Unit, Why
from yingjiu.office.clocks.counting import computation
from yingjiu.office.clocks.limits import Basis, counting_rules
from yingjiu.office.clocks.models import Clock, ClockEvent, EventKind, State

__all__ = ["certainty_words", "explained", "period_words"]


def period_words(period: Period) -> str:
    """``10 working days``."""
    if period.unit is Unit.WORKING_DAYS:
        return ngettext("{n} working day", "{n} working days", period.length).format(n=period.length)
    if period.unit is Unit.CALENDAR_DAYS:
        return ngettext("{n} day", "{n} days", period.length).format(n=period.length)
    return ngettext("{n} month", "{n} months", period.length).format(n=period.length)


def certainty_words(certainty: str) -> str:
    """How sure we are of a rule."""
    return {
        "read": _("checked against the text"),
        "source": _("as a public source says; the text was not checked"),
        "unconfirmed": _("unconfirmed"),
    }[certainty]


def explained(clock: Clock) -> list[str]:
    """The steps from the event to the due day.

    Args:
        clock: with its events.

    Returns:
        One sentence a step: start, each part that was counted with the days that did not count and the
        make-up days that did, pauses, extensions, the move off a holiday, the due day, the basis, and
        warnings.
    """
    events = list(clock.events.select_related("approved_by"))
    counted = computation(clock)
    return [
        *_start(clock),
        *_pauses(events),
        *_legs(counted, [event for event in events if event.kind == EventKind.EXTENDED]),
        *_end(clock, counted),
        *_basis(clock),
        *(
            _("The holidays of {year} are not published yet: reckoned by weekends.").format(year=year)
            for year in counted.unknown_years
        ),
    ]


def _start(clock: Clock) -> Iterator[str]:
    rule = clock.rule
    yield _("{event} on {day}: this day does not count, {next} is the first ({basis}).").format(
        event=catalogue_text(rule.begins) if rule else clock.limit,
        day=_day(clock.started_on),
        next=_day(clock.started_on + timedelta(days=1)),
        basis=_cited(counting_rules()["start_day"].basis),
    )


def _pauses(events: Iterable[ClockEvent]) -> Iterator[str]:
    begun: ClockEvent | None = None
    for event in events:
        if event.kind == EventKind.PAUSED:
            begun = event
        elif event.kind == EventKind.RESUMED and begun is not None:
            days = (event.on - begun.on).days
            if days:
                yield _("Paused after {first} until {last} ({days} days do not count): {reason}").format(
                    first=_day(begun.on), last=_day(event.on), days=days, reason=begun.shown_reason
                )
            begun = None
    if begun is not None:
        yield _("Paused after {first}, still lasting: {reason}").format(
            first=_day(begun.on), reason=begun.shown_reason
        )


def _legs(counted: Computation, extended: list[ClockEvent]) -> Iterator[str]:
    for number, leg in enumerate(counted.legs):
        if number:
            event = extended[number - 1]
            yield _("Extended by {length}, approved by {person} on {day}: {reason}").format(
                length=period_words(leg.period)
                if leg.period
                else _("agreement until {day}").format(day=_day(leg.until)),
                person=event.approved_by or "?",
                day=_day(event.on),
                reason=event.shown_reason,
            )
        if leg.period is not None:
            yield from _counted(leg)


def _counted(leg: Leg) -> Iterator[str]:
    assert leg.period is not None  # noqa: S101 - the caller asked
    if leg.until is None:
        yield _("{length} after {day}: {n} counted so far, the rest when the pause ends.").format(
            length=period_words(leg.period), day=_day(leg.after), n=leg.counted
        )
    elif leg.period.unit is Unit.MONTHS:
        yield _(
            "{length} after {day} end on the same day of the month, or on its last: {until} ({basis})."
        ).format(
            length=period_words(leg.period),
            day=_day(leg.after),
            until=_day(leg.until),
            basis=_cited(counting_rules()["months"].basis),
        )
    else:
        yield _("{length} after {day}: the last is {until}.").format(
            length=period_words(leg.period), day=_day(leg.after), until=_day(leg.until)
        )
    off = [day for day in leg.skipped if day.why is not Why.PAUSED]
    if off:
        yield _("Days that do not count: {days}.").format(
            days=pgettext("between days", "; ").join(_spans(off))
        )
    if leg.made_up:
        days = pgettext("between days", "; ").join(
            _("{day} (make-up day for {holiday})").format(day=_day(day.on), holiday=day.name)
            for day in leg.made_up
        )
        yield _("Weekend days that are worked and count: {days}.").format(days=days)


def _end(clock: Clock, counted: Computation) -> Iterator[str]:
    if counted.nominal is None or counted.due is None or clock.state == State.PAUSED:
        yield _("The due day is known when the pause ends.")
        return
    if counted.moved:
        yield _("{day} is not worked ({days}), so the period ends on {due} ({basis}).").format(
            day=_day(counted.nominal),
            days=pgettext("between days", "; ").join(_spans(counted.moved)),
            due=_day(counted.due),
            basis=_cited(counting_rules()["expiry"].basis),
        )
    yield _("Due on {day}.").format(day=_day(counted.due))


def _basis(clock: Clock) -> Iterator[str]:
    rule = clock.rule
    if rule is None:
        return
    yield (
        _("Basis: {basis} ({certainty}). {note}")
        .format(
            basis=_cited(rule.basis) or _("none"),
            certainty=certainty_words(rule.certainty),
            note=catalogue_text(rule.note) if rule.note else "",
        )
        .strip()
    )
    if (rule.length, rule.unit.value) != (clock.length, clock.unit):
        yield _("The catalogue says {length} today; this clock keeps what counted when it started.").format(
            length=period_words(rule.period)
        )


def _cited(basis: Iterable[Basis]) -> str:
    return pgettext("between laws", ", ").join(each.says for each in basis)


def _spans(days: Iterable[Skipped]) -> Iterator[str]:
    """Neighbouring days with the same reason as one: ``2024-02-10 to 2024-02-17 Spring Festival``."""
    first = next(iter(days)).on if (days := list(days)) else date.min
    told = enumerate(days)
    for (_gap, why, name), group in groupby(
        told, key=lambda item: ((item[1].on - first).days - item[0], item[1].why, item[1].name)
    ):
        span = [day.on for _number, day in group]
        days_told = (
            _day(span[0])
            if len(span) == 1
            else _("{first} to {last}").format(first=_day(span[0]), last=_day(span[-1]))
        )
        reason = {Why.WEEKEND: _("weekend"), Why.HOLIDAY: name, Why.PAUSED: _("paused")}[why]
        yield f"{days_told} {reason}"


def _day(on: date | None) -> str:
    if on is None:
        return "?"
    weekdays = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return _("{day} ({weekday})").format(day=on.isoformat(), weekday=weekdays[on.weekday()])
