"""What another version of models would add and drop, before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from yingjiu.pool import PoolView
from yingjiu.pool.engines import Engine
from yingjiu.screening.declared import Level, Outcome
from yingjiu.screening.findings import Finding
from yingjiu.screening.model import Model
from yingjiu.screening.run import Progress, Run, run_models

__all__ = ["Change", "ModelDiff", "diff_models", "diff_runs"]


@dataclass(frozen=True, slots=True)
class Change:
    """One person in one case about whom two versions differ.

    Attributes:
        before: the finding of the old version; ``None`` if it has none.
        after: the finding of the new version; ``None`` if it has none.
    """

    before: Finding | None
    after: Finding | None

    @property
    def was(self) -> tuple[Outcome, Level | None]:
        """Outcome and level by the old version."""
        return (self.before.outcome, self.before.level) if self.before else ("no", None)

    @property
    def becomes(self) -> tuple[Outcome, Level | None]:
        """Outcome and level by the new version."""
        return (self.after.outcome, self.after.level) if self.after else ("no", None)


@dataclass(frozen=True, slots=True)
class ModelDiff:
    """How two versions of one model differ in what they find.

    Attributes:
        model: id of the model.
        old_version: its version before; ``None`` if the model is new.
        new_version: its version after; ``None`` if the model is gone.
        added: match or possible now, and was neither.
        dropped: was match or possible, and is neither.
        changed: another outcome or level.
        same: how many stay as they are.
    """

    model: str
    old_version: int | None
    new_version: int | None
    added: tuple[Change, ...]
    dropped: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: int


def diff_models(
    old: Sequence[Model],
    new: Sequence[Model],
    engine: Engine,
    data: PoolView | Mapping[str, pa.Table],
    run_date: date,
    *,
    progress: Progress | None = None,
) -> tuple[ModelDiff, ...]:
    """Run two versions of models on the same data and compare what they find.

    Args:
        old: the models as they are published.
        new: the models as they would be.
        engine: any engine.
        data: a state of the pool, or canonical tables.
        run_date: the day for which both are asked.
        progress: is told of every step of both runs.

    Returns:
        One diff for each model of either, by id; also where a share is implausible, for that is what one
        wants to see before publishing.
    """
    before = run_models(engine, data, old, run_date, progress=progress, allow_large_share=True)
    after = run_models(engine, data, new, run_date, progress=progress, allow_large_share=True)
    return diff_runs(before, after)


def diff_runs(before: Run, after: Run) -> tuple[ModelDiff, ...]:
    """Compare what two runs found, model by model."""
    old = {model.id: model for model in before.models}
    new = {model.id: model for model in after.models}
    return tuple(
        _diff(
            name,
            old.get(name),
            new.get(name),
            _by_subject(before.found[name] if name in old else ()),
            _by_subject(after.found[name] if name in new else ()),
        )
        for name in sorted(old.keys() | new.keys())
    )


def _by_subject(findings: Iterable[Finding]) -> dict[tuple[int, str], Finding]:
    return {(finding.person_id, finding.case_id): finding for finding in findings}


def _diff(
    name: str,
    old: Model | None,
    new: Model | None,
    before: Mapping[tuple[int, str], Finding],
    after: Mapping[tuple[int, str], Finding],
) -> ModelDiff:
    added, dropped, changed, same = [], [], [], 0
    for key in sorted(before.keys() | after.keys()):
        change = Change(before.get(key), after.get(key))
        was, becomes = change.was, change.becomes
        if was == becomes:
            same += was[0] != "no"
        elif was[0] == "no":
            added.append(change)
        elif becomes[0] == "no":
            dropped.append(change)
        else:
            changed.append(change)
    return ModelDiff(
        name,
        old.version if old else None,
        new.version if new else None,
        tuple(added),
        tuple(dropped),
        tuple(changed),
        same,
    )
