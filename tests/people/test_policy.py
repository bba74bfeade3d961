"""The linkage policy: what it declares is what counts, and a wrong one is refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from yingjiu.declarations import DeclarationError
from yingjiu.people import LinkageError, read_policy
from yingjiu.people.policy import LEVELS, SHIPPED


def _written(folder: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = folder / "linkage.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_shipped_policy_declares_every_level() -> None:
    policy = read_policy()
    assert {each.name: tuple(level.level for level in each.levels) for each in policy.comparisons} == LEVELS
    for compared in policy.comparisons:
        assert abs(float(sum(level.m for level in compared.levels)) - 1) < 0.001, compared.name


def test_another_policy_has_another_digest(tmp_path: Path) -> None:
    assert read_policy(_written(tmp_path, "join: 9.0", "join: 9.5")).digest != read_policy().digest


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("break: 0.0", "break: 9.0", "PPL-001"),
        ("  - name: sex\n", "  - name: gender\n", "PPL-002"),
        ("      - {level: reordered, says: 姓名用字相同次序不同, m: 0.03, u: 0.0001}\n", "", "PPL-002"),
    ],
    ids=["thresholds reversed", "unknown comparison", "missing level"],
)
def test_a_policy_that_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    with pytest.raises(LinkageError) as caught:
        read_policy(_written(tmp_path, old, new))
    assert code in {fault.code for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("old", "new"), [("join: 9.0", "joint: 9.0"), ("m: 0.80,", "m: 1.80,"), ("seed: 7", "seed: x")]
)
def test_unknown_keys_and_impossible_values_are_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(DeclarationError):
        read_policy(_written(tmp_path, old, new))
