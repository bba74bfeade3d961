"""The pages of leads, as each role opens them, and as somebody with bad intent would."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.leads.makers import DAY, one, take, told
from tests.office.leads.test_working import PHOTO
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event
from yingjiu.office.leads import services
from yingjiu.office.leads.models import Lead, LeadCheck, LeadDecision
from yingjiu.report import Estimate

ClientOf = Callable[[User], Client]
NAME, PHONE = "张三明", "15400000001"
REASON = "经核实已获足额赔偿"


@pytest.fixture
def lead(house: House) -> Lead:
    return one(house.county)


@pytest.fixture
def mine(house: House, lead: Lead) -> Lead:
    return services.claim(lead=lead, user=house.handler, version=1)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def form_token(text: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found
    return found.group(1)


def no_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("家.png", b"MZ this is a program", "image/png")


def act(client: Client, name: str, lead: Lead, **fields: Any) -> Any:
    return client.post(reverse(f"leads:{name}", args=[lead.pk]), {"version": lead.version, **fields})


# -- who opens what ------------------------------------------------------------------------------------------

INSIDE = {
    "handler",
    "second_handler",
    "prosecutor",
    "head",
    "deputy",
    "analyst",
    "other_handler",
    "other_head",
    "city_head",
}


def test_who_opens_which_page(house: House, client_of: ClientOf, mine: Lead) -> None:
    opened: dict[str, set[str]] = {"inbox": set(), "visits": set(), "questions": set(), "lead": set()}
    hidden = set()
    for name, user in house.users.items():
        client = client_of(user)
        for url in ("inbox", "visits", "questions"):
            if client.get(reverse(f"leads:{url}")).status_code == 200:
                opened[url].add(name)
        status = client.get(mine.get_absolute_url()).status_code
        if status == 200:
            opened["lead"].add(name)
        elif status == 404:
            hidden.add(name)
    assert opened["inbox"] == INSIDE
    assert opened["visits"] == {"grid_worker"}
    assert opened["questions"] == {"liaison"}
    assert opened["lead"] == {"handler", "head", "deputy", "analyst", "city_head"}
    assert hidden == INSIDE - opened["lead"], "another's lead is not there, rather than forbidden"


def test_without_a_session_everything_asks_to_sign_in(house: House, mine: Lead) -> None:
    for name, args in (("inbox", ()), ("fresh", ()), ("export", ()), ("lead", (mine.pk,)), ("visits", ())):
        response = Client().get(reverse(f"leads:{name}", args=args))
        assert response.status_code == 302
        assert "login" in response["Location"]


def test_lists_and_pages_are_masked(house: House, client_of: ClientOf, mine: Lead) -> None:
    for text in (
        page(client_of(house.handler), "leads:inbox", tab="mine"),
        page(client_of(house.handler), "leads:lead", mine.pk),
        page(client_of(house.analyst), "leads:lead", mine.pk),
    ):
        assert "张*明" in text
        for hidden in (NAME, PHONE, mine.person.id_number, "虚构镇1号"):
            assert hidden not in text


def test_html_in_a_name_is_text(house: House, client_of: ClientOf) -> None:
    evil = "<script>alert(1)</script>"
    lead = one(house.county, name=evil, case_no="<b>12</b>")
    services.claim(lead=lead, user=house.handler, version=1)
    client = client_of(house.handler)
    for text in (page(client, "leads:inbox", tab="mine"), page(client, "leads:lead", lead.pk)):
        assert "<script>alert" not in text
        assert "<b>12" not in text
        assert "&lt;b&gt;12" in text
    opened = client.post(reverse("leads:open", args=[lead.pk, "name"]), {"purpose": "check"}).content.decode()
    assert "&lt;script&gt;" in opened


# -- opening what is masked ----------------------------------------------------------------------------------


def test_a_field_opens_for_a_purpose_on_record(house: House, client_of: ClientOf, mine: Lead) -> None:
    client = client_of(house.handler)
    url = reverse("leads:open", args=[mine.pk, "phone"])
    assert PHONE not in client.get(url).content.decode()
    assert PHONE not in client.post(url, {}).content.decode(), "no purpose, no number"
    assert not Event.objects.filter(action="reveal").exists()
    assert PHONE in client.post(url, {"purpose": "check"}).content.decode()
    assert Event.objects.filter(action="reveal", user=house.handler).count() == 1


@pytest.mark.parametrize("field", ["key", "organisation", "id_index", "pk"])
def test_no_other_field_opens(house: House, client_of: ClientOf, mine: Lead, field: str) -> None:
    url = reverse("leads:open", args=[mine.pk, field])
    assert client_of(house.handler).post(url, {"purpose": "check"}).status_code == 404


def test_the_rows_open_for_a_purpose(house: House, client_of: ClientOf, mine: Lead) -> None:
    client = client_of(house.handler)
    url = reverse("leads:evidence", args=[mine.pk])
    assert NAME in client.post(url, {"purpose": "check"}).content.decode()
    assert Event.objects.filter(action="reveal").count() == 1
    assert NAME not in client.post(url, {"purpose": "other", "words": ""}).content.decode()


def test_an_analyst_opens_nothing(house: House, client_of: ClientOf, mine: Lead) -> None:
    client = client_of(house.analyst)
    for url in (reverse("leads:open", args=[mine.pk, "name"]), reverse("leads:evidence", args=[mine.pk])):
        assert client.post(url, {"purpose": "check"}).status_code == 403
        assert url not in page(client, "leads:lead", mine.pk)


# -- acting ----------------------------------------------------------------------------------------------


def test_the_whole_way_to_a_dismissal(house: House, client_of: ClientOf, lead: Lead) -> None:
    client = client_of(house.handler)
    assert f"leads/{lead.pk}/claim" in page(client, "leads:lead", lead.pk)
    act(client, "claim", lead)
    lead.refresh_from_db()
    text = page(client, "leads:lead", lead.pk)
    token = form_token(text)
    fields = {"outcome": "dismissed", "reason": REASON, "form_token": token}
    first = act(client, "decide", lead, **fields)
    assert first.status_code == 302
    second = act(client, "decide", lead, **fields)
    assert second.status_code == 302, "a double click and the back button go where the first one went"
    assert second["Location"] == first["Location"]
    assert LeadDecision.objects.count() == 1
    assert REASON in page(client, "leads:lead", lead.pk)
    assert "张*明" in page(client, "leads:inbox", tab="decided")


def test_a_stale_page_is_told_who_was_first(house: House, client_of: ClientOf, mine: Lead) -> None:
    services.record_check(lead=mine, kind="phone", user=house.handler, note="已通话")
    services.decide(lead=mine, outcome="refer", reason=REASON, user=house.handler, version=2)
    mine.version = 2
    response = act(client_of(house.head), "decide", mine, outcome="dismissed", reason=REASON)
    assert response.status_code == 409
    assert str(house.handler) in response.content.decode()
    assert LeadDecision.objects.get().outcome == "refer"


def test_data_that_changed_meanwhile_stop_a_decision(house: House, client_of: ClientOf, mine: Lead) -> None:
    take(house.county, told(truths={"relieved": None}), run="run-2", on=DAY + timedelta(days=1))
    response = act(client_of(house.handler), "decide", mine, outcome="dismissed", reason=REASON)
    assert response.status_code == 409
    assert not LeadDecision.objects.exists()


def test_what_was_typed_is_kept_when_something_is_missing(
    house: House, client_of: ClientOf, mine: Lead
) -> None:
    response = act(client_of(house.handler), "decide", mine, outcome="supervision", reason="执行不力，请监督")
    assert response.status_code == 422
    assert "执行不力，请监督" in response.content.decode()
    assert not LeadDecision.objects.exists()


def test_who_takes_a_decision_back_second_keeps_what_he_typed(
    house: House, client_of: ClientOf, mine: Lead
) -> None:
    services.decide(lead=mine, outcome="refer", reason=REASON, user=house.handler, version=2)
    services.reopen(lead=mine, reason="不应转送", user=house.head, version=3)
    mine.version = 3
    response = act(client_of(house.handler), "reopen", mine, **{"reopen-reason": "又收到新的材料"})
    assert response.status_code == 409
    text = response.content.decode()
    assert str(house.head) in text
    assert '<blockquote class="leads-text mb-0">又收到新的材料</blockquote>' in text


def test_a_check_that_is_refused_is_still_in_its_form(house: House, client_of: ClientOf, mine: Lead) -> None:
    sent = {"check-kind": "visit", "check-note": "家里五口人", "photos": no_photo()}
    response = act(client_of(house.handler), "check", mine, **sent)
    assert response.status_code == 422
    text = response.content.decode()
    assert ">\n家里五口人</textarea>" in text
    assert "<details open>" in text, "where it is to be mended"
    assert not LeadCheck.objects.exists()


def test_forged_choices_are_refused(house: House, client_of: ClientOf, mine: Lead) -> None:
    head, handler = client_of(house.head), client_of(house.handler)
    for user in (house.other_handler, house.analyst, house.liaison, house.prosecutor):
        assert act(head, "assign", mine, handler=user.pk).status_code == 422
    for department in (house.other_complaints, house.civil_affairs, house.county):
        response = act(
            handler, "decide", mine, outcome="supervision", reason=REASON, to_department=department.pk
        )
        assert response.status_code == 422
    assert act(handler, "decide", mine, outcome="relief_case", reason=REASON).status_code == 422
    assert act(handler, "decide", mine, outcome="granted", reason=REASON).status_code == 422
    assert handler.post(reverse("leads:claim", args=[mine.pk]), {"version": "1 OR 1"}).status_code == 422
    mine.refresh_from_db()
    assert (mine.handler, mine.state, mine.version) == (house.handler, "assigned", 2)


def test_others_cannot_act_by_address(house: House, client_of: ClientOf, mine: Lead) -> None:
    for name, expected in (
        ("second_handler", 404),
        ("other_head", 404),
        ("deputy", 403),
        ("analyst", 403),
        ("liaison", 403),
        ("grid_worker", 403),
        ("city_head", 422),
        ("system_admin", 403),
    ):
        response = act(client_of(house.users[name]), "decide", mine, outcome="dismissed", reason=REASON)
        assert response.status_code == expected, name
    assert not LeadDecision.objects.exists()


def test_nothing_is_changed_by_get(house: House, client_of: ClientOf, mine: Lead) -> None:
    client = client_of(house.head)
    for name in ("claim", "assign", "release", "decide", "reopen", "check", "ask_visit", "ask_agency"):
        assert client.get(reverse(f"leads:{name}", args=[mine.pk])).status_code in {403, 405}
    for name in ("assign_many", "dismiss_many"):
        assert client.get(reverse(f"leads:{name}")).status_code == 405


def test_supervision_goes_to_the_other_department(house: House, client_of: ClientOf, mine: Lead) -> None:
    fields = {"outcome": "supervision", "reason": "终本后未再查控财产", "to_department": house.prosecution.pk}
    assert act(client_of(house.handler), "decide", mine, **fields).status_code == 302
    text = page(client_of(house.prosecutor), "leads:lead", mine.pk)
    assert "终本后未再查控财产" in text
    assert "张*明" in page(client_of(house.prosecutor), "leads:inbox", tab="decided")


def test_bulk(house: House, client_of: ClientOf) -> None:
    take(house.county, *(told(f"k{number}", number=number) for number in range(1, 5)))
    take(house.other_county, told("k1"))
    foreign = Lead.objects.get(organisation=house.other_county)
    ours = list(Lead.objects.filter(organisation=house.county))
    client = client_of(house.head)
    ticked = [f"{lead.pk}.{lead.version}" for lead in ours]
    url = reverse("leads:assign_many")
    for wrong in (
        {"lead": [*ticked, f"{foreign.pk}.1"], "handler": house.handler.pk},
        {"lead": [], "handler": house.handler.pk},
        {"lead": ["1;2"], "handler": house.handler.pk},
        {"lead": ticked, "handler": house.other_handler.pk},
    ):
        assert client.post(url, wrong).status_code == 422
    assert not Lead.objects.filter(handler__isnull=False).exists(), "nothing was done by halves"
    assert client.post(url, {"lead": ticked, "handler": house.handler.pk}).status_code == 302
    assert Lead.objects.filter(handler=house.handler).count() == 4
    dismiss = reverse("leads:dismiss_many")
    ticked = [f"{lead.pk}.2" for lead in ours[:2]]
    assert client.post(dismiss, {"lead": ticked, "bulk-reason": ""}).status_code == 422
    assert client.post(dismiss, {"lead": ticked, "bulk-reason": REASON}).status_code == 302
    assert LeadDecision.objects.count() == 2


def test_a_handler_claims_what_is_ticked_all_or_none(house: House, client_of: ClientOf) -> None:
    take(house.county, *(told(f"k{number}", number=number) for number in range(1, 4)))
    leads = list(Lead.objects.order_by("pk"))
    client, url = client_of(house.handler), reverse("leads:claim_many")
    assert url in page(client, "leads:inbox")
    assert url not in page(client_of(house.head), "leads:inbox")
    assert client_of(house.head).post(url, {"lead": f"{leads[0].pk}.1"}).status_code == 403
    stale = [f"{leads[0].pk}.1", f"{leads[1].pk}.7"]
    assert client.post(url, {"lead": stale}).status_code == 409
    assert not Lead.objects.filter(handler__isnull=False).exists()
    assert client.post(url, {"lead": [f"{lead.pk}.1" for lead in leads[:2]]}).status_code == 302
    assert list(Lead.objects.filter(handler=house.handler).order_by("pk")) == leads[:2]


# -- checks ----------------------------------------------------------------------------------------------


def test_a_visit_from_the_handler_to_the_grid_worker_and_back(
    house: House, client_of: ClientOf, mine: Lead
) -> None:
    handler, worker = client_of(house.handler), client_of(house.grid_worker)
    asked = {
        "visit-worker": house.grid_worker.pk,
        "visit-question": "请看看家里有几口人",
        "visit-conditions": ["little_received"],
    }
    assert act(handler, "ask_visit", mine, **asked).status_code == 302
    check = LeadCheck.objects.get()
    assert "请看看家里有几口人" in page(worker, "leads:visits")
    text = page(worker, "leads:visit", check.pk)
    assert "所获赔偿不到应得的一半" in text
    assert "重伤" not in text, "nothing else of the lead"
    assert 'type="file"' in text
    assert "capture" not in text, "a telephone would offer its camera only"
    opened = worker.post(
        reverse("leads:open_for_visit", args=[check.pk, "address"]), {"purpose": "visit"}
    ).content.decode()
    assert "虚构镇1号" in opened
    refused = worker.post(reverse("leads:open_for_visit", args=[check.pk, "id_number"]), {"purpose": "visit"})
    assert refused.status_code == 404
    answer = {
        "version": 1,
        "note": "五口人，只有一人做工",
        "answer-little_received": "true",
        "photos": SimpleUploadedFile("家.png", PHOTO, "image/png"),
    }
    assert worker.post(reverse("leads:visit", args=[check.pk]), answer).status_code == 302
    text = page(handler, "leads:lead", mine.pk)
    assert "五口人，只有一人做工" in text
    photo = LeadCheck.objects.get().photos.get()
    assert handler.get(photo.get_absolute_url()).status_code == 200
    assert client_of(house.other_handler).get(photo.get_absolute_url()).status_code == 404
    gone = worker.post(reverse("leads:open_for_visit", args=[check.pk, "address"]), {"purpose": "visit"})
    assert gone.status_code == 404, "after the visit nothing opens any more"


def test_a_photo_that_is_none_is_refused_and_nothing_is_written(
    house: House, client_of: ClientOf, mine: Lead
) -> None:
    check = services.ask_visit(lead=mine, worker=house.grid_worker, question="看看", user=house.handler)
    response = client_of(house.grid_worker).post(
        reverse("leads:visit", args=[check.pk]), {"version": 1, "note": "去过了", "photos": no_photo()}
    )
    assert response.status_code == 422
    assert "去过了" in response.content.decode(), "what was typed is kept"
    assert LeadCheck.objects.get().open


def test_who_answers_what_was_called_off_keeps_what_he_typed(
    house: House, client_of: ClientOf, mine: Lead
) -> None:
    check = services.ask_visit(lead=mine, worker=house.grid_worker, question="看看", user=house.handler)
    services.call_off(check=check, user=house.handler, version=1)
    sent = {"version": 1, "note": "五口人，只有一人做工"}
    response = client_of(house.grid_worker).post(reverse("leads:visit", args=[check.pk]), sent)
    assert response.status_code == 409
    assert "五口人，只有一人做工" in response.content.decode()


def test_one_grid_worker_does_not_see_anothers_visit(house: House, client_of: ClientOf, mine: Lead) -> None:
    check = services.ask_visit(lead=mine, worker=house.grid_worker, question="看看", user=house.handler)
    User.objects.filter(pk=house.liaison.pk).update(organisation=house.grid_worker.organisation)
    house.liaison.grants.update(role="grid_worker")
    other = client_of(User.objects.get(pk=house.liaison.pk))
    assert other.get(reverse("leads:visit", args=[check.pk])).status_code == 404
    assert "看看" not in page(other, "leads:visits")


def test_a_question_to_an_agency_and_its_answer(house: House, client_of: ClientOf, mine: Lead) -> None:
    handler, liaison = client_of(house.handler), client_of(house.liaison)
    asked = {
        "ask-agency": house.civil_affairs.pk,
        "ask-question": "该户是否领取临时救助",
        "ask-basis": "casework",
    }
    assert act(handler, "ask_agency", mine, **asked).status_code == 302
    check = LeadCheck.objects.get()
    assert "该户是否领取临时救助" in page(liaison, "leads:questions")
    text = page(liaison, "leads:question", check.pk)
    assert NAME not in text
    for hidden in ("故意伤害罪", "低保", "重伤", mine.case_no):
        assert hidden not in text, "the agency learns nothing else of the lead"
    url = reverse("leads:open_for_question", args=[check.pk, "name"])
    assert NAME in liaison.post(url, {"purpose": "check"}).content.decode()
    answered = liaison.post(reverse("leads:question", args=[check.pk]), {"version": 1, "note": "未领取"})
    assert answered.status_code == 302
    assert "未领取" in page(handler, "leads:lead", mine.pk)


def test_a_check_by_the_handler(house: House, client_of: ClientOf, mine: Lead) -> None:
    client = client_of(house.handler)
    fields = {"check-kind": "phone", "check-note": "家属称未获赔", "check-answer-little_received": "true"}
    assert act(client, "check", mine, **fields).status_code == 302
    assert "家属称未获赔" in page(client, "leads:lead", mine.pk)
    assert act(client, "check", mine, **{**fields, "check-answer-little_received": "x"}).status_code == 422
    assert LeadCheck.objects.count() == 1


# -- lists, news, export -----------------------------------------------------------------------------------


def shown(client: Client, **query: Any) -> int:
    return len(client.get(reverse("leads:inbox"), query).context["page"])


def test_what_a_search_finds_stands_in_the_order_of_the_numbers(house: House, client_of: ClientOf) -> None:
    numbers = [
        "（2024）苏0999刑初34号",
        "（2024）苏0999刑初12号",
        "（2024）苏0999执7号",
        "（2025）苏0999刑初12号",
    ]
    take(
        house.county,
        *(told(f"k{place}", number=place, case_no=number) for place, number in enumerate(numbers, 1)),
    )
    client = client_of(house.head)

    def found(**query: str) -> list[str]:
        return [lead.case_no for lead in client.get("/leads/", {"tab": "all", **query}).context["page"]]

    assert found(q="（2024）苏0999刑") == [numbers[1], numbers[0]]
    assert found(q="（2024）苏0999刑", sort="-number") == [numbers[0], numbers[1]]
    assert found(q="（2024）苏0999刑", sort="deadline") == [numbers[1], numbers[0]]
    assert found(q="12") == [numbers[1], numbers[3]]


def test_tabs_and_filters(house: House, client_of: ClientOf) -> None:
    take(
        house.county,
        told("k1", number=1, level="red", case_no="（2024）苏0999刑初12号"),
        told("k2", number=2, kind="supervision", case_no="（2024）苏0999执34号"),
        told("k3", number=3, models=("weidu-bodily-harm",), case_no="（2025）苏0999刑初12号"),
    )
    services.claim(lead=Lead.objects.get(level="red"), user=house.handler, version=1)
    Lead.objects.filter(kind="supervision").update(deadline=timezone.localdate() - timedelta(days=1))
    Lead.objects.exclude(kind="supervision").update(deadline=timezone.localdate() + timedelta(days=8))
    client = client_of(house.handler)
    assert (
        shown(client),
        shown(client, tab="mine"),
        shown(client, tab="all"),
        shown(client, tab="decided"),
    ) == (
        2,
        1,
        3,
        0,
    )
    for query, expected in (
        ({"level": "red"}, 1),
        ({"kind": "supervision"}, 1),
        ({"model": "weidu-bodily-harm"}, 1),
        ({"state": "assigned"}, 1),
        ({"town": "虚构镇"}, 3),
        ({"town": "别的镇"}, 0),
        ({"due": "over"}, 1),
        ({"due": "week"}, 1),
        ({"q": "（2024）苏0999刑初12号"}, 1),
        ({"q": "(2024)苏0999"}, 2),
        ({"q": "12"}, 2),
        ({"q": "34号"}, 1),
        ({"q": "%"}, 0),
        ({"level": "' OR 1=1"}, 3),
    ):
        assert shown(client, tab="all", **query) == expected, query


def test_news_arrive_at_once(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    first = client.get(reverse("leads:fresh"), {"mark": "0"})
    assert first.status_code == 204
    take(house.county, told(), whole=False, user=house.handler)
    response = client.get(reverse("leads:fresh"), {"mark": "0"})
    assert response.status_code == 200
    assert response["HX-Trigger"] == "leads-changed"
    mark = re.search(r"mark=([^\"]+)", response.content.decode())
    assert mark
    assert client.get(reverse("leads:fresh") + "?mark=" + mark.group(1)).status_code == 204
    again = client.get(reverse("leads:fresh"), {"mark": "0"}, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
    assert client_of(house.other_handler).get(reverse("leads:fresh"), {"mark": "0"}).status_code == 204
    listed = client.get(reverse("leads:inbox"), headers={"hx-request": "true", "hx-target": "lead-list"})
    assert "<html" not in listed.content.decode()
    assert "张*明" in listed.content.decode()


def test_export_needs_a_purpose_and_neutralises_formulas(house: House, client_of: ClientOf) -> None:
    one(house.county, case_no="=HYPERLINK(1)", name="=张三")
    client = client_of(house.head)
    url = reverse("leads:export")
    assert client.get(url)["Content-Type"].startswith("text/html"), "the dialog"
    assert "HYPERLINK" not in client.post(url, {"format": "csv"}).content.decode()
    response = client.post(url, {"purpose": "statistics", "format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream
    assert "'=HYPERLINK(1)" in text
    assert "张三" not in text
    assert Event.objects.filter(action="export").count() == 1


def test_the_dossier_and_search_of_people_know_leads(house: House, mine: Lead) -> None:
    from yingjiu.office.leads.of_people import leads_of, people_by_case  # noqa: PLC0415 - one use

    assert [entry.url for entry in leads_of(mine.person, house.handler)] == [mine.get_absolute_url()]
    assert not leads_of(mine.person, house.other_head)
    assert set(people_by_case(mine.case_key, house.handler)) == {mine.person_id}


@pytest.mark.parametrize("tab", ["new", "all"])
def test_the_inbox_is_sorted_by_the_estimate(house: House, client_of: ClientOf, tab: str) -> None:
    amounts = {"k1": 30000, "k2": None, "k3": 120000, "k4": 9500}
    take(
        house.county,
        *(
            told(
                key,
                number=number,
                estimate=Estimate(Decimal(high) / 2, Decimal(high), "估算依据：示例", "示例", ())
                if high
                else None,
            )
            for number, (key, high) in enumerate(amounts.items(), 101)
        ),
    )
    order = list(Lead.objects.order_by("pk"))  # as they were told
    wanted = [order[2], order[0], order[3], order[1]]  # without an estimate: last
    for sort, leads in (("-estimate", wanted), ("estimate", wanted[::-1])):
        text = (
            client_of(house.handler).get(reverse("leads:inbox"), {"tab": tab, "sort": sort}).content.decode()
        )
        places = [text.index(f'data-href="{lead.get_absolute_url()}"') for lead in leads]
        assert places == sorted(places), sort
    heading = client_of(house.handler).get(reverse("leads:inbox"), {"tab": tab}).content.decode()
    assert "sort=-estimate" in heading, "the first click gives the highest first"


def test_the_inbox_says_in_a_line_why_a_lead_is_there(house: House, client_of: ClientOf) -> None:
    take(house.county, told("k1"))
    lead = Lead.objects.get()
    assert lead.gist["holds"][0] == "本人或者家庭享受低保", "what another agency's row shows comes first"
    text = page(client_of(house.handler), "leads:inbox")
    assert lead.shown_gist in text
