"""What a report shows, as plain values that know nothing of how they were found.

Text fields hold what the sources say, unmasked: :func:`yingjiu.report.masking.shown` masks all of it in one
place before anything is rendered. Codes are the canonical ones of ``codes/tables/lists.yaml``; labels are
looked up when a page is written, in the language of the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

__all__ = [
    "Basis",
    "Condition",
    "Estimate",
    "Evidence",
    "FunnelStep",
    "Kind",
    "Lead",
    "Level",
    "Model",
    "Outcome",
    "Person",
    "Reason",
    "Recommendation",
    "ReportData",
    "Reveal",
    "Score",
    "SourceQuality",
]

Kind = Literal["judicial_relief", "social_assistance", "supervision"]
Level = Literal["red", "orange", "yellow"]
Outcome = Literal["match", "possible"]


@dataclass(frozen=True, slots=True)
class Basis:
    """An article that a model implements.

    Attributes:
        rule: name of the law or rule.
        article: article, as cited (``7(1)``).
    """

    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model that was run.

    Attributes:
        id: identifier.
        version: its version.
        title: Chinese title, translated on output.
        kind: what its hits lead to.
        after: the published case that it follows.
        basis: legal basis.
        subjects: how many subjects it looked at.
        excluded: how many met the requirements, or might, and were left out for a stated reason.
        excluded_by: what left them out, and how many; one subject may be left out for several reasons.
    """

    id: str
    version: int
    title: str
    kind: Kind
    after: str | None = None
    basis: tuple[Basis, ...] = ()
    subjects: int = 0
    excluded: int = 0
    excluded_by: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of an agency's file that made a condition true.

    Attributes:
        table: canonical table.
        source: identifier of the source.
        source_title: its title.
        agency: the agency that gave the file.
        file: file name.
        row: row number in the file or sheet, from 1.
        data_date: the day that the agency's data describe.
        sheet: sheet, for workbooks.
        batch: the batch in the pool.
        values: canonical column → value as text, for the columns that say something.
        route: how the subject reaches the row: ``person``, ``household``, ``kin``, ``case``; empty for the
            subject's own rows.
        relation: code of ``relation``: what the person of the row is to the subject, for route ``kin``.
        sure: whether it makes the condition true; if not, it leaves it open.
    """

    table: str
    source: str
    source_title: str
    agency: str
    file: str
    row: int
    data_date: date
    sheet: str | None = None
    batch: str = ""
    values: tuple[tuple[str, str], ...] = ()
    route: str = ""
    relation: str | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """The truth of one condition or comparison for one subject.

    Attributes:
        id: identifier within the model.
        says: what it says, in Chinese.
        truth: true, false, or ``None`` for unknown.
        settle: what would settle it, when it is unknown and the outcome depends on it.
        evidence: for comparisons, the rows that make it true or leave it open.
        table: canonical table of the subject.
        seen: canonical column → value as text: what the condition saw of the subject.
    """

    id: str
    says: str
    truth: bool | None
    settle: str | None = None
    evidence: tuple[Evidence, ...] = ()
    table: str = ""
    seen: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Help that an agency should be asked for.

    Attributes:
        measure: code of the measure.
        agency: who gives it.
        says: what to ask for.
    """

    measure: str
    agency: str
    says: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one model speaks for a lead.

    Attributes:
        model: the model's identifier.
        outcome: ``match``, or ``possible`` while something is unknown.
        level: urgency by this model.
        conditions: every condition with its truth.
        settle: what would settle the unknown ones that matter, most useful first.
        questions: what a person should ask, whatever the data say.
        recommendations: help to ask other agencies for.
        read_at: where the subject's own rows and those of its case were read.
    """

    model: str
    outcome: Outcome
    level: Level
    conditions: tuple[Condition, ...] = ()
    settle: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    read_at: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """The person a lead is about; every text is personal data.

    Attributes:
        name: name.
        number: ID number, 18 characters, or the raw text if there is no valid one.
        sex: code of ``sex``.
        birth_date: date of birth.
        age: full years on the day of the run; the only part of a birth date that a masked report keeps.
        address: address.
        phone: telephone.
        region: region code of the household register.
    """

    name: str | None = None
    number: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    age: int | None = None
    address: str | None = None
    phone: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A first estimate of the amount of relief, from the agencies' data alone.

    Attributes:
        low: the least, in yuan; None when there is no amount.
        high: the most.
        says: by which standard, or why there is no amount, in the user's language.
        standard: identifier of the standard.
        unknown: what is unknown and could narrow it: (fact, document), in the user's language.
        warnings: what must be said beside it.
        sentence: the amount in one sentence, when it is exact.
    """

    low: Decimal | None
    high: Decimal | None
    says: str
    standard: str
    unknown: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """One person in one case (or without one) who should be looked at.

    Attributes:
        key: stable identifier across runs.
        kind: what it may lead to.
        level: the highest level of its reasons.
        outcome: ``match`` if any reason is one.
        person: who.
        case_no: case number, as the source writes it.
        charge: charge or cause of action.
        stage: code of ``stage``.
        role: code of ``role``.
        town: town or street of the address; empty if it is not known.
        hardship: codes of ``hardship_list`` in force for the person or the household.
        reasons: by model, the strongest first.
        estimate: first estimate of the amount, for leads to judicial relief.
    """

    key: str
    kind: Kind
    level: Level
    outcome: Outcome
    person: Person
    case_no: str | None = None
    charge: str | None = None
    stage: str | None = None
    role: str | None = None
    town: str = ""
    hardship: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step from rows read to leads.

    Attributes:
        label: what is counted, already in the user's language.
        count: how many.
        unit: of what, already in the user's language.
        note: what the difference to the step before means.
    """

    label: str
    count: int
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """What became of one source's rows: read = accepted + quarantined + duplicates.

    Attributes:
        source: identifier.
        title: title of the source.
        agency: who gave it.
        files: file names.
        read: rows read.
        accepted: rows accepted.
        quarantined: rows held back for the agency to correct.
        duplicates: rows that repeat another one word for word.
        rejected: rule code → rows.
        remarks: what the readers remarked: encoding, delimiter, rows of totals left out.
        data_date: the day that the data describe.
        rules: rule code → what it means, in the user's language.
    """

    source: str
    title: str
    agency: str
    files: tuple[str, ...]
    read: int
    accepted: int
    quarantined: int
    duplicates: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    data_date: date | None = None
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """How well leads agree with the truth planted in a synthetic county.

    Attributes:
        of: a model's identifier, a kind, or a kind of planted truth.
        planted: how many should be found; ``None`` where that is not asked, as of a single model.
        found: how many were found.
        right: how many of those found were planted.
        reached: how many of the planted were found; differs from ``right`` where one finding answers several.
    """

    of: str
    planted: int | None
    found: int
    right: int
    reached: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the found that are right, or ``None`` if nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the planted that were found, or ``None`` if nothing was planted or asked."""
        return self.reached / self.planted if self.planted else None


