"""What the worker does for the figures, for the frame, which stands below jobs, and for the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import User
from yingjiu.office.desk import kept_figures
from yingjiu.office.desk.period import Period, this_year
from yingjiu.office.desk.permissions import FIGURES
from yingjiu.office.frame import drafts, once
from yingjiu.office.jobs import job
from yingjiu.office.speech import in_language

if TYPE_CHECKING:
    from yingjiu.office.jobs import Work

__all__ = ["count_figures", "count_mornings", "forget", "measure_tables"]


@job(
    "desk.forget", title=_("Throw away old drafts, figures and notes of sent forms"), every=timedelta(days=1)
)
def forget(work: Work) -> dict[str, int]:
    """Remove what nobody comes back to; running it twice changes nothing."""
    work.check()
    return {
        "drafts": drafts.forget_old(),
        "submissions": once.forget_old(),
        "figures": kept_figures.forget_old(),
    }


@job(
    "desk.measure_tables",
    title=_("Tell the database how its tables have grown"),
    every=timedelta(days=1),
)
def measure_tables(work: Work) -> dict[str, int]:
    """Renew what the database knows of its tables, and chooses indexes by; PostgreSQL does it by itself."""
    work.check()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {}


@job("desk.count_figures", title=_("Count the figures anew"))
def count_figures(work: Work, user_key: int, since: str, until: str, language: str) -> dict[str, int]:
    """Count the figures that somebody looks at; what was kept before is shown until then."""
    work.check()
    user = User.objects.filter(pk=user_key, is_active=True).first()
    if user is not None:
        with in_language(language):
            kept_figures.count(user, Period(date.fromisoformat(since), date.fromisoformat(until)))
    return {}


@job("desk.count_mornings", title=_("Count the figures of the day"), every=timedelta(hours=1))
def count_mornings(work: Work) -> dict[str, int]:
    """Count the figures of this year for who sees figures and was there this week, once a day."""
    period, counted = this_year(), 0
    since = timezone.now() - timedelta(days=7)
    for user in User.objects.filter(
        is_active=True, last_login__gte=since, grants__role__in=FIGURES
    ).distinct():
        work.check()
        with in_language(user.language or settings.LANGUAGE_CODE):
            if kept_figures.kept(user, period) is None:
                kept_figures.count(user, period)
                counted += 1
    return {"counted": counted}
