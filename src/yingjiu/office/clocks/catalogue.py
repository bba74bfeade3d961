"""The limits and the calendar of this installation: shipped ones, and those in the office's folder."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from yingjiu.office.clocks.errors import clock_error
from yingjiu.office.clocks.limits import Limit, read_limits
from yingjiu.office.clocks.official_calendar import OfficialCalendar
from yingjiu.office.clocks.year_files import read_calendar

__all__ = ["calendar", "limit_of", "limits"]


def calendar() -> OfficialCalendar:
    """The days, with what lies in ``calendar/`` of the office's folder."""
    return read_calendar(settings.YINGJIU_FOLDER / "calendar")


def limits() -> Mapping[str, Limit]:
    """The limits, with what lies in ``clocks/`` of the office's folder."""
    return read_limits(settings.YINGJIU_FOLDER / "clocks")


def limit_of(key: str) -> Limit:
    """A limit by its key.

    Raises:
        ClockError: ``CLK-001`` there is none.
    """
    found = limits().get(key)
    if found is None:
        raise clock_error(
            "CLK-001", _("there is no such time limit"), _("use a key of catalogue/clocks"), found=key
        )
    return found
