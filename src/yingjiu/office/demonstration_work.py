"""Work in progress for the demonstration: some of its leads, each carried a different way.

The people of the demonstration do what people of an office do, through the same services; who opens the
demonstration then finds cases at every stop, money that was paid, and something that waits for each role.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from yingjiu.codes import age_on
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.desk.budgets import enter_budget
from yingjiu.office.desk.models import Budget
from yingjiu.office.documents.services import issue, produce
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services import assign, claim, decide, record_check
from yingjiu.office.people.models import Person
from yingjiu.office.referrals import services as referrals
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.services.answering import MeasureResult
from yingjiu.office.referrals.states import Ground, Result
from yingjiu.office.relief import services
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.services.paying import PlannedPayment
from yingjiu.office.relief.states import ApprovalState, MaterialState

__all__ = ["carry_some_leads", "write_wage"]

MEASURE: Final = "temporary_relief"
"""What civil affairs are asked for: every family of a relief case may ask for it."""

WAGE: Final = """parameter: average_monthly_wage
title: 职工月平均工资（演示）
unit: yuan/month
series: non_private
replaces_shipped: true
regions:
  - region: "000000"
    last_value_still_valid_on: {year}-12-31
    values:
      - {{from: {year}-01-01, value: 10342.50, year: {before}, citation: 演示用数，非公布数据, grade: own}}
