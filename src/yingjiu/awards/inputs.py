"""The facts that a standard may weigh: what each is called, what it may be, and which document tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from yingjiu.codes import CODE_LISTS
from yingjiu.language import N_, _

__all__ = ["ABSURD", "INPUTS", "NO_GRADE", "Input", "Kind", "code_label"]

Kind = Literal["code", "grade", "flag", "count", "money", "codes", "grades"]

ABSURD: Final = Decimal(100_000_000)
"""No loss, cost or compensation of one person in a relief case reaches a hundred million yuan."""

NO_GRADE: Final = "none"
"""Appraised, or plain to see, and below the scale."""

_GRADES: Final = tuple(str(number) for number in range(1, 11))


@dataclass(frozen=True, slots=True)
class Input:
    """One fact.

    Attributes:
        name: identifier in case files and standards.
        kind: what it is.
        label: message id of its name.
        document: message id of the document that tells it.
        codes: what it may be, for codes and grades.
        scale: for grades, the only scale that may be written here.
        most: largest value, for counts and money.
        default: what counts when nothing is said; None = then it is unknown.
        may_lack: whether there may be none of it yet, written ``none``.
    """

    name: str
    kind: Kind
    label: str
    document: str
    codes: tuple[str, ...] = ()
    scale: str | None = None
    most: Decimal = ABSURD
    default: str | int | bool | tuple[str, ...] | None = None
    may_lack: bool = False

    @property
    def says(self) -> str:
        """Its name in the user's language."""
        return _(self.label)

    @property
    def settled_by(self) -> str:
        """The document, in the user's language."""
        return _(self.document)


_COUNT: Final = Decimal(20)

INPUTS: Final[Mapping[str, Input]] = MappingProxyType(
    {
        item.name: item
        for item in (
            Input(
                "harm",
                "code",
                N_("harm"),
                N_("judgment, indictment or death certificate"),
                tuple(CODE_LISTS["harm"].codes),
            ),
            Input(
                "injury_grade",
                "code",
                N_("grade of injury"),
                N_("appraisal of the injury"),
                (*CODE_LISTS["injury_grade"].codes, NO_GRADE),
                scale="injury_grade",
            ),
            Input(
                "injury_disability_grade",
                "grade",
                N_("grade of disability after injury"),
                N_("appraisal of the disability after injury"),
                (*_GRADES, NO_GRADE),
                scale="injury_disability",
            ),
            Input(
                "further_disability_grades",
                "grades",
                N_("further grades of disability after injury"),
                N_("appraisal of the disability after injury"),
                _GRADES,
                scale="injury_disability",
                default=(),
            ),
            Input("urgent_treatment", "flag", N_("urgent treatment needed"), N_("diagnosis of the hospital")),
            Input(
                "working_capacity_lost",
                "flag",
                N_("working capacity lost"),
                N_("appraisal of working capacity"),
            ),
            Input(
                "long_treatment",
                "flag",
                N_("long psychological or rehabilitation treatment"),
                N_("treatment plan of the hospital"),
                default=False,
            ),
            Input("loss", "money", N_("property loss"), N_("valuation of the loss")),
            Input("medical_cost", "money", N_("medical cost"), N_("bills of the hospital")),
            Input(
                "awarded",
                "money",
                N_("compensation awarded by the court"),
                N_("judgment or settlement"),
                may_lack=True,
            ),
            Input(
                "received", "money", N_("compensation received"), N_("record of compensation or enforcement")
            ),
            Input(
                "fault",
                "code",
                N_("the applicant's own fault"),
                N_("judgment, indictment or finding of liability"),
                tuple(CODE_LISTS["fault"].codes),
            ),
            Input(
                "hardships",
                "codes",
                N_("hardship of the family"),
                N_("hardship proof of civil affairs or the village committee"),
                tuple(CODE_LISTS["hardship_list"].codes),
            ),
            Input("minor_dependants", "count", N_("minor dependants"), N_("household register"), most=_COUNT),
            Input(
                "other_dependants",
                "count",
                N_("other dependants"),
                N_("household register and proof of support"),
                most=_COUNT,
            ),
            Input("applicant_minor", "flag", N_("the applicant is a minor"), N_("resident ID card")),
            Input(
                "woman_in_focus",
                "flag",
                N_("the applicant is a woman of the groups in focus"),
                N_("notice of the women's federation"),
                default=False,
            ),
            Input(
                "victim_age",
                "count",
                N_("age of the victim"),
                N_("resident ID card of the victim"),
                most=Decimal(120),
            ),
            Input(
                "levels",
                "count",
                N_("levels that relieve together"),
                N_("opinion on joint relief"),
                most=Decimal(3),
                default=1,
            ),
            Input(
                "minimum_living_cost",
                "money",
                N_("minimum local cost of living, a month"),
                N_("notice of the local minimum living standard"),
                most=Decimal(20_000),
                default=0,
            ),
            Input(
                "first_relief_paid",
                "money",
                N_("urgent relief paid first"),
                N_("payment record of the urgent relief"),
                default=0,
            ),
        )
    }
)
"""Every input by name. One without a default is *unknown* when a case does not state it."""


def code_label(name: str, code: str) -> str:
    """What a code of an input is called in the user's language."""
    item = INPUTS[name]
    if item.kind in {"grade", "grades"}:
        return _("no grade") if code == NO_GRADE else _("grade {grade}").format(grade=code)
    if code == NO_GRADE and name == "injury_grade":
        return _("no grade")
    lists = {"hardships": "hardship_list"}
    return CODE_LISTS[lists.get(name, name)].label(code)
