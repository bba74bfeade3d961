"""Figures that were counted are kept for each user and period, and shown with the moment of counting.

At a million leads counting takes longer than a page may. After five minutes the worker counts anew while the
page still shows the last figures, and every morning it counts those of this year before anybody asks. Of a
period that nobody asked for before the page says that it is being counted, and asks again. Somebody waits
for the count only where no worker has done it in time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache.backends.filebased import FileBasedCache
from django.utils import timezone
from django.utils.translation import get_language

from yingjiu.office.desk import figures as counting
from yingjiu.office.desk.figures import Figure
from yingjiu.office.desk.period import Period
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.alive import anybody

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["KEPT", "Counted", "at_hand", "count", "figures", "forget_old", "kept", "store"]

KEPT: Final = timedelta(minutes=5)
"""After this time the worker counts anew."""
LONGEST: Final = timedelta(hours=1)
"""How long the worker may take to renew figures that are shown meanwhile."""
PATIENCE: Final = timedelta(seconds=10)
"""How long it may take to count figures that somebody waits for."""

_FORGOTTEN: Final = timedelta(days=2)
_MOST: Final = 1_000_000
"""Files in the store; with so many it would throw away a third, new ones too."""

Counted = tuple[list[Figure], datetime]


def figures(user: User, period: Period) -> Counted:
    """All figures, and when they were counted; counted now if none are at hand."""
    return at_hand(user, period) or count(user, period)


def at_hand(user: User, period: Period) -> Counted | None:
    """The figures to show at once, and when they were counted; None while the worker counts the first."""
    there, now = kept(user, period), timezone.now()
    if there is not None and now - there[1] <= KEPT:
        return there
    if there is None and not anybody():
        return count(user, period)
    asked = _asked(user, period, there, now)
    late = now - asked > (PATIENCE if there is None else LONGEST)
    return count(user, period) if late else there


def kept(user: User, period: Period) -> Counted | None:
    """The figures that were counted last."""
    found: Counted | None = store().get(_key(user, period))
    return found


def store() -> FileBasedCache:
    """Where figures are kept: files, so that the worker renews what the server shows.

    They are counts and sums of money by month, harm, place and year, in plain; no row about a person.
    """
    return FileBasedCache(str(_folder()), {"max_entries": _MOST})


def count(user: User, period: Period) -> Counted:
    """Count the figures now, in the language that is spoken, and keep them."""
    counted = (counting.count(user, period), timezone.now())
    store().set(_key(user, period), counted, _FORGOTTEN.total_seconds())
    return counted


def forget_old() -> int:
    """Remove what is kept for nobody any more, for the store itself removes only what is asked for again.

    Returns:
        How many files.
    """
    limit, removed = (timezone.now() - _FORGOTTEN).timestamp(), 0
    for path in _folder().glob("*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _folder() -> Path:
    return Path(settings.YINGJIU_FOLDER) / "figures"


def _asked(user: User, period: Period, there: Counted | None, now: datetime) -> datetime:
    """Ask the worker for these figures, once for each time they grew old; since when it is asked."""
    mark = f"{_key(user, period)}.asked.{there[1].isoformat() if there else ''}"
    asked: datetime = store().get_or_set(mark, now, _FORGOTTEN.total_seconds()) or now
    if asked == now:
        enqueue(
            "desk.count_figures",
            organisation=user.procuratorate,
            user_key=user.pk,
            since=period.since,
            until=period.until,
            language=get_language(),
        )
    return asked


def _key(user: User, period: Period) -> str:
    """What the figures depend on: who looks with which rights, the period, and the language."""
    rights = f"{user.pk}.{user.organisation_id}.{user.clearance}.{'-'.join(sorted(user.roles))}"
    return f"{rights}.{period.since}.{period.until}.{get_language()}"
