"""What the auditor reads of an event is said in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import yingjiu.office
from yingjiu.office.audit.words import called
from yingjiu.office.relief.machine import ACTS

OFFICE = Path(yingjiu.office.__file__).parent
CODE = re.compile(r'"what": f?"([^"{]+)"')
SUBJECTS = {"leads": "leads.Lead", "relief": "relief.ReliefCase", "referrals": "referrals.Referral"}


def recorded() -> list[tuple[str, str]]:
    """The app, and the code that it writes into an event."""
    found = {
        (path.relative_to(OFFICE).parts[0], code)
        for path in OFFICE.rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
        if not code.endswith(".")
    }
    return sorted(found | {("relief", f"relief.{act}") for act in ACTS})


@pytest.mark.parametrize(("app", "code"), recorded())
def test_what_was_done_has_a_name_in_chinese(app: str, code: str) -> None:
    with override("zh-hans"):
        assert not called(SUBJECTS.get(app, ""), "what", code).isascii()


def test_a_state_is_called_as_the_subject_calls_it() -> None:
    with override("zh-hans"):
        assert called("referrals.Referral", "state", "sent") == "已发出"
        assert called("documents.Document", "state", "issued") != "issued"
        assert called("no.Model", "state", "unheard of") == "unheard of"
