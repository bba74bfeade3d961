"""Read events.

Each filter but the purpose has an index that ends with the number, so that the latest events that fit are
found without the others. In purposes people look for words: no index helps, and a page looks through as many
events as it can in a moment, says how far it came, and goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event
from yingjiu.office.audit.words import called
from yingjiu.office.phrases import clauses, labelled, listed

__all__ = [
    "LOOKED_THROUGH",
    "PAGE",
    "SHOWN_DETAILS",
    "Found",
    "on_days",
    "page",
    "search",
    "shown_detail",
    "subject_title",
    "subject_types",
]

PAGE: Final = 50
"""Events of a page."""
LOOKED_THROUGH: Final = 50_000
"""Events whose purposes a page looks through."""

SHOWN_DETAILS = {
    "columns": _("columns"),
    "count": _("number of items"),
    "field": _("field"),
    "format": _("file format"),
    "ground": _("legal ground"),
    "known": _("known account"),
    "late": _("after the time limit"),
    "name": _("name of the list"),
    "outcome": _("outcome"),
    "permission": _("permission"),
    "role": _("role"),
    "rows": _("number of rows"),
    "seal": _("sealing"),
    "state": _("state"),
    "unseal": _("looking behind a seal"),
    "view": _("page"),
    "what": _("what was done"),
}
"""What the audit administrator sees of an event's details: how much and what kind, nothing of a case."""


def on_days(events: QuerySet[Event], since: date | None, until: date | None) -> QuerySet[Event]:
    """Events from the beginning of one day to the end of another, both local and both included."""
    if since is not None:
        events = events.filter(at__gte=_midnight(since))
    if until is not None:
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    return events


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events.

    Attributes:
        events: at most :data:`PAGE`, the latest first.
        older: the number below which the next page begins; None if there is nothing older.
        looked_from: number of the last event whose purpose was looked at; None if all that fit were.
        looked_to: number of the first one.
    """

    events: list[Event]
    older: int | None
    looked_from: int | None = None
    looked_to: int | None = None


def page(viewer: User, asked: dict[str, Any], before: int | None = None) -> Found:
    """A page of the events that a viewer may see and that fit what was asked.

    Args:
        viewer: as of :func:`search`.
        asked: as of :func:`search`.
        before: only events with a smaller number.
    """
    within = _within(viewer, asked)
    if before is not None:
        within = within.filter(sequence__lt=before)
    fitting = _fitting(within, asked)
    if not asked.get("purpose"):
        return _first(fitting)
    numbers = list(within.values_list("sequence", flat=True)[: LOOKED_THROUGH + 1])  # told by an index alone
    if len(numbers) <= LOOKED_THROUGH:
        return _first(fitting)
    end = numbers[-1]
    found = _first(fitting.filter(sequence__gt=end))
    return found if found.older is not None else Found(found.events, end + 1, numbers[0], end + 1)


def _first(events: QuerySet[Event]) -> Found:
    """The first page; the numbers are found in an index alone, then the events themselves are read."""
    numbers = list(events.values_list("sequence", flat=True)[: PAGE + 1])
    rows = list(Event.objects.filter(sequence__in=numbers[:PAGE]).order_by("-sequence"))
    return Found(rows, numbers[PAGE - 1] if len(numbers) > PAGE else None)


def search(viewer: User, asked: dict[str, Any]) -> QuerySet[Event]:
    """Events that a viewer may see and that fit what was asked, latest first.

    Args:
        viewer: an audit administrator; anybody else gets nothing.
        asked: the cleaned form: ``user``, ``action``, ``subject_type``, ``subject_id``, ``purpose``,
            ``since``, ``until``; empty ones are left out.
    """
    return _fitting(_within(viewer, asked), asked)


def _within(viewer: User, asked: dict[str, Any]) -> QuerySet[Event]:
    """The events that an index finds, and between the numbers that the days have; latest first."""
    events = Event.objects.visible_to(viewer).order_by("-sequence")
    words = (asked.get("user") or "").strip()
    if words:
        found = User.objects.filter(Q(username=words) | Q(display_name__contains=words)).order_by()
        events = events.filter(user__in=list(found.values_list("pk", flat=True)[:200]))
    for name in ("action", "subject_type", "subject_id"):
        if asked.get(name):
            events = events.filter(**{name: asked[name]})
    return _between(events, asked.get("since"), asked.get("until"))


def _fitting(events: QuerySet[Event], asked: dict[str, Any]) -> QuerySet[Event]:
    """Of these, the ones whose day and purpose were asked for: each is looked at."""
    if asked.get("purpose"):
        events = events.filter(purpose__contains=asked["purpose"])
    return on_days(events, asked.get("since"), asked.get("until"))


def _between(events: QuerySet[Event], since: date | None, until: date | None) -> QuerySet[Event]:
    """Events between the numbers that some days have: their order finds them at once.

    A clock may have been set back, so that numbers and times differ in order: an end is found by looking at
    all events of the days, and only where something lies beyond it.
    """
    on_those = on_days(Event.objects.order_by(), since, until)
    if since is not None:
        least = on_those.aggregate(least=Min("sequence"))["least"]
        events = events.none() if least is None else events.filter(sequence__gte=least)
    if until is not None and until < timezone.localdate():
        most = on_those.aggregate(most=Max("sequence"))["most"]
        events = events.none() if most is None else events.filter(sequence__lte=most)
    return events


def shown_detail(event: Event) -> str:
    """What is shown of an event's details, in one line."""
    parts = []
    for key, value in event.detail.items():
        if key in SHOWN_DETAILS and value not in (None, "", []):
            parts.append(labelled(SHOWN_DETAILS[key], _told(event.subject_type, key, value)))
    return clauses(parts)


def _told(subject_type: str, key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return listed(called(subject_type, key, str(each)) for each in value)
    return called(subject_type, key, str(value))


def subject_title(label: str) -> str:
    """What a kind of subject is called; its label if the app is gone."""
    from django.apps import apps  # noqa: PLC0415 - the apps are loaded when a page asks

    if not label:
        return ""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def subject_types() -> list[str]:
    """The kinds of subjects that models have, by their labels."""
    from django.apps import apps  # noqa: PLC0415 - the apps are loaded when a page asks

    return sorted(
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("yingjiu.") and not model._meta.proxy
    )