@dataclass(frozen=True, slots=True)
class Reveal:
    """Permission to show personal data unmasked: it is printed on everything that shows it.

    Attributes:
        purpose: what for, in the words of the person who asked.
        at: when.
        by: who asked.
    """

    purpose: str
    at: datetime
    by: str = ""

    def __post_init__(self) -> None:
        if not self.purpose.strip():
            raise ValueError("personal data is shown for a stated purpose only")


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that a report shows.

    Attributes:
        county: name of the county.
        run_date: the day for which the models were asked.
        made_at: when the report was made.
        models: the models that were run, in order.
        leads: every lead; a report orders them itself.
        funnel: from rows read to leads.
        sources: quality of each source.
        scores: agreement with planted truth, per model or kind; empty when there is none.
        run: identifier of the run.
        pool: identity of the pool's state.
        engine: engine that ran it.
        notes: plain sentences that a reader must see first (a table that was not loaded, a stopped model).
        synthetic: whether the people are invented.
        reveal: permission to show personal data.
    """

    county: str
    run_date: date
    made_at: datetime
    models: tuple[Model, ...]
    leads: tuple[Lead, ...]
    funnel: tuple[FunnelStep, ...] = ()
    sources: tuple[SourceQuality, ...] = ()
    scores: tuple[Score, ...] = ()
    run: str = ""
    pool: str = ""
    engine: str = ""
    notes: tuple[str, ...] = ()
    synthetic: bool = False
    reveal: Reveal | None = None

    def model(self, identifier: str) -> Model | None:
        """The model of that identifier, if it was run."""
        return next((model for model in self.models if model.id == identifier), None)
