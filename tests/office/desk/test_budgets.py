"""Budgets, and official boundaries."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.office.desk.world import World
from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.desk import boundaries
from yingjiu.office.desk.errors import DeskError
from yingjiu.office.desk.models import Budget, MapBoundary
from yingjiu.office.relief.models import ReliefCase

NEW = {"year": "2025", "amount": "500000", "source": "虚财〔2025〕1号"}
SQUARE = [[[120.0, 33.0], [120.1, 33.0], [120.1, 33.1], [120.0, 33.0]]]
ClientOf = Callable[[User], Client]


def feature(name: Any = "东平镇", coordinates: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"name": name, "secret": "x"},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features or [feature()])}).encode()


def test_finance_enters_a_budget_and_it_is_on_record(house: House, client_of: ClientOf) -> None:
    answer = client_of(house.finance).post("/budgets/new", NEW)
    assert answer.status_code == 302
    budget = Budget.objects.get()
    assert (budget.organisation, budget.amount, budget.changed_by) == (
        house.county,
        Decimal(500_000),
        house.finance,
    )
    assert Event.objects.filter(action=Action.ADMINISTER).count() == 1


def test_a_budget_stands_beside_what_was_spent_of_it(world: World, house: House, client_of: ClientOf) -> None:
    assert "300,000 元" in client_of(house.finance).get("/budgets/").content.decode()
    ReliefCase.objects.filter(pk=world.cases[1].pk).update(secrecy=3)
    assert "300,000 元" in client_of(house.finance).get("/budgets/").content.decode()
    others = client_of(house.analyst).get("/budgets/").content.decode()
    assert "300,000 元" not in others
    assert "—" in others


@pytest.mark.parametrize(
    "wrong", [{"amount": "-1"}, {"amount": "x"}, {"year": "1999"}, {"source": ""}], ids=str
)
def test_a_wrong_budget_is_shown_again(house: House, client_of: ClientOf, wrong: dict[str, str]) -> None:
    assert client_of(house.finance).post("/budgets/new", {**NEW, **wrong}).status_code == 422
    assert not Budget.objects.exists()


def test_a_year_has_one_budget(house: House, client_of: ClientOf) -> None:
    client = client_of(house.finance)
    client.post("/budgets/new", NEW)
    answer = client.post("/budgets/new", NEW)
    assert answer.status_code == 422
    assert "已登记预算" in answer.content.decode()


def test_two_who_change_it_at_once(house: House, client_of: ClientOf) -> None:
    client = client_of(house.finance)
    client.post("/budgets/new", NEW)
    budget = Budget.objects.get()
    url = f"/budgets/{budget.pk}/"
    assert client.get(url).status_code == 200
    change = {"amount": "600000", "source": "追加", "version": str(budget.version)}
    assert client.post(url, change).status_code == 302
    second = client.post(url, {**change, "amount": "700000"})
    assert second.status_code == 409
    budget.refresh_from_db()
    assert budget.amount == Decimal(600_000)


@pytest.mark.parametrize("who", ["handler", "head", "deputy", "liaison", "system_admin"])
def test_nobody_else_enters_one(house: House, client_of: ClientOf, who: str) -> None:
    assert client_of(getattr(house, who)).post("/budgets/new", NEW).status_code == 403


def test_a_budget_is_seen_in_its_own_procuratorate_and_above(world: World, house: House) -> None:
    seen = {name for name, user in house.users.items() if Budget.objects.visible_to(user).exists()}
    assert seen == {"head", "deputy", "analyst", "finance", "city_head"}


def test_another_countys_budget_is_not_found(world: World, house: House, client_of: ClientOf) -> None:
    Budget.objects.update(organisation=house.other_county)
    budget = Budget.objects.get()
    assert client_of(house.finance).get(f"/budgets/{budget.pk}/").status_code == 404


def upload(client: Client, content: bytes, **changes: str) -> Any:
    told = {
        "title": "虚构县行政区划",
        "approval_number": "苏S(2023)12号",
        "publisher": "虚构县自然资源局",
        "name_property": "name",
        **changes,
    }
    return client.post("/maps/", {**told, "file": SimpleUploadedFile("a.geojson", content)})


def test_official_boundaries_are_drawn_with_their_number(
    world: World, house: House, client_of: ClientOf
) -> None:
    assert upload(client_of(house.system_admin), geojson()).status_code == 302
    boundary = MapBoundary.objects.get()
    head = client_of(house.head)
    text = head.get("/figures/?since=2025-01-01&until=2025-12-31").content.decode()
    assert "审图号：苏S(2023)12号" in text
    assert f"/maps/{boundary.pk}.geojson" in text
    drawn = head.get(f"/maps/{boundary.pk}.geojson").json()
    assert drawn["features"][0]["properties"] == {"name": "东平镇"}
    client_of(house.system_admin).post(f"/maps/{boundary.pk}/active", {"active": "0"})
    assert not MapBoundary.objects.filter(active=True).exists()


@pytest.mark.parametrize("number", ["", "没有", "12345", "GS"])
def test_boundaries_without_an_approval_number_are_refused(
    house: House, client_of: ClientOf, number: str
) -> None:
    assert upload(client_of(house.system_admin), geojson(), approval_number=number).status_code == 422
    assert not MapBoundary.objects.exists()


@pytest.mark.parametrize("number", ["GS(2019)1822号", "苏S（2023）12号", "审图号：GS京(2022)1061号"])
def test_numbers_as_maps_print_them(number: str) -> None:
    assert boundaries.APPROVAL.match(number)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no json", "DSK-011"),
        (b"[" * 100_000, "DSK-011"),
        (b'{"type":"FeatureCollection"}', "DSK-011"),
        (geojson(feature(name=None)), "DSK-013"),
        (geojson(feature(), feature()), "DSK-013"),
        (geojson(feature(kind="Point", coordinates=[120, 33])), "DSK-012"),
        (geojson(feature(coordinates=[[[500_000.0, 3_700_000.0]]])), "DSK-014"),
        (geojson(feature(coordinates=[[["a", "b"]]])), "DSK-014"),
        (b" " * (boundaries.LARGEST + 1), "DSK-010"),
    ],
    ids=[
        "text",
        "deep",
        "no features",
        "no name",
        "a name twice",
        "a point",
        "metres",
        "letters",
        "too large",
    ],
)
def test_what_is_no_boundary_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DeskError) as caught:
        boundaries.read_boundaries(content, "name")
    assert caught.value.code == code


@pytest.mark.parametrize("who", ["head", "security_admin", "audit_admin", "analyst"])
def test_only_the_system_administrator_uploads(house: House, client_of: ClientOf, who: str) -> None:
    assert upload(client_of(getattr(house, who)), geojson()).status_code == 403
