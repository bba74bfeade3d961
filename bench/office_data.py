"""The office of the bench: a province with eleven counties, their people, leads and events on record.

One county is the demonstration's, made through the doors of the office: the files of its agencies are loaded,
records are linked, the models run, and some of its leads are carried to money and help. Around it everything
is made in bulk, as much of it as the largest county would have.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count as numbers
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench.bulk import Bulk, next_key, without_indexes
from bench.measure import say
from yingjiu.office.accounts.models import Function, Kind, Level, Organisation, RoleGrant, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.anchor import anchor_after_commit
from yingjiu.office.audit.chain import FIELDS, digest_of
from yingjiu.office.audit.models import Action, ChainHead, Event
from yingjiu.office.audit.services import record
from yingjiu.office.audit.triggers import install, remove
from yingjiu.office.demonstration import demonstrate
from yingjiu.office.leads.models import Lead, LeadModel
from yingjiu.office.people.models import Person, PersonGram
from yingjiu.office.people.services import take_persons

__all__ = ["MODELS", "RARE", "TOWNS", "Place", "World", "make"]

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = "国建军明华德福永志成文林玉祥荣生贵宝海山伟强勇斌涛刚磊波辉平秀英桂兰芳珍凤莲梅云"
TOWNS = tuple(f"虚构{name}镇" for name in "东西南北中前后上下左右新老大小高低长短远近")
MODELS = (
    *("guanyun-target-screening", "yueqing-judicial-relief", "yueqing-social-assistance", "panan-injury"),
    *("panan-traffic", "shanxian-two-libraries", "weidu-bodily-harm", "weidu-unenforced-judgment"),
    *("unsupported-child", "missed-nursing-subsidy"),
)
RARE = "panan-family"
PURPOSES = (
    *("办案", "核实线索", "电话核实家庭情况", "走访前查看地址", "审查司法救助申请", "核对身份证号码"),
    *("答复来信来访", "移送民政部门前核对", "发放救助金前核对账户", "抽查办案质量", "回访被救助人"),
)
PEOPLE_AT_ONCE = 5_000


@dataclass
class Place:
    """One county of the bench and who works there."""

    office: Organisation
    department: Organisation
    agency: Organisation
    handlers: list[User]
    head: User
    liaison: User
    grid_worker: User
    weight: int
    people: list[int] = field(default_factory=list)


@dataclass
class World:
    """What there is to hang things on; of the sealed people nothing but their row tells."""

    rng: random.Random
    places: list[Place]
    sealed: list[int] = field(default_factory=list)

    def place(self) -> Place:
        """A county, the larger the more likely."""
        return self.rng.choices(self.places, [each.weight for each in self.places])[0]


def make(leads: int, people: int) -> None:
    """Make the office."""
    from bench.office_work import make_work  # noqa: PLC0415 - that module uses this one

    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    demonstrate(size=max(2_000, people // 10))
    say("the demonstration's county")
    world = World(random.Random(7), _places())
    _people(world, people)
    _leads(world, leads)
    make_work(world, leads)
    _events(world.rng, leads)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA synchronous=FULL")
    say("made")


def _places() -> list[Place]:
    """The demonstration's county, and ten more of the same city, each with fifty accounts."""
    first = Organisation.objects.get(name="虚构县人民检察院")
    city = first.parent
    assert city is not None
    assert city.parent is not None
    hashed = make_password(None)

    def user(name: str, at: Organisation, *roles: Role) -> User:
        made = User.objects.create(
            username=name, display_name=name, organisation=at, password=hashed, clearance=2
        )
        RoleGrant.objects.bulk_create(RoleGrant(user=made, role=role) for role in roles)
        return made

    def named(name: str) -> User:
        return User.objects.select_related("organisation").get(username=name)

    department = Organisation.objects.get(name="控告申诉检察部", parent=first)
    agency = Organisation.objects.get(name="虚构县民政局", parent=first)
    handlers = [
        named("handler"),
        named("handler2"),
        *(user(f"handler-0-{n}", department, Role.HANDLER) for n in range(3)),
    ]
    places = [
        Place(first, department, agency, handlers, named("head"), named("civil"), named("grid"), weight=40)
    ]
    for number in range(1, 11):
        office = Organisation.objects.create(
            name=f"虚构{number}县人民检察院",
            kind=Kind.PROCURATORATE,
            level=Level.COUNTY,
            parent=city,
            region=f"3209{number:02}",
        )
        department = Organisation.objects.create(
            name="控告申诉检察部", kind=Kind.DEPARTMENT, parent=office, function=Function.COMPLAINTS
        )
        agency = Organisation.objects.create(
            name=f"虚构{number}县民政局", kind=Kind.AGENCY, parent=office, agency="civil_affairs"
        )
        for each in range(40):
            user(f"analyst-{number}-{each}", department, Role.ANALYST)
        places.append(
            Place(
                office,
                department,
                agency,
                [user(f"handler-{number}-{each}", department, Role.HANDLER) for each in range(5)],
                user(f"head-{number}", department, Role.HEAD),
                user(f"liaison-{number}", agency, Role.LIAISON),
                user(f"grid-{number}", agency, Role.GRID_WORKER),
                weight=6,
            )
        )
    complaints = Organisation.objects.create(
        name="控告申诉检察部", kind=Kind.DEPARTMENT, parent=city, function=Function.COMPLAINTS
    )
    user("city-head", complaints, Role.HEAD)
    for name, role in (
        ("audit-admin", Role.AUDIT_ADMIN),
        ("system-admin", Role.SYSTEM_ADMIN),
        ("security-admin", Role.SECURITY_ADMIN),
    ):
        user(name, city.parent, role)
    return places


