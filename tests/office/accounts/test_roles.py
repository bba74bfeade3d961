"""Who may hold which roles, and where an organisation stands."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.office.house import House
from yingjiu.office.accounts.models import Organisation, RoleGrant
from yingjiu.office.accounts.roles import ADMINISTRATORS, CASEWORK, PARTNERS, Role, clashing


@pytest.mark.parametrize("admin", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("other", sorted(Role.values))
def test_an_administrator_holds_no_other_role(admin: str, other: str) -> None:
    assert (clashing({admin, other}) is None) is (admin == other)


@pytest.mark.parametrize("inside", sorted(CASEWORK))
@pytest.mark.parametrize("outside", sorted(PARTNERS))
def test_nobody_works_on_both_sides(inside: str, outside: str) -> None:
    assert clashing({inside, outside}) == (inside, outside)


def test_who_decides_does_not_check_the_payment() -> None:
    assert clashing({Role.HANDLER, Role.FINANCE}) == (Role.HANDLER, Role.FINANCE)
    assert clashing({Role.HANDLER, Role.HEAD, Role.ANALYST}) is None


def test_the_database_refuses_two_administrators_in_one(house: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=house.system_admin, role=Role.AUDIT_ADMIN)


def test_all_below_an_organisation_are_found_by_its_path(house: House) -> None:
    below = set(Organisation.objects.below(house.city).values_list("name", flat=True))
    assert {"虚构县人民检察院", "邻县人民检察院", "虚构县民政局"} <= below
    assert "虚构省人民检察院" not in below
    house.county.parent = house.province
    house.county.save()
    moved = Organisation.objects.get(pk=house.complaints.pk)
    assert moved.path == f"{house.province.pk}/{house.county.pk}/{house.complaints.pk}/"
