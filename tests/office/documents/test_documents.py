"""Documents from draft to void: numbers, freezing, who sees them, and the templates of an office."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.documents.conftest import words
from tests.office.documents.test_rendering import word_file
from tests.office.house import House
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.documents import registry, services
from yingjiu.office.documents.errors import FieldsError, StateError, TemplateError, UnknownFormError
from yingjiu.office.documents.models import Document, DocumentState, NumberSeries, TemplateVersion
from yingjiu.office.documents.numbering import next_number
from yingjiu.office.files.services import open_file
from yingjiu.office.leads.models import Lead

ROOT = Path(__file__).resolve().parents[3]
ClientOf = Callable[[User], Client]
YEAR = timezone.localdate().year
pytestmark = pytest.mark.usefixtures("registered")


def make(lead: Lead, user: User) -> Document:
    return services.produce("grant_decision", lead, user)


def content_of(document: Document) -> bytes:
    with open_file(document.file) as stream:
        return stream.read()


# -- making ------------------------------------------------------------------------------------------------


def test_a_document_has_its_number_its_fields_and_its_digest(house: House, lead: Lead) -> None:
    document = make(lead, house.handler)
    assert document.number == f"虚县检救〔{YEAR}〕1号"
    text = words(content_of(document))
    assert document.number in text
    assert "人民币贰万元整（￥20,000.00元）" in text
    assert services.digest_of(content_of(document)) == document.digest
    assert Document.objects.get().fields["decided_amount"] == "20000"
    event = Event.objects.latest("sequence")
    assert event.action == Action.PRINT
    assert "张" not in event.detail_text


def test_a_draft_made_anew_keeps_its_number(house: House, lead: Lead, registered: dict[str, object]) -> None:
    first = make(lead, house.handler)
    registered["reasons"] = "改写后的理由。"
    second = make(lead, house.second_handler)
    assert (second.pk, second.number) == (first.pk, first.number)
    assert "改写后的理由。" in words(content_of(second))
    assert not type(first.file).objects.get(pk=first.file_id).attached


def test_after_issue_another_document_has_the_next_number(house: House, lead: Lead) -> None:
    services.issue(document=make(lead, house.handler), user=house.handler)
    assert make(lead, house.handler).number == f"虚县检救〔{YEAR}〕2号"


def test_what_is_missing_takes_no_number(house: House, lead: Lead, registered: dict[str, object]) -> None:
    del registered["reasons"]
    with pytest.raises(FieldsError):
        make(lead, house.handler)
    assert not NumberSeries.objects.exists()


def test_an_office_without_a_short_name_is_told(house: House, lead: Lead) -> None:
    type(house.county).objects.filter(pk=house.county.pk).update(short_name="")
    lead.refresh_from_db()
    with pytest.raises(FieldsError) as caught:
        make(lead, house.handler)
    assert caught.value.code == "DOC-004"


def test_a_rolled_back_document_leaves_no_gap(house: House, lead: Lead) -> None:
    with transaction.atomic():
        make(lead, house.handler)
        transaction.set_rollback(True)
    assert make(lead, house.handler).number.endswith("〕1号")


def test_numbers_are_counted_for_each_office_form_and_year(house: House) -> None:
    asked = [
        (house.county, "grant_decision", 2025),
        (house.county, "grant_decision", 2025),
        (house.other_county, "grant_decision", 2025),
        (house.county, "refusal_decision", 2025),
        (house.county, "grant_decision", 2026),
        (house.county, "relief_application", 2025),
    ]
    with transaction.atomic():
        given = [next_number(*each) for each in asked]
    assert given == [
        "虚县检救〔2025〕1号",
        "虚县检救〔2025〕2号",
        "邻县检救〔2025〕1号",
        "虚县检不救〔2025〕1号",
        "虚县检救〔2026〕1号",
        "",
    ]


def test_two_at_once_never_get_one_number(tmp_path: Path) -> None:
    """Four threads, each with its own connection to a database file."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "YINGJIU_OFFICE_FOLDER": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "many_numbers.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    taken = json.loads(done.stdout.rsplit("TAKEN", 1)[1])
    assert sorted(taken) == sorted(f"虚县检救〔2025〕{number}号" for number in range(1, 41))


def test_a_form_is_made_only_of_what_it_is_for(house: House, lead: Lead) -> None:
    for template, subject in (("receipt", lead), ("nothing", lead), ("grant_decision", lead.person)):
        with pytest.raises(UnknownFormError):
            services.produce(template, subject, house.handler)