def _people(world: World, count: int) -> None:
    """People through the office's own door, with what searches find them by."""
    rng, serial = world.rng, numbers(1)
    whole = sum(place.weight for place in world.places)
    here = Person.objects.count()
    with without_indexes(PersonGram):
        for number, place in enumerate(world.places):
            share = count * place.weight // whole - (here if number == 0 else 0)
            rows = (_person(rng, number, next(serial)) for _each in range(share))
            while batch := list(islice(rows, PEOPLE_AT_ONCE)):
                take_persons(place.office, batch)
            place.people = list(
                Person.objects.filter(organisation=place.office).order_by("pk").values_list("pk", flat=True)
            )
            say(f"people: {sum(len(each.people) for each in world.places):,}")
    world.sealed, world.places[0].people = world.places[0].people[-500:], world.places[0].people[:-500]


def _person(rng: random.Random, place: int, number: int) -> dict[str, Any]:
    born = date(1935, 1, 1) + timedelta(days=rng.randrange(29_000))
    return {
        "person_id": (320900 + place + 1) * 10**11 + int(f"{born:%Y%m%d}") * 1000 + number % 1000,
        "name": rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2)))),
        "phone": f"154{number:08}",
        "address": f"虚构{place + 1}县{rng.choice(TOWNS)}{rng.randrange(40)}村{number}号",
    }


def _leads(world: World, count: int) -> None:
    """Leads, without the events and records that services would write too.

    The findings of the demonstration's leads are whole; those of the others are short, and lists read none.
    """
    today = timezone.localdate()
    template = Lead(
        organisation=world.places[0].office,
        person_id=world.places[0].people[0],
        key="bench",
        title="司法救助对象筛选",
        charge="故意伤害罪",
        stage="trial_first",
        role="victim",
        deadline=today,
        first_seen=today,
        last_seen=today,
        run_date=today,
        arrived_at=timezone.now(),
        run="bench",
        gist={"holds": ["本人或者家庭享受低保", "本案被害人死亡"], "unknown": 2},
        finding=finding(),  # type: ignore[misc] # JSON, where the stubs see a text
        facts_digest="0" * 64,
        told_digest="0" * 64,
        version=1,
    )
    first = next_key(Lead)
    chosen: list[tuple[int, int, list[str]]] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(first, count + 1):
            row = _lead(world, number)
            chosen.append((number, row["organisation_id"], row["models"]))
            yield row
            if number % 100_000 == 0:
                say(f"leads: {number:,}")

    with without_indexes(Lead, LeadModel):
        Bulk(template).write(rows())
        speaks = ((lead, office, model) for lead, office, models in chosen for model in models)
        pk = next_key(LeadModel)
        Bulk(LeadModel(lead_id=1, organisation=world.places[0].office, model="")).write(
            {"id": key, "lead_id": lead, "organisation_id": office, "model": model}
            for key, (lead, office, model) in enumerate(speaks, pk)
        )
    say(f"leads: {count:,}, indexed")


