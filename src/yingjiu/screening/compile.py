"""Compile models into a few queries: one sheet of truths for each kind of subject.

A sheet has one row for each subject and one boolean column for each distinct condition and comparison of all
models that judge such subjects. Models share most of them, so twenty models cost little more than one. What a
model makes of its truths (:mod:`yingjiu.screening.verdicts`) needs no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import pyarrow as pa
import sqlglot
from sqlglot import exp

from yingjiu.people import household_pairs, kin_pairs, known_households, known_kin, resolve
from yingjiu.pool.tables import TABLES
from yingjiu.screening import logic
from yingjiu.screening.binding import Bound, Parameters, bind, parameter_values
from yingjiu.screening.compared import (
    EVERY,
    Ask,
    evidence_sql,
    hits_sql,
    kin_table,
    pair_table,
    quoted,
    reach,
    rowwise_sql,
    subject_table,
    truth_sql,
)
from yingjiu.screening.declared import Route, SubjectKind
from yingjiu.screening.model import Comparison, Condition, Model
from yingjiu.screening.subjects import (
    CASE_ALIAS,
    alias_query,
    has_case,
    identity,
    shown_of,
    subject_query,
)

__all__ = ["WANTED_CASES", "WANTED_PERSONS", "Plan", "Step", "compile_models", "first_step"]

WANTED_PERSONS = "wanted_person"
"""Attached when only some subjects are judged: column ``person_id``."""
WANTED_CASES = "wanted_case"
"""Attached when only some subjects are judged: column ``case_id``."""

_RESOLVED = (
    f"SELECT COALESCE(known.case_id, {WANTED_CASES}.case_id) AS case_id FROM {WANTED_CASES} "  # noqa: S608 - our own
    f"LEFT JOIN {CASE_ALIAS} AS known ON known.case_no = {WANTED_CASES}.case_id"
)

ROUTES: tuple[Route, ...] = ("person", "household", "kin", "case", "person+case")


@dataclass(frozen=True, slots=True)
class Step:
    """A query whose rows are kept under a name for those that follow."""

    name: str
    tree: exp.Query


@dataclass(frozen=True)
class Plan:
    """How the models of one kind of subject are judged.

    Attributes:
        kind: the subject table.
        models: those that judge such subjects.
        steps: in order; the last one keeps the sheet.
        sheet: name of the sheet.
        identity: its columns that name a subject.
        column: (model id, atom id) → column of the sheet.
        where: model id → column that says whether the subject is one of this model; absent means all.
        asks: column of the sheet → the comparison it holds.
        reads: column of the sheet → columns of the subject that it read.
        loaded: tables of which something has been loaded; nothing is asked of others.
        some_only: only some subjects are judged; the kept ones have the columns that a lead shows.
        linked: records are read as the people they were linked to.
    """

    kind: SubjectKind
    models: tuple[Model, ...]
    steps: tuple[Step, ...]
    sheet: str
    identity: tuple[str, ...]
    column: Mapping[tuple[str, str], str]
    where: Mapping[str, str]
    asks: Mapping[str, Ask]
    reads: Mapping[str, tuple[str, ...]]
    loaded: frozenset[str]
    some_only: bool = False
    linked: bool = False
    _trees: dict[str, exp.Query] = field(default_factory=dict, repr=False, compare=False)

    def kept(self, name: str, text: Callable[[], str]) -> exp.Query:
        """A tree that is parsed once for all runs of this plan."""
        if name not in self._trees:
            made = tree(text())
            self._trees[name] = resolve(made) if self.linked else made
        return self._trees[name]

    def counts(self, model: Model) -> exp.Query:
        """The patterns of truths of one model and how many subjects have each; column ``n`` last."""
        columns = self.columns(model)
        listed = ", ".join(columns)
        text = f"SELECT {listed}, COUNT(*) AS n FROM {self.sheet} {self._only(model)} GROUP BY {listed}"  # noqa: S608
        return self.kept(f"counts {model.id}", lambda: text)

    def found(self) -> exp.Query:
        """The rows of the sheet that are not plainly ``no`` for every model."""
        some = " OR ".join(f"({self._worth_keeping(model, model.require)})" for model in self.models)
        return self.kept("found", lambda: f"SELECT * FROM {self.sheet} WHERE {some}")  # noqa: S608

    def wanted(self) -> exp.Query:
        """The identity of the subjects that match, or may match, by some model."""
        some = " OR ".join(f"({self._worth_keeping(model, model.verdict)})" for model in self.models)
        listed = ", ".join(quoted(name) for name in self.identity)
        return self.kept("wanted", lambda: f"SELECT {listed} FROM {self.sheet} WHERE {some}")  # noqa: S608

    def some(self) -> exp.Query:
        """One row if there is any subject."""
        return self.kept("some", lambda: f"SELECT 1 AS n FROM {subject_table(self.kind)} LIMIT 1")  # noqa: S608

    def nobody(self) -> pa.Table:
        """The sheet without a row."""
        columns = {name: pa.int64() if name == "person_id" else pa.string() for name in self.identity}
        columns |= {column: pa.bool_() for column in (*self.column.values(), *self.where.values())}
        return pa.table({name: pa.array([], kind) for name, kind in columns.items()})

    def everything(self) -> exp.Query:
        """The whole sheet."""
        return self.kept("sheet", lambda: f"SELECT * FROM {self.sheet}")  # noqa: S608 - our own text

    def evidence(self, table: str, found: str) -> exp.Query:
        """The rows of a table behind comparisons with it, for the subjects in the kept table ``found``."""
        asks = {column: ask for column, ask in self.asks.items() if ask.table == table}
        return self.kept(f"evidence {table} {found}", lambda: evidence_sql(self.kind, asks, found))

    def columns(self, model: Model) -> tuple[str, ...]:
        """The columns of a model's atoms, in their order."""
        return tuple(self.column[model.id, atom.id] for atom in model.atoms)

    def _only(self, model: Model) -> str:
        return f"WHERE {self.where[model.id]}" if model.id in self.where else ""

    def _worth_keeping(self, model: Model, asked: logic.Logic) -> str:
        require = logic.sql(asked, lambda name: self.column[model.id, name])
        where = f"{self.where[model.id]} AND " if model.id in self.where else ""
        return f"{where}COALESCE({require}, TRUE)"


