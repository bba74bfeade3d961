"""The tutorial can be followed word for word."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from .commands import environment
from .conftest import Demo

ROOT = Path(__file__).resolve().parents[2]


def test_the_commands_of_the_tutorial_run_in_their_order(demo: Demo, tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "yingjiu"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from yingjiu.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "src").symlink_to(ROOT / "src")
    shutil.copytree(demo.at, tmp_path / "var" / "demo")  # what `make demo` leaves, of a smaller county
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    said = ""
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for line in "".join(blocks).splitlines():
        if line == "make demo":
            continue
        if " model diff " in line:
            dormant_for_a_year(tmp_path / "var/mine/models/weidu-enforcement-supervision.yaml")
        batches = re.findall(r"\d{8}T\d+Z-\w+", said)
        done = subprocess.run(
            ["/bin/sh", "-c", line.replace(" BATCH ", f" {batches[0]} ") if batches else line],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        assert done.stderr == ""
        said = done.stdout
    assert "已撤销" in said
    assert (tmp_path / "var/demo/revealed/report.html").exists()
    assert list((tmp_path / "var/mine/quarantine").rglob("*.xlsx"))


def dormant_for_a_year(model: Path) -> None:
    """Change the model as the tutorial says."""
    text = model.read_text(encoding="utf-8")
    changed = re.sub(r"(dormant_months:\s+value:) 6", r"\1 12", text)
    assert changed != text
    model.write_text(changed, encoding="utf-8")
