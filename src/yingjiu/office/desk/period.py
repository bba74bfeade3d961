"""The period of the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["Period", "PeriodForm", "presets", "this_year"]

_LONGEST: Final = 366 * 10


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included."""

    since: date
    until: date

    @property
    def query(self) -> str:
        """As a query string."""
        return f"since={self.since.isoformat()}&until={self.until.isoformat()}"


def this_year() -> Period:
    """From the first of January to today."""
    today = timezone.localdate()
    return Period(today.replace(month=1, day=1), today)


def presets() -> list[tuple[str, Period]]:
    """Periods that are often asked for."""
    today = timezone.localdate()
    first = today.replace(day=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last_year = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return [
        (_("this month"), Period(first, today)),
        (_("this quarter"), Period(quarter, today)),
        (_("this year"), this_year()),
        (_("last year"), Period(*last_year)),
        (_("twelve months"), Period(today - timedelta(days=365), today)),
    ]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"data-date": "", "autocomplete": "off"})


class PeriodForm(forms.Form):
    """Asks for a period; without one it is this year."""

    since = forms.DateField(
        label=gettext_lazy("Period from"),
        widget=_day(),
    )
    until = forms.DateField(
        label=gettext_lazy("Period until"),
        widget=_day(),
    )

    @classmethod
    def read(cls, query: QueryDict) -> tuple[PeriodForm, Period]:
        """The form of a request, and the period to show: this year if the form is empty or wrong."""
        whole = this_year()
        if not query.get("since") and not query.get("until"):
            return cls(initial={"since": whole.since, "until": whole.until}), whole
        form = cls(query)
        if not form.is_valid():
            return form, whole
        return form, Period(form.cleaned_data["since"], form.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins, and within ten years."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("the period ends before it begins"))
        elif since and until and (until - since).days > _LONGEST:
            self.add_error("until", _("ask for ten years at most"))
        return cleaned
