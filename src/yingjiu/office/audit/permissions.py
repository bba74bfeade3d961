"""Who searches, exports and verifies the log: audit administrators, and nobody else."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import Role

rules.add_perm("audit.search", has_role(Role.AUDIT_ADMIN))
rules.add_perm("audit.export", has_role(Role.AUDIT_ADMIN))
rules.add_perm("audit.verify", has_role(Role.AUDIT_ADMIN))
