"""Who may load, run and enter."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

rules.add_perm("intake.send", has_role(Role.ANALYST, Role.LIAISON))
rules.add_perm("intake.load", has_role(Role.ANALYST))
rules.add_perm("intake.run", has_role(Role.ANALYST))
rules.add_perm("intake.enter", has_role(Role.ANALYST, Role.HANDLER))
