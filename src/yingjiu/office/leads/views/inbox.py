"""The inbox: what waits, what is one's own, all, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.export import Column, table_response
from yingjiu.office.frame.middleware import quiet
from yingjiu.office.frame.pages import page_of, sorted_by
from yingjiu.office.leads import selectors
from yingjiu.office.leads.forms import AssignForm, FilterForm, ReasonForm
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.views.asking import signed_in

__all__ = ["export", "fresh", "inbox"]

Orders = Mapping[str, Sequence[str]]
SORTS: Final[Orders] = {
    "deadline": ("deadline",),
    "arrived": ("arrived_at",),
    "estimate": ("estimate_rank",),
}
ALL: Final[Orders] = {"deadline": ("pile", "deadline"), "estimate": ("-pile", "estimate_rank")}
"""The tab of all leads shows what waits first, and the highest estimates first; each order is an index's."""
NUMBERS: Final[Orders] = {"number": ("case_key",)}
"""What a search by case number finds stands in the order of the numbers, which is that of its index."""
ORDERS: Final = {
    "number": (("", gettext_lazy("by case number")), ("-", gettext_lazy("by case number, the last first"))),
    "deadline": (("", gettext_lazy("earliest deadline first")), ("-", gettext_lazy("latest deadline first"))),
    "arrived": (("-", gettext_lazy("newest first")), ("", gettext_lazy("oldest first"))),
    "estimate": (("-", gettext_lazy("highest estimate first")), ("", gettext_lazy("lowest estimate first"))),
}
LIST_FIELDS: Final = (
    *(
        "id",
        "version",
        "organisation",
        "department",
        "handler",
        "person",
        "kind",
        "outcome",
        "level",
        "title",
        "gist",
    ),
    *("case_no", "charge", "town", "state", "outcome_decided", "deadline", "first_seen", "gone_on"),
    *("estimate_low", "estimate_high", "origin", "arrived_at"),
    *("handler__display_name", "handler__username", "organisation__name"),
    *("person__name_masked", "person__sex", "person__birth_date"),
)


@require_GET
@permitted("leads.see")
def inbox(request: HttpRequest) -> HttpResponseBase:
    """The inbox; to htmx, only its list."""
    user = signed_in(request)
    tab = _tab(request, user)
    form = FilterForm(request.GET)
    rows = filtered(tab, form, user)
    several = selectors.sees_several_offices(user)
    asked = form.cleaned_data if form.is_valid() else {}
    sorts, sort = _sorts(tab, several=several, numbers=bool(asked.get("q")))
    rows = sorted_by(rows, request, sorts, sort)
    rows = rows.select_related("handler", "person", "organisation").only(*LIST_FIELDS)
    if asked.get("q"):
        record(Action.SEARCH, user=user, detail={"of": "leads", "by": "case number"}, request=request)
    page = page_of(rows, request)
    context = {
        "page": page,
        "tab": tab,
        "tabs": _tabs(request, user, tab),
        "filter": form,
        "choices": [form[name] for name in ("level", "kind", "model", "due", "state")],
        "narrowed": sum(bool(value) for value in asked.values()),
        "sort": sort,
        "sorts": sorts,
        "orders": [(f"{sign}{word}", says) for word in sorts for sign, says in ORDERS[word]],
        "order": order if (order := request.GET.get("sort", sort)).removeprefix("-") in sorts else sort,
        "today": timezone.localdate(),
        "mark": selectors.arrivals(user).mark,
        "several_offices": several,
        "may_assign": request.user.has_perm("leads.assign"),
        "may_claim": tab == "new" and user.has_role(Role.HANDLER),
        "may_dismiss": request.user.has_perm("leads.decide") and tab != "decided",
        "assign_form": AssignForm(user=user) if request.user.has_perm("leads.assign") else None,
        "reason_form": ReasonForm(prefix="bulk"),
    }
    partial = request.headers.get("HX-Target") == "lead-list"
    return render(request, "leads/list.html" if partial else "leads/inbox.html", context)


def _sorts(tab: str, *, several: bool, numbers: bool) -> tuple[Orders, str]:
    """The orders that an index has for a list, and the one it is in unless another is asked for."""
    if numbers:
        return NUMBERS, "number"
    sorts = ALL if tab == "all" else SORTS
    if several:
        return {"deadline": sorts["deadline"]}, "deadline"
    return sorts, "-arrived" if tab == "decided" else "deadline"


