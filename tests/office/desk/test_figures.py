"""The head's figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from tests.office.desk.world import TODAY, World
from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.desk import kept_figures
from yingjiu.office.desk.figures import NAMES, Figure
from yingjiu.office.desk.kept_figures import at_hand, figures, store
from yingjiu.office.desk.period import Period, PeriodForm, presets, this_year
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.alive import working
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.running import run
from yingjiu.office.leads.models import Lead
from yingjiu.office.relief.funds import Funds, funds_of
from yingjiu.office.relief.models import JointShare, Payment, ReliefCase
from yingjiu.office.sealing.models import SealGround
from yingjiu.office.sealing.services import seal
from yingjiu.office.speech import in_language

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
QUERY = "since=2025-01-01&until=2025-12-31"


def of(user: User, name: str, period: Period = YEAR) -> Figure:
    found, _moment = figures(user, period)
    return next(each for each in found if each.name == name)


def test_the_funnel_counts_leads_on_their_way(world: World, house: House) -> None:
    assert [row[1] for row in of(house.head, "funnel").rows] == [24, 12, 6, 6, 5, 3, 1]


def test_the_funnel_of_a_month(world: World, house: House) -> None:
    may = Period(date(2025, 5, 1), date(2025, 5, 31))
    assert of(house.head, "funnel", may).rows[0][1] == 4


def test_days_are_medians_of_the_cases_opened_in_a_month(world: World, house: House) -> None:
    rows = {row[0]: list(row[1:]) for row in of(house.head, "times").rows}
    assert rows["2025-01"] == [4.5, 15, 5, 26]
    assert rows["2025-05"][0] == 5.5
    assert all(len(row) == 5 for row in of(house.head, "times").rows)


def test_amounts_stand_beside_the_band(world: World, house: House) -> None:
    rows = {row[0]: row for row in of(house.head, "amounts-harm").rows}
    assert sum(row[-1] for row in rows.values()) == 5
    assert sum(row[6] for row in rows.values()) == 200_000


def test_funds_left_are_budget_less_paid_and_promised(world: World, house: House) -> None:
    assert of(house.head, "funds").rows == [["虚构县人民检察院", 120_000, 80_000, 300_000, 500_000]]


def funds_line(user: User) -> list[Any]:
    (row,) = [row for row in of(user, "funds").rows if row[0] == "虚构县人民检察院"]
    return list(row[1:])


@pytest.mark.parametrize(("hidden", "told"), [(0, True), (1, False), (2, False), (3, True)])
def test_funds_count_sealed_cases_and_give_none_away(
    world: World, house: House, hidden: int, told: bool
) -> None:
    """Who answers for the money reads true sums; others none from which one case's amount follows."""
    true = [120_000, 80_000, 300_000, 500_000]
    for case in world.cases[1 : 1 + hidden]:
        seal(subject=case, ground=SealGround.NOT_PROSECUTED, user=house.handler)
    assert ReliefCase.objects.visible_to(house.head).count() == len(world.cases) - hidden
    for user in (house.head, house.deputy):
        assert funds_line(user) == true
    for user in (house.analyst, house.city_head):
        assert funds_line(user) == (true if told else [None, None, None, 500_000])
        assert ("—" in of(user, "funds").note) is not told


def test_a_share_in_joint_relief_is_owed_by_whose_share_it_is(world: World, house: House) -> None:
    def county(year: int = 2025) -> Funds | None:
        return funds_of(house.head, [house.county], year)[house.county]

    def city() -> Funds | None:
        return funds_of(house.city_head, [house.city], 2025)[house.city]

    case = next(each for each in world.cases if each.state == "granted")
    JointShare.objects.create(case=case, organisation=house.city, amount=Decimal(4_000))
    assert county() == Funds(Decimal(120_000), Decimal(76_000))
    assert city() == Funds(Decimal(0), Decimal(4_000))
    assert county(2024) == county(2026) == Funds(Decimal(0), Decimal(0)), "one budget pays what is owed"
    Payment.objects.filter(case=case).delete()
    for number, (payer, amount) in enumerate(((house.city, 4_000), (house.county, 1_000)), 1):
        Payment.objects.create(
            case=case,
            number=number,
            kind="single",
            payer=payer,
            amount=Decimal(amount),
            due_on=TODAY,
            state="paid",
            paid_on=TODAY,
            checked_at=timezone.now(),
            voucher=f"J{number}",
        )
    ReliefCase.objects.filter(pk=case.pk).update(paid_total=Decimal(5_000))
    assert county() == Funds(Decimal(121_000), Decimal(75_000))
    assert city() == Funds(Decimal(4_000), Decimal(0))


