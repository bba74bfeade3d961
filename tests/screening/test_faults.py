"""A model that is wrong is refused, with every fault, its path and its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from yingjiu.declarations import read_yaml
from yingjiu.screening import ModelError, read_model, read_models

TABLE, _LINES = read_yaml(
    Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"), file="faults.yaml"
)


def written(change: dict[str, Any]) -> str:
    """JSON is YAML."""
    return json.dumps({**TABLE["good"], **change}, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("row", TABLE["faults"], ids=lambda row: row["says"])
def test_faults(row: dict[str, Any]) -> None:
    if not row["codes"]:
        assert read_model("good.yaml", text=written(row["change"])).id == "good"
        return
    with pytest.raises(ModelError) as caught:
        read_model("good.yaml", text=written(row["change"]))
    faults = caught.value.faults
    assert {fault.code for fault in faults} == set(row["codes"])
    assert all(fault.file == "good.yaml" for fault in faults)
    assert all(fault.line for fault in faults if fault.code != "DCL-005")
    if "path" in row:
        assert row["path"] in {fault.path for fault in faults}


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(written({"require": "nobody"}), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(written({"ask": ["nobody"]}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_models(tmp_path)
    assert {Path(fault.file or "").name for fault in caught.value.faults} == {"a.yaml", "b.yaml"}


def test_two_models_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(written({}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_models(tmp_path)
    assert caught.value.code == "SCR-112"


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_models(tmp_path)
    assert caught.value.code == "SCR-116"


def test_an_id_that_nothing_uses_is_a_warning() -> None:
    more = [*TABLE["good"]["conditions"], {"id": "idle", "says": "x", "expr": "harm = 'death'"}]
    model = read_model("good.yaml", text=written({"conditions": more}))
    assert [(fault.code, fault.found) for fault in model.warnings] == [("SCR-113", "idle")]


def test_the_digest_is_of_what_is_said_not_of_the_layout() -> None:
    plain = read_model("good.yaml", text=written({}))
    again = read_model("elsewhere.yaml", text="# a comment\n" + written({}))
    other = read_model("good.yaml", text=written({"title": "别的"}))
    assert plain.digest == again.digest != other.digest


def test_a_block_beside_the_model_comes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    most = {"value": 5, "says": "x", "status": "unconfirmed", "source": "x"}
    block = {
        "block": "own",
        "title": "x",
        "parameters": {"most": most},
        "conditions": [{"id": "small", "says": "x", "expr": "loss < :most", "settle": "x"}],
        "terms": [{"id": "both", "says": "x", "logic": "small AND serious"}],
    }
    (tmp_path / "shared" / "own.yaml").write_text(json.dumps(block), encoding="utf-8")
    changed = {
        "uses": ["own"],
        "require": "both AND dibao",
        "parameters": {"most": {**most, "value": 7}},
    }
    (tmp_path / "good.yaml").write_text(written(changed), encoding="utf-8")
    model = read_model(tmp_path / "good.yaml")
    assert [atom.id for atom in model.atoms] == ["serious", "small", "dibao"]
    assert model.parameters["most"].value == 7
    assert model.leaves(model.require) == ("small", "serious", "dibao")
