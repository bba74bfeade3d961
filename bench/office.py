"""The office over a million leads: how long each list and search page takes, and its SQL queries.

A fresh office folder gets a province with eleven procuratorates, 200,000 people, 1,000,000 leads, 20,000
relief cases with a clock and a referral each, and 1,000,000 events on record (the largest county has four of
ten); then each page is asked for through Django's own client in this process: all middleware, templates and
queries count, the network does not.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.measure import Measured, in_child

TARGET = 200.0
"""Milliseconds that a page may take."""
REPEATS = 9
BATCH = 5_000
CASES = 20_000
EVENTS = 1_000_000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = "国建军明华德福永志成文林玉祥荣生贵宝海山伟强勇斌涛刚磊波辉平秀英桂兰芳珍凤莲梅云"
TOWNS = tuple(f"虚构{name}镇" for name in "东西南北中前后上下左右新老大小高低长短远近")
MODELS = (
    *("guanyun-target-screening", "yueqing-judicial-relief", "yueqing-social-assistance", "panan-injury"),
    *("panan-traffic", "shanxian-two-libraries", "weidu-bodily-harm", "weidu-unenforced-judgment"),
    *("unsupported-child", "missed-nursing-subsidy"),
)
RARE = "panan-family"


@dataclass(frozen=True)
class Page:
    """A page to measure: its name, who opens it, and where; ``fresh``: with nothing kept from before."""

    name: str
    user: str
    path: str
    fresh: bool = False


def figures(data: Path, leads: int, people: int) -> str:
    """The section of docs/performance.md."""
    measured = in_child(
        "bench.office", "run", folder=str(data / f"office-{leads}"), leads=leads, people=people
    )
    found = measured.result
    lines = [
        f"### f. The office with {leads:,} leads about {people:,} people\n",
        (
            f"SQLite, one process, with {CASES * leads // 1_000_000:,} relief cases, time limits and "
            f"referrals and {EVENTS * leads // 1_000_000:,} events on record; median of {REPEATS} warm "
            f"requests through Django's client (no network). Target: below {TARGET:.0f} ms.\n"
        ),
        "| page | rows shown | SQL queries | median ms | slowest ms |",
        "|---|---:|---:|---:|---:|",
    ]
    for one in found["pages"]:
        slow = " (over)" if one["median"] > TARGET else ""
        lines.append(
            f"| {one['name']} | {one['rows']} | {one['queries']} | {one['median']:.0f}{slow} "
            f"| {one['most']:.0f} |"
        )
    loaded = f"Loaded in {found['loading']:,.0f} s; p" if found["loading"] else "P"
    lines.append(f"\n{loaded}eak memory {measured.peak_mib:,.0f} MiB.")
    return "\n".join(lines) + "\n"


def run(folder: str, leads: int, people: int) -> Measured:
    """Make the office and measure its pages, in a process of its own.

    Args:
        folder: of the office; one that is there already, whole, is used again.
        leads: how many.
        people: how many.
    """
    at = Path(folder)
    at.mkdir(parents=True, exist_ok=True)
    os.environ |= {"YINGJIU_OFFICE_FOLDER": str(at), "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django  # noqa: PLC0415 - the folder must be known first

    django.setup()
    started, loading = time.perf_counter(), 0.0
    if not (at / "made.json").is_file():
        _make(leads, people)
        (at / "made.json").write_text(json.dumps({"leads": leads, "people": people}), encoding="utf-8")
        loading = time.perf_counter() - started
    from django.test.utils import setup_test_environment  # noqa: PLC0415 - as above

    setup_test_environment()  # so that a response tells which rows it showed
    pages = [_measure(page) for page in _pages()]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = [one["median"] / 1000 for one in pages]
    return Measured(seconds, memory, {"pages": pages, "loading": loading})


# -- the data ----------------------------------------------------------------------------------------------


def _make(leads: int, people: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up first
    from django.db import connection  # noqa: PLC0415 - as above

    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    rng = random.Random(7)
    offices = _organisations()
    weights = [40, *[6] * (len(offices) - 1)]
    persons = _people(rng, offices, weights, people)
    _leads(rng, offices, weights, persons, leads)
    _cases(rng, offices, weights, persons, CASES * leads // 1_000_000)
    _events(rng, EVENTS * leads // 1_000_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA synchronous=FULL")


def _organisations() -> list[Any]:
    """A province, a city, eleven counties with a department of complaints, and a user for each role."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - as above

    from yingjiu.office.accounts.models import (  # noqa: PLC0415 - as above
        Function,
        Kind,
        Level,
        Organisation,
        RoleGrant,
        User,
    )
    from yingjiu.office.accounts.roles import Role  # noqa: PLC0415 - as above

    office, department = Kind.PROCURATORATE, Kind.DEPARTMENT
    province = Organisation.objects.create(name="虚构省人民检察院", kind=office, level=Level.PROVINCIAL)
    city = Organisation.objects.create(
        name="虚构市人民检察院", kind=office, level=Level.MUNICIPAL, parent=province
    )
    hashed = make_password(None)

    def user(name: str, at: Organisation, *roles: Role) -> None:
        made = User.objects.create(
            username=name, display_name=name, organisation=at, password=hashed, clearance=2
        )
        for role in roles:
            RoleGrant.objects.create(user=made, role=role)

    counties = []
    for number in range(1, 12):
        county = Organisation.objects.create(
            name=f"虚构{number}县人民检察院",
            kind=office,
            level=Level.COUNTY,
            parent=city,
            region=f"3209{number:02}",
        )
        complaints = Organisation.objects.create(
            name="控告申诉检察部", kind=department, parent=county, function=Function.COMPLAINTS
        )
        for each in range(1, 6):
            user(f"handler-{number}-{each}", complaints, Role.HANDLER)
        user(f"head-{number}", complaints, Role.HEAD)
        user(f"analyst-{number}", complaints, Role.ANALYST)
        agency = Organisation.objects.create(
            name=f"虚构{number}县民政局", kind=Kind.AGENCY, parent=county, agency="civil_affairs"
        )
        user(f"liaison-{number}", agency, Role.LIAISON)
        counties.append((county, complaints))
    complaints = Organisation.objects.create(
        name="控告申诉检察部", kind=department, parent=city, function=Function.COMPLAINTS
    )
    user("city-head", complaints, Role.HEAD)
    user("audit-admin", province, Role.AUDIT_ADMIN)
    return counties


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _people(rng: random.Random, offices: list[Any], weights: list[int], count: int) -> list[tuple[int, int]]:
    """People through the office's own door; returns (place of the office, key) of each."""
    from yingjiu.office.people.services import take_persons  # noqa: PLC0415 - as above

    made: list[tuple[int, int]] = []
    shares = [count * weight // sum(weights) for weight in weights]
    shares[0] += count - sum(shares)
    number = 0
    for place, share in enumerate(shares):
        rows = []
        for _each in range(share):
            number += 1
            born = date(1935, 1, 1) + timedelta(days=rng.randrange(29_000))
            key = (320900 + place + 1) * 10**11 + int(f"{born:%Y%m%d}") * 1000 + number % 1000
            rows.append(
                {
                    "person_id": key,
                    "name": rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2)))),
                    "phone": f"154{number:08}",
                    "address": f"虚构{place + 1}县{rng.choice(TOWNS)}{rng.randrange(40)}村{number}号",
                }
            )
        for batch in _batches(iter(rows)):
            made += [(place, person.pk) for person in take_persons(offices[place][0], batch).values()]
        _say(f"people: {len(made):,}")
    return made


