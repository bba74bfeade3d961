"""The reference of the source file says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

import yingjiu.sources
from yingjiu.sources import (
    RULES,
    Constant,
    Contract,
    Database,
    Entry,
    FromFileName,
    LegalBasis,
    Source,
    SourceField,
    SourceFormat,
    read_source,
)
from yingjiu.sources.readers import BROKEN_ROW_CODES

PAGE = (Path(__file__).parents[2] / "docs/reference/source-file.md").read_text(encoding="utf-8")
_PARTS = re.split(r"(?m)^#+ (.+)$", PAGE)
SECTIONS = dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))
MODELS: dict[str, list[type[BaseModel]]] = {
    "The file": [Source],
    "legal_basis": [LegalBasis],
    "database": [Database],
    "data_date": [FromFileName],
    "format": [SourceFormat],
    "Fields": [SourceField],
    "Into": [Entry, Constant],
    "Contract": [Contract],
}


@pytest.mark.parametrize("section", MODELS)
def test_every_key_is_documented_and_no_other(section: str) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", SECTIONS[section], re.M)
    known = [field.alias or name for model in MODELS[section] for name, field in model.model_fields.items()]
    assert sorted(documented) == sorted(known)


def test_every_rule_is_documented_word_for_word() -> None:
    for rule in RULES.values():
        assert f"| {rule.code} | {rule.message} | {rule.remedy} |" in PAGE
    for code, message in BROKEN_ROW_CODES.items():
        assert f"| {code} | {message} |" in PAGE


def test_every_code_is_documented_and_no_other() -> None:
    room = Path(yingjiu.sources.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in room.rglob("*.py")]
    used = {code for text in texts for code in re.findall(r"SRC-\d{3}", text)} | {
        rule.code for rule in RULES.values()
    }
    assert set(re.findall(r"SRC-\d{3}", PAGE)) == used


def test_the_example_is_a_source_file() -> None:
    (example,) = re.findall(r"```yaml\n(source:.*?)```", PAGE, re.S)
    assert read_source("example.yaml", text=example).source == "civil-affairs-dibao"


def test_the_face_of_the_room_is_what_it_says() -> None:
    names = set(yingjiu.sources.__all__)
    assert names <= set(dir(yingjiu.sources))
    assert list(yingjiu.sources.__all__) == sorted(
        names, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