def test_answers_outstanding_by_agency(world: World, house: House) -> None:
    (row,) = of(house.head, "answers").rows
    assert row[1:] == [1, 0, 1, 1]


def test_places_are_towns_in_one_county(world: World, house: House) -> None:
    rows = of(house.head, "places").rows
    assert sum(row[1] for row in rows) == 24
    assert "东平镇" in [row[0] for row in rows]


def test_a_county_sees_its_towns_though_some_people_live_elsewhere(world: World, house: House) -> None:
    towns = {row[0]: row[1] for row in of(house.head, "places").rows}
    Lead.objects.filter(pk=world.leads[0].pk).update(region="320921", town="别处镇")
    store().clear()
    rows = {row[0]: row[1] for row in of(house.head, "places").rows}
    assert rows == towns | {world.leads[0].town: towns[world.leads[0].town] - 1, "县外": 1}


def test_a_city_sees_its_counties(world: World, house: House) -> None:
    (row,) = of(house.city_head, "places").rows
    assert row[1] == 24
    assert row[0] not in {lead.town for lead in world.leads}


@pytest.mark.parametrize("who", ["other_head"])
def test_another_county_counts_nothing(world: World, house: House, who: str) -> None:
    for figure in figures(getattr(house, who), YEAR)[0]:
        assert figure.rows == [] or figure.name == "funnel", figure.name


def test_a_city_counts_its_counties(world: World, house: House) -> None:
    assert of(house.city_head, "funnel").rows[0][1] == 24


def test_what_was_counted_is_kept_for_its_user_only(world: World, house: House) -> None:
    before = of(house.head, "funnel").rows
    Lead.objects.update(secrecy=3)
    assert of(house.head, "funnel").rows == before
    assert of(house.city_head, "funnel").rows == []


@pytest.mark.parametrize(
    "who", ["handler", "finance", "liaison", "grid_worker", "system_admin", "audit_admin"]
)
def test_figures_are_for_heads_and_analysts(
    world: World, house: House, client_of: Callable[[User], Client], who: str
) -> None:
    client = client_of(getattr(house, who))
    assert client.get("/figures/").status_code == 403
    assert client.get("/figures/export/funnel").status_code == 403


@pytest.mark.parametrize("who", ["head", "deputy", "analyst", "city_head", "other_head"])
def test_the_page_shows_every_figure_with_its_table(
    world: World, house: House, client_of: Callable[[User], Client], who: str
) -> None:
    text = client_of(getattr(house, who)).get(f"/figures/?{QUERY}").content.decode()
    for name in NAMES:
        assert f'id="figure-{name}"' in text
        assert f"/figures/export/{name}?" in text
    assert text.count("<summary>") == text.count('role="img"')


def test_a_figure_is_exported_for_a_purpose(
    world: World, house: House, client_of: Callable[[User], Client]
) -> None:
    client = client_of(house.head)
    url = f"/figures/export/funnel?{QUERY}"
    assert "请说明表格用途" in client.get(url).content.decode()
    answer = client.post(url, {"purpose": "statistics", "format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]  # a streaming response
    assert [row[1] for row in rows[2:]] == ["24", "12", "6", "6", "5", "3", "1"]
    assert Event.objects.get(action=Action.EXPORT).purpose == "统计报表"


def test_a_figure_that_is_not_there(house: House, client_of: Callable[[User], Client]) -> None:
    assert client_of(house.head).get("/figures/export/nothing").status_code == 404


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", Period(date(2025, 1, 1), TODAY)),
        (QUERY, YEAR),
        ("since=2025-06-01&until=2025-05-01", Period(date(2025, 1, 1), TODAY)),
        ("since=1990-01-01&until=2025-05-01", Period(date(2025, 1, 1), TODAY)),
        ("since=x&until=2025-05-01", Period(date(2025, 1, 1), TODAY)),
        ("since=2025-06-01", Period(date(2025, 1, 1), TODAY)),
    ],
)
def test_the_period(query: str, period: Period) -> None:
    assert PeriodForm.read(QueryDict(query))[1] == period


