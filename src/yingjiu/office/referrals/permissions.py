"""Who may open which pages of referrals; what depends on a referral's state is checked by its services."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

__all__: list[str] = []

WORKS = has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF)
READS = has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST)
ANSWERS = has_role(Role.LIAISON)

rules.add_perm("referrals.read", READS)
rules.add_perm("referrals.write", WORKS)
rules.add_perm("referrals.answer", ANSWERS)
rules.add_perm("referrals.open", READS | ANSWERS)
rules.add_perm("referrals.export", READS)
