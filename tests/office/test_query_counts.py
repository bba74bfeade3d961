"""The number of SQL queries of each list and detail page is committed: one too many fails here.

``query_counts.yaml`` is the list. Each page is asked for with few rows and with many more: a page whose
queries grow with its rows fails whatever the list says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.office.house import House
from tests.office.leads.makers import take, told
from yingjiu.office.accounts.models import User
from yingjiu.office.leads import services
from yingjiu.office.leads.models import Lead

PAGES = yaml.safe_load((Path(__file__).parent / "query_counts.yaml").read_text(encoding="utf-8"))
ClientOf = Callable[[User], Client]


def make(house: House, count: int) -> dict[str, int]:
    """Leads of a county, some in hand and checked; returns the keys of those that pages are asked for."""
    take(house.county, *(told(f"k{number}", number=number, level="red") for number in range(1, count + 1)))
    leads = list(Lead.objects.order_by("pk"))
    for place, lead in enumerate(leads[: count // 2]):
        services.claim(lead=lead, user=house.handler, version=1)
        visit = services.ask_visit(
            lead=lead, worker=house.grid_worker, question="请上门", conditions=["dibao"], user=house.handler
        )
        question = services.ask_agency(
            lead=lead, agency=house.civil_affairs, question="是否低保", basis="casework", user=house.handler
        )
        if place:
            services.answer_check(check=visit, user=house.grid_worker, version=1, note="已走访")
            services.answer_check(check=question, user=house.liaison, version=1, note="是")
        else:
            first = {"lead": lead.pk, "visit": visit.pk, "question": question.pk}
    services.decide(
        lead=Lead.objects.filter(handler=house.handler).order_by("-pk")[0],
        outcome="dismissed",
        reason="经核实不属实",
        user=house.handler,
        version=2,
    )
    for number in range(count):
        services.record_check(
            lead=Lead.objects.get(pk=first["lead"]), kind="phone", user=house.handler, note=f"第{number}次"
        )
    return first


def queries(client: Client, page: Mapping[str, Any], made: Mapping[str, int]) -> list[str]:
    """The SQL of one showing of a page; what Django keeps for good has been asked for before."""
    url = reverse(page["page"], args=[made[page["of"]]] if "of" in page else [])
    client.get(url, page.get("query", {}))
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, page.get("query", {}))
    assert response.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.fixture
def _content_types(db: None) -> None:
    ContentType.objects.clear_cache()


def says(page: Mapping[str, Any]) -> str:
    return f"{page['page']} as {page['as']} {page.get('query') or ''}".strip()


@pytest.mark.usefixtures("_content_types")
@pytest.mark.parametrize("page", PAGES, ids=says)
def test_a_page_asks_as_often_as_is_committed(
    house: House, client_of: ClientOf, page: Mapping[str, Any]
) -> None:
    client = client_of(house.users[page["as"]])
    few = queries(client, page, make(house, 4))
    assert len(few) == page["queries"], "\n".join(few)


@pytest.mark.parametrize("page", PAGES, ids=says)
def test_a_page_asks_no_more_often_for_more_rows(
    house: House, client_of: ClientOf, page: Mapping[str, Any]
) -> None:
    client = client_of(house.users[page["as"]])
    assert len(queries(client, page, make(house, 16))) == page["queries"]