def test_periods_that_are_offered_end_after_they_begin() -> None:
    assert all(period.since <= period.until <= TODAY for _title, period in presets())


def test_old_figures_are_shown_while_the_worker_counts_anew(
    world: World, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, moment = figures(house.head, YEAR)
    Lead.objects.update(state="decided")
    monkeypatch.setattr(kept_figures, "KEPT", timedelta(0))
    for _ in range(2):  # whoever looks twice asks the worker once
        assert figures(house.head, YEAR) == (before, moment)
    job = Job.objects.get(name="desk.count_figures")
    assert job.user is None
    run(job.pk)
    assert Job.objects.get(pk=job.pk).state == "done"
    after, later = figures(house.head, YEAR)
    assert later > moment
    assert [row[1] for row in after[0].rows[:3]] == [24, 12, 24]


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Let the clock show a later time."""
    now = timezone.now() + by
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_the_figures_of_the_night_are_shown_in_the_morning(
    world: World, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(house.head, YEAR)
    later(monkeypatch, timedelta(hours=8))
    assert figures(house.head, YEAR) == before
    assert Job.objects.filter(name="desk.count_figures").count() == 1


def test_figures_that_no_worker_renewed_are_counted_while_somebody_waits(
    world: World, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(house.head, YEAR)
    later(monkeypatch, timedelta(hours=8))
    figures(house.head, YEAR)  # asks the worker
    later(monkeypatch, timedelta(minutes=59))
    assert figures(house.head, YEAR) == before
    later(monkeypatch, timedelta(minutes=2))
    assert figures(house.head, YEAR)[1] > before[1]
    assert Job.objects.filter(name="desk.count_figures").count() == 1


def test_first_figures_are_counted_by_a_worker_while_the_page_says_so(
    world: World, house: House, client_of: Callable[[User], Client]
) -> None:
    client = client_of(house.head)
    with working():
        for _ in range(2):  # htmx asks again and again
            text = client.get(f"/figures/?{QUERY}").content.decode()
            assert 'hx-trigger="every 1s"' in text
            assert "正在统计" in text
        run(Job.objects.get(name="desk.count_figures").pk)
        answer = client.get(f"/figures/?{QUERY}", headers={"HX-Request": "true"})
    assert answer["X-Quiet"] == "1"
    assert 'id="figure-funnel"' in answer.content.decode()
    assert 'hx-trigger="every 1s"' not in answer.content.decode()


def test_a_worker_that_is_slow_is_not_waited_for(
    world: World, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working():
        assert at_hand(house.head, YEAR) is None
        later(monkeypatch, timedelta(seconds=11))
        assert at_hand(house.head, YEAR) is not None


def test_a_file_for_each_reader_and_period_is_kept_until_it_is_old(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(400):  # Django's own store would keep 300
        store().set(f"{number}", number)
    assert [store().get(f"{number}") for number in range(400)] == list(range(400))
    assert kept_figures.forget_old() == 0
    later(monkeypatch, timedelta(days=3))
    assert kept_figures.forget_old() == 400


def test_the_worker_speaks_the_language_of_who_looks(
    world: World, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_language("en"):
        before = of(house.head, "amounts-harm").rows
        monkeypatch.setattr(kept_figures, "KEPT", timedelta(0))
        figures(house.head, YEAR)
    run(Job.objects.get(name="desk.count_figures").pk)
    with in_language("en"):
        renewed = of(house.head, "amounts-harm")
    assert renewed.rows == before
    assert all(str(row[0]).isascii() for row in before)


def test_the_figures_of_a_day_are_there_before_the_head(
    world: World, house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.filter(pk__in=[house.head.pk, house.finance.pk]).update(last_login=timezone.now())
    job = enqueue("desk.count_mornings")
    run(job.pk)
    assert Job.objects.get(pk=job.pk).result == {"counted": 1}
    with django_assert_max_num_queries(2), override("zh-hans"):  # the user and the roles
        assert figures(User.objects.get(pk=house.head.pk), this_year())[0]
