"""Who may open the pages of clocks."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

__all__: list[str] = []

rules.add_perm(
    "clocks.read",
    has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST, Role.LIAISON),
)
rules.add_perm("clocks.write", has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.LIAISON))
