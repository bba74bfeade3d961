"""What pages read of files."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.registry import may_see
from yingjiu.office.sealing.grants import Grant

__all__ = ["opened_file", "own_file", "visible_file"]


def visible_file(user: Any, pk: int) -> StoredFile:
    """A file that a user may see; otherwise it is as if there were none."""
    stored = get_object_or_404(StoredFile, pk=pk)
    if not may_see(user, stored):
        raise Http404
    return stored


def opened_file(grant: Grant, pk: int) -> StoredFile:
    """A file behind a seal, for whom the seal was opened; the opening is on record.

    Raises:
        Http404: no such file is behind this seal.
        SealingError: ``SEL-020`` to ``SEL-022`` the grant is not or no longer good.
    """
    return get_object_or_404(StoredFile.objects.none().unsealed_for(grant), pk=pk)


def own_file(user: Any, pk: Any) -> StoredFile | None:
    """A file that a user has just uploaded, by the value of a form's hidden field; never somebody else's."""
    text = str(pk or "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return StoredFile.objects.visible_to(user).filter(pk=int(text), attached=False).first()
