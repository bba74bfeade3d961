"""Pages of the desk."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.desk import boundaries as maps_taken
from yingjiu.office.desk import budgets as budgets_kept
from yingjiu.office.desk import kept_figures
from yingjiu.office.desk.cards import cards_of
from yingjiu.office.desk.figures import Figure
from yingjiu.office.desk.forms import BudgetForm, ChangeBudgetForm, MapForm
from yingjiu.office.desk.models import Budget, MapBoundary
from yingjiu.office.desk.period import PeriodForm, presets
from yingjiu.office.frame.export import Column, table_response
from yingjiu.office.frame.middleware import quiet
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.views import submit

__all__: list[str] = []


@permitted("desk.home")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signs in."""
    shown = render(request, "desk/home.html", {"cards": cards_of(request.user)})  # type: ignore[arg-type]  # permitted() lets only users in
    # htmx asks for it anew when leads arrive: that is nobody's click, and keeps no session alive
    return quiet(shown) if "HX-Request" in request.headers else shown


@permitted("desk.figures")
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a period."""
    form, period = PeriodForm.read(request.GET)
    found, moment = kept_figures.at_hand(request.user, period) or ([], None)  # type: ignore[arg-type]  # as above
    boundary = MapBoundary.objects.filter(active=True).defer("content").first()
    context = {
        "form": form,
        "period": period,
        "presets": presets(),
        "figures": [(each, _data(each, boundary)) for each in found],
        "moment": moment,
    }
    shown = render(request, "desk/figures.html", context)
    # htmx asks until they are counted
    return quiet(shown) if "HX-Request" in request.headers else shown


def _data(each: Figure, boundary: MapBoundary | None) -> dict[str, Any]:
    data = each.data
    if boundary is not None and "map" in data:
        data["map"] = {**data["map"], "url": reverse("desk:boundaries", args=[boundary.pk])}
    return data


@permitted("desk.figures")
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """The table of one figure, for a purpose."""
    _form, period = PeriodForm.read(request.GET)
    made, _moment = kept_figures.figures(request.user, period)  # type: ignore[arg-type]  # as above
    found = next((each for each in made if each.name == name), None)
    if found is None:
        raise Http404
    columns = [Column(title, itemgetter(at)) for at, title in enumerate(found.columns)]
    title = f"{found.title} {period.since}—{period.until}"
    return table_response(request, found.rows, columns, name=title)


@permitted("desk.see_budgets")
@require_GET
def budgets(request: HttpRequest) -> HttpResponse:
    """The budgets that a user sees."""
    rows = Budget.objects.visible_to(request.user).select_related("organisation", "changed_by")[:200]
    told = budgets_kept.told_of(request.user, list(rows))  # type: ignore[arg-type]  # as above
    withheld = any(funds is None for _budget, funds, _left in told)
    context = {"budgets": told, "withheld": budgets_kept.FEW_HIDDEN if withheld else ""}
    return render(request, "desk/budgets.html", context)


@permitted("desk.enter_budget")
def enter_budget(request: HttpRequest) -> HttpResponseBase:
    """Enter the budget of a year."""

    def act(form: BudgetForm) -> str:
        budgets_kept.enter_budget(user=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # as above
        return reverse("desk:budgets")

    return submit(request, BudgetForm, act, "desk/budget.html", {"title": _("Enter a budget")})


@permitted("desk.enter_budget")
def change_budget(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change the budget of a year."""
    budget = get_object_or_404(Budget.objects.visible_to(request.user), pk=pk)

    def act(form: ChangeBudgetForm) -> str:
        budgets_kept.change_budget(
            budget=get_object_or_404(Budget, pk=pk),
            user=request.user,  # type: ignore[arg-type]  # as above
            **form.cleaned_data,
        )
        return reverse("desk:budgets")

    return submit(
        request,
        ChangeBudgetForm,
        act,
        "desk/budget.html",
        {"title": _("Change the budget of {year}").format(year=budget.year)},
        instance=budget,
        initial={"version": budget.version},
    )


@permitted("desk.maps")
def maps(request: HttpRequest) -> HttpResponseBase:
    """Official boundaries: those that are there, and a form for new ones."""

    def act(form: MapForm) -> str:
        given = dict(form.cleaned_data)
        content = given.pop("file").read(maps_taken.LARGEST + 1)
        maps_taken.take_boundaries(user=request.user, content=content, **given)  # type: ignore[arg-type]  # as above
        return reverse("desk:maps")

    there = MapBoundary.objects.select_related("uploaded_by").defer("content")[:50]
    return submit(request, MapForm, act, "desk/maps.html", {"maps": there})


@permitted("desk.maps")
@require_POST
def show_map(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Draw maps with these boundaries, or stop doing so."""
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    boundary = get_object_or_404(MapBoundary.objects.defer("content"), pk=pk)
    with transaction.atomic():
        maps_taken.show(user=request.user, boundary=boundary, active=request.POST.get("active") == "1")  # type: ignore[arg-type]  # as above
        return done(request, reverse("desk:maps"))


@permitted("desk.home")
@require_GET
def boundaries(request: HttpRequest, pk: int) -> HttpResponse:
    """The boundaries that a map is drawn with."""
    boundary = get_object_or_404(MapBoundary, pk=pk)
    response = HttpResponse(boundary.content, content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=86400"
    return response
