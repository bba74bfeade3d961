"""A lead as a subject, and a form that is filled from it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from docx import Document as WordFile

from tests.office.house import House
from yingjiu.office.documents import registry
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.states import Kind, Level, Strength
from yingjiu.office.people.services import take_person

VALUES: Mapping[str, object] = {
    "applicant_name": '张<b>三</b> & "李" {{ 7*7 }} </w:t>',
    "applicant_sex": "男",
    "applicant_birth_date": date(1980, 1, 1),
    "applicant_id_number": "320999198001011234",
    "applicant_address": "虚构县东风镇",
    "relation_to_victim": "本人",
    "applied_on": date(2025, 2, 3),
    "started": "提出申请",
    "case_title": "李某某故意伤害",
    "findings": "第一段。\n第二段。",
    "reasons": "符合条件。",
    "basis": "《人民检察院开展国家司法救助工作细则》第七条",
    "decided_amount": Decimal("20000"),
    "payment_way": "一次性转账",
    "decided_on": date(2025, 3, 4),
}


def words(content: bytes) -> str:
    """The text of a Word file, tables included."""
    document = WordFile(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture
def lead(house: House) -> Lead:
    person = take_person(house.county, person_id=32099919800101123, name="张三")
    made = Lead(
        organisation=house.county,
        department=house.complaints,
        handler=house.handler,
        person=person,
        key="1",
        kind=Kind.JUDICIAL_RELIEF,
        outcome=Strength.MATCH,
        level=Level.RED,
        title="虚构线索",
        deadline=date(2025, 3, 1),
        first_seen=date(2025, 2, 1),
        last_seen=date(2025, 2, 1),
        arrived_at=timezone.now(),
        facts_digest="0" * 64,
        told_digest="0" * 64,
    )
    made.finding = {}
    made.save()
    return made


@pytest.fixture
def registered() -> Iterator[dict[str, object]]:
    """The decision is made from a lead; what it says is this dictionary."""
    before = dict(registry._registered)
    values = dict(VALUES)
    registry.register("grant_decision", "", lambda subject, user: values, model=Lead)
    yield values
    registry._registered.clear()
    registry._registered.update(before)
