"""Two files that are one person: merged, parted, and following what the linkage says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.house import House
from tests.office.leads.makers import one
from tests.office.people.world import KEYS, LI, LINKS, ZHANG
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.following import follow_links
from yingjiu.office.people.merging import merge, part, references
from yingjiu.office.people.models import Person, PersonAlias, PersonGram, Search
from yingjiu.office.people.searching import people_found, search
from yingjiu.office.people.services import take_person
from yingjiu.people import Link, current_links
from yingjiu.people.store import write_links


def named(house: House, name: str) -> set[int]:
    made = search(kind="name", text=name, purpose="核查", user=house.handler)
    return {person.pk for person in people_found(made, house.handler)}


def test_every_foreign_key_to_a_person_is_known() -> None:
    assert "leads.Lead.person" in {f"{model._meta.label}.{field}" for model, field in references()}
    assert not any(model in {Person, PersonAlias, PersonGram, Search} for model, _field in references())


def test_a_merge_moves_what_others_keep_and_parting_moves_it_back(house: House) -> None:
    lead = one(house.county, name="张三明")
    other = lead.person
    into = take_person(house.county, person_id=ZHANG, name="李四方")
    alias = merge(into, other, house.head, "户籍核实")
    lead.refresh_from_db()
    assert lead.person_id == into.pk
    assert named(house, "张三") == named(house, "四方") == {into.pk}
    # what the engine says later about the other's key is the one's
    assert take_person(house.county, person_id=other.person_id, name="张三明").pk == into.pk
    part(alias, house.head, "不是同一人")
    lead.refresh_from_db()
    assert lead.person_id == other.pk
    assert (named(house, "张三"), named(house, "四方")) == ({other.pk}, {into.pk})
    decisions = [event.detail["decision"] for event in Event.objects.filter(action=Action.DECISION)]
    assert sorted(each for each in decisions if each.startswith("people.")) == ["people.merge", "people.part"]


def test_what_came_after_the_merge_stays(house: House) -> None:
    into = take_person(house.county, person_id=ZHANG, name="李四方")
    other = take_person(house.county, person_id=LI, name="李四芳")
    alias = merge(into, other, house.head, "核实")
    lead = one(house.county)
    type(lead).objects.filter(pk=lead.pk).update(person=into)
    part(alias, house.head, "误判")
    lead.refresh_from_db()
    assert lead.person_id == into.pk


def test_chains_lead_to_the_one_who_stays(house: House) -> None:
    first, second, third = (
        take_person(house.county, person_id=key, name=name)
        for key, name in ((ZHANG, "甲一"), (LI, "乙二"), (KEYS["王桂英"], "丙三"))
    )
    inner = merge(second, third, house.head, "核实")
    merge(first, second, house.head, "核实")
    third.refresh_from_db()
    assert third.merged_into_id == first.pk
    assert named(house, "丙三") == {first.pk}
    part(inner, house.head, "误判")
    assert named(house, "丙三") == {third.pk}


def test_the_stricter_secrecy_holds_and_stays(house: House) -> None:
    into = take_person(house.county, person_id=ZHANG, name="李四方")
    other = take_person(house.county, person_id=LI, name="李四芳")
    Person.objects.filter(pk=other.pk).update(secrecy=Secrecy.SECRET)
    alias = merge(into, other, house.head, "核实")
    into.refresh_from_db()
    assert into.secrecy == Secrecy.SECRET
    part(alias, house.head, "误判")
    into.refresh_from_db()
    assert into.secrecy == Secrecy.SECRET


@pytest.mark.parametrize(
    ("case", "code"),
    [("self", "PER-010"), ("abroad", "PER-010"), ("twice", "PER-011"), ("no reason", "PER-002")],
)
def test_what_cannot_be_merged_is_refused(house: House, case: str, code: str) -> None:
    into = take_person(house.county, person_id=ZHANG, name="李四方")
    other = take_person(house.other_county if case == "abroad" else house.county, person_id=LI, name="李四芳")
    if case == "twice":
        merge(into, other, house.head, "核实")
    with pytest.raises(PeopleError, match=code):
        merge(into, into if case == "self" else other, house.head, "" if case == "no reason" else "核实")


def relinked(pool: Path, *links: Link) -> None:
    now = current_links(pool)
    assert now is not None
    write_links(
        pool,
        type(now)(id=f"{len(links) + 1:016}", path=Path(), pool=now.pool, policy="q", linked=0, waiting=0),
        links,
        [],
    )


def test_files_follow_the_linkage_and_what_people_merged_stays(house: House, pool: Path) -> None:
    record = take_person(house.county, person_id=-17, name="张建民")
    followed = follow_links()
    assert (followed.merged, followed.parted) == (1, 0)
    zhang = Person.objects.get(name_masked="张*明")
    record.refresh_from_db()
    assert record.merged_into_id == zhang.pk
    assert follow_links().merged == 0  # again, it changes nothing
    li = take_person(house.county, person_id=LI, name="李秀兰")
    merge(zhang, li, house.head, "人工认定")
    relinked(pool)
    assert follow_links().parted == 1
    assert Person.objects.get(pk=record.pk).merged_into_id is None
    assert Person.objects.get(pk=li.pk).merged_into_id == zhang.pk
    relinked(pool, *LINKS)
    assert follow_links().merged == 1
