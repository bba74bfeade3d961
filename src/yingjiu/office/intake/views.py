"""Pages of the intake."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.language import catalogue_text
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.selectors import own_file
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.pages import page_of
from yingjiu.office.frame.views import submit
from yingjiu.office.intake import declared, selectors, services
from yingjiu.office.intake.forms import PartyForm, RunForm, TakeBackForm, UploadForm
from yingjiu.office.intake.keeping import check_keeper, keeper
from yingjiu.office.intake.models import AgencyFile, FileState, ModelRun, PartyEntry
from yingjiu.office.leads.models import Lead

__all__: list[str] = []


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - permitted() lets only users in
    return request.user


# -- sources and files -----------------------------------------------------------------------------------


@require_GET
@permitted("intake.send")
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with their last load, and the files that wait."""
    user = _user(request)
    waiting = AgencyFile.objects.visible_to(user).exclude(state__in=_SETTLED).select_related("file", "job")
    context = {
        "rows": selectors.source_rows(user),
        "files": [(each, _title(each.source)) for each in waiting[:50]],
        "keeper": None if selectors.sees_pool(user) else keeper(),
        "due_days": selectors.DUE_DAYS,
    }
    return render(request, "intake/sources.html", context)


_SETTLED = (FileState.LOADED, FileState.UNCHANGED, FileState.TAKEN_BACK, FileState.DISCARDED)


@require_http_methods(["GET", "POST"])
@permitted("intake.send")
def upload(request: HttpRequest) -> HttpResponseBase:
    """Send files."""
    user = _user(request)

    def act(form: UploadForm) -> str:
        made = services.take_files(
            user=user,
            files=_uploaded(request, user),
            source=form.cleaned_data["source"],
            data_date=form.cleaned_data["data_date"],
        )
        return made[0].get_absolute_url() if len(made) == 1 else reverse("intake:sources")

    initial = {"source": request.GET.get("source", "")}
    return submit(request, UploadForm, act, "intake/upload.html", initial=initial, user=user)


def _uploaded(request: HttpRequest, user: User) -> list[StoredFile]:
    found = (own_file(user, pk) for pk in request.POST.getlist("files"))
    return [each for each in found if each is not None]


@require_GET
@permitted("intake.send")
def source(request: HttpRequest, name: str) -> HttpResponse:
    """One source: what it promises, what was loaded, what was sent."""
    user = _user(request)
    found = None if name == declared.ENTERED else declared.source_for(user, name)
    if found is None and not any(row.name == name for row in selectors.source_rows(user)):
        raise Http404
    files = AgencyFile.objects.visible_to(user).filter(source=name)
    context = {
        "name": name,
        "source": found,
        "title": _title(name),
        "agency": catalogue_text(found.agency) if found else "",
        "history": selectors.history(user, name),
        "page": page_of(files.select_related("file", "uploaded_by").order_by("-id"), request, 20),
        "form": TakeBackForm(),
    }
    return render(request, "intake/source.html", context)


@require_GET
@permitted("intake.send")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file: what its check or its load says."""
    found = _file(request, pk)
    record(Action.READ, user=request.user, subject=found, request=request)
    context = {"file": found, "title": _title(found.source), "report": found.report}
    return render(request, "intake/file.html", context)


@require_POST
@permitted("intake.load")
def load(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Load a checked file."""
    found = _file(request, pk)
    return _act(request, found, lambda: services.request_load(file=found, user=_user(request)))


@require_POST
@permitted("intake.send")
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Check a file again."""
    found = _file(request, pk)
    return _act(request, found, lambda: services.check_again(file=found, user=_user(request)))


@require_POST
@permitted("intake.send")
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Put a file aside."""
    found = _file(request, pk)
    return _act(request, found, lambda: services.discard(file=found, user=_user(request)))


@require_POST
@permitted("intake.load")
def take_back(request: HttpRequest, name: str, batch: str) -> HttpResponseBase:
    """Take one load of a source back."""
    user = _user(request)
    if not any(each.batch.id == batch for each in selectors.history(user, name)):
        raise Http404
    if (earlier := once(request)) is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        services.take_back(batch=batch, reason=request.POST.get("reason", ""), user=user)
        messages.success(request, _("the load was taken back; the models run again"))
        return done(request, reverse("intake:source", args=[name]))


def _file(request: HttpRequest, pk: int) -> AgencyFile:
    rows = AgencyFile.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("file", "quarantine", "job", "uploaded_by", "loaded_by"), pk=pk
    )


def _act(request: HttpRequest, found: AgencyFile, act: Callable[[], None]) -> HttpResponseBase:
    if (earlier := once(request)) is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        act()
        return done(request, found.get_absolute_url())


def _title(name: str) -> str:
    there = declared.sources().get(name)
    if there is not None:
        return catalogue_text(there.title)
    return _("parties entered by hand") if name == declared.ENTERED else name


# -- runs ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permitted("intake.run")
def run(request: HttpRequest) -> HttpResponseBase:
    """Runs of the models, and the form that asks for one."""
    user = _user(request)

    def act(form: RunForm) -> str:
        office = check_keeper(user)
        made = services.request_run(
            organisation=office,
            user=user,
            run_date=form.cleaned_data["run_date"],
            wide=form.cleaned_data["wide"],
        )
        return made.get_absolute_url()

    runs = ModelRun.objects.visible_to(user).select_related("asked_by", "job").order_by("-id")
    return submit(request, RunForm, act, "intake/run.html", {"page": page_of(runs, request, 20)})


@require_GET
@permitted("intake.run")
def model_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what became of the subjects of each model."""
    found = get_object_or_404(ModelRun.objects.visible_to(request.user).select_related("job"), pk=pk)
    return render(request, "intake/model_run.html", {"run": found})


# -- parties ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permitted("intake.enter")
def party(request: HttpRequest) -> HttpResponseBase:
    """Enter a party by hand."""
    user = _user(request)
    mine = PartyEntry.objects.visible_to(user).filter(entered_by=user)

    def act(form: PartyForm) -> str:
        return services.enter_party(user=user, values=form.values()).get_absolute_url()

    context = {"charges": PartyForm.charges(), "entries": mine[:10]}
    return submit(request, PartyForm, act, "intake/party.html", context)


@require_GET
@permitted("intake.enter")
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """A party that was entered, and the leads that were found."""
    found = get_object_or_404(
        PartyEntry.objects.visible_to(request.user).select_related("job", "entered_by"), pk=pk
    )
    record(Action.READ, user=request.user, subject=found, request=request)
    seen = Lead.objects.visible_to(request.user).filter(pk__in=found.leads)
    context = {"entry": found, "leads": seen, "hidden": len(found.leads) - seen.count()}
    return render(request, "intake/entry.html", context)