def _leads(
    rng: random.Random, offices: list[Any], weights: list[int], persons: list[tuple[int, int]], count: int
) -> None:
    """Leads in bulk, without the events and records that the services would write too."""
    from django.db import transaction  # noqa: PLC0415 - as above
    from django.utils import timezone  # noqa: PLC0415 - as above

    from yingjiu.office.accounts.models import User  # noqa: PLC0415 - as above
    from yingjiu.office.leads.models import Lead, LeadModel  # noqa: PLC0415 - as above

    by_office: dict[int, list[int]] = {}
    for place, key in persons:
        by_office.setdefault(place, []).append(key)
    handlers = {
        place: list(
            User.objects.filter(organisation=department, grants__role="handler").values_list("pk", flat=True)
        )
        for place, (_office, department) in enumerate(offices)
    }
    today, now = timezone.localdate(), timezone.now()
    finding = _finding()

    def rows() -> Iterator[Lead]:
        for number in range(count):
            place = rng.choices(range(len(offices)), weights)[0]
            office, department = offices[place]
            state = rng.choices(("new", "assigned", "checking", "decided", "reopened"), (70, 5, 5, 19, 1))[0]
            level = rng.choices(("red", "orange", "yellow"), (5, 25, 70))[0]
            models = rng.sample(MODELS, rng.choice((1, 1, 2, 3)))
            if number % 2000 == 0:
                models = [RARE]
            outcome = (
                rng.choice(("relief_case", "refer", "dismissed", "dismissed")) if state == "decided" else ""
            )
            arrived = now - timedelta(minutes=rng.randrange(500_000))
            worked = state in {"assigned", "checking", "decided"}
            yield Lead(
                organisation=office,
                department=department,
                handler_id=rng.choice(handlers[place]) if worked else None,
                person_id=rng.choice(by_office[place]),
                key=f"bench-{number}",
                kind=rng.choices(("judicial_relief", "social_assistance", "supervision"), (4, 4, 2))[0],
                outcome=rng.choice(("match", "possible")),
                level=level,
                models=models,
                title="司法救助对象筛选",
                case_no=f"（{2020 + number % 6}）苏09{place + 1:02}刑初{number % 90_000 + 1}号",
                case_key=f"({2020 + number % 6})苏09{place + 1:02}刑初{number % 90_000 + 1}号",
                case_serial=str(number % 90_000 + 1),
                charge="故意伤害罪",
                stage="trial_first",
                role="victim",
                region=f"3209{place + 1:02}",
                town=rng.choice(TOWNS),
                state=state,
                outcome_decided=outcome,
                decided_at=arrived if outcome else None,
                deadline=today + timedelta(days=rng.randrange(-30, 40)),
                first_seen=today,
                last_seen=today,
                run_date=today,
                arrived_at=arrived,
                run="bench",
                finding=finding,  # type: ignore[misc] # JSON, where the stubs see a text
                facts_digest="0" * 64,
                told_digest="0" * 64,
                estimate_low=rng.randrange(1, 50) * 1000,
                estimate_high=rng.randrange(50, 200) * 1000,
            )

    done = 0
    for batch in _batches(rows()):
        with transaction.atomic():
            Lead.objects.bulk_create(batch)
            LeadModel.objects.bulk_create(
                LeadModel(lead_id=lead.pk, organisation_id=lead.organisation_id, model=model)
                for lead in batch
                for model in lead.models
            )
        done += len(batch)
        if done % 100_000 == 0:
            _say(f"leads: {done:,}")


