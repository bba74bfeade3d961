"""The review: questions answered with evidence, and facts changed with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yingjiu.awards import INPUTS, CaseError, award_case
from yingjiu.office.accounts.models import User
from yingjiu.office.relief import catalogue, timing
from yingjiu.office.relief import facts as case_facts
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError, fault
from yingjiu.office.relief.materials import prepare
from yingjiu.office.relief.models import ReliefCase, ReviewAnswer
from yingjiu.office.relief.services.acting import acting, check_handler, checked, move, reason_of
from yingjiu.office.relief.states import Answer, State

__all__ = ["answer", "change_facts", "reset_facts"]

_UNDER_REVIEW = (State.ACCEPTED, State.REVIEWING)
_BEFORE_OPINION = (
    State.INFORMING,
    State.APPLIED,
    State.SUPPLEMENTING,
    State.ACCEPTED,
    State.REVIEWING,
)


def answer(
    *, case: ReliefCase, answers: Mapping[str, Mapping[str, str]], user: User, version: int
) -> ReliefCase:
    """Answer questions of the review; the first answer begins the review.

    Args:
        case: accepted or under review.
        answers: from a question's identifier to ``answer``, ``evidence`` and ``reason``; one without an
            answer is left as it is.
        user: the handler.
        version: of the case.

    Raises:
        NotAllowedError: ``REL-003``, ``REL-005`` not under review.
        CaseDataError: ``REL-021`` no such question, ``REL-022`` found to be so without evidence.
    """
    check_handler(case, user)
    if case.state not in _UNDER_REVIEW:
        _not_now(case)
    known = {each.id: each for each in catalogue.questions()}
    with acting(case, user=user, version=version, act="answer"):
        if case.state == State.ACCEPTED:
            move(case, "begin_review")
        for key, told in answers.items():
            if key not in known:
                raise CaseDataError(
                    fault("REL-021", _("the review has no such question"), _("open the page again"))
                )
            if not told.get("answer"):
                continue
            _keep(case, known[key], told, user)
    return case


def _keep(case: ReliefCase, question: catalogue.Question, told: Mapping[str, str], user: User) -> None:
    row = ReviewAnswer.objects.filter(case=case, question=question.id).first() or ReviewAnswer(
        case=case, question=question.id
    )
    row.answer = Answer(told["answer"])
    row.evidence = (told.get("evidence") or "").strip()
    row.reason = (told.get("reason") or "").strip()
    row.answered_by = user
    if row.answer == Answer.YES and not row.evidence:
        raise CaseDataError(
            fault(
                "REL-022",
                _("“{question}” is answered with yes, and no evidence is named").format(
                    question=question.says[:40]
                ),
                _("name the document, the data or the visit that shows it"),
            )
        )
    checked(row)


def change_facts(
    *, case: ReliefCase, changes: Mapping[str, Any], source: str, reason: str, user: User, version: int
) -> ReliefCase:
    """Change facts of the award; what the data said is kept beside the change.

    Args:
        case: before the opinion.
        changes: input → value as in a case file; None makes it unknown.
        source: the document that shows it.
        reason: why it is changed.
        user: the handler.
        version: of the case.

    Raises:
        CaseDataError: ``REL-011``, ``REL-023`` no source; ``REL-024`` the facts do not hold, with what the
            award room says of each.
    """
    check_handler(case, user)
    if case.state not in _BEFORE_OPINION:
        _not_now(case)
    told = reason_of(reason)
    if len(source.strip()) < 2:
        raise CaseDataError(
            fault(
                "REL-023",
                _("the source of the changed facts is missing"),
                _("name the document that shows them"),
            )
        )
    facts = {key: dict(each) for key, each in case.facts.items()}
    for name, value in changes.items():
        before = facts.get(name)
        data = (before or {}).get("data", before if before and before.get("by") == "data" else None)
        if value is None:
            facts[name] = {"value": None, "from": source.strip(), "by": str(user), "reason": told}
        else:
            plain = case_facts.plain_fact(value)
            facts[name] = {"value": plain, "from": source.strip(), "by": str(user), "reason": told}
        if data:
            facts[name]["data"] = {"value": data.get("value"), "from": data.get("from")}
    _check_facts(case, facts)
    with acting(case, user=user, version=version, act="change_facts", reason=told):
        case.facts = facts
        _follow(case)
    return case


def reset_facts(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Take the facts from the lead's data as they are now; what a person changed stays."""
    check_handler(case, user)
    if case.state not in _BEFORE_OPINION:
        _not_now(case)
    lead = case.lead
    fresh = case_facts.prefill(
        lead.finding if lead is not None else {},
        person_id=case.person.person_id,
        birth_date=case.person.birth_date,
        role=lead.role if lead is not None else "",
        on=timing.today(),
    )
    with acting(case, user=user, version=version, act="reset_facts"):
        kept = {key: each for key, each in case.facts.items() if each.get("by") != "data"}
        case.facts = {**fresh, **kept}
        _follow(case)
    return case


def _follow(case: ReliefCase) -> None:
    """Columns and materials that rest on the facts."""
    case.harm = str(case.facts.get("harm", {}).get("value") or "")
    if case.facts.get("applicant_minor", {}).get("value") is True:
        case.minor = True
    if case.way:
        prepare(case)


def _check_facts(case: ReliefCase, facts: Mapping[str, Any]) -> None:
    unknown = sorted(set(facts) - set(INPUTS))
    if unknown:
        raise CaseDataError(
            fault("REL-024", _("there is no such fact"), _("open the page again"), ", ".join(unknown)[:80])
        )
    data = case_facts.case_data(
        facts, name=case.number, region=case.organisation.region, on=timing.today(), approval=None
    )
    try:
        award_case(data)
    except CaseError as error:
        raise CaseDataError(
            *(
                fault("REL-024", each.message, each.hint, each.path and each.path.rsplit(".", 1)[-1])
                for each in error.faults
            )
        ) from None


def _not_now(case: ReliefCase) -> None:
    raise NotAllowedError(
        fault(
            "REL-005",
            _("this cannot be changed any more: the case is “{state}”").format(state=case.state_label),
            _("revise the opinion first, if it is not decided yet"),
        )
    )
