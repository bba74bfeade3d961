"""Signing in and out, and one's own account."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as sign_out
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts import second_factor, signing
from yingjiu.office.accounts.errors import AccountError
from yingjiu.office.accounts.events import tell
from yingjiu.office.accounts.forms import CodeForm, LoginForm, PasswordForm, ProfileForm
from yingjiu.office.accounts.models import TotpDevice, User
from yingjiu.office.accounts.passwords import must_change, set_password
from yingjiu.office.errors import said

__all__ = [
    "backup_codes",
    "login",
    "logout",
    "password",
    "profile",
    "remove_second_factor",
    "second_factor_page",
    "second_factor_picture",
    "second_step",
]

_CODES = "backup_codes"


def _add(form: CodeForm | LoginForm, error: AccountError) -> None:
    for fault in error.faults:
        form.add_error(None, said(fault))


def _after(request: HttpRequest) -> str:
    """Where to go after signing in: an address of ours that was asked for, else the first page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours and asked.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)


def _welcome(request: HttpRequest, user: User) -> HttpResponseRedirect:
    response = HttpResponseRedirect(_after(request))
    if user.language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", httponly=True)
    return response


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """User name and password."""
    if request.method == "GET" and request.user.is_authenticated:
        return HttpResponseRedirect(_after(request))
    form = LoginForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                user = signing.start(request, name=given["username"], password=given["password"])
            except AccountError as error:
                _add(form, error)
            else:
                if user is not None:
                    return _welcome(request, user)
                query = urlencode({"next": _after(request)})
                return HttpResponseRedirect(f"{reverse('accounts:second_step')}?{query}")
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next") or ""}
    return render(request, "accounts/login.html", context, status=status)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the second factor."""
    if signing.pending(request) is None:
        return redirect("accounts:login")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _welcome(request, signing.finish(request, code=form.cleaned_data["code"]))
            except AccountError as error:
                _add(form, error)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next") or ""}
    return render(request, "accounts/second_step.html", context, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; the session is thrown away."""
    sign_out(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


# -- one's own account -------------------------------------------------------------------------------------


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is here, and what one may change of it."""
    user = _user(request)
    now = {"phone": user.phone, "language": user.language or settings.LANGUAGE_CODE}
    form = ProfileForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        user.phone, user.language = form.cleaned_data["phone"], form.cleaned_data["language"]
        user.full_clean()
        user.save(update_fields=["phone", "language"])
        tell("administer", user=user, subject=user, detail={"what": "own account changed"}, request=request)
        messages.success(request, _("Saved."))
        response = redirect("accounts:profile")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", httponly=True)
        return response
    context = {
        "form": form,
        "roles": [grant.get_role_display() for grant in user.grants.order_by("role")],
        "has_factor": second_factor.confirmed(user),
        "factor_required": second_factor.required(user),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end."""
    user = _user(request)
    forced = must_change(user)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        set_password(user, form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        tell("administer", user=user, subject=user, detail={"what": "own password changed"}, request=request)
        messages.success(request, _("Your password is changed. Other sessions of yours have ended."))
        return redirect(settings.LOGIN_REDIRECT_URL if forced else "accounts:profile")
    context = {"form": form, "forced": forced, "days": settings.YINGJIU_PASSWORD_DAYS}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("code")
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set the second factor up."""
    user = _user(request)
    if second_factor.confirmed(user):
        return redirect("accounts:profile")
    device = second_factor.begin(user)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                request.session[_CODES] = second_factor.confirm(user, form.cleaned_data["code"])
            except AccountError as error:
                _add(form, error)
            else:
                return redirect("accounts:backup_codes")
    secret = device.secret
    context = {
        "form": form,
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "required": second_factor.required(user),
    }
    return render(request, "accounts/second_factor.html", context, status=status)


@never_cache
@login_required
@require_GET
def second_factor_picture(request: HttpRequest) -> HttpResponse:
    """The QR code of a device that waits for its confirmation."""
    device = TotpDevice.objects.filter(user=_user(request), confirmed_at__isnull=True).first()
    if device is None:
        raise Http404
    return HttpResponse(second_factor.picture(device), content_type="image/svg+xml")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def backup_codes(request: HttpRequest) -> HttpResponseBase:
    """Show backup codes once; POST makes new ones."""
    user = _user(request)
    if not second_factor.confirmed(user):
        return redirect("accounts:profile")
    if request.method == "POST":
        request.session[_CODES] = second_factor.new_backup_codes(user)
        tell("administer", user=user, subject=user, detail={"what": "new backup codes"}, request=request)
        return redirect("accounts:backup_codes")
    codes = request.session.pop(_CODES, None)
    if codes is None:
        return redirect("accounts:profile")
    return render(request, "accounts/backup_codes.html", {"codes": codes})


@sensitive_post_parameters("password")
@never_cache
@login_required
@require_POST
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Take one's own second factor away; the password is asked for, and no role may require the factor."""
    user = _user(request)
    if second_factor.required(user):
        messages.error(request, _("Your role requires the second factor."))
    elif not user.check_password(request.POST.get("password", "")):
        messages.error(request, _("This is not your password."))
    else:
        second_factor.remove(user, by=user)
        messages.success(request, _("The second factor is removed."))
    return redirect("accounts:profile")
