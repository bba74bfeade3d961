"""What the dossier tells: evidence, family, facts; with a pool and without one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.office.house import House
from tests.office.people.world import KEYS, LI
from yingjiu.office.people.models import Person
from yingjiu.office.people.picture import draw
from yingjiu.office.people.selectors import dossier
from yingjiu.office.people.services import take_known, take_person

DAY = date(2025, 6, 1)


def test_the_spellings_of_every_source_stand_side_by_side(house: House, zhang: Person) -> None:
    told = dossier(zhang, house.handler, clear=True, day=DAY)
    names = {record.place.agency: record.marks[0] for record in told.records if not record.why}
    assert names["虚构县公安局"].text == "张建明"
    assert not names["虚构县公安局"].differs
    assert names["虚构县民政局"].text == "张健明"
    assert names["虚构县民政局"].differs
    (linked,) = [record for record in told.records if record.why]
    assert linked.marks[0].text == "张建民"
    assert linked.why


def test_the_spellings_are_masked_until_they_are_opened(house: House, zhang: Person) -> None:
    told = dossier(zhang, house.handler, day=DAY)
    shown = " ".join(mark.text for record in told.records for mark in record.marks)
    assert "建" not in shown
    assert "13800001234" not in shown
    assert zhang.id_number not in shown


def test_the_family_is_known_with_who_is_dead_and_who_is_a_minor(house: House, zhang: Person) -> None:
    told = dossier(zhang, house.handler, clear=True, day=DAY)
    family = {one.name: one for one in told.family}
    assert [one.relation for one in told.family][:3] == ["self", "spouse", "child"]
    assert family["张德福"].dead
    assert not family["王桂英"].dead
    assert family["张德福"].age == 72  # 2020-04-01 less 1948-02-03
    assert family["张小明"].minor
    assert family["张小明"].age == 10
    assert family["王桂英"].hardships == ("持证残疾人",)
    assert all(one.together for one in told.family)


def test_a_relative_with_a_file_is_linked_and_a_sealed_one_tells_nothing(house: House, zhang: Person) -> None:
    taken = take_known(house.county, [LI, KEYS["张小明"]])
    Person.objects.filter(pk=taken[KEYS["张小明"]].pk).update(sealed=True)
    family = {one.person_id: one for one in dossier(zhang, house.handler, clear=True, day=DAY).family}
    assert family[LI].pk == taken[LI].pk
    child = family[KEYS["张小明"]]
    assert (child.pk, child.age, child.hardships) == (None, None, ())
    assert child.name != "张小明"
    assert not Person.objects.visible_to(house.deputy).filter(pk=taken[KEYS["张小明"]].pk).exists()


def test_the_picture_draws_only_what_is_known(house: House, zhang: Person) -> None:
    picture = dossier(zhang, house.handler, day=DAY).picture
    assert picture is not None
    assert len(picture.boxes) == 5
    assert all(line.sure for line in picture.lines)
    rows = {box.who.relation: box.y for box in picture.boxes}
    assert rows["parent"] < rows["self"] == rows["spouse"] < rows["child"]
    inside = [
        (box.x >= 0, box.x + 148 <= picture.width, box.bottom <= picture.height) for box in picture.boxes
    ]
    assert all(map(all, inside))
    spots = [(box.x, box.y) for box in picture.boxes]
    assert len(set(spots)) == len(spots)
    assert draw([]).boxes == ()


def test_facts_of_every_kind_are_told_with_their_place(house: House, zhang: Person) -> None:
    told = dossier(zhang, house.handler, day=DAY)
    kinds = [kind.key for kind, _facts in told.tables]
    assert kinds == ["hardship", "benefit", "case", "enforcement", "petition", "medical"]
    (dibao,) = [fact for fact in told.facts if fact.kind == "hardship"]
    assert (str(dibao.amount), dibao.on) == ("560.00", date(2022, 1, 1))
    assert dibao.place is not None
    assert (dibao.place.agency, str(dibao.place)) == ("虚构县民政局", "低保.xlsx 农村低保 2")
    roles = [fact.title for fact in told.facts if fact.kind == "case"]
    assert len(roles) == 2
    assert all("故意伤害罪" in role for role in roles)
    days = [fact.on for fact in told.line()]
    assert days == sorted(days, key=lambda day: day or date.min, reverse=True)
    assert {fact.kind for fact in told.line(["petition"])} == {"petition"}


def test_the_household_of_a_register(house: House, zhang: Person) -> None:
    (home,) = dossier(zhang, house.handler, day=DAY).households
    assert (len(home.now), home.size, home.collective) == (5, 5, False)
    assert "h1" not in home.code


def test_without_a_pool_there_is_a_dossier_that_says_so(house: House) -> None:
    person = take_person(house.county, person_id=KEYS["张建明"], name="张建明")
    told = dossier(person, house.handler)
    assert not told.loaded
    assert told.facts == ()
    assert told.picture is None


def test_what_the_pool_says_is_taken_over(zhang: Person, pool: Path) -> None:
    zhang.refresh_from_db()
    assert (zhang.phone, zhang.region) == ("13800001234", "320999")
    assert zhang.name in {"张建明", "张健明"}
