"""Three times as many rows: copies of what a world has, as whole matters and beside each row.

A page that asks the database once a row asks more often over the copies, whatever the rows are.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, Model, UniqueConstraint
from django.db.models.fields import Field

from tests.office.access_world import models_of_the_office

NOT_COPIED = {
    "accounts.Organisation": "a tree, whose paths say where each hangs",
    "audit": "a chain of events has no copies",
    "frame": "drafts and forms that were sent are on no page",
    "relief.RuleText": "texts under their digest",
    "intake.PoolKeeper": "one a house",
    "documents.NumberSeries": "one a year, on no page",
}
"""Apps and models without copies, and why."""
ONE_A_MATTER = {
    "accounts.RoleGrant": "the roles are given",
    "relief.Material": "the catalogue says which there are",
    "relief.ReviewAnswer": "the catalogue says which there are",
    "sealing.SealedRow": "follows its seal",
}
"""Models without copies beside the original, and why."""
POINTERS = {"subject_type": "subject_id", "content_type": "object_id"}
"""What points at a row of any model."""

Whole = dict[tuple[type[Model], int], int]
"""From a row to its copy in a whole copy of all matters."""


def grow(number: int) -> None:
    """Copy every row twice: as part of a whole matter, and beside itself where it hangs on one.

    Args:
        number: 1 for the first time, 2 for the second: copies of copies are told apart by it.
    """
    step = 3 ** (number - 1)
    order = list(_in_order())
    rows = {model: list(model._base_manager.order_by("pk")) for model in order}
    whole: Whole = {}
    for model in order:
        for row in rows[model]:
            made = _copied(row, whole, step)
            if made is not None:
                whole[model, row.pk] = made.pk
    for model in order:
        if model._meta.label not in ONE_A_MATTER and _hangs(model):
            for row in rows[model]:
                _copied(row, {}, 2 * step)


def _in_order() -> Iterator[type[Model]]:
    """Models after those that their rows hang on."""
    waiting = [
        each
        for each in models_of_the_office()
        if each._meta.label not in NOT_COPIED and each._meta.app_label not in NOT_COPIED
    ]
    while waiting:
        ready = [each for each in waiting if not _under(each, waiting)]
        assert ready, waiting
        for each in ready:
            waiting.remove(each)
            yield each


def _under(model: type[Model], others: list[type[Model]]) -> set[type[Model]]:
    """Those of the others whose copies must be there before; what points at any row comes last."""
    direct = {_of(each) for each in _keys(model) if not each.null} & set(others) - {model}
    if _pointer(model) is None:
        return direct
    anywhere = {each for each in others if _pointer(each) is not None}
    return direct | {each for each in others if each not in anywhere and not _under(each, list(anywhere))}


def _keys(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [each for each in model._meta.concrete_fields if isinstance(each, ForeignKey)]


def _of(field: ForeignKey[Any, Any]) -> type[Model]:
    return field.related_model  # type: ignore[return-value]  # models are loaded: no "self" is left


def _pointer(model: type[Model]) -> tuple[str, str] | None:
    return next(
        ((each.name, POINTERS[each.name]) for each in _keys(model) if each.related_model is ContentType), None
    )


def _hangs(model: type[Model]) -> bool:
    """Whether its rows hang on others that are copied."""
    return _pointer(model) is not None or any(
        _of(each)._meta.app_label != "accounts" for each in _keys(model)
    )


def _copied(row: Model, whole: Whole, step: int) -> Model | None:
    """A copy of a row on the copies of what it hangs on; on the same as the row where there is none.

    What people have in hand stays with them. None where there may be one row only.
    """
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.adding, made._state.fields_cache = True, {}
    made.pk, moved = None, set()
    for field in _keys(type(row)):
        target = whole.get((_of(field), getattr(row, field.attname)))
        mine = _of(field)._meta.app_label != "accounts" or row._meta.app_label == "accounts"
        if target is not None and mine:
            setattr(made, field.attname, target)
            moved.add(field.name)
    pointer = _pointer(type(row))
    if pointer is not None:
        kind, key = pointer
        model = ContentType.objects.get_for_id(getattr(row, f"{kind}_id")).model_class()
        target = whole.get((model, getattr(row, key)))  # type: ignore[arg-type] # of a model that is there
        if target is not None:
            setattr(made, key, target)
            moved.add(key)
    for names in _once(type(row)):
        if not moved & set(names) and not _told_apart(made, names, step):
            return None
    (made,) = type(row)._base_manager.bulk_create([made])
    return made


def _once(model: type[Model]) -> list[Sequence[str]]:
    """Fields whose values may stand once together."""
    single = [[each.name] for each in model._meta.concrete_fields if each.unique and not each.primary_key]
    together = [each.fields for each in model._meta.constraints if isinstance(each, UniqueConstraint)]
    return [*single, *together]


def _told_apart(made: Model, names: Sequence[str], step: int) -> bool:
    """Change one of the fields: what is easiest, and a key only to none; whether that could be done."""
    fields = [each for each in made._meta.concrete_fields if each.name in names]
    field = min(fields, key=lambda each: _rank(each, getattr(made, each.attname)))
    value = getattr(made, field.attname)
    source = getattr(field, "source", "")
    if source:
        setattr(made, source, f"{getattr(made, source)}~{step}")
    elif isinstance(value, UUID):
        setattr(made, field.attname, uuid4())
    elif isinstance(field, ForeignKey):
        if not field.null:
            return False
        setattr(made, field.attname, None)
    elif isinstance(value, int):
        setattr(made, field.attname, value + 100 * step)
    elif value:
        setattr(made, field.attname, f"{value}~{step}")
    return True


def _rank(field: Field[Any, Any], value: Any) -> int:
    if isinstance(field, ForeignKey):
        return 3 if field.null else 4
    if getattr(field, "source", "") or isinstance(value, UUID):
        return 0
    return 1 if isinstance(value, int) else 2
