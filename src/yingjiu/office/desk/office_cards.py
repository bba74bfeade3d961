"""Cards of finance, of the analyst, and of the three administrators."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.language import catalogue_text
from yingjiu.office.accounts.models import User as AnyUser
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.desk.addresses import address, page_of
from yingjiu.office.desk.cards import SHOWN, Card, Row
from yingjiu.office.desk.casework_cards import day_mark
from yingjiu.office.intake.selectors import last_run as newest_run
from yingjiu.office.intake.selectors import source_rows
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.selectors import title_of
from yingjiu.office.jobs.states import State as JobState
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.states import Pile
from yingjiu.office.relief import selectors as relief
from yingjiu.office.relief.states import PaymentState

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["accounts", "audit_today", "jobs", "last_run", "open_questions", "payments", "sources"]

SAMPLE: Final = 100
"""Waiting leads whose open conditions are counted, the newest: their findings are decrypted for it."""


def payments(user: User) -> Card:
    """Payments that finance has to check or to pay."""
    waiting = [PaymentState.PLANNED, PaymentState.CHECKED, PaymentState.STOPPED]
    found = relief.payments_for(user).filter(state__in=waiting)
    shown = list(found[: SHOWN + 1])
    rows = []
    for payment in shown[:SHOWN]:
        mark, tone = day_mark(payment.due_on)
        rows.append(
            Row(
                f"{payment.case.number} · {payment.amount:,.2f}",
                address("relief:payment", payment.pk),
                payment.state_label,
                mark,
                tone,
            )
        )
    return Card(
        _("Payments to check and to make"),
        "cash",
        rows,
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("relief:payments"),
        empty=_("no payment waits"),
    )


def sources(user: User) -> Card:
    """Sources of which new data should be asked for, or sent: the oldest first."""
    found = source_rows(user)
    due = [row for row in found if row.due]
    due.sort(key=lambda row: (row.data_date is not None, row.data_date or date.min))
    rows = [
        Row(
            row.title,
            address("intake:source", row.name),
            row.agency,
            row.data_date.isoformat() if row.data_date else _("never loaded"),
            "warning" if row.data_date else "secondary",
        )
        for row in due[:SHOWN]
    ]
    return Card(
        _("Sources that are due"),
        "database",
        rows,
        len(due),
        url=address("intake:sources"),
        empty=_("all data are of this month"),
    )


def last_run(user: User) -> Card:
    """The last run of the models, and what it left."""
    run = newest_run(user)
    rows = []
    if run is not None:
        counted = (
            (_("leads found"), run.leads),
            (_("of these new"), run.new),
            (_("changed since the run before"), run.changed),
            (_("came back"), run.returned),
            (_("no longer found"), run.gone),
        )
        rows = [
            Row(_("day for which the models were asked"), page_of(run), "", run.run_date.isoformat(), "info")
        ]
        rows += [Row(title, "", "", f"{count:,}") for title, count in counted]
    return Card(
        _("Last run of the models"),
        "cpu",
        rows,
        url=address("intake:run"),
        empty=_("the models have not been run yet"),
    )


def open_questions(user: User) -> Card:
    """What is most often unknown: the check or the data that would settle most leads."""
    newest = (
        Lead.objects.visible_to(user)
        .filter(organisation=user.procuratorate, pile=Pile.WAITING)
        .order_by("-arrived_at", "-pk")
        .only("finding")[:SAMPLE]
    )
    asked: Counter[str] = Counter()
    total = 0
    for lead in newest:
        total += 1
        conditions = (lead.finding or {}).get("conditions", ())
        open_here = {
            each["settle"] for each in conditions if each.get("truth") is None and each.get("settle")
        }
        asked.update(open_here)
    rows = [
        Row(catalogue_text(words), "", "", _("{count} leads").format(count=count), "info")
        for words, count in asked.most_common(SHOWN)
    ]
    return Card(
        _("What is most often unknown"),
        "help-hexagon",
        rows,
        url="",
        empty=_("no open question in the newest leads") if total else _("no lead waits"),
    )


def jobs(user: User) -> Card:
    """Jobs that failed or are at work."""
    shown_states = [JobState.FAILED, JobState.RUNNING, JobState.QUEUED]
    found = Job.objects.visible_to(user).filter(state__in=shown_states).order_by("-pk")
    tones = {JobState.FAILED: "danger", JobState.RUNNING: "info"}
    rows = [
        Row(
            title_of(job),
            page_of(job),
            f"{timezone.localtime(job.created_at):%Y-%m-%d %H:%M}",
            job.get_state_display(),
            tones.get(JobState(job.state), "secondary"),
        )
        for job in found[:SHOWN]
    ]
    return Card(
        _("Background work"),
        "settings-automation",
        rows,
        url=address("jobs:list"),
        empty=_("nothing is running and nothing failed"),
    )


def accounts(user: User) -> Card:
    """Accounts for the security administrator: those that never signed in, those that are switched off."""
    del user
    counted = AnyUser.objects.aggregate(all=Count("pk"))
    never = AnyUser.objects.filter(last_login=None, is_active=True).count()
    off = AnyUser.objects.filter(is_active=False).count()
    url = address("accounts:rights")
    return Card(
        _("State of the accounts"),
        "user-shield",
        [
            Row(_("accounts"), url, "", str(counted["all"])),
            Row(_("never signed in"), url, "", str(never), "warning" if never else "secondary"),
            Row(_("switched off"), url, "", str(off)),
        ],
        url=url,
    )


def audit_today(user: User) -> Card:
    """What happened today, by kind; what wants a look first."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    # counted here: grouped by the database, all events would be read in the order of their actions
    today = Event.objects.visible_to(user).filter(at__gte=since).order_by()
    counted = Counter(today.values_list("action", flat=True))
    alarming = (Action.DENIED, Action.LOGIN_FAILED)
    order = (*alarming, Action.EXPORT, Action.REVEAL, Action.DECISION, Action.SEARCH)
    url = address("audit:events")
    rows = [
        Row(
            action.label,
            address("audit:events", query=f"action={action}"),
            "",
            f"{counted[action]:,}",
            "danger" if action in alarming and counted[action] else "secondary",
        )
        for action in order
    ]
    return Card(_("On record today"), "list-search", rows, sum(counted.values()), url=url)
