"""What the system administrator and the security administrator do; neither can do the other's work.

三员分立: the system administrator keeps organisations and accounts and gives no rights; the security
administrator gives rights and unlocks, and makes no accounts; the audit administrator does neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts import second_factor
from yingjiu.office.accounts.errors import AccountError, NotYoursError
from yingjiu.office.accounts.events import tell
from yingjiu.office.accounts.models import Organisation, RoleGrant, User
from yingjiu.office.accounts.passwords import set_password, temporary_password
from yingjiu.office.accounts.roles import ADMINISTRATORS, CASEWORK, PARTNERS, Role, clashing
from yingjiu.office.accounts.signing import forget_failures
from yingjiu.office.accounts.visibility import Secrecy

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = [
    "change_user",
    "create_user",
    "reset_password",
    "reset_second_factor",
    "resets_password",
    "save_organisation",
    "set_active",
    "set_rights",
    "unlock",
]


def _need(by: User, role: Role) -> None:
    if not by.has_role(role):
        raise NotYoursError(
            Fault(
                "ACC-040",
                _("only the {role} does this").format(role=Role(role).label),
                hint=_("ask that person"),
            )
        )


def _not_oneself(by: User, user: User) -> None:
    if by.pk == user.pk:
        raise NotYoursError(
            Fault(
                "ACC-041",
                _("nobody does this to their own account"),
                hint=_("ask another administrator of the same kind"),
            )
        )


# -- the system administrator ------------------------------------------------------------------------------


@transaction.atomic
def save_organisation(
    organisation: Organisation, *, by: User, request: HttpRequest | None = None
) -> Organisation:
    """Create or change an organisation.

    Raises:
        NotYoursError: ``ACC-040`` not the system administrator.
        ValidationError: the organisation does not fit where it stands.
    """
    _need(by, Role.SYSTEM_ADMIN)
    organisation.full_clean()
    what = "organisation changed" if organisation.pk else "organisation created"
    organisation.save()
    tell("administer", user=by, subject=organisation, detail={"what": what}, request=request)
    return organisation


@transaction.atomic
def create_user(
    *,
    username: str,
    display_name: str,
    organisation: Organisation,
    by: User,
    phone: str = "",
    request: HttpRequest | None = None,
) -> tuple[User, str]:
    """Create an account without any right.

    Returns:
        The user, and the temporary password, to be shown this once.

    Raises:
        NotYoursError: ``ACC-040`` not the system administrator.
        ValidationError: a name that is taken, or the like.
    """
    _need(by, Role.SYSTEM_ADMIN)
    user = User(username=username, display_name=display_name, organisation=organisation, phone=phone)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    password = temporary_password()
    set_password(user, password, temporary=True)
    user.used_passwords.all().delete()
    tell("administer", user=by, subject=user, detail={"what": "account created"}, request=request)
    return user, password


@transaction.atomic
def change_user(
    user: User,
    *,
    by: User,
    display_name: str,
    phone: str,
    organisation: Organisation,
    request: HttpRequest | None = None,
) -> User:
    """Change a user's name, telephone and organisation.

    Whoever holds a role stays in the same procuratorate or agency: what a role sees depends on it, and the
    system administrator gives no rights.

    Raises:
        NotYoursError: ``ACC-040`` not the system administrator, ``ACC-041`` one's own account.
        AccountError: ``ACC-010`` the user holds roles, and would move to another office.
    """
    _need(by, Role.SYSTEM_ADMIN)
    _not_oneself(by, user)
    before = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    moved = organisation.pk != before.organisation_id
    if moved and before.grants.exists() and organisation.procuratorate != before.procuratorate:
        raise AccountError(
            Fault(
                "ACC-010",
                _("the user holds roles, which would go along to another office"),
                hint=_("ask the security administrator to take the roles away first"),
            )
        )
    before.display_name, before.phone, before.organisation = display_name, phone, organisation
    before.full_clean()
    before.save()
    detail = {"what": "account moved" if moved else "account changed"}
    tell("administer", user=by, subject=before, detail=detail, request=request)
    return before


@transaction.atomic
def set_active(user: User, *, active: bool, by: User, request: HttpRequest | None = None) -> User:
    """Disable an account, or enable it again. A disabled user is signed out everywhere.

    Raises:
        NotYoursError: ``ACC-040`` not the system administrator, ``ACC-041`` one's own account.
        AccountError: ``ACC-011`` the last administrator of a kind.
    """
    _need(by, Role.SYSTEM_ADMIN)
    _not_oneself(by, user)
    if not active:
        _not_the_last(user, set(user.grants.values_list("role", flat=True)))
    User.objects.filter(pk=user.pk).update(is_active=active)
    user.refresh_from_db()
    detail = {"what": "account enabled" if active else "account disabled"}
    tell("administer", user=by, subject=user, detail=detail, request=request)
    return user


def _not_the_last(user: User, losing: Iterable[str]) -> None:
    for role in ADMINISTRATORS.intersection(losing):
        others = RoleGrant.objects.filter(role=role, user__is_active=True).exclude(user=user)
        if not others.exists():
            raise AccountError(
                Fault(
                    "ACC-011",
                    _("this is the last {role}").format(role=Role(role).label),
                    hint=_("appoint another one first"),
                )
            )


def resets_password(by: User, user: User) -> bool:
    """Whether one may give another a temporary password.

    The system administrator does it for everyone but the other administrators, and for security
    administrators; the security administrator for system and audit administrators. So no administrator can
    become another one unnoticed by the third.
    """
    held = user.roles
    if by.pk == user.pk:
        return False
    if by.has_role(Role.SYSTEM_ADMIN):
        return held.isdisjoint(ADMINISTRATORS - {Role.SECURITY_ADMIN})
    return by.has_role(Role.SECURITY_ADMIN) and not held.isdisjoint({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})


@transaction.atomic
def reset_password(user: User, *, by: User, request: HttpRequest | None = None) -> str:
    """Give a user a temporary password.

    Returns:
        The password, to be shown this once.

    Raises:
        NotYoursError: ``ACC-042`` see :func:`resets_password`.
    """
    if not resets_password(by, user):
        raise NotYoursError(
            Fault(
                "ACC-042",
                _("you do not reset this password"),
                hint=_("administrators' passwords are reset by an administrator of another kind"),
            )
        )
    password = temporary_password()
    set_password(user, password, temporary=True)
    tell("administer", user=by, subject=user, detail={"what": "password reset"}, request=request)
    return password


# -- the security administrator ----------------------------------------------------------------------------


@transaction.atomic
def set_rights(
    user: User,
    *,
    roles: Collection[str],
    clearance: int,
    by: User,
    request: HttpRequest | None = None,
) -> User:
    """Say which roles a user holds and how secret a case they see.

    Raises:
        NotYoursError: ``ACC-040`` not the security administrator, ``ACC-041`` one's own account.
        AccountError: ``ACC-011`` the last administrator of a kind, ``ACC-012`` two roles that one person may
            not hold together, ``ACC-013`` a role that does not fit the user's organisation, ``ACC-014`` no
            such role or clearance.
    """
    _need(by, Role.SECURITY_ADMIN)
    _not_oneself(by, user)
    wanted = set(roles)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    faults = [*_unfit(user, wanted)]
    if wanted - set(Role.values) or clearance not in Secrecy.values or clearance == Secrecy.SEALED:
        faults.append(Fault("ACC-014", _("there is no such role or clearance")))
    elif clash := clashing(wanted):
        first, second = (str(Role(role).label) for role in clash)
        faults.append(
            Fault(
                "ACC-012",
                _("one person cannot be {first} and {second}").format(first=first, second=second),
                hint=_("give one of the roles to another person"),
            )
        )
    if faults:
        raise AccountError(*faults)
    held = set(user.grants.values_list("role", flat=True))
    _not_the_last(user, held - wanted)
    user.grants.filter(role__in=held - wanted).delete()  # before the new: the database allows one of a kind
    RoleGrant.objects.bulk_create(
        [RoleGrant(user=user, role=role, granted_by=by) for role in sorted(wanted - held)]
    )
    before, user.clearance = user.clearance, clearance
    user.save(update_fields=["clearance"])
    user.__dict__.pop("roles", None)
    detail: Mapping[str, Any] = {
        "what": "rights",
        "given": sorted(wanted - held),
        "taken": sorted(held - wanted),
        "clearance": [before, clearance],
    }
    tell("administer", user=by, subject=user, detail=detail, request=request)
    return user


def _unfit(user: User, wanted: set[str]) -> Iterable[Fault]:
    inside = user.procuratorate is not None
    if not inside and wanted & (CASEWORK | ADMINISTRATORS):
        yield Fault(
            "ACC-013",
            _("only people of a procuratorate hold this role"),
            hint=_("ask the system administrator to move the account first"),
        )
    if inside and wanted & PARTNERS:
        yield Fault(
            "ACC-013",
            _("only people of a partner agency hold this role"),
            hint=_("ask the system administrator to move the account first"),
        )


@transaction.atomic
def unlock(user: User, *, by: User, request: HttpRequest | None = None) -> int:
    """Take the locks after failed attempts away.

    Returns:
        How many there were.

    Raises:
        NotYoursError: ``ACC-040`` not the security administrator.
    """
    _need(by, Role.SECURITY_ADMIN)
    count = forget_failures(user)
    tell("administer", user=by, subject=user, detail={"what": "unlocked", "locks": count}, request=request)
    return count


@transaction.atomic
def reset_second_factor(user: User, *, by: User) -> None:
    """Take a lost second factor away.

    Raises:
        NotYoursError: ``ACC-040`` not the security administrator, ``ACC-041`` one's own account.
    """
    _need(by, Role.SECURITY_ADMIN)
    _not_oneself(by, user)
    second_factor.remove(user, by=by)
