"""Who may do what with leads; what depends on the lead itself is checked by the services."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

rules.add_perm("leads.see", has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST))
rules.add_perm("leads.reveal", has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF))
rules.add_perm("leads.claim", has_role(Role.HANDLER))
rules.add_perm("leads.assign", has_role(Role.HEAD))
rules.add_perm("leads.decide", has_role(Role.HANDLER, Role.HEAD))
rules.add_perm("leads.check", has_role(Role.HANDLER, Role.HEAD))
rules.add_perm("leads.export", has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST))
rules.add_perm("leads.visit", has_role(Role.GRID_WORKER))
rules.add_perm("leads.answer", has_role(Role.LIAISON))
