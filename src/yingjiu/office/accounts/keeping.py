"""Pages of the system administrator and of the security administrator."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts import administration, second_factor, selectors
from yingjiu.office.accounts.errors import AccountError
from yingjiu.office.accounts.forms import AccountForm, NewAccountForm, OrganisationForm, RightsForm
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.signing import locks_of
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.errors import said

__all__ = [
    "active",
    "organisation",
    "organisation_new",
    "organisations",
    "reset_password",
    "reset_second_factor",
    "rights",
    "rights_list",
    "unlock",
    "user",
    "user_new",
    "users",
]


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


def _tell(form: OrganisationForm | NewAccountForm | RightsForm, error: Exception) -> None:
    if isinstance(error, AccountError):
        for fault in error.faults:
            form.add_error(None, said(fault))
    elif isinstance(error, ValidationError):
        for message in error.messages:
            form.add_error(None, message)


# -- organisations -----------------------------------------------------------------------------------------


@require_GET
@permitted("accounts.organisations")
def organisations(request: HttpRequest) -> HttpResponse:
    """The tree."""
    found = list(selectors.organisations(_me(request)))
    top = min((each.path.count("/") for each in found if each.path), default=0)
    rows = [(each, range((each.path or "").count("/") - top)) for each in found]
    return render(request, "accounts/organisations.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@permitted("accounts.organisations")
def organisation_new(request: HttpRequest) -> HttpResponse:
    """A new organisation, ``?parent=`` below which it stands."""
    return _organisation(request, Organisation(), initial={"parent": request.GET.get("parent")})


@require_http_methods(["GET", "POST"])
@permitted("accounts.organisations")
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an organisation."""
    return _organisation(request, selectors.organisation(_me(request), pk))


def _organisation(
    request: HttpRequest, instance: Organisation, initial: dict[str, str | None] | None = None
) -> HttpResponse:
    me = _me(request)
    form = OrganisationForm(request.POST or None, instance=instance, by=me, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = administration.save_organisation(form.save(commit=False), by=me, request=request)
        except (AccountError, ValidationError) as error:
            _tell(form, error)
        else:
            messages.success(request, _("{name} is saved.").format(name=saved))
            return redirect("accounts:organisations")
    context = {"form": form, "organisation": instance if instance.pk else None}
    return render(request, "accounts/organisation.html", context, status=422 if form.errors else 200)


# -- accounts ----------------------------------------------------------------------------------------------


def _page(request: HttpRequest) -> dict[str, object]:
    text, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    found = selectors.accounts(_me(request), text=text, role=role if role in Role.values else "")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    for each in page:
        each.role_names = [grant.get_role_display() for grant in each.grants.all()]  # type: ignore[attr-defined] # for the page
        each.clearance_name = Secrecy(each.clearance).label  # type: ignore[attr-defined] # as above
    return {"page": page, "q": text, "role": role, "roles": Role.choices}


@require_GET
@permitted("accounts.users")
def users(request: HttpRequest) -> HttpResponse:
    """The accounts."""
    return render(request, "accounts/users.html", _page(request))


@never_cache
@require_http_methods(["GET", "POST"])
@permitted("accounts.users")
def user_new(request: HttpRequest) -> HttpResponse:
    """A new account; its temporary password is shown once."""
    me = _me(request)
    form = NewAccountForm(request.POST or None, by=me)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = administration.create_user(**form.cleaned_data, by=me, request=request)
        except (AccountError, ValidationError) as error:
            _tell(form, error)
        else:
            return render(request, "accounts/temporary.html", {"account": made, "password": password})
    return render(request, "accounts/user_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permitted("accounts.users")
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account."""
    me = _me(request)
    account = selectors.account(me, pk)
    now = {
        "display_name": account.display_name,
        "organisation": account.organisation,
        "phone": account.phone,
    }
    form = AccountForm(request.POST or None, initial=now, by=me)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in now}
        try:
            administration.change_user(account, **given, by=me, request=request)
        except (AccountError, ValidationError) as error:
            _tell(form, error)
        else:
            messages.success(request, _("{name} is saved.").format(name=account))
            return redirect("accounts:users")
    context = {
        "form": form,
        "account": account,
        "resets": administration.resets_password(me, account),
        "role_names": [grant.get_role_display() for grant in account.grants.all()],
        "own": account.pk == me.pk,
    }
    return render(request, "accounts/user.html", context, status=422 if form.errors else 200)


@require_POST
@permitted("accounts.users")
def active(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable or enable an account."""
    account = selectors.account(_me(request), pk)
    wanted = request.POST.get("active") == "1"
    administration.set_active(account, active=wanted, by=_me(request), request=request)
    told = _("{name} may sign in again.") if wanted else _("{name} can no longer sign in.")
    messages.success(request, told.format(name=account))
    return redirect("accounts:user", pk=pk)


@never_cache
@require_POST
@permitted("accounts.reset_password")
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a temporary password; it is shown once."""
    account = selectors.account(_me(request), pk)
    password = administration.reset_password(account, by=_me(request), request=request)
    return render(request, "accounts/temporary.html", {"account": account, "password": password})


# -- rights ------------------------------------------------------------------------------------------------


@require_GET
@permitted("accounts.rights")
def rights_list(request: HttpRequest) -> HttpResponse:
    """Who holds which rights."""
    return render(request, "accounts/rights_list.html", _page(request))


@require_http_methods(["GET", "POST"])
@permitted("accounts.rights")
def rights(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles, clearance, lock and second factor of one user."""
    me = _me(request)
    account = selectors.account(me, pk)
    now = {"roles": sorted(account.roles), "clearance": account.clearance}
    form = RightsForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            administration.set_rights(
                account,
                roles=form.cleaned_data["roles"],
                clearance=form.cleaned_data["clearance"],
                by=me,
                request=request,
            )
        except AccountError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The rights of {name} are saved.").format(name=account))
            return redirect("accounts:rights")
    context = {
        "form": form,
        "account": account,
        "locks": locks_of(account),
        "has_factor": second_factor.confirmed(account),
        "resets": administration.resets_password(me, account),
        "own": account.pk == me.pk,
    }
    return render(request, "accounts/rights.html", context, status=422 if form.errors else 200)


@require_POST
@permitted("accounts.rights")
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the locks after failed attempts away."""
    account = selectors.account(_me(request), pk)
    administration.unlock(account, by=_me(request), request=request)
    messages.success(request, _("{name} is unlocked.").format(name=account))
    return redirect("accounts:rights_of", pk=pk)


@require_POST
@permitted("accounts.rights")
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lost second factor away."""
    account = selectors.account(_me(request), pk)
    administration.reset_second_factor(account, by=_me(request))
    messages.success(request, _("The second factor of {name} is removed.").format(name=account))
    return redirect("accounts:rights_of", pk=pk)
