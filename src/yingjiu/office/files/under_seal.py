"""Files are sealed with what they hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjiu.office.files.models import StoredFile
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["files_with", "register_all"]


def files_with(keys: Iterable[Any]) -> QuerySet[StoredFile]:
    """Files by their keys, sealed ones too; None among the keys is nothing."""
    return everything(StoredFile).filter(pk__in={key for key in keys if key is not None})


def _links(stored: StoredFile, permit: int) -> Mapping[str, str]:
    return {_("Download"): reverse("files:opened", args=[permit, stored.pk])}


def register_all() -> None:
    """Say what the page of an opened seal shows of a file."""
    register(StoredFile, shows=told("name", "size", "digest", "created_at"), links=_links)
