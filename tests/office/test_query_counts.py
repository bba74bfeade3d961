"""The number of SQL queries of each page is committed: one too many fails here.

``query_counts.yaml`` is the list. Each page is asked for with few rows, with three times as many, and, if its
list is then so long that it is cut, with nine times as many: a page whose queries grow with its rows fails
whatever the list says. Every address that answers GET has a line, or the list says why it has none.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.contrib.contenttypes.models import ContentType
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.office.access_table import MODELS, TABLE, belongs, patterns
from tests.office.access_world import AccessWorld, make_access_world
from tests.office.growth import grow
from tests.office.house import House
from tests.office.people.world import KEYS, build_pool
from tests.office.relief.conftest import write_wage
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.clocks.models import Clock
from yingjiu.office.clocks.selectors import due_for
from yingjiu.office.documents.services import produce
from yingjiu.office.intake.models import AgencyFile
from yingjiu.office.jobs.models import Job
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.bench import open_bench
from yingjiu.office.people.family import household_code
from yingjiu.office.people.services import take_known
from yingjiu.office.relief.models import Approval, ReliefCase, SealedRecord

COUNTS = yaml.safe_load(Path(__file__).with_name("query_counts.yaml").read_text(encoding="utf-8"))
PAGES: list[dict[str, Any]] = COUNTS["pages"]
NO_PAGE: dict[str, str] = COUNTS["no_page"]
A_CUT = 4
"""Queries: a desk of lists that are cut asks how long each is, and for rows of a kind not shown before."""
A_ROW = 100
"""Bytes: a page that is longer by less has no more rows on it."""
LABELS = {name: label for label, names in TABLE["details"].items() for name in names}
"""From a page to the model whose row it is about."""

pytestmark = pytest.mark.django_db  # pytest-django makes the database for tests that say so


@dataclass(frozen=True)
class Shown:
    """One showing of a page: the SQL it took, and how much it showed."""

    status: int
    sql: tuple[str, ...]
    size: int
    pages: bool
    """Whether it shows a list page by page."""


class Browsers:
    """Shows pages of a world to its users; ``words`` are what addresses hold beside numbers of rows."""

    def __init__(self, world: AccessWorld, words: Mapping[str, Any]) -> None:
        self.world, self.words, self._signed_in = world, words, dict[str, Client]()
        self.named = {name: key for (_label, key), name in reversed(world.names.items())}

    def of(self, name: str) -> Client:
        """The browser of a user, who has said what records are compared for."""
        if name not in self._signed_in:
            client = self._signed_in[name] = Client()
            if name != "nobody":
                client.force_login(
                    User.objects.get(pk=self.world.house.users[name].pk),
                    backend="django.contrib.auth.backends.ModelBackend",
                )
                session = client.session
                session["people.bench.purpose"] = "办案"
                session.save()
        return self._signed_in[name]

    def address(self, page: Mapping[str, Any]) -> str:
        """Where a page is; of the first row that has the name."""
        name = page["page"]
        words = TABLE["words"] | {
            word: self.words.get(told, told) for word, told in page.get("words", {}).items()
        }
        if "of" in page:
            label = page.get("is", LABELS[name])
            row = self._row(label, page["of"], page.get("only", {}))
            words |= dict.fromkeys(("pk", "lead", "person", "key"), row.pk)
            words |= {"kind": label.lower(), "label": label.lower()}
        return reverse(name, kwargs={word: words[word] for word in patterns()[name]})

    def _row(self, label: str, name: str, only: Mapping[str, Any]) -> Any:
        rows = MODELS[label]._base_manager.filter(**only).order_by("pk")
        return next(row for row in rows if belongs(self.world, label, row) == name)

    def show(self, page: Mapping[str, Any]) -> Shown:
        """One showing, of which nothing stays."""
        url, client = self.address(page), self.of(page["as"])
        query = {word: self.named.get(told, told) for word, told in page.get("query", {}).items()}
        ContentType.objects.clear_cache()
        reset_queries()
        with transaction.atomic():
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url, query)
            transaction.set_rollback(True)
        sql = tuple(each["sql"] for each in captured.captured_queries)
        return Shown(answer.status_code, sql, len(answer.content), "page" in (answer.context or ()))


def says(page: Mapping[str, Any]) -> str:
    told = " ".join(str(page[key]) for key in ("of", "query", "words") if key in page)
    return f"{page['page']} as {page['as']} {told}".strip()


def fill(world: AccessWorld) -> dict[str, Any]:
    """What pages show beside the two counties: people of the pool, a step that waits, a job."""
    house = world.house
    taken = take_known(house.county, list(KEYS.values()))
    for name, key in KEYS.items():
        if key in taken:
            world.call(f"本县·{name}", taken[key])
    for case in ReliefCase.objects.filter(handler=house.second_handler, secrecy=1):
        Approval.objects.create(
            case=case, kind="grant", round=1, order=1, chain="测试", title="部门负责人审核",
            role=Role.HEAD, organisation=house.county, amount=1, state="waiting",
        )  # fmt: skip
    Clock.objects.filter(limit="relief.decision").update(state="breached")
    waits = next(each for each in ReliefCase.objects.all() if world.name_of(each) == "本县·案件（待付款）")
    produce("grant_decision", waits, house.handler)
    late = due_for(house.head).filter(state="running")[0]
    Clock.objects.filter(pk=late.pk).update(state="breached")
    Lead.objects.filter(organisation=house.county).update(case_serial="12")
    job = Job.objects.create(name="intake.check_file", user=house.liaison, organisation=house.county)
    AgencyFile.objects.update(job=job)
    bench = open_bench()
    assert bench is not None
    return {
        "pair": bench.pairs[0].code,
        "household": household_code("h1"),
        "record": SealedRecord.objects.filter(case__handler=house.handler)[0].pk,
        "complaints": house.complaints.pk,
        "handler": house.handler.pk,
    }


Showings = Mapping[int, Mapping[str, Shown]]
"""Times as many rows → page → how it was shown."""


@pytest.fixture(scope="module")
def shown(django_db_setup: None, django_db_blocker: DjangoDbBlocker, office_folder: Path) -> Showings:
    """Every page of the list in its world, which is then made larger; nothing stays in the database."""
    write_wage(office_folder)
    build_pool(office_folder / "pool")
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_access_world()
        browsers = Browsers(world, fill(world))
        few = {says(page): browsers.show(page) for page in PAGES}
        for page in PAGES:
            if len(few[says(page)].sql) != page["queries"]:  # it met what Django asks for once and keeps
                few[says(page)] = browsers.show(page)
        grow(1)
        many = {says(page): browsers.show(page) for page in PAGES}
        grow(2)
        most = {says(page): browsers.show(page) for page in PAGES if "cut" in page}
        transaction.set_rollback(True)
    shutil.rmtree(office_folder / "pool")
    return {1: few, 3: many, 9: most}


def told(sql: tuple[str, ...]) -> str:
    """The SQL, for whom a test tells that there is too much of it."""
    return "\n".join(each[:300] for each in sql)


@pytest.mark.parametrize("page", PAGES, ids=says)
def test_a_page_asks_as_often_as_is_committed(shown: Showings, page: Mapping[str, Any]) -> None:
    few = shown[1][says(page)]
    assert few.status == 200
    assert len(few.sql) == page["queries"], told(few.sql)


@pytest.mark.parametrize("page", PAGES, ids=says)
def test_a_page_asks_no_more_often_for_more_rows(shown: Showings, page: Mapping[str, Any]) -> None:
    few, many = shown[1][says(page)], shown[3][says(page)]
    assert many.status == 200
    if "cut" not in page:
        assert len(many.sql) == page["queries"], told(many.sql)
    assert page.get("one", False) is (many.size < few.size + A_ROW), (few.size, many.size)
    assert not (page.get("one", False) and many.pages), "it is a list: more rows must lengthen it"


@pytest.mark.parametrize("page", [page for page in PAGES if "cut" in page], ids=says)
def test_a_list_that_is_cut_asks_how_long_it_is_and_no_more(shown: Showings, page: Mapping[str, Any]) -> None:
    many, most = shown[3][says(page)], shown[9][says(page)]
    assert page["queries"] <= len(many.sql) <= page["cut"] <= page["queries"] + A_CUT, told(many.sql)
    assert len(most.sql) == page["cut"], told(most.sql)


def test_every_address_that_answers_get_has_a_line_or_a_reason(
    house: House, client_of: Callable[[User], Client]
) -> None:
    """What takes POST only says so, to anybody or to the one whose page it is."""
    listed, known = {page["page"] for page in PAGES}, patterns()
    assert not listed & NO_PAGE.keys()
    assert listed | NO_PAGE.keys() <= known.keys()
    clients = [Client(), *(client_of(each) for each in house.users.values())]
    without_line = []
    for name in sorted(known.keys() - listed - NO_PAGE.keys()):
        url = reverse(name, kwargs={word: uuid4() if word == "token" else 1 for word in known[name]})
        if all(each.get(url).status_code != 405 for each in clients):
            without_line.append(name)
    assert without_line == []
