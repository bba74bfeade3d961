"""Cards of finance, of the analyst, and of the three administrators."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.language import catalogue_text
from yingjiu.office.accounts.models import User as AnyUser
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.desk.addresses import address, page_of
from yingjiu.office.desk.cards import SHOWN, Card, Row
from yingjiu.office.desk.casework_cards import day_mark
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.selectors import title_of
from yingjiu.office.jobs.states import State as JobState
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.states import Pile
from yingjiu.office.relief import selectors as relief
from yingjiu.office.relief.states import PaymentState
from yingjiu.pool import Batch, Pool, PoolError

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["accounts", "audit_today", "jobs", "last_run", "open_questions", "payments", "sources"]

STALE: Final = timedelta(days=31)
"""Agencies deliver monthly: data older than this are due."""
SAMPLE: Final = 300
"""Undecided leads whose open conditions are counted, the newest."""


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
    """Sources whose data are old, and when each was loaded last."""
    del user
    rows = []
    batches = _newest_batches()
    for batch in sorted(batches.values(), key=lambda each: each.data_date)[:SHOWN]:
        old = timezone.localdate() - batch.data_date > STALE
        rows.append(
            Row(
                catalogue_text(str(batch.notes.get("title") or batch.source)),
                address("intake:sources"),
                _("loaded on {day}").format(day=f"{timezone.localtime(batch.committed_at):%Y-%m-%d}"),
                batch.data_date.isoformat(),
                "warning" if old else "secondary",
            )
        )
    due = sum(timezone.localdate() - batch.data_date > STALE for batch in batches.values())
    return Card(
        _("Sources with old data"),
        "database",
        rows,
        due,
        url=address("intake:sources"),
        empty=_("no agency's data are loaded yet"),
    )


def _newest_batches() -> dict[str, Batch]:
    folder = settings.YINGJIU_FOLDER / "pool"
    if not folder.is_dir():
        return {}
    try:
        batches = Pool.open(folder).view().batches
    except PoolError:
        return {}
    newest: dict[str, Batch] = {}
    for batch in batches:
        if batch.source not in newest or newest[batch.source].data_date < batch.data_date:
            newest[batch.source] = batch
    return newest


def last_run(user: User) -> Card:
    """The last run of the models, and what it left."""
    office = user.procuratorate
    visible = Lead.objects.visible_to(user).filter(organisation=office)
    newest = visible.aggregate(day=Max("run_date"))["day"]
    rows = []
    if newest is not None:
        piles = dict(visible.order_by().values_list("pile").annotate(count=Count("pk")))
        rows = [
            Row(_("day for which the models were asked"), "", "", newest.isoformat()),
            Row(
                _("leads nobody has looked at"), address("leads:inbox"), "", f"{piles.get(Pile.WAITING, 0):,}"
            ),
            Row(
                _("leads in work"),
                address("leads:inbox", query="tab=all"),
                "",
                f"{piles.get(Pile.IN_WORK, 0):,}",
            ),
            Row(
                _("leads decided"),
                address("leads:inbox", query="tab=decided"),
                "",
                f"{piles.get(Pile.DECIDED, 0):,}",
            ),
        ]
    return Card(
        _("Last run of the models"),
        "cpu",
        rows,
        url=address("intake:runs"),
        empty=_("the models have not been run yet"),
    )


def open_questions(user: User) -> Card:
    """What is most often unknown: the check or the data that would settle most leads."""
    newest = (
        Lead.objects.visible_to(user)
        .filter(organisation=user.procuratorate, pile__in=[Pile.WAITING, Pile.IN_WORK])
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
    url = address("accounts:users")
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
    counted = dict(
        Event.objects.visible_to(user)
        .filter(at__gte=since)
        .order_by()
        .values_list("action")
        .annotate(count=Count("pk"))
    )
    alarming = (Action.DENIED, Action.LOGIN_FAILED)
    order = (*alarming, Action.EXPORT, Action.REVEAL, Action.DECISION, Action.SEARCH)
    url = address("audit:events")
    rows = [
        Row(
            action.label,
            address("audit:events", query=f"action={action}"),
            "",
            f"{counted.get(action, 0):,}",
            "danger" if action in alarming and counted.get(action) else "secondary",
        )
        for action in order
    ]
    return Card(_("On record today"), "list-search", rows, sum(counted.values()), url=url)
