"""A model as it is used: shared blocks taken in, logic parsed, everything known to be sound.

Made by :func:`yingjiu.screening.reading.read_model`; nothing here is checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from yingjiu.errors import Fault
from yingjiu.screening.declared import Basis, CaseDeclared, Kind, Level, Parameter, Route, SubjectKind
from yingjiu.screening.logic import AllOf, Constant, Id, Logic, Not, ids, replaced

__all__ = ["Atom", "Comparison", "Condition", "Model", "Recommendation", "Term", "Test"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A named expression over the columns of the subject.

    Attributes:
        id: identifier within the model.
        says: what it says, in Chinese.
        expr: the expression, as written.
        settle: what would settle it when it is unknown.
        block: the shared block that it comes from.
    """

    id: str
    says: str
    expr: str
    settle: str | None = None
    block: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """What is asked of the rows that were reached and whose expression is true.

    Attributes:
        kind: ``exists``, ``count`` (of rows), ``persons`` (different ones), ``sum`` or ``latest``.
        operator: for count, persons and sum: ``>= > < <= = <>``.
        number: for count, persons and sum.
        column: for sum and latest: the column whose value is summed or looked at.
        by_date: for latest: the column that says which row is newest.
        value_test: for latest: an expression over the compared row.
    """

    kind: Literal["exists", "count", "persons", "sum", "latest"] = "exists"
    operator: str = ""
    number: Decimal = Decimal(0)
    column: str = ""
    by_date: str = ""
    value_test: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A named question about rows of another table that the subject reaches.

    Attributes:
        id: identifier within the model.
        says: what it says, in Chinese.
        table: the table whose rows are compared.
        by: routes from the subject to those rows; a row counts once, by whatever routes.
        kin: for route kin: relations that count; empty means any.
        expr: expression over the compared row; ``None`` means that every row that is reached counts.
        test: what is asked of the rows.
        settle: what would settle it when it is unknown.
        block: the shared block that it comes from.
    """

    id: str
    says: str
    table: str
    by: tuple[Route, ...]
    kin: tuple[str, ...] = ()
    expr: str | None = None
    test: Test = Test()
    settle: str | None = None
    block: str | None = None


Atom = Condition | Comparison
"""What has a truth of its own, found by the engine."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name for a piece of logic.

    Attributes:
        id: identifier within the model.
        says: what it says, in Chinese.
        logic: over atoms only; other terms are already written out.
    """

    id: str
    says: str
    logic: Logic


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Help that another agency should be asked for.

    Attributes:
        when: logic over atoms; it is recommended if this is true.
        measure: code of the measure.
        agency: who gives it.
        says: what to ask for.
    """

    when: Logic
    measure: str
    agency: str
    says: str


@dataclass(frozen=True, repr=False)
class Model:
    """A model that can be run.

    Attributes:
        id: identifier.
        version: its version.
        title: Chinese title.
        kind: what its findings may lead to.
        after: the published case that it follows.
        basis: the articles that it implements.
        subject: the table whose rows it judges.
        where: expression; rows where it is not true are no subjects at all.
        max_share: greatest share of the subjects that may plausibly match.
        parameters: figures that its expressions name.
        conditions: in order, own ones first.
        comparisons: in order, own ones first.
        terms: in order.
        require: logic over atoms.
        exclude: logic over atoms, or ``None``.
        ask: ids of atoms and terms that a person must answer when they are true or unknown.
        doubt: ids of atoms and terms that make a match only possible while they are true.
        level: logic over atoms of each level, most urgent first.
        recommend: help to ask for.
        cases: its own must-match and must-not-match cases.
        case_run_date: the day on which its cases are judged.
        file: where it was read.
        digest: of its content and that of its blocks; equal digests judge alike.
        warnings: what is odd but not wrong.
    """

    id: str
    version: int
    title: str
    kind: Kind
    after: str | None
    basis: tuple[Basis, ...]
    subject: SubjectKind
    where: str | None
    max_share: Decimal
    parameters: Mapping[str, Parameter]
    conditions: tuple[Condition, ...]
    comparisons: tuple[Comparison, ...]
    terms: tuple[Term, ...]
    require: Logic
    exclude: Logic | None
    ask: tuple[str, ...]
    doubt: tuple[str, ...]
    level: tuple[tuple[Level, Logic], ...]
    recommend: tuple[Recommendation, ...]
    cases: tuple[CaseDeclared, ...]
    case_run_date: date
    file: str
    digest: str
    warnings: tuple[Fault, ...] = ()

    def __repr__(self) -> str:
        return f"Model({self.id!r}, version={self.version})"

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """Conditions, then comparisons: the order of truths in every pattern of this model."""
        return (*self.conditions, *self.comparisons)

    @cached_property
    def verdict(self) -> Logic:
        """``require AND NOT exclude``: true is a match, unknown is possible, false is no."""
        return self.require if self.exclude is None else AllOf((self.require, Not(self.exclude)))

    @cached_property
    def by_id(self) -> Mapping[str, Atom | Term]:
        """Every atom and term by its id."""
        return {each.id: each for each in (*self.atoms, *self.terms)}

    def leaves(self, logic: Logic) -> tuple[str, ...]:
        """The ids of atoms in some logic, each once, in order."""
        return tuple(dict.fromkeys(ids(self.written_out(logic))))

    def written_out(self, logic: Logic) -> Logic:
        """Some logic with terms replaced by what they mean."""
        meanings = {term.id: term.logic for term in self.terms}
        return replaced(logic, lambda name: meanings.get(name, Id(name)))

    def level_logic(self, level: Level) -> Logic:
        """When a finding has this level, not looking at more urgent ones."""
        return dict(self.level).get(level, Constant(value=level == "yellow"))

    def settle_text(self, atom_id: str) -> str | None:
        """What would settle an atom."""
        atom = self.by_id[atom_id]
        return None if isinstance(atom, Term) else atom.settle