def tree(text: str) -> exp.Query:
    """Our own SQL as a neutral tree."""
    parsed = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(parsed, exp.Query)  # noqa: S101 - our own text
    return parsed


@lru_cache(maxsize=1)
def first_step() -> Step:
    """What every plan needs: the case numbers that mean another case."""
    return Step(CASE_ALIAS, tree(alias_query()))


def compile_models(
    models: Sequence[Model],
    run_date: date,
    loaded: Collection[str],
    *,
    some: bool = False,
    few: bool = False,
    linked: bool = False,
) -> tuple[Plan, ...]:
    """Compile models for a run.

    Args:
        models: the models.
        run_date: the day for which they are asked.
        loaded: canonical tables of which any data has been loaded; rows of others are unknown, not absent.
        some: judge only the subjects in :data:`WANTED_PERSONS` and :data:`WANTED_CASES`.
        few: the tables hold but the rows that bear on them.
        linked: read records as the people they were linked to; :data:`~yingjiu.people.LINK_TABLE` is
        attached.

    Returns:
        One plan for each kind of subject, in a fixed order.
    """
    kinds = sorted({model.subject for model in models})
    plans = (
        _Compiler(
            kind, [model for model in models if model.subject == kind], run_date, frozenset(loaded), some, few
        ).plan()
        for kind in kinds
    )
    return tuple(_through_links(plan) if linked else plan for plan in plans)


def _through_links(plan: Plan) -> Plan:
    steps = tuple(Step(step.name, resolve(step.tree)) for step in plan.steps)
    return replace(plan, steps=steps, linked=True, _trees={})


