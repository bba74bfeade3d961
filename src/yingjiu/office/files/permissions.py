"""Who may upload and download."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import CASEWORK, PARTNERS

rules.add_perm("files.use", has_role(*sorted(CASEWORK | PARTNERS)))
