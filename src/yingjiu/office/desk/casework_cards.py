"""Cards of those who work on cases: handlers, heads, deputies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.roles import Role
from yingjiu.office.clocks.matters import with_matters
from yingjiu.office.clocks.models import Clock
from yingjiu.office.clocks.models import State as ClockState
from yingjiu.office.clocks.selectors import due_for
from yingjiu.office.desk.addresses import address, page_of
from yingjiu.office.desk.cards import SHOWN, Card, Row
from yingjiu.office.leads import selectors as leads
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.states import HandoverState
from yingjiu.office.phrases import in_language
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.selectors import outstanding_by_agency
from yingjiu.office.referrals.states import State as ReferralState
from yingjiu.office.relief import selectors as relief
from yingjiu.office.relief.models import Visit

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = [
    "answers",
    "approvals",
    "cases",
    "due",
    "due_leads",
    "handed_over",
    "new_leads",
    "owed_by_agencies",
    "received",
    "visits",
]

_SOON = timedelta(days=7)


def day_mark(day: date | None) -> tuple[str, str]:
    """A day as the end of a line, and its tone: red when it has passed, yellow within three days."""
    if day is None:
        return "", "secondary"
    left = (day - timezone.localdate()).days
    return day.isoformat(), "danger" if left < 0 else "warning" if left <= 3 else "secondary"


def due(user: User) -> Card:
    """Time limits that are over or end within a week."""
    found = due_for(user, until=timezone.localdate() + _SOON)
    shown = list(with_matters(found)[: SHOWN + 1])
    rows = [_clock(clock) for clock in shown[:SHOWN]]
    return Card(
        _("What is due"),
        "clock-exclamation",
        rows,
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("clocks:mine"),
        empty=_("nothing is due within a week"),
    )


def _clock(clock: Clock) -> Row:
    mark, tone = day_mark(clock.due_on)
    if clock.state == ClockState.PAUSED:
        mark, tone = _("paused"), "secondary"
    return Row(in_language(clock.title), page_of(clock.subject), str(clock.subject or ""), mark, tone)


def new_leads(user: User) -> Card:
    """Leads of one's own procuratorate that nobody has looked at, the most urgent first.

    One procuratorate, so that an index holds them in the order that is shown.
    """
    count = leads.waiting_count(user)
    found = leads.inbox(user, "new").filter(organisation=user.procuratorate).select_related("person")
    return Card(
        _("New leads"),
        "bulb",
        [_lead(lead) for lead in found.defer("key", "finding").order_by("deadline", "pk")[:SHOWN]],
        min(count, leads.CAP),
        capped=count > leads.CAP,
        url=address("leads:inbox"),
        empty=_("no lead waits"),
    )


def due_leads(user: User) -> Card:
    """One's own undecided leads that should be looked at now."""
    found = leads.due_leads(user)
    shown = list(found[: SHOWN + 1])
    return Card(
        _("Leads to decide"),
        "hourglass",
        [_lead(lead) for lead in shown[:SHOWN]],
        found[:1000].count() if len(shown) > SHOWN else len(shown),
        url=address("leads:inbox", query="tab=mine"),
        empty=_("no lead of yours is due"),
    )


def _lead(lead: Lead) -> Row:
    mark, tone = day_mark(lead.deadline)
    return Row(
        lead.shown_gist or lead.shown_title,
        page_of(lead),
        " · ".join(part for part in (str(lead.person), lead.case_no or lead.charge) if part),
        mark,
        tone,
        lead.level,
    )


def cases(user: User) -> Card:
    """The open cases of a handler."""
    found = relief.waiting_for(user)
    shown = list(found[: SHOWN + 1])
    return Card(
        _("My relief cases"),
        "heart-handshake",
        [
            Row(case.number, page_of(case), str(case.person), case.state_label, case.tone)
            for case in shown[:SHOWN]
        ],
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("relief:cases"),
        empty=_("no case of yours is open"),
    )


