"""The figures of a head: from hit to help, time, money, answers, places.

Everything is counted from what the user may see. At a million leads that takes longer than a page may, so
figures are kept for each user and period, and the page says when they were counted: after five minutes the
worker counts them anew while the page still shows the last ones, and every morning it counts those of this
year before anybody asks. Only figures that nobody asked for before, or that no worker has renewed for an
hour, are counted while somebody waits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.cache.backends.filebased import FileBasedCache
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from yingjiu.codes import UnknownCodeError, find_region
from yingjiu.office.desk.budgets import FEW_HIDDEN, left_of
from yingjiu.office.desk.models import Budget, MapBoundary
from yingjiu.office.desk.period import Period
from yingjiu.office.jobs import enqueue
from yingjiu.office.leads.models import Lead, LeadCheck
from yingjiu.office.leads.selectors import sees_several_offices
from yingjiu.office.leads.states import State as LeadState
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.selectors import outstanding_by_agency
from yingjiu.office.referrals.states import State as ReferralState
from yingjiu.office.relief.funds import funds_of
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.selectors import amounts_by

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["KEPT", "NAMES", "Figure", "count", "count_of", "figure", "figures", "kept"]

KEPT: Final = timedelta(minutes=5)
"""After this time the worker counts anew."""
LONGEST: Final = timedelta(hours=1)
"""Older figures are not shown: no worker has been there."""

_FORGOTTEN: Final = timedelta(days=2)

Counted = tuple[list["Figure"], datetime]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart and its table.

    Attributes:
        name: for its address.
        title: what it shows.
        kind: of chart; see ``frame/static/frame/charts.js``.
        columns: headings.
        rows: each a label and its numbers.
        note: how to read it.
        options: more for the chart: ``unit``, ``stacked``, ``map``.
    """

    name: str
    title: str
    kind: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """What the page gives to the chart."""
        return {"columns": list(self.columns), "rows": [list(row) for row in self.rows], **self.options}


def figures(user: User, period: Period) -> Counted:
    """All figures, and when they were counted."""
    there = kept(user, period)
    if there is None or timezone.now() - there[1] > LONGEST:
        return count(user, period)
    if timezone.now() - there[1] > KEPT:
        _renew(user, period, there[1])
    return there


def kept(user: User, period: Period) -> Counted | None:
    """The figures that were counted last."""
    found: Counted | None = store().get(_key(user, period))
    return found


def store() -> FileBasedCache:
    """Where figures are kept, counts only: files, so that the worker renews what the server shows."""
    return FileBasedCache(str(Path(settings.YINGJIU_FOLDER) / "figures"), {})


def count(user: User, period: Period) -> Counted:
    """Count the figures now, and keep them."""
    places = _places(user, period)
    made = [
        _funnel(user, period, places),
        *(make(user, period) for make in _MAKERS.values()),
        places,
    ]
    counted = (made, timezone.now())
    store().set(_key(user, period), counted, _FORGOTTEN.total_seconds())
    return counted


def count_of(user: User, since: date, until: date, language: str) -> None:
    """Count the figures of a user for a period in a language, as the worker does."""
    with override(language):
        count(user, Period(since, until))


def _renew(user: User, period: Period, moment: datetime) -> None:
    """Ask the worker for these figures, once for each time they grew old."""
    enqueue(
        "desk.count_figures",
        once=f"figures {_key(user, period)} {moment:%Y%m%d%H%M%S}",
        organisation=user.procuratorate,
        user_key=user.pk,
        since=period.since,
        until=period.until,
        language=get_language(),
    )


def _key(user: User, period: Period) -> str:
    """What the figures depend on: who looks with which rights, the period, and the language."""
    rights = f"{user.pk}.{user.organisation_id}.{user.clearance}.{'-'.join(sorted(user.roles))}"
    return f"{rights}.{period.since}.{period.until}.{get_language()}"


def figure(user: User, name: str, period: Period) -> Figure | None:
    """One figure by its name."""
    found, _moment = figures(user, period)
    return next((each for each in found if each.name == name), None)


