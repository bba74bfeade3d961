"""Steps of a case for the tests: a lead with data, and the way from it to money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests.office.house import House, user
from yingjiu.codes import make_number
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.files.models import StoredFile
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.people.services import take_person
from yingjiu.office.relief import services
from yingjiu.office.relief.application_form import FIELDS
from yingjiu.office.relief.models import Payment, ReliefCase
from yingjiu.office.relief.services.paying import PlannedPayment
from yingjiu.office.relief.states import ApprovalState, MaterialState, Way

FORM = {
    "applicant_address": "虚构县虚构镇一村",
    "applicant_phone": "13900000000",
    "relation_to_victim": "本人",
    "victim_name": "虚构甲",
    "case_title": "虚构乙故意伤害案",
    "case_facts": "虚构乙持械伤人。",
    "harm": "重伤二级",
    "compensation": "未获赔偿",
    "other_relief": "无",
    "hardship": "低保户，无力承担医疗费",
    "family": "虚构甲，本人，42，无，0",
    "request": "申请国家司法救助",
}
ORAL = {
    "recorded_from": "09:00",
    "recorded_to": "09:40",
    "place": "12309检察服务中心",
    "inquirer_name": "虚构handler",
    "recorder_name": "虚构handler2",
}
BY_OTHERS = {
    "agent_name": "虚构丙",
    "agent_relation": "母亲",
    "agent_id_number": "",
    "agent_phone": "13900000001",
}
FACTS: dict[str, Any] = {
    "harm": "bodily",
    "injury_grade": "serious_2",
    "injury_disability_grade": "none",
    "urgent_treatment": False,
    "working_capacity_lost": False,
    "loss": Decimal(0),
    "medical_cost": Decimal(40000),
    "awarded": Decimal(120000),
    "received": Decimal(0),
    "fault": "none",
    "hardships": ["dibao"],
    "minor_dependants": 0,
    "other_dependants": 0,
    "applicant_minor": False,
    "victim_age": 42,
}
ANSWERS = {
    "eligible_injury": {"answer": "yes", "evidence": "鉴定意见书"},
    "hardship_by_case": {"answer": "yes", "evidence": "民政部门低保数据"},
    **{
        each: {"answer": "no"}
        for each in (
            "serious_fault",
            "refused_help",
            "false_statement",
            "gave_up",
            "not_by_case",
            "already_helped",
            "relieved_before",
        )
    },
}
FINDING = {
    "reasons": [],
    "conditions": [],
    "rows": [
        {
            "table": "party",
            "source": "procuratorate-prosecution-parties",
            "title": "审查起诉当事人",
            "agency": "县人民检察院",
            "file": "parties.xlsx",
            "sheet": "1",
            "row": 7,
            "date": "2026-09-01",
            "batch": "b1",
            "values": [["harm", "bodily"], ["harm_grade", "serious_2"], ["loss", "0.00"]],
            "route": "",
            "relation": None,
            "sure": True,
        },
        {
            "table": "hardship",
            "source": "civil-affairs-dibao",
            "title": "最低生活保障名单",
            "agency": "县民政局",
            "file": "dibao.csv",
            "sheet": None,
            "row": 12,
            "date": "2026-09-30",
            "batch": "b2",
            "values": [["list", "dibao"]],
            "route": "person",
            "relation": None,
            "sure": True,
        },
    ],
    "hardship": ["dibao"],
    "age": 42,
    "estimate": None,
}


def person_of(house: House, *, serial: int = 1, born: str = "19840305") -> Person:
    number = make_number("320999", date.fromisoformat(f"{born[:4]}-{born[4:6]}-{born[6:]}"), 2 * serial + 1)
    return take_person(
        house.county,
        person_id=int(number[:17]),
        name="虚构甲",
        id_number=number,
        phone="13900000000",
        sex="male",
        birth_date=date.fromisoformat(f"{born[:4]}-{born[4:6]}-{born[6:]}"),
        region="320999",
        address="虚构县虚构镇一村",
    )


def lead_of(house: House, person: Person, *, case_no: str = "（2026）虚0999刑初12号", **more: Any) -> Lead:
    today = timezone.localdate()
    given = {
        "organisation": house.county,
        "department": house.complaints,
        "handler": house.handler,
        "person": person,
        "key": f"{person.pk}",
        "kind": "judicial_relief",
        "outcome": "match",
        "level": "red",
        "models": ["panan-injury"],
        "title": "故意伤害类救助线索",
        "case_no": case_no,
        "charge": "故意伤害罪",
        "stage": "prosecution_review",
        "role": "victim",
        "region": "320999",
        "state": "assigned",
        "deadline": today,
        "first_seen": today,
        "last_seen": today,
        "arrived_at": timezone.now(),
        "finding": FINDING,
        "facts_digest": "0" * 64,
        "told_digest": "0" * 64,
    }
    return Lead.objects.create(**{**given, **more})


def stored_file(owner: User, name: str = "证明.pdf") -> StoredFile:
    return StoredFile.objects.create(
        name=name,
        size=3,
        kind="pdf",
        digest="0" * 64,
        owner=owner,
        organisation=owner.procuratorate,
        attached=True,
    )


@dataclass
class OnTheWay:
    """A case on its way; each step returns itself."""

    house: House
    case: ReliefCase
    facts: dict[str, Any]

    def act(self, service: Callable[..., Any], *, user: User | None = None, **more: Any) -> Any:
        """Call a service with the version that the database has now."""
        now = ReliefCase.objects.get(pk=self.case.pk)
        more.setdefault("user", user or self.house.handler)
        done = service(version=now.version, **{"case": now, **more})
        self.case = ReliefCase.objects.get(pk=self.case.pk)
        return done

    def part(self, service: Callable[..., Any], *, user: User | None = None, **more: Any) -> Any:
        """Call a service for a part of the case."""
        now = ReliefCase.objects.get(pk=self.case.pk)
        done = service(version=now.version, user=user or self.house.handler, **more)
        self.case = ReliefCase.objects.get(pk=self.case.pk)
        return done

    def informed(self) -> OnTheWay:
        self.act(services.inform, told_on=timezone.localdate(), how="in_person", told_by="虚构handler")
        return self

    def applied(
        self, way: str = Way.WRITTEN, *, account: str = "6222000000000000001", **more: Any
    ) -> OnTheWay:
        form = dict(FORM)
        if way == Way.ORAL:
            form |= ORAL
        if way in {Way.GUARDIAN, Way.AGENT}:
            form |= {**BY_OTHERS, "agent_id_number": "320999198001010028"}
            more.setdefault("authority", stored_file(self.house.handler))
        assert set(form) <= {each.key for each in FIELDS}
        self.act(
            services.write_application,
            way=way,
            applied_on=timezone.localdate(),
            form=form,
            reason="因案致贫",
            bank="虚构银行",
            account_name="虚构甲",
            account=account,
            **more,
        )
        self.act(services.apply)
        return self

    def complete(self) -> OnTheWay:
        received = {
            each.item: {"state": MaterialState.RECEIVED}
            for each in self.case.materials.all()
            if each.state == MaterialState.NEEDED
        }
        self.act(services.receive_materials, received=received, on=timezone.localdate())
        return self

    def accepted(self) -> OnTheWay:
        self.complete()
        self.act(services.accept, on=timezone.localdate())
        return self

    def reviewed(self, **answers: Any) -> OnTheWay:
        self.act(services.answer, answers={**ANSWERS, **answers})
        self.act(services.change_facts, changes=self.facts, source="案卷", reason="阅卷核实后填写")
        self.act(services.compute_award)
        return self

    def proposed(
        self, amount: Decimal | None = Decimal(67200), proposal: str = "grant", **more: Any
    ) -> OnTheWay:
        self.act(
            services.propose,
            proposal=proposal,
            amount=amount,
            **{"opinion": "符合细则第七条第一项，建议予以救助。", **more},
        )
        return self

    def submitted(self) -> OnTheWay:
        self.act(services.submit)
        return self

    def approver(self, role: str, organisation: Any) -> User:
        found = User.objects.filter(grants__role=role, organisation__path__startswith=organisation.path)
        for each in found:
            if each.procuratorate == organisation and each != self.house.handler:
                return each
        return user(f"{role}-{organisation.pk}", organisation, Role(role), clearance=3)

    def approved(self, kind: str | None = None) -> OnTheWay:
        while True:
            waiting = self.case.approvals.filter(state=ApprovalState.WAITING)
            if kind is not None:
                waiting = waiting.filter(kind=kind)
            step = waiting.first()
            if step is None:
                return self
            self.part(
                services.approve,
                approval=step,
                user=self.approver(step.role, step.organisation),
                reason="同意",
            )

    def granted(self, **more: Any) -> OnTheWay:
        return self.informed().applied().accepted().reviewed().proposed(**more).submitted().approved()

    def served(self) -> OnTheWay:
        self.act(services.serve_decision, on=timezone.localdate(), how="in_person")
        return self

    def planned(self, *amounts: int, kind: str = "single", **more: Any) -> OnTheWay:
        parts = [Decimal(each) for each in amounts] or [self.case.payable - self.case.planned_total]
        self.act(
            services.plan_payments,
            payments=[PlannedPayment(kind, each, timezone.localdate()) for each in parts],
            **more,
        )
        self.act(services.begin_payment)
        return self

    def paid(self) -> OnTheWay:
        for payment in Payment.objects.filter(case=self.case, state__in=["planned", "checked"]):
            officer = self.approver(Role.FINANCE, payment.payer)
            if payment.state == "planned":
                self.part(
                    services.check_payment, payment=payment, name_agrees=True, in_budget=True, user=officer
                )
            payment.refresh_from_db()
            self.part(
                services.pay,
                payment=payment,
                paid_on=timezone.localdate(),
                voucher=f"V{payment.pk}",
                user=officer,
            )
        return self


def start(house: House, *, lead: bool = True, facts: dict[str, Any] | None = None, **more: Any) -> OnTheWay:
    person = person_of(house)
    if lead:
        given = lead_of(house, person, **more)
        case = services.open_case(lead=given, user=house.handler, version=given.version)
    else:
        case = services.open_case(person=person, user=house.handler, case_no="（2026）虚0999刑初13号", **more)
    return OnTheWay(house, case, {**FACTS, **(facts or {})})
