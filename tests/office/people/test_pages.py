"""The pages: who may open them, what they show masked, what goes on record, how many queries they cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.office.house import House
from tests.office.people.world import CHILD, KEYS, LI, NUMBERS, ZHANG
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.people import registry
from yingjiu.office.people.models import Person, Search
from yingjiu.office.people.services import merge, take_known, take_person
from yingjiu.office.people.taking import key_indexes

ClientOf = Callable[[User], Client]
PURPOSE = {"purpose": "check", "words": ""}
NOT_ALLOWED = ("finance", "liaison", "grid_worker", "system_admin", "security_admin", "audit_admin")


def found(client: Client, kind: str, term: str) -> str:
    answer = client.post(reverse("people:search"), {"kind": kind, "term": term, **PURPOSE})
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("kind", "term"),
    [
        ("name", "建明"),
        ("name", "张 建明"),
        ("name", "张建"),
        ("id_number", NUMBERS["张建明"]),
        ("id_number", NUMBERS["张建明"] + "31"),
        ("phone", "+86 138-0000-1234"),
        ("case_no", "(2025)苏0999执15号"),
        ("case_no", "虚检刑诉[2024]12号"),
    ],
)
def test_a_person_is_found_and_shown_masked(
    client_of: ClientOf, house: House, zhang: Person, kind: str, term: str
) -> None:
    page = found(client_of(house.handler), kind, term)
    assert reverse("people:person", args=[zhang.pk]) in page
    for secret in ("张建明", NUMBERS["张建明"], "13800001234", "甲村"):
        assert secret not in page


@pytest.mark.parametrize("term", ["明建", "张明明", "王五"])
def test_others_are_not_found(client_of: ClientOf, house: House, zhang: Person, term: str) -> None:
    assert reverse("people:person", args=[zhang.pk]) not in found(client_of(house.handler), "name", term)


@pytest.mark.parametrize(
    ("kind", "term"),
    [("name", "张"), ("id_number", "320999198003050012"), ("phone", "110"), ("case_no", "12")],
)
def test_what_cannot_be_searched_for_is_said_at_the_field(
    client_of: ClientOf, house: House, kind: str, term: str
) -> None:
    answer = client_of(house.handler).post(reverse("people:search"), {"kind": kind, "term": term, **PURPOSE})
    assert answer.status_code == 422
    assert not Search.objects.exists()
    assert not Event.objects.filter(action=Action.SEARCH).exists()


def test_a_search_needs_a_purpose(client_of: ClientOf, house: House) -> None:
    asked = {"kind": "name", "term": "建明", "purpose": "", "words": ""}
    assert client_of(house.handler).post(reverse("people:search"), asked).status_code == 422


def test_a_search_is_on_record_without_its_term(client_of: ClientOf, house: House, zhang: Person) -> None:
    found(client_of(house.handler), "id_number", NUMBERS["张建明"])
    event = Event.objects.get(action=Action.SEARCH)
    assert event.detail["kind"] == "id_number"
    assert event.detail["found"] == 1
    assert len(event.detail["term"]) == 32
    assert NUMBERS["张建明"] not in event.detail_text
    assert event.purpose


def test_the_term_stands_in_no_address_and_others_cannot_open_the_search(
    client_of: ClientOf, house: House, zhang: Person
) -> None:
    client = client_of(house.handler)
    answer = client.post(reverse("people:search"), {"kind": "name", "term": "建明", **PURPOSE})
    assert "建明" not in answer["Location"]
    assert client_of(house.head).get(answer["Location"]).status_code == 404


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_who_has_no_business_with_people_is_refused(
    client_of: ClientOf, house: House, zhang: Person, name: str
) -> None:
    client = client_of(house.users[name])
    for url in ("people:search", "people:bench"):
        assert client.get(reverse(url)).status_code == 403
    assert client.get(reverse("people:person", args=[zhang.pk])).status_code == 403


def test_another_county_gets_404_for_every_page_of_a_person(
    client_of: ClientOf, house: House, zhang: Person
) -> None:
    client = client_of(house.other_head)
    for url in (
        reverse("people:person", args=[zhang.pk]),
        reverse("people:reveal", args=[zhang.pk, "name"]),
        reverse("people:show", args=[zhang.pk, "evidence"]),
        reverse("people:export", args=[zhang.pk]),
    ):
        assert client.get(url).status_code == 404
    assert reverse("people:person", args=[zhang.pk]) not in found(client, "name", "建明")
    assert client_of(house.city_head).get(reverse("people:person", args=[zhang.pk])).status_code == 200


def test_a_secret_person_is_seen_by_clearance_or_by_who_has_them_in_hand(
    client_of: ClientOf, house: House, zhang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=zhang.pk).update(secrecy=Secrecy.RESTRICTED)
    url = reverse("people:person", args=[zhang.pk])
    assert client_of(house.handler).get(url).status_code == 404
    assert client_of(house.head).get(url).status_code == 200
    monkeypatch.setattr(registry, "_IN_HAND", [lambda user: Person.objects.filter(pk=zhang.pk).values("pk")])
    assert client_of(house.handler).get(url).status_code == 200
    Person.objects.filter(pk=zhang.pk).update(sealed=True)
    assert client_of(house.handler).get(url).status_code == 404


def test_the_dossier_shows_everything_masked(client_of: ClientOf, house: House, zhang: Person) -> None:
    page = unescape(client_of(house.handler).get(reverse("people:person", args=[zhang.pk])).content.decode())
    for told in (
        "张*明",
        "最低生活保障",
        "故意伤害罪",
        "2,000 元",
        "反映判决未执行",
        "农村低保",
        "李*兰",
        "未成年",
        "已故",
    ):
        assert told in page, told
    for secret in ("张建明", "李秀兰", NUMBERS["张建明"], "13800001234", "甲村1号", "颅脑损伤"):
        assert secret not in page, secret
    event = Event.objects.get(action=Action.READ)
    assert (event.subject_type, event.subject_id) == ("people.Person", str(zhang.pk))


def test_the_time_line_is_filtered_by_kind(client_of: ClientOf, house: House, zhang: Person) -> None:
    url = reverse("people:person", args=[zhang.pk])
    page = client_of(house.handler).get(url, {"kind": ["petition", "nonsense"]}).content.decode()
    line = page[page.index("people-line") : page.index("facts-hardship")]
    assert "反映判决未执行" in line
    assert "最低生活保障" not in line


@pytest.mark.parametrize(
    ("part", "secrets"),
    [("evidence", ["张健明", NUMBERS["张建明"]]), ("family", ["李秀兰"]), ("medical", ["颅脑损伤"])],
)
def test_a_part_is_opened_for_a_purpose(
    client_of: ClientOf, house: House, zhang: Person, part: str, secrets: list[str]
) -> None:
    client = client_of(house.handler)
    url = reverse("people:show", args=[zhang.pk, part])
    assert not any(secret in client.get(url).content.decode() for secret in secrets)
    assert not any(secret in client.post(url, {"purpose": ""}).content.decode() for secret in secrets)
    opened = client.post(url, PURPOSE)
    assert all(secret in opened.content.decode() for secret in secrets)
    assert opened["HX-Retarget"] == f"#part-{part}"
    assert Event.objects.get(action=Action.REVEAL).detail == {"part": part}


def test_a_field_is_opened_for_a_purpose(client_of: ClientOf, house: House, zhang: Person) -> None:
    client = client_of(house.handler)
    url = reverse("people:reveal", args=[zhang.pk, "id_number"])
    assert NUMBERS["张建明"] in client.post(url, PURPOSE).content.decode()
    assert Event.objects.filter(action=Action.REVEAL).count() == 1
    assert client.get(reverse("people:reveal", args=[zhang.pk, "digest"])).status_code == 404


def test_the_household_page(client_of: ClientOf, house: House, zhang: Person) -> None:
    client = client_of(house.handler)
    page = client.get(reverse("people:person", args=[zhang.pk])).content.decode()
    at = page.index(f"/people/{zhang.pk}/household/")
    answer = client.get(page[at : page.index('"', at)])
    assert answer.status_code == 200
    assert answer.content.decode().count("户籍.csv") == 5
    assert client.get(reverse("people:household", args=[zhang.pk, "0" * 16])).status_code == 404


def test_without_data_the_page_says_so(client_of: ClientOf, house: House) -> None:
    person = take_person(house.county, person_id=ZHANG, name="张建明")
    page = client_of(house.handler).get(reverse("people:person", args=[person.pk])).content.decode()
    assert "尚未导入各单位数据" in page
    assert "尚未导入各单位数据" in client_of(house.analyst).get(reverse("people:bench")).content.decode()


def test_html_in_a_name_is_text(client_of: ClientOf, house: House) -> None:
    person = take_person(house.county, person_id=-9, name="<script>alert(1)</script>")
    page = client_of(house.handler).get(reverse("people:person", args=[person.pk])).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_what_is_held_is_exported_for_a_purpose(
    client_of: ClientOf, house: House, zhang: Person, kind: str
) -> None:
    client = client_of(house.handler)
    url = reverse("people:export", args=[zhang.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, {**PURPOSE, "format": kind})
    assert "attachment" in answer["Content-Disposition"]
    assert "建明" not in answer["Content-Disposition"]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined] # Django's own
    if kind == "json":
        told = json.loads(body)
        text = json.dumps(told, ensure_ascii=False)
        assert NUMBERS["张建明"] in text
        assert "颅脑损伤" in text
        assert "李秀兰" not in text
    assert Event.objects.get(action=Action.EXPORT).detail["format"] == kind


def test_who_stands_in_the_data_only_is_given_a_file_on_demand(
    client_of: ClientOf, house: House, zhang: Person
) -> None:
    client = client_of(house.handler)
    page = found(client, "id_number", NUMBERS["李秀兰"])
    assert "李*兰" in page
    assert "李秀兰" not in page
    made = Search.objects.get(user=house.handler)
    index = page[page.index('name="index" value="') :].split('"')[3]
    answer = client.post(reverse("people:open", args=[made.pk]), {"index": index})
    opened = Person.objects.get(pk=int(answer["Location"].split("/")[2]))
    assert (opened.person_id, opened.organisation_id) == (LI, house.county.pk)
    again = client.post(reverse("people:open", args=[made.pk]), {"index": "f" * 32})
    assert again.status_code == 422


def test_a_merged_person_leads_to_who_they_are_and_can_be_parted(
    client_of: ClientOf, house: House, zhang: Person
) -> None:
    other = take_known(house.county, [KEYS["赵旁人"]])[KEYS["赵旁人"]]
    alias = merge(zhang, other, house.head, "核实为同一人")
    head = client_of(house.head)
    answer = head.get(reverse("people:person", args=[other.pk]))
    assert answer["Location"] == reverse("people:person", args=[zhang.pk])
    assert "核实为同一人" in head.get(answer["Location"]).content.decode()
    url = reverse("people:part", args=[zhang.pk, alias.pk])
    assert client_of(house.handler).post(url, {"reason": "不是"}).status_code == 403
    assert head.post(url, {"reason": ""}).status_code == 422
    assert head.post(url, {"reason": "证件不同"}).status_code == 302
    assert head.get(reverse("people:person", args=[other.pk])).status_code == 200


def test_the_offices_own_sections_stand_in_the_dossier(
    client_of: ClientOf, house: House, zhang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SECTIONS", [])
    registry.register_section(
        "线索", lambda person, user: [registry.Entry(f"{user}的线索", "/x/", zhang.taken_at.date(), "办理中")]
    )
    page = client_of(house.handler).get(reverse("people:person", args=[zhang.pk])).content.decode()
    assert page.count("虚构handler的线索") == 2


def test_pages_cost_the_same_queries_however_many_people_are_found(
    client_of: ClientOf,
    house: House,
    pool: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    monkeypatch.setattr(registry, "SECTIONS", [])  # what higher apps ask is counted there
    monkeypatch.setattr(registry, "_CASE_SEARCHES", [])
    monkeypatch.setattr(registry, "_IN_HAND", [])
    client = client_of(house.handler)
    for people in ([ZHANG], [ZHANG, LI, CHILD, *KEYS.values()]):
        take_known(house.county, people)
        answer = client.post(
            reverse("people:search"), {"kind": "case_no", "term": "虚检刑诉〔2024〕12号", **PURPOSE}
        )
        with django_assert_num_queries(12):  # type: ignore[attr-defined] # a context manager
            client.get(answer["Location"])
    person = Person.objects.get(key_index=key_indexes([ZHANG])[ZHANG])
    with django_assert_num_queries(15):  # type: ignore[attr-defined] # a context manager
        client.get(reverse("people:person", args=[person.pk]))
