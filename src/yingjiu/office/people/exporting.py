"""Export what is held about a person: for their right to see it and have it corrected (PIPL art. 45, 46)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.export import Column, table_response
from yingjiu.office.people import selectors
from yingjiu.office.people.evidence import MARKS
from yingjiu.office.people.facts import KINDS
from yingjiu.office.people.forms import PersonExportForm
from yingjiu.office.people.models import Person
from yingjiu.office.people.selectors import Dossier
from yingjiu.office.people.views import person_of, signed_in
from yingjiu.office.phrases import continued, labelled

__all__ = ["Line", "export", "held"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is held.

    Attributes:
        kind: what sort of thing it is.
        title: what it says.
        on: since when, or when.
        until: until when.
        amount: yuan.
        detail: more words.
        agency: who gave it.
        place: file, sheet and row in the agency's own data.
        as_of: the day that the agency's data describe.
    """

    kind: str
    title: str
    on: Any = None
    until: Any = None
    amount: Any = None
    detail: str = ""
    agency: str = ""
    place: str = ""
    as_of: Any = None


_COLUMNS: Final = (
    Column(gettext_lazy("kind of fact"), lambda line: line.kind, 14),
    Column(gettext_lazy("what it is"), lambda line: line.title, 40),
    Column(gettext_lazy("since"), lambda line: line.on, 12),
    Column(gettext_lazy("until"), lambda line: line.until, 12),
    Column(gettext_lazy("amount (yuan)"), lambda line: line.amount, 14),
    Column(gettext_lazy("further details"), lambda line: line.detail, 50),
    Column(gettext_lazy("given by"), lambda line: line.agency, 20),
    Column(gettext_lazy("file, sheet and row"), lambda line: line.place, 40),
    Column(gettext_lazy("data of"), lambda line: line.as_of, 12),
)


@require_http_methods(["GET", "POST"])
@permitted("people.search")
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Export what is held about a person, for a purpose; relatives stay masked: their data are theirs."""
    found = person_of(request, pk)
    form = PersonExportForm(request.POST or None)
    name = _("personal data {number}").format(number=found.pk)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "what": name, "action": request.get_full_path()}
        return render(request, "frame/export.html", context)
    lines = list(held(found, _dossier(request, found)))
    if form.cleaned_data["format"] == "xlsx":
        return table_response(request, lines, _COLUMNS, name=name, purpose=form.text(), subject=found)
    record(
        Action.EXPORT,
        user=signed_in(request),
        subject=found,
        purpose=form.text(),
        detail={"name": name, "rows": len(lines), "format": "json"},
        request=request,
    )
    told = {
        "exported_by": str(request.user),
        "exported_at": timezone.localtime().isoformat(timespec="seconds"),
        "purpose": form.text(),
        "held": [{field: getattr(line, field) for field in Line.__slots__} for line in lines],
    }
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder),
        content_type="application/json; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="person-{found.pk}.json"'
    response["Cache-Control"] = "no-store, private"
    return response


def _dossier(request: HttpRequest, found: Person) -> Dossier:
    """Spellings in clear, relatives masked."""
    user = signed_in(request)
    return replace(selectors.dossier(found, user), records=selectors.identity(found, clear=True))


def held(person: Person, dossier: Dossier) -> Iterator[Line]:
    """What is held about a person, line by line.

    Args:
        person: who.
        dossier: what is known, the spellings in clear.
    """
    own = _("the person")
    for title, value in (
        (_("full name"), person.name),
        (_("ID number"), person.id_number),
        (_("telephone"), person.phone),
        (_("address"), person.address),
        (_("sex"), person.get_sex_display() if person.sex else ""),
        (_("date of birth"), person.birth_date.isoformat() if person.birth_date else ""),
    ):
        if value:
            yield Line(own, labelled(title, value))
    for each in dossier.records:
        marks = continued(
            *(
                labelled(title, shown.text)
                for title, shown in zip(MARKS.values(), each.marks, strict=True)
                if shown.text
            )
        )
        yield Line(
            _("identity evidence"),
            marks,
            detail=each.why,
            agency=each.place.agency,
            place=str(each.place),
            as_of=each.place.as_of,
        )
    for fact in dossier.facts:
        yield Line(
            str(KINDS[fact.kind].title),
            continued(fact.title, fact.private, fact.state),
            fact.on,
            fact.until,
            fact.amount,
            fact.details,
            fact.place.agency if fact.place else "",
            str(fact.place) if fact.place else "",
            fact.place.as_of if fact.place else None,
        )
    for relative in dossier.family:
        if relative.relation != "self":
            yield Line(_("household and kin"), labelled(relative.words, relative.name))
    for section in dossier.sections:
        for entry in section.entries:
            yield Line(
                str(section.title), entry.title, entry.on, detail=f"{entry.state} {entry.detail}".strip()
            )
