"""Regions, offences, kin, sex, disability, harm grades, masks and code lists."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import yingjiu.codes
from yingjiu.codes import (
    CODE_LISTS,
    OFFENCES,
    SYNTHETIC_COUNTY,
    DisabilityCertificateGrade,
    HarmScale,
    InjuryDisabilityGrade,
    InjuryGrade,
    MakeNumberError,
    PersonKeyError,
    UnknownCodeError,
    birth_date_of,
    certificate_number,
    disability_category_of,
    find_region,
    make_number,
    mask_address,
    mask_id,
    mask_name,
    mask_phone,
    normalise_article,
    number_of,
    offence_group_of,
    region_name,
    region_of,
    regions,
    relation_of_gbt4761,
    sex_of,
    sex_of_gbt2261,
    unnumbered_key,
)
from yingjiu.declarations import read_yaml


def _table(name: str) -> Any:
    path = Path(__file__).with_name(name)
    return read_yaml(path.read_text(encoding="utf-8"), file=name)[0]


_OFFENCES: list[dict[str, Any]] = _table("offences.yaml")["cases"]
_MASKS: dict[str, dict[str, str]] = _table("masks.yaml")


def test_the_face_of_the_room_is_exactly_what_it_says() -> None:
    public = {
        name
        for name, value in vars(yingjiu.codes).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name != "annotations"
    }
    assert public == set(yingjiu.codes.__all__)


# --- regions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("320999", None, "江苏省盐城市虚构县"),
        ("110101", None, "北京市东城区"),
        ("512301", None, "四川省涪陵地区涪陵市"),
        ("429004", None, "湖北省仙桃市"),
        ("441900", None, "广东省东莞市"),
        ("810000", None, "香港特别行政区"),
        ("130124", date(1990, 6, 1), "河北省石家庄市正定县"),
        ("130124", date(2010, 6, 1), "河北省石家庄市栾城县"),
        ("130502", None, "河北省邢台市襄都区"),
        ("000000", None, "000000"),
        ("", None, ""),
    ],
)
def test_a_region_has_its_full_name_of_the_day(code: str, on: date | None, name: str) -> None:
    assert region_name(code, on) == name


def test_a_region_is_found_only_while_it_existed() -> None:
    assert find_region("110221", date(1985, 1, 1)) is not None
    assert find_region("110221", date(2005, 1, 1)) is None
    assert find_region("110114", date(2005, 1, 1)) is not None
    assert find_region("320981", date(1985, 1, 1)) is None


def test_the_synthetic_county_is_marked_and_the_only_one() -> None:
    made_up = [region for known in regions().values() for region in known if region.synthetic]
    assert [region.code for region in made_up] == [SYNTHETIC_COUNTY]


def test_every_region_is_well_formed_and_stands_in_a_province() -> None:
    for code, known in regions().items():
        assert len(code) == 6
        assert code.isdigit()
        assert code[:2] + "0000" in regions()
        for region in known:
            assert region.name
            assert (
                region.valid_from is None or region.valid_to is None or region.valid_from <= region.valid_to
            )
        assert sum(region.valid_to is None for region in known) <= 1


def test_all_31_provinces_and_their_counties_of_2023_exist_today() -> None:
    today = date(2024, 1, 1)
    provinces = [code for code in regions() if code.endswith("0000") and find_region(code, today)]
    assert len(provinces) == 35  # 31, Taiwan, Hong Kong, Macau, and the prefix 83 of residence permits
    counties = [code for code in regions() if not code.endswith("00") and find_region(code, today)]
    assert len(counties) == 2975 + 1  # 东莞, 中山 and 儋州 have none; and one is synthetic


# --- offences ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", _OFFENCES, ids=[case["says"] for case in _OFFENCES])
def test_an_offence_falls_into_its_group(case: dict[str, Any]) -> None:
    assert offence_group_of(case["article"], case["charge"]) == case["group"]


def test_every_article_is_normal_and_its_group_is_in_the_list() -> None:
    for article, offence in OFFENCES.items():
        assert normalise_article(article) == article
        assert offence.group in CODE_LISTS["offence_group"].codes
        assert offence.names


def test_every_name_and_alias_leads_to_the_group_of_its_article_and_to_no_other() -> None:
    for offence in OFFENCES.values():
        for name in (*offence.names, *offence.aliases):
            assert offence_group_of(None, name + "罪") == offence.group, name


def test_the_eight_groups_have_offences() -> None:
    assert {offence.group for offence in OFFENCES.values()} == set(CODE_LISTS["offence_group"].codes)


@given(number=st.integers(102, 452), of=st.integers(0, 12))
def test_an_article_is_read_in_digits_and_in_words(number: int, of: int) -> None:
    signs = "零一二三四五六七八九"

    def words(value: int) -> str:
        hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
        said = f"{signs[hundreds]}百" if hundreds else ""
        if tens:
            said += ("" if not hundreds and tens == 1 else signs[tens]) + "十"
        elif hundreds and ones:
            said += "零"
        return said + (signs[ones] if ones else "")

    article = f"{number}-{of}" if of else str(number)
    spoken = f"第{words(number)}条" + (f"之{words(of)}" if of else "")
    assert normalise_article(spoken) == article
    assert normalise_article(article) == article
    assert normalise_article(f"《中华人民共和国刑法》{spoken}第一款") == article


# --- small standards --------------------------------------------------------------------------------------


def test_sex_codes_of_gbt_2261() -> None:
    assert {code: sex_of_gbt2261(code) for code in "0129"} == {
        "0": "unknown",
        "1": "male",
        "2": "female",
        "9": "unknown",
    }
    assert sex_of_gbt2261("3") is None
    assert sex_of_gbt2261("") is None


@pytest.mark.parametrize(
    ("code", "relation"),
    [
        ("0", "head"), ("1", "spouse"), ("2", "child"), ("3", "child"), ("4", "grandchild"), ("5", "parent"),
        ("6", "grandparent"), ("7", "sibling"), ("8", "other"), ("9", None), ("01", "head"), ("02", "head"),
        ("03", "head"), ("04", None), ("00", None), ("10", "spouse"), ("11", "spouse"), ("20", "child"),
        ("28", "child_in_law"), ("37", "child"), ("38", "child_in_law"), ("41", "grandchild"),
        ("47", "other"), ("51", "parent"), ("53", "parent_in_law"), ("56", "parent_in_law"),
        ("57", "parent"),
        ("64", "grandparent"), ("65", "other"), ("71", "sibling"), ("72", "other"), ("81", "other"),
        ("99", "other"), ("", None), ("x1", None), ("123", None), ("²²", None),
    ],
)  # fmt: skip
def test_relation_codes_of_gbt_4761(code: str, relation: str | None) -> None:
    assert relation_of_gbt4761(code) == relation
    assert relation is None or relation in CODE_LISTS["relation"].codes


def test_disability_categories_of_gbt_26341() -> None:
    found = [disability_category_of(digit) for digit in "1234567"]
    assert found == list(CODE_LISTS["disability_category"].codes)
    assert disability_category_of("64") == "physical"
    assert [disability_category_of(code) for code in ("0", "8", "69", "60", "", "14", "六")] == [None] * 7


# --- harm -------------------------------------------------------------------------------------------------

_SCALES: list[type[HarmScale]] = [InjuryGrade, InjuryDisabilityGrade, DisabilityCertificateGrade]


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
)
@pytest.mark.parametrize("one", _SCALES)
@pytest.mark.parametrize("other", _SCALES)
def test_scales_compare_within_themselves_only(
    one: type[HarmScale], other: type[HarmScale], compare: Callable[[Any, Any], bool]
) -> None:
    left, right = next(iter(one)), list(other)[1]
    if one is other:
        assert compare(left, right) is compare(1, 0)  # the first grade is the gravest
        return
    with pytest.raises(TypeError):
        compare(left, right)


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_a_grade_does_not_compare_with_a_number(compare: Callable[[Any, Any], bool]) -> None:
    with pytest.raises(TypeError):
        compare(DisabilityCertificateGrade.GRADE_2, 2)


def test_grades_of_three_scales_can_be_kept_together() -> None:
    together = {grade: grade.name for scale in _SCALES for grade in scale}
    assert len(together) == 5 + 10 + 4
    assert max(InjuryGrade) is InjuryGrade.SERIOUS_1
    assert [grade.value for grade in InjuryGrade] == list(CODE_LISTS["injury_grade"].codes)


def test_grades_have_words_and_the_certificate_knows_severe() -> None:
    assert all(grade.says for scale in (InjuryGrade, InjuryDisabilityGrade) for grade in scale)
    assert [grade.severe for grade in DisabilityCertificateGrade] == [True, True, False, False]
    assert len({grade.says for grade in DisabilityCertificateGrade}) == 4


# --- masks, lists, keys -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask", "kind"), [(mask_id, "id"), (mask_name, "name"), (mask_phone, "phone"), (mask_address, "address")]
)
def test_masks_show_what_the_table_says(mask: Callable[[str | None], str], kind: str) -> None:
    assert {text: mask(text) for text in _MASKS[kind]} == _MASKS[kind]
    assert mask(None) == ""


@given(text=st.text(min_size=1, max_size=40))
def test_no_mask_shows_more_than_its_ends(text: str) -> None:
    assert len(mask_id(text).replace("*", "")) <= 8
    assert len(mask_phone(text).replace("*", "")) <= 7
    assert len(mask_name(text).replace("*", "")) <= 2


def test_code_lists_label_and_order_and_refuse_what_they_do_not_hold() -> None:
    stages = CODE_LISTS["stage"]
    assert stages.order("arrest_review") < stages.order("second_trial")
    assert stages.label("arrest_review") in {"审查逮捕", "review of arrest"}
    for ask in (stages.label, stages.order):
        with pytest.raises(UnknownCodeError) as caught:
            ask("arest_review")
        assert caught.value.code == "COD-001"


def test_every_code_of_every_list_has_two_labels() -> None:
    for known in CODE_LISTS.values():
        assert known.codes
        assert all(label.zh and label.en for label in known.codes.values()), known.name


@given(known=st.lists(st.none() | st.text(max_size=10), max_size=5))
def test_a_person_without_a_number_has_a_negative_key_that_stays(known: list[str | None]) -> None:
    key = unnumbered_key(*known)
    assert -(2**63) <= key < 0
    assert key == unnumbered_key(*known)


def test_keys_without_a_number_tell_people_apart() -> None:
    keys = {
        unnumbered_key("张三", "1990-01-01"),
        unnumbered_key("张三", None),
        unnumbered_key("张三", ""),
        unnumbered_key("张三"),
        unnumbered_key(None, "张三"),
        unnumbered_key("张三1990-01-01"),
    }
    assert len(keys) == 6
    assert unnumbered_key(" 张三１ ") == unnumbered_key("张三1")
    assert unnumbered_key("张三", "1990-01-01") == -8492246415433135791  # the same on every machine, for ever


@pytest.mark.parametrize("ask", [number_of, birth_date_of, sex_of, region_of])
@pytest.mark.parametrize("key", [-5, 0, 10**17, 12345])
def test_a_key_without_a_number_is_refused(ask: Callable[[int], object], key: int) -> None:
    with pytest.raises(PersonKeyError) as caught:
        ask(key)
    assert caught.value.code == "COD-002"


def test_numbers_are_not_made_of_parts_that_do_not_fit() -> None:
    day = date(1990, 1, 1)
    for region, sequence in (("32099", 1), ("32099x", 1), ("320999", 1000), ("320999", -1), ("３20999", 1)):
        with pytest.raises(MakeNumberError):
            make_number(region, day, sequence)
    number = make_number("320999", day, 123)
    assert certificate_number(number, "physical", 2) == certificate_number(number, 4, 2) == number + "42"
    for category, grade in (("sight", 1), (0, 1), (8, 1), (1, 0), (1, 5)):
        with pytest.raises(MakeNumberError):
            certificate_number(number, category, grade)
    with pytest.raises(MakeNumberError):
        certificate_number(number[:17], 1, 1)