def _funnel(user: User, period: Period, places: Figure) -> Figure:
    """Of the leads found in the period, how far each came until now."""
    within = {"first_seen__gte": period.since, "first_seen__lte": period.until}
    from_leads = {f"lead__{name}": value for name, value in within.items()}
    found, ready = (sum(row[column] for row in places.rows) for column in (1, 2))
    checked = (
        LeadCheck.objects.visible_to(user)
        .filter(done_at__isnull=False, **from_leads)
        .aggregate(count=Count("lead", distinct=True))["count"]
    )
    cases = (
        ReliefCase.objects.visible_to(user)
        .filter(**from_leads)
        .order_by()
        .aggregate(
            opened=Count("pk"), granted=Count("decided_amount"), paid=Count("pk", filter=Q(paid_total__gt=0))
        )
    )
    referred = Referral.objects.visible_to(user).filter(state=ReferralState.DONE).order_by()
    by_lead, by_case = (
        {f"{path}__{name}": value for name, value in within.items()} for path in ("lead", "case__lead")
    )
    # two counts, each by its own path: a database walks neither path of "one or the other" by an index
    helped = referred.filter(**by_lead).count() + referred.filter(lead=None, **by_case).count()
    rows = [
        [_("found by the models"), found],
        [_("checked by a person"), checked],
        [_("lead decided"), ready],
        [_("relief case opened"), cases["opened"]],
        [_("relief granted"), cases["granted"]],
        [_("money paid"), cases["paid"]],
        [_("agency help given"), helped],
    ]
    return Figure(
        "funnel",
        _("From hit to help"),
        "funnel",
        [_("stage reached"), _("leads")],
        rows if found else [],
        _("Leads first found in the period, and how far they came until today."),
    )


def _times(user: User, period: Period) -> Figure:
    """Median days from lead to case, from case to decision and from decision to money, by month."""
    rows = (
        ReliefCase.objects.visible_to(user)
        .filter(opened_on__gte=period.since, opened_on__lte=period.until)
        .order_by()
        .values_list("lead__first_seen", "opened_on", "decided_on", "paid_on")
    )
    steps: dict[str, tuple[list[int], ...]] = defaultdict(lambda: ([], [], [], []))
    for found, opened, decided, paid in rows:
        month = steps[f"{opened:%Y-%m}"]
        for place, (first, last) in enumerate(
            ((found, opened), (opened, decided), (decided, paid), (found or opened, paid))
        ):
            if first and last:
                month[place].append((last - first).days)
    table = [
        [month, *(median(days) if days else None for days in counted), len(counted[0])]
        for month, counted in sorted(steps.items())
    ]
    columns = [
        _("month"),
        _("lead to case"),
        _("case to decision"),
        _("decision to money"),
        _("lead to money"),
    ]
    return Figure(
        "times",
        _("Days from lead to money"),
        "line",
        columns,
        [row[:5] for row in table],
        _("Median calendar days of the cases opened in each month, as far as they have come."),
        {"unit": _("days"), "whole": False},
    )


def _amounts(by: str) -> Callable[[User, Period], Figure]:
    titles = {"harm": gettext_noop("Amounts by harm"), "region": gettext_noop("Amounts by place")}

    def amounts(user: User, period: Period) -> Figure:
        money = ("average", "band_low", "band_high", "least", "most", "total")
        found = amounts_by(user, by, since=period.since, until=period.until)
        rows = [
            [
                row["label"] or _("not recorded"),
                *(_yuan(row[name]) for name in money),
                row["cases"],
            ]
            for row in found
        ]
        columns = [
            _("harm") if by == "harm" else _("place"),
            _("average granted"),
            _("standard from"),
            _("standard to"),
            _("least"),
            _("most"),
            _("total"),
            _("cases"),
        ]
        return Figure(
            f"amounts-{by}",
            _(titles[by]),
            "band",
            columns,
            rows,
            _("Pale bar: average band of the standard for these cases. Diamond: average granted."),
            {"unit": _("yuan"), "wan": _("ten thousand"), "band": _("band of the standard")},
        )

    return amounts


