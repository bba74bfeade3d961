"""What the pages' scripts ask for, and the way a form is taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from yingjiu.errors import Fault
from yingjiu.office.errors import OfficeError, said
from yingjiu.office.frame import drafts, navigation
from yingjiu.office.frame.middleware import quiet
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.watermark import style_sheet

__all__ = ["submit"]

F = TypeVar("F", bound=BaseForm)


def submit(
    request: HttpRequest,
    form_class: Callable[..., F],
    act: Callable[[F], str],
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] | None = None,
    **form_arguments: Any,
) -> HttpResponseBase:
    """Show a form, and carry out what it asks once.

    Args:
        request: GET shows the form; POST sends it.
        form_class: the form.
        act: carries out a valid form and returns the address to go to; an ``OfficeError`` is shown on the
            form, and nothing that was typed is lost.
        template: the page; it gets ``form``.
        context: what else the page gets.
        initial: what the form holds at first.
        **form_arguments: what else the form takes.

    Returns:
        The page, or a redirect.
    """
    status = 200
    if request.method == "POST":
        earlier = once(request)
        if earlier is not None:
            return HttpResponseRedirect(earlier)
        form = form_class(request.POST, request.FILES, initial=initial, **form_arguments)
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    return done(request, act(form))
            except OfficeError as error:
                error.put_on_record(request.user, request)
                status = error.status
                for fault in error.faults:
                    form.add_error(None, said(fault))
    else:
        form = form_class(initial=initial, **form_arguments)
    return render(request, template, {**(context or {}), "form": form}, status=status)


@require_GET
@login_required
def badges(request: HttpRequest) -> HttpResponse:
    """The counts of the navigation, each swapped into its place; asked for every half minute."""
    counts = navigation.badges(request.user)  # type: ignore[arg-type] # login_required
    return quiet(render(request, "frame/badges.html", {"counts": counts}))


@require_http_methods(["GET", "POST", "DELETE"])
@login_required
def draft(request: HttpRequest) -> HttpResponse:
    """The user's draft of the form ``?key=``: read, kept or thrown away."""
    key = request.GET.get("key", "")
    if request.method == "DELETE":
        drafts.discard(request.user, key)
        return HttpResponse(status=204)
    if request.method == "POST":
        try:
            content = json.loads(request.body)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise OfficeError(Fault("FRM-004", _("this is not the draft of a form")))
        now = drafts.keep(request.user, key, content)
        return JsonResponse({"saved_at": timezone.localtime(now).strftime("%H:%M")})
    found = drafts.kept(request.user, key)
    if found is None:
        return quiet(HttpResponse(status=204))
    saved_at = timezone.localtime(found.saved_at).strftime("%Y-%m-%d %H:%M")
    return quiet(JsonResponse({"content": found.content, "saved_at": saved_at}))


@require_POST
@login_required
def alive(request: HttpRequest) -> HttpResponse:
    """Keep the session: the user said so in the warning before its end."""
    del request
    return HttpResponse(status=204)


@require_GET
@login_required
def returned(request: HttpRequest) -> HttpResponse:
    """Who signed in again in a second window goes on in the first; this page tells it so."""
    return render(request, "frame/returned.html")


@require_GET
def watermark(request: HttpRequest) -> HttpResponse:
    """The style sheet with the user's watermark."""
    response = HttpResponse(style_sheet(request.user), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "no-store, private"
    return quiet(response)


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Change the language of the pages, and remember it for this user."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    user = request.user
    if user.is_authenticated and chosen in {"zh-hans", "en"} and user.language != chosen:
        user.language = chosen
        user.save(update_fields=["language"])
    return response
