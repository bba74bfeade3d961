"""People that can be sealed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Q
from django.test.utils import isolate_apps

from tests.office.house import House
from yingjiu.office.people.models import Person
from yingjiu.office.sealing import registry
from yingjiu.office.sealing.models import Seal, SealGround
from yingjiu.office.sealing.querysets import SealableQuerySet, everything
from yingjiu.office.sealing.services import seal


@pytest.fixture
def people(house: House) -> Iterator[Any]:
    """A view on the table of people whose manager leaves sealed rows out; those merged are sealed along."""
    with isolate_apps("yingjiu.office.sealing"):

        class SubjectQuerySet(SealableQuerySet[Any]):
            def scope(self, user: Any) -> Q:
                return Q(organisation=user.procuratorate)

        class Subject(Person):
            objects = SubjectQuerySet.as_manager()  # type: ignore[assignment] # another manager than its base's

            class Meta:
                proxy = True
                app_label = "sealing"

        registry.register(
            Subject,
            related=lambda subject: [everything(Subject).filter(merged_into=subject.pk)],
            shows=lambda subject: {"name": subject.name},
        )
        yield Subject
        registry._related.pop(Subject)
        registry._shows.pop(Subject)


@pytest.fixture
def subjects(people: Any, house: House) -> list[Any]:
    """Four people; the second turned out to be the first."""
    made = [
        people.objects.create(
            organisation=house.county, key=str(n), name=f"虚构{n}", name_masked="虚**", secrecy=1 + n % 2
        )
        for n in range(4)
    ]
    made[1].merged_into = made[0]
    made[1].save()
    return made


@pytest.fixture
def sealed(subjects: list[Any], house: House) -> Seal:
    """A seal on the first of them."""
    return seal(subject=subjects[0], ground=SealGround.NOT_PROSECUTED, user=house.handler)
