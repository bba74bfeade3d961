"""Jobs of the files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from yingjiu.office.files.garbage import collect_garbage
from yingjiu.office.jobs import job

if TYPE_CHECKING:
    from yingjiu.office.jobs import Work

__all__: list[str] = []


@job("files.collect_garbage", title=_("Throw away files that nothing owns"), every=timedelta(hours=1))
def collect(work: Work) -> dict[str, int]:
    """Remove what nobody wants."""
    work.check()
    return collect_garbage()
