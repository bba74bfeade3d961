"""What a decision on relief finds and why it decides so, in the sentences of a document that is signed.

A decision does not repeat what the handler proposed to the approvers: it states the facts with their
evidence, the rule they fall under, and how the amount came about. Documents are Chinese.
"""

from __future__ import annotations

import re
from typing import Any, Final

from yingjiu.awards import decision_paragraph
from yingjiu.office.documents.wording import sentences
from yingjiu.office.relief import catalogue
from yingjiu.office.relief.catalogue import Question
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.panel import award_of
from yingjiu.office.relief.paper_parts import form_of
from yingjiu.office.relief.states import Answer

__all__ = [
    "RULES",
    "basis",
    "findings",
    "matter_name",
    "met",
    "reasons_to_grant",
    "reasons_to_refuse",
    "without_proposal",
]

RULES: Final = "《人民检察院开展国家司法救助工作细则》"
_SHORT: Final = "细则"
"""How the questions of the review cite the rules."""
_PROPOSAL: Final = re.compile(
    "(?:^|(?<=[，；,;]))\\s*(?:(?:综上|综上所述|因此|据此|为此|故|现|拟|特|经审查|本院|承办人)[，,]?)*"
    "建议[^，；,;]*?(?:给予|不予|予以|救助)[^；;]*"
)
"""The handler's own proposal to grant or to refuse, to the end of its clauses."""


def met(case: ReliefCase, *groups: str) -> list[tuple[Question, Any]]:
    """The questions of these groups that the review answered with yes, with their answers."""
    given = {each.question: each for each in case.answers.all()}
    return [
        (question, given[question.id])
        for question in catalogue.questions()
        if question.group in groups and question.id in given and given[question.id].answer == Answer.YES
    ]


def matter_name(case: ReliefCase) -> str:
    """The name of the original case as it stands before “一案”."""
    return str(form_of(case).get("case_title") or case.charge).removesuffix("案")


def basis(case: ReliefCase, *groups: str) -> str:
    """The rules that the questions answered with yes implement, each once; empty if there are none."""
    articles = dict.fromkeys(question.basis for question, _answer in met(case, *groups) if question.basis)
    cited = [each.removeprefix(_SHORT).split("、") for each in articles if each.startswith(_SHORT)]
    flat = list(dict.fromkeys(article for each in cited for article in each))
    # an article of which an item is cited is not cited again as a whole
    own = [each for each in flat if not any(other != each and other.startswith(each) for other in flat)]
    others = [each for each in articles if not each.startswith(_SHORT)]
    return "、".join([*([RULES + "、".join(own)] if own else []), *others])


def findings(case: ReliefCase) -> str:
    """The facts found, and by what they are proven."""
    form = form_of(case)
    proofs = dict.fromkeys(
        part.strip()
        for _question, given in met(case, "eligibility", "hardship", "exclusion", "one_time")
        for part in re.split("[、；;，,]", given.evidence or "")
        if part.strip()
    )
    proven = f"以上事实有{'、'.join(proofs)}等证据证实" if proofs else ""
    return sentences([form.get("case_facts"), form.get("hardship"), proven])


def without_proposal(opinion: str) -> list[str]:
    """The sentences of a handler's opinion without what they propose to decide.

    A proposal is cut from its clause up to the next semicolon or stop: its amount and manner go with it.
    What others proposed stays: “医生建议长期康复治疗” is a fact.
    """
    return [
        kept for each in re.split("[。\n]", opinion) if (kept := _PROPOSAL.sub("", each).strip("，；,; "))
    ]


def reasons_to_grant(case: ReliefCase) -> str:
    """Why relief is granted, and how its amount came about."""
    situations = "；".join(question.says for question, _given in met(case, "eligibility"))
    hard = "；".join(question.says for question, _given in met(case, "hardship"))
    excluded = met(case, "exclusion", "one_time")
    award = award_of(case.computation) if case.computation is not None else None
    within = sentences(
        [
            f"救助申请人的情形属于“{situations}”" if situations else "",
            f"救助申请人{hard}" if hard else "",
            "未发现一般不予救助的情形" if not excluded else "",
            *without_proposal(case.opinion),
        ]
    )
    closing = (
        f"综合考虑上述因素，确定救助金额为{case.decided_amount:,.2f}元"
        if case.decided_amount is not None
        else ""
    )
    amount = decision_paragraph(award, decided=True) if award is not None else ""
    return within + amount + sentences([case.band_reason, closing])


def reasons_to_refuse(case: ReliefCase) -> str:
    """Why relief is refused."""
    grounds = [
        f"{question.says}"
        + (f"（{given.reason or given.evidence}）" if given.reason or given.evidence else "")
        for question, given in met(case, "exclusion", "one_time")
    ]
    if grounds:
        said = f"救助申请人有下列情形，不予救助：{'；'.join(grounds)}"
    elif met(case, "eligibility"):
        said = ""
    else:
        said = "救助申请人不具有应当予以救助的情形"
    return sentences([said, *without_proposal(case.opinion)]) or sentences([case.opinion])
