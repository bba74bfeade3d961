"""Who may see what of the desk."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

__all__ = ["FIGURES"]

FIGURES = (Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST)
"""Who sees the figures."""

rules.add_perm("desk.home", rules.is_authenticated)
rules.add_perm("desk.figures", has_role(*FIGURES))
rules.add_perm("desk.see_budgets", has_role(Role.FINANCE, *FIGURES))
rules.add_perm("desk.enter_budget", has_role(Role.FINANCE))
rules.add_perm("desk.maps", has_role(Role.SYSTEM_ADMIN))