def _cases(
    rng: random.Random, offices: list[Any], weights: list[int], persons: list[tuple[int, int]], count: int
) -> None:
    """Relief cases, each with a clock and a referral."""
    from django.db import transaction  # noqa: PLC0415 - as above
    from django.utils import timezone  # noqa: PLC0415 - as above

    from yingjiu.office.accounts.models import Kind, Organisation, User  # noqa: PLC0415 - as above
    from yingjiu.office.clocks.models import Clock  # noqa: PLC0415 - as above
    from yingjiu.office.referrals.models import Referral  # noqa: PLC0415 - as above
    from yingjiu.office.relief.models import ReliefCase  # noqa: PLC0415 - as above

    today = timezone.localdate()
    by_office: dict[int, list[int]] = {}
    for place, key in persons:
        by_office.setdefault(place, []).append(key)
    handlers = [
        list(User.objects.filter(organisation=department, grants__role="handler"))
        for _at, department in offices
    ]
    agencies = [Organisation.objects.get(kind=Kind.AGENCY, parent=county) for county, _department in offices]
    states = ("informing", "applied", "accepted", "reviewing", "in_approval", "paying", "refused", "archived")
    cases, clocks, referrals = [], [], []
    for number in range(1, count + 1):
        place = rng.choices(range(len(offices)), weights)[0]
        office, department = offices[place]
        opened, person = today - timedelta(days=rng.randrange(700)), rng.choice(by_office[place])
        common = {"organisation": office, "department": department, "handler": rng.choice(handlers[place])}
        case = ReliefCase(
            **common,
            pk=number,
            year=opened.year,
            serial=number,
            number=f"虚构检救助〔{opened.year}〕{number}号",
            person_id=person,
            case_no=f"（2024）苏09{place + 1:02}刑初{number}号",
            charge="故意伤害罪",
            harm=rng.choice(("death", "serious_injury")),
            state=rng.choice(states),
            opened_on=opened,
        )
        finished = opened + timedelta(days=9) if case.state in {"refused", "archived"} else None
        sent = opened + timedelta(days=1)
        clocks.append(
            Clock(
                **common,
                subject=case,
                limit="relief.decision",
                length=10,
                unit="working_days",
                started_on=opened,
                due_on=today + timedelta(days=rng.randrange(-30, 60)),
                finished_on=finished,
                state="met" if finished else "running",
            )
        )
        referrals.append(
            Referral(
                **common,
                agency=agencies[place],
                person_id=person,
                case=case,
                state=rng.choice(("draft", "sent", "accepted", "more_time", "done", "done", "done")),
                ground="consent",
                consent_on=opened,
                sent_on=sent,
                due_on=sent + timedelta(days=30),
            )
        )
        cases.append(case)
    with transaction.atomic():
        ReliefCase._base_manager.bulk_create(cases, batch_size=BATCH)
        Clock._base_manager.bulk_create(clocks, batch_size=BATCH)
        Referral._base_manager.bulk_create(referrals, batch_size=BATCH)
    _say(f"cases, clocks, referrals: {count:,} each")


