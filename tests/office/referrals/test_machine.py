"""From draft to done, and everything that is refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.office.house import House
from tests.office.referrals.makers import brought_to, make_draft, make_lead, make_sent, with_ground
from yingjiu.office.clocks import upkeep
from yingjiu.office.clocks.models import Clock
from yingjiu.office.clocks.models import State as ClockState
from yingjiu.office.documents.models import Document, DocumentState
from yingjiu.office.documents.services import issue, produce
from yingjiu.office.frame.errors import Conflict, OfficeError
from yingjiu.office.referrals import services
from yingjiu.office.referrals.machine import ACTS, open_steps
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.services.answering import MeasureResult
from yingjiu.office.referrals.states import EventKind, Ground, Result, State

OPEN = {
    State.DRAFT: {"send", "withdraw"},
    State.SENT: {"accept", "reject", "ask_time", "withdraw"},
    State.REOPENED: {"accept", "reject", "ask_time", "withdraw"},
    State.ACCEPTED: {"finish", "reject", "ask_time", "withdraw"},
    State.MORE_TIME: {"give_time", "refuse_time", "withdraw"},
    State.REJECTED: {"reopen"},
    State.DONE: {"reopen"},
    State.WITHDRAWN: set(),
}


def perform(referral: Referral, step: str, house: House) -> Referral:
    inside: dict[str, Any] = {"referral": referral, "user": house.handler, "version": referral.version}
    outside: dict[str, Any] = {**inside, "user": house.liaison}
    acts: dict[str, Callable[[], Any]] = {
        "send": lambda: services.send(**inside),
        "withdraw": lambda: services.withdraw(**inside, reason="另行联系"),
        "reopen": lambda: services.reopen(**inside, on_whose_word="person", reason="没有收到救助"),
        "give_time": lambda: services.give_time(**inside),
        "refuse_time": lambda: services.refuse_time(**inside, reason="情况紧急"),
        "accept": lambda: services.accept(**outside),
        "reject": lambda: services.reject(**outside, reason="不符合条件"),
        "ask_time": lambda: services.ask_more_time(
            **outside, until=timezone.localdate() + timedelta(days=90), reason="正在核对"
        ),
        "finish": lambda: services.finish(
            **outside,
            results={each.key: MeasureResult(Result.GIVEN) for each in referral.measures.all()},
            proof_text="台账第三页",
        ),
    }
    return acts[step]()  # type: ignore[no-any-return] # each returns the referral


class Undone(Exception):  # noqa: N818 - no error: it only takes a step back
    """Takes a step back."""


@pytest.mark.parametrize("state", State.values)
def test_every_state_the_steps_that_lead_on_from_it_and_no_others(house: House, state: str) -> None:
    referral = brought_to(house, state)
    assert referral.state == state
    assert open_steps(referral) == OPEN[State(state)]
    for step in set(ACTS) - OPEN[State(state)]:
        with pytest.raises(OfficeError) as refused:
            perform(referral, step, house)
        assert refused.value.code == "REF-001", step
    for step in OPEN[State(state)] - {"send"}:
        with suppress(Undone), transaction.atomic():
            assert perform(Referral.objects.get(pk=referral.pk), step, house).state != state, step
            raise Undone
    referral.refresh_from_db()
    assert referral.state == state


def test_nothing_is_sent_without_a_recorded_ground(house: House) -> None:
    referral = make_draft(house)
    with pytest.raises(OfficeError) as refused:
        services.send(referral=referral, user=house.handler, version=referral.version)
    assert refused.value.code == "REF-002"
    assert not Document.objects.exists()
    assert not Clock.objects.filter(limit="referral.answer").exists()


def test_not_even_the_database_takes_a_sent_referral_without_ground(house: House) -> None:
    referral = make_draft(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(state=State.SENT, sent_on=timezone.localdate())


@pytest.mark.parametrize(
    ("ground", "text", "days", "code"),
    [
        (Ground.CONSENT, "当面同意", None, "REF-014"),
        (Ground.CONSENT, "当面同意", 1, "REF-014"),
        (Ground.CONSENT, " ", 0, "REF-010"),
        (Ground.STATUTE, "", 0, "REF-010"),
    ],
    ids=["consent without a day", "consent tomorrow", "consent without how", "no rule"],
)
def test_a_ground_is_whole_or_refused(
    house: House, ground: str, text: str, days: int | None, code: str
) -> None:
    referral = make_draft(house)
    on = None if days is None else timezone.localdate() + timedelta(days=days)
    with pytest.raises(OfficeError) as refused:
        services.record_ground(
            referral=referral,
            ground=ground,
            text=text,
            consent_on=on,
            user=house.handler,
            version=referral.version,
        )
    assert refused.value.code == code


def test_all_unmet_conditions_are_told_at_once(house: House) -> None:
    referral = make_draft(house)
    referral.measures.all().delete()
    house.civil_affairs.active = False
    house.civil_affairs.save()
    referral.refresh_from_db()
    with pytest.raises(OfficeError) as refused:
        services.send(referral=referral, user=house.handler, version=referral.version)
    assert [fault.code for fault in refused.value.faults] == ["REF-002", "REF-003", "REF-004"]


def test_a_sealed_person_is_referred_to_nobody(house: House) -> None:
    referral = with_ground(house, make_draft(house))
    referral.person.sealed = True
    referral.person.save()
    with pytest.raises(OfficeError) as refused:
        services.send(referral=referral, user=house.handler, version=referral.version)
    assert refused.value.code == "REF-005"


def test_sending_issues_the_letter_and_starts_the_clock(house: House) -> None:
    referral = make_sent(house, measures=("temporary_relief", "child_in_difficulty"))
    assert referral.letter is not None
    assert referral.letter.state == DocumentState.ISSUED
    assert [row["measure"] for row in referral.letter.fields["measures"]] == ["临时救助", "困境儿童保障"]
    clock = Clock.objects.of(referral).get()
    assert (clock.limit, clock.agency, clock.due_on) == (
        "referral.answer",
        house.civil_affairs,
        referral.due_on,
    )
    assert referral.sent_on == timezone.localdate()


def test_a_letter_is_not_issued_beside_the_machine(house: House) -> None:
    referral = with_ground(house, make_draft(house))
    letter = produce("social_assistance_letter", referral, house.handler)
    with pytest.raises(OfficeError) as refused:
        issue(document=letter, user=house.handler)
    assert refused.value.code == "REF-023"
    sent = services.send(referral=referral, user=house.handler, version=referral.version)
    assert sent.letter == letter


def test_a_letter_with_a_missing_field_is_not_sent(house: House) -> None:
    referral = with_ground(house, make_draft(house))
    referral = services.change(
        referral=referral, user=house.handler, version=referral.version, contact_phone="", case_summary=""
    )
    with pytest.raises(OfficeError) as refused:
        services.send(referral=referral, user=house.handler, version=referral.version)
    assert len(refused.value.faults) == 2
    referral.refresh_from_db()
    assert referral.state == State.DRAFT


def test_what_was_sent_is_not_changed(house: House) -> None:
    referral = make_sent(house)
    with pytest.raises(OfficeError) as refused:
        services.change(referral=referral, user=house.handler, version=referral.version, reason="别的理由")
    assert refused.value.code == "REF-009"


def test_accepting_ends_one_clock_and_starts_the_next(house: House) -> None:
    referral = brought_to(house, State.ACCEPTED)
    states = dict(Clock.objects.of(referral).values_list("limit", "state"))
    assert states == {"referral.answer": ClockState.MET, "referral.act": ClockState.RUNNING}
    done = perform(referral, "finish", house)
    assert not Clock.objects.of(done).open().exists()
    assert (done.due_on, done.closed_on) == (None, timezone.localdate())


def test_more_time_moves_the_day_when_it_is_approved_and_not_before(house: House) -> None:
    referral = brought_to(house, State.MORE_TIME)
    due, asked = referral.due_on, referral.asked_until
    assert asked is not None
    assert Clock.objects.of(referral).open().get().due_on == due
    given = services.give_time(referral=referral, user=house.handler, version=referral.version)
    assert given.state == State.SENT
    assert given.due_on is not None
    assert given.due_on >= asked
    clock = Clock.objects.of(given).open().get()
    assert clock.due_on == given.due_on
    assert any("正在核对家庭经济状况" in line for line in clock.explain())


def test_more_time_asked_for_while_acting_returns_to_acting(house: House) -> None:
    referral = perform(brought_to(house, State.ACCEPTED), "ask_time", house)
    assert (
        services.give_time(referral=referral, user=house.head, version=referral.version).state
        == State.ACCEPTED
    )


def test_more_time_may_be_refused(house: House) -> None:
    referral = brought_to(house, State.MORE_TIME)
    due = referral.due_on
    kept = services.refuse_time(
        referral=referral, user=house.handler, version=referral.version, reason="情况紧急"
    )
    assert (kept.state, kept.due_on, kept.asked_until) == (State.SENT, due, None)


def test_more_time_may_be_given_when_the_day_has_passed_meanwhile(house: House) -> None:
    referral = brought_to(house, State.MORE_TIME)
    assert referral.due_on is not None
    upkeep.sweep(on=referral.due_on + timedelta(days=1))
    given = services.give_time(referral=referral, user=house.handler, version=referral.version)
    clock = Clock.objects.of(given).open().get()
    assert clock.state == ClockState.RUNNING
    assert clock.events.filter(kind="breached").exists()


def test_a_new_day_is_later_than_the_present_one(house: House) -> None:
    referral = make_sent(house)
    assert referral.due_on is not None
    with pytest.raises(OfficeError) as refused:
        services.ask_more_time(
            referral=referral,
            user=house.liaison,
            version=referral.version,
            until=referral.due_on,
            reason="正在核对",
        )
    assert refused.value.code == "REF-011"


@pytest.mark.parametrize(
    ("results", "proof", "codes"),
    [
        ({}, "台账", ["REF-015"]),
        ({"temporary_relief": MeasureResult(Result.GIVEN)}, "", ["REF-016"]),
        ({"temporary_relief": MeasureResult(Result.REFUSED)}, "台账", ["REF-018"]),
        ({"temporary_relief": MeasureResult(Result.REFUSED, "收入超标")}, "台账", ["REF-017"]),
        ({"temporary_relief": MeasureResult("sold")}, "", ["REF-015", "REF-016"]),
    ],
    ids=["no result", "no proof", "refused without a reason", "nothing given", "forged result"],
)
def test_what_was_done_is_reported_whole(
    house: House, results: dict[str, MeasureResult], proof: str, codes: list[str]
) -> None:
    referral = brought_to(house, State.ACCEPTED)
    with pytest.raises(OfficeError) as refused:
        services.finish(
            referral=referral, user=house.liaison, version=referral.version, results=results, proof_text=proof
        )
    assert [fault.code for fault in refused.value.faults] == codes
    referral.refresh_from_db()
    assert referral.state == State.ACCEPTED


def test_reopening_asks_again_with_a_new_clock(house: House) -> None:
    referral = brought_to(house, State.DONE)
    again = perform(referral, "reopen", house)
    assert again.state == State.REOPENED
    assert Clock.objects.of(again).filter(limit="referral.answer").count() == 2
    assert not again.measures.exclude(result=Result.OPEN).exists()
    event = again.events.filter(kind=EventKind.REOPENED).get()
    assert (event.on_whose_word, event.text) == ("person", "没有收到救助")
    assert perform(perform(again, "accept", house), "finish", house).state == State.DONE


def test_two_people_at_once_the_second_is_told(house: House) -> None:
    seen = make_sent(house)
    services.accept(referral=seen, user=house.liaison, version=1 + 2)
    with pytest.raises(Conflict):
        services.withdraw(referral=seen, reason="另行联系", user=house.handler, version=3)
    seen.refresh_from_db()
    assert seen.state == State.ACCEPTED


@pytest.mark.parametrize(
    "who",
    [
        "second_handler",
        "analyst",
        "finance",
        "liaison",
        "other_handler",
        "other_head",
        "city_head",
        "grid_worker",
        "system_admin",
    ],
)
def test_only_the_handler_and_the_heads_act_for_the_procuratorate(house: House, who: str) -> None:
    referral = with_ground(house, make_draft(house))
    with pytest.raises(OfficeError) as refused:
        services.send(referral=referral, user=getattr(house, who), version=referral.version)
    assert refused.value.code == "REF-007"


@pytest.mark.parametrize("who", ["handler", "head", "deputy", "grid_worker", "audit_admin"])
def test_only_a_liaison_of_the_unit_answers(house: House, who: str) -> None:
    referral = make_sent(house)
    with pytest.raises(OfficeError) as refused:
        services.accept(referral=referral, user=getattr(house, who), version=referral.version)
    assert refused.value.code == "REF-008"


def test_the_same_measure_is_not_asked_of_the_same_unit_twice(house: House) -> None:
    lead = make_lead(house)
    make_sent(house, lead)
    with pytest.raises(OfficeError) as refused:
        make_draft(house, lead)
    assert refused.value.code == "REF-013"
    make_draft(house, lead, ("dibao_allowance",))


@pytest.mark.parametrize(("measures", "code"), [((), "REF-031"), (("no_such",), "REF-030")])
def test_measures_come_from_the_catalogue(house: House, measures: tuple[str, ...], code: str) -> None:
    with pytest.raises(OfficeError) as refused:
        make_draft(house, None, measures)
    assert refused.value.code == code


def test_a_letter_goes_to_partners_only(house: House) -> None:
    with pytest.raises(OfficeError) as refused:
        services.create(
            subject=make_lead(house),
            agency=house.finance_department,
            measures=["temporary_relief"],
            user=house.handler,
        )
    assert refused.value.code == "REF-012"
