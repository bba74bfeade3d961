"""A source file: every fault at once, each with its path, its line and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from yingjiu.declarations import DeclarationError, read_yaml
from yingjiu.sources import Source, read_source, read_sources

from .agency import LEDGER


def faults_of(text: str) -> dict[str, tuple[str, int | None, str | None]]:
    """The faults of a source file: from path to code, line and hint."""
    with pytest.raises(DeclarationError) as caught:
        read_source("ledger.yaml", text=text)
    return {fault.path or "": (fault.code, fault.line, fault.hint) for fault in caught.value.faults}


def line_of(text: str, part: str) -> int:
    """The line on which something stands."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_source_file_is_read_and_frozen(ledger: Source) -> None:
    assert ledger.source == "civil-affairs-dibao"
    assert ledger.data_date == date(2024, 5, 31)
    assert ledger.fields["relation"].codes == {"户主": "head", "10": "spouse"}
    assert ledger.into["hardship"][0].columns["amount"] == "amount"
    with pytest.raises(ValidationError):
        ledger.title = "x"  # type: ignore[misc] # that is the point


CASES, _LINES = read_yaml(
    Path(__file__).with_name("declaration_faults.yaml").read_text(encoding="utf-8"),
    file="declaration_faults.yaml",
)


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_a_fault_is_found(case: dict[str, str]) -> None:
    assert case["change"] in LEDGER
    found = faults_of(LEDGER.replace(case["change"], case["to"], 1))
    assert case["path"] in found, found
    code, _line, hint = found[case["path"]]
    assert code == case["code"]
    assert case["hint"] is None or case["hint"] in (hint or "")


def test_all_faults_come_at_once_in_the_order_of_their_lines() -> None:
    text = (
        LEDGER.replace("head,", "heads,")
        .replace("range: [1, 30]", "range: [30, 1]")
        .replace("[[id_no]]", "[[x]]")
    )
    with pytest.raises(DeclarationError) as caught:
        read_source("ledger.yaml", text=text)
    faults = caught.value.faults
    assert [fault.code for fault in faults] == ["SRC-054", "SRC-057", "SRC-053"]
    assert [fault.line for fault in faults] == [
        line_of(text, "heads"), line_of(text, "[30, 1]"), line_of(text, "[[x]]")
    ]  # fmt: skip


def test_the_digest_is_of_what_is_declared_and_not_of_its_layout(ledger: Source) -> None:
    commented = read_source("ledger.yaml", text="# remark\n" + LEDGER)
    changed = read_source("ledger.yaml", text=LEDGER.replace("20000", "30000"))
    assert commented.digest == ledger.digest != changed.digest


def test_a_folder_of_source_files_is_read_with_all_faults(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(LEDGER, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        LEDGER.replace("source: civil-affairs-dibao", "source: other"), encoding="utf-8"
    )
    assert [source.source for source in read_sources(tmp_path)] == ["civil-affairs-dibao", "other"]
    (tmp_path / "c.yaml").write_text(LEDGER, encoding="utf-8")
    (tmp_path / "d.yaml").write_text(LEDGER.replace("head,", "heads,"), encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        read_sources(tmp_path)
    assert [fault.code for fault in caught.value.faults] == ["SRC-067", "SRC-054"]


def test_a_folder_without_source_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError):
        read_sources(tmp_path)