def _events(rng: random.Random, count: int) -> None:
    """Events on record, chained as the office chains them; written in bulk, which it never does itself."""
    from django.db import connection, transaction  # noqa: PLC0415 - as above
    from django.utils import timezone  # noqa: PLC0415 - as above

    from yingjiu.office.accounts.models import User  # noqa: PLC0415 - as above
    from yingjiu.office.audit.anchor import anchor_after_commit  # noqa: PLC0415 - as above
    from yingjiu.office.audit.models import Action, ChainHead, Event  # noqa: PLC0415 - as above
    from yingjiu.office.audit.services import record  # noqa: PLC0415 - as above
    from yingjiu.office.audit.triggers import install, remove  # noqa: PLC0415 - as above

    users = list(User.objects.select_related("organisation"))
    actions = [action.value for action in Action]
    first = record(Action.ADMINISTER, user=None)
    begun = timezone.now() - timedelta(seconds=count)
    last = first

    def rows() -> Iterator[Event]:
        nonlocal last
        for number in range(1, count):
            user = rng.choice(users)
            event = Event(
                sequence=first.sequence + number,
                at=begun + timedelta(seconds=number),
                user=user,
                user_name=f"{user.display_name} ({user.username})",
                organisation=user.organisation,
                organisation_name=str(user.organisation),
                action=rng.choice(actions),
                subject_type="leads.Lead",
                subject_id=str(rng.randrange(1, 1_000_000)),
                purpose="办案",
                previous=last.digest,
            )
            event.digest = event.computed_digest()
            last = event
            yield event

    remove(connection)
    for batch in _batches(rows()):
        with transaction.atomic():
            Event._base_manager.bulk_create(batch)
    with transaction.atomic():
        ChainHead.objects.filter(pk=1).update(sequence=last.sequence, digest=last.digest)
        anchor_after_commit(last.sequence)
    install(connection)
    _say(f"events: {count:,}")