"""

UNKNOWN_UNTIL_ASKED: Final[dict[str, Any]] = {
    "harm": "bodily",
    "injury_grade": "serious_2",
    "injury_disability_grade": "none",
    "urgent_treatment": False,
    "working_capacity_lost": False,
    "loss": Decimal(0),
    "medical_cost": Decimal(38600),
    "awarded": Decimal(126000),
    "received": Decimal(0),
    "fault": "none",
    "minor_dependants": 1,
    "other_dependants": 0,
    "applicant_minor": False,
    "victim_age": 46,
}
"""What the handler of the demonstration finds out where the data do not say it."""

FORM: Final = {
    "relation_to_victim": "本人",
    "case_facts": "申请人在本案中受到侵害，经过见起诉意见书（演示数据）",
    "compensation": "未获赔偿",
    "other_relief": "无",
    "hardship": "因案致贫，家庭无力承担医疗和生活费用",
    "request": "申请国家司法救助",
}
SIGNED: Final = frozenset({"application", "compensation"})
"""Materials that the applicant signs: they come as originals."""
ELIGIBLE: Final = {"answer": "yes", "evidence": "鉴定意见书、民政部门数据"}
NO: Final = {"answer": "no"}
ANSWERS: Final = {
    "eligible_injury": ELIGIBLE,
    "hardship_by_case": ELIGIBLE,
    "serious_fault": NO,
    "refused_help": NO,
    "false_statement": NO,
    "gave_up": NO,
    "not_by_case": NO,
    "already_helped": NO,
    "relieved_before": NO,
}


def write_wage(folder: Path) -> None:
    """Give the demonstration a wage for the year before this one, plainly marked as invented."""
    year = timezone.localdate().year
    path = folder / "parameters" / "demonstration-wage.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WAGE.format(year=year, before=year - 1), encoding="utf-8")


def carry_some_leads(office: Organisation) -> int:
    """Carry leads to relief cases at different stops, if no case is there yet.

    Args:
        office: the procuratorate of the demonstration.

    Returns:
        How many cases there are now.
    """
    if not ReliefCase.objects.exists():
        write_wage(Path(settings.YINGJIU_FOLDER))
        ways: tuple[tuple[Callable[[_Way], object], ...], ...] = (
            (
                _Way.inform,
                _Way.apply,
                _Way.accept,
                _Way.review,
                _Way.propose,
                _Way.approve,
                _Way.pay,
                _Way.visit,
            ),
            (_Way.inform, _Way.apply, _Way.accept, _Way.review, _Way.propose, _Way.approve, _Way.pay),
            (_Way.inform, _Way.apply, _Way.accept, _Way.review, _Way.propose, _Way.approve, _Way.plan),
            (_Way.inform, _Way.apply, _Way.accept, _Way.review, _Way.propose),
            (_Way.inform, _Way.apply, _Way.accept, _Way.review),
            (_Way.inform, _Way.apply, _Way.accept),
            (_Way.inform, _Way.apply),
            (_Way.inform,),
        )
        found = Lead.objects.filter(
            organisation=office,
            kind="judicial_relief",
            outcome="match",
            state="new",
            handler=None,
            gone_on=None,
        )
        # one case for one victim: relatives of the same case stay in the inbox
        by_case: dict[str, Lead] = {}
        for lead in found.exclude(case_no="").order_by("-role", "pk"):
            by_case.setdefault(lead.case_no, lead)
        chosen = list(by_case.values())
        handlers = [User.objects.get(username=name) for name in ("handler", "handler2")]
        for number, way in enumerate(ways[: len(chosen)]):
            going = _Way(office, handlers[number % 2], _taken(chosen[number], handlers[number % 2]))
            for step in way:
                step(going)
        _leave_some_to_decide(chosen[len(ways) :], handlers)
        _give_funds()
        _ask_civil_affairs(office)
    return ReliefCase.objects.count()


def _taken(lead: Lead, handler: User) -> ReliefCase:
    lead = claim(lead=lead, user=handler, version=lead.version)
    record_check(lead=lead, kind="phone", user=handler, note="电话核实：情况属实，未获赔偿。")
    lead.refresh_from_db()
    return services.open_case(lead=lead, user=handler, version=lead.version)


def _leave_some_to_decide(leads: list[Lead], handlers: list[User]) -> None:
    head = User.objects.get(username="head")
    for number, lead in enumerate(leads[:6]):
        assign(lead=lead, handler=handlers[number % 2], user=head, version=lead.version)
    for lead in leads[6:8]:
        given = claim(lead=lead, user=handlers[0], version=lead.version)
        decide(
            lead=given,
            outcome="dismissed",
            reason="电话核实，加害方家属已全额赔偿并取得谅解",
            user=handlers[0],
            version=given.version,
        )


def _give_funds() -> None:
    """Enter what the county has for relief this year."""
    year = timezone.localdate().year
    if not Budget.objects.filter(year=year).exists():
        enter_budget(
            user=User.objects.get(username="finance"),
            year=year,
            amount=Decimal(800_000),
            source="演示：县财政局年度预算批复",
        )


def _ask_civil_affairs(office: Organisation) -> None:
    """Three letters to civil affairs: one answered with help, one accepted, one not opened yet."""
    agency = Organisation.objects.get(parent=office, agency="civil_affairs")
    liaison = User.objects.get(username="civil")
    for number, case in enumerate(ReliefCase.objects.order_by("pk")[:3]):
        letter = _letter(case, agency)
        if number == 2:
            continue
        letter = referrals.accept(referral=letter, user=liaison, version=letter.version, note="已安排入户")
        if number == 0:
            given = MeasureResult(Result.GIVEN, "一次性临时救助", Decimal(6000))
            referrals.finish(
                referral=letter,
                user=liaison,
                version=letter.version,
                results={MEASURE: given},
                proof_text="演示：临时救助审批表",
            )


def _letter(case: ReliefCase, agency: Organisation) -> Referral:
    handler = case.handler or User.objects.get(username="handler")
    letter = referrals.create(
        subject=case,
        agency=agency,
        measures=[MEASURE],
        matched=referrals.propose(case),
        user=handler,
        reasons={MEASURE: "因案致贫，基本生活出现严重困难"},
        case_summary=f"{_matter(case)}，申请人因案遭受损失，未获赔偿。",
        hardship=FORM["hardship"],
        relief_given="已启动国家司法救助",
        reason="生活陷入困境，需要临时救助",
        contact_name=handler.display_name,
        contact_phone="0515-00000000",
    )
    letter = referrals.record_ground(
        referral=letter,
        ground=Ground.CONSENT,
        text="演示：当面签署同意书",
        consent_on=timezone.localdate(),
        user=handler,
        version=letter.version,
    )
    return referrals.send(referral=letter, user=handler, version=letter.version)


@dataclass
class _Way:
    """A case on its way."""

    office: Organisation
    handler: User
    case: ReliefCase

    def _do(
        self, service: Callable[..., Any], *, user: User | None = None, part: bool = False, **more: Any
    ) -> Any:
        now = ReliefCase.objects.get(pk=self.case.pk)
        given = more if part else {"case": now, **more}
        done = service(version=now.version, user=user or self.handler, **given)
        self.case = ReliefCase.objects.get(pk=self.case.pk)
        return done

    def inform(self) -> None:
        """Tell the person that they may apply."""
        self._do(
            services.inform, told_on=timezone.localdate(), how="phone", told_by=self.handler.display_name
        )

    def apply(self) -> None:
        """Take a written application."""
        person = self.case.person
        known = {
            "applicant_address": person.address or "虚构县城关镇",
            "applicant_phone": person.phone or "13900000000",
            "victim_name": person.name,
            "case_title": _matter(self.case),
            "harm": "见鉴定意见书",
            "family": f"{person.name}，本人，{_age(person)}，因伤暂时不能劳动，0",
        }
        self._do(
            services.write_application,
            way="written",
            applied_on=timezone.localdate(),
            form={**FORM, **known},
            reason="因案致贫",
            bank="虚构银行城关支行",
            account_name=person.name,
            account="6222000000000000001",
        )
        self._do(services.apply)

    def accept(self) -> None:
        """Take what is missing, and accept."""
        received = {
            each.item: {"state": MaterialState.RECEIVED, "original": each.item in SIGNED}
            for each in self.case.materials.filter(state=MaterialState.NEEDED)
        }
        self._do(services.receive_materials, received=received, on=timezone.localdate())
        self._do(services.accept, on=timezone.localdate())

    def review(self) -> None:
        """Answer the questions of the review, find out what is unknown, compute."""
        self._do(services.answer, answers=ANSWERS)
        missing = {name: value for name, value in UNKNOWN_UNTIL_ASKED.items() if name not in self.case.facts}
        if missing:
            self._do(
                services.change_facts, changes=missing, source="案卷和走访", reason="阅卷、走访核实后填写"
            )
        self._do(services.compute_award)

    def propose(self) -> None:
        """Write the opinion in the middle of the band, and submit it."""
        computed = self.case.computation
        amount = computed.low if computed is not None else None
        self._do(services.propose, proposal="grant", amount=amount, opinion="符合救助条件，建议予以救助。")
        self._do(services.submit)

    def approve(self) -> None:
        """Let each approver approve, as far as this procuratorate's own go."""
        while step := self.case.approvals.filter(state=ApprovalState.WAITING).first():
            approver = User.objects.filter(
                grants__role=step.role, organisation__path__startswith=step.organisation.path or "-"
            )
            chosen = next((each for each in approver if each.procuratorate == step.organisation), None)
            if chosen is None:
                return
            self._do(services.approve, part=True, approval=step, user=chosen, reason="同意")

    def plan(self) -> None:
        """Serve the decision and hand the money over to finance."""
        if self.case.state != "granted":
            return
        decision = produce("grant_decision", self.case, self.handler)
        issue(document=decision, user=self.handler, seen=decision.digest)
        self._do(services.serve_decision, on=timezone.localdate(), how="in_person")
        whole = PlannedPayment("single", self.case.payable, timezone.localdate())
        self._do(services.plan_payments, payments=[whole])
        self._do(services.begin_payment)

    def pay(self) -> None:
        """Check and pay."""
        self.plan()
        officer = User.objects.get(username="finance")
        first = self.case.payments.filter(state="planned").first()
        if first is None:
            return
        self._do(services.note_funds, part=True, payment=first, on=timezone.localdate(), user=officer)
        self._do(services.notice_payment, on=timezone.localdate())
        for payment in self.case.payments.filter(state="planned"):
            self._do(
                services.check_payment,
                part=True,
                payment=payment,
                name_agrees=True,
                in_budget=True,
                user=officer,
            )
            payment.refresh_from_db()
            self._do(
                services.pay,
                part=True,
                payment=payment,
                paid_on=timezone.localdate(),
                voucher=f"演示凭证{payment.pk}",
                user=officer,
            )

    def visit(self) -> None:
        """Visit once the money is there."""
        if self.case.state != "paid":
            return
        visit = self._do(services.plan_visit, on=timezone.localdate())
        self._do(services.begin_follow_up)
        self._do(
            services.record_visit,
            part=True,
            visit=visit,
            done_on=timezone.localdate(),
            how="in_person",
            life="病情稳定，孩子已复学",
            use_of_money="医疗费和生活费",
        )


def _age(person: Person) -> str:
    return str(age_on(person.birth_date, timezone.localdate())) if person.birth_date else ""


def _matter(case: ReliefCase) -> str:
    return f"{(case.charge or '演示').removesuffix('罪')}案"
