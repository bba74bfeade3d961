"""Each command does what its help says, on the demonstration county."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from yingjiu.codes import number_of
from yingjiu.pool import Pool
from yingjiu.sources import read_source

from .commands import Ended, process
from .conftest import RUN_DATE, Demo

SHIPPED = Path(__file__).parents[2] / "src" / "yingjiu" / "catalogue" / "models"


def person_on(demo: Demo, name: str) -> int:
    """A person whom a hardship list names."""
    for path in sorted((demo.at / "pool" / "hardship").rglob("*.parquet")):
        for row in pq.ParquetFile(path).read(columns=["person_id", "list"]).to_pylist():
            if row["list"] == name and row["person_id"] > 0:
                return int(row["person_id"])
    raise AssertionError(name)


def planted(demo: Demo, kind: str) -> list[tuple[int, str]]:
    """Planted leads of a kind that have a case."""
    rows = pq.read_table(demo.at / "answers" / "truth.parquet").to_pylist()
    return [
        (row["person_id"], row["case_id"])
        for row in rows
        if row["kind"] == kind and row["is_lead"] and row["case_id"] and row["person_id"] > 0
    ]


# --- sources --------------------------------------------------------------------------------------------


def test_source_draft_prints_a_source_file(demo: Demo, tmp_path: Path) -> None:
    (file,) = (demo.at / "files").glob("*低保家庭*.xlsx")
    printed = demo("source", "draft", file)
    assert printed.code == 0
    draft = tmp_path / "draft.yaml"
    told = demo("source", "draft", file, "--out", draft)
    assert str(draft) in told.out
    assert draft.read_text(encoding="utf-8").strip() == printed.out.strip()
    assert read_source(draft).fields
    again = demo("source", "draft", file, "--out", draft)
    assert (again.code, again.out) == (2, "")


def test_source_list_names_every_declaration(demo: Demo) -> None:
    ended = demo("source", "list")
    assert ended.code == 0
    assert len(re.findall(r"^  [a-z]+(?:-[a-z]+)+ ", ended.out, re.MULTILINE)) == 32


def test_source_check_judges_and_changes_nothing(demo: Demo, tmp_path: Path) -> None:
    before = demo("source", "history").out
    ended = demo("source", "check", demo.at / "files", "--quarantine", tmp_path / "back")
    assert ended.code == 0
    assert "已检查" in ended.out
    assert re.search(r"^  SRC-107  .+ → .+$", ended.out, re.MULTILINE)
    assert list((tmp_path / "back").rglob("*.xlsx"))
    assert demo("source", "history").out == before


def test_source_load_only_one_then_take_it_back(demo: Demo, fresh: Callable[..., Ended]) -> None:
    files = demo.at / "files"
    loaded = fresh("source", "load", files, "--only", "police-deaths")
    assert loaded.code == 0
    assert "没有来源" not in loaded.out
    assert "没有变化" in fresh("source", "load", files, "--only", "police-deaths").out
    history = fresh("source", "history", "--source", "police-deaths").out
    (batch,) = re.findall(r"\d{8}T\d+Z-\w+", history)
    assert "现行" in history
    assert fresh("source", "rollback", batch).code == 2
    assert fresh("source", "rollback", batch, "--reason", "文件报送错误").code == 0
    after = fresh("source", "history").out
    assert "文件报送错误" in after
    assert "现行" not in after
    again = fresh("source", "rollback", batch, "--reason", "x")
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("[POL-041]")


def test_rejected_rows_are_told_and_kept(demo: Demo, fresh: Callable[..., Ended], tmp_path: Path) -> None:
    ended = fresh("source", "load", demo.at / "files", "--only", "police-household-register")
    assert ended.code == 0
    quarantine = [Path(path) for path in re.findall(r"^退回的行：(.+)$", ended.out, re.MULTILINE)]
    assert {path.suffix for path in quarantine} == {".xlsx", ".parquet"}
    assert all(path.exists() and tmp_path in path.parents for path in quarantine)


def test_a_file_that_no_source_claims_is_named(
    demo: Demo, fresh: Callable[..., Ended], tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for file in (demo.at / "files").glob("公安_死亡*"):
        shutil.copy(file, folder)
    (folder / "无人认领.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ended = fresh("source", "load", folder)
    assert "无人认领.csv" in ended.out
    assert ended.code == 1  # the other declared sources found no file
    assert "[SRC-201]" in ended.err


def test_an_unknown_source_is_a_wrong_call(demo: Demo) -> None:
    ended = demo("source", "load", demo.at / "files", "--only", "police-deeds")
    assert ended.code == 2
    assert "police-deeds" in ended.err


# --- pool -----------------------------------------------------------------------------------------------


def test_pool_status_counts_rows(demo: Demo) -> None:
    ended = demo("pool", "status")
    assert ended.code == 0
    rows = {line.split()[0]: line.split() for line in ended.out.splitlines() if line.startswith("  ")}
    view = Pool.open(demo.at / "pool").view()
    assert int(rows["party"][-2].replace(",", "")) == view.rows("party")


def test_pool_clean_removes_what_was_taken_back(
    demo: Demo, fresh: Callable[..., Ended], tmp_path: Path
) -> None:
    fresh("source", "load", demo.at / "files", "--only", "police-deaths")
    (batch,) = re.findall(r"\d{8}T\d+Z-\w+", fresh("source", "history").out)
    fresh("source", "rollback", batch, "--reason", "x")
    assert list((tmp_path / "var" / "pool").rglob("*.parquet"))
    assert fresh("pool", "clean").code == 0
    assert list((tmp_path / "var" / "pool").rglob("*.parquet"))
    assert fresh("pool", "clean", "--keep-days", 0).code == 0
    assert not list((tmp_path / "var" / "pool").rglob("*.parquet"))
    assert "已清除" in fresh("source", "history").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("pool", "status"),
        ("pool", "clean"),
        ("source", "history"),
        ("source", "rollback", "x", "--reason", "y"),
        ("model", "run"),
        ("model", "explain", "panan-injury"),
        ("model", "screen", "--case", "x"),
        ("model", "diff", SHIPPED / "panan-injury.yaml"),
    ],
    ids=lambda one: " ".join(map(str, one[:2])),
)
def test_a_pool_that_is_not_there_is_told_and_not_made(
    fresh: Callable[..., Ended], tmp_path: Path, arguments: tuple[object, ...]
) -> None:
    ended = fresh(*arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("[POL-001]")
    assert "→" in ended.err
    assert not (tmp_path / "var").exists()


# --- models ---------------------------------------------------------------------------------------------


def test_model_list_names_every_model(demo: Demo) -> None:
    out = demo("model", "list").out
    names = {path.stem for path in SHIPPED.glob("*.yaml")}
    assert names == set(re.findall(r"^  ([a-z]+(?:-[a-z]+)+) ", out, re.MULTILINE))


def test_model_check_tells_every_fault_at_once(fresh: Callable[..., Ended], tmp_path: Path) -> None:
    assert fresh("model", "check").code == 0
    models = tmp_path / "models"
    shutil.copytree(SHIPPED, models)
    for name, old, new in (
        ("panan-injury.yaml", "subject: party", "subject: partie"),
        ("panan-killing.yaml", "require:", "requires:"),
    ):
        file = models / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    ended = fresh("model", "check", models)
    assert (ended.code, ended.out) == (1, "")
    for name in ("panan-injury.yaml", "panan-killing.yaml"):
        assert re.search(rf"^\[[A-Z]{{3}}-\d{{3}}\] \S*{name}:\d+ \$", ended.err, re.MULTILINE)


def test_model_test_runs_the_shipped_cases_and_tells_a_failure(
    fresh: Callable[..., Ended], tmp_path: Path
) -> None:
    whole = fresh("model", "test", SHIPPED / "panan-injury.yaml")
    assert (whole.code, whole.err) == (0, "")
    models = tmp_path / "models"
    shutil.copytree(SHIPPED, models)
    file = models / "panan-injury.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("outcome: match", "outcome: no", 1), encoding="utf-8")
    ended = fresh("model", "test", file)
    assert ended.code == 1
    assert "✗ panan-injury" in ended.err


def test_model_explain_gives_conditions_evidence_and_what_to_do(demo: Demo) -> None:
    ended = demo("model", "explain", "guanyun-target-screening", "--limit", 1, "--date", RUN_DATE)
    assert ended.code == 0
    for part in (r"  ✓ ", r"法律依据", r"_20250531\.\w+.*第 ?\d+ ?行", r"下一步"):
        assert re.search(part, ended.out), part
    unknown = demo("model", "explain", "no-such-model")
    assert unknown.code == 2
    assert "no-such-model" in unknown.err


def test_model_explain_one_person(demo: Demo) -> None:
    person, _case = planted(demo, "judicial_relief")[0]
    number = number_of(person)
    ended = demo("model", "explain", "guanyun-target-screening", "--person", number, "--date", RUN_DATE)
    assert ended.code == 0
    assert number not in ended.out
    wrong = demo("model", "explain", "guanyun-target-screening", "--person", number[:-1] + "?")
    assert wrong.code == 1
    assert wrong.err.startswith("[COD-")
    assert number[:-1] not in wrong.err


def test_model_diff_shows_what_a_version_adds_and_drops(demo: Demo, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(SHIPPED, models)
    file = models / "weidu-enforcement-supervision.yaml"
    text = file.read_text(encoding="utf-8")
    same = demo("model", "diff", file, "--date", RUN_DATE)
    assert same.code == 0
    assert not re.search(r"^  [+-] ", same.out, re.MULTILINE)
    file.write_text(re.sub(r"(dormant_months:\s+value:) 6", r"\1 600", text), encoding="utf-8")
    dropped = demo("model", "diff", file, "--date", RUN_DATE)
    assert re.search(r"^  - ", dropped.out, re.MULTILINE)
    assert not re.search(r"^  \+ ", dropped.out, re.MULTILINE)
    file.write_text(re.sub(r"(dormant_months:\s+value:) 6", r"\1 0", text), encoding="utf-8")
    added = demo("model", "diff", file, "--date", RUN_DATE, "--limit", 1000)
    assert len(re.findall(r"^  \+ ", added.out, re.MULTILINE)) == int(
        re.findall(r"增加 ?(\d+)", added.out)[0]
    )
    assert re.search(r"^  \+ ", added.out, re.MULTILINE)
    assert not re.search(r"^  - ", added.out, re.MULTILINE)


def test_model_diff_of_a_new_model_says_that_there_is_nothing_to_compare(demo: Demo, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(SHIPPED, models)
    (models / "panan-injury.yaml").rename(models / "brand-new.yaml")
    text = (models / "brand-new.yaml").read_text(encoding="utf-8")
    (models / "brand-new.yaml").write_text(text.replace("panan-injury", "brand-new"), encoding="utf-8")
    ended = demo("model", "diff", models / "brand-new.yaml")
    assert ended.code == 0
    assert "brand-new" in ended.out


def test_a_case_is_screened_at_once(demo: Demo) -> None:
    found = 0
    for _person, case in planted(demo, "judicial_relief")[:3]:
        ended = demo("model", "screen", "--case", case, "--date", RUN_DATE)
        assert ended.code == 0
        found += case in ended.out
    assert found >= 2
    assert "没有" in demo("model", "screen", "--case", "无此案号", "--date", RUN_DATE).out


def test_a_person_is_screened_at_once(demo: Demo) -> None:
    person, case = planted(demo, "judicial_relief")[0]
    ended = demo("model", "screen", "--person", number_of(person), "--date", RUN_DATE)
    assert ended.code == 0
    assert case in ended.out


def test_a_party_that_is_in_no_file_yet_is_found_the_same_day(demo: Demo, tmp_path: Path) -> None:
    party = {
        "id_raw": number_of(person_on(demo, "dibao")),
        "case_no": "苏0999刑诉〔2025〕999号",
        "role": "victim",
        "harm": "bodily",
        "harm_grade": "serious_2",
        "received": "0",
    }
    file = tmp_path / "party.json"
    file.write_text(json.dumps(party, ensure_ascii=False), encoding="utf-8")
    ended = demo("model", "screen", "--party", file, "--date", RUN_DATE)
    assert ended.code == 0, ended.err
    assert re.search(r"\(guanyun-target-screening v\d+\)  符合", ended.out)
    assert "最低生活保障" in ended.out
    assert party["id_raw"] not in ended.out


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("{", ["CLI-001"]),
        ("[1]", ["CLI-001"]),
        (
            '{"received": "much", "awarded": 0.001, "recorded_on": "2023-02-30", "role": "hero"}',
            ["CLI-002", "CLI-002", "CLI-002", "CLI-003"],
        ),
        ('{"role": "victim", "harmed": true, "case_no": "x"}', ["SCR-203", "SCR-203"]),
        ('{"role": "victim", "case_no": "x", "id_raw": "320999198001010001"}', ["COD-016", "SCR-203"]),
    ],
    ids=["no JSON", "no object", "values that do not fit", "unknown and missing columns", "a wrong number"],
)
def test_a_wrong_party_is_told_with_every_fault(
    demo: Demo, tmp_path: Path, content: str, codes: list[str]
) -> None:
    file = tmp_path / "party.json"
    file.write_text(content, encoding="utf-8")
    ended = demo("model", "screen", "--party", file)
    assert (ended.code, ended.out) == (1, "")
    assert re.findall(r"^\[(\w+-\d+)\]", ended.err, re.MULTILINE) == codes
    assert "320999198001010001" not in ended.err


def test_nobody_to_screen_is_a_wrong_call(demo: Demo) -> None:
    assert demo("model", "screen").code == 2


# --- county ---------------------------------------------------------------------------------------------


def test_county_write_writes_the_files_of_its_agencies(fresh: Callable[..., Ended], tmp_path: Path) -> None:
    folder, answers = tmp_path / "files", tmp_path / "answers"
    ended = fresh(
        "county", "write", folder, "--size", 2000, "--seed", 3, "--dirt", "none", "--answers", answers
    )
    assert ended.code == 0
    count = len(list(folder.iterdir()))
    assert count >= 16
    assert f" {count} 个文件" in ended.out
    assert pq.read_table(answers / "truth.parquet").num_rows


# --- language and errors --------------------------------------------------------------------------------


def test_chinese_unless_told_otherwise(demo: Demo) -> None:
    chinese = process("--workspace", demo.at, "pool", "status", env={"LANG": "en_US.UTF-8"})
    english = process("--workspace", demo.at, "pool", "status", env={"YINGJIU_LANGUAGE": "en"})
    assert "数据表" in chinese.out
    assert "table" in english.out.lower()
    assert not re.search(r"[\u4e00-\u9fff]", english.out)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_errors_have_a_code_and_a_hint_in_the_users_language(tmp_path: Path, language: str) -> None:
    ended = process("--workspace", tmp_path / "none", "pool", "status", env={"YINGJIU_LANGUAGE": language})
    assert (ended.code, ended.out) == (1, "")
    first, hint = ended.err.splitlines()
    assert first.startswith("[POL-001] ")
    assert hint.startswith("    → ")
    assert bool(re.search(r"[\u4e00-\u9fff]", first)) is (language == "zh")
    assert bool(re.search(r"[\u4e00-\u9fff]", hint)) is (language == "zh")


@pytest.mark.parametrize(
    "arguments",
    [
        ("demos",),
        ("model", "run", "--dat", "x"),
        ("model", "run", "--date", "2025-02-30"),
        ("source", "load"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_and_says_so_in_chinese(
    fresh: Callable[..., Ended], arguments: tuple[str, ...]
) -> None:
    ended = fresh(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("用法: yingjiu")
    assert "错误：" in ended.err
    assert not re.search(r"\b(Error|Usage|No such|Invalid|Missing)\b", ended.err)


def test_help_is_chinese_and_names_every_command(fresh: Callable[..., Ended]) -> None:
    ended = fresh("--help")
    assert ended.code == 0
    for name in ("demo", "source", "pool", "model", "county"):
        assert re.search(rf"^  {name} .*[\u4e00-\u9fff]", ended.out, re.MULTILINE)