def _funds(user: User, period: Period) -> Figure:
    """What is left of the year's funds: budget, paid, promised and not yet paid."""
    year = period.until.year
    budgets = list(
        Budget.objects.visible_to(user)
        .filter(year=year)
        .select_related("organisation")
        .order_by("organisation__path")
    )
    spent = funds_of(user, [each.organisation for each in budgets], year)
    rows, withheld = [], False
    for budget in budgets:
        funds = spent[budget.organisation]
        withheld |= funds is None
        numbers = (
            (None, None, None) if funds is None else (funds.paid, funds.promised, left_of(budget, funds))
        )
        rows.append([budget.organisation.name, *(_yuan(each) for each in (*numbers, budget.amount))])
    notes = [_("Every case is counted, sealed ones too; nothing else is told of those.")] if rows else []
    if withheld:
        notes.append(str(FEW_HIDDEN))
    return Figure(
        "funds",
        _("Funds of {year}").format(year=year),
        "bar",
        [_("procuratorate"), _("paid"), _("granted, not yet paid"), _("remaining"), _("budget")],
        rows,
        " ".join(notes) or _("Finance has entered no budget for this year."),
        {"unit": _("yuan"), "wan": _("ten thousand"), "horizontal": True, "stacked": True, "series": 3},
    )


def _answers(user: User, period: Period) -> Figure:
    """What agencies owe today."""
    del period
    rows = [
        [each.name, each.waiting, each.acting, each.more_time, each.overdue]
        for each in outstanding_by_agency(user)
    ]
    return Figure(
        "answers",
        _("Answers outstanding by agency"),
        "bar",
        [_("agency"), _("unanswered"), _("being acted on"), _("more time asked"), _("of these overdue")],
        rows,
        _("As of today, whatever the period."),
        {"horizontal": True},
    )


def _places(user: User, period: Period) -> Figure:
    """Leads of the period by place: towns of one county, or regions when there are several."""
    leads = Lead.objects.visible_to(user)
    if not sees_several_offices(user):
        leads = leads.filter(organisation=user.procuratorate)  # says nothing new, but lets an index answer
    counted = (
        # not the bare day: SQLite would skip through the index by it, and sort all that it has found
        leads.annotate(day=Coalesce("first_seen", "first_seen"))
        .filter(day__gte=period.since, day__lte=period.until)
        .order_by()
        .values_list("organisation", "region", "town")  # in this order an index holds them
        .annotate(count=Count("state"), ready=Count("state", filter=Q(state=LeadState.DECIDED)))
    )
    found = [row[1:] for row in counted]
    by_region = len({region for region, _town, _count, _decided in found if region}) > 1
    places: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for region, town, count, decided in found:
        name = _region(region) if by_region else town
        place = places[name or _("not recorded")]
        place[0] += count
        place[1] += decided
    rows = [
        [name, *counts] for name, counts in sorted(places.items(), key=lambda entry: (-entry[1][0], entry[0]))
    ]
    boundary = MapBoundary.objects.filter(active=True).defer("content").first()
    options: dict[str, Any] = {}
    note = _("Squares of our own, one a place; not a map.")
    if boundary is not None and any(row[0] in boundary.regions for row in rows):
        options["map"] = {"id": boundary.pk, "property": boundary.name_property, "notice": boundary.notice}
        note = boundary.notice
    return Figure(
        "places", _("Leads by place"), "tiles", [_("place"), _("leads"), _("decided")], rows, note, options
    )


def _region(code: str) -> str:
    try:
        region = find_region(code) if code else None
    except UnknownCodeError:
        region = None
    return region.name if region is not None else code


def _yuan(amount: Any) -> float | None:
    """An amount for a chart, which draws it and computes nothing with it."""
    return None if amount is None else round(float(amount), 2)


_MAKERS: Final[Mapping[str, Callable[[Any, Period], Figure]]] = {
    "times": _times,
    "amounts-harm": _amounts("harm"),
    "amounts-region": _amounts("region"),
    "funds": _funds,
    "answers": _answers,
}
NAMES: Final = ("funnel", *_MAKERS, "places")
"""Names of the figures, in the order of the page."""
