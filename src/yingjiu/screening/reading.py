"""Read model files: every fault of every file at once, each with its path and line."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from yingjiu.codes import CODE_LISTS
from yingjiu.declarations import DeclarationError, Lines, read_declaration
from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _
from yingjiu.pool.tables import TABLES
from yingjiu.screening.binding import COMPARED, Bound, Parameters, bind, parameter_values
from yingjiu.screening.case_worlds import case_faults
from yingjiu.screening.declared import (
    LEVELS,
    BlockFile,
    ComparisonDeclared,
    ConditionDeclared,
    ModelFile,
    TermDeclared,
)
from yingjiu.screening.errors import ModelError
from yingjiu.screening.expressions import RESERVED, ExpressionError, Scope, Value, compile_logic, compile_test
from yingjiu.screening.logic import AnyOf, Constant, Id, Logic, ids, parse_logic, replaced
from yingjiu.screening.model import Comparison, Condition, Model, Recommendation, Term, Test
from yingjiu.screening.subjects import compared_columns, has_case

__all__ = ["read_model", "read_models", "shipped_models"]

Path_ = tuple[str | int, ...]


def shipped_models() -> Path:
    """The folder of the models that come with the program."""
    return Path(str(files("yingjiu.catalogue").joinpath("models")))


def read_models(folder: Path | None = None) -> tuple[Model, ...]:
    """Read every model of a folder.

    Args:
        folder: holds ``*.yaml`` models and ``shared/*.yaml`` blocks; the shipped catalogue if ``None``.

    Returns:
        The models by id.

    Raises:
        ModelError: with the faults of all files.
    """
    folder = folder or shipped_models()
    faults: list[Fault] = []
    models: dict[str, Model] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ModelError(
            Fault(
                "SCR-116",
                _("there is no model in this folder"),
                str(folder),
                hint=_("models are files *.yaml"),
            )
        )
    for path in paths:
        try:
            model = read_model(path)
        except YingjiuError as error:
            faults += error.faults
            continue
        if model.id in models:
            faults.append(
                Fault(
                    "SCR-112",
                    _("another file has a model of the same name"),
                    str(path),
                    path="$.model",
                    found=model.id,
                    hint=_("the other file is {file}").format(file=models[model.id].file),
                )
            )
        models.setdefault(model.id, model)
    if faults:
        raise ModelError(*dict.fromkeys(faults))
    return tuple(models[name] for name in sorted(models))


def read_model(origin: Path | str, *, text: str | None = None, shared: Path | None = None) -> Model:
    """Read one model with the shared blocks that it uses.

    Args:
        origin: path of the file, or its name if ``text`` is given.
        text: the content, when it does not come from a file.
        shared: folder of shared blocks; by default ``shared`` beside the file, then the shipped one.

    Returns:
        The model, sound and ready to run.

    Raises:
        ModelError: with every fault found (see :class:`~yingjiu.screening.errors.ModelError`; ``DCL-…`` for
            the YAML itself, ``SCR-0…`` for expressions).
    """
    made: list[Model] = []

    def also(declared: ModelFile, lines: Lines, file: str) -> list[Fault]:
        folders = [shared] if shared else [Path(file).parent / "shared", shipped_models() / "shared"]
        reader = _Reader(declared, lines, file, folders)
        model = reader.model()
        if model is not None:
            made.append(model)
        return reader.faults

    try:
        read_declaration(ModelFile, origin, text=text, also=also)
    except DeclarationError as error:
        raise ModelError(*error.faults) from None
    return made[0]


class _Source:
    """Where a declaration stands, for messages."""

    def __init__(self, lines: Lines, file: str, block: str | None) -> None:
        self.lines = lines
        self.file = file
        self.block = block


class _Reader:
    """Makes one model out of its declaration, gathering faults."""

    def __init__(self, declared: ModelFile, lines: Lines, file: str, folders: list[Path]) -> None:
        self.faults: list[Fault] = []
        self._warnings: list[Fault] = []
        self._declared = declared
        self._own = _Source(lines, file, None)
        self._folders = folders
        self._blocks: list[tuple[BlockFile, _Source]] = []
        self._places: dict[str, tuple[_Source, Path_]] = {}
        self._bound: dict[str, Bound] = {}
        self._parameters: Parameters = ()
        self._members: dict[str, list[str]] = {}
        self._part_of: list[tuple[str, Path_, _Source]] = []

    # -- the whole -------------------------------------------------------------------------------------

    def model(self) -> Model | None:
        declared = self._declared
        self._blocks = [found for name in declared.uses if (found := self._block(name))]
        parts: list[tuple[ModelFile | BlockFile, _Source]] = [(declared, self._own), *self._blocks]
        self._note_places(parts)
        terms_declared = {each.id for part, _source in parts for each in part.terms}
        for name, path, source in self._part_of:
            self._known(name, terms_declared, path, _("term"), source)
        parameters = {name: value for part, _s in reversed(parts) for name, value in part.parameters.items()}
        self._parameters = parameter_values(parameters, declared.case_run_date)
        conditions = [
            self._condition(each, i, source)
            for part, source in parts
            for i, each in enumerate(part.conditions)
        ]
        comparisons = [
            self._comparison(each, i, source)
            for part, source in parts
            for i, each in enumerate(part.comparisons)
        ]
        meanings = self._terms(
            [(each, i, source) for part, source in parts for i, each in enumerate(part.terms)]
        )
        if declared.where is not None:
            self._bind(declared.where, None, ("where",), self._own)
        logic = self._logic
        require = logic(declared.require, ("require",))
        exclude = logic(declared.exclude, ("exclude",)) if declared.exclude is not None else None
        level = tuple(
            (name, logic(declared.level[name], ("level", name))) for name in LEVELS if name in declared.level
        )
        recommend = [
            (each, logic(each.when, ("recommend", i, "when"))) for i, each in enumerate(declared.recommend)
        ]
        for i, each in enumerate(declared.recommend):
            self._known(each.measure, CODE_LISTS["measure"].codes, ("recommend", i, "measure"), _("measure"))
        for i, name in enumerate(declared.ask):
            self._known(name, self._places, ("ask", i), _("id"))
        for i, name in enumerate(declared.doubt):
            self._known(name, self._places, ("doubt", i), _("id"))
        self._check_cases()
        if self.faults:
            return None
        terms = {term.id: term for term in meanings}

        def out(part: Logic) -> Logic:
            return replaced(part, lambda name: terms[name].logic if name in terms else Id(name))

        roots = [
            require,
            *([exclude] if exclude else []),
            *(part for _n, part in level),
            *(p for _e, p in recommend),
        ]
        used = self._used(roots, {term.id: term.logic for term in meanings})
        self._check_settled(out(require), conditions, comparisons)
        self._warn_unused(used)
        return (
            Model(
                id=declared.model,
                version=declared.version,
                title=declared.title,
                kind=declared.kind,
                after=declared.after,
                basis=declared.basis,
                subject=declared.subject,
                where=declared.where,
                max_share=declared.max_share,
                parameters=parameters,
                conditions=tuple(each for each in conditions if each.id in used or each.block is None),
                comparisons=tuple(each for each in comparisons if each.id in used or each.block is None),
                terms=tuple(
                    replace(term, logic=out(term.logic))
                    for term in meanings
                    if term.id in used or self._is_own(term.id)
                ),
                require=out(require),
                exclude=out(exclude) if exclude else None,
                ask=declared.ask,
                doubt=declared.doubt,
                level=tuple((name, out(part)) for name, part in level),
                recommend=tuple(Recommendation(out(p), e.measure, e.agency, e.says) for e, p in recommend),
                cases=declared.cases,
                case_run_date=declared.case_run_date,
                file=self._own.file,
                digest=_digest(declared, [block for block, _source in self._blocks]),
                warnings=tuple(self._warnings),
            )
            if not self.faults
            else None
        )

    def _used(self, roots: Iterable[Logic], terms: Mapping[str, Logic]) -> set[str]:
        """Ids that the model reaches: from its logic, its questions, and what its cases look at."""
        wanted = [name for root in roots for name in ids(root)]
        wanted += [*self._declared.ask, *self._declared.doubt]
        wanted += [name for case in self._declared.cases for name in case.expect.conditions]
        used: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name not in used:
                used.add(name)
                wanted += ids(terms[name]) if name in terms else ()
        # own terms stay even if nothing names them, and with them what they mean
        for name, logic in terms.items():
            if self._is_own(name):
                used.update(each for each in ids(logic))
        return used

    # -- parts -----------------------------------------------------------------------------------------

    def _block(self, name: str) -> tuple[BlockFile, _Source] | None:
        for folder in self._folders:
            path = folder / f"{name}.yaml"
            if path.is_file():
                kept: list[Lines] = []

                def also(block: BlockFile, lines: Lines, file: str) -> list[Fault]:
                    kept.append(lines)
                    if block.block == path.stem:
                        return []
                    where = lines.get(("block",))
                    return [
                        Fault(
                            "SCR-108",
                            _("a block bears the name of its file"),
                            file,
                            where,
                            "$.block",
                            block.block,
                        )
                    ]

                try:
                    block = read_declaration(BlockFile, path, also=also)
                except DeclarationError as error:
                    self.faults += error.faults
                    return None
                return block, _Source(kept[0], str(path), name)
        there = sorted({path.stem for folder in self._folders for path in folder.glob("*.yaml")})
        near = difflib.get_close_matches(name, there, n=1)
        hint = (
            _("did you mean {name!r}?").format(name=near[0])
            if near
            else _("known: {names}").format(names=", ".join(there) or "-")
        )
        self._fault(
            "SCR-108",
            _("there is no such shared block"),
            ("uses", self._declared.uses.index(name)),
            found=name,
            hint=hint,
        )
        return None

    def _note_places(self, parts: list[tuple[ModelFile | BlockFile, _Source]]) -> None:
        for part, source in parts:
            for key, entries in (
                ("conditions", part.conditions),
                ("comparisons", part.comparisons),
                ("terms", part.terms),
            ):
                for index, entry in enumerate(entries):
                    path = (key, index, "id")
                    if not isinstance(entry, TermDeclared) and entry.part_of:
                        self._members.setdefault(entry.part_of, []).append(entry.id)
                        self._part_of.append((entry.part_of, (key, index, "part_of"), source))
                    if entry.id in RESERVED:
                        self._fault("SCR-102", _("this word cannot be an id"), path, source, entry.id)
                    if entry.id in self._places:
                        first, _path = self._places[entry.id]
                        self._fault(
                            "SCR-102",
                            _("the id is used twice"),
                            path,
                            source,
                            entry.id,
                            _("first used in {file}; give one of them another name").format(file=first.file),
                        )
                    self._places.setdefault(entry.id, (source, (key, index)))

    def _is_own(self, name: str) -> bool:
        return self._places[name][0].block is None

    def _condition(self, each: ConditionDeclared, index: int, source: _Source) -> Condition:
        bound = self._bind(each.expr, None, ("conditions", index, "expr"), source)
        if bound is not None:
            self._bound[each.id] = bound
        return Condition(each.id, each.says, each.expr, each.settle, source.block)

    def _comparison(self, each: ComparisonDeclared, index: int, source: _Source) -> Comparison:
        at: Path_ = ("comparisons", index)
        if not self._known(each.with_, TABLES, (*at, "with"), _("table"), source, code="SCR-104"):
            return Comparison(each.id, each.says, each.with_, each.by)
        self._check_routes(each, at, source)
        if each.expr is not None:
            self._bind(each.expr, each.with_, (*at, "expr"), source)
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

    def _check_routes(self, each: ComparisonDeclared, at: Path_, source: _Source) -> None:
        columns = TABLES[each.with_].columns
        for index, route in enumerate(each.by):
            problem = None
            if "case" in route and not has_case(self._declared.subject):
                problem = _("a subject {subject} stands in no case").format(subject=self._declared.subject)
            elif "case" in route and "case_id" not in columns:
                problem = _("the table {table} knows no case").format(table=each.with_)
            elif route != "case" and "person_id" not in columns:
                problem = _("the table {table} knows no person").format(table=each.with_)
            if problem:
                self._fault("SCR-105", problem, (*at, "by", index), source, route, _("choose another route"))
        if each.kin and "kin" not in each.by:
            self._fault(
                "SCR-105", _("relations without the route kin"), (*at, "kin"), source, hint=_("add kin to by")
            )

    def _test(self, each: ComparisonDeclared, at: Path_, source: _Source) -> Test:
        scope = Scope(compared_columns(each.with_), COMPARED, parameters=dict(self._parameters))
        try:
            test = compile_test(each.test, scope)
        except ExpressionError as error:
            self._faults_of(error, (*at, "test"), source)
            return Test()
        column = test.column.name if test.column else ""
        if test.kind in {"count", "persons", "sum"}:
            return Test(test.kind, test.operator or "", Decimal(str(test.value)), column)
        if test.kind == "latest" and test.column and test.order:
            value_test = f"{column} {test.operator} {_literal(test.value)}"
            self._bind(value_test, each.with_, (*at, "test"), source)
            return Test("latest", column=column, by_date=test.order.name, value_test=value_test)
        return Test()

    def _terms(self, declared: list[tuple[TermDeclared, int, _Source]]) -> list[Term]:
        parsed = [
            Term(each.id, each.says, self._meaning(each, index, source)) for each, index, source in declared
        ]
        logic = {term.id: term.logic for term in parsed}
        for each, index, source in declared:
            if each.id in _reached(each.id, logic):
                self._fault("SCR-109", _("the term means itself"), ("terms", index, "logic"), source, each.id)
                return []
        return [replace(term, logic=_written_out(term.logic, logic)) for term in parsed]

    def _meaning(self, each: TermDeclared, index: int, source: _Source) -> Logic:
        members = self._members.get(each.id, [])
        if (each.logic is None) == (each.any is None):
            message = _("a term says either logic or any: true")
            self._fault("SCR-103", message, ("terms", index), source, each.id)
        elif each.logic is not None and not members:
            return self._logic(each.logic, ("terms", index, "logic"), source)
        elif each.logic is not None:
            self._fault(
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
            self._fault(
                "SCR-103", _("nothing is part of this term"), ("terms", index, "any"), source, each.id, hint
            )
        return Constant(value=False)

    # -- expressions and logic -------------------------------------------------------------------------

    def _bind(self, text: str, table: str | None, path: Path_, source: _Source) -> Bound | None:
        try:
            return bind(text, self._declared.subject, table, self._parameters)
        except ExpressionError as error:
            self._faults_of(error, path, source)
            return None

    def _faults_of(self, error: ExpressionError, path: Path_, source: _Source) -> None:
        for fault in error.faults:
            self._fault(fault.code, fault.message, path, source, fault.found, fault.hint)

    def _logic(self, text: str, path: Path_, source: _Source | None = None) -> Logic:
        source = source or self._own
        try:
            compile_logic(text, self._places, allow_constant=True)
        except ExpressionError as error:
            self._faults_of(error, path, source)
            return Constant(value=False)
        return parse_logic(text)

    # -- checks ----------------------------------------------------------------------------------------

    def _check_cases(self) -> None:
        outcomes = {case.expect.outcome for case in self._declared.cases}
        for outcome, missing in (
            ("match", _("a case that must match")),
            ("no", _("a case that must not match")),
        ):
            if outcome not in outcomes:
                self._fault(
                    "SCR-106",
                    _("{missing} is missing").format(missing=missing),
                    ("cases",),
                    hint=_("add one: a model is believed for what its cases show"),
                )
        for index, case in enumerate(self._declared.cases):
            for path, message, found, known in case_faults(
                case, self._declared.subject, self._declared.case_run_date
            ):
                self._fault(
                    "SCR-115", message, ("cases", index, *path), found=found, hint=_nearest(found, known)
                )
            for key, names in (
                ("conditions", case.expect.conditions),
                ("settle", case.expect.settle),
                ("excluded_by", case.expect.excluded_by),
                ("ask", case.expect.ask),
            ):
                for name in names:
                    self._known(name, self._places, ("cases", index, "expect", key), _("id"))

    def _check_settled(
        self, require: Logic, conditions: list[Condition], comparisons: list[Comparison]
    ) -> None:
        atoms: dict[str, Condition | Comparison] = {each.id: each for each in (*conditions, *comparisons)}
        for name in dict.fromkeys(ids(require)):
            atom = atoms[name]
            unknown = isinstance(atom, Comparison) or self._bound[name].nullable
            if unknown and atom.settle is None:
                source, path = self._places[name]
                self._fault(
                    "SCR-107",
                    _("it is required, can be unknown, and nothing says what would settle it"),
                    path,
                    source,
                    name,
                    _("add settle: the document or answer that would tell"),
                )

    def _warn_unused(self, used: set[str]) -> None:
        roots = used | set(self._declared.ask)
        for name, (source, path) in self._places.items():
            if source.block is None and name not in roots:
                self._warnings.append(
                    self._made("SCR-113", _("nothing uses this id"), path, source, name, None)
                )

    def _known(
        self,
        name: str,
        known: Collection[str],
        path: Path_,
        what: str,
        source: _Source | None = None,
        *,
        code: str = "SCR-101",
    ) -> bool:
        if name in known:
            return True
        message = _("unknown {what}").format(what=what)
        self._fault(code, message, path, source, name, _nearest(name, known))
        return False

    def _fault(
        self,
        code: str,
        message: str,
        path: Path_,
        source: _Source | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.faults.append(self._made(code, message, path, source or self._own, found, hint))

    @staticmethod
    def _made(
        code: str, message: str, path: Path_, source: _Source, found: str | None, hint: str | None
    ) -> Fault:
        known = path
        while known and known not in source.lines:
            known = known[:-1]
        dollar = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        return Fault(code, message, source.file, source.lines.get(known), dollar, found, hint)


def _nearest(name: str | None, known: Collection[str] | None) -> str | None:
    if not known or name is None:
        return None
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    if near:
        return _("did you mean {name!r}?").format(name=near[0])
    return _("known: {names}").format(names=", ".join(sorted(known))) if len(known) <= 40 else None


def _reached(start: str, logic: Mapping[str, Logic]) -> set[str]:
    """Ids that a term means, through other terms."""
    reached: set[str] = set()
    wanted = list(ids(logic[start]))
    while wanted:
        name = wanted.pop()
        if name not in reached:
            reached.add(name)
            wanted += ids(logic[name]) if name in logic else ()
    return reached


def _written_out(logic: Logic, terms: Mapping[str, Logic]) -> Logic:
    meaning: Callable[[str], Logic] = lambda name: (
        _written_out(terms[name], terms) if name in terms else Id(name)
    )  # noqa: E731 - recursion by name
    return replaced(logic, meaning)


def _digest(declared: ModelFile, blocks: list[BlockFile]) -> str:
    """Of everything that a model says, however the file is laid out."""
    content = [each.model_dump(mode="json", by_alias=True) for each in (declared, *blocks)]
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain).encode()
    ).hexdigest()


def _literal(value: Value | None) -> str:
    """A value as the expression language writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _plain(value: Any) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
