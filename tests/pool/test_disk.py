"""A disk that fills up during a load: a clear error, and the pool as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from yingjiu.pool import Batch, Pool, PoolView

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE or a tmpfs")

Load = Callable[..., Batch]
ReadContent = Callable[[PoolView], dict[str, list[dict[str, Any]]]]

CHILD = """
import json, resource, secrets, sys
from datetime import date
from pathlib import Path
import pyarrow as pa
from yingjiu.pool import Pool, StorageError
folder, limit, rows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
data = pa.table({
    "person_id": pa.array(range(rows), pa.int64()),
    "name": pa.array([secrets.token_hex(16) for _ in range(rows)]),
    "file": pa.array(["f.csv"] * rows),
    "row": pa.array(range(rows), pa.int32()),
})
stage = "write"
try:
    with Pool.open(folder).load(
        source="civil", content_digest="n", mode="snapshot", data_date=date(2024, 6, 30)
    ) as writer:
        for start in range(0, rows, 1000):
            writer.write("person", data.slice(start, 1000))
        stage = "commit"
        writer.commit()
    print(json.dumps({"code": None}))
except StorageError as error:
    print(json.dumps({"code": error.code, "text": str(error), "stage": stage}))
"""


def load_in_a_small_place(folder: Path, *, limit: int, rows: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), str(limit), str(rows)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=os.environ,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB, where this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    tools = [shutil.which(name) for name in ("mount", "umount")]
    mount = subprocess.run(
        [tools[0] or "mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip("this user may not mount a small disk; the test with a limit on file size says the same")
    yield place
    subprocess.run([tools[1] or "umount", str(place)], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("limit", "rows", "stage"),
    [
        pytest.param(400_000, 200_000, "write", id="while rows are spilled"),
        pytest.param(400_000, 15_000, "commit", id="while they are sorted"),
    ],
)
def test_a_file_that_cannot_grow_leaves_the_pool_as_it_was(  # noqa: PLR0917 - fixtures and cases
    limit: int, rows: int, stage: str, pool: Pool, load: Load, content: ReadContent
) -> None:
    load("civil", "snapshot", person=[(1, "甲")])
    before = content(pool.view())
    answer = load_in_a_small_place(pool.folder, limit=limit, rows=rows)
    assert (answer["code"], answer["stage"]) == ("POL-030", stage)
    assert "clean" in answer["text"] or "清" in answer["text"]
    reopened = Pool.open(pool.folder)
    assert content(reopened.view()) == before
    assert len(reopened.history()) == 1
    assert list((pool.folder / "staging").iterdir()) == []
    assert load_in_a_small_place(pool.folder, limit=0, rows=100) == {"code": None}
    assert reopened.view().rows("person") == 100


def test_a_full_disk_leaves_the_pool_as_it_was(small_disk: Path, content: ReadContent) -> None:
    pool = Pool.open(small_disk / "pool", create=True)
    assert load_in_a_small_place(pool.folder, limit=0, rows=100) == {"code": None}
    before = content(pool.view())
    assert load_in_a_small_place(pool.folder, limit=0, rows=200_000)["code"] == "POL-030"
    reopened = Pool.open(pool.folder)
    assert content(reopened.view()) == before
    assert len(reopened.history()) == 1
    assert load_in_a_small_place(pool.folder, limit=0, rows=200) == {"code": None}


def test_a_folder_that_may_not_be_written_is_told(pool: Pool, load: Load) -> None:
    # a file stands where the load wants a folder: root may write anywhere, so permissions would not do
    (pool.folder / "staging").write_text("in the way")
    with pytest.raises(Exception, match="POL-031"):
        load("civil", "snapshot", person=[(1, "甲")])
    (pool.folder / "staging").unlink()
    load("civil", "snapshot", person=[(1, "甲")])
