"""When a period ends: a table that a lawyer can read, and what must hold for every period."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjiu.declarations import DeclarationError, read_yaml
from yingjiu.office.clocks.arithmetic import (
    Extension,
    Pause,
    Period,
    Unit,
    Why,
    add_months,
    compute_due,
    working_days_between,
)
from yingjiu.office.clocks.limits import counting_rules, read_limits
from yingjiu.office.clocks.official_calendar import DayKind, OfficialCalendar
from yingjiu.office.clocks.year_files import read_calendar

TABLE = Path(__file__).with_name("cases.yaml")
CASES, _LINES = read_yaml(TABLE.read_text(encoding="utf-8"), file=str(TABLE))
CALENDAR = OfficialCalendar()
DAYS = st.dates(date(2005, 1, 1), date(2025, 6, 30))
UNITS = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])
LENGTHS = st.integers(1, 60)


def due_of(case: dict[str, Any], calendar: OfficialCalendar = CALENDAR) -> Any:
    return compute_due(
        case["on"],
        Period(case["length"], Unit(case["unit"])),
        calendar=calendar,
        pauses=[Pause(*each) for each in case.get("pauses", [])],
        extensions=[
            Extension(until=each["until"])
            if "until" in each
            else Extension(by=Period(each["length"], Unit(each["unit"])))
            for each in case.get("extensions", [])
        ],
        expiry_moves=case.get("moves", True),
    )


@pytest.mark.parametrize("case", CASES["cases"], ids=[case["says"] for case in CASES["cases"]])
def test_a_period_ends_where_the_lawyer_says(case: dict[str, Any]) -> None:
    found = due_of(case)
    assert found.due == case["due"]
    assert found.certain


@pytest.mark.parametrize("case", CASES["unknown"], ids=[case["says"] for case in CASES["unknown"]])
def test_a_year_that_is_not_published_is_never_silent(case: dict[str, Any]) -> None:
    found = due_of(case)
    assert found.due == case["due"]
    assert list(found.unknown_years) == case["years"]


def test_every_skipped_day_has_its_reason() -> None:
    found = compute_due(date(2024, 2, 6), Period(10, Unit.WORKING_DAYS), calendar=CALENDAR)
    (leg,) = found.legs
    assert [(day.why, day.name) for day in leg.skipped] == [(Why.HOLIDAY, "春节")] * 8 + [
        (Why.WEEKEND, "")
    ] * 2
    assert [(day.on, day.kind) for day in leg.made_up] == [(date(2024, 2, 18), DayKind.MAKE_UP)]
    assert leg.counted == 10


@given(DAYS, LENGTHS)
def test_working_days_are_as_many_as_were_asked(on: date, length: int) -> None:
    due = compute_due(on, Period(length, Unit.WORKING_DAYS), calendar=CALENDAR).due
    assert due is not None
    assert CALENDAR.works(due)
    assert working_days_between(on, due, CALENDAR) == length


@given(DAYS, LENGTHS, UNITS)
def test_a_period_expires_on_a_working_day_and_not_before_its_last(on: date, length: int, unit: Unit) -> None:
    found = compute_due(on, Period(length, unit), calendar=CALENDAR)
    assert found.due is not None
    assert found.nominal is not None
    assert found.nominal <= found.due
    assert CALENDAR.works(found.due)
    assert not any(CALENDAR.works(day.on) for day in found.moved)


@given(DAYS, st.integers(0, 40), LENGTHS, UNITS | st.just(Unit.MONTHS))
def test_who_starts_later_ends_no_earlier(on: date, later: int, length: int, unit: Unit) -> None:
    length = min(length, 6) if unit is Unit.MONTHS else length
    first = compute_due(on, Period(length, unit), calendar=CALENDAR).due
    second = compute_due(on + timedelta(days=later), Period(length, unit), calendar=CALENDAR).due
    assert first is not None
    assert second is not None
    assert first <= second


@given(DAYS, LENGTHS, st.integers(0, 30), UNITS)
def test_a_longer_period_ends_no_earlier(on: date, length: int, more: int, unit: Unit) -> None:
    short = compute_due(on, Period(length, unit), calendar=CALENDAR).due
    long = compute_due(on, Period(length + more, unit), calendar=CALENDAR).due
    assert short is not None
    assert long is not None
    assert short <= long


@given(DAYS, st.integers(2, 60), st.integers(0, 50), st.integers(0, 40))
def test_a_pause_of_n_days_moves_a_period_by_n_days(on: date, length: int, after: int, days: int) -> None:
    begun = on + timedelta(days=min(after, length - 1))
    pause = Pause(begun, begun + timedelta(days=days))
    plain = compute_due(on, Period(length, Unit.CALENDAR_DAYS), calendar=CALENDAR)
    paused = compute_due(on, Period(length, Unit.CALENDAR_DAYS), calendar=CALENDAR, pauses=[pause])
    assert plain.nominal is not None
    assert paused.nominal == plain.nominal + timedelta(days=days)


@given(DAYS, st.integers(2, 40), st.integers(0, 30), st.integers(0, 40))
def test_a_pause_moves_working_days_by_the_working_days_in_it(
    on: date, length: int, after: int, days: int
) -> None:
    plain = compute_due(on, Period(length, Unit.WORKING_DAYS), calendar=CALENDAR).due
    assert plain is not None
    begun = min(on + timedelta(days=after), plain - timedelta(days=1))
    ended = begun + timedelta(days=days)
    paused = compute_due(
        on, Period(length, Unit.WORKING_DAYS), calendar=CALENDAR, pauses=[Pause(begun, ended)]
    ).due
    assert paused is not None
    lost = working_days_between(begun, ended, CALENDAR)
    assert working_days_between(on, paused, CALENDAR) == length + lost


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_an_extension_in_days_counts_on_without_a_gap(on: date, length: int, more: int) -> None:
    both = compute_due(on, Period(length + more, Unit.CALENDAR_DAYS), calendar=CALENDAR)
    more_time = [Extension(by=Period(more, Unit.CALENDAR_DAYS))]
    extended = compute_due(on, Period(length, Unit.CALENDAR_DAYS), calendar=CALENDAR, extensions=more_time)
    assert extended.due == both.due


@given(DAYS, st.integers(1, 36))
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(on: date, months: int) -> None:
    later = add_months(on, months)
    assert later.day == on.day or (later + timedelta(days=1)).day == 1
    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months


@pytest.mark.parametrize(
    "pauses",
    [
        [Pause(date(2024, 5, 1), date(2024, 5, 20))],
        [Pause(date(2024, 5, 20), date(2024, 5, 14))],
        [Pause(date(2024, 5, 14)), Pause(date(2024, 5, 16), date(2024, 5, 17))],
        [Pause(date(2024, 5, 14), date(2024, 5, 20)), Pause(date(2024, 5, 16), date(2024, 5, 17))],
    ],
    ids=["before the start", "ends before it begins", "one lasts", "overlap"],
)
def test_pauses_out_of_order_are_refused(pauses: list[Pause]) -> None:
    with pytest.raises(ValueError, match="pause"):
        compute_due(date(2024, 5, 13), Period(5, Unit.WORKING_DAYS), calendar=CALENDAR, pauses=pauses)


def test_an_office_adds_a_year(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text(
        "year: 2027\nsource: 国办发明电〔2026〕虚构号\n"
        "holidays: [{name: 元旦, from: 2027-01-01, until: 2027-01-03}]\n"
        "make_up_days: [{name: 元旦, on: 2027-01-09}]\n",
        encoding="utf-8",
    )
    calendar = read_calendar(tmp_path)
    found = compute_due(date(2026, 12, 28), Period(10, Unit.WORKING_DAYS), calendar=calendar)
    assert (found.due, found.certain) == (date(2027, 1, 11), True)
    assert calendar.day(date(2027, 1, 1)).name == "元旦"
    assert calendar.works(date(2027, 1, 9))


BAD = {
    "DCL-201": "holidays: [{name: 元旦, from: 2028-01-01, until: 2028-01-03}]",
    "DCL-202": "holidays: [{name: 元旦, from: 2027-01-03, until: 2027-01-01}]",
    "DCL-203": "holidays: [{name: 元旦, from: 2027-01-01, until: 2027-01-03}, "
    "{name: 春节, from: 2027-01-03, until: 2027-01-04}]",
    "DCL-204": "holidays: [{name: 元旦, from: 2027-01-01, until: 2027-01-03}]\n"
    "make_up_days: [{name: 元旦, on: 2027-01-06}]",
    "DCL-004": "holidays: [{name: 元旦, from: 2027-01-01, until: 2027-01-03}]\nworkdays: []",
}


@pytest.mark.parametrize(("code", "text"), BAD.items())
def test_a_wrong_year_is_refused_with_its_line(tmp_path: Path, code: str, text: str) -> None:
    (tmp_path / "2027.yaml").write_text(f"year: 2027\nsource: 虚构通知\n{text}\n", encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        read_calendar(tmp_path)
    assert refused.value.code == code
    assert refused.value.faults[0].line is not None


def test_every_limit_says_its_basis_or_that_it_is_unconfirmed() -> None:
    limits = read_limits()
    assert {
        "relief.supplement_notice", "relief.supplement", "relief.decision", "relief.notify_payment",
        "relief.refer_after_close", "referral.answer", "leads.first_check", "sealing.answer",
        "petition.procedural_reply", "petition.tell", "petition.handle", "petition.result_reply",
    } <= set(limits)  # fmt: skip
    assert all(limit.basis or limit.certainty == "unconfirmed" for limit in limits.values())
    assert limits["relief.supplement"].certainty == "unconfirmed"
    assert {name: rule.certainty for name, rule in counting_rules().items()}["pause"] == "unconfirmed"


def test_an_office_replaces_a_limit(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "limits:\n  relief.decision: {title: 审查, says: 本院十五个工作日, length: 15, unit: working_days, "
        "begins: 受理, bound: procuratorate, basis: [{rule: 本院办法}], certainty: read}\n",
        encoding="utf-8",
    )
    limits = read_limits(tmp_path)
    assert limits["relief.decision"].period == Period(15, Unit.WORKING_DAYS)
    assert limits["relief.notify_payment"].length == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "own.yaml").write_text(
        "limits:\n  own.thing: {title: 事, says: 事, length: 1, unit: months, begins: 起, bound: agency, "
        "certainty: read}\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError) as refused:
        read_limits(tmp_path / "other")
    assert refused.value.code == "DCL-211"