def test_the_app_that_owns_the_subject_decides_whether_it_may_be_made_and_issued(
    house: House, lead: Lead
) -> None:
    def no(subject: Lead, user: User) -> None:
        raise StateError(Fault("REL-001", "not approved"))

    made = make(lead, house.handler)
    given = registry.registration("grant_decision", lead)
    registry.register("grant_decision", "", given.provider, model=Lead, may_issue=no)
    with pytest.raises(StateError, match="not approved"):
        services.issue(document=made, user=house.handler)
    registry.register("grant_decision", "", given.provider, model=Lead, may_produce=no)
    with pytest.raises(StateError, match="not approved"):
        make(lead, house.handler)


# -- issued and void ---------------------------------------------------------------------------------------


def test_an_issued_document_is_frozen(house: House, lead: Lead) -> None:
    issued = services.issue(document=make(lead, house.handler), user=house.handler)
    assert (issued.state, issued.issued_by) == (DocumentState.ISSUED, house.handler)
    issued.title = "另一份"
    with pytest.raises(StateError):
        issued.save()
    with pytest.raises(StateError):
        services.issue(document=issued, user=house.handler)
    with pytest.raises(models.ProtectedError):
        issued.delete()


def test_nobody_issues_what_another_has_made_anew_since(
    house: House, lead: Lead, client_of: ClientOf, registered: dict[str, object]
) -> None:
    client = client_of(house.handler)
    read = make(lead, house.handler)
    page = client.get(read.get_absolute_url()).content.decode()
    assert f'value="{read.digest}"' in page
    registered["reasons"] = "另一理由。"
    make(lead, house.head)
    url = reverse("documents:issue", args=[read.pk])
    assert client.post(url, {"seen": read.digest}).status_code == 409
    read.refresh_from_db()
    assert read.state == DocumentState.DRAFT
    assert client.post(url, {"seen": read.digest}).status_code == 302


def test_a_void_document_says_why_and_keeps_its_number(house: House, lead: Lead) -> None:
    issued = services.issue(document=make(lead, house.handler), user=house.handler)
    with pytest.raises(StateError) as caught:
        services.void(document=issued, user=house.second_handler, reason=" ")
    assert [fault.code for fault in caught.value.faults] == ["DOC-021", "DOC-023"]
    done = services.void(document=issued, user=house.head, reason="金额有误")
    assert (done.state, done.number) == (DocumentState.VOID, f"虚县检救〔{YEAR}〕1号")
    with pytest.raises(StateError):
        services.void(document=issued, user=house.head, reason="再次")


# -- who sees them -----------------------------------------------------------------------------------------

SEES = {"handler", "head", "deputy", "analyst", "city_head"}


def test_documents_are_seen_by_who_sees_what_they_are_about(
    house: House, lead: Lead, client_of: ClientOf
) -> None:
    document = make(lead, house.handler)
    pages = [
        reverse("documents:preview", args=[document.pk]),
        reverse("documents:download", args=[document.pk]),
        reverse("documents:of", args=["leads.lead", lead.pk]),
    ]
    for name, user in house.users.items():
        client = client_of(user)
        statuses = {client.get(page).status_code for page in pages}
        assert statuses == {200} if name in SEES else statuses <= {403, 404}, (name, statuses)
        assert Document.objects.visible_to(user).exists() == (name in SEES), name


def test_a_stranger_can_do_nothing_with_a_document(house: House, lead: Lead, client_of: ClientOf) -> None:
    document = make(lead, house.handler)
    client = client_of(house.other_handler)
    for name in ("issue", "void"):
        assert client.post(reverse(f"documents:{name}", args=[document.pk])).status_code == 404
    asked = client.post(
        reverse("documents:produce", args=["leads.lead", lead.pk]), {"template": "grant_decision"}
    )
    assert asked.status_code == 404
    document.refresh_from_db()
    assert document.state == DocumentState.DRAFT


@pytest.mark.parametrize("kind", ["accounts.user", "documents.document", "nothing", "a.b.c", "auth.group"])
def test_only_what_says_who_sees_it_has_documents(house: House, client_of: ClientOf, kind: str) -> None:
    client = client_of(house.handler)
    assert client.get(reverse("documents:of", args=[kind, house.handler.pk])).status_code == 404


# -- pages -------------------------------------------------------------------------------------------------


