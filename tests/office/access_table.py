"""``access.yaml`` as the tests read it, and what they ask with it: who sees a row, where its pages are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model
from django.urls import get_resolver, reverse

from tests.office.access_world import AccessWorld, models_of_the_office
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import VisibleQuerySet

__all__ = [
    "FOLLOWS",
    "MODELS",
    "OURS",
    "ROWS",
    "TABLE",
    "USERS",
    "address",
    "belongs",
    "opened_by",
    "patterns",
    "status_for",
    "visible",
]

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("access.yaml").read_text(encoding="utf-8"))
ROWS: dict[str, dict[str, list[str]]] = TABLE["rows"]
FOLLOWS: dict[str, dict[str, str]] = TABLE["follows"]
USERS: list[str] = TABLE["users"]
OURS = [name for name in USERS if not name.startswith(("other_", "city_"))]
"""Users of this county."""
MODELS = {each._meta.label: each for each in models_of_the_office()}


def visible(label: str, who: User) -> VisibleQuerySet[Any]:
    """The rows of a model that a user sees, as the office says."""
    found: VisibleQuerySet[Any] = MODELS[label]._default_manager.all()  # type: ignore[assignment] # see the test of the structure
    return found.visible_to(who)


def belongs(world: AccessWorld, label: str, row: Model) -> str:
    """The name under which the table says who sees a row: its own, or that of what it hangs on."""
    return world.name_of(row if label in ROWS else getattr(row, FOLLOWS[label]["by"]))


def opened_by(page: Mapping[Any, Any]) -> list[str]:
    """Who may open a page, as the table says."""
    return [who for who in [*USERS, "nobody"] if status_for(page, who) == 200]


def status_for(page: Mapping[Any, Any], who: str) -> int:
    """A list of users, ``all`` of them, or ``others``: all who are not named."""
    statuses = {status: users for status, users in page.items() if isinstance(status, int)}
    named = {name: status for status, users in statuses.items() if isinstance(users, list) for name in users}
    if who in named:
        return named[who]
    if who == "nobody":
        return next(status for status, users in statuses.items() if users == "all and nobody")
    return next(status for status, users in statuses.items() if isinstance(users, str))


def patterns() -> dict[str, list[str]]:
    """From each URL name to its parameters."""
    return {
        f"{app.app_name}:{each.name}": list(each.pattern.converters)  # type: ignore[union-attr]  # every app's addresses are included under its name
        for app in get_resolver().url_patterns
        for each in app.url_patterns  # type: ignore[union-attr] # every app's addresses are included
    }


def address(name: str, pk: int, label: str = "") -> str:
    """Where the page of a row is; its other parameters as the table says."""
    words: dict[str, Any] = {
        "pk": pk,
        "permit": pk,
        "lead": pk,
        "person": pk,
        "key": pk,
        "kind": label.lower(),
        "label": label.lower(),
    }
    words |= TABLE["words"] | TABLE["words_of"].get(name, {})
    return reverse(name, kwargs={word: words[word] for word in patterns()[name]})
