"""The fields of an application (the form of a relief platform in use): groups, labels, what must be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from django.utils.translation import gettext_lazy as _

from yingjiu.office.relief.states import Way

if TYPE_CHECKING:
    from yingjiu.office.relief.models import Application

__all__ = [
    "BY_OTHERS",
    "FIELDS",
    "GROUPS",
    "GROUP_WAYS",
    "FormField",
    "family_rows",
    "fields_of",
    "missing_fields",
]

Kind = Literal["line", "text", "money", "date", "time"]

GROUPS: Final = {
    "applicant": _("The applicant"),
    "representative": _("Guardian or agent"),
    "victim": _("The victim"),
    "case": _("The original case"),
    "claim": _("What happened and what is asked for"),
    "bank": _("Where the money goes"),
    "record": _("Record of the oral application"),
}
"""Groups in the order of the form."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field.

    Attributes:
        key: in :attr:`Application.form`.
        group: of :data:`GROUPS`.
        label: in the user's language.
        kind: what is typed in.
        ways: the ways of applying for which it must be filled in; ``*`` for all.
        hint: how to fill it in.
    """

    key: str
    group: str
    label: Any
    kind: Kind = "line"
    ways: tuple[str, ...] = ()
    hint: Any = ""

    def required(self, way: str) -> bool:
        """Whether it must be filled in for a way of applying."""
        return "*" in self.ways or way in self.ways


_ALL = ("*",)
BY_OTHERS: Final = (Way.GUARDIAN.value, Way.AGENT.value)
"""The ways in which a guardian or an agent acts for the applicant."""
_ORAL = (Way.ORAL.value,)
GROUP_WAYS: Final = {"representative": BY_OTHERS, "record": _ORAL}
"""The groups that are shown for some ways of applying only."""

FIELDS: Final = (
    FormField("applicant_ethnicity", "applicant", _("ethnic group")),
    FormField("applicant_register", "applicant", _("registered residence")),
    FormField("applicant_address", "applicant", _("home address"), ways=_ALL),
    FormField("applicant_phone", "applicant", _("telephone"), ways=_ALL),
    FormField("applicant_occupation", "applicant", _("occupation or employer")),
    FormField(
        "relation_to_victim",
        "applicant",
        _("relation to the victim"),
        ways=_ALL,
        hint=_("the victim personally, spouse, parent, child, sibling, other dependant"),
    ),
    FormField("agent_name", "representative", _("name of the guardian or agent"), ways=BY_OTHERS),
    FormField("agent_relation", "representative", _("relation to the applicant"), ways=BY_OTHERS),
    FormField("agent_id_number", "representative", _("ID number of the guardian or agent"), ways=BY_OTHERS),
    FormField("agent_phone", "representative", _("telephone of the guardian or agent"), ways=BY_OTHERS),
    FormField("agent_workplace", "representative", _("workplace of the agent")),
    FormField("victim_name", "victim", _("name of the victim"), ways=_ALL),
    FormField("victim_sex", "victim", _("sex of the victim")),
    FormField("victim_birth_date", "victim", _("birth date of the victim"), "date"),
    FormField("victim_address", "victim", _("address of the victim")),
    FormField("victim_phone", "victim", _("telephone of the victim")),
    FormField(
        "case_title", "case", _("name of the case"), ways=_ALL, hint=_("as: Li's intentional injury case")
    ),
    FormField("suspect_name", "case", _("suspect, defendant or tortfeasor")),
    FormField("case_organ", "case", _("organ that handles it")),
    FormField("case_facts", "case", _("facts of the case and the harm suffered"), "text", _ALL),
    FormField("harm", "claim", _("injury, disability grade or loss"), "text", _ALL),
    FormField("loss_amount", "claim", _("actual loss, yuan"), "money"),
    FormField("compensation", "claim", _("compensation received or awarded"), "text", _ALL),
    FormField("other_relief", "claim", _("other relief, insurance and assistance received"), "text", _ALL),
    FormField("hardship", "claim", _("difficulty of the family's life"), "text", _ALL),
    FormField(
        "family",
        "claim",
        _("members of the family"),
        "text",
        hint=_("one a line: name, relation, age, work and working capacity, monthly income"),
    ),
    FormField("request", "claim", _("what is asked for"), "text", _ALL),
    FormField("recorded_from", "record", _("begun at"), "time", _ORAL),
    FormField("recorded_to", "record", _("ended at"), "time", _ORAL),
    FormField("place", "record", _("place of the record"), ways=_ORAL),
    FormField("inquirer_name", "record", _("asked by"), ways=_ORAL),
    FormField("recorder_name", "record", _("written by"), ways=_ORAL),
    FormField("further_statement", "record", _("further statement"), "text"),
)
"""Every field that is kept in the form's JSON; the bank account has its own encrypted columns."""


def fields_of(group: str) -> list[FormField]:
    """The fields of a group in their order."""
    return [each for each in FIELDS if each.group == group]


def missing_fields(application: Application) -> list[str]:
    """The labels of required fields that are empty.

    Args:
        application: with its way.
    """
    form = application.form or {}
    missing = [
        str(each.label)
        for each in FIELDS
        if each.required(application.way) and not str(form.get(each.key) or "").strip()
    ]
    if application.way != Way.EX_OFFICIO and not application.reason.strip():
        missing.append(str(_("reason of the application")))
    return missing


def family_rows(text: str) -> list[dict[str, str]]:
    """The members of the family as rows of a document.

    Args:
        text: one member a line, parts separated by commas.
    """
    names = ("name", "relation", "age", "work", "income")
    rows = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.replace("，", ",").replace("、", ",").split(",")]
        if any(parts):
            rows.append(dict(zip(names, [*parts, "", "", "", "", ""], strict=False)))
    return rows
