"""Pages of people: search, dossier, household."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.codes import age_on, region_name
from yingjiu.codes.errors import UnknownCodeError
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame import masking
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.pages import page_of
from yingjiu.office.frame.purposes import PurposeForm
from yingjiu.office.frame.views import submit
from yingjiu.office.people import reading, searching, selectors
from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.evidence import MARKS
from yingjiu.office.people.facts import KINDS
from yingjiu.office.people.family import households_of, look_around
from yingjiu.office.people.forms import PartForm, SearchForm
from yingjiu.office.people.merging import part
from yingjiu.office.people.models import Person, PersonAlias, Search
from yingjiu.office.people.picture import HEIGHT, WIDTH

__all__ = [
    "household", "open_file", "part_person", "person", "person_of", "results", "reveal", "search",
    "show_part", "signed_in",
]  # fmt: skip

LONGEST_LINE: Final = 150
"""Events on the time line; the tables below hold them all."""
FIELDS: Final = {
    "name": gettext_noop("full name"),
    "id_number": gettext_noop("ID number"),
    "phone": gettext_noop("telephone"),
    "address": gettext_noop("address"),
}
PARTS: Final = {
    "evidence": gettext_noop("identity evidence"),
    "family": gettext_noop("household and kin"),
    "medical": gettext_noop("diagnoses"),
}


def signed_in(request: HttpRequest) -> User:
    """The user; views here are for who is signed in."""
    assert isinstance(request.user, User)  # noqa: S101 - permitted() has made sure
    return request.user


def person_of(request: HttpRequest, pk: int) -> Person:
    """A person the user may see; else the page does not exist."""
    return get_object_or_404(Person.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
@permitted("people.search")
def search(request: HttpRequest) -> HttpResponseBase:
    """Ask whom to look for, and why."""

    def act(form: SearchForm) -> str:
        made = searching.search(
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["term"],
            purpose=form.text(),
            user=signed_in(request),
            request=request,
        )
        return reverse("people:results", args=[made.pk])

    return submit(request, SearchForm, act, "people/search.html")


@require_GET
@permitted("people.search")
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """What a search has found, a page at a time, masked."""
    made = get_object_or_404(Search.objects.visible_to(request.user), pk=pk)
    user = signed_in(request)
    page = page_of(searching.people_found(made, user), request)
    context = {
        "search": made,
        "page": page,
        "unopened": searching.unopened(made, user) if page.number == 1 else [],
        "has_data": reading.loaded() is not None,
    }
    return render(request, "people/results.html", context)


@require_POST
@permitted("people.search")
def open_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open a file of somebody whom a search found in the agencies' data."""
    made = get_object_or_404(Search.objects.visible_to(request.user), pk=pk)
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        found = searching.open_unopened(
            made=made, index=request.POST.get("index", ""), user=signed_in(request), request=request
        )
        return done(request, f"{reverse('people:person', args=[found.pk])}?search={made.pk}")


@require_GET
@permitted("people.search")
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The dossier of a person."""
    found = person_of(request, pk)
    if found.merged_into_id:
        return redirect("people:person", pk=found.merged_into_id)
    user = signed_in(request)
    made = selectors.dossier(found, user)
    kinds = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
    line = made.line(kinds)
    record(Action.READ, user=user, subject=found, purpose=_purpose(request), request=request)
    present = {fact.kind for fact in made.line()}
    context = {
        "person": found,
        "dossier": made,
        "line": line[:LONGEST_LINE],
        "left_out": max(0, len(line) - LONGEST_LINE),
        "kinds": [(kind, kind.key in kinds) for kind in KINDS.values() if kind.key in present],
        "age": _age(found),
        "region": _region(found.region),
        **_shared(),
    }
    return render(request, "people/person.html", context)


def _shared() -> dict[str, Any]:
    return {"marks": MARKS, "box_width": WIDTH, "box_height": HEIGHT, "clear": False}


def _purpose(request: HttpRequest) -> str:
    """The purpose of the user's search that led here."""
    asked = request.GET.get("search", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 15):
        return ""
    made = Search.objects.visible_to(request.user).filter(pk=int(asked)).first()
    return made.purpose if made else ""


def _age(found: Person) -> int | None:
    return age_on(found.birth_date, timezone.localdate()) if found.birth_date else None


def _region(code: str) -> str:
    try:
        return region_name(code[:6]) if code else ""
    except UnknownCodeError:
        return code


@require_http_methods(["GET", "POST"])
@permitted("people.search")
def reveal(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Open one masked field for a purpose."""
    found = person_of(request, pk)
    if what not in FIELDS:
        raise Http404(what)
    return masking.reveal(request, subject=found, value=lambda: getattr(found, what), what=_(FIELDS[what]))


@require_http_methods(["GET", "POST"])
@permitted("people.search")
def show_part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Open a part of the dossier for a purpose: the spellings, the names of relatives, the diagnoses."""
    found = person_of(request, pk)
    if part not in PARTS:
        raise Http404(part)
    form = PurposeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "what": _(PARTS[part]), "action": request.get_full_path()}
        return render(request, "frame/purpose.html", context)
    user = signed_in(request)
    record(
        Action.REVEAL,
        user=user,
        subject=found,
        purpose=form.text(),
        detail={"part": part},
        request=request,
    )
    made = selectors.dossier(found, user, clear=True)
    facts = next((facts for kind, facts in made.tables if kind.key == "medical"), [])
    context = {"person": found, "dossier": made, "facts": facts, "kind": KINDS["medical"], **_shared()}
    response = render(request, f"people/parts/{part}.html", {**context, "clear": True})
    response["HX-Trigger"] = "close-dialog"
    response["HX-Retarget"] = f"#part-{part}"
    response["HX-Reswap"] = "innerHTML"
    return response


@require_GET
@permitted("people.search")
def household(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One household of a person, as its register has it."""
    found = person_of(request, pk)
    state = reading.loaded()
    if state is None:
        raise Http404(code)
    people = selectors.keys_of(found, selectors.aliases_of(found))
    day = timezone.localdate()
    households = households_of(state, found, look_around(state, people, day), day=day, clear=False)
    chosen = next((one for one in households if one.code == code), None)
    if chosen is None:
        raise Http404(code)
    record(
        Action.READ,
        user=signed_in(request),
        subject=found,
        detail={"household": True, "entries": len(chosen.entries)},
        request=request,
    )
    context = {"person": found, "household": chosen, "as_of": state.as_of, "others": len(households) - 1}
    return render(request, "people/household.html", context)


@require_POST
@permitted("people.merge")
def part_person(request: HttpRequest, pk: int, alias: int) -> HttpResponseBase:
    """Take a merge back."""
    found = person_of(request, pk)
    made = get_object_or_404(PersonAlias, pk=alias, other__merged_into=found, parted_at=None)
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    form = PartForm(request.POST)
    if not form.is_valid():
        raise PeopleError(Fault("PER-002", _("a reason is missing"), hint=_("say why, in a few words")))
    with transaction.atomic():
        other = part(made, signed_in(request), form.cleaned_data["reason"])
        messages.success(request, _("the two are two people again"))
        return done(request, reverse("people:person", args=[other.pk]))