def test_the_whole_way_in_the_browser(house: House, lead: Lead, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    listed = client.get(reverse("documents:of", args=["leads.lead", lead.pk]))
    assert "国家司法救助决定书" in listed.content.decode()
    made = client.post(
        reverse("documents:produce", args=["leads.lead", lead.pk]), {"template": "grant_decision"}
    )
    document = Document.objects.get()
    assert made["Location"] == document.get_absolute_url()
    page = client.get(made["Location"])
    assert "&lt;b&gt;三&lt;/b&gt;" in page.content.decode()
    assert "<b>三</b>" not in page.content.decode()
    file = client.get(reverse("documents:download", args=[document.pk]))
    assert words(b"".join(file)) == words(content_of(document))
    client.post(reverse("documents:issue", args=[document.pk]))
    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    void = reverse("documents:void", args=[document.pk])
    assert client.post(void, {"reason": ""}).status_code == 422
    client.post(void, {"reason": "金额有误"})
    document.refresh_from_db()
    assert document.state == DocumentState.VOID
    assert "金额有误" in client.get(document.get_absolute_url()).content.decode()
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    for action in (Action.PRINT, Action.READ, Action.DOWNLOAD, Action.DECISION):
        assert action in actions


def test_missing_fields_are_all_shown(
    house: House, lead: Lead, client_of: ClientOf, registered: dict[str, object]
) -> None:
    registered["reasons"] = registered["findings"] = ""
    answer = client_of(house.handler).post(
        reverse("documents:produce", args=["leads.lead", lead.pk]), {"template": "grant_decision"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "审查查明的事实" in text
    assert "给予救助的理由" in text


# -- templates ---------------------------------------------------------------------------------------------


def test_an_office_replaces_a_template_and_goes_back(house: House, lead: Lead, client_of: ClientOf) -> None:
    page = reverse("documents:template", args=["grant_decision"])
    before = make(lead, house.handler).template_digest
    client = client_of(house.head)
    own = word_file("本院模板 {{ applicant_name }} {{ number }}")
    sent = {"file": SimpleUploadedFile("own.docx", own), "reason": "本院格式"}
    assert client.post(page, sent).status_code == 302
    made = make(lead, house.handler)
    assert words(content_of(made)).startswith("本院模板 张<b>")
    assert made.template_digest == services.digest_of(own) != before
    listed = client.get(page).content.decode()
    assert "本院格式" in listed
    assert "reasons" in listed
    version = TemplateVersion.objects.get()
    old = client.get(reverse("documents:version_file", args=["grant_decision", version.pk]))
    assert old.content == own
    client.post(reverse("documents:restore", args=["grant_decision"]))
    assert make(lead, house.handler).template_digest == before
    assert TemplateVersion.objects.filter(active=False).count() == 1
    assert Event.objects.filter(action=Action.ADMINISTER).count() == 2


def test_a_template_with_unknown_fields_changes_nothing(
    house: House, lead: Lead, client_of: ClientOf
) -> None:
    page = reverse("documents:template", args=["grant_decision"])
    bad = SimpleUploadedFile("own.docx", word_file("{{ colour }} {{ shape }}"))
    answer = client_of(house.system_admin).post(page, {"file": bad, "reason": "试"})
    assert answer.status_code == 422
    assert "colour" in answer.content.decode()
    assert "shape" in answer.content.decode()
    assert not TemplateVersion.objects.exists()
    with pytest.raises(TemplateError):
        services.replace_template(
            organisation=house.county,
            template="grant_decision",
            content=b"x",
            reason="试",
            user=house.head,
        )


MAY = {
    "handler": 200, "second_handler": 200, "prosecutor": 200, "head": 200, "deputy": 200, "finance": 200,
    "system_admin": 200, "other_handler": 200, "other_head": 200, "city_head": 200,
}  # fmt: skip
REPLACES = {"head", "system_admin", "other_head", "city_head"}


def test_who_may_see_and_replace_templates(house: House, client_of: ClientOf) -> None:
    page = reverse("documents:template", args=["grant_decision"])
    for name, user in house.users.items():
        client = client_of(user)
        assert client.get(reverse("documents:templates")).status_code == MAY.get(name, 403), name
        own = SimpleUploadedFile("own.docx", word_file("{{ number }}"))
        status = client.post(page, {"file": own, "reason": "试"}).status_code
        assert (status == 302) == (name in REPLACES), name
    # another office's template is not seen, and not used
    theirs = TemplateVersion.objects.get(organisation=house.other_county)
    asked = client_of(house.head).get(reverse("documents:version_file", args=["grant_decision", theirs.pk]))
    assert asked.status_code == 404


def test_an_unknown_template_is_not_found(house: House, client_of: ClientOf) -> None:
    client = client_of(house.head)
    assert client.get(reverse("documents:template", args=["nothing"])).status_code == 404
