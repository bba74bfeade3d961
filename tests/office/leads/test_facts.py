"""What counts as a changed fact."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yingjiu.office.leads.facts import changes, digest_of, facts_of

SAYS = {"dibao": "低保", "little_received": "获赔不足一半", "relieved": "已获救助"}
CASES = yaml.safe_load((Path(__file__).parent / "changes.yaml").read_text(encoding="utf-8"))


def finding(
    conditions: dict[str, bool | None],
    rows: dict[str, list[str]] | None = None,
    models: tuple[str, ...] = ("a",),
    file: str = "f.xlsx",
) -> dict[str, Any]:
    made: dict[str, Any] = {"reasons": [], "conditions": [], "rows": []}
    for name, truth in conditions.items():
        numbers = []
        for place, list_ in enumerate((rows or {}).get(name, ())):
            numbers.append(len(made["rows"]))
            made["rows"].append(
                {
                    "table": "hardship",
                    "file": file,
                    "batch": f"of {file}",
                    "row": place,
                    "date": "2025-05-31",
                    "values": [["list", list_]],
                    "route": "person",
                    "relation": None,
                    "sure": True,
                }
            )
        made["conditions"].append({"says": SAYS[name], "truth": truth, "rows": numbers})
    made["reasons"] = [
        {
            "model": model,
            "title": f"模型{model}",
            "conditions": [[name, n] for n, name in enumerate(conditions)],
        }
        for model in models
    ]
    return made


def line(change: Any) -> str:
    arrow = f": {change.before} → {change.after}" if change.before else ""
    return f"{change.what} {change.says}{arrow}"


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_what_changed(case: dict[str, Any]) -> None:
    before, after = (facts_of(finding(**case[name])) for name in ("before", "after"))
    found = changes(before, after)
    assert [line(change) for change in found] == case["changes"]
    assert any(change.brings_back for change in found) is case["back"]


truths = st.dictionaries(st.sampled_from(sorted(SAYS)), st.sampled_from([True, False, None]), min_size=1)
lists = st.dictionaries(
    st.sampled_from(sorted(SAYS)), st.lists(st.sampled_from(["dibao", "tekun"]), max_size=3)
)


@given(truths, lists)
def test_loading_the_same_content_again_changes_nothing(
    conditions: dict[str, bool | None], rows: dict[str, list[str]]
) -> None:
    first = finding(conditions, rows, file="五月.xlsx")
    again = finding(
        conditions, {name: list(reversed(found)) for name, found in rows.items()}, file="六月.xlsx"
    )
    assert digest_of(facts_of(first)) == digest_of(facts_of(again))
    assert changes(facts_of(first), facts_of(again)) == ()


@given(truths, lists, truths, lists)
def test_equal_digests_mean_no_change(
    conditions: dict[str, bool | None],
    rows: dict[str, list[str]],
    others: dict[str, bool | None],
    other_rows: dict[str, list[str]],
) -> None:
    before, after = facts_of(finding(conditions, rows)), facts_of(finding(others, other_rows))
    same = digest_of(before) == digest_of(after)
    assert not (same and changes(before, after))
    if conditions.keys() == others.keys():
        assert same is (not changes(before, after))


def test_facts_do_not_touch_the_finding() -> None:
    made = finding({"dibao": True}, {"dibao": ["dibao"]})
    kept = copy.deepcopy(made)
    facts_of(made)
    assert made == kept
