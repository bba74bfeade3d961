"""The first people of an office: its organisations, and the accounts that let others in."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from yingjiu.codes import find_region
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Function, Kind, Level, Organisation, RoleGrant, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.frame.errors import OfficeError

__all__ = ["Account", "BeginningError", "add_user", "begin_office", "new_password"]

ADMINISTRATORS: Final = (
    ("system", "系统管理员", Role.SYSTEM_ADMIN),
    ("security", "安全管理员", Role.SECURITY_ADMIN),
    ("audit", "审计管理员", Role.AUDIT_ADMIN),
)


class BeginningError(OfficeError):
    """An office cannot be begun (``OFF-004``, ``OFF-005``)."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is handed over, once.

    Attributes:
        account: name at the login.
        password: to be changed at the first login.
        role: in words.
        organisation: in words.
    """

    account: str
    password: str
    role: str
    organisation: str


def new_password() -> str:
    """A random password that the policy accepts."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_+=")
    letters = [secrets.choice(kind) for kind in kinds]
    letters += [secrets.choice("".join(kinds)) for _ in range(12)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def add_user(
    *, account: str, name: str, at: Organisation, roles: Sequence[Role], password: str, clearance: int = 1
) -> User:
    """Make a user with roles; one that exists already is left as it is.

    Args:
        account: name at the login.
        name: of the person.
        at: where they work.
        roles: what they do.
        password: the first one.
        clearance: highest secrecy beyond their own cases.
    """
    found = User.objects.filter(username=account).first()
    if found is not None:
        return found
    user = User(
        username=account,
        display_name=name,
        organisation=at,
        clearance=clearance,
        password=make_password(password),
    )
    user.full_clean()
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    return user


@transaction.atomic
def begin_office(*, name: str, short_name: str, region: str, level: str) -> tuple[Account, ...]:
    """Make the procuratorate, its usual departments and its three administrators.

    Args:
        name: full name of the procuratorate.
        short_name: its short name in document numbers.
        region: six-digit region code.
        level: ``provincial``, ``municipal`` or ``county``.

    Returns:
        The three accounts with their first passwords.

    Raises:
        BeginningError: ``OFF-004`` there is an office already; ``OFF-005`` the region is unknown.
    """
    if User.objects.exists():
        raise BeginningError(
            Fault(
                "OFF-004",
                _("this folder holds an office already"),
                hint=_("give another folder, or sign in and add organisations there"),
            )
        )
    if find_region(region) is None:
        raise BeginningError(
            Fault(
                "OFF-005",
                _("no region has this code"),
                found=region,
                hint=_("give the six digits of GB/T 2260"),
            )
        )
    office = Organisation(
        name=name, short_name=short_name, kind=Kind.PROCURATORATE, level=Level[level.upper()], region=region
    )
    office.full_clean()
    office.save()
    for title, function in (
        ("控告申诉检察部", Function.COMPLAINTS),
        ("刑事检察部", Function.CRIMINAL),
        ("计划财务装备部", Function.FINANCE),
    ):
        Organisation.objects.create(name=title, kind=Kind.DEPARTMENT, function=function, parent=office)
    made = []
    for account, title, role in ADMINISTRATORS:
        password = new_password()
        user = add_user(account=account, name=title, at=office, roles=(role,), password=password)
        User.objects.filter(pk=user.pk).update(must_change_password=True)
        made.append(Account(account, password, str(role.label), office.name))
    return tuple(made)
