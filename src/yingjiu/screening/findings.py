"""What a run found, kept in columns: counts for every subject, rows only for those that matter.

A million subjects that come to nothing are a number in a funnel; a finding becomes an object when somebody
looks at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.screening.compile import Plan
from yingjiu.screening.declared import LEVELS, Level, Outcome
from yingjiu.screening.logic import Truth, value
from yingjiu.screening.model import Model
from yingjiu.screening.verdicts import Truths, Verdict, judge

__all__ = ["Finding", "Funnel", "ModelFindings", "find", "key_of", "patterns", "tally"]

_TRUTHS: tuple[Truth, ...] = (False, None, True)


def key_of(*parts: str | int) -> str:
    """A key that is the same in every run: 24 hexadecimal digits out of its parts."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one model says about one person in one case.

    Attributes:
        key: model, person and case; the same in every run.
        model: the model.
        person_id: the person.
        case_id: the case; empty if the subject stands in none.
        row: its place in the facts of its kind of subject.
        truths: in the order of the model's atoms.
        verdict: what the model makes of them.
    """

    key: str
    model: Model
    person_id: int
    case_id: str
    row: int
    truths: Truths
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        """``match``, ``possible``, or ``no`` (excluded)."""
        return self.verdict.outcome

    @property
    def level(self) -> Level | None:
        """Urgency; ``None`` if excluded."""
        return self.verdict.level

    def truth(self, name: str) -> Truth:
        """The truth of an atom or a term."""
        return self.known[name]

    @property
    def known(self) -> dict[str, Truth]:
        """The truth of every atom and term."""
        known: dict[str, Truth] = {
            atom.id: truth for atom, truth in zip(self.model.atoms, self.truths, strict=True)
        }
        known.update({term.id: value(term.logic, known) for term in self.model.terms})
        return known


@dataclass(frozen=True, slots=True)
class Funnel:
    """What became of all subjects of one model.

    Attributes:
        model: id of the model.
        subjects: rows that it judged.
        truths: id of every atom and term → how many are true, false, unknown.
        match: how many match.
        possible: how many may match.
        excluded: how many met the requirements, or might, and are left out for a reason.
        excluded_by: id → how many it excludes; one subject may be excluded by several.
    """

    model: str
    subjects: int
    truths: Mapping[str, tuple[int, int, int]]
    match: int
    possible: int
    excluded: int
    excluded_by: Mapping[str, int]

    @property
    def share(self) -> float:
        """The share of the subjects that match."""
        return self.match / self.subjects if self.subjects else 0.0


def patterns(rows: pa.Table, columns: Sequence[str]) -> tuple[npt.NDArray[np.int32], list[Truths]]:
    """Number the distinct patterns of truths in some rows.

    Args:
        rows: with boolean columns.
        columns: which, in order.

    Returns:
        The pattern of each row, and the patterns.
    """
    count = rows.num_rows
    if not columns or count == 0:
        return np.zeros(count, dtype=np.int32), [()] if count else []
    digits = np.empty((count, len(columns)), dtype=np.uint8)
    for place, name in enumerate(columns):
        column = rows.column(name).combine_chunks()
        codes = pc.if_else(column, pa.scalar(2, pa.uint8()), pa.scalar(0, pa.uint8()))
        digits[:, place] = pc.fill_null(codes, pa.scalar(1, pa.uint8())).to_numpy(zero_copy_only=False)
    packed = pa.Array.from_buffers(pa.binary(len(columns)), count, [None, pa.py_buffer(digits.tobytes())])
    encoded = packed.dictionary_encode()
    truths = [tuple(_TRUTHS[digit] for digit in pattern.as_py()) for pattern in encoded.dictionary]
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32), truths


def tally(model: Model, counted: Sequence[tuple[Truths, int]]) -> Funnel:
    """The funnel of a model out of its patterns and how many subjects have each."""
    names = [atom.id for atom in model.atoms]
    truths = {name: [0, 0, 0] for name in (*names, *(term.id for term in model.terms))}
    outcomes = {"match": 0, "possible": 0, "no": 0}
    excluded = 0
    excluded_by: dict[str, int] = {}
    for pattern, number in counted:
        known: dict[str, Truth] = dict(zip(names, pattern, strict=True))
        known.update({term.id: value(term.logic, known) for term in model.terms})
        for name, truth in known.items():
            truths[name][_PLACE[truth]] += number
        verdict = judge(model, pattern)
        outcomes[verdict.outcome] += number
        if verdict.excluded:
            excluded += number
            for name in verdict.excluded_by:
                excluded_by[name] = excluded_by.get(name, 0) + number
    return Funnel(
        model=model.id,
        subjects=sum(number for _pattern, number in counted),
        truths={name: (numbers[0], numbers[1], numbers[2]) for name, numbers in truths.items()},
        match=outcomes["match"],
        possible=outcomes["possible"],
        excluded=excluded,
        excluded_by=dict(sorted(excluded_by.items())),
    )


_PLACE: Mapping[Truth, int] = {True: 0, False: 1, None: 2}
_RANK: Mapping[str, int] = {"match": 0, "possible": 1, "no": 2}


@dataclass(frozen=True)
class ModelFindings:
    """The findings of one model: match, possible, and excluded.

    Attributes:
        model: the model.
        person_id: of each finding.
        case_id: of each finding; empty if there is none.
        rows: place of each in the facts of the kind of subject.
        pattern: number of each one's pattern.
        truths: the patterns.
    """

    model: Model
    person_id: npt.NDArray[np.int64]
    case_id: Sequence[str]
    rows: npt.NDArray[np.int32]
    pattern: npt.NDArray[np.int32]
    truths: Sequence[Truths]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Finding]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> Finding:
        person, case = int(self.person_id[place]), self.case_id[place]
        truths = self.truths[self.pattern[place]]
        return Finding(
            key_of(self.model.id, person, case),
            self.model,
            person,
            case,
            int(self.rows[place]),
            truths,
            judge(self.model, truths),
        )

    def verdict(self, place: int) -> Verdict:
        """What the model says, without making the finding."""
        return judge(self.model, self.truths[self.pattern[place]])

    def table(self) -> pa.Table:
        """The findings as Arrow: model, person, case, outcome, level, and the truth of every atom."""
        verdicts = [judge(self.model, truths) for truths in self.truths]
        columns: dict[str, Any] = {
            "model": pa.array([self.model.id] * len(self), pa.string()),
            "person_id": pa.array(self.person_id, pa.int64()),
            "case_id": pa.array(list(self.case_id), pa.string()),
            "outcome": pa.array([verdicts[number].outcome for number in self.pattern], pa.string()),
            "level": pa.array([verdicts[number].level for number in self.pattern], pa.string()),
        }
        for place, atom in enumerate(self.model.atoms):
            columns[atom.id] = pa.array([self.truths[number][place] for number in self.pattern], pa.bool_())
        return pa.table(columns)


def find(plan: Plan, model: Model, rows: pa.Table) -> ModelFindings:
    """Find what a model says of rows of its sheet.

    Args:
        plan: the plan of its kind of subject.
        model: the model.
        rows: of the sheet, sorted by identity.

    Returns:
        Match, possible and excluded, one for each person and case: of several roles the strongest counts.
    """
    numbers, truths = patterns(rows, plan.columns(model))
    verdicts = [judge(model, pattern) for pattern in truths]
    keep = np.array([verdict.outcome != "no" or verdict.excluded for verdict in verdicts], dtype=bool)
    rank = np.array([_strength(verdict) for verdict in verdicts], dtype=np.int32)
    mask = keep[numbers] if len(numbers) else np.zeros(0, dtype=bool)
    if model.id in plan.where:
        mask &= pc.fill_null(rows.column(plan.where[model.id]), fill_value=False).to_numpy()
    places = np.flatnonzero(mask).astype(np.int32)
    persons = rows.column("person_id").to_numpy()[places]
    if "case_id" in rows.column_names:
        cases = [case or "" for case in rows.column("case_id").take(pa.array(places)).to_pylist()]
    else:
        cases = [""] * len(places)
    chosen = _strongest(persons, cases, rank[numbers[places]] if len(places) else places)
    return ModelFindings(
        model,
        persons[chosen],
        [cases[place] for place in chosen],
        places[chosen],
        numbers[places[chosen]],
        truths,
    )


def _strength(verdict: Verdict) -> int:
    level = LEVELS.index(verdict.level) if verdict.level else len(LEVELS)
    return _RANK[verdict.outcome] * 10 + level


def _strongest(
    persons: npt.NDArray[np.int64], cases: Sequence[str], rank: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """Of rows sorted by person and case, the strongest of each; the first of equals."""
    best: dict[tuple[int, str], int] = {}
    for place, key in enumerate(zip(persons.tolist(), cases, strict=True)):
        held = best.get(key)
        if held is None or rank[place] < rank[held]:
            best[key] = place
    return np.array(sorted(best.values()), dtype=np.int32)
