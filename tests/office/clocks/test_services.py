"""Clocks in the database: start, pause, resume, extend, stop, sweep."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.office.house import House
from tests.office.leads.makers import one
from yingjiu.office.clocks import services, upkeep
from yingjiu.office.clocks.arithmetic import Period, Unit
from yingjiu.office.clocks.errors import ClockError
from yingjiu.office.clocks.many import cancel_many, start_many
from yingjiu.office.clocks.models import Clock, ClockEvent, EventKind, State
from yingjiu.office.leads.models import Lead


def decision(house: House, on: date = date(2024, 2, 6)) -> Clock:
    return services.start(
        house.county,
        "relief.decision",
        on=on,
        organisation=house.county,
        handler=house.handler,
        department=house.complaints,
        user=house.handler,
    )


def test_ten_working_days_over_the_spring_festival(house: House) -> None:
    clock = decision(house)
    assert clock.due_on == date(2024, 2, 26)
    assert clock.remind_on == date(2024, 2, 21)
    assert clock.state == State.RUNNING


def test_a_second_clock_of_the_same_limit_is_refused_while_the_first_runs(house: House) -> None:
    first = decision(house)
    with pytest.raises(ClockError) as refused:
        decision(house)
    assert refused.value.code == "CLK-002"
    services.stop(first, on=date(2024, 2, 7))
    assert decision(house, date(2024, 3, 1)).pk != first.pk


def test_a_pause_hides_the_due_day_and_the_end_of_it_moves_it(house: House) -> None:
    clock = services.pause(
        decision(house), on=date(2024, 2, 7), reason="等待申请人补正材料", user=house.handler
    )
    assert (clock.state, clock.due_on) == (State.PAUSED, None)
    clock = services.resume(clock, on=date(2024, 2, 20), user=house.handler)
    assert (clock.state, clock.due_on) == (State.RUNNING, date(2024, 3, 4))


def test_an_extension_needs_a_role_and_another_person(house: House) -> None:
    clock = decision(house)
    more = Period(5, Unit.WORKING_DAYS)
    with pytest.raises(ClockError) as refused:
        services.extend(
            clock, approved_by=house.second_handler, reason="案情复杂", on=date(2024, 2, 20), by=more
        )
    assert refused.value.code == "CLK-006"
    with pytest.raises(ClockError) as refused:
        services.extend(
            clock, approved_by=house.head, reason="案情复杂", on=date(2024, 2, 20), by=more, user=house.head
        )
    assert refused.value.code == "CLK-006"
    clock = services.extend(
        clock, approved_by=house.head, reason="案情复杂", on=date(2024, 2, 20), by=more, user=house.handler
    )
    assert clock.due_on == date(2024, 3, 4)
    with pytest.raises(ClockError) as refused:
        services.extend(
            clock,
            approved_by=house.head,
            reason="再次延长",
            on=date(2024, 2, 21),
            by=more,
            user=house.handler,
        )
    assert refused.value.code == "CLK-005"


@pytest.mark.parametrize(
    ("by", "until", "limit"),
    [
        (Period(11, Unit.WORKING_DAYS), None, "relief.decision"),
        (Period(1, Unit.MONTHS), None, "relief.decision"),
        (None, date(2024, 6, 3), "relief.decision"),
        (Period(1, Unit.WORKING_DAYS), None, "relief.notify_payment"),
    ],
    ids=["longer than it may be", "a month is longer too", "until a day", "cannot be extended at all"],
)
def test_an_extension_keeps_to_the_limit(
    house: House, by: Period | None, until: date | None, limit: str
) -> None:
    clock = services.start(
        house.county, limit, on=date(2024, 5, 6), organisation=house.county, handler=house.handler
    )
    with pytest.raises(ClockError) as refused:
        services.extend(
            clock, approved_by=house.head, reason="案情复杂", on=date(2024, 5, 7), by=by, until=until
        )
    assert refused.value.code == "CLK-005"


def test_stopped_in_time_it_is_met_and_late_it_is_overdue(house: House) -> None:
    clock = services.stop(decision(house), on=date(2024, 2, 26))
    assert (clock.state, clock.finished_on) == (State.MET, date(2024, 2, 26))
    late = services.stop(decision(house), on=date(2024, 2, 27), reason="等待鉴定意见")
    assert (late.state, late.breach_reason) == (State.BREACHED, "等待鉴定意见")
    with pytest.raises(ClockError) as refused:
        services.stop(late, on=date(2024, 2, 28))
    assert refused.value.code == "CLK-003"


def test_the_sweep_marks_what_is_due_soon_and_overdue_once(house: House) -> None:
    clock = decision(house)
    assert upkeep.sweep(on=date(2024, 2, 20)) == {"overdue": 0, "reminded": 0}
    assert upkeep.sweep(on=date(2024, 2, 21)) == {"overdue": 0, "reminded": 1}
    assert upkeep.sweep(on=date(2024, 2, 26)) == {"overdue": 0, "reminded": 0}
    assert upkeep.sweep(on=date(2024, 2, 27)) == {"overdue": 1, "reminded": 0}
    assert upkeep.sweep(on=date(2024, 2, 27)) == {"overdue": 0, "reminded": 0}
    clock.refresh_from_db()
    assert clock.state == State.BREACHED
    assert list(clock.events.values_list("kind", flat=True)) == [
        EventKind.STARTED,
        EventKind.REMINDED,
        EventKind.BREACHED,
    ]
    clock = services.explain_breach(clock, reason="等待鉴定意见", user=house.handler)
    assert clock.breach_reason == "等待鉴定意见"


def test_the_sweep_leaves_a_paused_clock_alone(house: House) -> None:
    services.pause(decision(house), on=date(2024, 2, 7), reason="等待补正")
    assert upkeep.sweep(on=date(2025, 1, 1)) == {"overdue": 0, "reminded": 0}


def test_what_was_done_in_time_and_told_late_is_met(house: House) -> None:
    clock = decision(house)
    upkeep.sweep(on=date(2024, 3, 1))
    assert services.stop(clock, on=date(2024, 2, 26)).state == State.MET


@pytest.mark.parametrize("reason", ["", "   "], ids=["empty", "blank"])
def test_a_pause_needs_a_reason(house: House, reason: str) -> None:
    with pytest.raises(ClockError) as refused:
        services.pause(decision(house), on=date(2024, 2, 7), reason=reason)
    assert refused.value.code == "CLK-007"


def test_days_may_not_run_backwards(house: House) -> None:
    clock = services.pause(decision(house), on=date(2024, 2, 8), reason="等待补正")
    with pytest.raises(ClockError) as refused:
        services.resume(clock, on=date(2024, 2, 7))
    assert refused.value.code == "CLK-004"


def test_an_unknown_limit_is_an_error(house: House) -> None:
    with pytest.raises(ClockError) as refused:
        services.start(house.county, "relief.nothing", on=date(2024, 1, 2), organisation=house.county)
    assert refused.value.code == "CLK-001"


def test_an_overdue_clock_stays_open_until_it_is_stopped(house: House) -> None:
    clock = decision(house)
    upkeep.sweep(on=date(2024, 3, 1))
    assert services.due_for(house.handler).get() == clock
    services.cancel(clock, on=date(2024, 3, 2), reason="申请人撤回", user=house.handler)
    assert not services.due_for(house.handler).exists()


def test_one_clock_or_several_begin_and_are_cancelled_alike(house: House) -> None:
    """The same fields and events, whichever way."""
    leads = [one(house.county)]
    Lead.objects.update(handler=house.handler, department=house.complaints)
    leads.append(one(house.other_county))
    day, later = date(2024, 2, 6), date(2024, 2, 7)
    services.start(leads[0], "leads.first_check", on=day, organisation=house.county, user=house.handler)
    start_many(Lead, [leads[1]], "leads.first_check", on=day, user=house.handler)
    one_by_one, in_bulk = Clock.objects.order_by("pk")
    fields = ("limit", "length", "unit", "expiry_moves", "started_on", "due_on", "remind_on", "state")
    assert [getattr(one_by_one, name) for name in fields] == [getattr(in_bulk, name) for name in fields]
    assert one_by_one.remind_on is not None
    for on in (later, date(2024, 2, 1)):  # told of a day before it began, it ends on that day
        services.cancel_if_running(leads[0], "leads.first_check", on=on, reason="撤回", user=house.handler)
        cancel_many(Lead, [leads[1].pk], "leads.first_check", on=on, reason="撤回", user=house.handler)
        ended = Clock.objects.order_by("-pk")[:2]
        assert {(each.state, each.finished_on, each.remind_on) for each in ended} == {
            (State.CANCELLED, max(on, day), None)
        }
        events = ClockEvent.objects.filter(clock__in=list(ended))
        assert events.filter(kind=EventKind.CANCELLED, reason="撤回", user=house.handler).count() == 2
        services.start(leads[0], "leads.first_check", on=day, organisation=house.county)
        start_many(Lead, [leads[1]], "leads.first_check", on=day)


def test_the_clocks_go_to_who_handles_the_matter_now(house: House) -> None:
    decision(house)
    services.hand_over(house.county, handler=house.second_handler, department=house.complaints)
    assert not services.due_for(house.handler).exists()
    assert services.due_for(house.second_handler).count() == 1


SEES = {"handler", "head", "deputy", "analyst", "city_head"}


def test_who_sees_a_clock(house: House) -> None:
    decision(house)
    seen = {name for name, user in house.users.items() if Clock.objects.visible_to(user).exists()}
    assert seen == SEES


def test_a_liaison_sees_what_binds_the_agency(house: House) -> None:
    services.start(
        house.county,
        "referral.answer",
        on=date(2024, 5, 6),
        organisation=house.county,
        handler=house.handler,
        agency=house.civil_affairs,
    )
    assert services.due_for(house.liaison).count() == 1
    assert not services.due_for(house.grid_worker).exists()


def test_the_arithmetic_in_words(house: House) -> None:
    clock = services.pause(decision(house), on=date(2024, 2, 8), reason="等待补正", user=house.handler)
    assert "恢复" in clock.explain()[-2]
    clock = services.resume(clock, on=date(2024, 2, 19), user=house.handler)
    more = Period(2, Unit.WORKING_DAYS)
    clock = services.extend(
        clock, approved_by=house.head, reason="案情复杂", on=date(2024, 2, 20), by=more, user=house.handler
    )
    assert clock.explain() == [
        (
            "受理申请：2024-02-06（周二），当日不计入，2024-02-07（周三） 为第一日"
            "（刑事诉讼法第一百零五条、民事诉讼法第八十五条、民法典第二百零一条）。"
        ),
        "中止：2024-02-08（周四） 之后至 2024-02-19（周一），11 日不计入：等待补正",
        "自 2024-02-06（周二） 之后计 10 个工作日：最后一日为 2024-02-29（周四）。",
        "不计入的日子：2024-02-24（周六） 至 2024-02-25（周日） 周末。",
        "延长 2 个工作日，虚构head于 2024-02-20（周二） 批准：案情复杂",
        "自 2024-02-29（周四） 之后计 2 个工作日：最后一日为 2024-03-04（周一）。",
        "不计入的日子：2024-03-02（周六） 至 2024-03-03（周日） 周末。",
        "到期日：2024-03-04（周一）。",
        (
            "依据：关于建立完善国家司法救助制度的意见（试行）（中政委〔2014〕3号）"
            "（据公开来源转述，未核对原文）。须报政法委审批的地方，复核小组另有期限"
        ),
    ]


def test_an_unpublished_year_is_said_and_its_publication_moves_the_day(
    house: House, office_folder: Path
) -> None:
    clock = services.start(house.county, "relief.decision", on=date(2026, 12, 28), organisation=house.county)
    assert clock.explain()[-1] == "2027 年放假安排尚未公布，按周末推算。"
    assert clock.due_on == date(2027, 1, 11)
    (office_folder / "calendar").mkdir()
    file = office_folder / "calendar" / "2027.yaml"
    try:
        file.write_text(
            "year: 2027\nsource: 虚构通知\nholidays: [{name: 元旦, from: 2027-01-01, until: 2027-01-03}]\n",
            encoding="utf-8",
        )
        assert upkeep.recount(on=date(2026, 12, 29)) == 1
        assert upkeep.recount(on=date(2026, 12, 29)) == 0
        clock.refresh_from_db()
        assert clock.due_on == date(2027, 1, 12)
        assert clock.events.get(kind=EventKind.RECOUNTED).reason == "2027-01-11 → 2027-01-12"
        assert not any("尚未公布" in line for line in clock.explain())
    finally:
        file.unlink()
        file.parent.rmdir()
