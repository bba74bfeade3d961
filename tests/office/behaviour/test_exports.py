"""Every export of the office, as a workbook and as text: no cell is a formula, whatever the data hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.office.access_table import patterns
from tests.office.house import House
from tests.office.referrals.makers import make_sent
from tests.office.relief.way import lead_of, person_of
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.services import take_person
from yingjiu.office.relief import services as relief
from yingjiu.office.relief.models import ReliefCase

ClientOf = Callable[[User], Client]
LIVE = "=+-@\t\r\n"
FORMULA = '=HYPERLINK("http://x","点")'
STARTS = [FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1,1)", "\t=1+1", "　=1+1", '=1"+"1']
"""What spreadsheets take for a formula, some of them behind a space that is not shown."""


@dataclass(frozen=True)
class Export:
    """An export: who may take it, its address, and the kinds of file that it offers."""

    account: str
    address: Callable[[Any], str]
    kinds: tuple[str, ...] = ("xlsx", "csv")


def _named(name: str, *words: str) -> Callable[[Any], str]:
    return lambda made: reverse(name, args=[getattr(made, each) for each in words])


EXPORTS: Mapping[str, Export] = {
    "leads:export": Export("handler", lambda made: reverse("leads:export") + "?tab=all"),
    "relief:export": Export("handler", _named("relief:export")),
    "referrals:export": Export("handler", _named("referrals:export")),
    "people:export": Export("handler", _named("people:export", "person"), ("xlsx", "json")),
    "desk:export": Export("head", lambda made: reverse("desk:export", args=["answers"])),
    "audit:export": Export("audit_admin", _named("audit:export"), ("csv",)),
}


@dataclass(frozen=True)
class Made:
    """What the texts stand in."""

    person: int


@pytest.fixture
def made(house: House) -> Made:
    """A lead, a case, a referral and people, in each of whose texts a spreadsheet would see a formula."""
    person = person_of(house)
    lead = lead_of(house, person)
    case = relief.open_case(lead=lead, user=house.handler, version=lead.version)
    lead.refresh_from_db()
    make_sent(house, lead)
    take_person(house.county, person_id=int(person.key), name=FORMULA, address=STARTS[1])
    Lead.objects.filter(pk=lead.pk).update(title=FORMULA, charge=STARTS[1], case_no=STARTS[2], town=STARTS[3])
    ReliefCase.objects.filter(pk=case.pk).update(case_no=STARTS[4], charge=STARTS[5])
    User.objects.filter(pk__in=[house.handler.pk, house.head.pk]).update(display_name=STARTS[6])
    Organisation.objects.filter(pk__in=[house.county.pk, house.civil_affairs.pk]).update(name=FORMULA)
    return Made(person.pk)


def cells_of(kind: str, content: bytes) -> list[tuple[str, str]]:
    """Every cell with its type: ``f`` is a formula."""
    if kind == "csv":
        return [(cell, "") for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [(str(cell.value or ""), cell.data_type) for row in sheet.iter_rows() for cell in row]


def is_live(text: str) -> bool:
    return text.startswith(tuple(LIVE)) or text.lstrip(" \u3000\ufeff").startswith(tuple(LIVE))


def test_every_export_is_opened_here() -> None:
    assert {name for name in patterns() if "export" in name} == set(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_no_cell_of_an_export_is_a_formula(house: House, client_of: ClientOf, made: Made, name: str) -> None:
    export = EXPORTS[name]
    client = client_of(getattr(house, export.account))
    for kind in export.kinds:
        asked = {"purpose": "check", "words": FORMULA, "format": kind}
        answer = client.post(export.address(made), asked)
        assert answer.status_code == 200
        content = answer.getvalue()
        if kind == "json":
            assert answer["Content-Type"].startswith("application/json")
            continue
        cells = cells_of(kind, content)
        assert len(cells) > 3, kind
        assert any("HYPERLINK" in text for text, _type in cells), f"{kind}: the text is not there at all"
        assert [text for text, type_ in cells if type_ == "f" or is_live(text)] == []