@dataclass
class _Compiler:
    """Builds the plan of one kind of subject."""

    kind: SubjectKind
    models: list[Model]
    run_date: date
    loaded: frozenset[str]
    some: bool
    few: bool
    _conditions: dict[str, tuple[str, Bound]] = field(default_factory=dict)
    _asks: dict[Ask, str] = field(default_factory=dict)
    _column: dict[tuple[str, str], str] = field(default_factory=dict)
    _where: dict[str, str] = field(default_factory=dict)
    _joins: list[str] = field(default_factory=list)
    _found: dict[Ask, list[str]] = field(default_factory=dict)

    def plan(self) -> Plan:
        for model in self.models:
            self._add(model)
        steps = [Step(subject_table(self.kind), tree(self._subjects()))]
        steps += self._relations()
        steps += self._hits()
        steps += self._rowwise()
        sheet = f"sheet_{self.kind}"
        steps.append(Step(sheet, tree(self._sheet())))
        reads = {column: bound.subject for column, bound in self._conditions.values()}
        reads |= {column: ask.expr.subject for ask, column in self._asks.items()}
        return Plan(
            kind=self.kind,
            models=tuple(self.models),
            steps=tuple(steps),
            sheet=sheet,
            identity=identity(self.kind),
            column=self._column,
            where=self._where,
            asks={column: ask for ask, column in self._asks.items()},
            reads=reads,
            loaded=self.loaded,
            some_only=self.some,
        )

    # -- what is asked ---------------------------------------------------------------------------------

    def _add(self, model: Model) -> None:
        parameters = parameter_values(model.parameters, self.run_date)
        if model.where is not None:
            self._where[model.id] = self._condition(bind(model.where, self.kind, None, parameters))
        for atom in model.atoms:
            if isinstance(atom, Condition):
                column = self._condition(bind(atom.expr, self.kind, None, parameters))
            else:
                column = self._comparison(self._ask(atom, parameters))
            self._column[model.id, atom.id] = column

    def _ask(self, atom: Comparison, parameters: Parameters) -> Ask:
        expr = bind(atom.expr, self.kind, atom.table, parameters) if atom.expr is not None else EVERY
        value = (
            bind(atom.test.value_test, self.kind, atom.table, parameters) if atom.test.value_test else None
        )
        by = tuple(route for route in ROUTES if route in atom.by)
        return Ask(atom.table, by, tuple(sorted(atom.kin)), expr, atom.test, value)

    def _condition(self, bound: Bound) -> str:
        return self._conditions.setdefault(bound.sql, (f"a{len(self._conditions)}", bound))[0]

    def _comparison(self, ask: Ask) -> str:
        return self._asks.setdefault(ask, f"b{len(self._asks)}")

    # -- steps -----------------------------------------------------------------------------------------

    def _subjects(self) -> str:
        needed = {name for _column, bound in self._conditions.values() for name in bound.subject}
        for ask in self._asks:
            needed.update(ask.expr.subject)
            needed.update(ask.value_test.subject if ask.value_test else ())
        restrict = None
        if self.some:
            needed.update(shown_of(self.kind))
            restrict = f"t.person_id IN (SELECT person_id FROM {WANTED_PERSONS})"  # noqa: S608 - our own text
            if has_case(self.kind):
                number = ", t.case_no" if "case_no" in TABLES[self.kind].columns else ""
                restrict += f" OR COALESCE(alias.case_id, t.case_id{number}) IN ({_RESOLVED})"
        query = subject_query(self.kind, sorted(needed), restrict=restrict, few=self.few)
        if len(self._where) < len(self.models):
            return query
        by_column = {column: bound.sql for column, bound in self._conditions.values()}
        some = " OR ".join(f"({by_column[column]})" for column in dict.fromkeys(self._where.values()))
        return f"SELECT * FROM ({query}) AS subject WHERE {some}"  # noqa: S608 - our own text

    def _routes(self) -> set[Route]:
        return {route for ask in self._active() for route in ask.by}

    def _active(self) -> list[Ask]:
        """Comparisons with tables that have been loaded."""
        return [ask for ask in self._asks if ask.table in self.loaded]

    def _relations(self) -> list[Step]:
        steps = []
        persons = f"SELECT person_id FROM {subject_table(self.kind)} WHERE person_id > 0"  # noqa: S608 - our own text
        for route, pairs, known, name in (
            ("household", household_pairs, known_households, pair_table(self.kind)),
            ("kin", kin_pairs, known_kin, kin_table(self.kind)),
        ):
            if route in self._routes():
                steps.append(Step(name, pairs(persons, self.run_date)))
                steps.append(Step(f"known_{name}", known(persons, self.run_date)))
                self._joins.append(
                    f"LEFT JOIN known_{name} AS known_{route} ON known_{route}.person_id = subject.person_id"
                )
        return steps

    def _hits(self) -> list[Step]:
        """Keep what plain comparisons come to, one scan for each table and key."""
        steps = []
        plain = [(int(self._asks[ask][1:]), ask) for ask in self._active() if ask.plain]
        for table in dict.fromkeys(ask.table for _n, ask in plain):
            here = [(number, ask) for number, ask in plain if ask.table == table]
            of_person = [(n, ask) for n, ask in here if {"person", "household", "kin"} & set(ask.by)]
            if of_person:
                routes = {route for _n, ask in of_person for route in ask.by} & {"person", "household", "kin"}
                where = f"t.person_id IN ({reach(self.kind, routes)})"
                name = f"hit_{self.kind}_{table}"
                steps.append(Step(name, tree(hits_sql(self.kind, table, of_person, ("person_id",), where))))
                self._join_person(name, table, of_person)
            of_case = [(n, ask) for n, ask in here if "case" in ask.by]
            if of_case:
                name = f"hit_case_{self.kind}_{table}"
                steps.append(Step(name, tree(hits_sql(self.kind, table, of_case, ("case_id",), "TRUE"))))
                self._join(name, f"of_case_{table}", ("case_id",), of_case)
            both = [(n, ask) for n, ask in here if "person+case" in ask.by]
            if both:
                where = f"t.person_id IN (SELECT person_id FROM {subject_table(self.kind)})"  # noqa: S608
                name = f"hit_both_{self.kind}_{table}"
                steps.append(
                    Step(name, tree(hits_sql(self.kind, table, both, ("person_id", "case_id"), where)))
                )
                self._join(name, f"of_both_{table}", ("person_id", "case_id"), both)
                if not TABLES[table].columns["case_id"].required:
                    self._join_no_case(name, table, both)
        return steps

    def _join(self, name: str, alias: str, keys: tuple[str, ...], asks: list[tuple[int, Ask]]) -> None:
        same = " AND ".join(f"{alias}.{key} = subject.{key}" for key in keys)
        self._joins.append(f"LEFT JOIN {name} AS {alias} ON {same}")
        for number, ask in asks:
            self._found.setdefault(ask, []).append(f"COALESCE({alias}.v{number}, 0)")

    def _join_no_case(self, name: str, table: str, asks: list[tuple[int, Ask]]) -> None:
        """A record of the person that names no case may be of this one: at most unknown."""
        alias = f"of_no_case_{table}"
        listed = ", ".join(f"LEAST(v{number}, 1) AS v{number}" for number, _ask in asks)
        self._joins.append(
            f"LEFT JOIN (SELECT person_id, {listed} FROM {name} WHERE case_id IS NULL) AS {alias} "  # noqa: S608
            f"ON {alias}.person_id = subject.person_id"
        )
        for number, ask in asks:
            self._found.setdefault(ask, []).append(f"COALESCE({alias}.v{number}, 0)")

    def _join_person(self, name: str, table: str, asks: list[tuple[int, Ask]]) -> None:
        by_person = [(n, ask) for n, ask in asks if "person" in ask.by]
        if by_person:
            self._join(name, f"of_person_{table}", ("person_id",), by_person)
        by_household = [(n, ask) for n, ask in asks if "household" in ask.by]
        if by_household:
            listed = ", ".join(f"MAX(hit.v{n}) AS v{n}" for n, _ask in by_household)
            self._join_pairs(pair_table(self.kind), name, f"of_household_{table}", listed, by_household)
        by_kin = [(n, ask) for n, ask in asks if "kin" in ask.by]
        if by_kin:
            listed = ", ".join(f"MAX({_kin_worth(n, ask)}) AS v{n}" for n, ask in by_kin)
            self._join_pairs(kin_table(self.kind), name, f"of_kin_{table}", listed, by_kin)

    def _join_pairs(
        self, pairs: str, name: str, alias: str, listed: str, asks: list[tuple[int, Ask]]
    ) -> None:
        query = (
            f"SELECT pair.person_id, {listed} FROM {pairs} AS pair "  # noqa: S608 - our own text
            f"JOIN {name} AS hit ON hit.person_id = pair.other_id GROUP BY pair.person_id"
        )
        self._join(f"({query})", alias, ("person_id",), asks)

    def _rowwise(self) -> list[Step]:
        """Keep what the other comparisons come to, one query each."""
        steps = []
        for ask in self._active():
            if not ask.plain:
                name = f"rows_{self.kind}_{self._asks[ask]}"
                steps.append(Step(name, tree(rowwise_sql(self.kind, ask))))
                same = " AND ".join(
                    f"{name}.{quoted(key)} = subject.{quoted(key)}" for key in identity(self.kind)
                )
                self._joins.append(f"LEFT JOIN {name} ON {same}")
                self._found[ask] = [f"COALESCE({name}.v, 0)"] if ask.test.kind == "exists" else [name]
        return steps

    def _sheet(self) -> str:
        listed = [f"subject.{quoted(name)}" for name in identity(self.kind)]
        listed += [f"({bound.sql}) AS {column}" for column, bound in self._conditions.values()]
        for ask, column in self._asks.items():
            if ask.table in self.loaded:
                listed.append(f"({truth_sql(ask, self._found[ask], self._unknown(ask))}) AS {column}")
            else:
                listed.append(f"CAST(NULL AS BOOLEAN) AS {column}")
        joins = " ".join(self._joins)
        return f"SELECT {', '.join(listed)} FROM {subject_table(self.kind)} AS subject {joins}"  # noqa: S608

    def _unknown(self, ask: Ask) -> list[str]:
        """What makes a comparison unknown unless some row says otherwise."""
        reasons = []
        if set(ask.by) - {"case"}:
            reasons.append("subject.person_id < 0")
        if "household" in ask.by:
            reasons.append("known_household.person_id IS NULL")
        if "kin" in ask.by:
            reasons.append("known_kin.person_id IS NULL")
        if {"case", "person+case"} & set(ask.by):
            reasons.append("subject.case_id IS NULL")
        return reasons


def _kin_worth(number: int, ask: Ask) -> str:
    """A hit by kin; of a relation that is not known, at most unknown."""
    counts = "NOT pair.relation IS NULL"
    if ask.kin:
        counts = f"pair.relation IN ({', '.join(repr(name) for name in ask.kin)})"
    hit = f"hit.v{number}"
    return f"CASE WHEN {counts} THEN {hit} WHEN pair.relation IS NULL THEN LEAST({hit}, 1) ELSE 0 END"
