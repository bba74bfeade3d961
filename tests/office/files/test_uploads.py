from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.files.samples import CSV, PDF, PNG, jpeg
from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event
from yingjiu.office.files.disk import path_of
from yingjiu.office.files.garbage import collect_garbage
from yingjiu.office.files.models import StoredFile, Upload
from yingjiu.office.files.registry import register_owner
from yingjiu.office.files.services import attach, open_file, store
from yingjiu.office.jobs.models import Job

MIB = 1024 * 1024
CONTENT = b"%PDF-1.7\n" + os.urandom(19 * MIB + 12345)

ClientOf = Callable[[User], Client]


class Sender:
    """What the browser's script does."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def begin(self, name: str, size: int, **more: Any) -> Any:
        return self.client.post(
            reverse("files:upload"),
            json.dumps({"name": name, "size": size, **more}),
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    def put(self, url: str, offset: int, data: bytes, **headers: str) -> Any:
        return self.client.put(
            url,
            data,
            content_type="application/octet-stream",
            headers={"upload-offset": str(offset), "accept": "application/json", **headers},
        )

    def finish(self, url: str, digest: str = "") -> Any:
        return self.client.post(
            url,
            json.dumps({"digest": digest}),
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    def send(self, name: str, content: bytes, **more: Any) -> Any:
        told = self.begin(name, len(content), **more).json()
        for offset in range(told["offset"], len(content), told["chunk"]):
            self.put(told["url"], offset, content[offset : offset + told["chunk"]])
        return self.finish(told["finish"])


@pytest.fixture
def sender(house: House, client_of: ClientOf) -> Sender:
    return Sender(client_of(house.handler))


def digests(content: bytes, chunk: int) -> list[bytes]:
    return [hashlib.sha256(content[at : at + chunk]).digest() for at in range(0, len(content), chunk)]


def test_a_file_arrives_in_chunks_and_is_stored_whole(house: House, sender: Sender) -> None:
    told = sender.begin("申请书.pdf", len(CONTENT), expected="pdf,jpeg").json()
    parts = digests(CONTENT, told["chunk"])
    for number, part in enumerate(parts):
        at = number * told["chunk"]
        answer = sender.put(told["url"], at, CONTENT[at : at + told["chunk"]], **{"chunk-digest": part.hex()})
        assert answer.status_code == 200
    assert answer.json()["offset"] == len(CONTENT)
    answer = sender.finish(told["finish"], hashlib.sha256(b"".join(parts)).hexdigest())
    assert answer.status_code == 201
    stored = StoredFile.objects.get(pk=answer.json()["id"])
    assert (stored.owner, stored.size, stored.kind) == (house.handler, len(CONTENT), "pdf")
    with open_file(stored) as back:
        assert back.read() == CONTENT
    assert Event.objects.filter(action="upload", subject_id=str(stored.pk)).count() == 1
    assert sender.finish(told["finish"]).json()["id"] == stored.pk, "asked twice, stored once"
    assert Event.objects.filter(action="upload").count() == 1


def test_an_upload_that_broke_off_goes_on_where_it_was(sender: Sender) -> None:
    first = sender.begin("申请书.pdf", len(CONTENT), modified="170").json()
    sender.put(first["url"], 0, CONTENT[: first["chunk"]])
    again = sender.begin("申请书.pdf", len(CONTENT), modified="170").json()
    assert again["url"] == first["url"]
    assert again["offset"] == first["chunk"]
    other = sender.begin("申请书.pdf", len(CONTENT), modified="171").json()
    assert other["offset"] == 0, "the file was changed meanwhile: from the beginning"
    assert sender.send("申请书.pdf", CONTENT, modified="170").status_code == 201


@pytest.mark.parametrize("offset", [0, 4 * MIB, 9 * MIB, 10**12])
def test_a_chunk_that_does_not_follow_is_refused_with_the_right_place(sender: Sender, offset: int) -> None:
    told = sender.begin("申请书.pdf", len(CONTENT)).json()
    sender.put(told["url"], 0, CONTENT[: told["chunk"]])
    answer = sender.put(told["url"], offset, CONTENT[:MIB])
    assert (answer.status_code, answer.json()["offset"]) == (409, told["chunk"])


@pytest.mark.parametrize("length", [MIB + 1, 9 * MIB], ids=["no whole segments", "larger than a chunk"])
def test_a_chunk_of_a_wrong_length_changes_nothing(sender: Sender, length: int) -> None:
    told = sender.begin("申请书.pdf", len(CONTENT)).json()
    answer = sender.put(told["url"], 0, CONTENT[:length])
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (422, "FIL-009")
    assert sender.client.get(told["url"]).json()["offset"] == 0


def test_a_chunk_that_was_changed_on_its_way_is_not_kept(sender: Sender) -> None:
    told = sender.begin("申请书.pdf", len(CONTENT)).json()
    answer = sender.put(told["url"], 0, CONTENT[:MIB], **{"chunk-digest": "0" * 64})
    assert answer.json()["faults"][0]["code"] == "FIL-011"
    upload = Upload.objects.get()
    assert upload.received == 0
    assert path_of(upload.token, partial=True).stat().st_size == 0


def test_what_is_not_complete_cannot_be_finished(sender: Sender) -> None:
    told = sender.begin("申请书.pdf", len(CONTENT)).json()
    sender.put(told["url"], 0, CONTENT[:MIB])
    assert sender.finish(told["finish"]).status_code == 409
    assert not StoredFile.objects.exists()


def test_a_whole_that_is_not_what_was_meant_is_thrown_away(sender: Sender) -> None:
    told = sender.begin("申请书.pdf", len(PDF)).json()
    sender.put(told["url"], 0, PDF)
    assert sender.finish(told["finish"], "0" * 64).status_code == 422
    assert not Upload.objects.exists()


def test_a_file_that_is_not_what_its_name_says_is_refused_and_not_kept(sender: Sender) -> None:
    answer = sender.send("照片.jpg", PNG)
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (422, "FIL-004")
    assert not StoredFile.objects.exists()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("name", "size", "expected", "refused"),
    [
        ("病毒.exe", 10, "", (422, "FIL-001")),
        ("名册.xlsx", 10, "jpeg,png", (422, "FIL-001")),
        ("照片.jpg", 0, "", (422, "FIL-002")),
        ("照片.jpg", 100 * MIB, "", (413, "FIL-003")),
        ("名册.csv", 3000 * MIB, "", (413, "FIL-003")),
    ],
)
def test_what_is_not_taken_is_refused_before_it_is_sent(
    sender: Sender, name: str, size: int, expected: str, refused: tuple[int, str]
) -> None:
    answer = sender.begin(name, size, expected=expected)
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == refused


@pytest.mark.parametrize("body", ["", "[]", "{", '{"name": 1, "size": 2}', '{"name": "a.pdf", "size": true}'])
def test_what_is_not_understood_is_said(sender: Sender, body: str) -> None:
    answer = sender.client.post(
        reverse("files:upload"), body, content_type="application/json", headers={"accept": "application/json"}
    )
    assert answer.json()["faults"][0]["code"] == "FIL-013"


def test_nobody_touches_somebody_elses_upload(house: House, sender: Sender, client_of: ClientOf) -> None:
    told = sender.begin("申请书.pdf", len(PDF)).json()
    other = Sender(client_of(house.second_handler))
    assert other.put(told["url"], 0, PDF).status_code == 404
    assert other.finish(told["finish"]).status_code == 404
    assert other.client.delete(told["url"]).status_code == 404
    assert Client().post(reverse("files:upload")).status_code == 302


def test_administrators_have_no_files(house: House, client_of: ClientOf) -> None:
    for user in (house.system_admin, house.security_admin, house.audit_admin):
        assert Sender(client_of(user)).begin("a.pdf", 10).status_code == 403


def test_an_upload_that_nobody_goes_on_with_is_thrown_away_after_a_day(sender: Sender) -> None:
    told = sender.begin("申请书.pdf", len(CONTENT)).json()
    sender.put(told["url"], 0, CONTENT[:MIB])
    upload = Upload.objects.get()
    Upload.objects.update(touched_at=timezone.now() - timedelta(hours=25))
    assert collect_garbage()["uploads"] == 1
    assert not path_of(upload.token, partial=True).exists()
    assert sender.put(told["url"], MIB, CONTENT[:MIB]).status_code == 404


def test_too_many_uploads_that_were_never_finished_are_refused(sender: Sender) -> None:
    for number in range(40):
        assert sender.begin(f"{number}.pdf", 100).status_code == 201
    answer = sender.begin("next.pdf", 100)
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (429, "FIL-007")


def test_a_download_is_saved_never_opened_and_on_record(house: House, client_of: ClientOf) -> None:
    stored = store(io.BytesIO(CSV), "名册 2025.csv", house.handler)
    answer = client_of(house.handler).get(reverse("files:download", args=[stored.pk]))
    assert b"".join(answer) == CSV
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(action="download", subject_id=str(stored.pk)).exists()


def test_a_photo_is_shown_in_a_page_and_nothing_else_is(house: House, client_of: ClientOf) -> None:
    photo = store(io.BytesIO(jpeg()), "照片.jpg", house.handler)
    answer = client_of(house.handler).get(reverse("files:image", args=[photo.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    paper = store(io.BytesIO(PDF), "a.pdf", house.handler)
    assert client_of(house.handler).get(reverse("files:image", args=[paper.pk])).status_code == 404


def test_who_sees_what_owns_a_file_sees_the_file(house: House, client_of: ClientOf) -> None:
    stored = store(io.BytesIO(PDF), "a.pdf", house.handler)
    url = reverse("files:download", args=[stored.pk])
    seen_by = {house.head.pk}
    register_owner(Job, lambda user, file: file.pk == stored.pk and user.pk in seen_by)
    try:
        assert client_of(house.head).get(url).status_code == 404, "nothing owns it yet"
        attach(stored)
        assert client_of(house.head).get(url).status_code == 200
        assert client_of(house.other_head).get(url).status_code == 404
        assert client_of(house.handler).get(url).status_code == 200
    finally:
        register_owner(Job, lambda _user, _file: False)
