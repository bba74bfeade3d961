"""Who seals, applies, decides and opens; which seal and which application is for the services to say."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

DECIDING = (Role.HEAD, Role.DEPUTY_CHIEF)

rules.add_perm("sealing.view", has_role(Role.HANDLER, *DECIDING))
rules.add_perm("sealing.seal", has_role(Role.HANDLER, *DECIDING))
rules.add_perm("sealing.apply", has_role(Role.HANDLER, *DECIDING))
rules.add_perm("sealing.decide", has_role(*DECIDING))
rules.add_perm("sealing.lift", has_role(*DECIDING))
