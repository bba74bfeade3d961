"""Why a finding is what it is: each condition with its truth, the values it saw, and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from yingjiu.codes import CODE_LISTS, mask_address, mask_id, mask_name, mask_phone, number_of
from yingjiu.language import _, catalogue_text
from yingjiu.pool.tables import PROVENANCE, TABLES, Column, ColumnType
from yingjiu.screening.declared import Basis, Level, Outcome
from yingjiu.screening.facts import Evidence, Provenance
from yingjiu.screening.findings import Finding
from yingjiu.screening.logic import Truth
from yingjiu.screening.model import Comparison, Recommendation
from yingjiu.screening.run import Run
from yingjiu.screening.subjects import subject_columns

__all__ = ["Explained", "Explanation", "Shown", "explain"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a person reads it.

    Attributes:
        column: canonical column.
        zh: its Chinese name.
        text: the value in the user's language, masked unless personal data is revealed.
    """

    column: str
    zh: str
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition or comparison of a finding.

    Attributes:
        id: identifier within the model.
        says: what it says.
        truth: true, false, or ``None`` for unknown.
        values: what it saw of the subject.
        evidence: for comparisons, the rows behind it, each with what it says.
        settle: what would settle it, if it is unknown.
        matters: whether the outcome still depends on it.
        excludes: whether it is why the subject is left out.
    """

    id: str
    says: str
    truth: Truth
    values: tuple[Shown, ...]
    evidence: tuple[tuple[Evidence, tuple[Shown, ...]], ...]
    settle: str | None
    matters: bool
    excludes: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a finding is what it is.

    Attributes:
        model: id of the model.
        version: its version.
        title: its title.
        basis: the articles that it implements.
        outcome: what it came to.
        level: urgency.
        person: the ID number, masked unless revealed.
        case_id: the case, or empty.
        atoms: conditions and comparisons, in the model's order.
        terms: (id, says, truth) of every term.
        questions: what a person must ask.
        recommend: help to ask for.
        read_at: where the subject's own rows and those of its case were read.
        run: id of the run.
        run_date: the day for which the model was asked.
    """

    model: str
    version: int
    title: str
    basis: tuple[Basis, ...]
    outcome: Outcome
    level: Level | None
    person: str
    case_id: str
    atoms: tuple[Explained, ...]
    terms: tuple[tuple[str, str, Truth], ...]
    questions: tuple[str, ...]
    recommend: tuple[Recommendation, ...]
    read_at: tuple[Provenance, ...]
    run: str
    run_date: date


def explain(run: Run, finding: Finding, *, reveal: bool = False) -> Explanation:
    """Explain a finding.

    Args:
        run: the run that found it.
        finding: one of its findings.
        reveal: personal data as they are; masked otherwise.

    Returns:
        The explanation; texts of the shipped catalogue in the user's language.
    """
    facts = run.facts_of(finding)
    model = finding.model
    verdict = finding.verdict
    subject = facts.subject(finding.row)
    about = facts.about(finding.row)
    known = finding.known
    columns = {name: each.column for name, each in subject_columns(model.subject).items()}
    atoms = []
    for atom, truth in zip(model.atoms, finding.truths, strict=True):
        column = facts.plan.column[model.id, atom.id]
        names = facts.plan.reads.get(column, ())
        behind = facts.behind(finding.row, column) if isinstance(atom, Comparison) else ()
        settle = atom.settle if truth is None or atom.id in verdict.settle else None
        atoms.append(
            Explained(
                id=atom.id,
                says=catalogue_text(atom.says),
                truth=truth,
                values=_shown({name: subject.get(name) for name in names}, columns, reveal),
                evidence=tuple(
                    (each, _shown(each.values, TABLES[each.provenance.table].columns, reveal))
                    for each in behind
                ),
                settle=catalogue_text(settle) if settle else None,
                matters=atom.id in verdict.settle,
                excludes=atom.id in verdict.excluded_by,
            )
        )
    number = number_of(finding.person_id) if finding.person_id > 0 else about.get("id_raw") or ""
    return Explanation(
        model=model.id,
        version=model.version,
        title=catalogue_text(model.title),
        basis=model.basis,
        outcome=finding.outcome,
        level=finding.level,
        person=number if reveal else mask_id(number),
        case_id=finding.case_id,
        atoms=tuple(atoms),
        terms=tuple((term.id, catalogue_text(term.says), known[term.id]) for term in model.terms),
        questions=tuple(catalogue_text(model.by_id[name].says) for name in verdict.ask),
        recommend=verdict.recommend,
        read_at=facts.read_at(finding.row),
        run=run.id,
        run_date=run.run_date,
    )


def _year(birth_date: str) -> str:
    """A birthday fills the gap of a masked ID number."""
    return birth_date[:4]


def _hidden(_personal: str) -> str:
    return "***"


_MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": mask_name,
    "address": mask_address,
    "phone": mask_phone,
    "id_raw": mask_id,
    "birth_date": _year,
}
_READ = {column.name: column for column in PROVENANCE}


def _shown(values: Mapping[str, Any], columns: Mapping[str, Column], reveal: bool) -> tuple[Shown, ...]:
    shown = []
    for name, found in values.items():
        column = columns.get(name) or _READ.get(name)
        if column is not None:
            shown.append(Shown(name, column.zh, _text(column, found, reveal)))
    return tuple(shown)


def _text(column: Column, found: Any, reveal: bool) -> str:
    if found is None:
        return _("not known")
    if (column.personal or column.name in _MASKS) and not reveal:
        return _MASKS.get(column.name, _hidden)(str(found))
    if column.type is ColumnType.CODE and column.codes and found in CODE_LISTS[column.codes].codes:
        return CODE_LISTS[column.codes].label(found)
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    if isinstance(found, Decimal):
        return f"{found:,.2f}"
    return str(found)
