"""Make one model out of its declaration and its blocks, and check what they say to each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _
from yingjiu.screening.binding import parameter_values
from yingjiu.screening.case_worlds import case_faults
from yingjiu.screening.declared import LEVELS, BlockFile, ModelFile
from yingjiu.screening.gathering import Source, nearest
from yingjiu.screening.logic import Id, Logic, ids, replaced
from yingjiu.screening.model import Comparison, Condition, Model, Recommendation
from yingjiu.screening.parts import Parts

__all__ = ["Resolver"]


class Resolver(Parts):
    """Makes one model, gathering faults."""

    def model(self) -> Model | None:
        """The model, or ``None`` if anything is wrong."""
        declared = self.declared
        self._blocks = [found for name in declared.uses if (found := self.block(name))]
        parts: list[tuple[ModelFile | BlockFile, Source]] = [(declared, self.own), *self._blocks]
        self.note_places(parts)
        terms_declared = {each.id for part, _source in parts for each in part.terms}
        for name, path, source in self.part_of:
            self.known(name, terms_declared, path, _("term"), source)
        parameters = {name: value for part, _s in reversed(parts) for name, value in part.parameters.items()}
        self.parameters = parameter_values(parameters, declared.case_run_date)
        conditions = [
            self.condition(each, i, source)
            for part, source in parts
            for i, each in enumerate(part.conditions)
        ]
        comparisons = [
            self.comparison(each, i, source)
            for part, source in parts
            for i, each in enumerate(part.comparisons)
        ]
        meanings = self.terms(
            [(each, i, source) for part, source in parts for i, each in enumerate(part.terms)]
        )
        if declared.where is not None:
            self.bind(declared.where, None, ("where",), self.own)
        logic = self.logic
        require = logic(declared.require, ("require",))
        exclude = logic(declared.exclude, ("exclude",)) if declared.exclude is not None else None
        level = tuple(
            (name, logic(declared.level[name], ("level", name))) for name in LEVELS if name in declared.level
        )
        recommend = [
            (each, logic(each.when, ("recommend", i, "when"))) for i, each in enumerate(declared.recommend)
        ]
        for i, each in enumerate(declared.recommend):
            self.known(each.measure, CODE_LISTS["measure"].codes, ("recommend", i, "measure"), _("measure"))
        for i, name in enumerate(declared.ask):
            self.known(name, self.places, ("ask", i), _("id"))
        for i, name in enumerate(declared.doubt):
            self.known(name, self.places, ("doubt", i), _("id"))
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
                    if term.id in used or self.is_own(term.id)
                ),
                require=out(require),
                exclude=out(exclude) if exclude else None,
                ask=declared.ask,
                doubt=declared.doubt,
                level=tuple((name, out(part)) for name, part in level),
                recommend=tuple(Recommendation(out(p), e.measure, e.agency, e.says) for e, p in recommend),
                cases=declared.cases,
                case_run_date=declared.case_run_date,
                file=self.own.file,
                digest=digest_of(declared, [block for block, _source in self._blocks]),
                warnings=tuple(self.warnings),
            )
            if not self.faults
            else None
        )

    def _used(self, roots: Iterable[Logic], terms: Mapping[str, Logic]) -> set[str]:
        """Ids that the model reaches: from its logic, its questions, and what its cases look at."""
        wanted = [name for root in roots for name in ids(root)]
        wanted += [*self.declared.ask, *self.declared.doubt]
        wanted += [name for case in self.declared.cases for name in case.expect.conditions]
        used: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name not in used:
                used.add(name)
                wanted += ids(terms[name]) if name in terms else ()
        # own terms stay even if nothing names them, and with them what they mean
        for name, logic in terms.items():
            if self.is_own(name):
                used.update(each for each in ids(logic))
        return used

    def _check_cases(self) -> None:
        outcomes = {case.expect.outcome for case in self.declared.cases}
        for outcome, missing in (
            ("match", _("a case that must match")),
            ("no", _("a case that must not match")),
        ):
            if outcome not in outcomes:
                self.fault(
                    "SCR-106",
                    _("{missing} is missing").format(missing=missing),
                    ("cases",),
                    hint=_("add one: a model is believed for what its cases show"),
                )
        for index, case in enumerate(self.declared.cases):
            for path, message, found, known in case_faults(
                case, self.declared.subject, self.declared.case_run_date
            ):
                self.fault(
                    "SCR-115", message, ("cases", index, *path), found=found, hint=nearest(found, known)
                )
            for key, names in (
                ("conditions", case.expect.conditions),
                ("settle", case.expect.settle),
                ("excluded_by", case.expect.excluded_by),
                ("ask", case.expect.ask),
            ):
                for name in names:
                    self.known(name, self.places, ("cases", index, "expect", key), _("id"))

    def _check_settled(
        self, require: Logic, conditions: list[Condition], comparisons: list[Comparison]
    ) -> None:
        atoms: dict[str, Condition | Comparison] = {each.id: each for each in conditions}
        atoms |= {each.id: each for each in comparisons}
        for name in dict.fromkeys(ids(require)):
            atom = atoms[name]
            unknown = isinstance(atom, Comparison) or self.bound[name].nullable
            if unknown and atom.settle is None:
                source, path = self.places[name]
                self.fault(
                    "SCR-107",
                    _("it is required, can be unknown, and nothing says what would settle it"),
                    path,
                    source,
                    name,
                    _("add settle: the document or answer that would tell"),
                )

    def _warn_unused(self, used: set[str]) -> None:
        roots = used | set(self.declared.ask)
        for name, (source, path) in self.places.items():
            if source.block is None and name not in roots:
                self.warnings.append(
                    self.made("SCR-113", _("nothing uses this id"), path, source, name, None)
                )


def digest_of(declared: ModelFile, blocks: list[BlockFile]) -> str:
    """Of everything that a model says, however the file is laid out."""
    content = [each.model_dump(mode="json", by_alias=True) for each in (declared, *blocks)]
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain).encode()
    ).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
