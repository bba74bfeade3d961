"""Who may make, issue and void documents, and who looks after templates."""

from __future__ import annotations

import rules

from yingjiu.office.accounts.permissions import has_role
from yingjiu.office.accounts.roles import CASEWORK, Role

__all__: list[str] = []

_MAKERS = (Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.FINANCE)

# a liaison reads the letters that were sent to the agency; which, the subject's queryset says
rules.add_perm("documents.read", has_role(*sorted(CASEWORK), Role.LIAISON))
rules.add_perm("documents.produce", has_role(*_MAKERS))
rules.add_perm("documents.issue", has_role(*_MAKERS))
rules.add_perm("documents.void", has_role(*_MAKERS))
rules.add_perm("documents.templates", has_role(*_MAKERS, Role.SYSTEM_ADMIN))
rules.add_perm("documents.replace_template", has_role(Role.HEAD, Role.SYSTEM_ADMIN))
