"""The figures of a head: from hit to help, time, money, answers, places.

Everything is counted from what the user may see; ``kept_figures`` keeps what was counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yingjiu.codes import UnknownCodeError, find_region
from yingjiu.office.accounts.models import Level
from yingjiu.office.desk.budgets import FEW_HIDDEN, left_of
from yingjiu.office.desk.models import Budget, MapBoundary
from yingjiu.office.desk.period import Period
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

__all__ = ["NAMES", "Figure", "count"]


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


def count(user: User, period: Period) -> list[Figure]:
    """Count all figures, in the order of the page."""
    places = _places(user, period)
    return [_funnel(user, period, places), *(make(user, period) for make in _MAKERS.values()), places]


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
    """Leads of the period by place: a county's procuratorate sees its own towns, one above it regions."""
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
    office = user.procuratorate
    home = office.region if office is not None and office.level == Level.COUNTY else ""
    places: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _organisation, region, town, count, decided in counted:
        place = places[_place(region, town, home) or _("not recorded")]
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


def _place(region: str, town: str, home: str) -> str:
    """The name of a place: its region; inside the county ``home`` its town."""
    if not home:
        return _region(region)
    return town if region in ("", home) else _("elsewhere")


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
