"""What the reference says is what the code does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache

import pytest

from yingjiu.codes import CODE_LISTS, IdStatus
from yingjiu.pool import PROVENANCE, TABLES
from yingjiu.sources import RULES

from .pages import ROOT

REFERENCE = ROOT / "docs" / "reference"
CODE = re.compile(r"\b([A-Z]{3}-\d{3})\b")


@cache
def source_text() -> str:
    """Everything in the package that people wrote, without translations."""
    package = ROOT / "src" / "yingjiu"
    files = [*package.rglob("*.py"), *package.rglob("*.yaml")]
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


def test_generated_pages_are_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, "tools/docs.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_error_code_is_documented_and_every_documented_one_exists() -> None:
    used = set(re.findall(r"[\"']([A-Z]{3}-\d{3})[\"']", source_text()))
    used |= {rule.code for rule in RULES.values()}
    used |= {f"COD-{status:03}" for status in IdStatus if not status.ok}
    rows = re.findall(
        r"^\| `([A-Z]{3}-\d{3})` \| (.*) \|$", (REFERENCE / "errors.md").read_text("utf-8"), re.MULTILINE
    )
    documented = dict(rows)
    assert len(rows) == len(documented)
    assert set(documented) == used
    assert all(len(what.split()) >= 2 for what in documented.values())


@pytest.mark.parametrize(
    "page", ["source-file.md", "model-file.md", "words.md", "../explanation/bad-input.md"]
)
def test_a_reference_page_names_no_code_that_does_not_exist(page: str) -> None:
    documented = set(CODE.findall((REFERENCE / "errors.md").read_text(encoding="utf-8")))
    text = re.sub(
        rf"{CODE.pattern}`* to `*{CODE.pattern}", "", (REFERENCE / page).read_text(encoding="utf-8")
    )
    assert set(CODE.findall(text)) <= documented


def test_every_table_column_and_code_is_documented() -> None:
    page = (REFERENCE / "tables.md").read_text(encoding="utf-8")
    sections = {part.split()[0]: part for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]}
    tables, _, lists = page.partition("# Code lists")
    for table in TABLES.values():
        part = re.split(rf"^## {table.name} ", tables, flags=re.MULTILINE)[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` ", part, re.MULTILINE) == list(table.columns)
    for codes in CODE_LISTS.values():
        part = re.split(rf"^## {codes.name}$", lists, flags=re.MULTILINE)[1].split("\n## ")[0]
        assert re.findall(r"^\| `([^`]+)` ", part, re.MULTILINE) == list(codes.codes)
    assert all(f"`{column.name}`" in sections["On"] for column in PROVENANCE)


def test_identifiers_of_the_glossary_stand_in_the_code() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", glossary))
    assert len(named) > 15
    words = set(re.findall(r"\w+", source_text()))
    assert named <= words


def test_every_model_has_its_page() -> None:
    models = {path.stem for path in (ROOT / "src/yingjiu/catalogue/models").glob("*.yaml")}
    assert {path.stem for path in (REFERENCE / "models").glob("*.md")} == {*models, "README"}
