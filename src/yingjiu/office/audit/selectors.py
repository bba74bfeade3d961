"""Read events."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event

__all__ = ["SHOWN_DETAILS", "on_days", "search", "shown_detail", "subject_title", "subject_types"]

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


def search(viewer: User, asked: dict[str, Any]) -> QuerySet[Event]:
    """Events that a viewer may see and that fit what was asked, latest first.

    Args:
        viewer: an audit administrator; anybody else gets nothing.
        asked: the cleaned form: ``user``, ``action``, ``subject_type``, ``subject_id``, ``purpose``,
            ``since``, ``until``; empty ones are left out.
    """
    events = Event.objects.visible_to(viewer).order_by("-sequence")
    words = (asked.get("user") or "").strip()
    if words:
        found = User.objects.filter(Q(username=words) | Q(display_name__contains=words)).order_by()
        events = events.filter(user__in=list(found.values_list("pk", flat=True)[:200]))
    for name in ("action", "subject_type", "subject_id"):
        if asked.get(name):
            events = events.filter(**{name: asked[name]})
    if asked.get("purpose"):
        events = events.filter(purpose__contains=asked["purpose"])
    return on_days(events, asked.get("since"), asked.get("until"))


def shown_detail(event: Event) -> str:
    """What is shown of an event's details, in one line."""
    parts = []
    for key, value in event.detail.items():
        if key in SHOWN_DETAILS and value not in (None, "", []):
            parts.append(f"{SHOWN_DETAILS[key]}: {_told(value)}")
    return "; ".join(parts)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


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
