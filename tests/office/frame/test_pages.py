"""Pages of long lists."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from yingjiu.office.accounts.models import Organisation
from yingjiu.office.frame import pages


@pytest.fixture
def rows(db: None) -> None:
    made = [
        Organisation(name=f"院{n:03}", kind="procuratorate", level=4, path=f"{n:03}/") for n in range(107)
    ]
    Organisation.objects.bulk_create(made)


def ask(query: str, size: int = 10) -> pages.Page[Organisation]:
    request = RequestFactory().get(f"/list?{query}")
    return pages.page_of(Organisation.objects.order_by("name", "pk"), request, size)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(number=st.integers(1, 40), size=st.integers(1, 60))
def test_a_page_is_a_slice_of_the_list(rows: None, number: int, size: int) -> None:
    page = ask(f"page={number}", size)
    last = -(-107 // size)
    assert page.number == min(number, last)
    start = (page.number - 1) * size
    assert [row.name for row in page] == [f"院{n:03}" for n in range(107)][start : start + size]
    assert page.total == 107
    assert page.last == last
    assert (page.next_url is None) == (page.number == last)
    assert (page.previous_url is None) == (page.number == 1)


@pytest.mark.parametrize("asked", ["0", "-3", "abc", "", "٣", "1e9", "9" * 30])
def test_nonsense_is_the_first_page(rows: None, asked: str) -> None:
    assert ask(f"page={asked}").number == 1


def test_the_count_stops_at_the_cap_and_pages_too(rows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CAP", 50)
    page = ask("page=99")
    assert (page.number, page.last, page.total_text) == (5, 5, "50+")
    assert page.next_url is None
    assert "缩小筛选范围" in page.says


def test_a_short_list_needs_no_count(rows: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        ask("", 200)
    with django_assert_num_queries(2):
        ask("page=3")


def test_other_pages_keep_the_filter(rows: None) -> None:
    page = ask("level=red&page=2&sort=-name")
    assert page.next_url == "?level=red&sort=-name&page=3"
    assert [number for number, _url in page.around] == [1, 2, 3, None, 11]


@pytest.mark.parametrize(
    ("asked", "first"),
    [("sort=name", "院000"), ("sort=-name", "院106"), ("sort=password", "院106"), ("", "院106")],
)
def test_a_list_is_sorted_only_by_what_is_allowed(rows: None, asked: str, first: str) -> None:
    request = RequestFactory().get(f"/list?{asked}")
    sorted_rows = pages.sorted_by(Organisation.objects.all(), request, {"name": ["name"]}, "-name")
    assert sorted_rows.first() == Organisation.objects.get(name=first)
