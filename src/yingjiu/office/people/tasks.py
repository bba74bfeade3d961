"""Long work about people."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjiu.office.jobs import Work, job
from yingjiu.office.people import reading
from yingjiu.office.people.following import follow_links
from yingjiu.people import link_pool, read_policy
from yingjiu.pool import Pool

__all__ = ["link_people"]


@job("people.link", title=gettext_lazy("Link records to people"), link=lambda job: reverse("people:bench"))
def link_people(work: Work) -> dict[str, Any]:
    """Link the records of the pool anew, decisions included, and let the office's files follow."""
    folder = reading.pool_folder()
    work.progress(0, 2, _("linking records"))
    links = link_pool(Pool.open(folder), read_policy())
    work.check()
    work.progress(1, 2, _("bringing files up to date"))
    with transaction.atomic():
        followed = follow_links()
    work.progress(2, 2, _("all done"))
    return {
        "linked": links.linked,
        "waiting": links.waiting,
        "merged": followed.merged,
        "parted": followed.parted,
    }
