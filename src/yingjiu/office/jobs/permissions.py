"""Who may look at jobs."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import CASEWORK, Role

rules.add_perm("jobs.see", has_role(*sorted(CASEWORK), Role.LIAISON, Role.SYSTEM_ADMIN))
