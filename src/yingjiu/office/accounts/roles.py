"""Roles, and which of them one person may not hold together.

Chinese government systems part administration into three (三员分立): the system, the security and the audit
administrator are three people, and none of them works on cases.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["ADMINISTRATORS", "CASEWORK", "PARTNERS", "Role", "clashing"]


class Role(models.TextChoices):
    """What a user does."""

    HANDLER = "handler", _("handling prosecutor")
    HEAD = "head", _("department head")
    DEPUTY_CHIEF = "deputy_chief", _("deputy chief procurator")
    ANALYST = "analyst", _("analyst")
    FINANCE = "finance", _("finance officer")
    LIAISON = "liaison", _("agency liaison")
    GRID_WORKER = "grid_worker", _("grid worker")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDIT_ADMIN = "audit_admin", _("audit administrator")


ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""The three separated administrators: none sees case data."""

CASEWORK: Final = frozenset({Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST, Role.FINANCE})
"""Roles inside a procuratorate that work on leads and cases."""

PARTNERS: Final = frozenset({Role.LIAISON, Role.GRID_WORKER})
"""Roles outside the procuratorate."""


def clashing(roles: Collection[str]) -> tuple[str, str] | None:
    """The first two roles that one person may not hold together.

    Args:
        roles: all roles of a person.

    Returns:
        Two roles that clash: two administrators, an administrator and any other role, a role inside the
        procuratorate and one outside, finance and who decides (the check must be another person's); or None.
    """
    held = sorted(roles, key=list(Role.values).index)
    for number, first in enumerate(held):
        for second in held[number + 1 :]:
            if second in ADMINISTRATORS or (first in CASEWORK and second in PARTNERS):
                return first, second
            if second == Role.FINANCE and first in {Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF}:
                return first, second
    return None
