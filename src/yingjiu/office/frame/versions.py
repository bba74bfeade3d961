"""Two people who decide the same thing: the first is written, the second is told."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.frame.models import Versioned

__all__ = ["claim"]

V = TypeVar("V", bound=Versioned)


def claim(row: V, expected: int, user: User | None) -> V:
    """Take the right to change a row, if it still is what the user saw.

    Call it first inside the transaction that writes the change.

    Args:
        row: the row.
        expected: the version that the user's page showed.
        user: who changes it.

    Returns:
        The row as it stands now in the database, with its new version.

    Raises:
        Conflict: ``FRM-001`` somebody changed it meanwhile.
    """
    manager = type(row)._default_manager
    taken = manager.filter(pk=row.pk, version=expected).update(
        version=F("version") + 1, changed_by=user, changed_at=timezone.now()
    )
    if not taken:
        now = manager.select_related("changed_by").get(pk=row.pk)
        raise Conflict(
            Fault(
                "FRM-001",
                _("{person} changed this at {time}; nothing of yours was written").format(
                    person=now.changed_by or _("the system"),
                    time=timezone.localtime(now.changed_at).strftime("%H:%M:%S") if now.changed_at else "?",
                ),
                hint=_("open the page again, see what is new, and decide then"),
            )
        )
    row.refresh_from_db()
    return row
