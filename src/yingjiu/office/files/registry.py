"""Who may see a stored file besides whoever stored it: the model that owns it says so.

A higher app registers its model in its ``AppConfig.ready``::

    register_owner(Material, lambda user, file: Material.objects.visible_to(user).filter(file=file).exists())
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Model

if TYPE_CHECKING:
    from yingjiu.office.files.models import StoredFile

__all__ = ["CanSee", "may_see", "register_owner"]

CanSee = Callable[[Any, "StoredFile"], bool]

_owners: dict[type[Model], CanSee] = {}


def register_owner(model: type[Model], can_see: CanSee) -> None:
    """Say who may see the files that a model owns; a second call for a model replaces the first.

    Args:
        model: the model with a reference to ``files.StoredFile``.
        can_see: whether a user sees a row of it that owns the file.
    """
    _owners[model] = can_see


def may_see(user: Any, stored: StoredFile) -> bool:
    """Whether a user may see a file: they stored it, or see something that owns it."""
    if stored.owner_id is not None and stored.owner_id == user.pk:
        return True
    return stored.attached and any(can_see(user, stored) for can_see in _owners.values())
