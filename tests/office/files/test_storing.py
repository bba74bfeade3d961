from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from tests.office.files.samples import CSV, PDF, SAMPLES, jpeg
from tests.office.house import House
from yingjiu.errors import Fault
from yingjiu.office.files.disk import files_folder, path_of, work_folder
from yingjiu.office.files.errors import DamagedFileError
from yingjiu.office.files.garbage import collect_garbage
from yingjiu.office.files.kinds import clean_name
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.sealed import SEGMENT, Unsealed, new_key, write_segment
from yingjiu.office.files.selectors import own_file
from yingjiu.office.files.services import attach, open_file, plain_copy, store
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.jobs import Work, enqueue, job
from yingjiu.office.jobs.errors import JobError
from yingjiu.office.jobs.running import drain

CASES = yaml.safe_load((Path(__file__).parent / "kinds.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[f"{each['content']} called {each['name']}" for each in CASES])
def test_the_content_decides_what_a_file_is(house: House, case: dict[str, str]) -> None:
    content = io.BytesIO(SAMPLES[case["content"]])
    before = sorted((settings.YINGJIU_FOLDER / "files").glob("*/*"))
    expected = case.get("expected", ())
    if not case["is"].startswith("FIL-"):
        assert store(content, case["name"], house.handler, expected).kind == case["is"]
        return
    with pytest.raises(OfficeError) as refused:
        store(content, case["name"], house.handler, expected)
    assert refused.value.code == case["is"]
    assert refused.value.faults[0].hint
    assert sorted((settings.YINGJIU_FOLDER / "files").glob("*/*")) == before, "something was left"


@pytest.mark.parametrize("size", [1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 17])
def test_what_is_stored_comes_back_and_stands_nowhere_in_clear(house: House, size: int) -> None:
    content = (b"%PDF-" + os.urandom(64) * (size // 64 + 1))[: max(size, 8)]
    stored = store(io.BytesIO(content), "申请书.pdf", house.handler)
    path = path_of(stored.token)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"%PDF-" not in path.read_bytes()
    with open_file(stored) as back:
        assert back.read() == content
    assert stored.size == len(content)
    assert stored.organisation == house.county


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, bytes]:
    """A file of three segments, and its content."""
    content, key = os.urandom(2 * SEGMENT + 1000), new_key()
    path = tmp_path_factory.mktemp("sealed") / "file"
    with path.open("w+b") as target:
        for number in range(3):
            part = content[number * SEGMENT : (number + 1) * SEGMENT]
            write_segment(
                target, key=key, token=uuid.UUID(int=7), number=number, last=number == 2, content=part
            )
    return path, key, content


@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=some.integers(0, 2 * SEGMENT + 1100), length=some.integers(0, SEGMENT + 100))
def test_any_part_can_be_read_by_itself(sealed: tuple[Path, str, bytes], start: int, length: int) -> None:
    path, key, content = sealed
    with io.BufferedReader(
        Unsealed(path, key=key, token=uuid.UUID(int=7), size=len(content)), SEGMENT
    ) as reader:
        reader.seek(start)
        assert reader.read(length) == content[start : start + length]


@pytest.mark.parametrize(
    "damage",
    ["one bit", "cut off", "two segments exchanged", "another file's", "gone"],
)
def test_a_file_that_was_changed_on_the_disk_is_not_read(house: House, damage: str) -> None:
    content = b"%PDF-" + os.urandom(3 * SEGMENT)
    stored = store(io.BytesIO(content), "a.pdf", house.handler)
    other = store(io.BytesIO(content), "b.pdf", house.handler)
    path = path_of(stored.token)
    raw = bytearray(path.read_bytes())
    sealed_segment = SEGMENT + 28
    if damage == "one bit":
        raw[-40] ^= 1
    elif damage == "cut off":
        raw = raw[: 8 + sealed_segment]
    elif damage == "two segments exchanged":
        first, second = raw[8 : 8 + sealed_segment], raw[8 + sealed_segment : 8 + 2 * sealed_segment]
        raw[8 : 8 + 2 * sealed_segment] = second + first
    elif damage == "another file's":
        raw = bytearray(path_of(other.token).read_bytes())
    path.write_bytes(raw)
    if damage == "gone":
        path.unlink()
    with pytest.raises(DamagedFileError), open_file(stored) as back:
        back.read()


def test_a_photo_that_tells_its_place_is_kept_as_it_is_and_says_so(house: House) -> None:
    with_place = store(io.BytesIO(jpeg(position=True)), "照片.jpg", house.handler)
    assert with_place.has_place
    assert not store(io.BytesIO(jpeg()), "照片.jpg", house.handler).has_place
    with open_file(with_place) as back:
        assert back.read() == jpeg(position=True)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\用户\\名册.xlsx", "名册.xlsx"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("名册\u202exslx.exe", "名册xslx.exe"),
        ("a\r\nb.csv", "ab.csv"),
        ("长" * 400 + ".csv", "长" * 251 + ".csv"),
    ],
    ids=["a Windows path", "a way out", "a hidden ending", "a line break", "too long"],
)
def test_names_are_made_harmless(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


def test_a_library_gets_a_plain_copy_that_is_gone_afterwards(house: House) -> None:
    stored = store(io.BytesIO(CSV), "名册.csv", house.analyst)
    with plain_copy(stored) as (path,):
        assert path.name == "名册.csv"
        assert path.read_bytes() == CSV
    assert not path.exists()


def test_what_nothing_owns_is_thrown_away_after_a_day(house: House) -> None:
    wanted, unwanted, fresh = (store(io.BytesIO(PDF), "a.pdf", house.handler) for _ in range(3))
    attach(wanted)
    old = timezone.now() - timedelta(hours=25)
    StoredFile.objects.filter(pk__in=[wanted.pk, unwanted.pk]).update(created_at=old)
    orphan = path_of(fresh.token).with_name("0" * 32)
    orphan.write_bytes(b"left by a transaction that was undone")
    plain = work_folder() / "plain-left"
    plain.mkdir()
    for path in (orphan, plain):
        os.utime(path, (old.timestamp(), old.timestamp()))
    assert collect_garbage() == {"files": 1, "uploads": 0, "leftovers": 2}
    assert not path_of(unwanted.token).exists()
    assert set(StoredFile.objects.all()) == {wanted, fresh}
    assert path_of(wanted.token).exists()


def test_a_form_takes_only_a_file_that_its_sender_has_just_uploaded(house: House) -> None:
    mine = store(io.BytesIO(PDF), "a.pdf", house.handler)
    assert own_file(house.handler, str(mine.pk)) == mine
    for forged in ("", "x", "-1", "9" * 30, None, str(mine.pk + 1)):
        assert own_file(house.handler, forged) is None
    assert own_file(house.second_handler, mine.pk) is None
    attach(mine)
    assert own_file(house.handler, mine.pk) is None, "it belongs to something already"


@job("tests.store_and_fail")
def store_and_fail(work: Work) -> None:
    with transaction.atomic():
        store(io.BytesIO(PDF), "a.pdf", None)
        raise JobError(Fault("JOB-099", "the rest of the work is refused"))


def test_a_job_that_is_undone_leaves_no_file(house: House, transactional_db: None) -> None:
    before = set(files_folder().glob("*/*"))
    enqueue("tests.store_and_fail", user=house.analyst)
    assert drain() == 1
    assert not StoredFile.objects.exists()
    assert set(files_folder().glob("*/*")) <= before


_FULL_DISK = """
import io, resource, sys
import django
django.setup()
from yingjiu.office.frame.errors import NoSpace
from yingjiu.office.files.services import store
from django.conf import settings
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
try:
    store(io.BytesIO(b"%PDF-" + bytes(5_000_000)), "a.pdf", None)
except NoSpace as error:
    print(error.status, error.code, len(list((settings.YINGJIU_FOLDER / "files").glob("*/*"))))
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system limits no file sizes")
def test_on_a_full_disk_nothing_half_written_is_left(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    found = subprocess.run(
        [sys.executable, "-c", _FULL_DISK],
        env={
            **os.environ,
            "YINGJIU_OFFICE_FOLDER": str(tmp_path),
            "PYTHONPATH": str(root / "src"),
            "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert found.stdout.split() == ["507", "FIL-010", "0"], found.stderr
