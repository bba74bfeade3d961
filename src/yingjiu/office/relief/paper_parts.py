"""What the papers of a relief case have in common: the applicant, the original case, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yingjiu.awards.inputs import code_label
from yingjiu.codes import CODE_LISTS
from yingjiu.office.accounts.models import User
from yingjiu.office.documents.models import Document, DocumentState
from yingjiu.office.documents.wording import sentences
from yingjiu.office.relief.application_form import BY_OTHERS
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import Way

__all__ = [
    "Fields",
    "addressee",
    "agent",
    "agent_or_none",
    "applicant",
    "contact",
    "decision_number",
    "form_of",
    "matter",
    "spoken",
]

Fields = Mapping[str, object]
"""The fields of a form by name."""


def form_of(case: ReliefCase) -> dict[str, Any]:
    """The fields of the application; none if there is no application yet."""
    application = getattr(case, "application", None)
    return dict(application.form) if application is not None else {}


def agent(case: ReliefCase) -> dict[str, object]:
    """Who acts for the applicant; nobody where the way of applying has none, whatever was once written."""
    form = form_of(case) if case.way in BY_OTHERS else {}
    return {
        "agent_name": form.get("agent_name"),
        "agent_relation": form.get("agent_relation"),
        "agent_phone": form.get("agent_phone"),
        "agent_title": "委托代理人" if case.way == Way.AGENT else "法定代理人",
    }


def applicant(case: ReliefCase) -> dict[str, object]:
    """Who applies, and who acts for them."""
    person, form = case.person, form_of(case)
    return {
        "applicant_name": person.name,
        "applicant_sex": person.get_sex_display() if person.sex else "",
        "applicant_birth_date": person.birth_date,
        "applicant_id_number": person.id_number,
        "applicant_address": form.get("applicant_address") or person.address,
        "applicant_phone": form.get("applicant_phone") or person.phone,
        "applicant_ethnicity": form.get("applicant_ethnicity"),
        "applicant_occupation": form.get("applicant_occupation"),
        "relation_to_victim": form.get("relation_to_victim"),
        **agent(case),
    }


def addressee(case: ReliefCase) -> str:
    """Whom a notice is for: the applicant, with the guardian who acts for them."""
    guardian = agent(case)["agent_name"] if case.way == Way.GUARDIAN else ""
    return f"{case.person.name}（法定代理人{guardian}）" if guardian else case.person.name


def matter(case: ReliefCase) -> dict[str, object]:
    """The original case, and what the application says of it."""
    form = form_of(case)
    return {
        "relief_number": case.number,
        "case_title": form.get("case_title") or case.charge,
        "case_no": case.case_no,
        "case_stage": _stage(case),
        "case_facts": form.get("case_facts"),
        "victim_name": form.get("victim_name"),
        "suspect_name": form.get("suspect_name"),
        "harm": form.get("harm") or _harm(case),
        "loss_amount": _decimal(form.get("loss_amount")),
        "compensation": form.get("compensation"),
        "other_relief": form.get("other_relief"),
        "hardship": form.get("hardship"),
        "request": form.get("request"),
        "applied_on": case.applied_on,
    }


def _stage(case: ReliefCase) -> str:
    stages = CODE_LISTS["stage"]
    return stages.label(case.stage) if case.stage in stages.codes else case.stage


def _harm(case: ReliefCase) -> str:
    return code_label("harm", case.harm) if case.harm else ""


def _decimal(text: Any) -> Decimal | None:
    return Decimal(str(text)) if text not in {None, ""} else None


def contact(user: User) -> dict[str, object]:
    """Whom the addressee asks, and where."""
    office = user.procuratorate
    return {
        "contact_name": user.display_name,
        "contact_phone": user.phone or "12309",
        "contact_address": _("12309 service centre of {office}").format(office=office) if office else "",
    }


def decision_number(case: ReliefCase) -> str:
    """The number of the decision on relief; empty until it was made out as a document."""
    made = Document.objects.about(case).filter(template="grant_decision").exclude(state=DocumentState.VOID)
    found = made.order_by("-pk").first()
    return found.number if found is not None else ""


def spoken(told: Fields) -> dict[str, object]:
    """What somebody said or wrote in a few words, each as a sentence."""
    names = ("case_facts", "harm", "compensation", "other_relief", "hardship", "request")
    return {**told, **{name: sentences([told[name]]) for name in names}}


def agent_or_none(case: ReliefCase) -> dict[str, object]:
    """The agent in a form whose lines for one are always there."""
    given = agent(case)
    return {name: given[name] or "无" for name in ("agent_name", "agent_relation", "agent_phone")}
