"""Who sees what, generated for every user of the house, every model and every way to look at it.

``access.yaml`` is the expectation, to be read by a lawyer; the world is ``access_world.py``: this county and
its neighbour, each with something of everything. Whatever has no line in the table fails. Rows are asked of
each model as every view asks for them; lists, exports, the search and the dropdowns of forms are read on the
pages themselves.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction
from django.forms import BaseForm, ModelChoiceField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.office.access_table import (
    FOLLOWS,
    MODELS,
    OURS,
    ROWS,
    TABLE,
    USERS,
    address,
    belongs,
    opened_by,
    patterns,
    status_for,
    visible,
)
from tests.office.access_world import MARK, MARKED_CASE, AccessWorld
from yingjiu.office import urls
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import VisibleQuerySet
from yingjiu.office.frame import navigation


@pytest.fixture
def browser(world: AccessWorld, db: None, client_of: Callable[[User], Client]) -> Callable[[str], Client]:
    """A browser for a user of the world; ``nobody`` is not signed in."""
    users = world.house.users
    return lambda name: Client() if name == "nobody" else client_of(User.objects.get(pk=users[name].pk))


def names_of(world: AccessWorld, rows: Any) -> set[str]:
    return {world.name_of(row) for row in rows}


# --- structure -----------------------------------------------------------------------------------------


def test_every_model_says_who_sees_it_or_why_it_need_not() -> None:
    told = {*ROWS, *FOLLOWS, *TABLE["everything"], *TABLE["exempt"]}
    assert told == set(MODELS)
    assert len(told) == len(ROWS) + len(FOLLOWS) + len(TABLE["everything"]) + len(TABLE["exempt"])
    for label, model in MODELS.items():
        asks = isinstance(model._default_manager.all(), VisibleQuerySet)
        assert asks == (label not in TABLE["exempt"]), label
        if asks:
            assert type(model._default_manager.all()).scope is not VisibleQuerySet.scope, label  # type: ignore[attr-defined]  # checked in the line above


def test_every_address_is_in_the_table() -> None:
    known = patterns()
    details = [name for names in TABLE["details"].values() for name in names]
    assert sorted(details) == sorted(set(details))
    assert {name for name, words in known.items() if not words} == set(TABLE["pages"])
    assert {name for name, words in known.items() if words} == {*details, *TABLE["details_without_rows"]}


def test_administrators_open_no_page_with_case_data() -> None:
    admins = {"system_admin", "security_admin", "audit_admin"}
    for name, page in TABLE["pages"].items():
        if page.get("case_data"):
            assert not admins & set(opened_by(page)), name


@pytest.mark.parametrize("who", [*USERS, "nobody"])
def test_a_page_answers_each_user_as_the_table_says(browser: Any, who: str) -> None:
    client = browser(who)
    answers = {name: client.get(reverse(name)) for name in TABLE["pages"]}
    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {name: status_for(page, who) for name, page in TABLE["pages"].items()}
    if who == "nobody":
        sent = [answer["Location"] for answer in answers.values() if answer.status_code == 302]
        assert all(to.startswith(reverse("accounts:login")) for to in sent)


# --- rows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ROWS)
def test_every_row_of_the_world_is_in_the_table(world: AccessWorld, label: str) -> None:
    rows = names_of(world, MODELS[label]._base_manager.all())
    assert rows == set(ROWS[label])
    places = {row[:2] for row in rows}
    assert {"本县", "邻县"} <= places or label == "files.StoredFile"


@pytest.mark.parametrize("label", ROWS)
@pytest.mark.parametrize("who", USERS)
def test_a_user_sees_the_rows_of_the_table(world: AccessWorld, db: None, who: str, label: str) -> None:
    rows = list(MODELS[label]._base_manager.all())
    expected = {row.pk for row in rows if who in ROWS[label][world.name_of(row)]}
    seen = visible(label, world.house.users[who])
    assert {row.pk for row in seen} == expected
    assert seen.count() == len(expected)


@pytest.mark.parametrize("label", FOLLOWS)
@pytest.mark.parametrize("who", USERS)
def test_what_hangs_on_a_row_is_seen_with_it(world: AccessWorld, db: None, who: str, label: str) -> None:
    parent, by = FOLLOWS[label]["of"], FOLLOWS[label]["by"]
    for row in MODELS[label]._base_manager.all():
        above = world.name_of(getattr(row, by))
        expected = who in ROWS[parent][above] and who not in FOLLOWS[label].get("not_for", [])
        assert visible(label, world.house.users[who]).filter(pk=row.pk).exists() is expected, above


@pytest.mark.parametrize("label", [label for label, told in FOLLOWS.items() if not told.get("none_in_world")])
def test_there_is_something_to_be_seen_in_both_counties(world: AccessWorld, db: None, label: str) -> None:
    places = {
        world.name_of(getattr(row, FOLLOWS[label]["by"]))[:2] for row in MODELS[label]._base_manager.all()
    }
    assert places == {"本县", "邻县"}


@pytest.mark.parametrize("label", TABLE["everything"])
@pytest.mark.parametrize("who", USERS)
def test_all_or_nothing(world: AccessWorld, db: None, who: str, label: str) -> None:
    rows = MODELS[label]._base_manager.count()
    assert rows
    expected = rows if who in TABLE["everything"][label] else 0
    assert visible(label, world.house.users[who]).count() == expected


@pytest.mark.parametrize("label", [*ROWS, *FOLLOWS, *TABLE["everything"]])
def test_a_disabled_account_sees_nothing(world: AccessWorld, db: None, label: str) -> None:
    for who in USERS:
        user = User.objects.get(pk=world.house.users[who].pk)
        user.is_active = False
        assert not visible(label, user).exists()


# --- pages ---------------------------------------------------------------------------------------------


def content(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return html.unescape(raw.decode("utf-8-sig", errors="replace"))


def shown(name: str, text: str) -> set[int]:
    """Keys of the rows that a page links to."""
    link = re.escape(reverse(name, args=[987654321])).replace("987654321", r"(\d+)")
    return {int(pk) for pk in re.findall(rf"{link}(?![\d\w])", text)}


@pytest.mark.parametrize(
    ("who", "page"),
    [
        pytest.param(who, page, id=f"{who} {page['page']}")
        for page in TABLE["lists"]
        for who in opened_by(TABLE["pages"][page["page"]])
    ],
)
def test_a_list_shows_exactly_what_is_visible(
    world: AccessWorld, browser: Any, who: str, page: dict[str, Any]
) -> None:
    text = content(browser(who).get(reverse(page["page"]), page.get("query", {})))
    rows = (
        MODELS[page["of"]]
        ._base_manager.filter(**page.get("only", {}))
        .exclude(**page.get("but", {"pk": None}))
    )
    expected = {row.pk for row in rows if who in ROWS[page["of"]][world.name_of(row)]}
    assert shown(page["link"], text) == expected


@pytest.mark.parametrize(
    ("who", "page"),
    [
        pytest.param(who, page, id=f"{who} {page['page']}")
        for page in TABLE["exports"]
        for who in opened_by(TABLE["pages"][page["page"]])
    ],
)
def test_an_export_holds_exactly_what_is_visible(
    world: AccessWorld, browser: Any, who: str, page: dict[str, Any]
) -> None:
    answer = browser(who).post(
        reverse(page["page"], query=page.get("query")), {"purpose": "statistics", "format": "csv"}
    )
    lines = content(answer).splitlines()
    expected, others = [], set()
    for row in MODELS[page["of"]]._base_manager.exclude(**page.get("but", {"pk": None})):
        seen = who in ROWS[page["of"]][world.name_of(row)]
        expected += [str(getattr(row, page["column"]))] if seen else []
        others |= set() if seen else {str(getattr(row, page["column"]))}
    for value in expected:
        assert sum(value in line for line in lines) == expected.count(value)
    assert not [value for value in others - set(expected) if any(value in line for line in lines)]


@pytest.mark.parametrize("term", ["虚构", MARK])
@pytest.mark.parametrize("who", opened_by(TABLE["pages"]["people:search"]))
def test_a_search_finds_exactly_who_is_visible(world: AccessWorld, browser: Any, who: str, term: str) -> None:
    client = browser(who)
    asked = client.post(reverse("people:search"), {"kind": "name", "term": term, "purpose": "case"})
    assert asked.status_code == 302, content(asked)
    text = content(client.get(asked["Location"]))
    place = "邻县" if term == MARK else "本县"
    expected = {
        row.pk
        for row in MODELS["people.Person"]._base_manager.all()
        if world.name_of(row).startswith(place) and who in ROWS["people.Person"][world.name_of(row)]
    }
    assert shown("people:person", text) == expected


@pytest.mark.parametrize("who", OURS)
def test_no_badge_counts_the_neighbours(world: AccessWorld, db: None, who: str) -> None:
    assert navigation.badges(world.house.users[who]) == world.before[who]


@pytest.mark.parametrize("who", OURS)
def test_no_page_tells_of_the_neighbour_county(world: AccessWorld, browser: Any, who: str) -> None:
    """Lists, pages of what one sees and forms with their dropdowns, the desk and the figures."""
    client, told = browser(who), []
    addresses = [reverse(name) for name in TABLE["pages"] if name not in TABLE["may_name_others"]]
    for label, names in TABLE["details"].items():
        if label in {"files.StoredFile", "intake.AgencyFile"}:
            continue  # the files of this world are rows without content
        first = visible(label, world.house.users[who]).order_by("pk").first()
        if first is not None and who not in TABLE["oversees"].get(label, []):
            addresses += [address(name, first.pk, label) for name in names]
    for url in addresses:
        answer = client.get(url)
        assert answer.status_code < 500, url
        text = content(answer)
        told += [url for mark in (MARK, MARKED_CASE, "邻县") if mark in text]
        told += [f"{url}: {name}" for name in too_many_choices(answer, world.house.users[who])]
    assert told == []


def too_many_choices(answer: Any, user: User) -> set[str]:
    """Fields of a page's forms that offer a row which the user does not see."""
    forms = {
        id(each): each
        for context in (answer.context if isinstance(answer.context, list) else [answer.context])
        for layer in (context.dicts if context else ())
        for each in layer.values()
        if isinstance(each, BaseForm)
    }
    found = set()
    for form in forms.values():
        for name, field in form.fields.items():
            rows = field.queryset if isinstance(field, ModelChoiceField) else None
            if rows is not None and rows.model._meta.label in ROWS:
                seen = visible(rows.model._meta.label, user).values_list("pk", flat=True)
                found |= {name} if {row.pk for row in rows} - set(seen) else set()
    return found


