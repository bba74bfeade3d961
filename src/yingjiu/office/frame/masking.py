"""Personal data is masked on screen until somebody opens it for a purpose, which is on record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from yingjiu.codes import mask_address, mask_id, mask_name, mask_phone
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.purposes import PurposeForm

__all__ = ["Kind", "mask_account", "reveal", "show"]

Kind = Literal["name", "id_number", "phone", "address", "account"]


def mask_account(text: str | None) -> str:
    """A bank account with its last four digits."""
    digits = (text or "").replace(" ", "")
    return "" if not digits else "*" * max(len(digits) - 4, 4) + (digits[-4:] if len(digits) > 8 else "")


_MASKS: Final[Mapping[str, Callable[[str | None], str]]] = {
    "name": mask_name,
    "id_number": mask_id,
    "phone": mask_phone,
    "address": mask_address,
    "account": mask_account,
}


def show(user: Any, value: str | None, kind: Kind) -> str:
    """A value as a page may show it before anybody opens it.

    Args:
        user: who looks; a name is shown whole to nobody by default, so that a list is no register of people.
        value: the value.
        kind: what it is.

    Returns:
        The masked value; an empty text for none.
    """
    del user
    return _MASKS[kind](value) if value else ""


def reveal(
    request: HttpRequest, *, subject: Model, value: Callable[[], str | None], what: str
) -> HttpResponse:
    """The view behind ``<c-masked>``: asks for a purpose, records it, and shows the value.

    Args:
        request: GET opens the dialog, POST with a purpose shows the value.
        subject: whose value it is; the caller has made sure that the user may see it.
        value: gives the value, called after the purpose is on record.
        what: name of the field, as ``ID number``.

    Returns:
        A fragment for htmx.
    """
    form = PurposeForm(request.POST or None)
    slot = request.GET.get("slot", "")
    if not re.fullmatch(r"[A-Za-z][\w-]{0,80}", slot, re.ASCII):
        slot = "revealed"
    if request.method == "POST" and form.is_valid():
        record(
            Action.REVEAL,
            user=request.user,
            subject=subject,
            purpose=form.text(),
            detail={"field": what},
            request=request,
        )
        shown = value()
        response = HttpResponse(
            format_html('<span class="revealed" translate="no">{}</span>', shown or _("not on file"))
        )
        response["HX-Trigger"] = "close-dialog"
        response["HX-Retarget"] = f"#{slot}"
        response["HX-Reswap"] = "innerHTML"
        return response
    context = {"form": form, "what": what, "slot": slot, "action": request.get_full_path()}
    return render(request, "frame/purpose.html", context)
