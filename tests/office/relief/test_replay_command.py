"""``yingjiu office replay``: a decided amount again from its sealed record, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.office.house import House
from tests.office.relief.way import start
from yingjiu.office.relief.errors import SealError
from yingjiu.office.relief.models import SealedRecord
from yingjiu.office.relief.replay import replay_case

OFFICE = """
import os, sys
from pathlib import Path
from yingjiu.office.serving import set_up

folder = Path(sys.argv[1])
set_up(folder)
from django.conf import settings
from django.core.management import call_command

settings.MIGRATION_MODULES = {app.split(".")[-1]: None for app in settings.INSTALLED_APPS}
call_command("migrate", run_syncdb=True, verbosity=0)
(folder / "parameters").mkdir()
from tests.office.relief.conftest import write_wage

write_wage(folder)
from tests.office.house import build_house
from tests.office.relief.way import start

print(start(build_house()).granted().case.number)
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "YINGJIU_OFFICE_FOLDER": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONIOENCODING": "utf-8",
        "YINGJIU_LANGUAGE": "zh",
    }
    environment.pop("DATABASE_URL", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_the_command_says_whether_the_amount_is_the_same(tmp_path: Path) -> None:
    made = run(tmp_path, "-c", OFFICE, str(tmp_path))
    assert made.returncode == 0, made.stderr
    number = made.stdout.strip().splitlines()[-1]
    command = ("-c", "from yingjiu.cli import main; main()", "office", "replay", "--folder", str(tmp_path))
    for told in (number, "1"):
        done = run(tmp_path, *command, told)
        assert done.returncode == 0, done.stdout + done.stderr
        assert number in done.stdout
        assert "67,200" in done.stdout
    unknown = run(tmp_path, *command, "没有这个案件")
    assert unknown.returncode != 0
    assert "REL-052" in unknown.stdout + unknown.stderr


def test_a_changed_record_is_told(house: House) -> None:
    case = start(house).granted().case
    assert replay_case(case.number).same
    record = SealedRecord.objects.get()
    SealedRecord.objects.filter(pk=record.pk).update(content=record.content.replace("67200", "97200"))
    with pytest.raises(SealError, match="REL-050"):
        replay_case(str(record.place))
