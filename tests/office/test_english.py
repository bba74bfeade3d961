"""Each page without parameters is whole in English: what is Chinese there is a name or catalogue data.

Rows are the data of people, organisations and rules; on the pages of an empty office only the following is
Chinese: the names of organisations and users, the texts of the catalogue, and what is marked ``lang`` or
``translate="no"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.office.house import House
from yingjiu.office.accounts.models import Organisation, User

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


def urls(found: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The addresses of all pages that take no parameter."""
    for each in (found or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from urls(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name:
            try:
                yield reverse(f"{space}{each.name}")
            except NoReverseMatch:
                continue


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
    """The Chinese of a page that is neither marked nor a name."""
    words = Words()
    words.feed(page)
    said = set()
    for text in words.words:
        rest = text
        for name in sorted(names, key=len, reverse=True):
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
    found, shown = {}, 0
    for url in sorted(set(urls())):
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
