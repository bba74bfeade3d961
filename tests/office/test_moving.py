"""An office moves to PostgreSQL, is backed up while people work, and is restored: nothing is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.databases import ask, fresh_database
from tests.office.processes import environment, office_command

WHOLE = "none changed, removed, moved or cut off"
BEGIN = """
import sys
from pathlib import Path
from yingjiu.office.serving import prepare

folder = Path(sys.argv[1])
prepare(folder)
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile

from tests.office.house import build_house
from tests.office.relief.conftest import write_wage
from tests.office.relief.way import start
from yingjiu.office.files.services import store

ContentType.objects.filter(pk__gt=3).first().delete()  # so that no two databases number them alike
(folder / "parameters").mkdir()
write_wage(folder)
house = build_house()
store(ContentFile(b"%PDF-1.4\\n%%EOF\\n"), "a.pdf", house.handler)
print(start(house).granted().case.number)
"""
GO_ON = """
import json, sys
from pathlib import Path
from yingjiu.office.serving import prepare

prepare(Path(sys.argv[1]))
from django.db import connection

from tests.office.relief.way import start
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.verification import verify
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import open_file
from yingjiu.office.relief.services import open_case
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.replay import replay_case

old = ReliefCase.objects.get()
with open_file(StoredFile.objects.first()) as opened:
    read = opened.read().decode()
handler = User.objects.get(username="handler")
new = open_case(person=old.person, user=handler, case_no="（2025）虚0999刑初9号", reason="另案")
print(json.dumps({
    "vendor": connection.vendor, "intact": verify().intact, "same": replay_case(old.number).same,
    "name": bool(old.person.name), "read": read, "after": new.pk > old.pk,
}))
"""
READ_ALL_DAY = """
import sys
from pathlib import Path
from yingjiu.office.serving import prepare

prepare(Path(sys.argv[1]))
from yingjiu.office.audit.services import Action, record

while True:
    record(Action.READ, user=None)
    print("read", flush=True)
"""
LOAD_MEANWHILE = """
import sys
from pathlib import Path
from yingjiu.office.serving import prepare

folder, target = map(Path, sys.argv[1:])
prepare(folder)
from tests.pool.loader import load
from yingjiu.office.backups import back_up
from yingjiu.pool import TABLES, Pool


def tell(name: str, done: int, total: int) -> None:
    if name == "pool/catalogue.sqlite":  # it is about to be copied
        load(folder / "pool")


