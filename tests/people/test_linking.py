"""Who is who: each tier, the weights between, twins, rivals, two people under one number, one under two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from tests.people.world import key, number, party, world
from yingjiu.people import (
    Decision,
    Decisions,
    Linkage,
    LinkageError,
    Reason,
    link_tables,
    read_policy,
    reason_text,
)

POLICY = read_policy()
WANG = number(date(1980, 1, 1), 1)
LI = number(date(1990, 3, 15), 2)
ADDRESS = "虚构县新河镇王灶村11组31号"
NEAR = "虚构县新河镇王灶村2组5号"
WANG_ROW: dict[str, Any] = {
    "person_id": key(WANG), "name": "王建国", "address": ADDRESS, "phone": "15400000001", "sex": "male",
}  # fmt: skip
LI_ROW: dict[str, Any] = {
    "person_id": key(LI), "name": "李秀英", "address": NEAR, "phone": "15400000002", "sex": "female",
}  # fmt: skip
REGISTER = [WANG_ROW, LI_ROW]
NOBODY = -17
UNSURE = {"name": "王健国", "address": "虚构县新河镇王灶村9组9号", "phone": "15477777777"}
"""Sounds like Wang, lives in his village, has another telephone."""


def linked(
    *parties: dict[str, Any], people: list[dict[str, Any]] | None = None,
    decided: Sequence[tuple[int, int, str]] = (),
    earlier: dict[int, int] | None = None, **tables: list[dict[str, Any]],
) -> Linkage:  # fmt: skip
    latest: Any = {
        (min(a, b), max(a, b)): Decision(min(a, b), max(a, b), verdict, "r", "b", "t")  # type: ignore[arg-type]
        for a, b, verdict in decided
    }
    return link_tables(
        world(person=REGISTER if people is None else people, party=list(parties), **tables),
        POLICY,
        decisions=Decisions(tuple(latest.values()), latest),
        earlier=earlier,
    )


def links(found: Linkage) -> dict[int, tuple[int, str]]:
    return {each.person_id: (each.canonical_id, each.tier) for each in found.links}


@pytest.mark.parametrize(
    ("said", "tier"),
    [
        ({"id_raw": WANG[:9] + str((int(WANG[9]) + 1) % 10) + WANG[10:], "name": "王建国"}, "repaired"),
        ({"id_raw": WANG[:6] + WANG[8:17], "name": "王健国"}, "repaired"),
        ({"id_raw": WANG[:17], "name": "王建国"}, "repaired"),
        ({"name": "王建国", "birth_date": date(1980, 1, 1), "address": "虚构县新河镇王灶村9组9号"}, "birth"),
        ({"name": "王建國", "address": ADDRESS}, "home"),
        ({"name": "王健国", "phone": "15400000001", "sex": "male", "address": ADDRESS}, "weighed"),
        ({"name": "王国建", "phone": "15400000001", "address": ADDRESS}, "weighed"),
        ({"name": "王建国", "birth_date": date(1980, 1, 1), "phone": "15400000001"}, "weighed"),
    ],
    ids=["one digit", "15 digits, homophone", "no check character", "name, birth, village",
         "traditional, house", "homophone, telephone", "reordered, telephone", "name, birth, telephone"],
)  # fmt: skip
def test_a_record_without_a_usable_number_finds_its_person(said: dict[str, Any], tier: str) -> None:
    assert links(linked(party(NOBODY, **said))) == {NOBODY: (key(WANG), tier)}


def test_the_same_name_in_another_file_about_the_same_case_is_the_same_person() -> None:
    found = linked(party(NOBODY, name="王建国"), party(key(WANG), name="王建国"))
    assert links(found) == {NOBODY: (key(WANG), "case")}


@pytest.mark.parametrize(
    "said",
    [
        {"name": "王建国"},
        {"name": "赵六", "phone": "15499999999"},
        {"name": "王建国", "id_raw": "3.20999E+17"},
        {"name": "王建国", "sex": "female", "address": ADDRESS, "id_raw": "110101195001010000"},
    ],
    ids=["a name alone", "a stranger", "a number that lost its digits", "another sex and number"],
)
def test_too_little_links_nobody(said: dict[str, Any]) -> None:
    assert links(linked(party(NOBODY, **said))) == {}


def test_a_wrong_number_of_somebody_else_sounding_alike_is_not_repaired() -> None:
    wrong = WANG[:9] + str((int(WANG[9]) + 1) % 10) + WANG[10:]
    assert links(linked(party(NOBODY, name="赵丽", id_raw=wrong))) == {}


def test_twins_are_not_made_one() -> None:
    one, other = number(date(2001, 5, 5), 11), number(date(2001, 5, 5), 13)
    people = [
        {"person_id": key(one), "name": "王子轩", "address": ADDRESS, "sex": "male"},
        {"person_id": key(other), "name": "王子涵", "address": ADDRESS, "sex": "male"},
    ]
    found = linked(
        party(NOBODY, name="王子浩", birth_date=date(2001, 5, 5), address=ADDRESS, sex="male"), people=people
    )
    assert links(found) == {}
    assert all(Reason("twins", "", -14.0) in each.reasons for each in found.reviews)


def test_two_equal_candidates_wait_for_a_person() -> None:
    one, other = number(date(1980, 1, 1), 1), number(date(1975, 2, 2), 3)
    people = [
        {"person_id": key(each), "name": "王建国", "address": ADDRESS, "phone": "15400000001"}
        for each in (one, other)
    ]
    found = linked(party(NOBODY, name="王建国", phone="15400000001", address=ADDRESS), people=people)
    assert links(found) == {}
    assert {(each.right, each.why) for each in found.reviews} == {
        (key(one), "rivals"),
        (key(other), "rivals"),
    }


def test_one_person_under_two_numbers_is_joined_by_name_and_the_tail_of_the_number() -> None:
    old = number(date(1980, 1, 1), 1, region="320998")
    found = linked(
        people=[*REGISTER, WANG_ROW, {**WANG_ROW, "person_id": key(WANG) - 10**11, "address": None}]
    )
    assert old[6:17] == WANG[6:17]
    assert links(found) == {key(WANG) - 10**11: (key(WANG), "renumbered")}


def test_two_people_under_one_number_are_shown_and_not_split() -> None:
    found = linked(people=[*REGISTER, {**WANG_ROW, "name": "赵丽"}])
    assert [(each.left, each.right, each.why) for each in found.reviews] == [
        (key(WANG), key(WANG), "two_under_one")
    ]
    settled = linked(
        people=[*REGISTER, {**WANG_ROW, "name": "赵丽"}], decided=[(key(WANG), key(WANG), "same")]
    )
    assert settled.reviews == ()


def test_records_of_one_unknown_person_are_joined_with_each_other() -> None:
    said: dict[str, Any] = {"name": "钱多多", "phone": "15488888888", "address": "虚构县永宁镇马沟村4组7号"}
    found = linked(party(-5, **said), party(-9, "C2", **said))
    assert links(found) == {-9: (-5, "weighed")}


# --- decisions ------------------------------------------------------------------------------------------


def test_a_decision_wins_over_a_tier_and_over_a_weight() -> None:
    said: dict[str, Any] = {"name": "王建国", "address": ADDRESS}
    assert links(linked(party(NOBODY, **said))) == {NOBODY: (key(WANG), "home")}
    assert links(linked(party(NOBODY, **said), decided=[(NOBODY, key(WANG), "not_same")])) == {}
    assert links(
        linked(party(NOBODY, **said), decided=[(NOBODY, key(LI), "same"), (NOBODY, key(WANG), "not_same")])
    ) == {NOBODY: (key(LI), "decided")}


def test_a_decided_pair_is_not_asked_again() -> None:
    said: dict[str, Any] = {**UNSURE}
    first = linked(party(NOBODY, **said))
    assert [(each.left, each.right) for each in first.reviews] == [(NOBODY, key(WANG))]
    for verdict in ("same", "not_same"):
        assert linked(party(NOBODY, **said), decided=[(NOBODY, key(WANG), verdict)]).reviews == ()


def test_an_earlier_link_breaks_only_below_the_lower_threshold() -> None:
    said: dict[str, Any] = {**UNSURE}
    kept = linked(party(NOBODY, **said), earlier={NOBODY: key(WANG)})
    assert links(kept) == {NOBODY: (key(WANG), "kept")}
    gone = linked(
        party(NOBODY, name="赵六", address=ADDRESS, sex="female", phone="15466666666"),
        earlier={NOBODY: key(WANG)},
    )
    assert links(gone) == {}


# --- what is said -----------------------------------------------------------------------------------------


def test_reasons_say_every_level_with_its_weight() -> None:
    found = linked(party(NOBODY, name="王健国", phone="15400000001", sex="male", address=ADDRESS))
    said = reason_text(found.links[0].reasons, POLICY)
    assert [part.rsplit(" ", 1)[0] for part in said.split(", ")][1:] == [
        "姓名同音",
        "性别一致",
        "电话相同",
        "住址相同",
    ]
    total = sum(each.weight for each in found.links[0].reasons)
    assert abs(total - (found.links[0].weight or 0)) < 1e-4


def test_too_few_records_to_measure_are_said() -> None:
    found = linked(party(NOBODY, name="王健国", phone="15400000001"))
    assert [each.code for each in found.warnings] == ["PPL-011"]


def test_a_source_that_links_to_nobody_is_said() -> None:
    strangers = [party(-each, f"C{each}", name="钱某", source="court") for each in range(1, 8)]
    assert "PPL-012" in {each.code for each in linked(*strangers).warnings}


def test_nobody_at_all_is_an_error() -> None:
    with pytest.raises(LinkageError) as caught:
        link_tables(world(person=[]), POLICY)
    assert caught.value.faults[0].code == "PPL-004"


def test_the_same_tables_give_the_same_links() -> None:
    rows = [party(-each, f"C{each}", name="王健国", phone="15400000001") for each in range(1, 9)]
    assert linked(*rows) == linked(*reversed(rows)) == linked(*rows)