def approvals(user: User) -> Card:
    """Steps of approval that wait for this person."""
    found = relief.waiting_approvals(user)
    shown = list(found[: SHOWN + 1])
    rows = [
        Row(
            _("{number}: {step}").format(number=step.case.number, step=step.title),
            address("relief:approval", step.pk) or page_of(step.case),
            str(step.case.handler or ""),
            _("{amount} yuan").format(amount=f"{step.amount:,.0f}") if step.amount is not None else "",
            "info",
        )
        for step in shown[:SHOWN]
    ]
    return Card(
        _("Waiting for my approval"),
        "rubber-stamp",
        rows,
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("relief:approvals"),
        empty=_("nothing waits for your approval"),
    )


def visits(user: User) -> Card | None:
    """Follow-up visits planned within a week."""
    last = timezone.localdate() + _SOON
    found = (
        Visit.objects.visible_to(user)
        .filter(case__handler=user, done_on=None, planned_on__lte=last)
        .select_related("case__person")
        .order_by("planned_on", "pk")
    )
    rows = []
    for visit in found[:SHOWN]:
        mark, tone = day_mark(visit.planned_on)
        rows.append(
            Row(str(visit.case.person), address("relief:visit", visit.pk), visit.case.number, mark, tone)
        )
    return Card(_("Follow-up visits"), "home-heart", rows, len(rows)) if rows else None


def answers(user: User) -> Card:
    """Referrals of one's own that an agency answered, or for which it asks more time."""
    told = (ReferralState.MORE_TIME, ReferralState.REJECTED)
    found = Referral.objects.visible_to(user).filter(state__in=told).select_related("agency", "person")
    if not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
        found = found.filter(handler=user)
    shown = list(found.order_by("due_on", "pk")[: SHOWN + 1])
    rows = [
        Row(
            each.agency.name,
            page_of(each),
            str(each.person),
            each.get_state_display(),
            "warning" if each.state == ReferralState.MORE_TIME else "danger",
        )
        for each in shown[:SHOWN]
    ]
    return Card(
        _("Answers from agencies"),
        "message-reply",
        rows,
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("referrals:outbox"),
        empty=_("no agency waits for you"),
    )


def received(user: User) -> Card | None:
    """Supervision leads that the user's department took over and has to answer."""
    found = leads.received_handovers(user)
    shown = list(found[: SHOWN + 1])
    if not shown:
        return None
    rows = []
    for each in shown[:SHOWN]:
        mark, tone = day_mark(each.due)
        told = " · ".join(str(part) for part in (each.lead.person, each.from_department) if part)
        rows.append(Row(each.lead.shown_title, page_of(each), told, mark, tone, each.lead.level))
    return Card(
        _("Leads handed over to us"),
        "arrows-exchange",
        rows,
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("leads:handovers", query="side=received"),
    )


def handed_over(user: User) -> Card | None:
    """What other departments answered to supervision leads, and nobody has read."""
    found = leads.answered_handovers(user)
    shown = list(found[: SHOWN + 1])
    if not shown:
        return None
    return Card(
        _("Answers from departments"),
        "message-reply",
        [
            Row(
                each.to_department.name,
                page_of(each),
                str(each.lead.person),
                each.get_result_display() or each.get_state_display(),
                "danger" if each.state == HandoverState.RETURNED else "success",
            )
            for each in shown[:SHOWN]
        ],
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("leads:handovers", query="side=sent"),
    )


def owed_by_agencies(user: User) -> Card:
    """What agencies owe, the most overdue first."""
    found = outstanding_by_agency(user)
    rows = [
        Row(
            each.name,
            address("referrals:outbox", query=f"agency={each.agency}&state=open"),
            _("{waiting} unanswered, {acting} being acted on").format(
                waiting=each.waiting, acting=each.acting
            ),
            _("{count} overdue").format(count=each.overdue) if each.overdue else "",
            "danger",
        )
        for each in found[:SHOWN]
    ]
    return Card(
        _("Owed by agencies"),
        "building-community",
        rows,
        sum(each.waiting + each.acting + each.more_time for each in found),
        url=address("referrals:outbox", query="state=open"),
        empty=_("no agency owes anything"),
    )
