"""A supervision lead in another department: accepted, returned, reported, with its letters."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document as WordFile

from tests.office.house import House, user
from tests.office.leads.makers import one
from tests.office.leads.test_pages import form_token
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.models import Event
from yingjiu.office.clocks import services as clocks
from yingjiu.office.clocks.arithmetic import Period, Unit
from yingjiu.office.clocks.models import Clock
from yingjiu.office.clocks.upkeep import recount
from yingjiu.office.documents.services import issue, produce
from yingjiu.office.files.services import open_file
from yingjiu.office.frame.errors import Conflict, OfficeError
from yingjiu.office.leads import selectors, services
from yingjiu.office.leads.errors import LeadError
from yingjiu.office.leads.models import Lead, LeadDecision, LeadHandover
from yingjiu.office.people.services import take_person
from yingjiu.office.sealing.registry import related_rows

ClientOf = Callable[[User], Client]
WHY = "判决确有错误，应予监督"
RESULT = "经检察委员会讨论，提请上级院抗诉"


@pytest.fixture
def handover(house: House) -> LeadHandover:
    """A lead that the handler gave to the prosecution department."""
    lead = one(house.county)
    person = lead.person
    person.id_number, person.sex, person.birth_date = "320999198001011234", "male", timezone.localdate()
    person.save()
    lead = services.claim(lead=lead, user=house.handler, version=lead.version)
    return handed_over(lead, house)


def accepted(handover: LeadHandover, house: House) -> LeadHandover:
    return services.accept_handover(handover=handover, user=house.prosecutor, version=handover.version)


def reported(handover: LeadHandover, house: House) -> LeadHandover:
    handover = accepted(handover, house)
    return services.report_handover(
        handover=handover, result="protested", details=RESULT, user=house.prosecutor, version=handover.version
    )


def words(document: Any) -> str:
    with open_file(document.file) as stream:
        paper = WordFile(io.BytesIO(stream.read()))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def shown(client: Client, lead: Lead) -> str:
    return client.get(lead.get_absolute_url()).content.decode()


def kinds(lead: Lead) -> list[str]:
    return list(lead.events.order_by("pk").values_list("kind", flat=True))[-2:]


def test_the_decision_hands_it_over_with_a_limit(handover: LeadHandover, house: House) -> None:
    assert (handover.state, handover.from_department, handover.to_department) == (
        "sent",
        house.complaints,
        house.prosecution,
    )
    clock = Clock.objects.of(handover).get()
    assert (clock.limit, clock.due_on, clock.department) == (
        "leads.handover_answer",
        handover.due,
        house.prosecution,
    )
    assert Clock.objects.visible_to(house.prosecutor).filter(pk=clock.pk).exists()
    assert list(selectors.received_handovers(house.prosecutor)) == [handover]
    assert not selectors.received_handovers(house.handler).exists()


def test_the_day_of_the_answer_is_that_of_its_limit(handover: LeadHandover, house: House) -> None:
    first = handover.due
    clock = clocks.extend(
        Clock.objects.of(handover).get(),
        approved_by=house.head,
        by=Period(3, Unit.MONTHS),
        reason="案情复杂，需要调阅卷宗",
        on=timezone.localdate(),
    )
    handover.refresh_from_db()
    assert handover.due == clock.due_on
    assert handover.due != first
    Clock.objects.update(due_on=first)
    LeadHandover.objects.update(due=first)
    assert recount() == 1
    handover.refresh_from_db()
    assert handover.due == clock.due_on


def test_accepted_and_reported_it_waits_on_the_desk_of_who_sent_it_until_read(
    handover: LeadHandover, house: House, client_of: ClientOf
) -> None:
    handover = reported(handover, house)
    assert kinds(handover.lead) == ["handover_accepted", "handover_reported"]
    assert Clock.objects.of(handover).get().state == "met"
    assert handover.lead.state == "decided", "the decision stands"
    for reader in (house.handler, house.head):
        assert list(selectors.answered_handovers(reader)) == [handover]
        assert "已提出抗诉或者提请抗诉" in client_of(reader).get("/").content.decode()
    assert not selectors.answered_handovers(house.second_handler).exists()
    services.note_answer(handover=handover, user=house.handler, version=handover.version)
    assert not selectors.answered_handovers(house.handler).exists()
    what = [event.detail.get("what") for event in Event.objects.filter(action="decision").order_by("pk")]
    assert what[-3:] == ["accept_handover", "report_handover", "note_answer"]


def test_returned_it_is_open_again_for_who_had_it(handover: LeadHandover, house: House) -> None:
    services.return_handover(
        handover=handover, reason="不属于本部门管辖", user=house.prosecutor, version=handover.version
    )
    lead = Lead.objects.get()
    assert (lead.state, lead.outcome_decided, lead.to_department, lead.handler) == (
        "reopened",
        "",
        None,
        house.handler,
    )
    assert kinds(lead)[-1] == "handover_returned"
    assert not lead.decisions.filter(ended_at=None).exists()
    assert lead in selectors.inbox(house.handler, "new")
    assert not Lead.objects.visible_to(house.prosecutor).exists()
    assert LeadHandover.objects.visible_to(house.prosecutor).exists(), "they still see what they returned"
    assert [each.answer for each in selectors.answered_handovers(house.handler)] == ["不属于本部门管辖"]
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    assert not selectors.answered_handovers(house.handler).exists(), "who decides anew has read it"


def test_a_second_handing_over_after_a_return(handover: LeadHandover, house: House) -> None:
    services.return_handover(
        handover=handover, reason="请补充判决书", user=house.prosecutor, version=handover.version
    )
    lead = Lead.objects.get()
    services.decide(
        lead=lead,
        outcome="supervision",
        reason="已补充判决书，请审查",
        user=house.handler,
        version=lead.version,
        to_department=house.prosecution,
    )
    assert list(LeadHandover.objects.order_by("pk").values_list("state", flat=True)) == ["returned", "sent"]


def test_reopening_withdraws_it_until_the_other_department_works_on_it(
    handover: LeadHandover, house: House, client_of: ClientOf
) -> None:
    lead = Lead.objects.get()
    assert reverse("leads:reopen", args=[lead.pk]) in shown(client_of(house.handler), lead)
    accepted(handover, house)
    with pytest.raises(LeadError) as refused:
        services.reopen(lead=lead, reason="不应移送", user=house.handler, version=lead.version)
    assert refused.value.code == "LEA-018"
    assert str(house.prosecution) in (refused.value.faults[0].hint or "")
    handover.refresh_from_db()
    assert handover.state == "accepted"
    assert reverse("leads:reopen", args=[lead.pk]) not in shown(client_of(house.handler), lead)


def test_reopening_before_it_is_accepted(handover: LeadHandover, house: House) -> None:
    lead = Lead.objects.get()
    services.reopen(lead=lead, reason="不应移送", user=house.handler, version=lead.version)
    handover.refresh_from_db()
    assert handover.state == "withdrawn"
    assert Clock.objects.of(handover).get().state == "cancelled"
    with pytest.raises(LeadError) as refused:
        accepted(handover, house)
    assert refused.value.code == "LEA-018"


@pytest.fixture
def sent_by_agency(house: House) -> LeadHandover:
    """A lead of an agency that the handler gave to the prosecution department."""
    lead = again(house, "户主遇害，无人抚养")
    lead = services.claim(lead=lead, user=house.handler, version=lead.version)
    return handed_over(lead, house)


def again(house: House, words: str) -> Lead:
    """The agency sends the person, each time in other words."""
    person = take_person(house.county, person_id=32099919800101101, name="李四明")
    return services.open_from_agency(
        house.county, person=person, agency=house.civil_affairs, reason=words, user=house.liaison
    )


def handed_over(lead: Lead, house: House) -> LeadHandover:
    services.decide(
        lead=lead,
        outcome="supervision",
        reason=WHY,
        user=house.handler,
        version=lead.version,
        to_department=house.prosecution,
    )
    return LeadHandover.objects.latest("pk")


def test_a_lead_that_its_agency_sends_again_is_no_longer_with_the_other_department(
    sent_by_agency: LeadHandover, house: House
) -> None:
    Lead.objects.update(deadline=timezone.localdate() - timedelta(days=1))
    lead = again(house, "老人也住院了，急需帮助")
    assert (lead.state, lead.outcome_decided, lead.to_department) == ("reopened", "", None)
    assert lead.deadline > timezone.localdate()
    sent_by_agency.refresh_from_db()
    assert sent_by_agency.state == "withdrawn"
    assert Clock.objects.of(sent_by_agency).get().state == "cancelled"
    assert not Lead.objects.visible_to(house.prosecutor).exists()
    second = handed_over(lead, house)
    services.return_handover(
        handover=second, reason="不属于本部门管辖", user=house.prosecutor, version=second.version
    )
    lead.refresh_from_db()
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    assert lead.decisions.count() == 3


def test_a_lead_that_its_agency_sends_again_stays_with_the_department_that_works_on_it(
    sent_by_agency: LeadHandover, house: House
) -> None:
    handover = accepted(sent_by_agency, house)
    lead = again(house, "老人也住院了，急需帮助")
    assert (lead.state, lead.to_department) == ("decided", house.prosecution)
    assert lead.finding["told"] == "老人也住院了，急需帮助"
    assert kinds(lead)[-1] == "returned", "its history says that the agency wrote again"
    services.return_handover(
        handover=handover, reason="不属于本部门管辖", user=house.prosecutor, version=handover.version
    )
    lead.refresh_from_db()
    assert lead.state == "reopened"


def test_what_is_returned_leaves_a_later_decision_alone(handover: LeadHandover, house: House) -> None:
    """As it was written before a decision that ended took its handing over along."""
    LeadDecision.objects.update(ended_at=timezone.now())
    Lead.objects.update(state="reopened", outcome_decided="", to_department=None)
    lead = Lead.objects.get()
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    services.return_handover(
        handover=handover, reason="不属于本部门管辖", user=house.prosecutor, version=handover.version
    )
    lead.refresh_from_db()
    assert (lead.state, lead.outcome_decided) == ("decided", "dismissed")
    services.reopen(lead=lead, reason="不应不予办理", user=house.handler, version=lead.version)


@pytest.mark.parametrize(
    "who", ["handler", "head", "deputy", "second_handler", "analyst", "other_head", "liaison"]
)
def test_only_the_department_that_received_it_answers(handover: LeadHandover, house: House, who: str) -> None:
    user = house.users[who]
    acts: list[Callable[[], object]] = [
        lambda: services.accept_handover(handover=handover, user=user, version=1),
        lambda: services.return_handover(handover=handover, reason=WHY, user=user, version=1),
        lambda: services.report_handover(
            handover=handover, result="filed", details=RESULT, user=user, version=1
        ),
    ]
    for act in acts:
        with pytest.raises(LeadError) as refused:
            act()
        assert refused.value.code == "LEA-017"
    handover.refresh_from_db()
    assert handover.state == "sent"


def test_who_works_in_the_department_without_acting_there_is_offered_nothing(
    handover: LeadHandover, house: House, client_of: ClientOf
) -> None:
    analyst = user("analyst-there", house.prosecution, Role.ANALYST)
    assert "接收、退回或者反馈结果" not in shown(client_of(analyst), handover.lead)


def test_the_answer_is_read_by_who_handed_it_over(
    handover: LeadHandover, house: House, client_of: ClientOf
) -> None:
    """The head of the department that answered does not read their own answer away."""
    theirs = user("head-there", house.prosecution, Role.HEAD)
    handover = reported(handover, house)
    assert not selectors.answered_handovers(theirs).exists()
    assert selectors.answered_handovers(house.deputy).exists()
    note = reverse("leads:note_answer", args=[handover.pk])
    assert note not in client_of(theirs).get(handover.get_absolute_url()).content.decode()
    with pytest.raises(LeadError) as refused:
        services.note_answer(handover=handover, user=theirs, version=handover.version)
    assert refused.value.code == "LEA-001"
    handover.refresh_from_db()
    listed = client_of(house.head).get(reverse("leads:handovers"), {"side": "sent"}).content.decode()
    assert handover.get_absolute_url() in listed, "the card of the head leads to a list that has it"
    assert note in client_of(house.head).get(handover.get_absolute_url()).content.decode()
    services.note_answer(handover=handover, user=house.head, version=handover.version)
    assert not selectors.answered_handovers(house.deputy).exists()


def test_what_comes_back_from_another_department_was_not_dismissed(
    handover: LeadHandover, house: House, client_of: ClientOf
) -> None:
    was_dismissed = "该线索曾被排除"
    services.return_handover(
        handover=handover, reason="不属于本部门管辖", user=house.prosecutor, version=handover.version
    )
    client = client_of(house.handler)
    lead = Lead.objects.get()
    assert was_dismissed not in shown(client, lead)
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    one(house.county, truths={"dibao": False})
    assert was_dismissed in shown(client, lead)
    second = handed_over(Lead.objects.get(), house)
    services.return_handover(
        handover=second, reason="不属于本部门管辖", user=house.prosecutor, version=second.version
    )
    assert was_dismissed not in shown(client, lead), "that was before"


def test_two_who_answer_at_once(handover: LeadHandover, house: House) -> None:
    accepted(handover, house)
    with pytest.raises(Conflict):
        services.return_handover(handover=handover, reason=WHY, user=house.prosecutor, version=1)


def test_a_result_is_reported_after_it_was_accepted_and_with_words(
    handover: LeadHandover, house: House
) -> None:
    with pytest.raises(LeadError) as early:
        services.report_handover(
            handover=handover, result="filed", details=RESULT, user=house.prosecutor, version=1
        )
    assert early.value.code == "LEA-018"
    handover.refresh_from_db()
    handover = accepted(handover, house)
    with pytest.raises(LeadError) as silent:
        services.report_handover(
            handover=handover, result="filed", details="。", user=house.prosecutor, version=handover.version
        )
    assert silent.value.code == "LEA-003"


def test_the_letter_that_goes_with_it(handover: LeadHandover, house: House) -> None:
    with pytest.raises(LeadError):
        produce("lead_transfer", handover, house.prosecutor)
    letter = produce("lead_transfer", handover, house.handler)
    assert letter.number.startswith("虚县检救线移〔")
    text = words(letter)
    for told in (
        "虚构县人民检察院第一检察部：",
        "本院控告申诉检察部在履行职责中发现",
        "320999198001011234",
        WHY,
        "故意伤害罪",
        "本人或者家庭享受低保",
        "人民检察院内部移送法律监督线索工作规定",
        "12309",
    ):
        assert told in text
    issue(document=letter, user=house.handler)
    handover = reported(handover, house)
    with pytest.raises(LeadError):
        produce("lead_transfer", handover, house.handler)
    with pytest.raises(LeadError):
        produce("feedback", handover, house.handler)
    answer = produce("feedback", handover, house.prosecutor)
    text = words(answer)
    assert answer.number.startswith("虚县检救馈〔")
    for told in (
        letter.number,
        "虚构县人民检察院控告申诉检察部：",
        "已提出抗诉或者提请抗诉",
        RESULT,
        "张三明",
    ):
        assert told in text


def test_what_the_letter_lacks_is_told(handover: LeadHandover, house: House) -> None:
    person = handover.lead.person
    person.id_number = ""
    person.save()
    with pytest.raises(OfficeError) as missing:
        produce("lead_transfer", handover, house.handler)
    assert [fault.path for fault in missing.value.faults] == ["person_id_number"]


def test_an_agency_is_told_what_became_of_the_lead_it_sent(house: House) -> None:
    person = one(house.county).person
    lead = services.open_from_agency(
        house.county, person=person, agency=house.civil_affairs, reason="户主遇害，无人抚养", user=house.head
    )
    lead = services.claim(lead=lead, user=house.handler, version=lead.version)
    with pytest.raises(LeadError) as early:
        produce("feedback", lead, house.handler)
    assert early.value.code == "LEA-019"
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    lead.refresh_from_db()
    text = words(produce("feedback", lead, house.handler))
    for told in ("虚构县民政局：", "本院于", "经核实，不予办理", WHY):
        assert told in text


def test_the_whole_way_in_the_browser(handover: LeadHandover, house: House, client_of: ClientOf) -> None:
    theirs, ours = client_of(house.prosecutor), client_of(house.handler)
    page = handover.get_absolute_url()
    assert page in theirs.get(reverse("leads:handovers"), {"side": "received"}).content.decode()
    assert page in theirs.get(handover.lead.get_absolute_url()).content.decode()
    assert reverse("leads:accept_handover", args=[handover.pk]) not in ours.get(page).content.decode()

    def send(name: str, **data: Any) -> Any:
        shown = theirs.get(page).content.decode()
        handover.refresh_from_db()
        sent = {"form_token": form_token(shown), "version": handover.version, **data}
        return theirs.post(reverse(f"leads:{name}", args=[handover.pk]), sent)

    assert send("accept_handover").status_code == 302
    empty = send("report_handover", **{"report-result": "filed", "report-details": ""})
    assert empty.status_code == 422
    told = {"report-result": "filed", "report-details": RESULT}
    assert send("report_handover", **told).status_code == 302
    shown = ours.get(page).content.decode()
    assert RESULT in shown
    assert reverse("leads:note_answer", args=[handover.pk]) in shown
    listed = ours.get(reverse("leads:handovers"), {"side": "sent"}).content.decode()
    assert page in listed
    assert client_of(house.other_handler).get(page).status_code == 404
    assert client_of(house.second_handler).get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("report_handover", {"report-result": "filed", "report-details": "已立案监督，案号另行告知"}),
        ("return_handover", {"return-reason": "已立案监督，案号另行告知"}),
    ],
)
def test_who_answers_second_keeps_what_he_typed(
    handover: LeadHandover, house: House, client_of: ClientOf, name: str, sent: dict[str, str]
) -> None:
    handover = accepted(handover, house)
    seen = handover.version
    services.report_handover(
        handover=handover, result="protested", details=RESULT, user=house.prosecutor, version=seen
    )
    second = client_of(user("prosecutor2", house.prosecution, Role.HANDLER))
    answer = second.post(reverse(f"leads:{name}", args=[handover.pk]), {"version": seen, **sent})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert str(house.prosecutor) in text, "who was first"
    assert RESULT in text
    assert "<blockquote" in text
    assert "已立案监督，案号另行告知" in text


def test_what_was_typed_stays_in_its_form_where_that_is_still_to_be_sent(
    handover: LeadHandover, house: House, client_of: ClientOf
) -> None:
    accepted(handover, house)
    sent = {"version": 1, "return-reason": "不属于本部门管辖"}
    answer = client_of(house.prosecutor).post(reverse("leads:return_handover", args=[handover.pk]), sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "<blockquote" not in text
    assert ">\n不属于本部门管辖</textarea>" in text


def test_a_handover_is_sealed_with_its_person(handover: LeadHandover, house: House) -> None:
    letter = produce("lead_transfer", handover, house.handler)
    sealed = list(related_rows(handover.lead))
    assert letter in sealed
    assert Clock.objects.of(handover).get() in sealed


def test_only_departments_that_handle_cases_are_offered(house: House, client_of: ClientOf) -> None:
    lead = one(house.county)
    lead = services.claim(lead=lead, user=house.handler, version=lead.version)
    page = shown(client_of(house.handler), lead)
    assert f'<option value="{house.prosecution.pk}">' in page
    for other in (house.finance_department, house.complaints):
        assert f'<option value="{other.pk}">' not in page
        with pytest.raises(LeadError) as refused:
            services.decide(
                lead=lead,
                outcome="supervision",
                reason=WHY,
                user=house.handler,
                version=lead.version,
                to_department=other,
            )
        assert refused.value.code == "LEA-004"
        lead.refresh_from_db()


def test_the_department_that_has_the_lead_is_not_offered_to_another_head(
    house: House, client_of: ClientOf
) -> None:
    lead = one(house.county)
    theirs = user("head-there", house.prosecution, Role.HEAD)
    page = shown(client_of(theirs), lead)
    assert f'<option value="{house.prosecution.pk}">' in page
    assert f'<option value="{house.complaints.pk}">' not in page