def filtered(tab: str, form: FilterForm, user: User) -> QuerySet[Lead]:
    """The list of a tab, narrowed as the form says; a choice that does not exist narrows nothing."""
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    rows = selectors.inbox(user, tab, asked.get("state") or "")
    for name in ("level", "kind"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("town"):
        rows = rows.filter(town=asked["town"].strip())
    if asked.get("model"):
        rows = selectors.of_model(rows, asked["model"], user)
    if asked.get("due"):
        today = timezone.localdate()
        last = {"over": today - timedelta(days=1), "today": today, "week": today + timedelta(days=7)}
        rows = rows.filter(deadline__lte=last[asked["due"]])
    if asked.get("q"):
        rows = selectors.search_case_no(rows, asked["q"])
    return rows


@require_GET
@permitted("leads.see")
def fresh(request: HttpRequest) -> HttpResponse:
    """Whether something new has come; asked for every 20 seconds with the mark of what the page knows.

    Nothing new: 204, or 304 to a browser that sends the ETag. Something new: the notice, the new mark, and an
    event that lets the list and the badges refresh themselves.
    """
    user = signed_in(request)
    arrived = selectors.arrivals(user)
    etag = f'"{arrived.mark}"'
    if request.headers.get("If-None-Match") == etag:
        return quiet(HttpResponse(status=304))
    if request.GET.get("mark") == arrived.mark:
        response = HttpResponse(status=204)
    else:
        response = render(request, "leads/fresh.html", {"mark": arrived.mark, "count": arrived.count})
        response["HX-Trigger"] = "leads-changed"
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    return quiet(response)


@require_http_methods(["GET", "POST"])
@permitted("leads.export")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a table, masked, for a purpose."""
    user = signed_in(request)
    rows = filtered(_tab(request, user), FilterForm(request.GET), user)
    rows = rows.select_related("handler", "person", "organisation").only(*LIST_FIELDS).defer("gist")
    rows = rows.order_by("deadline", "pk")
    columns = [
        Column(_("Level"), lambda lead: lead.get_level_display(), 8),
        Column(_("Name"), lambda lead: lead.person.name_masked, 10),
        Column(_("Kind"), lambda lead: lead.get_kind_display(), 12),
        Column(_("What the models say"), lambda lead: lead.get_outcome_display(), 14),
        Column(_("Title"), lambda lead: lead.title, 30),
        Column(_("Case number"), lambda lead: lead.case_no, 28),
        Column(_("Charge or cause of action"), lambda lead: lead.charge, 20),
        Column(_("Town"), lambda lead: lead.town, 12),
        Column(_("Estimate from (yuan)"), lambda lead: lead.estimate_low, 14),
        Column(_("Estimate to (yuan)"), lambda lead: lead.estimate_high, 14),
        Column(_("Deadline"), lambda lead: lead.deadline, 12),
        Column(_("State"), lambda lead: lead.get_state_display(), 12),
        Column(_("Decision"), lambda lead: lead.get_outcome_decided_display(), 16),
        Column(_("Handler"), lambda lead: str(lead.handler or ""), 12),
        Column(_("Procuratorate"), lambda lead: lead.organisation.name, 22),
    ]
    return table_response(request, rows, columns, name=_("leads"))


def _tab(request: HttpRequest, user: User) -> str:
    asked = request.GET.get("tab", "")
    known = [name for name in selectors.TABS if name != "mine" or user.has_role(Role.HANDLER)]
    return asked if asked in known else "new"


def _tabs(request: HttpRequest, user: User, tab: str) -> list[dict[str, Any]]:
    """The tabs with their addresses; a filter goes along, the page and the order do not."""
    titles = {"new": _("New"), "mine": _("Mine"), "all": _("All"), "decided": _("Dealt with")}
    icons = {"new": "inbox", "mine": "user-check", "all": "list", "decided": "circle-check"}
    tabs = []
    for name, title in titles.items():
        if name == "mine" and not user.has_role(Role.HANDLER):
            continue
        query = request.GET.copy()
        for gone in ("page", "sort", "state"):
            query.pop(gone, None)
        query["tab"] = name
        tabs.append(
            {"title": title, "url": f"?{query.urlencode()}", "current": name == tab, "icon": icons[name]}
        )
    return tabs
