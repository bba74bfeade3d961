"""Blind indexes: one spelling, one index; another field, another index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from yingjiu.office.vault.errors import BlindIndexError
from yingjiu.office.vault.index import (
    blind_index,
    blind_indexes,
    normalise_account,
    normalise_id,
    normalise_phone,
)

CASES = yaml.safe_load(Path(__file__).with_name("normalising.yaml").read_text(encoding="utf-8"))
NORMALISE = {"id": normalise_id, "phone": normalise_phone, "account": normalise_account}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']} {case['written']}")
def test_numbers_have_one_spelling(case: dict[str, Any]) -> None:
    assert NORMALISE[case["kind"]](case["written"]) == case["kept"]


@pytest.mark.parametrize("kind", NORMALISE)
def test_normalising_twice_changes_nothing(kind: str) -> None:
    for case in CASES:
        once = NORMALISE[kind](case["written"])
        assert NORMALISE[kind](once) == once


def test_an_index_is_32_digits_and_the_same_every_time(db: None, folder: Path) -> None:
    index = blind_index("people.Person.id_number", "x")
    assert len(index) == 32
    assert int(index, 16)
    assert index == blind_index("people.Person.id_number", "x")
    assert next(iter(blind_indexes("people.Person.id_number", ["x", "y"]))) == index


def test_the_same_number_in_two_fields_has_two_indexes(db: None, folder: Path) -> None:
    assert blind_index("people.Person.id_number", "x") != blind_index("people.Person.phone", "x")


def test_nothing_cannot_be_searched_for(db: None, folder: Path) -> None:
    with pytest.raises(BlindIndexError) as told:
        blind_index("people.Person.id_number", "")
    assert told.value.code == "VLT-008"


def test_an_empty_source_has_an_empty_index(secret: Any) -> None:
    row = secret.objects.create(id_number=" - ", phone=None)
    assert (row.id_index, row.phone_index) == ("", "")


def test_saving_follows_the_source(secret: Any) -> None:
    row = secret.objects.create(phone="13812345678")
    before = row.phone_index
    row.phone = "13912345678"
    row.save()
    assert row.phone_index != before
    assert [row] == list(secret.objects.filter(phone_index=blind_index("vault.Secret.phone", "13912345678")))
    assert secret.objects.bulk_create([secret(phone="13812345678")])[0].phone_index == before
