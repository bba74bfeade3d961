"""The pages of both sides: what each sees, and the way from a lead to the answer in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.referrals.makers import NAME, TEXTS, brought_to, make_draft, make_lead, make_sent, number
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event
from yingjiu.office.leads.models import Lead
from yingjiu.office.referrals.facts import catalogue
from yingjiu.office.referrals.models import Offer, Referral
from yingjiu.office.referrals.selectors import outstanding_by_agency
from yingjiu.office.referrals.states import OfferState, State
from yingjiu.office.sealing.models import SealGround
from yingjiu.office.sealing.services import seal

ClientOf = Callable[[User], Any]
"""Signs a user in; Any, because a client's responses have whatever their view gave them."""


def token(page: Any, after: str = "") -> str:
    """The form token of a page, of the first form behind a text."""
    text = page.content.decode()
    found = re.search(r'name="form_token" value="([^"]+)"', text[text.index(after) :])
    assert found
    return found.group(1)


def form(referral: Referral, **fields: Any) -> dict[str, Any]:
    return {"version": referral.version, **fields}


def test_the_whole_way_in_the_browser(house: House, client_of: ClientOf) -> None:
    lead = make_lead(house)
    inside, outside = client_of(house.handler), client_of(house.liaison)
    proposed = inside.get(reverse("referrals:propose"), {"lead": lead.pk})
    assert "临时救助" in proposed.content.decode()
    begun = inside.post(
        reverse("referrals:create"),
        {"begin": "1", "lead": lead.pk, "agency": house.civil_affairs.pk, "measures": ["temporary_relief"]},
    )
    assert begun.status_code == 200
    sent = {
        **TEXTS,
        "lead": lead.pk,
        "agency": house.civil_affairs.pk,
        "measures": ["temporary_relief"],
        "reason-temporary_relief": "因案致贫",
        "form_token": token(begun, 'data-draft="referrals.create'),
    }
    drafted = inside.post(reverse("referrals:create"), sent)
    assert drafted.status_code == 302
    assert inside.post(reverse("referrals:create"), sent).url == drafted.url, "a double click drafts one"
    referral = Referral.objects.get()
    page = inside.get(drafted.url)
    assert "reverse" not in page.content.decode()
    assert outside.get(drafted.url).status_code == 404, "a draft is nobody else's"
    assert reverse("referrals:send", args=[referral.pk]) not in page.content.decode(), "no ground yet"
    inside.post(
        reverse("referrals:ground", args=[referral.pk]),
        form(
            referral,
            **{
                "ground-ground": "consent",
                "ground-ground_text": "当面签署同意书",
                "ground-consent_on": timezone.localdate().isoformat(),
            },
        ),
    )
    referral.refresh_from_db()
    assert reverse("referrals:send", args=[referral.pk]) in inside.get(drafted.url).content.decode()
    assert inside.post(reverse("referrals:send", args=[referral.pk]), form(referral)).status_code == 302
    referral.refresh_from_db()
    assert referral.state == State.SENT
    assert "虚*" in outside.get(reverse("referrals:inbox")).content.decode()
    assert outside.get(drafted.url).status_code == 200
    outside.post(reverse("referrals:accept", args=[referral.pk]), form(referral, **{"accept-note": "已受理"}))
    referral.refresh_from_db()
    assert outside.get(drafted.url).status_code == 200
    done = form(
        referral,
        **{
            "finish-result-temporary_relief": "given",
            "finish-note-temporary_relief": "一次性",
            "finish-amount-temporary_relief": "3000",
            "finish-proof_text": "虚民临救〔2026〕1号",
        },
    )
    outside.post(reverse("referrals:finish", args=[referral.pk]), done)
    referral.refresh_from_db()
    assert referral.state == State.DONE
    assert "3,000 元" in inside.get(drafted.url).content.decode()


@pytest.mark.parametrize("state", State.values)
def test_each_side_sees_the_page_in_every_state(house: House, client_of: ClientOf, state: str) -> None:
    referral = brought_to(house, state)
    url = referral.get_absolute_url()
    assert client_of(house.handler).get(url).status_code == 200
    assert client_of(house.head).get(url).status_code == 200
    answer = client_of(house.liaison).get(url)
    assert answer.status_code == (404 if state == State.DRAFT else 200)
    if state == State.WITHDRAWN:
        assert TEXTS["hardship"] not in answer.content.decode()


