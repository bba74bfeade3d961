"""Change the keys while people work: every value is decrypted and written under the new key, in batches.

A rotation first adds a key to the ring; from then on everything is written under it, and the older ones go
on reading. Then the rows are rewritten. Nothing is noted down about how far it has come: a value names its
key, an index can be computed again, so a rotation that was killed goes on by starting anew, and passes what
is done. While two index keys exist, a search looks for both indexes. A key is retired when nothing is under
it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.vault.errors import RotationError
from yingjiu.office.vault.kept import Kept, keepers
from yingjiu.office.vault.keys import Key, Use, add_key, key_ring, retire_keys

__all__ = ["REBUILDS", "Progress", "old_keys", "rebuilds", "retire", "rewrite", "start", "uses_of_old_keys"]

BATCH: Final = 500

REBUILDS: Final[dict[str, Callable[[], int]]] = {}
"""From a blind index field without a source, ``app.Model.field``, to what computes it anew."""


def rebuilds(*fields: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register the function that computes blind indexes without a source anew, under the current key.

    It must be safe to run twice, and to be killed; it returns the number of rows it changed.

    Args:
        fields: as ``"people.PersonBigram.gram"``.
    """

    def register(function: Callable[[], int]) -> Callable[[], int]:
        REBUILDS.update(dict.fromkeys(fields, function))
        return function

    return register


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rewriting of a model is."""

    model: str
    done: int
    total: int
    rewritten: int


def old_keys(use: Use) -> tuple[Key, ...]:
    """Keys that still read and no longer write."""
    return key_ring().of(use)[:-1]


def start(use: Use) -> Key:
    """Add a key, unless a rotation of this use is already under way.

    Returns:
        The key that writes now.
    """
    return key_ring().current(use) if old_keys(use) else add_key(use)


def rewrite(uses: frozenset[Use], *, registry: Apps = installed, batch: int = BATCH) -> Iterator[Progress]:
    """Bring every row under the current keys.

    Args:
        uses: ``encrypt``, ``index`` or both.
        registry: whose models.
        batch: rows in one transaction.

    Yields:
        How far it is, after each batch.

    Raises:
        SecretError: a value does not open; what was rewritten before stays.
        RotationError: ``VLT-009`` two rows would get the same index.
    """
    for kept in keepers(registry):
        computed = "index" in uses and any(field.source for field in kept.indexes)
        if computed or ("encrypt" in uses and kept.encrypted):
            yield from _rewrite_model(kept, uses, batch)
    if "index" in uses:
        for function in dict.fromkeys(
            REBUILDS[name] for name in _without_source(registry) if name in REBUILDS
        ):
            function()


def _rewrite_model(kept: Kept, uses: frozenset[Use], batch: int) -> Iterator[Progress]:
    rows = kept.stored.order_by("pk")
    computed = [field for field in kept.indexes if field.source] if "index" in uses else []
    if not computed:  # each row of an index must be looked at; a stored value tells by its key
        rows = rows.filter(_under_other_keys(kept))
    done = rewritten = 0
    total = rows.count()
    last: Any = None
    while True:
        with transaction.atomic():
            here = rows if last is None else rows.filter(pk__gt=last)
            found = list(here.select_for_update(no_key=True)[:batch])
            for row in found:
                rewritten += _rewrite_row(row, kept, uses)
        if not found:
            return
        done, last = done + len(found), found[-1].pk
        yield Progress(kept.model._meta.label, done, max(done, total), rewritten)


def _under_other_keys(kept: Kept) -> Q:
    """Rows with a value that is not under the current key."""
    mark = f"{key_ring().current('encrypt').id}:"
    wanted = Q(pk__in=())
    for field in kept.encrypted:
        name = f"stored_{field.name}"
        wanted |= ~Q(**{f"{name}__startswith": mark}) & ~Q(**{name: ""}) & Q(**{f"{name}__isnull": False})
    return wanted


def _rewrite_row(row: models.Model, kept: Kept, uses: frozenset[Use]) -> bool:
    mark = f"{key_ring().current('encrypt').id}:"
    changes: dict[str, Any] = {}
    if "encrypt" in uses:
        for field in kept.encrypted:
            stored = getattr(row, f"stored_{field.name}")
            if stored and not stored.startswith(mark):
                value = field.to_stored(field.value_from_object(row))
                changes[field.attname] = Value(value, output_field=models.TextField())
    if "index" in uses:
        for index in kept.indexes:
            if index.source:
                fresh = str(index.of(getattr(row, index.source)))
                if fresh != index.value_from_object(row):
                    changes[index.attname] = fresh
    if changes:
        try:
            kept.model._base_manager.filter(pk=row.pk).update(**changes)
        except IntegrityError:
            raise RotationError(
                Fault(
                    "VLT-009",
                    _("two rows hold the same value, and one of them was written during the rotation"),
                    path=f"{kept.model._meta.label} {row.pk}",
                    hint=_("merge the two rows, then run rotate_keys again"),
                )
            ) from None
    return bool(changes)


def uses_of_old_keys(use: Use, *, registry: Apps = installed) -> dict[str, int]:
    """What is still under a key that no longer writes.

    Returns:
        From a field to the number of its rows; for an index that nobody can compute anew, -1.
    """
    return _old_values(registry) if use == "encrypt" else _old_indexes(registry)


def _old_values(registry: Apps) -> dict[str, int]:
    mark = f"{key_ring().current('encrypt').id}:"
    found = {}
    for kept in keepers(registry):
        for field in kept.encrypted:
            name = f"stored_{field.name}"
            count = (
                kept.stored.exclude(**{f"{name}__startswith": mark})
                .exclude(**{name: ""})
                .filter(**{f"{name}__isnull": False})
                .count()
            )
            if count:
                found[field.bound_to] = count
    return found


def _old_indexes(registry: Apps) -> dict[str, int]:
    found = {name: -1 for name in _without_source(registry) if name not in REBUILDS}
    for kept in keepers(registry):
        computed = [field for field in kept.indexes if field.source]
        if not computed:
            continue
        fields = {field.name for field in computed} | {field.source for field in computed}
        for row in kept.model._base_manager.only("pk", *fields).iterator(chunk_size=BATCH):
            for field in computed:
                if str(field.of(getattr(row, field.source))) != field.value_from_object(row):
                    name = f"{kept.model._meta.label}.{field.name}"
                    found[name] = found.get(name, 0) + 1
    return found


def _without_source(registry: Apps) -> list[str]:
    """Blind index fields that are not computed from their own row, in tables that hold some."""
    return [
        f"{kept.model._meta.label}.{field.name}"
        for kept in keepers(registry)
        for field in kept.indexes
        if not field.source and kept.model._base_manager.exclude(**{field.name: ""}).exists()
    ]


def retire(use: Use, *, registry: Apps = installed) -> tuple[Key, ...]:
    """Remove the keys that nothing is under any more.

    Raises:
        RotationError: ``VLT-010`` there is no older key; ``VLT-011`` something is still under one.
    """
    if not old_keys(use):
        raise RotationError(
            Fault("VLT-010", _("there is no older key to retire"), hint=_("run rotate_keys first"))
        )
    if use == "index":
        for function in dict.fromkeys(
            REBUILDS[name] for name in _without_source(registry) if name in REBUILDS
        ):
            function()
    left = uses_of_old_keys(use, registry=registry)
    if left:
        raise RotationError(
            *(
                Fault(
                    "VLT-011",
                    _("values are still under an older key; it is kept"),
                    path=name,
                    found=_("nothing computes this index anew") if count < 0 else str(count),
                    hint=_("name its source, or register with vault.rotation.rebuilds")
                    if count < 0
                    else _("run rotate_keys again, then --retire"),
                )
                for name, count in sorted(left.items())
            )
        )
    return retire_keys(use)
