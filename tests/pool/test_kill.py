"""Kill -9 at any moment leaves a pool that opens and reads as before.

A real process is killed before each of its acts on the pool's folder, and at random times. What stands there
afterwards is exactly the state before the load, or exactly the state after it; never anything between.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yingjiu.pool import Batch, Pool, PoolView

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")

Order = Callable[..., dict[str, Any]]
Load = Callable[..., Batch]
ReadContent = Callable[[PoolView], dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def order() -> Iterator[Order]:
    """A process that does what it is told, and dies when it is told."""
    script = Path(__file__).with_name("loader.py")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def give(**what: Any) -> dict[str, Any]:
            """Give an order and read an answer; without an order, only read the next answer."""
            if what:
                stdin.write(json.dumps({**what, "folder": str(what["folder"])}) + "\n")
                stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
            return answer

        yield give
        stdin.close()


@pytest.fixture
def before(pool: Pool, load: Load) -> Path:
    """A pool with a batch that was replaced, one that is current, and one of another source."""
    load("civil", "snapshot", person=[(1, "旧")])
    load("civil", "snapshot", person=[(key, "旧") for key in range(20, 60)], hardship=[(20, "tekun")])
    load("police", "snapshot", person=[(1, "警")])
    return pool.folder


def left(folder: Path) -> list[str]:
    """Every file and folder of a pool, but for empty ones of housekeeping.

    A journal that SQLite had begun but not yet synced when the process died is none of the state: SQLite sees
    that it holds nothing, and removes it with the next write.
    """
    keep = {"catalogue.sqlite", "catalogue.sqlite-journal", "load.lock", "staging"}
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.name not in keep)


def state(folder: Path, content: ReadContent) -> str:
    """All that a pool tells: what it shows, what it remembers, what lies in its folder."""
    pool = Pool.open(folder)
    known = {batch.id for batch in pool.history()[:3]}
    shown = content(pool.view())
    for rows in shown.values():
        for row in rows:
            row["batch"] = row["batch"] if row["batch"] in known else "new"
    history = [(batch.source, batch.mode, batch.state, batch.rows) for batch in pool.history()]
    files = [
        name.replace(pool.history()[-1].id, "new") if len(history) > 3 else name for name in left(folder)
    ]
    assert pool.status().strays == ()
    return json.dumps([shown, history, files], default=str, sort_keys=True)


@pytest.mark.parametrize("work", ["load", "roll_back", "collect"])
def test_killed_before_any_act_it_is_as_before_or_as_after(
    work: str, before: Path, tmp_path: Path, order: Order, content: ReadContent
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    assert order(do=work, folder=whole) == {"killed": False, "status": 0}
    allowed = {"before": state(before, content), "after": state(whole, content)}
    outcomes = []
    for act in range(1, 500):
        copy = tmp_path / f"at-{act}"
        shutil.copytree(before, copy)
        if not order(do=work, folder=copy, at=act)["killed"]:
            break
        found = state(copy, content)
        outcomes.append(
            next((name for name, what in allowed.items() if what == found), f"neither, at act {act}")
        )
        # and it still works
        pool = Pool.open(copy)
        if work != "collect" and outcomes[-1] == "before" and act % 4 == 0:
            assert order(do=work, folder=copy) == {"killed": False, "status": 0}
            assert state(copy, content) == allowed["after"]
        assert pool.status().loading is None
        shutil.rmtree(copy)
    assert outcomes[0] == "before"
    assert set(outcomes) <= set(allowed)
    assert outcomes == sorted(outcomes, reverse=True), "there is one moment at which it happens"
    assert len(outcomes) > 5


def test_killed_at_random_times_it_is_as_before_or_as_after(
    before: Path, tmp_path: Path, order: Order, content: ReadContent
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    start = time.monotonic()
    order(do="load", folder=whole)
    duration = time.monotonic() - start
    allowed = [state(before, content), state(whole, content)]
    chance = random.Random(20240531)
    for number in range(12):
        copy = tmp_path / f"time-{number}"
        shutil.copytree(before, copy)
        order(do="load", folder=copy, seconds=chance.uniform(0.3, 1.05) * duration)
        assert state(copy, content) in allowed
        shutil.rmtree(copy)


def test_killed_while_it_clears_away_the_next_one_clears_away(
    before: Path, tmp_path: Path, order: Order, content: ReadContent
) -> None:
    expected = state(before, content)
    dead = tmp_path / "dead"
    shutil.copytree(before, dead)
    assert order(do="load", folder=dead, at=20)["killed"]
    assert len(list(dead.rglob("*.parquet"))) > len(list(before.rglob("*.parquet")))
    for act in range(1, 100, 2):
        copy = tmp_path / f"sweep-{act}"
        shutil.copytree(dead, copy)
        died = order(do="reopen", folder=copy, at=act)["killed"]
        assert state(copy, content) == expected
        if not died:
            break
    assert act > 5


def test_a_load_of_another_process_is_named_and_not_disturbed(before: Path, order: Order, load: Load) -> None:
    # the process answers with its own line while it works on
    pid = order(do="hold", folder=before)["holding"]
    pool = Pool.open(before)
    since = datetime.now(UTC)
    try:
        with pytest.raises(Exception, match=f"civil.*{pid}") as caught:
            load("police", "snapshot", person=[(2, "乙")])
        assert getattr(caught.value, "code", None) == "POL-010"
        with pytest.raises(Exception, match="POL-010"):
            pool.collect_garbage()
        loading = pool.status().loading
        assert loading is not None
        assert (loading.pid, loading.source) == (pid, "civil")
        assert loading.since is not None
        assert loading.since <= since
        assert len(list((before / "staging").iterdir())) == 1
    finally:
        os.kill(pid, 9)
        assert order()["killed"]
    deadline = time.monotonic() + 20
    while pool.status().loading and time.monotonic() < deadline:
        time.sleep(0.01)
    load("police", "snapshot", person=[(2, "乙")])  # the lock died with the process
    Pool.open(before)
    assert not (before / "staging").exists() or list((before / "staging").iterdir()) == []