PAGES = ("outbox", "inbox", "offers", "incoming", "propose", "create")
INSIDE = {
    "handler",
    "second_handler",
    "prosecutor",
    "head",
    "deputy",
    "other_handler",
    "other_head",
    "city_head",
}
READERS = INSIDE | {"analyst"}
MAY = {
    "outbox": READERS,
    "offers": READERS | {"liaison"},
    "inbox": {"liaison"},
    "incoming": {"liaison"},
    "propose": {"handler", "head", "deputy", "city_head"},
    "create": {"handler", "head", "deputy", "city_head"},
}


@pytest.mark.parametrize("page", PAGES)
def test_who_may_open_which_page(house: House, client_of: ClientOf, page: str) -> None:
    lead = make_lead(house)
    asked = {"lead": lead.pk} if page in {"propose", "create"} else {}
    opened = {
        name
        for name, user in house.users.items()
        if client_of(user).get(reverse(f"referrals:{page}"), asked).status_code == 200
    }
    assert opened == MAY[page]


def test_who_sees_a_sent_referral(house: House, client_of: ClientOf) -> None:
    referral = make_sent(house)
    url = referral.get_absolute_url()
    seen = {name for name, user in house.users.items() if client_of(user).get(url).status_code == 200}
    assert seen == {"handler", "head", "deputy", "analyst", "city_head", "liaison"}
    listed = {name for name, user in house.users.items() if Referral.objects.visible_to(user).exists()}
    assert listed == seen


def test_another_agency_sees_nothing(house: House, client_of: ClientOf) -> None:
    referral = make_sent(house)
    house.liaison.organisation = house.grid_worker.organisation
    house.liaison.save()
    client = client_of(house.liaison)
    assert client.get(referral.get_absolute_url()).status_code == 404
    answered = client.post(reverse("referrals:accept", args=[referral.pk]), form(referral))
    assert answered.status_code == 404


def test_the_agency_opens_a_telephone_for_a_purpose_and_that_is_on_record(
    house: House, client_of: ClientOf
) -> None:
    referral = make_sent(house)
    client = client_of(house.liaison)
    text = client.get(referral.get_absolute_url()).content.decode()
    assert NAME not in text.replace(TEXTS["contact_name"], "")
    assert "13900000000" not in text
    assert number() not in text
    url = reverse("referrals:contact", args=[referral.pk, "phone"])
    assert "13900000000" not in client.get(url).content.decode()
    opened = client.post(url, {"purpose": "referral"})
    assert "13900000000" in opened.content.decode()
    assert Event.objects.filter(action="reveal").count() == 1
    assert client.get(reverse("referrals:contact", args=[referral.pk, "secrecy"])).status_code == 404


def test_an_analyst_reads_but_opens_nothing(house: House, client_of: ClientOf) -> None:
    referral = make_sent(house)
    client = client_of(house.analyst)
    assert client.get(referral.get_absolute_url()).status_code == 200
    assert (
        client.post(
            reverse("referrals:contact", args=[referral.pk, "phone"]), {"purpose": "referral"}
        ).status_code
        == 404
    )
    assert client.post(reverse("referrals:withdraw", args=[referral.pk]), form(referral)).status_code == 403