def _finding() -> dict[str, Any]:
    """A small finding; lists never read it."""
    condition = {
        "says": "本人或者家庭享受低保",
        "truth": True,
        "settle": None,
        "table": "party",
        "seen": [],
        "rows": [],
    }
    reason = {
        "model": MODELS[0],
        "version": 1,
        "title": "司法救助对象筛选",
        "after": None,
        "basis": [["人民检察院开展国家司法救助工作细则", "7"]],
        "outcome": "match",
        "level": "red",
        "conditions": [["dibao", 0]],
        "settle": [],
        "questions": [],
        "recommendations": [],
        "read_at": [],
    }
    return {
        "reasons": [reason],
        "conditions": [condition],
        "rows": [],
        "hardship": ["dibao"],
        "age": 40,
        "estimate": None,
    }


# -- the pages ---------------------------------------------------------------------------------------------


def _pages() -> list[Page]:
    from yingjiu.office.accounts.models import User  # noqa: PLC0415 - as above
    from yingjiu.office.leads.models import Lead  # noqa: PLC0415 - as above
    from yingjiu.office.people.searching import search  # noqa: PLC0415 - as above

    handled = Lead.objects.filter(handler__username="handler-1-1", state="checking").order_by("pk").first()
    assert handled is not None
    inbox = "/leads/"
    head = User.objects.get(username="head-1")
    by_name = search(kind="name", text="王秀英", purpose="办案", user=head)
    by_phone = search(kind="phone", text="15400000077", purpose="办案", user=head)
    return [
        *(Page(f"desk: {each}", each, "/") for each in ("handler-1-1", "head-1", "city-head", "analyst-1")),
        Page("desk: liaison-1", "liaison-1", "/"),
        Page("figures, kept: head", "head-1", "/figures/"),
        Page("figures, counted anew: head", "head-1", "/figures/", fresh=True),
        Page("inbox, new: handler", "handler-1-1", inbox),
        Page("inbox, mine: handler", "handler-1-1", f"{inbox}?tab=mine"),
        Page("inbox, all: handler", "handler-1-1", f"{inbox}?tab=all"),
        Page("inbox, new: head", "head-1", inbox),
        Page("inbox, all: head", "head-1", f"{inbox}?tab=all"),
        Page("inbox, decided: head", "head-1", f"{inbox}?tab=decided"),
        Page("inbox, page 200: head", "head-1", f"{inbox}?tab=all&page=200"),
        Page("inbox, all: head of the city", "city-head", f"{inbox}?tab=all"),
        Page("inbox, new: head of the city", "city-head", inbox),
        Page("inbox, decided: head of the city", "city-head", f"{inbox}?tab=decided"),
        Page("inbox, red: head", "head-1", f"{inbox}?tab=all&level=red"),
        Page(
            "inbox, red and supervision: head of the city", "city-head", f"{inbox}?level=red&kind=supervision"
        ),
        Page("inbox, one town: head", "head-1", f"{inbox}?tab=all&town={TOWNS[3]}"),
        Page("inbox, one state: head", "head-1", f"{inbox}?tab=all&state=reopened"),
        Page("inbox, a common model: head", "head-1", f"{inbox}?tab=all&model={MODELS[0]}"),
        Page("inbox, a rare model: head", "head-1", f"{inbox}?tab=all&model={RARE}"),
        Page("inbox, a rare model: head of the city", "city-head", f"{inbox}?tab=all&model={RARE}"),
        Page("inbox, newest first: head", "head-1", f"{inbox}?sort=-arrived"),
        Page("inbox, overdue: analyst", "analyst-1", f"{inbox}?tab=all&due=over"),
        Page(
            "search, a whole case number: handler", "handler-1-1", f"{inbox}?tab=all&q=（2021）苏0901刑初2号"
        ),
        Page("search, the last number: head", "head-1", f"{inbox}?tab=all&q=123"),
        Page("search, the beginning: head", "head-1", f"{inbox}?tab=all&q=（2021）苏0901刑初1"),
        Page("search, nothing found: head", "head-1", f"{inbox}?tab=all&q=（1999）苏"),
        Page("anything new? (poll)", "head-1", f"{inbox}fresh?mark=0"),
        Page("counts of the navigation", "head-1", "/frame/badges"),
        Page("a lead", "handler-1-1", f"{inbox}{handled.pk}/"),
        Page("people found by name: head", "head-1", f"/people/found/{by_name.pk}/"),
        Page("people found by telephone: head", "head-1", f"/people/found/{by_phone.pk}/"),
        Page("relief cases: handler", "handler-1-1", "/relief/"),
        Page("relief cases: head", "head-1", "/relief/"),
        Page("relief cases by number: head of the city", "city-head", "/relief/?q=〕123"),
        Page("referrals: head", "head-1", "/referrals/"),
        Page("referrals, overdue: head of the city", "city-head", "/referrals/?overdue=1"),
        Page("referrals received: liaison", "liaison-1", "/referrals/inbox/"),
        Page("time limits: handler", "handler-1-1", "/clocks/"),
        Page("time limits: head of the city", "city-head", "/clocks/"),
        Page("events on record: audit administrator", "audit-admin", "/audit/"),
        Page("events of one user: audit administrator", "audit-admin", "/audit/?user=handler-1-1"),
        Page("events with a purpose nobody gave", "audit-admin", "/audit/?purpose=zzz"),
    ]


