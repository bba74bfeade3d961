"""A first estimate of the amount for each lead to judicial relief: a range, and what is unknown.

It rests on what the agencies' data say, so it is no recommendation: what they do not say stays unknown and
widens the range. The region's own standard counts; where it has none the shipped example does, and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from yingjiu.awards import (
    Award,
    AwardCase,
    AwardError,
    ParameterBook,
    Standard,
    StandardError,
    award_case,
    choose_standard,
    citizen_sentence,
    compute,
    read_parameters,
    read_standards,
)
from yingjiu.codes import age_on, birth_date_of
from yingjiu.language import _, catalogue_text
from yingjiu.report.data import Estimate
from yingjiu.screening.facts import About

__all__ = ["EXAMPLE", "Estimator", "award_facts"]

EXAMPLE: Final = "national-example"
"""The standard that counts for estimates where a region has none of its own."""

_BEFORE_JUDGMENT: Final = frozenset({"investigation", "arrest_review", "prosecution_review"})
_COPIED: Final = ("harm", "urgent_treatment", "working_capacity_lost", "loss", "medical_cost", "fault")


@dataclass(frozen=True, slots=True)
class Estimator:
    """What estimates are made with.

    Attributes:
        standards: known standards.
        book: known parameters.
    """

    standards: tuple[Standard, ...]
    book: ParameterBook

    @classmethod
    def of(cls, folder: Path | None = None) -> Estimator:
        """Read the shipped standards and parameters, and those of a workspace.

        Args:
            folder: the workspace; its ``standards`` and ``parameters`` count too.
        """
        mine = () if folder is None else (folder / "standards",)
        values = () if folder is None else (folder / "parameters",)
        return cls(read_standards(*mine), read_parameters(*values))

    @property
    def identity(self) -> str:
        """A digest of the standards and parameters: other estimates when it differs."""
        return hashlib.sha256(repr((self.standards, self.book)).encode()).hexdigest()[:16]

    def estimate(self, about: About, hardship: Sequence[str], *, region: str, day: date) -> Estimate:
        """Estimate the amount of one lead.

        Args:
            about: what is known of the person and the case.
            hardship: hardship lists on which the person or the household stands.
            region: of the office that would decide.
            day: the day of the run.

        Returns:
            The estimate; without an amount when a wage or a standard is missing, and then it says so.
        """
        try:
            case = award_case(
                {"region": region, "decided_on": day, "facts": award_facts(about, hardship, day)}
            )
            standard = self._standard(case)
            award = compute(case, standard, self.book)
        except AwardError as error:
            return Estimate(None, None, error.faults[0].message, "", ())
        return _told(award)

    def _standard(self, case: AwardCase) -> Standard:
        try:
            return choose_standard(self.standards, region=case.region, on=case.decided_on)
        except StandardError:
            return choose_standard(self.standards, region=case.region, on=case.decided_on, name=EXAMPLE)


def award_facts(about: About, hardship: Sequence[str], day: date) -> dict[str, Any]:
    """What a lead's data say of the facts of an award; what they do not say is left out, and so unknown.

    Before a judgment no compensation can have been awarded: that is known. An injury grade belongs to bodily
    or psychological harm, and a person's age is the victim's only where the person is the victim.

    Args:
        about: what is known of the person and the case.
        hardship: codes of ``hardship_list``.
        day: the day of the run.

    Returns:
        Facts as in a case file.
    """
    facts: dict[str, Any] = {name: about.get(name) for name in _COPIED if about.get(name) is not None}
    facts["hardships"] = list(hardship)
    if about.get("harm_grade") is not None:
        facts["injury_grade"] = about.get("harm_grade")
        facts.setdefault("harm", "bodily")
    grade = about.get("injury_disability_grade")
    if grade is not None:
        facts["injury_disability_grade"] = {"scale": "injury_disability", "grade": int(grade)}
    facts |= _compensation(about.values)
    born = about.get("birth_date") or (birth_date_of(about.person_id) if about.person_id > 0 else None)
    if born is not None:
        age = age_on(born, day)
        facts["applicant_minor"] = age < 18
        if about.get("role") in {"victim", "plaintiff"} and about.get("harm") != "death" and age >= 0:
            facts["victim_age"] = min(age, 120)
    return facts


def _compensation(values: Mapping[str, Any]) -> dict[str, Any]:
    """The larger of what the party and what the enforcement file say was paid."""
    told: dict[str, Any] = {}
    if values.get("awarded") is not None:
        told["awarded"] = values["awarded"]
    elif values.get("stage") in _BEFORE_JUDGMENT:
        told["awarded"] = "none"
    paid = [values[name] for name in ("received", "enforced") if values.get(name) is not None]
    if paid:
        told["received"] = max(paid)
    return told


def _told(award: Award) -> Estimate:
    title = catalogue_text(award.standard.title)
    return Estimate(
        low=award.amount.low,
        high=award.amount.high,
        says=_("estimated by: {standard}").format(standard=title),
        standard=award.standard.standard,
        unknown=tuple((fact.input.says, fact.input.settled_by) for fact in award.unknown),
        warnings=award.warnings,
        sentence=citizen_sentence(award) if award.amount.exact else "",
    )