def test_a_second_click_on_accept_changes_nothing(house: House, client_of: ClientOf) -> None:
    referral = make_sent(house)
    client = client_of(house.liaison)
    page = client.get(referral.get_absolute_url())
    url = reverse("referrals:accept", args=[referral.pk])
    sent = form(referral, form_token=token(page, url))
    first, second = client.post(url, sent), client.post(url, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Referral.objects.get().version == referral.version + 1


def test_the_back_button_after_an_answer_is_a_conflict(house: House, client_of: ClientOf) -> None:
    referral = make_sent(house)
    client = client_of(house.liaison)
    client.post(reverse("referrals:accept", args=[referral.pk]), form(referral))
    back = client.post(
        reverse("referrals:reject", args=[referral.pk]), form(referral, **{"reject-reason": "不符合条件"})
    )
    assert back.status_code == 409
    assert Referral.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize("version", ["", "x", "99999999999"])
def test_a_forged_version_is_refused(house: House, client_of: ClientOf, version: str) -> None:
    referral = make_sent(house)
    answered = client_of(house.liaison).post(
        reverse("referrals:accept", args=[referral.pk]), {"version": version}
    )
    assert answered.status_code == 422
    assert Referral.objects.get().state == State.SENT


def test_html_in_an_answer_is_text(house: House, client_of: ClientOf) -> None:
    referral = make_sent(house)
    client_of(house.liaison).post(
        reverse("referrals:reject", args=[referral.pk]),
        form(referral, **{"reject-reason": "<script>alert(1)</script>不符合"}),
    )
    text = client_of(house.handler).get(referral.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_forged_agency_or_measure_is_refused(house: House, client_of: ClientOf) -> None:
    lead = make_lead(house)
    sent = {**TEXTS, "lead": lead.pk, "agency": house.complaints.pk, "measures": ["everything"]}
    refused = client_of(house.handler).post(reverse("referrals:create"), sent)
    assert refused.status_code == 422
    assert not Referral.objects.exists()


def test_another_countys_lead_is_not_found(house: House, client_of: ClientOf) -> None:
    lead = make_lead(house)
    client = client_of(house.other_handler)
    assert client.get(reverse("referrals:propose"), {"lead": lead.pk}).status_code == 404
    assert client.get(reverse("referrals:create"), {"lead": lead.pk}).status_code == 404
    assert client.get(reverse("referrals:propose"), {"lead": "1 OR 1=1"}).status_code == 404


def test_a_draft_is_changed(house: House, client_of: ClientOf) -> None:
    referral = make_draft(house)
    client = client_of(house.handler)
    url = reverse("referrals:change", args=[referral.pk])
    assert client.get(url).status_code == 200
    told = {
        **TEXTS,
        "hardship": "改写的困难情况",
        "measures": ["temporary_relief", "dibao_allowance"],
        "version": referral.version,
    }
    assert client.post(url, told).status_code == 302
    referral.refresh_from_db()
    assert referral.hardship == "改写的困难情况"
    assert set(referral.measures.values_list("key", flat=True)) == {"temporary_relief", "dibao_allowance"}


def test_the_list_is_exported_for_a_purpose(house: House, client_of: ClientOf) -> None:
    make_sent(house)
    client = client_of(house.handler)
    url = reverse("referrals:export")
    assert "临时救助" not in client.get(url).content.decode()
    answered = client.post(url, {"purpose": "statistics", "format": "csv"})
    text = b"".join(answered.streaming_content if answered.streaming else [answered.content]).decode(
        "utf-8-sig"
    )
    assert "临时救助" in text
    assert NAME not in text
    assert Event.objects.filter(action="export").count() == 1


def test_what_each_agency_owes(house: House, client_of: ClientOf) -> None:
    make_sent(house)
    brought_to(house, State.ACCEPTED, make_lead(house, 2))
    late = timezone.localdate() + timedelta(days=365)
    (owed,) = outstanding_by_agency(house.handler, on=late)
    assert (owed.name, owed.waiting, owed.acting, owed.overdue) == ("虚构县民政局", 1, 1, 2)
    assert outstanding_by_agency(house.other_handler) == []
    assert "虚构县民政局" in client_of(house.handler).get(reverse("referrals:outbox")).content.decode()


OFFER = {
    "name": "虚构乙",
    "id_number": number(8),
    "phone": "13900000001",
    "case_known": "故意伤害",
    "reason": "被打成重伤，住院欠费",
    "ground": "statute",
    "ground_text": "社会救助暂行办法第六十一条",
}


def test_an_agency_names_a_person_and_a_handler_takes_them(house: House, client_of: ClientOf) -> None:
    outside, inside = client_of(house.liaison), client_of(house.handler)
    named = outside.post(reverse("referrals:incoming"), {**OFFER, "urgent": "on"})
    assert named.status_code == 302
    offer = Offer.objects.get()
    assert offer.due_on is not None
    assert outside.get(named.url).status_code == 200
    assert "虚*乙" in inside.get(reverse("referrals:offers")).content.decode()
    assert inside.get(named.url).status_code == 200
    taken = inside.post(reverse("referrals:take", args=[offer.pk]), {"version": offer.version})
    assert taken.status_code == 302
    offer.refresh_from_db()
    assert offer.state == OfferState.TAKEN
    assert offer.due_on is None
    assert offer.lead is not None
    assert offer.lead.person.name == "虚构乙"
    assert offer.lead.level == "red"
    assert outside.get(named.url).status_code == 200
    again = inside.post(reverse("referrals:take", args=[offer.pk]), {"version": offer.version})
    assert again.status_code == 422


def test_taking_a_person_behind_a_seal_leads_to_no_page_that_is_gone(
    house: House, client_of: ClientOf
) -> None:
    seal(subject=make_lead(house).person, ground=SealGround.NOT_PROSECUTED, user=house.handler)
    client_of(house.liaison).post(reverse("referrals:incoming"), {**OFFER, "id_number": number()})
    offer, inside = Offer.objects.get(), client_of(house.handler)
    taken = inside.post(reverse("referrals:take", args=[offer.pk]), {"version": offer.version})
    assert not Lead.objects.exists()
    assert taken.status_code == 302
    assert inside.get(taken.url).status_code == 200


def test_or_returns_them_with_a_reason(house: House, client_of: ClientOf) -> None:
    outside, inside = client_of(house.liaison), client_of(house.head)
    url = outside.post(reverse("referrals:incoming"), OFFER).url
    offer = Offer.objects.get()
    back = reverse("referrals:return", args=[offer.pk])
    assert inside.post(back, {"version": offer.version}).status_code == 422
    told = {"version": offer.version, "return-reason": "案件不属于本院管辖，请告知当事人向某院申请"}
    assert inside.post(back, told).status_code == 302
    assert "不属于本院管辖" in outside.get(url).content.decode()
    assert outside.post(reverse("referrals:incoming"), OFFER).status_code == 302, "may be named again"


@pytest.mark.parametrize(
    "change",
    [{"id_number": "320999198005010000"}, {"name": ""}, {"ground_text": ""}, {"ground": "because"}],
    ids=["no valid number", "no name", "no ground", "forged ground"],
)
def test_a_person_is_named_whole_or_not_at_all(
    house: House, client_of: ClientOf, change: dict[str, str]
) -> None:
    answered = client_of(house.liaison).post(reverse("referrals:incoming"), {**OFFER, **change})
    assert answered.status_code == 422
    assert not Offer.objects.exists()


def test_a_person_waits_once(house: House, client_of: ClientOf) -> None:
    client = client_of(house.liaison)
    client.post(reverse("referrals:incoming"), OFFER)
    again = client.post(reverse("referrals:incoming"), OFFER)
    assert again.status_code == 422
    assert Offer.objects.count() == 1


def test_who_sees_a_person_named_by_an_agency(house: House, client_of: ClientOf) -> None:
    client_of(house.liaison).post(reverse("referrals:incoming"), OFFER)
    seen = {name for name, user in house.users.items() if Offer.objects.visible_to(user).exists()}
    assert seen == {"handler", "second_handler", "head", "deputy", "analyst", "city_head", "liaison"}


def test_what_a_handler_knows_changes_what_fits(house: House, client_of: ClientOf) -> None:
    lead = make_lead(house)
    client = client_of(house.handler)
    url = reverse("referrals:propose")
    told = {"lead": lead.pk, "fact-homeless": "true", "number-income_per_head": "x", "fact-minor": "nonsense"}
    page = client.post(url, told)
    assert page.status_code == 200
    text = page.content.decode()
    vagrant = text[text.index('id="measure-vagrant_relief"') :][:60]
    assert "checked" in vagrant
    assert 'name="fact-homeless" value="true"' in text


def test_what_was_known_is_kept_in_chinese_whatever_the_handler_reads(
    house: House, client_of: ClientOf
) -> None:
    lead = make_lead(house)
    told = {"lead": lead.pk, "agency": house.civil_affairs.pk, "measures": ["temporary_relief"], **TEXTS}
    numbers = {f"number-{key}": "1" for key in catalogue().numbers}
    made = client_of(house.handler).post(
        reverse("referrals:create"), {**told, **numbers}, headers={"Accept-Language": "en"}
    )
    assert made.status_code == 302
    kept = Referral.objects.get().proposal.told
    said = [text for measure in kept.values() for fact in measure["facts"] for text in fact[3]]
    assert said
    assert not [text for text in said if "standard" in text]