def outside(world: AccessWorld, who: str, label: str) -> models.Model | None:
    """A row of the neighbour county that the user does not see."""
    return next(
        (
            row
            for row in MODELS[label]._base_manager.order_by("pk")
            if belongs(world, label, row).startswith("邻") and not sees(world, who, label, row)
        ),
        None,
    )


def sees(world: AccessWorld, who: str, label: str, row: models.Model) -> bool:
    table = ROWS[label if label in ROWS else FOLLOWS[label]["of"]]
    return who in table[belongs(world, label, row)]


@pytest.fixture
def _bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statuses without their pages, which have tests of their own: thousands are asked for here."""
    for status in (403, 404):
        bare = lambda request, exception, status=status: HttpResponse(status=status)  # noqa: E731
        monkeypatch.setattr(urls, f"handler{status}", bare, raising=False)


@pytest.mark.usefixtures("_bare_refusals")
def test_the_same_addresses_find_a_row_that_is_visible(world: AccessWorld, browser: Any) -> None:
    """The control of the next test: it is the row that is not found there, not the address."""
    never = {
        (label, name)
        for label, names in TABLE["details"].items()
        for name in names
        if name not in TABLE["found_elsewhere"]
    }
    for who in OURS:
        client = browser(who)
        for label, name in sorted(never):
            row = visible(label, world.house.users[who]).order_by("pk").first()
            if row is not None and finds(client, address(name, row.pk, label)):
                never.discard((label, name))
    assert TABLE["found_elsewhere"].keys() <= {name for names in TABLE["details"].values() for name in names}
    assert not never, "\n".join(sorted(name for _label, name in never))


def finds(client: Client, url: str) -> bool:
    """Whether a page answers there, to GET or to POST; nothing of it stays."""
    for method in (client.get, client.post):
        with transaction.atomic():
            status = method(url).status_code
            transaction.set_rollback(True)
        if status not in {403, 404, 405}:
            return True
    return False


@pytest.mark.usefixtures("_bare_refusals")
@pytest.mark.parametrize("who", OURS)
def test_another_districts_number_is_not_found(world: AccessWorld, browser: Any, who: str) -> None:
    """404 as for a number that nobody has; 403 for whom the page is closed whatever the number."""
    client, wrong = browser(who), []
    for label, names in TABLE["details"].items():
        row = outside(world, who, label)
        if row is None:
            assert who in TABLE["oversees"].get(label, []), (label, who)
            continue
        for name in names:
            there, nowhere = address(name, row.pk, label), address(name, 10**8, label)
            for method in (client.get, client.post):
                answer = method(there)
                if answer.status_code == 405:
                    continue
                wrong += [(there, answer.status_code)] if answer.status_code not in {403, 404} else []
                if answer.status_code == 403:
                    assert method(nowhere).status_code == 403, there
                    break
    assert wrong == []
