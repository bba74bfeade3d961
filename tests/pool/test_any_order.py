"""Whatever is loaded and rolled back in whatever order, the pool shows what a plain model of it shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingjiu.pool import Batch, Pool, PoolView

Act = tuple[str, str, dict[int, str]]
Load = Callable[[Pool, str, str, dict[int, str]], Batch]

ROWS = st.dictionaries(st.integers(-3, 6), st.sampled_from(["甲", "乙", "丙"]), max_size=4)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["snapshot", "append", "upsert", "rollback", "reopen"]),
        st.sampled_from(["a", "b"]),
        ROWS,
    ),
    max_size=7,
)


class Model:
    """What is current, in plain Python: batch number to (source, rows)."""

    def __init__(self) -> None:
        self.current: dict[int, tuple[str, list[tuple[int, str]]]] = {}
        self.replaced: dict[int, dict[int, tuple[str, list[tuple[int, str]]]]] = {}

    def load(self, number: int, mode: str, source: str, rows: dict[int, str]) -> None:
        mine = {} if mode == "append" else {n: b for n, b in self.current.items() if b[0] == source}
        new = list(rows.items())
        if mode == "upsert":
            new += [row for _source, old in mine.values() for row in old if row[0] not in rows]
        self.current = {n: b for n, b in self.current.items() if n not in mine}
        self.current[number] = (source, new)
        self.replaced[number] = mine

    def roll_back(self, number: int) -> None:
        del self.current[number]
        self.current.update(self.replaced[number])

    def shown(self) -> list[tuple[int, str]]:
        return sorted(row for _source, rows in self.current.values() for row in rows)


def load(pool: Pool, mode: str, source: str, rows: dict[int, str]) -> Batch:
    with pool.load(source=source, content_digest="-", mode=mode, data_date=date(2024, 1, 1)) as writer:
        data: dict[str, Any] = {
            "person_id": pa.array(rows, pa.int64()),
            "name": pa.array(rows.values(), pa.string()),
            "file": pa.array(["f"] * len(rows), pa.string()),
            "row": pa.array(range(len(rows)), pa.int32()),
        }
        writer.write("person", pa.table(data))
        return writer.commit()


def shown(view: PoolView) -> list[tuple[int, str]]:
    return sorted(
        (row["person_id"], row["name"])
        for path in view.files("person")
        for row in pq.read_table(path).to_pylist()
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_the_pool_shows_what_the_model_shows(acts: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pool = Pool.open(Path(folder) / "pool", create=True)
        model = Model()
        ids: list[str] = []
        past = []
        for what, source, rows in acts:
            if what == "rollback":
                if not model.current:
                    continue
                number = max(model.current)
                pool.rollback(ids[number], reason="test")
                model.roll_back(number)
            elif what == "reopen":
                pool = Pool.open(pool.folder)
            else:
                ids.append(load(pool, what, source, rows).id)
                model.load(len(ids) - 1, what, source, rows)
            view = pool.view()
            assert shown(view) == model.shown()
            assert {batch.id for batch in view.batches} == {ids[number] for number in model.current}
            past.append((view.moment, model.shown()))
        for moment, then in past:
            assert shown(pool.view(moment)) == then
        pool.collect_garbage(keep_days=0)
        assert shown(pool.view()) == model.shown()
