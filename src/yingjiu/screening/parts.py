"""The parts of a model: blocks, conditions, comparisons, terms, logic; each checked where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from yingjiu.declarations import DeclarationError, Lines, read_declaration
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.tables import TABLES
from yingjiu.screening.binding import COMPARED, Bound, Parameters, bind
from yingjiu.screening.declared import (
    BlockFile,
    ComparisonDeclared,
    ConditionDeclared,
    ModelFile,
    TermDeclared,
)
from yingjiu.screening.expressions import RESERVED, ExpressionError, Scope, Value, compile_logic, compile_test
from yingjiu.screening.gathering import Gatherer, Place, Source, nearest
from yingjiu.screening.logic import AnyOf, Constant, Id, Logic, ids, replaced
from yingjiu.screening.model import Comparison, Condition, Term, Test
from yingjiu.screening.subjects import compared_columns, has_case

__all__ = ["Parts"]

NOTHING: Final = Constant(value=False)
"""Stands where logic was refused, so that the rest can still be checked."""


@dataclass
class Parts(Gatherer):
    """Makes the parts of one model.

    Attributes:
        declared: the model's declaration.
        folders: where shared blocks are looked for, in order.
        places: id → where it is declared.
        bound: id of a condition → its bound expression.
        parameters: what ``:name`` means.
        members: term → ids that say they are part of it.
        part_of: (term, where that is said).
    """

    declared: ModelFile = field(kw_only=True)
    folders: list[Path] = field(kw_only=True)
    places: dict[str, tuple[Source, Place]] = field(default_factory=dict)
    bound: dict[str, Bound] = field(default_factory=dict)
    parameters: Parameters = ()
    members: dict[str, list[str]] = field(default_factory=dict)
    part_of: list[tuple[str, Place, Source]] = field(default_factory=list)

    def block(self, name: str) -> tuple[BlockFile, Source] | None:
        """Read a shared block that the model uses."""
        for folder in self.folders:
            path = folder / f"{name}.yaml"
            if path.is_file():
                return self._read_block(path)
        there = sorted({path.stem for folder in self.folders for path in folder.glob("*.yaml")})
        place = ("uses", self.declared.uses.index(name))
        self.fault(
            "SCR-108", _("there is no such shared block"), place, found=name, hint=nearest(name, there)
        )
        return None

    def _read_block(self, path: Path) -> tuple[BlockFile, Source] | None:
        kept: list[Lines] = []

        def also(block: BlockFile, lines: Lines, file: str) -> list[Fault]:
            kept.append(lines)
            if block.block == path.stem:
                return []
            message = _("a block bears the name of its file")
            return [Fault("SCR-108", message, file, lines.get(("block",)), "$.block", block.block)]

        try:
            block = read_declaration(BlockFile, path, also=also)
        except DeclarationError as error:
            self.faults += error.faults
            return None
        return block, Source(kept[0], str(path), path.stem)

    def note_places(self, parts: list[tuple[ModelFile | BlockFile, Source]]) -> None:
        """Note where every id is declared, and what is part of what."""
        for part, source in parts:
            lists: tuple[tuple[str, Sequence[ConditionDeclared | ComparisonDeclared | TermDeclared]], ...] = (
                ("conditions", part.conditions),
                ("comparisons", part.comparisons),
                ("terms", part.terms),
            )
            for key, entries in lists:
                for index, entry in enumerate(entries):
                    path: Place = (key, index, "id")
                    if not isinstance(entry, TermDeclared) and entry.part_of:
                        self.members.setdefault(entry.part_of, []).append(entry.id)
                        self.part_of.append((entry.part_of, (key, index, "part_of"), source))
                    if entry.id in RESERVED:
                        self.fault("SCR-102", _("this word cannot be an id"), path, source, entry.id)
                    if entry.id in self.places:
                        first, _path = self.places[entry.id]
                        self.fault(
                            "SCR-102",
                            _("the id is used twice"),
                            path,
                            source,
                            entry.id,
                            _("first used in {file}; give one of them another name").format(file=first.file),
                        )
                    self.places.setdefault(entry.id, (source, (key, index)))

    def is_own(self, name: str) -> bool:
        """Whether an id is declared in the model itself."""
        return self.places[name][0].block is None

    def condition(self, each: ConditionDeclared, index: int, source: Source) -> Condition:
        """A condition, bound to the subject."""
        bound = self.bind(each.expr, None, ("conditions", index, "expr"), source)
        if bound is not None:
            self.bound[each.id] = bound
        return Condition(each.id, each.says, each.expr, each.settle, source.block)

    def comparison(self, each: ComparisonDeclared, index: int, source: Source) -> Comparison:
        """A comparison, with its routes and its test."""
        at: Place = ("comparisons", index)
        if not self.known(each.with_, TABLES, (*at, "with"), _("table"), source, code="SCR-104"):
            return Comparison(each.id, each.says, each.with_, each.by)
        self._check_routes(each, at, source)
        if each.expr is not None:
            self.bind(each.expr, each.with_, (*at, "expr"), source)
        test = self._test(each, at, source)
        kin = tuple(
            dict.fromkeys(
                name
                for relation in each.kin
                for name in (
                    ("spouse", "parent", "child", "sibling") if relation == "near_relative" else (relation,)
                )
            )
        )
        return Comparison(
            each.id, each.says, each.with_, each.by, kin, each.expr, test, each.settle, source.block
        )

    def _check_routes(self, each: ComparisonDeclared, at: Place, source: Source) -> None:
        columns = TABLES[each.with_].columns
        for index, route in enumerate(each.by):
            problem = None
            if "case" in route and not has_case(self.declared.subject):
                problem = _("a subject {subject} stands in no case").format(subject=self.declared.subject)
            elif "case" in route and "case_id" not in columns:
                problem = _("the table {table} knows no case").format(table=each.with_)
            elif route != "case" and "person_id" not in columns:
                problem = _("the table {table} knows no person").format(table=each.with_)
            if problem:
                self.fault("SCR-105", problem, (*at, "by", index), source, route, _("choose another route"))
        if each.kin and "kin" not in each.by:
            self.fault(
                "SCR-105", _("relations without the route kin"), (*at, "kin"), source, hint=_("add kin to by")
            )

    def _test(self, each: ComparisonDeclared, at: Place, source: Source) -> Test:
        scope = Scope(compared_columns(each.with_), COMPARED, parameters=dict(self.parameters))
        try:
            test = compile_test(each.test, scope)
        except ExpressionError as error:
            self.faults_of(error, (*at, "test"), source)
            return Test()
        column = test.column.name if test.column else ""
        if test.kind in {"count", "persons", "sum"}:
            return Test(test.kind, test.operator or "", Decimal(str(test.value)), column)
        if test.kind == "latest" and test.column and test.order:
            value_test = f"{column} {test.operator} {literal(test.value)}"
            self.bind(value_test, each.with_, (*at, "test"), source)
            return Test("latest", column=column, by_date=test.order.name, value_test=value_test)
        return Test()

    def terms(self, declared: list[tuple[TermDeclared, int, Source]]) -> list[Term]:
        """All terms, each written out in atoms."""
        parsed = [
            Term(each.id, each.says, self._meaning(each, index, source)) for each, index, source in declared
        ]
        logic = {term.id: term.logic for term in parsed}
        for each, index, source in declared:
            if each.id in reached(each.id, logic):
                self.fault("SCR-109", _("the term means itself"), ("terms", index, "logic"), source, each.id)
                return []
        return [replace(term, logic=written_out(term.logic, logic)) for term in parsed]

    def _meaning(self, each: TermDeclared, index: int, source: Source) -> Logic:
        members = self.members.get(each.id, [])
        if (each.logic is None) == (each.any is None):
            message = _("a term says either logic or any: true")
            self.fault("SCR-103", message, ("terms", index), source, each.id)
        elif each.logic is not None and not members:
            return self.logic(each.logic, ("terms", index, "logic"), source)
        elif each.logic is not None:
            self.fault(
                "SCR-103",
                _("atoms are part_of a term that has its own logic"),
                ("terms", index, "logic"),
                source,
                ", ".join(members),
                _("write any: true, or take part_of away"),
            )
        elif members:
            return Id(members[0]) if len(members) == 1 else AnyOf(tuple(Id(name) for name in members))
        else:
            hint = _("add part_of: {name} to conditions or comparisons").format(name=each.id)
            self.fault(
                "SCR-103", _("nothing is part of this term"), ("terms", index, "any"), source, each.id, hint
            )
        return Constant(value=False)

    # -- expressions and logic -------------------------------------------------------------------------

    def bind(self, text: str, table: str | None, path: Place, source: Source) -> Bound | None:
        """An expression, bound; its faults are noted."""
        try:
            return bind(text, self.declared.subject, table, self.parameters)
        except ExpressionError as error:
            self.faults_of(error, path, source)
            return None

    def logic(self, text: str, path: Place, source: Source | None = None) -> Logic:
        """Logic over known ids; its faults are noted."""
        source = source or self.own
        try:
            return compile_logic(text, self.places, allow_constant=True)
        except ExpressionError as error:
            self.faults_of(error, path, source)
            return Constant(value=False)


def reached(start: str, logic: Mapping[str, Logic]) -> set[str]:
    """Ids that a term means, through other terms."""
    reached: set[str] = set()
    wanted = list(ids(logic[start]))
    while wanted:
        name = wanted.pop()
        if name not in reached:
            reached.add(name)
            wanted += ids(logic[name]) if name in logic else ()
    return reached


def written_out(logic: Logic, terms: Mapping[str, Logic]) -> Logic:
    """Logic in which every term is replaced by what it means."""

    def meaning(name: str) -> Logic:
        return written_out(terms[name], terms) if name in terms else Id(name)

    return replaced(logic, meaning)


def literal(value: Value | None) -> str:
    """A value as the expression language writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return f"'{value}'" if isinstance(value, str) else str(value)