Pool.open(folder / "pool", create=True)
back_up(target, tell)
view = Pool.open(target / "pool").view()
print([file.is_file() for table in TABLES for file in view.files(table)])
"""


def in_english(url: str) -> dict[str, str]:
    return environment(url=url, YINGJIU_LANGUAGE="en")


def run(url: str, *arguments: str) -> str:
    """What a process says that must succeed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=in_english(url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def yingjiu(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*office_command()[:-1], *words]
    return subprocess.run(command, env=in_english(url), capture_output=True, text=True, check=False)


def went_well(url: str, *words: str) -> str:
    done = yingjiu(url, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An office on SQLite with a granted case; its folder and the case's number."""
    folder = tmp_path_factory.mktemp("begun") / "office"
    return folder, run("", "-c", BEGIN, str(folder)).strip().splitlines()[-1]


@pytest.fixture
def office(begun: tuple[Path, str], tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    shutil.copytree(begun[0], folder)
    return folder


@pytest.fixture
def another_postgresql(postgresql: str) -> Iterator[str]:
    with fresh_database(postgresql) as url:
        yield url


def test_to_postgresql_and_from_there_by_a_backup_anywhere(
    office: Path, begun: tuple[Path, str], own_postgresql: str, another_postgresql: str, tmp_path: Path
) -> None:
    folder = ("--folder", str(office))
    assert "copied and compared" in went_well(own_postgresql, "office", "move", *folder)
    lived = json.loads(run(own_postgresql, "-c", GO_ON, str(office)).splitlines()[-1])
    assert lived == {
        "vendor": "postgresql", "intact": True, "same": True, "name": True, "read": "%PDF-1.4\n%%EOF\n",
        "after": True,
    }  # fmt: skip
    forgotten = yingjiu("", "audit", "verify", *folder)
    assert forgotten.returncode == 1
    assert "OFF-007" in forgotten.stderr

    went_well(own_postgresql, "office", "backup", *folder, str(tmp_path / "backup"))
    on_sqlite, on_postgresql = ("--folder", str(tmp_path / "one")), ("--folder", str(tmp_path / "other"))
    went_well("", "office", "restore", *on_sqlite, str(tmp_path / "backup"))
    assert "67,200" in went_well("", "office", "replay", *on_sqlite, begun[1])
    full = yingjiu(own_postgresql, "office", "restore", *on_postgresql, str(tmp_path / "backup"))
    assert "OFF-010" in full.stderr
    went_well(another_postgresql, "office", "restore", *on_postgresql, str(tmp_path / "backup"))
    assert WHOLE in went_well(another_postgresql, "audit", "verify", *on_postgresql)


def test_a_database_that_holds_an_office_is_not_overwritten(office: Path, own_postgresql: str) -> None:
    folder = ("--folder", str(office))
    named = ("--name", "虚构县人民检察院", "--short-name", "虚县检", "--region", "320999")
    went_well(own_postgresql, "office", "begin", *folder, *named)
    done = yingjiu(own_postgresql, "office", "move", *folder)
    assert done.returncode == 1
    assert "OFF-010" in done.stderr
    assert (office / "database.sqlite3").is_file()
    assert WHOLE in went_well("", "audit", "verify", *folder)


def test_a_backup_of_an_office_in_which_people_work_is_whole_and_a_changed_one_is_refused(
    office: Path, tmp_path: Path
) -> None:
    backup, restored = tmp_path / "backup", ("--folder", str(tmp_path / "restored"))
    with subprocess.Popen(
        [sys.executable, "-c", READ_ALL_DAY, str(office)],
        env=in_english(""), stdout=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "read\n"
            went_well("", "office", "backup", "--folder", str(office), str(backup))
            assert reader.poll() is None
        finally:
            reader.kill()
    said = went_well("", "office", "restore", *restored, str(backup))
    assert f"yingjiu audit verify --folder {tmp_path / 'restored'}" in said
    assert WHOLE in went_well("", "audit", "verify", *restored)
    last = ask(tmp_path / "restored", "SELECT detail_text FROM audit_event ORDER BY sequence DESC LIMIT 1")
    assert json.loads(last[0]["detail_text"]) == {"what": "restore"}
    assert all(each.stat().st_mode & 0o077 == 0 for each in backup.rglob("*"))

    (backup / "keys.json").write_text("{}")
    refused = yingjiu("", "office", "restore", "--folder", str(tmp_path / "other"), str(backup))
    assert refused.returncode == 1
    assert "OFF-033" in refused.stderr
    assert not (tmp_path / "other" / "database.sqlite3").exists()


def test_a_load_that_ends_during_a_backup_is_in_it_with_its_files(office: Path, tmp_path: Path) -> None:
    said = run("", "-c", LOAD_MEANWHILE, str(office), str(tmp_path / "backup")).splitlines()[-1]
    assert set(json.loads(said.lower())) == {True}


def test_a_folder_without_an_office_is_not_backed_up_and_not_made(tmp_path: Path) -> None:
    done = yingjiu("", "office", "backup", "--folder", str(tmp_path / "mistyped"), str(tmp_path / "backup"))
    assert done.returncode == 1
    assert "CLI-041" in done.stderr
    assert not any(tmp_path.iterdir())


def test_an_office_in_which_nothing_is_encrypted_yet_has_a_backup_without_keys(tmp_path: Path) -> None:
    folder, backup = tmp_path / "an office? #1 %20", tmp_path / "backup"
    named = ("--name", "虚构县人民检察院", "--short-name", "虚县检", "--region", "320999")
    went_well("", "office", "begin", "--folder", str(folder), *named)
    assert not (folder / "keys.json").exists()
    went_well("", "office", "backup", "--folder", str(folder), str(backup))
    went_well("", "office", "restore", "--folder", str(tmp_path / "restored"), str(backup))
