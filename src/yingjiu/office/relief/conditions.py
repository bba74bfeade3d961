"""What must hold before a case moves: each condition with its words and what to do about it.

The state machine asks these (:mod:`.machine`); a page shows the unmet ones; nothing else decides whether a
step is open. They read a case and what hangs on it through its related managers, so that a page which
prefetches them asks the database once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from yingjiu.office.frame.templatetags.frame import money
from yingjiu.office.phrases import labelled
from yingjiu.office.relief import awarded, catalogue, timing
from yingjiu.office.relief.application_form import missing_fields
from yingjiu.office.relief.states import (
    Answer,
    ApprovalState,
    ChainKind,
    PaymentKind,
    PaymentState,
    Proposal,
    State,
    Urgent,
    Way,
)

if TYPE_CHECKING:
    from yingjiu.office.relief.models import Approval, Computation, ReliefCase

__all__ = ["Condition", "current_round"]


def _no_detail(_case: Any) -> list[str]:
    return []


@dataclass(frozen=True)
class Condition:
    """One precondition of a transition.

    Attributes:
        key: stable name; tests and pages use it.
        says: what must hold.
        todo: what to do when it does not.
        part: part of the case's page where that is done.
        holds: asks a case.
        detail: what exactly is missing, in words.
    """

    key: str
    says: Any
    todo: Any
    part: str
    holds: Callable[[Any], bool]
    detail: Callable[[Any], list[str]] = field(default=_no_detail)
    do_not_call_in_templates: ClassVar[bool] = True

    def __call__(self, case: ReliefCase) -> bool:
        """Whether it holds for a case; this is how the state machine asks."""
        return self.holds(case)


def current_round(case: ReliefCase, kind: str) -> list[Approval]:
    """The approvals of the latest round of a kind, in their order; shares in joint relief apart."""
    found = [each for each in case.approvals.all() if each.kind == kind]
    latest = max((each.round for each in found), default=0)
    return sorted(
        (each for each in found if each.round == latest), key=lambda each: (each.share_id or 0, each.order)
    )


def _approved(steps: Sequence[Approval], case: ReliefCase) -> bool:
    people = [each.acted_by_id for each in steps]
    return (
        bool(steps)
        and all(each.state == ApprovalState.APPROVED for each in steps)
        and len(set(people)) == len(people)
        and case.handler_id not in people
    )


def _application(case: ReliefCase) -> Any:
    return getattr(case, "application", None)


def _missing(case: ReliefCase) -> list[str]:
    application = _application(case)
    return [] if application is None else missing_fields(application)


def _authorised(case: ReliefCase) -> bool:
    application = _application(case)
    if application is None or application.way not in {Way.GUARDIAN, Way.AGENT}:
        return True
    return application.authority_id is not None


def _missing_materials(case: ReliefCase) -> list[str]:
    return [catalogue.text(each.title) for each in case.materials.all() if each.required and not each.settled]


def _answers(case: ReliefCase) -> dict[str, Any]:
    return {each.question: each for each in case.answers.all()}


def _unanswered(case: ReliefCase) -> list[str]:
    answers = _answers(case)
    return [
        catalogue.text(question.says)
        for question in catalogue.questions()
        if question.required and question.id not in answers
    ]


def _of_group(case: ReliefCase, group: str) -> list[tuple[Any, Any]]:
    answers = _answers(case)
    return [(each, answers.get(each.id)) for each in catalogue.questions() if each.group == group]


def _eligible(case: ReliefCase) -> bool:
    return any(given and given.answer == Answer.YES for _q, given in _of_group(case, "eligibility"))


def _hardship(case: ReliefCase) -> bool:
    return all(given and given.answer == Answer.YES for _q, given in _of_group(case, "hardship"))


def _unexplained(case: ReliefCase) -> list[str]:
    return [
        catalogue.text(question.says)
        for question, given in _of_group(case, "exclusion")
        if given is not None and given.answer != Answer.NO and not given.reason.strip()
    ]


def _relieved_once(case: ReliefCase) -> bool:
    return all(given and given.answer == Answer.NO for _q, given in _of_group(case, "one_time"))


def _ground_to_refuse(case: ReliefCase) -> bool:
    barred = any(given and given.answer == Answer.YES for _q, given in _of_group(case, "exclusion"))
    return barred or not _eligible(case) or not _hardship(case) or not _relieved_once(case)


def _computation(case: ReliefCase) -> Computation | None:
    return case.computation


def _computed(case: ReliefCase) -> bool:
    computation = _computation(case)
    return computation is not None and computation.low is not None


def _current(case: ReliefCase) -> bool:
    computation = _computation(case)
    return computation is not None and computation.input.get("facts") == case.facts


def _in_band(case: ReliefCase) -> bool:
    computation, amount = _computation(case), case.proposed_amount
    if computation is None or computation.low is None or amount is None:
        return False
    low, high = computation.band_low, computation.band_high
    return (low is not None and low <= amount and (high is None or amount <= high)) or bool(
        case.band_reason.strip()
    )


def _under_caps(case: ReliefCase) -> bool:
    computation, amount = _computation(case), case.proposed_amount
    if computation is None or amount is None:
        return False
    return all(amount <= limit for _says, limit in awarded.caps_of(computation.award))


def _caps_passed(case: ReliefCase) -> list[str]:
    computation, amount = _computation(case), case.proposed_amount
    if computation is None or amount is None:
        return []
    return [
        labelled(says, money(limit)) for says, limit in awarded.caps_of(computation.award) if amount > limit
    ]


def _chain_found(case: ReliefCase) -> bool:
    if not case.proposal:
        return False
    return catalogue.find_chain(case, ChainKind(case.proposal), case.proposed_amount) is not None


def _own_approved(case: ReliefCase) -> bool:
    if not case.proposal:
        return False
    steps = [each for each in current_round(case, case.proposal) if each.share_id is None]
    return _approved(steps, case)


def _shares_approved(case: ReliefCase) -> bool:
    if case.proposal != Proposal.GRANT:
        return True
    steps = current_round(case, ChainKind.JOINT)
    for share in case.shares.all():
        if not _approved([each for each in steps if each.share_id == share.pk], case):
            return False
    return True


def _sealed(case: ReliefCase) -> bool:
    rounds = current_round(case, case.proposal) if case.proposal else []
    number = rounds[0].round if rounds else 0
    return any(each.kind == case.proposal for each in case.sealed.all()) and number > 0


def _live(case: ReliefCase) -> list[Any]:
    return [each for each in case.payments.all() if each.state != PaymentState.CANCELLED]


def _custody_agreed(case: ReliefCase) -> bool:
    return all(each.agreement_id for each in _live(case) if each.kind == PaymentKind.CUSTODY)


def _custody_for_minor(case: ReliefCase) -> bool:
    if not case.applicant_minor:
        return True
    mine = [each for each in _live(case) if each.kind != PaymentKind.URGENT]
    return all(each.kind == PaymentKind.CUSTODY for each in mine) or bool(case.minor_payment_reason.strip())


def _all_paid(case: ReliefCase) -> bool:
    payments = _live(case)
    return all(each.state == PaymentState.PAID for each in payments) and case.paid_total == case.payable


def _visits_done(case: ReliefCase) -> bool:
    return all(each.done_on for each in case.visits.all())


def _open_recoveries(case: ReliefCase) -> list[Any]:
    return [each for each in case.recoveries.all() if each.open_amount]


def _over(case: ReliefCase) -> bool:
    return timing.is_over(case, "relief.supplement")


def _urgent_possible(case: ReliefCase) -> bool:
    return case.urgent_amount is not None and case.urgent_amount > 0 and bool(case.urgent_reason.strip())


def _urgent_in_limit(case: ReliefCase) -> bool:
    computation, amount = _computation(case), case.urgent_amount
    limit = None if computation is None else awarded.urgent_limit(computation.award)
    return limit is not None and (amount is None or amount <= limit)


INFORMED = Condition(
    "informed",
    _("the person was told of the right to apply, or the case was opened ex officio"),
    _("record who told the person, how and when"),
    "inform",
    lambda case: bool(case.informings.all()) or case.way == Way.EX_OFFICIO,
)
APPLICATION = Condition(
    "application",
    _("the application is complete"),
    _("fill in the fields that are missing"),
    "application",
    lambda case: _application(case) is not None and not _missing(case),
    _missing,
)
AUTHORITY = Condition(
    "authority",
    _("the guardian's or the agent's authority is proven"),
    _("upload the proof of guardianship or the power of attorney"),
    "application",
    _authorised,
)
FROM_LEAD = Condition(
    "from_lead",
    _("a case opened ex officio rests on a lead"),
    _("choose another way of applying, or open the case from its lead"),
    "application",
    lambda case: case.way != Way.EX_OFFICIO or case.lead_id is not None,
)
HANDLER = Condition(
    "handler",
    _("the case has a handler"),
    _("let the department head assign it"),
    "history",
    lambda case: case.handler_id is not None,
)
MATERIALS = Condition(
    "materials",
    _("every required material is there or proven by data"),
    _("take the material in, or tell the applicant what is missing, once"),
    "materials",
    lambda case: bool(case.materials.all()) and not _missing_materials(case),
    _missing_materials,
)
MISSING = Condition(
    "missing",
    _("a required material is missing"),
    _("nothing is missing: accept the application"),
    "materials",
    lambda case: bool(_missing_materials(case)),
)
ONE_LIST = Condition(
    "one_list",
    _("what is missing is told at one time: no list was given before, or new facts are stated"),
    _("a second list is open only for new facts: say which"),
    "materials",
    lambda case: not case.supplements.all() or bool(case.new_facts.strip()),
)
SUPPLEMENT_OVER = Condition(
    "supplement_over",
    _("the time for completing the materials is over"),
    _("wait for its end, or extend it"),
    "clocks",
    _over,
)
REASON = Condition(
    "reason",
    _("a reason is given"),
    _("write why"),
    "history",
    lambda case: bool(case.stated_reason.strip()),
)
NOTHING_PAID = Condition(
    "nothing_paid",
    _("no money was paid first"),
    _("urgent relief was paid: write an opinion, so that it is settled"),
    "payments",
    lambda case: case.paid_total == 0,
)
URGENT_RESTS = Condition(
    "urgent_rests",
    _("no approval of urgent relief is under way"),
    _("wait for the approval of the urgent relief"),
    "urgent",
    lambda case: case.urgent_state != Urgent.IN_APPROVAL,
)
ANSWERED = Condition(
    "answered",
    _("every question of the review is answered"),
    _("answer the questions, with evidence"),
    "review",
    lambda case: not _unanswered(case),
    _unanswered,
)
OPINION = Condition(
    "opinion",
    _("the opinion states its reasons"),
    _("write the reasons of the opinion"),
    "opinion",
    lambda case: bool(case.opinion.strip()),
)
ELIGIBLE = Condition(
    "eligible",
    _("one situation of article 7 is found, or relief is not proposed"),
    _("answer the questions of article 7, or propose another outcome"),
    "review",
    lambda case: case.proposal != Proposal.GRANT or _eligible(case),
)
HARDSHIP = Condition(
    "hardship",
    _("urgent difficulty of life because of the case is found, or relief is not proposed"),
    _("answer the question on hardship, or propose another outcome"),
    "review",
    lambda case: case.proposal != Proposal.GRANT or _hardship(case),
)
EXCLUSIONS = Condition(
    "exclusions",
    _("every situation of article 8 that is found, or unclear, is explained, or relief is not proposed"),
    _("say for each why relief is right all the same"),
    "review",
    lambda case: case.proposal != Proposal.GRANT or not _unexplained(case),
    _unexplained,
)
ONE_TIME = Condition(
    "one_time",
    _("no relief was given before in the same case, or relief is not proposed"),
    _("the same person gets relief once in one case: refuse, or correct the answer"),
    "review",
    lambda case: case.proposal != Proposal.GRANT or _relieved_once(case),
)
GROUND = Condition(
    "ground",
    _("a refusal has a ground in the review"),
    _("no question of the review speaks against relief: correct the answers, or propose relief"),
    "review",
    lambda case: case.proposal != Proposal.REFUSE or _ground_to_refuse(case),
)
COMPUTED = Condition(
    "computed",
    _("the standard gives an amount, or relief is not proposed"),
    _("compute the award; without a wage of the region there is no amount"),
    "award",
    lambda case: case.proposal != Proposal.GRANT or _computed(case),
)
CURRENT = Condition(
    "current",
    _("the amount rests on the facts as they stand"),
    _("the facts were changed after the amount was computed: compute it again"),
    "award",
    lambda case: case.proposal != Proposal.GRANT or _current(case),
)
AMOUNT = Condition(
    "amount",
    _("an amount is proposed"),
    _("enter the amount"),
    "opinion",
    lambda case: case.proposal != Proposal.GRANT or bool(case.proposed_amount and case.proposed_amount > 0),
)
BAND = Condition(
    "band",
    _("the amount lies in the band, or a reason is given"),
    _("say why the amount leaves the band"),
    "opinion",
    lambda case: case.proposal != Proposal.GRANT or _in_band(case),
)
CAPS = Condition(
    "caps",
    _("the amount is under every cap"),
    _("lower the amount, or have the passing of the cap approved and compute again; no reason lifts a cap"),
    "award",
    lambda case: case.proposal != Proposal.GRANT or _under_caps(case),
    _caps_passed,
)
CHAIN = Condition(
    "chain",
    _("it is laid down who approves this"),
    _("add a chain for this kind and amount to the catalogue of approvals"),
    "approvals",
    _chain_found,
)
APPROVED = Condition(
    "approved",
    _("every step of the chain is approved, each by another person, none by the handler"),
    _("wait for the approvals"),
    "approvals",
    _own_approved,
)
SHARES = Condition(
    "shares",
    _("every procuratorate that pays a share has approved it"),
    _("wait for the approvals of the other procuratorates"),
    "approvals",
    _shares_approved,
)
SEALED = Condition(
    "sealed",
    _("the facts of the decision are sealed"),
    _("the record is sealed with the last approval"),
    "seal",
    _sealed,
)


def proposes(proposal: Proposal) -> Condition:
    """The condition that the opinion is of one kind."""
    return Condition(
        f"proposes_{proposal}",
        _("the opinion proposes this outcome"),
        _("return it to the handler, who proposes another outcome"),
        "opinion",
        lambda case: case.proposal == proposal,
    )


SERVED = Condition(
    "served",
    _("the decision was served on the applicant"),
    _("record when and how it was served"),
    "decision",
    lambda case: case.notified_on is not None,
)
PLANNED = Condition(
    "planned",
    _("the payments add up to the decided amount"),
    _("plan the payments"),
    "payments",
    lambda case: case.payable > 0 and case.planned_total == case.payable,
)
CUSTODY = Condition(
    "custody",
    _("a minor's money goes into bank custody, or a reason is given"),
    _("plan payments into custody, or say why not"),
    "payments",
    _custody_for_minor,
)
AGREEMENT = Condition(
    "agreement",
    _("every payment into custody has its tripartite agreement"),
    _("upload the signed agreement"),
    "payments",
    _custody_agreed,
)
ALL_PAID = Condition(
    "all_paid",
    _("everything that was decided is paid"),
    _("wait for finance to pay"),
    "payments",
    _all_paid,
)
PAY_NOTICED = Condition(
    "pay_noticed",
    _("the applicant was told to receive the money"),
    _("record the notice"),
    "payments",
    lambda case: case.pay_noticed_on is not None,
)
VISIT_PLANNED = Condition(
    "visit_planned",
    _("a follow-up visit is planned"),
    _("plan a visit"),
    "visits",
    lambda case: bool(case.visits.all()),
)
VISITS_DONE = Condition(
    "visits_done",
    _("every planned visit is done"),
    _("record the visits"),
    "visits",
    _visits_done,
)
RECEIPTS = Condition(
    "receipts",
    _("a signed receipt is there for every payment"),
    _("record the day of each receipt"),
    "payments",
    lambda case: all(each.receipt_on for each in _live(case) if each.state == PaymentState.PAID),
)
NOT_OVERPAID = Condition(
    "not_overpaid",
    _("nothing was paid beyond the decision, or it was demanded back"),
    _("demand the rest back, or waive it with a reason"),
    "recovery",
    lambda case: case.overpaid <= sum(each.demanded for each in case.recoveries.all()),
)
RECOVERED = Condition(
    "recovered",
    _("what was demanded back is received or waived with a reason"),
    _("record what came back, or waive the rest"),
    "recovery",
    lambda case: not _open_recoveries(case),
)
DEMANDED = Condition(
    "demanded",
    _("a ground and an amount for the recovery are recorded"),
    _("record the demand"),
    "recovery",
    lambda case: bool(_open_recoveries(case)),
)
ARCHIVE_NUMBER = Condition(
    "archive_number",
    _("the file has an archive number"),
    _("enter the archive number"),
    "archive",
    lambda case: bool(case.archive_number.strip()),
)
INTACT = Condition(
    "intact",
    _("the sealed record is unchanged"),
    _("tell the audit administrator: the sealed record was changed"),
    "seal",
    lambda case: case.seals_intact(),
)
URGENT_ASKED = Condition(
    "urgent_asked",
    _("the urgent relief has an amount and a reason"),
    _("enter amount and reason"),
    "urgent",
    _urgent_possible,
)
URGENT_LIMIT = Condition(
    "urgent_limit",
    _("the urgent relief is within the months of wage that the standard allows"),
    _("compute the award first, and ask for no more than the standard allows"),
    "urgent",
    _urgent_in_limit,
)
URGENT_UNDECIDED = Condition(
    "urgent_undecided",
    _("the case is not decided yet"),
    _("the case is decided: pay by the decision"),
    "urgent",
    lambda case: (
        case.state
        in {
            State.INFORMING,
            State.APPLIED,
            State.SUPPLEMENTING,
            State.ACCEPTED,
            State.REVIEWING,
            State.PROPOSED,
        }
    ),
)
URGENT_APPROVED = Condition(
    "urgent_approved",
    _("every step of the urgent approval is approved, each by another person, none by the handler"),
    _("wait for the approvals"),
    "approvals",
    lambda case: _approved(current_round(case, ChainKind.URGENT), case),
)
URGENT_ALL_PAID = Condition(
    "urgent_all_paid",
    _("the urgent relief is paid"),
    _("wait for finance to pay"),
    "payments",
    lambda case: (
        any(each.kind == PaymentKind.URGENT for each in _live(case))
        and all(each.state == PaymentState.PAID for each in _live(case) if each.kind == PaymentKind.URGENT)
    ),
)
