"""Run the cases that models ship: what each must come to, and what it came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from yingjiu.pool.engines import Engine
from yingjiu.pool.tables import TABLES
from yingjiu.screening.case_worlds import SELF, World, rows_of
from yingjiu.screening.compile import Plan, compile_models, first_step
from yingjiu.screening.declared import CaseDeclared, Level, Outcome
from yingjiu.screening.logic import Truth, value
from yingjiu.screening.model import Model
from yingjiu.screening.subjects import has_case
from yingjiu.screening.verdicts import Verdict, judge

__all__ = ["CaseResult", "run_cases"]

_RANK: Mapping[str, int] = {"match": 0, "possible": 1, "excluded": 2, "no": 3}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case.

    Attributes:
        model: id of the model.
        index: place of the case in the model file, from 0.
        says: what the case shows.
        passed: whether everything expected was found.
        differences: (what, expected, found) of everything that was not.
        outcome: the outcome found.
        level: the level found.
        verdict: all that the model says; a plain no if the case has no subject.
        truths: id of every atom and term → truth; empty if the case has no subject.
    """

    model: str
    index: int
    says: str
    passed: bool
    differences: tuple[tuple[str, str, str], ...]
    outcome: Outcome
    level: Level | None
    verdict: Verdict
    truths: Mapping[str, Truth]


def run_cases(engine: Engine, models: Sequence[Model]) -> tuple[CaseResult, ...]:
    """Run every case of every model, all that share a day and loaded tables in one run.

    Args:
        engine: any engine; what was attached to it is replaced.
        models: the models whose cases are run.

    Returns:
        One result for each case, in the order of the models and their files.
    """
    number = count()
    groups: dict[tuple[date, frozenset[str]], list[tuple[int, int, Model]]] = defaultdict(list)
    declared: dict[int, CaseDeclared] = {}
    places: list[int] = []
    for model in models:
        for index, case in enumerate(model.cases):
            one = next(number)
            declared[one] = case
            places.append(one)
            groups[case.run_date or model.case_run_date, frozenset(case.not_loaded)].append(
                (one, index, model)
            )
    results: dict[int, CaseResult] = {}
    for (run_date, left_out), members in groups.items():
        world = rows_of((one, declared[one], run_date) for one, _index, _model in members)
        tables = world.tables(without=left_out)
        engine.attach(tables)
        used = list({model.digest: model for _one, _index, model in members}.values())
        found = _sheets(engine, compile_models(used, run_date, TABLES.keys() - left_out))
        for one, index, model in members:
            rows = _rows(found[model.subject], world, one)
            results[one] = _result(model, index, declared[one], found[model.subject][0], rows)
    return tuple(results[one] for one in places)


Sheet = tuple[Plan, dict[tuple[int, str], list[dict[str, object]]]]


def _sheets(engine: Engine, plans: Sequence[Plan]) -> dict[str, Sheet]:
    """The whole sheet of each kind of subject, by person and case."""
    first = first_step()
    engine.keep(first.name, first.tree)
    sheets: dict[str, Sheet] = {}
    for plan in plans:
        for step in plan.steps:
            engine.keep(step.name, step.tree)
        rows: dict[tuple[int, str], list[dict[str, object]]] = defaultdict(list)
        for row in engine.query(plan.everything()).to_pylist():
            rows[row["person_id"], row.get("case_id") or ""].append(row)
        sheets[plan.kind] = (plan, rows)
    return sheets


def _rows(sheet: Sheet, world: World, one: int) -> list[dict[str, object]]:
    plan, rows = sheet
    person = world.persons[one, SELF]
    if not has_case(plan.kind):
        return rows.get((person, ""), [])
    found = rows.get((person, world.case_id(one)), [])
    return found or [row for (who, _case), several in rows.items() if who == person for row in several]


def _result(
    model: Model, index: int, case: CaseDeclared, plan: Plan, rows: list[dict[str, object]]
) -> CaseResult:
    judged: list[tuple[Verdict, dict[str, Truth]]] = []
    for row in rows:
        where = plan.where.get(model.id)
        truths = tuple(_truth(row[column]) for column in plan.columns(model))
        known: dict[str, Truth] = {atom.id: truth for atom, truth in zip(model.atoms, truths, strict=True)}
        known.update({term.id: value(term.logic, known) for term in model.terms})
        subject = where is None or row[where] is True
        judged.append((judge(model, truths) if subject else Verdict("no"), known))
    judged.sort(key=lambda pair: _RANK["excluded" if pair[0].excluded else pair[0].outcome])
    verdict, known = judged[0] if judged else (Verdict("no"), {})
    differences = tuple(_differences(case, verdict, known, model))
    return CaseResult(
        model.id,
        index,
        case.says,
        not differences,
        differences,
        verdict.outcome,
        verdict.level,
        verdict,
        known,
    )


def _truth(found: object) -> Truth:
    return None if found is None else bool(found)


def _differences(
    case: CaseDeclared, verdict: Verdict, known: Mapping[str, Truth], model: Model
) -> list[tuple[str, str, str]]:
    expect = case.expect
    found: list[tuple[str, str, str]] = []
    if expect.outcome != verdict.outcome:
        found.append(("outcome", expect.outcome, verdict.outcome))
    if expect.level is not None and expect.level != verdict.level:
        found.append(("level", expect.level, str(verdict.level)))
    for name, wanted in expect.conditions.items():
        truth = known.get(name)
        if truth is not (None if wanted == "unknown" else wanted):
            found.append((f"conditions.{name}", _said(wanted), _said(truth)))
    for key, names, there in (
        ("excluded_by", expect.excluded_by, verdict.excluded_by),
        ("settle", expect.settle, verdict.settle),
        ("ask", expect.ask, verdict.ask),
    ):
        wanted_leaves = [leaf for name in names for leaf in _named(name, model, key)]
        if missing := [name for name in wanted_leaves if name not in there]:
            found.append((key, ", ".join(missing), ", ".join(there) or "-"))
    return found


def _named(name: str, model: Model, key: str) -> tuple[str, ...]:
    """Questions may name terms; what excludes or would settle is always an atom."""
    return (name,)


def _said(truth: object) -> str:
    return {True: "true", False: "false"}.get(truth, "unknown") if isinstance(truth, bool) else "unknown"
