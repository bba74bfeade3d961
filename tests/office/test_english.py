"""Every page is whole in English: what is Chinese there is a name, or what somebody wrote.

Pages without parameters are read in an empty office, pages of rows in a world with something of everything
(``access_world.py``). There, Chinese is what stands in the database (names, titles, reasons, notes), the
names of places, and what is marked ``lang`` or ``translate="no"``. A text of the shipped catalogue is none of
these, even where a row keeps a copy of it: it has an English translation, and the page shows that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.office.access_table import TABLE, address, visible
from tests.office.access_world import AccessWorld, models_of_the_office
from tests.office.house import House
from yingjiu.codes import region_name
from yingjiu.language import catalogue_text, speaking
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.frame.masking import show
from yingjiu.office.intake.models import PartyEntry

ClientOf = Callable[[User], Client]
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff65]+")
SHOWN = frozenset({"title", "alt", "placeholder", "aria-label", "aria-description", "data-label", "value"})
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
USERS = (
    "handler",
    "head",
    "deputy",
    "analyst",
    "finance",
    "liaison",
    "grid_worker",
    "system_admin",
    "security_admin",
    "audit_admin",
)


class Words(HTMLParser):
    """The words of a page that nothing marks as a name or as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        marked = (
            given.get("translate") == "no"
            or (tag != "html" and str(given.get("lang", "")).startswith("zh"))
            or tag in {"style", "script"}
        )
        if not any(self.open) and not marked:
            self.words += [text for name, text in attrs if name in SHOWN and text]
        if tag not in VOID:
            self.open.append(marked)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.words.append(data)


def chinese(page: str, names: Sequence[str] = ()) -> set[str]:
    """The Chinese of a page that is neither marked nor a name; the longest names are given first."""
    words = Words()
    words.feed(page)
    said = set()
    for text in filter(CHINESE.search, words.words):
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        if CHINESE.search(rest):
            said.add(text.strip())
    return said


def test_what_is_marked_is_left_out() -> None:
    page = (
        '<html lang="en"><p title="提示">words<br><b translate="no">张*<i>三</i></b> 字 '
        '<b lang="zh">文</b> at 虚构院</p></html>'
    )
    assert chinese(page, ["虚构院"]) == {"提示", "字"}


@pytest.mark.parametrize("name", USERS)
def test_the_pages_of_a_user_are_english(house: House, client_of: ClientOf, name: str) -> None:
    client = client_of(house.users[name])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    names = [*User.objects.values_list("display_name", flat=True)]
    for organisation in Organisation.objects.all():
        names += [name for name in (organisation.name, organisation.short_name) if name]
    names.sort(key=len, reverse=True)
    found, shown = {}, 0
    for url in map(reverse, TABLE["pages"]):
        response = client.get(url, headers={"accept-language": "en"})
        if response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        shown += 1
        if said := chinese(response.content.decode(), names):
            found[url] = said
    assert shown > 2
    assert not found, "\n".join(f"{url}: {said}" for url, said in found.items())


def test_the_first_page_is_english(db: None) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(reverse("accounts:login"), headers={"accept-language": "en"})
    assert response.status_code == 200
    assert not chinese(response.content.decode())


# --- pages of rows -----------------------------------------------------------------------------------------

READERS = {"handler": 4, "head": 1, "analyst": 1, "finance": 4, "liaison": 4, "grid_worker": 4}
"""Whose pages are read, and of how many rows of each model."""
OWN_WAGE = ("测试用数", "职工月平均工资（测试）")
"""Texts that this office itself wrote into its own catalogue files."""
FILES = frozenset({"files.StoredFile", "intake.AgencyFile"})
"""In this world they are rows without content."""


def texts(value: Any) -> Iterator[str]:
    """Every text in a value of a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


@pytest.fixture(scope="module")
def written(world: AccessWorld, django_db_blocker: DjangoDbBlocker) -> list[str]:
    """What is Chinese in the rows of the office and is not a copy of the shipped catalogue."""
    with django_db_blocker.unblock():
        return sorted({*_written(), *OWN_WAGE}, key=len, reverse=True)


def _written() -> set[str]:
    found = {show(None, entry.name, "name") for entry in PartyEntry.objects.all()}
    for model in models_of_the_office():
        for row in model._base_manager.all():
            for column in row._meta.concrete_fields:
                found |= set(texts(getattr(row, column.attname)))
    with speaking("en"):
        found = {text for text in found if CHINESE.search(text) and catalogue_text(text) == text}
    return found | {region_name("320999"), region_name("320921")}


def addresses(world: AccessWorld, who: str) -> Iterator[str]:
    """The pages that a user opens: lists, rows, and drafts of letters on a lead and a case."""
    user = world.house.users[who]
    yield from (reverse(name) for name in TABLE["pages"])
    for label, names in TABLE["details"].items():
        if label not in FILES:
            for row in visible(label, user).order_by("pk")[: READERS[who]]:
                yield from (address(name, row.pk, label) for name in names)
    if who == "handler":
        for word, label in (("lead", "leads.Lead"), ("case", "relief.ReliefCase")):
            asked = f"?{word}={visible(label, user).order_by('pk')[0].pk}"
            yield reverse("referrals:propose") + asked
            agency = world.house.civil_affairs.pk
            yield f"{reverse('referrals:create')}{asked}&agency={agency}&measures=temporary_relief"


@pytest.mark.parametrize("who", READERS)
def test_pages_of_rows_are_english(
    world: AccessWorld, written: list[str], db: None, client_of: ClientOf, who: str
) -> None:
    client = client_of(User.objects.get(pk=world.house.users[who].pk))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    found, shown = {}, 0
    for url in addresses(world, who):
        response = client.get(url, headers={"accept-language": "en"})
        assert response.status_code < 500, url
        if response.status_code not in {200, 422} or "html" not in response["Content-Type"]:
            continue
        shown += 1
        if said := chinese(response.content.decode(), written):
            found[url] = said
    assert shown > 3
    assert not found, "\n".join(f"{url}: {said}" for url, said in found.items())
