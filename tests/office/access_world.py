"""Two counties with something of everything, made by the services; each row has a name that a lawyer knows.

What the neighbour county has carries :data:`MARK`, so that a page of this county that shows it is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from tests.office.house import House, build_house, organisation, user
from tests.office.referrals.makers import make_draft, send, with_ground
from tests.office.relief.way import FACTS, OnTheWay, lead_of, stored_file
from yingjiu.codes import make_number
from yingjiu.office.accounts.models import Function, Kind, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.desk.models import Budget
from yingjiu.office.documents.models import Document, TemplateVersion
from yingjiu.office.files.models import Upload
from yingjiu.office.frame import navigation
from yingjiu.office.intake.models import AgencyFile, ModelRun, PartyEntry
from yingjiu.office.jobs.models import Job
from yingjiu.office.leads import services as leads
from yingjiu.office.leads.models import Lead, LeadModel
from yingjiu.office.people.models import Person, Search
from yingjiu.office.people.services import take_person
from yingjiu.office.referrals import services as referrals
from yingjiu.office.referrals.models import Referral
from yingjiu.office.relief import services as relief
from yingjiu.office.relief.models import Delegation, JointShare, Recovery, ReliefCase, SupplementList, Visit
from yingjiu.office.sealing.models import Seal, UnsealRequest

MARK = "邻标"
"""In every name, title and text of the neighbour county."""
MARKED_CASE = "（2026）邻0921刑初99号"


@dataclass
class AccessWorld:
    """Both counties; ``names`` says what each row is called in ``access.yaml``."""

    house: House
    neighbour: House
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    before: dict[str, dict[str, int]] = field(default_factory=dict)

    def call(self, name: str, row: Any) -> Any:
        """Give a row its name."""
        self.names[row._meta.label, row.pk] = name
        return row

    def name_of(self, row: Model) -> str:  # noqa: PLR0911 - one return a model
        """The name of a row; what services made beside it is called after it."""
        known = self.names.get((row._meta.label, row.pk))
        if known:
            return known
        match row._meta.label:
            case "clocks.Clock":
                return f"{self.name_of(row.subject)}·{row.limit}"  # type: ignore[attr-defined] # a clock
            case "documents.Document":
                return f"{self.name_of(row.subject)}·{row.template}"  # type: ignore[attr-defined] # a document
            case "files.StoredFile":
                if row.owner is not None:  # type: ignore[attr-defined] # a file
                    return f"{row.owner.username}存的文件"  # type: ignore[attr-defined] # a file
                return f"{self.name_of(Document.objects.get(file=row.pk))}的文件"
            case "relief.Payment":
                return f"{self.name_of(row.case)}·付款"  # type: ignore[attr-defined] # a payment
            case "leads.Lead":
                return f"{self.name_of(row.person)}的线索"  # type: ignore[attr-defined] # a lead
            case "leads.LeadHandover":
                return f"{self.name_of(row.lead)}·移送"  # type: ignore[attr-defined] # a handing over
        raise AssertionError(f"{row._meta.label} {row.pk} has no name")


def _neighbour(house: House) -> House:
    """People who work in the neighbour county, as in this one."""
    county = house.other_county
    civil = organisation(f"{MARK}民政局", Kind.AGENCY, county, agency="civil_affairs", region="320921")
    User.objects.filter(pk__in=[house.other_handler.pk, house.other_head.pk]).update(
        display_name=f"{MARK}检察官"
    )
    made = {
        "prosecution": organisation(f"{MARK}第一检察部", Kind.DEPARTMENT, county, function=Function.CRIMINAL),
        "second_handler": user(f"{MARK}handler2", house.other_complaints, Role.HANDLER),
        "deputy": user(f"{MARK}deputy", county, Role.DEPUTY_CHIEF, clearance=3),
        "finance": user(f"{MARK}finance", county, Role.FINANCE),
        "analyst": user(f"{MARK}analyst", county, Role.ANALYST),
        "liaison": user(f"{MARK}liaison", civil, Role.LIAISON),
        "grid_worker": user(f"{MARK}grid", civil, Role.GRID_WORKER),
    }
    return replace(
        house,
        county=county,
        complaints=house.other_complaints,
        civil_affairs=civil,
        handler=User.objects.get(pk=house.other_handler.pk),
        head=User.objects.get(pk=house.other_head.pk),
        **made,  # type: ignore[arg-type]  # its users, and a department
    )


class _Maker:
    """Makes what one county has."""

    def __init__(self, world: AccessWorld, house: House, place: str, serial: int) -> None:
        self.world, self.house, self.place, self.serial = world, house, place, serial

    def called(self, name: str, row: Any) -> Any:
        return self.world.call(f"{self.place}·{name}", row)

    def person(self, name: str, **more: Any) -> Person:
        self.serial += 1
        number = make_number("320999", date(1984, 3, 5), 2 * self.serial + 1)
        given = {"phone": "13900000000", "address": "虚构镇一村", "sex": "male", "region": "320999"}
        mark = MARK if self.place == "邻县" else "虚构"
        person = take_person(
            self.house.county,
            person_id=int(number[:17]),
            name=f"{mark}{name}",
            id_number=number,
            birth_date=date(1984, 3, 5),
            **given,
        )
        if more:
            Person.objects.filter(pk=person.pk).update(**more)
            person.refresh_from_db()
        return self.called(f"当事人（{name}）", person)  # type: ignore[no-any-return] # what was given

    def lead(self, name: str, **more: Any) -> Lead:
        person = self.person(f"{name}的人", **({"secrecy": more["secrecy"]} if "secrecy" in more else {}))
        marked = (
            {"title": f"{MARK}线索", "case_no": MARKED_CASE, "region": "320921"}
            if self.place == "邻县"
            else {"case_no": f"（2026）虚0999刑初{self.serial}号"}
        )
        lead = lead_of(self.house, person, **{**marked, **more})
        LeadModel.objects.create(lead=lead, organisation=lead.organisation, model="panan-injury")
        return self.called(f"线索（{name}）", lead)  # type: ignore[no-any-return] # what was given

    def handed(self) -> None:
        """A supervision lead that went to the prosecution department."""
        lead = self.lead("移送第一检察部")
        leads.decide(
            lead=lead,
            outcome="supervision",
            reason="有监督线索",
            user=self.house.handler,
            version=lead.version,
            to_department=self.house.prosecution,
        )

    def case(self, name: str, handler: User, **more: Any) -> OnTheWay:
        lead = self.lead(f"{name}的线索", handler=handler, **more)
        opened = relief.open_case(lead=lead, user=handler, version=lead.version)
        self.called(f"案件（{name}）", opened)
        return OnTheWay(replace(self.house, handler=handler), opened, dict(FACTS))

    def referral(self, name: str, lead: Lead, *, sent: bool) -> Referral:
        made = make_draft(self.house, lead, matched=referrals.propose(lead))
        self.called(f"建议函（{name}）", made)
        return send(self.house, with_ground(self.house, made)) if sent else made

    def paid_case(self, name: str) -> ReliefCase:
        """A case whose payment waits, with a visit, a joint share, a demand and a supplement asked for."""
        way = self.case(name, self.house.handler)
        case = way.granted().served().planned().case
        today = timezone.localdate()
        SupplementList.objects.create(case=case, number=1, asked_on=today, asked_by=self.house.handler)
        JointShare.objects.create(case=case, organisation=self.house.city, amount=Decimal(1))
        Recovery.objects.create(
            case=case,
            ground="false_materials",
            demanded=Decimal(1),
            demanded_on=today,
            reason="虚构",
            demanded_by=self.house.handler,
            resumes=case.state,
        )
        Visit.objects.create(case=case, planned_on=today, planned_by=self.house.handler)
        return case

    def common(self) -> None:
        """What each county has."""
        house, today = self.house, timezone.localdate()
        lead = self.lead("承办人的")
        visit = leads.ask_visit(lead=lead, worker=house.grid_worker, question="请上门", user=house.handler)
        self.called("走访任务", visit)
        asked = leads.ask_agency(
            lead=lead, agency=house.civil_affairs, question="是否低保", basis="casework", user=house.handler
        )
        self.called("向民政的核实", asked)
        self.referral("已发出", lead, sent=True)
        self.referral("草稿", self.lead("另一条"), sent=False)
        case = self.paid_case("待付款")
        number = make_number("320999", date(1970, 1, 2), self.serial)
        offered = referrals.offer(
            user=house.liaison,
            name=f"{MARK if self.place == '邻县' else '虚构'}来人",
            id_number=number,
            reason="住院欠费",
            ground="statute",
            ground_text="社会救助暂行办法第六十一条",
        )
        self.called("民政提名的人", offered)
        self.records(case, today)

    def records(self, case: ReliefCase, today: date) -> None:
        """Files, jobs, searches, seals, data and budgets."""
        house, marked = self.house, MARK if self.place == "邻县" else "虚构"
        sent = stored_file(house.liaison, f"{marked}名单.xlsx")
        self.called(
            "来文数据",
            AgencyFile.objects.create(
                organisation=house.county,
                agency=house.civil_affairs,
                source="civil-affairs-dibao",
                file=sent,
                uploaded_by=house.liaison,
            ),
        )
        run = ModelRun.objects.create(organisation=house.county, run_date=today)
        self.called("模型运行", run)
        entry = PartyEntry.objects.create(  # type: ignore[misc]  # the field keeps JSON
            organisation=house.county,
            entered_by=house.handler,
            values={},
            name=f"{marked}录入",
            case_no=MARKED_CASE if self.place == "邻县" else "（2026）虚0999刑初98号",
        )
        self.called("手工录入", entry)
        job = Job.objects.create(name="intake.load_source", user=house.handler, organisation=house.county)
        self.called("承办人的作业", job)
        self.called(
            "承办人的查询",
            Search.objects.create(user=house.handler, kind="name", term=f"{marked}", purpose="办案"),
        )
        self.called(
            "承办人的上传", Upload.objects.create(key="k", owner=house.handler, name=f"{marked}.pdf", size=3)
        )
        self.called(
            "预算",
            Budget.objects.create(
                organisation=house.county,
                year=today.year,
                amount=Decimal(500000),
                source=f"{marked}财1号",
                changed_by=house.finance,
            ),
        )
        self.called(
            "换过的模板",
            TemplateVersion.objects.create(
                organisation=house.county,
                template="referral_letter",
                file=stored_file(house.head),
                digest="0" * 64,
                reason=f"{marked}格式",
                uploaded_by=house.head,
                active=False,
            ),
        )
        self.called(
            "代行",
            Delegation.objects.create(
                organisation=house.county,
                role=Role.HEAD,
                principal=house.head,
                deputy=house.deputy,
                first_day=today,
                last_day=today,
                reason=f"{marked}出差",
                given_by=house.head,
            ),
        )
        young = self.person("封存的未成年人", secrecy=4, sealed=True)
        seal = Seal.objects.create(
            organisation=house.county,
            year=today.year,
            serial=1,
            ground="not_prosecuted",
            article="x",
            subject_type=ContentType.objects.get_for_model(Person),
            subject_id=young.pk,
            by=house.handler,
            at=timezone.now(),
            note=marked,
        )
        self.called("封存", seal)
        self.called(
            "解封申请",
            UnsealRequest.objects.create(  # type: ignore[misc]  # the field keeps a file
                organisation=house.county,
                seal=seal,
                applicant=f"{marked}法院",
                reference="函1号",
                ground="case_handling",
                application=stored_file(house.handler),
                received_on=today,
                due_on=today + timedelta(days=15),
                opened_for=house.handler,
                recorded_by=house.handler,
                recorded_at=timezone.now(),
            ),
        )


def badges(world: AccessWorld) -> dict[str, dict[str, int]]:
    """The number beside each entry of each user's navigation."""
    return {name: navigation.badges(who) for name, who in world.house.users.items()}


def make_access_world() -> AccessWorld:
    """Both counties."""
    house = build_house()
    world = AccessWorld(house, _neighbour(house))
    here, there = _Maker(world, house, "本县", 0), _Maker(world, world.neighbour, "邻县", 400)
    here.common()
    here.lead("未分案", handler=None, state="new")
    here.lead("未分案、限知", handler=None, state="new", secrecy=2)
    here.lead("同事的", handler=house.second_handler)
    here.lead("承办人的、限知", secrecy=2)
    here.lead("同事的、秘密", handler=house.second_handler, secrecy=3)
    here.lead("承办人的、封存", secrecy=4)
    here.handed()
    here.case("同事的，已申请", house.second_handler).informed().applied()
    here.case("承办人的、限知", house.handler, secrecy=2)
    here.case("同事的、秘密", house.second_handler, secrecy=3)
    world.before = badges(world)
    there.common()
    there.lead("未分案", handler=None, state="new")
    there.handed()
    return world


def models_of_the_office() -> list[type[Model]]:
    """Every concrete model of the office's apps."""
    return [
        each
        for each in apps.get_models()
        if each.__module__.startswith("yingjiu.office.") and not each._meta.auto_created
    ]
