"""Signing in: the lock after repeated failures, and the two steps.

Five failures for one account from one address lock that account for that address for a quarter of an hour.
Names that do not exist are counted and answered like those that do, and take as long: Django hashes the
password in either case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.auth import authenticate, login
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts import second_factor
from yingjiu.office.accounts.errors import AccountError
from yingjiu.office.accounts.events import tell
from yingjiu.office.accounts.models import LoginFailure, User
from yingjiu.office.vault.index import BlindIndex, blind_index
from yingjiu.office.vault.rotation import rebuilds

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = [
    "LOCKED_FOR",
    "MOST",
    "PATIENCE",
    "finish",
    "forget_failures",
    "locked_until",
    "locks_of",
    "pending",
    "start",
]

MOST: Final = 5
"""Failures until the lock."""
LOCKED_FOR: Final = timedelta(minutes=15)
PATIENCE: Final = timedelta(minutes=5)
"""How long the second step may take after the first."""

_FORGOTTEN: Final = timedelta(days=1)
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_PENDING: Final = "second_step"


def _account(name: str) -> BlindIndex:
    return blind_index("accounts.LoginFailure.account", name.strip().lower() or " ")


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")[:45]


def locked_until(name: str, request: HttpRequest) -> datetime | None:
    """Until when an account is locked for the address that asks; None if it is not."""
    found = LoginFailure.objects.filter(account=_account(name), address=_address(request)).first()
    return (
        found.locked_until if found and found.locked_until and found.locked_until > timezone.now() else None
    )


@transaction.atomic
def _note_failure(name: str, request: HttpRequest) -> None:
    now = timezone.now()
    which = {"account": _account(name), "address": _address(request)}
    LoginFailure.objects.get_or_create(**which, defaults={"last_at": now})
    LoginFailure.objects.filter(last_at__lt=now - _FORGOTTEN).delete()
    mine = LoginFailure.objects.filter(**which)
    mine.filter(Q(last_at__lt=now - LOCKED_FOR) | Q(locked_until__lte=now)).update(
        failures=0, locked_until=None
    )
    mine.update(failures=F("failures") + 1, last_at=now)
    if mine.filter(failures__gte=MOST, locked_until__isnull=True).update(locked_until=now + LOCKED_FOR):
        known = User.objects.filter(username=name).first()
        tell("login_failed", user=known, detail={"locked": True}, request=request)


@rebuilds("accounts.LoginFailure.account")
def rebuild_failures() -> int:
    """Bring the counts of known accounts under the current index key; forget those of unknown names."""
    changed = 0
    current = []
    for name in User.objects.values_list("username", flat=True).iterator():
        index = _account(name)
        current.append(str(index))
        for old in LoginFailure.objects.filter(account__in=index.others):
            with transaction.atomic():
                same, made = LoginFailure.objects.get_or_create(
                    account=str(index), address=old.address, defaults={"last_at": old.last_at}
                )
                if made or same.last_at <= old.last_at:
                    same.failures, same.last_at = old.failures, old.last_at
                    same.locked_until = old.locked_until
                    same.save()
                old.delete()
            changed += 1
    return changed + LoginFailure.objects.exclude(account__in=current).delete()[0]


def forget_failures(user: User, request: HttpRequest | None = None) -> int:
    """Unlock an account: for the address that asks, or everywhere.

    Returns:
        How many locks and counts there were.
    """
    mine = LoginFailure.objects.filter(account=_account(user.username))
    if request is not None:
        mine = mine.filter(address=_address(request))
    return mine.delete()[0]


def locks_of(user: User) -> list[datetime]:
    """Until when the account is locked, for each address that is locked out of it."""
    now = timezone.now()
    found = LoginFailure.objects.filter(account=_account(user.username), locked_until__gt=now)
    return [each.locked_until for each in found if each.locked_until]


def _locked(until: datetime) -> AccountError:
    at = timezone.localtime(until).strftime("%H:%M")
    return AccountError(
        Fault(
            "ACC-002",
            _("too many failures; signing in is locked until {time}").format(time=at),
            hint=_("wait, or ask the security administrator to unlock the account"),
        )
    )


def start(request: HttpRequest, *, name: str, password: str) -> User | None:
    """The first step: user name and password.

    Args:
        request: the request; its session is renewed when the user is signed in.
        name: user name.
        password: password.

    Returns:
        The user, who is signed in; None if the second step is to come.

    Raises:
        AccountError: ``ACC-001`` name or password is wrong, or the account is disabled: they are not told
            apart; ``ACC-002`` locked.
    """
    until = locked_until(name, request)
    if until is not None:
        tell("login_failed", user=None, detail={"locked": True}, request=request)
        raise _locked(until)
    user = authenticate(request, username=name, password=password)
    if user is None:
        _note_failure(name, request)
        until = locked_until(name, request)
        raise (
            _locked(until)
            if until
            else AccountError(
                Fault(
                    "ACC-001",
                    _("the user name or the password is wrong"),
                    hint=_("after {count} failures signing in is locked for a quarter of an hour").format(
                        count=MOST
                    ),
                )
            )
        )
    if second_factor.confirmed(user):
        request.session.cycle_key()
        request.session[_PENDING] = {"user": user.pk, "at": timezone.now().timestamp()}
        return None
    _sign_in(request, user)
    return user


def pending(request: HttpRequest) -> User | None:
    """The user who has taken the first step and not yet the second; None if it was too long ago."""
    waiting = request.session.get(_PENDING)
    if not waiting or timezone.now().timestamp() - waiting["at"] > PATIENCE.total_seconds():
        return None
    return User.objects.filter(pk=waiting["user"], is_active=True).first()


def finish(request: HttpRequest, *, code: str) -> User:
    """The second step: a code of the device, or a backup code.

    Raises:
        AccountError: ``ACC-002`` locked, ``ACC-003`` the first step was too long ago, ``ACC-004`` wrong code.
    """
    user = pending(request)
    if user is None:
        request.session.pop(_PENDING, None)
        raise AccountError(
            Fault("ACC-003", _("this took too long"), hint=_("enter user name and password again"))
        )
    until = locked_until(user.username, request)
    if until is not None:
        raise _locked(until)
    if not second_factor.accepts(user, code):
        tell("login_failed", user=user, detail={"step": "second"}, request=request)
        _note_failure(user.username, request)
        raise AccountError(
            Fault("ACC-004", _("the code is wrong or was used already"), hint=_("wait for the next code"))
        )
    del request.session[_PENDING]
    _sign_in(request, user)
    return user


def _sign_in(request: HttpRequest, user: User) -> None:
    forget_failures(user, request)
    login(request, user, backend=_BACKEND)  # renews the key of the session