def _lead(world: World, number: int) -> dict[str, Any]:
    rng, place = world.rng, world.place()
    state = rng.choices(("new", "assigned", "checking", "decided", "reopened"), (70, 5, 5, 19, 1))[0]
    models = rng.sample(MODELS, rng.choice((1, 1, 2, 3)))
    if number % 2000 == 0:
        models = [RARE]
    outcome = rng.choice(("relief_case", "refer", "dismissed", "dismissed")) if state == "decided" else ""
    arrived = NOW - timedelta(minutes=rng.randrange(500_000))
    region = place.office.region or "320999"
    serial, year = number % 90_000 + 1, 2020 + number % 6
    return {
        "id": number,
        "organisation_id": place.office.pk,
        "department_id": place.department.pk,
        "handler_id": rng.choice(place.handlers).pk if state in {"assigned", "checking", "decided"} else None,
        "person_id": rng.choice(place.people),
        "key_index": f"{number:032x}",
        "kind": rng.choices(("judicial_relief", "social_assistance", "supervision"), (4, 4, 2))[0],
        "outcome": rng.choice(("match", "possible")),
        "level": rng.choices(("red", "orange", "yellow"), (5, 25, 70))[0],
        "models": models,
        "case_no": f"（{year}）苏{region[2:]}刑初{serial}号",
        "case_key": f"({year})苏{region[2:]}刑初{serial}号",
        "case_serial": str(serial),
        "region": region,
        "town": rng.choice(TOWNS),
        "state": state,
        "outcome_decided": outcome,
        "decided_at": arrived + timedelta(days=rng.randrange(20)) if outcome else None,
        "deadline": TODAY + timedelta(days=rng.randrange(-30, 40)),
        "first_seen": arrived.date(),
        "last_seen": TODAY,
        "arrived_at": arrived,
        "estimate_low": rng.randrange(1, 50) * 1000,
        "estimate_high": rng.randrange(50, 200) * 1000,
    }


NOW = timezone.now()
TODAY = timezone.localdate()


def _events(rng: random.Random, count: int) -> None:
    """Events on record, chained as the office chains them; written in bulk, which it never does itself."""
    users = [
        {
            "user_id": user.pk,
            "user_name": f"{user.display_name} ({user.username})",
            "organisation_id": user.organisation_id,
            "organisation_name": str(user.organisation),
        }
        for user in User.objects.select_related("organisation")
    ]
    actions = [action.value for action in Action]
    first = record(Action.ADMINISTER, user=None)
    begun = NOW - timedelta(seconds=30 * count)
    shared = {"detail_text": first.detail_text, "address": "127.0.0.1", "subject_type": "leads.Lead"}
    last: dict[str, Any] = {"sequence": first.sequence, "digest": first.digest}

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal last
        for number in range(first.sequence + 1, count + 1):
            row = {
                **shared,
                **rng.choice(users),
                "sequence": number,
                "at": begun + timedelta(seconds=30 * number),
                "action": rng.choice(actions),
                "subject_id": str(rng.randrange(1, count)),
                "purpose": purpose_of(rng, number),
                "previous": last["digest"],
            }
            last = {"sequence": number, "digest": digest_of(row)}
            yield row | {"digest": last["digest"]}

    remove(connection)
    with without_indexes(Event):
        Bulk(Event(**{name: getattr(first, name) for name in FIELDS}, digest=first.digest)).write(rows())
    with transaction.atomic():
        ChainHead.objects.filter(pk=1).update(**last)
        anchor_after_commit(last["sequence"])
    install(connection)
    say(f"events: {count:,}")


def purpose_of(rng: random.Random, number: int) -> str:
    """A purpose as people write it: most of a few words, some with the number of a case, many none."""
    if rng.random() < 0.4:
        return ""
    purpose = rng.choice(PURPOSES)
    return (
        f"{purpose}，案号（{2020 + number % 6}）苏0999刑初{number % 90_000 + 1}号"
        if rng.random() < 0.1
        else purpose
    )


def finding() -> dict[str, Any]:
    """A short finding."""
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
