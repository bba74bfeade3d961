"""One ID number: the cases of id_numbers.yaml, and properties that hold for every number."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjiu.codes import (
    IdNumberError,
    IdStatus,
    age_on,
    birth_date_of,
    certificate_number,
    make_number,
    number_of,
    parse_id,
    parse_ids,
    region_of,
    sex_of,
)
from yingjiu.codes.columns import parse_compiled, parse_scalar
from yingjiu.codes.parsed import ParsedIds
from yingjiu.codes.resident import check_character
from yingjiu.codes.statement import parse_by_sql
from yingjiu.declarations import read_yaml

_FILE = Path(__file__).with_name("id_numbers.yaml")
_DATA, _ = read_yaml(_FILE.read_text(encoding="utf-8"), file=_FILE.name)
_CASES: list[dict[str, Any]] = _DATA["cases"]
_TODAY: date = _DATA["today"]
_DAY = 2026_01_01
_NUMBER = "320999199001011235"

_births = st.dates(date(1850, 1, 1), _TODAY)
_sequences = st.integers(0, 999)


@pytest.mark.parametrize("case", _CASES, ids=[case["says"] for case in _CASES])
def test_a_spelling_is_read_as_the_table_says(case: dict[str, Any]) -> None:
    if not IdStatus[case["status"].upper()].ok:
        with pytest.raises(IdNumberError) as caught:
            parse_id(case["text"], today=_TODAY)
        assert caught.value.status.name.lower() == case["status"]
        return
    found = parse_id(case["text"], today=_TODAY)
    assert found.status.code == case["status"]
    assert found.number == case.get("number", case["text"])
    assert found.disability_category == case.get("category")
    assert found.disability_grade == case.get("grade")


@pytest.mark.parametrize("read", [parse_scalar, parse_compiled, parse_by_sql])
def test_every_form_reads_the_table_alike(read: Any) -> None:
    texts = [case["text"] for case in _CASES]
    found: ParsedIds = read(pa.array(texts) if read is not parse_scalar else texts, _DAY)
    assert [IdStatus(status).name.lower() for status in found.status] == [case["status"] for case in _CASES]
    for case, key in zip(_CASES, found.keys.tolist(), strict=True):
        if "number" in case:
            assert number_of(key) == case["number"]
        elif not IdStatus[case["status"].upper()].ok:
            assert key == 0


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("2006-06-30", "2024-06-30", 18),
        ("2006-07-01", "2024-06-30", 17),
        ("2004-02-29", "2023-02-28", 18),
        ("2004-02-29", "2023-03-01", 19),
        ("2024-01-02", "2024-01-01", -1),
    ],
)
def test_a_year_of_age_is_full_on_the_birthday(birth: str, on: str, years: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(on)) == years


@given(birth=_births, sequence=_sequences)
def test_a_made_number_comes_back_whole(birth: date, sequence: int) -> None:
    number = make_number("320999", birth, sequence)
    found = parse_id(number, today=_TODAY)
    assert (found.number, found.region, found.birth_date) == (number, "320999", birth)
    assert found.sex == ("male" if sequence % 2 else "female")
    assert number_of(found.key) == number
    assert (birth_date_of(found.key), sex_of(found.key), region_of(found.key)) == (birth, found.sex, "320999")


@given(birth=_births, sequence=_sequences, place=st.integers(0, 17), other=st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(birth: date, sequence: int, place: int, other: str) -> None:
    number = make_number("320999", birth, sequence)
    wrong = number[:place] + other + number[place + 1 :]
    if wrong == number:
        return
    with pytest.raises(IdNumberError):
        parse_id(wrong, today=_TODAY)


@given(birth=_births, sequence=_sequences, place=st.integers(0, 16))
def test_two_swapped_neighbours_are_always_noticed(birth: date, sequence: int, place: int) -> None:
    number = make_number("320999", birth, sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return
    with pytest.raises(IdNumberError):
        parse_id(swapped, today=_TODAY)


@given(birth=_births, sequence=_sequences)
def test_the_check_character_agrees_with_iso_7064(birth: date, sequence: int) -> None:
    number = make_number("320999", birth, sequence)
    rest = 0
    for character in number:  # the standard's own recursive method, not the weights
        rest = (rest * 2 + (10 if character == "X" else int(character))) % 11
    assert rest == 1


@given(birth=_births, sequence=_sequences, grade=st.integers(1, 4), category=st.integers(1, 7))
def test_a_certificate_gives_the_person_and_the_disability(
    birth: date, sequence: int, grade: int, category: int
) -> None:
    number = make_number("320999", birth, sequence)
    plain = parse_id(number, today=_TODAY)
    found = parse_id(certificate_number(number, category, grade), today=_TODAY)
    assert (found.key, found.status, found.disability_grade) == (plain.key, IdStatus.CERTIFICATE, grade)


@pytest.mark.parametrize(
    ("year_in_number", "accepted"), [(1984, True), (1999, True), (2000, False), (2020, False)]
)
def test_an_abolished_region_is_valid_for_births_before_its_end(year_in_number: int, accepted: bool) -> None:
    # 110221 昌平县 became 110114 昌平区 in 1999
    number = make_number("110221", date(year_in_number, 12, 1), 1)
    status = IdStatus(int(parse_ids(pa.array([number]), today=_TODAY).status[0]))
    assert status is (IdStatus.VALID if accepted else IdStatus.REGION)


def test_an_error_says_what_and_what_to_do_and_shows_no_number() -> None:
    with pytest.raises(IdNumberError) as caught:
        parse_id("320999199001011234", today=_TODAY)
    (fault,) = caught.value.faults
    assert fault.code == "COD-016"
    assert fault.found == "3209**********1234"
    assert fault.hint
    assert "320999199001011234" not in str(caught.value)


@given(text=st.text(max_size=30))
def test_an_error_never_shows_more_than_eight_characters(text: str) -> None:
    try:
        parse_id(text, today=_TODAY)
    except IdNumberError as error:
        shown = error.faults[0].found or ""
        assert len(shown.replace("*", "")) <= 8


def test_every_status_has_words_a_rule_and_a_code() -> None:
    rules = [status.rule for status in IdStatus]
    assert len(set(rules)) == len(rules)
    assert IdStatus.LOST_PRECISION.rule == "ID-LOST-PRECISION"
    assert all(status.says for status in IdStatus)
    assert all(status.hint for status in IdStatus if not status.ok)
    assert {status.code for status in IdStatus if not status.ok} == {"missing"}
    assert IdStatus.CERTIFICATE.code == "certificate"


def test_a_number_is_not_valid_before_its_birth() -> None:
    assert parse_id(_NUMBER, today=date(1990, 1, 1)).birth_date == date(1990, 1, 1)
    with pytest.raises(IdNumberError):
        parse_id(_NUMBER, today=date(1989, 12, 31))


def test_check_character_of_the_standards_own_example() -> None:
    assert check_character("11010519491231002") == "X"  # GB 11643-1999, annex
    assert check_character("44052418800101001") == "4"
