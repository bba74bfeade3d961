"""Who may search people, open a dossier, decide about matches."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

rules.add_perm("people.search", has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST))
rules.add_perm("people.bench", has_role(Role.HANDLER, Role.ANALYST))
rules.add_perm("people.merge", has_role(Role.HEAD, Role.ANALYST))
