"""The disk is full while a document is made or a case decided: it is said so, and nothing is half there.

The office lies on a small file system of its own, which is filled to the last block, or to the last few: the
disk is then full at another place in the work each time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.behaviour import world
from tests.office.behaviour.running import Office
from tests.office.behaviour.sending import Form, ask

BLOCK = 4096
LEFT = [0, 3, 8, 16, 24, 32, 48, 64, 96, 128, 256]
"""Blocks that are left free."""


@pytest.fixture(scope="module")
def small(one_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on a disk of 40 MB."""
    disk = tmp_path_factory.mktemp("disk")
    mount, umount = shutil.which("mount"), shutil.which("umount")
    words = [str(mount), "-t", "tmpfs", "-o", "size=40m,mode=0700", "tmpfs", str(disk)]
    if not (mount and umount) or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here: the disk cannot be filled")
    try:
        one_office.do(world.signed_in, name="handler")  # the house is there
        shutil.copytree(one_office.folder, disk / "office")
        made = Office(disk / "office", logs=tmp_path_factory.mktemp("logs"))
        try:
            made.serve()
            yield made
        finally:
            made.end()
    finally:
        subprocess.run([str(umount), "--lazy", str(disk)], check=True)


class Filled:
    """The disk is full but for some blocks, until the block ends."""

    def __init__(self, office: Office, left: int) -> None:
        self._file, self._left = office.folder / "filler", left

    def __enter__(self) -> None:
        disk = os.statvfs(self._file.parent)
        rest = disk.f_bavail * disk.f_frsize - self._left * BLOCK
        with self._file.open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, rest)

    def __exit__(self, *_error: object) -> None:
        self._file.unlink()


def stored(office: Office) -> set[Path]:
    return set((office.folder / "files").glob("*/*"))


def test_a_decision_that_finds_no_room_is_not_there_at_all_and_is_sent_again(small: Office) -> None:
    made = small.do(world.new_case, stage="last_step")
    before = small.do(world.case_now, case=made["case"])
    form = Form(small, made["approver"], f"/relief/approvals/{made['approval']}/", "approve")
    refused = 0
    for left in LEFT:
        with Filled(small, left):
            code, text = form.send(reason="同意")
        if code == 200:
            break
        refused += 1
        assert (code, "磁盘已满" in text) == (507, True), (left, text[:2000], small.said[-3000:])
        assert small.do(world.case_now, case=made["case"]) == before, left
    assert refused, "the disk was never full"
    assert form.send(reason="同意")[0] == 200
    now = small.do(world.case_now, case=made["case"])
    assert (now["state"], now["sealed"], now["waiting"]) == ("granted", 1, 0)


def test_a_document_that_finds_no_room_is_not_there_at_all_and_is_made_again(small: Office) -> None:
    made = small.do(world.new_case, stage="checked")
    form = Form(small, "handler", f"/documents/of/relief.reliefcase/{made['case']}/", "make")
    refused = 0
    for left in LEFT:
        there = stored(small)
        with Filled(small, left):
            code, text = form.send(template="grant_decision")
        if code == 200:
            break
        refused += 1
        assert code == 507, (left, text[:2000], small.said[-3000:])
        assert "磁盘" in text
        assert small.do(world.documents_now, case=made["case"]) == []
        assert stored(small) == there, "no half a file, and none that nobody knows"
    assert refused, "the disk was never full"
    assert form.send(template="grant_decision")[0] == 200
    assert len(small.do(world.documents_now, case=made["case"])) == 1


def test_with_no_room_at_all_every_page_says_so_and_nobody_is_signed_out(small: Office) -> None:
    session = small.do(world.signed_in, name="handler")
    refused = 0
    with Filled(small, 0):
        for path in ("/", "/leads/", "/relief/", "/people/", "/accounts/me"):
            code, text = ask(small, session, path)
            assert (code, "磁盘已满" in text) in {(507, True), (200, False)}, (path, code, small.said[-3000:])
            refused += code == 507
    assert refused, "no page needed the disk"
    assert ask(small, session, "/leads/")[0] == 200
