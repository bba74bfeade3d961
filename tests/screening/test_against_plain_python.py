"""The engine's answers equal those of a plain Python reading of docs/reference/model-file.md.

The reading below shares no code with the product but the canonical tables: it walks over rows one by one.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yingjiu.pool import Engine, open_engine
from yingjiu.pool.tables import PROVENANCE, TABLES, arrow_schema
from yingjiu.screening import Model, read_model
from yingjiu.screening.compile import Plan, compile_models
from yingjiu.screening.run import Run, run_plans
from yingjiu.screening.screener import Screener

DAY = date(2024, 6, 30)
MODEL = """
model: proof
version: 1
title: 证明
kind: judicial_relief
basis: [{rule: 细则, article: "7"}]
subject: party
where: "role IN ('victim', 'witness')"
max_share: 1
conditions:
  - {id: serious, says: a, expr: "harm_grade = 'serious_1'", settle: x}
  - {id: poor_pay, says: b, expr: "received < 1000 AND awarded > 0", settle: x}
  - {id: injury, says: c, expr: "offence_group = 'injury'", settle: x}
comparisons:
  - id: dibao
    says: d
    with: hardship
    by: [person, household]
    expr: "list = 'dibao' AND valid_from <= :run_date"
    settle: x
  - id: dibao_kin
    says: d
    with: hardship
    by: [kin]
    kin: [parent, spouse]
    expr: "list = 'dibao' AND valid_from <= :run_date"
    settle: x
  - id: any_kin
    says: d
    with: hardship
    by: [kin]
    expr: "list = 'tekun'"
    settle: x
  - id: relieved
    says: e
    with: relief_history
    by: [person+case]
    expr: "outcome = 'granted'"
    settle: x
  - id: killed
    says: f
    with: party
    by: [case]
    expr: "role = 'victim' AND harm = 'death'"
    settle: x
  - id: costly
    says: g
    with: medical_expense
    by: [person, household]
    expr: "started_on >= DATE '2024-01-01'"
    test: "sum(self_paid) >= 1000"
    settle: x
  - id: helped_twice
    says: h
    with: benefit
    by: [person]
    expr: "paid_on > subject.incident_on"
    test: "count >= 2"
    settle: x
  - id: never_helped
    says: h
    with: benefit
    by: [person, kin]
    expr: "measure = 'legal_aid'"
    test: "count < 1"
    settle: x
  - id: done
    says: i
    with: enforcement
    by: [person, case]
    expr: "awarded > 10"
    test: "latest(status, accepted_on) = 'completed'"
    settle: x
  - id: before
    says: j
    with: hardship
    by: [person, household, kin]
    expr: "valid_from < subject.incident_on"
    settle: x
  - id: two_poor
    says: k
    with: hardship
    by: [person, household]
    expr: "list = 'tekun'"
    test: "persons >= 2"
    settle: x
require: >-
  (serious OR poor_pay OR at_least(2, injury, dibao, costly))
  AND (dibao OR dibao_kin OR any_kin OR NOT done)
exclude: "relieved OR (killed AND helped_twice)"
ask: [before, never_helped]
doubt: [two_poor]
level: {red: "serious AND dibao", orange: "injury OR before"}
cases:
  - says: x
    given: {party: {role: victim, harm_grade: serious_1}, hardship: {list: dibao, valid_from: 2020-01-01}}
    expect: {outcome: match}
  - {says: y, given: {party: {role: suspect}}, expect: {outcome: no}}
