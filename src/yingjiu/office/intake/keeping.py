"""The pool of this installation, and the procuratorate that keeps it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.intake.errors import IntakeError
from yingjiu.office.intake.models import PoolKeeper
from yingjiu.pool import Pool

__all__ = ["check_keeper", "keeper", "may_enter", "offices_below", "open_pool", "pool_folder"]


def pool_folder() -> Path:
    """Where the pool is."""
    return Path(settings.YINGJIU_FOLDER) / "pool"


def open_pool() -> Pool:
    """The pool; made if there is none."""
    return Pool.open(pool_folder(), create=True)


def keeper() -> Organisation | None:
    """The procuratorate that keeps the pool; None before anything was loaded."""
    found = PoolKeeper.objects.select_related("organisation").first()
    return found.organisation if found else None


def check_keeper(user: User) -> Organisation:
    """The user's procuratorate, if it keeps the pool; the first to load is its keeper.

    For the liaison of an agency it is the procuratorate that the agency works with.

    Raises:
        IntakeError: ``INT-001`` another procuratorate keeps it.
    """
    office = _office_of(user)
    made, _created = PoolKeeper.objects.get_or_create(id=1, defaults={"organisation": office})
    if office is None or made.organisation_id != office.pk:
        raise IntakeError(
            Fault(
                "INT-001",
                _("the data of this installation are kept by another procuratorate"),
                found=made.organisation.name,
                hint=_("send the files there; leads of your cases are handed over to you"),
            )
        )
    return office


def may_enter(user: User) -> Organisation:
    """The user's procuratorate, if it keeps the pool or stands below the one that does.

    Raises:
        IntakeError: ``INT-001`` it does not.
    """
    there, office = keeper(), user.procuratorate
    if there is None or office is None or not (office.path or "").startswith(there.path or "?"):
        return check_keeper(user)
    return office


def offices_below(office: Organisation) -> dict[str, Organisation]:
    """The procuratorates below one, by region code."""
    below = Organisation.objects.below(office).filter(kind=Kind.PROCURATORATE).exclude(pk=office.pk)
    return {each.region: each for each in below if each.region}


def _office_of(user: User) -> Organisation | None:
    if user.procuratorate is not None:
        return user.procuratorate
    return user.organisation.parent if user.organisation else None
