"""A stored file is gone or was changed on the disk: a page says so, an event is there; never half a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as WordFile

from tests.office.house import House
from tests.office.relief.way import start
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.documents.models import Document, TemplateVersion
from yingjiu.office.documents.services import produce
from yingjiu.office.files.disk import path_of
from yingjiu.office.files.errors import DamagedFileError
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.sealed import SEGMENT
from yingjiu.office.files.services import store
from yingjiu.office.intake import services as intake
from yingjiu.office.intake.models import AgencyFile, FileState
from yingjiu.office.jobs.running import drain

ClientOf = Callable[[User], Client]
PDF = b"%PDF-1.7\n" + bytes(3 * SEGMENT)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(2048)
DIBAO = "姓名,身份证号\n虚构甲,320999198001010028\n".encode()


def lost(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def changed(path: Path) -> None:
    """One bit in the middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        old = file.read(1)
        file.seek(-1, io.SEEK_CUR)
        file.write(bytes([old[0] ^ 1]))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


DAMAGE = [(lost, "FIL-020"), (cut_off, "FIL-021"), (changed, "FIL-021"), (emptied, "FIL-021")]
damaged = pytest.mark.parametrize(("damage", "code"), DAMAGE, ids=[each.__name__ for each, _code in DAMAGE])


def told(client: Client, url: str, stored: StoredFile, code: str, user: User) -> None:
    """The page says what happened and what to do; the event names file and user; nothing of it is sent."""
    before = Event.objects.filter(action=Action.DAMAGED).count()
    response = client.get(url)
    assert response.status_code == 410, url
    text = response.content.decode()
    assert "系统管理员" in text
    assert code in text
    event = Event.objects.filter(action=Action.DAMAGED).first()
    assert event is not None
    assert Event.objects.filter(action=Action.DAMAGED).count() == before + 1
    assert (event.user, event.subject_type, event.subject_id) == (user, "files.StoredFile", str(stored.pk))
    assert event.detail["fault"] == code
    last = Event.objects.first()
    assert last == event, "nothing was read, so no reading is on record"


@damaged
def test_a_file_and_a_photo(
    house: House, client_of: ClientOf, damage: Callable[[Path], None], code: str
) -> None:
    client = client_of(house.handler)
    for content, name, url in ((PDF, "申请书.pdf", "files:download"), (PNG, "入户.png", "files:image")):
        stored = store(io.BytesIO(content), name, house.handler)
        damage(path_of(stored.token))
        told(client, reverse(url, args=[stored.pk]), stored, code, house.handler)


@damaged
def test_a_document_and_its_preview(
    house: House, client_of: ClientOf, damage: Callable[[Path], None], code: str
) -> None:
    case = start(house).granted().case
    document: Document = produce("grant_decision", case, house.handler)
    damage(path_of(document.file.token))
    client = client_of(house.handler)
    for url in ("documents:preview", "documents:download"):
        told(client, reverse(url, args=[document.pk]), document.file, code, house.handler)
    again = produce("grant_decision", case, house.handler)  # a draft is made anew
    assert client.get(reverse("documents:download", args=[again.pk])).status_code == 200


@damaged
def test_a_template_in_use_is_told_and_can_be_replaced(
    house: House, client_of: ClientOf, damage: Callable[[Path], None], code: str
) -> None:
    case = start(house).granted().case
    head, page = client_of(house.head), reverse("documents:template", args=["grant_decision"])
    word, target = WordFile(), io.BytesIO()
    word.add_paragraph("本院模板 {{ applicant_name }} {{ number }}")
    word.save(target)

    def replace() -> None:
        sent = {"file": SimpleUploadedFile("own.docx", target.getvalue()), "reason": "本院格式"}
        assert head.post(page, sent).status_code == 302

    replace()
    version = TemplateVersion.objects.get()
    damage(path_of(version.file.token))
    shown = head.get(page)
    assert shown.status_code == 200
    assert "正在使用的模板已无法读取" in shown.content.decode()
    assert Event.objects.filter(action=Action.DAMAGED, user=house.head).exists()
    for url, *words in (("template_file",), ("version_file", version.pk)):
        told(
            head, reverse(f"documents:{url}", args=["grant_decision", *words]), version.file, code, house.head
        )
    kind = reverse("documents:produce", args=["relief.reliefcase", case.pk])
    refused = client_of(house.handler).post(kind, {"template": "grant_decision"})
    assert refused.status_code == 410
    assert not Document.objects.exists()
    assert Event.objects.filter(action=Action.DAMAGED, user=house.handler).count() == 1, (
        "though it was undone"
    )
    replace()
    assert client_of(house.handler).post(kind, {"template": "grant_decision"}).status_code == 302


@damaged
def test_a_file_of_an_agency_is_refused_and_its_page_says_why(
    house: House, client_of: ClientOf, damage: Callable[[Path], None], code: str
) -> None:
    stored = store(io.BytesIO(DIBAO), "民政局_低保家庭成员_20250531.csv", house.analyst)
    made = AgencyFile.objects.create(
        organisation=house.county,
        agency=house.civil_affairs,
        source="civil-affairs-dibao",
        file=stored,
        uploaded_by=house.analyst,
        state=FileState.REFUSED,
    )
    damage(path_of(stored.token))
    intake.check_again(file=made, user=house.analyst)
    drain()
    made.refresh_from_db()
    assert made.state == FileState.REFUSED
    page = client_of(house.analyst).get(made.get_absolute_url())
    assert page.status_code == 200
    assert code in page.content.decode()
    event = Event.objects.get(action=Action.DAMAGED)
    assert (event.user, event.subject_id) == (house.analyst, str(stored.pk))
    told(client_of(house.analyst), stored.get_absolute_url(), stored, code, house.analyst)


def test_a_large_file_that_is_damaged_far_behind_breaks_off_and_is_on_record(
    house: House, client_of: ClientOf
) -> None:
    stored = store(io.BytesIO(b"%PDF-1.7\n" + bytes(10 * SEGMENT)), "卷宗.pdf", house.handler)
    path = path_of(stored.token)
    with path.open("r+b") as file:
        file.seek(-100, io.SEEK_END)
        file.write(b"x")
    response = client_of(house.handler).get(stored.get_absolute_url())
    assert response.status_code == 200
    blocks: Iterator[bytes] = iter(response.streaming_content)  # type: ignore[attr-defined] # it streams
    with pytest.raises(DamagedFileError):
        for _block in blocks:
            pass
    assert Event.objects.get(action=Action.DAMAGED).subject_id == str(stored.pk)
