"""What the codes in the details of events are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.utils.translation import gettext_lazy as _

__all__ = ["called", "register"]

_OF_NO_APP: Final[Mapping[str, Any]] = {
    "account changed": _("account changed"),
    "account created": _("account created"),
    "account disabled": _("account disabled"),
    "account enabled": _("account enabled"),
    "account moved": _("account moved"),
    "backup": _("backup made"),
    "moved to PostgreSQL": _("moved to PostgreSQL"),
    "new backup codes": _("new backup codes made"),
    "organisation changed": _("organisation changed"),
    "organisation created": _("organisation created"),
    "own account changed": _("own account changed"),
    "own password changed": _("own password changed"),
    "password reset": _("password reset"),
    "restore": _("restored from a backup"),
    "rights": _("rights changed"),
    "second factor confirmed": _("second factor confirmed"),
    "second factor removed": _("second factor removed"),
    "unlocked": _("account unlocked"),
}
"""Codes of events that no case, lead or letter is the subject of."""
_of_apps: dict[str, Mapping[str, Any]] = {}


def register(app: str, words: Mapping[str, Any]) -> None:
    """Let an app say what its own codes are called.

    Args:
        app: its label.
        words: a name for each code, translated when it is shown.
    """
    _of_apps[app] = words


def called(subject_type: str, key: str, code: str) -> str:
    """What a code in the details of an event is called; the code itself if nothing gives it a name.

    Args:
        subject_type: label of the event's subject, as ``"leads.Lead"``, or empty.
        key: of the detail, as ``"state"``.
        code: what stands there.
    """
    app = subject_type.partition(".")[0]
    for words in (_choices(subject_type, key), _of_apps.get(app, {}), _choices_of(app), _OF_NO_APP):
        if code in words:
            return str(words[code])
    return code


@cache
def _choices(subject_type: str, key: str) -> Mapping[str, Any]:
    """The values that a field of a subject may have, with their names."""
    try:
        fields = apps.get_model(subject_type)._meta.concrete_fields
    except (LookupError, ValueError):
        return {}
    return {str(code): name for field in fields if field.name == key for code, name in field.flatchoices}


@cache
def _choices_of(app: str) -> Mapping[str, Any]:
    """The values of all fields of an app: the kinds of its own events, above all."""
    models = apps.get_app_config(app).get_models() if app in apps.app_configs else ()
    return {
        code: name
        for model in models
        for field in model._meta.concrete_fields
        for code, name in field.flatchoices
        if isinstance(code, str) and code
    }
