"""What the reference says of standards and parameters is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from yingjiu.awards import INPUTS, read_standard, shipped_standards
from yingjiu.awards.operations import CivilDamages, Per, Share, Subtract, TableLookup, Tally
from yingjiu.awards.parameters import SERIES, Dated, ParameterFile, Regional
from yingjiu.awards.standard import (
    OPERATIONS,
    Band,
    Cap,
    MustHold,
    ParameterUse,
    Standard,
    StepDeclaration,
    Urgent,
)

ROOT = Path(__file__).resolve().parents[2]
STANDARD = (ROOT / "docs/reference/standard-file.md").read_text(encoding="utf-8")
PARAMETER = (ROOT / "docs/reference/parameter-file.md").read_text(encoding="utf-8")
OF_STANDARDS: list[type[BaseModel]] = [
    *(Standard, StepDeclaration, Cap, Band, Urgent, ParameterUse, MustHold),
    *(TableLookup, Tally, Per, Subtract, Share, CivilDamages),
]


def words_of(page: str) -> set[str]:
    """The words in code type, outside of fenced blocks."""
    told = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    return set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", told))))


def keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", OF_STANDARDS, ids=lambda model: str(model.__name__))
def test_every_key_of_a_standard_is_documented(model: type[BaseModel]) -> None:
    assert keys(model) <= words_of(STANDARD)


@pytest.mark.parametrize("model", [ParameterFile, Regional, Dated], ids=lambda model: str(model.__name__))
def test_every_key_of_a_parameter_file_is_documented(model: type[BaseModel]) -> None:
    assert keys(model) - {"regions", "values"} <= words_of(PARAMETER)


def test_every_operation_fact_and_series_is_documented() -> None:
    assert set(OPERATIONS) | set(INPUTS) | set(SERIES) <= words_of(STANDARD + PARAMETER)


def test_the_standard_of_the_page_can_be_read(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", STANDARD, re.DOTALL)[0]
    path = tmp_path / "my-city.yaml"
    path.write_text(text, encoding="utf-8")
    read = read_standard(path)
    assert len(read.steps) == len(read_standard(shipped_standards() / "national-example.yaml").steps)
    assert [cap.id for cap in read.caps] == ["cap_months", "cap_court", "cap_city"]
    assert yaml.safe_load(text)["standard"] == read.standard


def test_the_parameter_file_of_the_page_can_be_read() -> None:
    text = re.findall(r"```yaml\n(.*?)```", PARAMETER, re.DOTALL)[0]
    assert ParameterFile.model_validate(yaml.safe_load(text)).series == "non_private"