"""

PEOPLE = [32099919800101001 + 2 * number for number in range(5)] + [-7]
CASES = ["C1", "C2", "C3"]
DATES = [date(2023, 5, 1), date(2024, 2, 1), date(2024, 12, 1), None]

people = st.sampled_from(PEOPLE)
dates = st.sampled_from(DATES)
money = st.sampled_from([Decimal(0), Decimal(500), Decimal(700), Decimal(2000), None])


def _rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    read = {
        "source": st.sampled_from(["s1", "s2"]),
        "batch": st.sampled_from(["b1", "b2"]),
        "data_date": st.sampled_from([date(2024, 5, 1), date(2024, 6, 1)]),
    }
    return st.lists(st.fixed_dictionaries({**columns, **read}), max_size=6)


relation = st.sampled_from(["spouse", "parent", "child", "sibling"])
in_household = st.sampled_from(["head", "spouse", "parent", "child", "grandchild", None])
WORLDS = st.fixed_dictionaries(
    {
        "party": _rows(
            person_id=people,
            case_id=st.sampled_from(["C1", "C2", "N2"]),
            role=st.sampled_from(["victim", "suspect", "witness"]),
            recorded_on=dates,
            harm=st.sampled_from(["death", "bodily", None]),
            harm_grade=st.sampled_from(["serious_1", "minor_1", None]),
            received=money,
            awarded=money,
        ),
        "case": _rows(
            case_no=st.sampled_from(["C1", "N2", "C3"]),
            case_id=st.sampled_from(["C1", "C2"]),
            offence_group=st.sampled_from(["injury", "killing", None]),
            stage=st.sampled_from(["investigation", "first_trial", None]),
            incident_on=dates,
        ),
        "hardship": _rows(person_id=people, list=st.sampled_from(["dibao", "tekun"]), valid_from=dates),
        "household_member": _rows(
            person_id=people,
            household_id=st.sampled_from(["h1", "h2"]),
            relation=in_household,
            valid_to=dates,
        ),
        "person_state": _rows(person_id=people, state=st.sampled_from(["dead", "missing"]), since=dates),
        "kinship": _rows(person_id=people, kin_id=people, relation=relation, valid_from=dates),
        "relief_history": _rows(
            person_id=people,
            case_id=st.sampled_from(["C1", "C2", "N2", None]),
            outcome=st.sampled_from(["granted", "refused", None]),
        ),
        "medical_expense": _rows(
            person_id=people, diagnosis=st.sampled_from(["x", None]), started_on=dates, self_paid=money
        ),
        "benefit": _rows(
            person_id=people,
            measure=st.sampled_from(["legal_aid", "medical_relief"]),
            paid_on=dates,
            amount=money,
        ),
        "enforcement": _rows(
            person_id=people,
            case_id=st.sampled_from(["C1", "N2"]),
            awarded=money,
            status=st.sampled_from(["completed", "partly", None]),
            accepted_on=dates,
        ),
    }
)
World = dict[str, list[dict[str, Any]]]
NOT_LOADED = st.sampled_from(
    [(), (), ("hardship",), ("relief_history", "benefit"), ("household_member", "kinship")]
)


# -- the plain reading ------------------------------------------------------------------------------------

T = bool | None


def both(*values: T) -> T:
    return False if False in values else None if None in values else True


def either(*values: T) -> T:
    return True if True in values else None if None in values else False


def no(value: T) -> T:
    return None if value is None else not value


def eq(left: Any, right: Any) -> T:
    return None if left is None else left == right


def lt(left: Any, right: Any) -> T:
    return None if left is None or right is None else left < right


START = date(1, 1, 1)


class Plain:
    """Judges every subject of a world, row by row."""

    def __init__(self, world: World, not_loaded: tuple[str, ...]) -> None:
        self.not_loaded = not_loaded
        self.world = {
            table: [] if table in not_loaded else _filled(table, rows) for table, rows in world.items()
        }
        self.alias: dict[str, str] = {}
        for row in sorted((r for r in self.world["case"] if r["case_id"] != r["case_no"]), key=self.case_age):
            self.alias[row["case_no"]] = row["case_id"]
        for rows in self.world.values():
            for row in rows:
                if "case_id" in row:
                    number = row["case_id"] or row.get("case_no")
                    row["the_case"] = self.alias.get(number, number) if number else None

    @staticmethod
    def case_age(row: dict[str, Any]) -> tuple[Any, ...]:
        stage = {"investigation": 1, "first_trial": 4, None: 0}[row["stage"]]
        return (row["data_date"], stage, START, row["batch"], row["file"], "", row["row"])

    @staticmethod
    def age(column: str) -> Any:
        return lambda row: (
            row["data_date"],
            row[column] or START,
            0,
            row["batch"],
            row["file"],
            "",
            row["row"],
        )

    def subjects(self) -> dict[tuple[int, str, str], dict[str, Any]]:
        merged: dict[tuple[int, str, str], dict[str, Any]] = {}
        for row in sorted(self.world["party"], key=self.age("recorded_on")):
            subject = merged.setdefault((row["person_id"], row["the_case"], row["role"]), {})
            subject.update({name: value for name, value in row.items() if value is not None})
        for (_person, case, _role), subject in merged.items():
            for row in sorted(self.world["case"], key=self.case_age):
                if row["the_case"] == case:
                    for name in ("offence_group", "incident_on"):
                        if row[name] is not None:
                            subject[name] = row[name]
        return {key: subject for key, subject in merged.items() if key[2] in {"victim", "witness"}}

    def home(self, person: int) -> set[str]:
        return {r["household_id"] for r in self.members() if r["person_id"] == person}

    def members(self) -> list[dict[str, Any]]:
        return [r for r in self.world["household_member"] if not r["valid_to"] or r["valid_to"] >= DAY]

    def kinship(self) -> list[dict[str, Any]]:
        return [r for r in self.world["kinship"] if not r["valid_from"] or r["valid_from"] <= DAY]

    def household(self, person: int) -> set[int]:
        together = {r["person_id"] for r in self.members() if r["household_id"] in self.home(person)}
        return together - {person} - self.dead()

    def dead(self) -> set[int]:
        states = [r for r in self.world["person_state"] if r["state"] == "dead"]
        return {r["person_id"] for r in states if not r["since"] or r["since"] <= DAY}

    def kin(self, person: int) -> dict[int, set[str | None]]:
        """Who is kin, and by which relations; None where a shared household leaves it open."""
        found: dict[int, set[str | None]] = {}
        back = {"spouse": "spouse", "parent": "child", "child": "parent", "sibling": "sibling"}
        for row in self.kinship():
            if row["person_id"] == person and row["kin_id"] != person:
                found.setdefault(row["kin_id"], set()).add(row["relation"])
            if row["kin_id"] == person and row["person_id"] != person:
                found.setdefault(row["person_id"], set()).add(back[row["relation"]])
        for home in self.home(person):
            mine, theirs = (
                self.place(person, home),
                {r["person_id"] for r in self.members() if r["household_id"] == home},
            )
            for other in theirs - {person}:
                found.setdefault(other, set()).add(_between(mine, self.place(other, home)))
        return {other: (relations - {None} or {None}) for other, relations in found.items()}

    def place(self, person: int, home: str) -> str | None:
        said = [
            r["relation"] for r in self.members() if r["person_id"] == person and r["household_id"] == home
        ]
        return max((relation for relation in said if relation), default=None)

    def reached(
        self, table: str, by: tuple[str, ...], subject: dict[str, Any], relations: tuple[str, ...] = ()
    ) -> list[tuple[dict[str, Any], bool]]:
        """Rows that a subject reaches, and whether it reaches them for sure."""
        person, case = subject["person_id"], subject["the_case"]
        kin = self.kin(person) if person > 0 else {}
        household = self.household(person) if person > 0 else set()
        found = []
        for row in self.world[table]:
            ways: list[bool] = []
            if "person" in by and row["person_id"] == person:
                ways.append(True)
            if "household" in by and row["person_id"] in household:
                ways.append(True)
            if "kin" in by and row["person_id"] in kin:
                known = kin[row["person_id"]]
                counts = known - {None} if not relations else known & set(relations)
                ways += [True] if counts else [False] if None in known else []
            if "case" in by and row["the_case"] is not None and row["the_case"] == case:
                ways.append(True)
            if "person+case" in by and row["person_id"] == person and row["the_case"] in {case, None}:
                ways.append(row["the_case"] is not None)
            if ways:
                found.append((row, True in ways))
        return found

    def open(self, table: str, by: tuple[str, ...], subject: dict[str, Any]) -> bool:
        person = subject["person_id"]
        known_home = person > 0 and bool(self.home(person))
        known_kin = known_home or (
            person > 0 and any(person in {r["person_id"], r["kin_id"]} for r in self.kinship())
        )
        return (
            table in self.not_loaded
            or (by != ("case",) and person < 0)
            or ("household" in by and not known_home)
            or ("kin" in by and not known_kin)
        )

    def compare(
        self, subject: dict[str, Any], table: str, by: tuple[str, ...], expr: Any, kin: Any = ()
    ) -> Any:
        """Worth of every row (2 true, 1 unknown), each once, and whether more may be unknown."""
        worth = []
        for row, sure in self.reached(table, by, subject, kin):
            truth = expr(row)
            worth.append((row, 0 if truth is False else 2 if truth and sure else 1))
        return [(row, value) for row, value in worth if value], self.open(table, by, subject)

    def exists(self, *args: Any, **more: Any) -> T:
        worth, open_ = self.compare(*args, **more)
        values = {value for _row, value in worth}
        return True if 2 in values else None if 1 in values or open_ else False

    def truths(self, s: dict[str, Any]) -> dict[str, T]:
        get = s.get
        serious = eq(get("harm_grade"), "serious_1")
        poor_pay = both(lt(get("received"), 1000), lt(0, get("awarded")))
        dibao = lambda r: both(eq(r["list"], "dibao"), no(lt(DAY, r["valid_from"])))  # noqa: E731 - short
        poor, open_ = self.compare(s, "hardship", ("person", "household"), lambda r: eq(r["list"], "tekun"))
        poor_people = {row["person_id"] for row, _value in poor}
        return {
            "two_poor": True if len(poor_people) >= 2 else None if open_ else False,
            "serious": serious,
            "poor_pay": poor_pay,
            "injury": eq(get("offence_group"), "injury"),
            "dibao": self.exists(s, "hardship", ("person", "household"), dibao),
            "dibao_kin": self.exists(s, "hardship", ("kin",), dibao, kin=("parent", "spouse")),
            "any_kin": self.exists(s, "hardship", ("kin",), lambda r: eq(r["list"], "tekun")),
            "relieved": self.exists(
                s, "relief_history", ("person+case",), lambda r: eq(r["outcome"], "granted")
            ),
            "killed": self.exists(
                s, "party", ("case",), lambda r: both(eq(r["role"], "victim"), eq(r["harm"], "death"))
            ),
            "costly": self.sum_at_least(s, 1000),
            "helped_twice": self.counted(
                s, ("person",), lambda r: lt(get("incident_on"), r["paid_on"]), at_least=2
            ),
            "never_helped": no(
                self.counted(s, ("person", "kin"), lambda r: eq(r["measure"], "legal_aid"), at_least=1)
            ),
            "done": self.latest_done(s),
            "before": self.exists(
                s,
                "hardship",
                ("person", "household", "kin"),
                lambda r: lt(r["valid_from"], get("incident_on")),
            ),
        }

    @staticmethod
    def once(table: str, worth: list[tuple[dict[str, Any], int]]) -> list[list[tuple[dict[str, Any], int]]]:
        """Rows that speak about the same thing, together; a row whose identity is not known is alone."""
        groups: dict[Any, list[tuple[dict[str, Any], int]]] = {}
        for row, value in worth:
            key = tuple(row[name] for name in TABLES[table].identity)
            place = (row["source"], row["batch"], row["row"]) if None in key else None
            groups.setdefault((key, place), []).append((row, value))
        return list(groups.values())

    def counted(self, s: dict[str, Any], by: tuple[str, ...], expr: Any, *, at_least: int) -> T:
        worth, open_ = self.compare(s, "benefit", by, expr)
        groups = [max(value for _row, value in group) for group in self.once("benefit", worth)]
        if groups.count(2) >= at_least:
            return True
        return None if open_ or len(groups) >= at_least else False

    def sum_at_least(self, s: dict[str, Any], limit: int) -> T:
        begun = lambda r: no(lt(r["started_on"], date(2024, 1, 1)))  # noqa: E731 - as above
        worth, open_ = self.compare(s, "medical_expense", ("person", "household"), begun)
        low = high = Decimal(0)
        for group in self.once("medical_expense", worth):
            best = max(value for _row, value in group)
            known = [
                (value, self.age("ended_on")(row), row["self_paid"])
                for row, value in group
                if row["self_paid"] is not None
            ]
            if not known:
                open_ = True
                continue
            amount = max(known)[2]
            low += amount if best == 2 else 0
            high += amount
        return True if low >= limit else None if open_ or high >= limit else False

    def latest_done(self, s: dict[str, Any]) -> T:
        worth, open_ = self.compare(s, "enforcement", ("person", "case"), lambda r: lt(10, r["awarded"]))
        if open_ or any(row["accepted_on"] is None for row, _value in worth):
            return None
        answers: set[T] = set()
        unsure = [row for row, value in worth if value == 1]
        for mask in range(2 ** len(unsure)):
            there = [row for row, value in worth if value == 2]
            there += [row for place, row in enumerate(unsure) if mask >> place & 1]
            if not there:
                answers.add(False)
                continue
            newest = max(row["accepted_on"] for row in there)
            answers |= {eq(row["status"], "completed") for row in there if row["accepted_on"] == newest}
        return answers.pop() if len(answers) == 1 else None

    def judged(self) -> dict[tuple[int, str, str], tuple[dict[str, T], str]]:
        found = {}
        for key, subject in self.subjects().items():
            t = self.truths(subject)
            few = [t["injury"], t["dibao"], t["costly"]]
            two = True if few.count(True) >= 2 else None if few.count(True) + few.count(None) >= 2 else False
            require = both(
                either(t["serious"], t["poor_pay"], two),
                either(t["dibao"], t["dibao_kin"], t["any_kin"], no(t["done"])),
            )
            exclude = either(t["relieved"], both(t["killed"], t["helped_twice"]))
            if require is False:
                outcome = "no"
            elif exclude is True:
                outcome = "excluded"
            else:
                sure = require is True and exclude is False and t["two_poor"] is not True
                outcome = "match" if sure else "possible"
            found[key] = (t, outcome)
        return found


def _between(mine: str | None, theirs: str | None) -> str | None:
    """What another member of a household is, out of both relations to its head (only those used here)."""
    if mine is None or theirs is None:
        return None
    if mine == "head":
        return {"head": None}.get(theirs, theirs)
    if theirs == "head":
        return {"spouse": "spouse", "parent": "child", "child": "parent", "grandchild": "grandparent"}[mine]
    return {
        ("spouse", "child"): "child", ("child", "spouse"): "parent",
        ("spouse", "grandchild"): "grandchild", ("grandchild", "spouse"): "grandparent",
        ("spouse", "parent"): "parent_in_law", ("parent", "spouse"): "child_in_law",
        ("child", "child"): "sibling", ("child", "parent"): "grandparent", ("parent", "child"): "grandchild",
        ("parent", "parent"): "spouse", ("grandchild", "parent"): "other", ("parent", "grandchild"): "other",
    }.get((mine, theirs))  # fmt: skip


def _filled(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = [*TABLES[table].columns, *(column.name for column in PROVENANCE)]
    filled = []
    for number, row in enumerate(rows):
        one = {**dict.fromkeys(columns), "file": "f", "row": number, **row}
        if "case_no" in columns and one["case_no"] is None:
            one["case_no"] = one["case_id"]
        filled.append(one)
    return filled


# -- the product ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def duck() -> Any:
    with open_engine("duckdb", threads=1) as opened:
        yield opened


@lru_cache(maxsize=1)
def model() -> Model:
    return read_model("proof.yaml", text=MODEL)


@lru_cache(maxsize=32)
def plans(loaded: frozenset[str]) -> tuple[Plan, ...]:
    return compile_models([model()], DAY, loaded)


def tables(world: World, not_loaded: tuple[str, ...]) -> dict[str, pa.Table]:
    schemas = {name: arrow_schema(table) for name, table in TABLES.items()}
    return {
        name: pa.Table.from_pylist(
            _filled(name, world.get(name, [])), schema=pa.schema([f.with_nullable(True) for f in schema])
        )
        for name, schema in schemas.items()
        if name not in not_loaded
    }


def run(engine: Engine, world: World, not_loaded: tuple[str, ...]) -> Run:
    engine.attach(tables(world, not_loaded))
    chosen = plans(frozenset(TABLES) - set(not_loaded))
    return run_plans(engine, chosen, [model()], DAY, run_id="x", pool="x", allow_large_share=True)


def sheet(engine: Engine, not_loaded: tuple[str, ...]) -> dict[tuple[int, str, str], dict[str, T]]:
    plan = plans(frozenset(TABLES) - set(not_loaded))[0]
    names = {column: name for (_model, name), column in plan.column.items()}
    return {
        (row["person_id"], row["case_id"], row["role"]): {name: row[column] for column, name in names.items()}
        for row in engine.query(plan.everything()).to_pylist()
    }


def check(engine: Engine, world: World, not_loaded: tuple[str, ...]) -> Run:
    expected = Plain(world, not_loaded).judged()
    found = run(engine, world, not_loaded)
    assert sheet(engine, not_loaded) == {key: truths for key, (truths, _outcome) in expected.items()}
    rank = {"match": 0, "possible": 1, "excluded": 2}
    strongest: dict[tuple[int, str], str] = {}
    for (person, case, _role), (_truths, outcome) in sorted(expected.items()):
        if outcome != "no" and rank[outcome] < rank.get(strongest.get((person, case), ""), 9):
            strongest[person, case] = outcome
    judged = {
        (finding.person_id, finding.case_id): "excluded" if finding.verdict.excluded else finding.outcome
        for finding in found.findings(excluded=True)
    }
    assert judged == strongest
    funnel = found.funnel("proof")
    outcomes = [outcome for _truths, outcome in expected.values()]
    assert (funnel.subjects, funnel.match, funnel.possible, funnel.excluded) == (
        len(outcomes), outcomes.count("match"), outcomes.count("possible"), outcomes.count("excluded"),
    )  # fmt: skip
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLDS, NOT_LOADED)
def test_every_truth_and_outcome_is_that_of_the_plain_reading(
    duck: Engine, world: World, not_loaded: Any
) -> None:
    check(duck, world, not_loaded)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(WORLDS, st.sampled_from([(), ("hardship",)]))
def test_screening_a_few_people_equals_the_full_run_restricted_to_them(
    duck: Engine, world: World, not_loaded: Any
) -> None:
    full = run(duck, world, not_loaded)
    with Screener(tables(world, not_loaded), [model()], DAY) as screener:
        for wanted in (PEOPLE[:1], PEOPLE[1:3], PEOPLE[-1:]):
            few = screener.screen(persons=wanted)
            assert _said(few) == {key: said for key, said in _said(full).items() if key[0] in wanted}
        for case in ("C1", "C2"):
            few = screener.screen(cases=[case])
            resolved = Plain(world, not_loaded).alias.get(case, case)
            assert _said(few) == {key: said for key, said in _said(full).items() if key[1] == resolved}


def _said(found: Run) -> dict[tuple[int, str], Any]:
    facts = found.facts["party"]
    return {
        (finding.person_id, finding.case_id): (
            finding.truths,
            finding.verdict,
            tuple(facts.behind(finding.row, column) for column in facts.plan.asks)
            if finding.outcome != "no"
            else (),
        )
        for finding in found.findings(excluded=True)
    }


def _busy_world() -> tuple[World, tuple[str, ...]]:
    """One world with hundreds of rows, the same each time."""
    chance = random.Random(20240630)
    one = chance.choice

    def day() -> Any:
        return one(DATES)

    def sum_() -> Any:
        return one([Decimal(0), Decimal(500), Decimal(700), Decimal(2000), None])

    def person() -> Any:
        return one([*PEOPLE, *(32099919700101001 + 2 * number for number in range(60))])

    def number(*more: Any) -> Any:
        return one([*(f"C{n}" for n in range(30)), "N2", *more])

    def kin() -> Any:
        return one(["spouse", "parent", "child", "sibling"])

    made: World = {
        "party": [
            {"person_id": person(), "case_id": number(), "role": one(["victim", "suspect", "witness"]),
             "recorded_on": day(), "harm": one(["death", "bodily", None]),
             "harm_grade": one(["serious_1", "minor_1", None]), "received": sum_(), "awarded": sum_()}
            for _ in range(150)
        ],
        "case": [
            {"case_no": number(), "case_id": number(), "offence_group": one(["injury", "killing", None]),
             "stage": one(["investigation", "first_trial", None]), "incident_on": day()}
            for _ in range(40)
        ],
        "hardship": [
            {"person_id": person(), "list": one(["dibao", "tekun"]), "valid_from": day()} for _ in range(60)
        ],
        "household_member": [
            {"person_id": person(), "household_id": f"h{chance.randrange(25)}",
             "relation": one(["head", "spouse", "parent", "child", "grandchild", None]), "valid_to": day()}
            for _ in range(80)
        ],
        "person_state": [
            {"person_id": person(), "state": one(["dead", "missing"]), "since": day()} for _ in range(9)
        ],
        "kinship": [
            {"person_id": person(), "kin_id": person(), "relation": kin(), "valid_from": day()}
            for _ in range(40)
        ],
        "relief_history": [
            {"person_id": person(), "case_id": number(None), "outcome": one(["granted", "refused", None])}
            for _ in range(40)
        ],
        "medical_expense": [
            {"person_id": person(), "diagnosis": one(["x", None]), "started_on": day(), "self_paid": sum_()}
            for _ in range(60)
        ],
        "benefit": [
            {"person_id": person(), "measure": one(["legal_aid", "medical_relief"]), "paid_on": day(),
             "amount": sum_()}
            for _ in range(60)
        ],
        "enforcement": [
            {"person_id": person(), "case_id": number(), "awarded": sum_(),
             "status": one(["completed", "partly", None]), "accepted_on": day()}
            for _ in range(60)
        ],
    }  # fmt: skip
    for rows in made.values():
        for row in rows:
            row |= {
                "source": one(["s1", "s2"]),
                "batch": "b",
                "data_date": one([date(2024, 5, 1), date(2024, 6, 1)]),
            }
    return made, ()


def test_a_busy_world_is_judged_alike_by_every_engine(engine: Engine) -> None:
    check(engine, *_busy_world())