def _measure(page: Page) -> dict[str, Any]:
    from django.core.cache import cache  # noqa: PLC0415 - Django is set up first
    from django.db import connection, reset_queries  # noqa: PLC0415 - as above
    from django.test import Client  # noqa: PLC0415 - as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - as above

    from yingjiu.office.accounts.models import User  # noqa: PLC0415 - as above

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(
        User.objects.get(username=page.user), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.get(page.path)
    if page.fresh:
        cache.clear()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page.path)
    queries = list(captured.captured_queries)
    if response.status_code != 200:
        raise SystemExit(f"{page.name}: {response.status_code}")
    reset_queries()
    times = []
    for _each in range(REPEATS):
        if page.fresh:
            cache.clear()
        times.append(_timed(lambda: client.get(page.path)))
    shown = response.context["page"] if response.context and "page" in response.context else ()
    one = {
        "name": page.name,
        "rows": len(shown),
        "queries": len(queries),
        "median": statistics.median(times),
        "most": max(times),
    }
    _say(f"{page.name}: {one['rows']} rows, {one['queries']} queries, {one['median']:.0f} ms")
    if os.environ.get("BENCH_OFFICE_SQL"):
        for query in queries:
            _say(f"    {query['time']} {query['sql'][:600]}")
    return one


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def main() -> int:
    """``python -m bench.office [leads] [people] [folder]``."""
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    people = int(sys.argv[2]) if len(sys.argv) > 2 else leads // 5
    if len(sys.argv) > 3:
        sys.stdout.write(figures(Path(sys.argv[3]), leads, people))
        return 0
    with tempfile.TemporaryDirectory(prefix="yingjiu-bench-") as temporary:
        sys.stdout.write(figures(Path(temporary), leads, people))
    return 0


if __name__ == "__main__":
    sys.exit(main())
