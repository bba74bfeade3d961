"""Who may do what with relief; what depends on the case itself is checked by its machine and the services."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

CASEWORK = (Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF)

rules.add_perm("relief.see", has_role(*CASEWORK, Role.ANALYST))
rules.add_perm("relief.open", has_role(Role.HANDLER, Role.HEAD))
rules.add_perm("relief.work", has_role(Role.HANDLER))
rules.add_perm("relief.assign", has_role(Role.HEAD, Role.DEPUTY_CHIEF))
rules.add_perm("relief.approve", has_role(*CASEWORK))
rules.add_perm("relief.pay", has_role(Role.FINANCE))
rules.add_perm("relief.reveal", has_role(*CASEWORK, Role.FINANCE))
rules.add_perm("relief.export", has_role(*CASEWORK, Role.ANALYST))
rules.add_perm("relief.replay", has_role(Role.HEAD, Role.DEPUTY_CHIEF, Role.HANDLER))
