"""A sealed person, with all that was ever done about them, is nowhere; opened, for one user and a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.leads.makers import DAY, told
from tests.office.referrals.makers import NAME, make_lead, make_sent, number
from tests.office.relief.way import stored_file
from tests.office.sealing.test_pages import ClientOf
from tests.office.sealing.test_sealing import apply_for, granted
from yingjiu.codes import parse_id
from yingjiu.office.accounts.models import BackupCode, LoginFailure
from yingjiu.office.accounts.second_factor import new_backup_codes
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.clocks.models import Clock
from yingjiu.office.documents.declared import shipped_template
from yingjiu.office.documents.models import Document
from yingjiu.office.documents.preview import KEPT_HTML
from yingjiu.office.documents.services import digest_of
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import store
from yingjiu.office.intake.models import PartyEntry
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services import take_told
from yingjiu.office.people.merging import merge, part
from yingjiu.office.people.models import Person, PersonGram, SearchKind
from yingjiu.office.people.searching import people_found, search, unopened
from yingjiu.office.people.services import take_person
from yingjiu.office.referrals.models import Offer, Referral
from yingjiu.office.relief.models import Material, ReliefCase
from yingjiu.office.relief.services import open_case
from yingjiu.office.sealing.errors import SealingError
from yingjiu.office.sealing.models import LiftGround, Seal, SealGround
from yingjiu.office.sealing.querysets import SealableQuerySet, everything, is_sealed
from yingjiu.office.sealing.selectors import open_rows_of
from yingjiu.office.sealing.services import lift, seal, take_grant
from yingjiu.office.vault.index import blind_index
from yingjiu.office.vault.keys import key_ring

MODELS = [
    *("people.Person", "leads.Lead", "leads.LeadEvent", "leads.LeadDecision"),
    *("relief.ReliefCase", "relief.CaseEvent"),
    *("referrals.Referral", "referrals.ReferralMeasure", "referrals.ReferralEvent", "referrals.Offer"),
    *("documents.Document", "files.StoredFile", "clocks.Clock", "clocks.ClockEvent", "intake.PartyEntry"),
]
OPENED = {Person, Lead, ReliefCase, Referral, Offer, Document, StoredFile, Clock, PartyEntry}


@dataclass
class Matter:
    """A person, and one of everything about them."""

    person: Person
    lead: Lead
    case: ReliefCase
    referral: Referral
    offer: Offer
    document: Document
    file: StoredFile


@pytest.fixture
def matter(house: House) -> Matter:
    lead = make_lead(house)
    person = lead.person
    referral = make_sent(house, lead)
    lead.refresh_from_db()
    case = open_case(lead=lead, user=house.handler, version=lead.version)
    file = stored_file(house.handler)
    document = Document.objects.create(  # type: ignore[misc]  # the field keeps JSON
        template="grant_decision",
        template_digest="0" * 64,
        title="虚构文书",
        number="虚构〔2026〕1号",
        organisation=house.county,
        content_type=ContentType.objects.get_for_model(ReliefCase),
        object_id=case.pk,
        file=file,
        digest="0" * 64,
        fields={},
        made_by=house.handler,
        made_at=timezone.now(),
    )
    offer = Offer.objects.create(
        organisation=house.county,
        agency=house.civil_affairs,
        made_by=house.liaison,
        name=NAME,
        name_masked="虚**",
        id_number=number(),
        reason="生活困难",
        ground="consent",
        ground_text="当面同意",
        sent_on=timezone.localdate(),
    )
    PartyEntry.objects.create(  # type: ignore[misc]  # the field keeps JSON
        organisation=house.county,
        entered_by=house.handler,
        values={"name": NAME, "id_number": number()},
        name=NAME,
        case_no="（2026）虚0999刑初12号",
    )
    return Matter(person, lead, case, referral, offer, document, file)


@pytest.fixture
def other(house: House) -> Lead:
    """The lead of somebody who is not sealed."""
    return make_lead(house, 2)


def seal_of(matter: Matter, house: House, subject: Model | None = None) -> Seal:
    return seal(subject=subject or matter.person, ground=SealGround.NOT_PROSECUTED, user=house.handler)


@pytest.mark.parametrize("label", MODELS)
def test_nothing_of_a_sealed_person_is_in_any_queryset(
    label: str, matter: Matter, other: Lead, house: House
) -> None:
    model: Any = apps.get_model(label)
    assert isinstance(model.objects.all(), SealableQuerySet)
    mine = set(everything(model).values_list("pk", flat=True))
    clock = Clock.objects.of(other).get()
    theirs = {
        "people.Person": {other.person_id},
        "leads.Lead": {other.pk},
        "leads.LeadEvent": {event.pk for event in other.events.all()},
        "clocks.Clock": {clock.pk},
        "clocks.ClockEvent": {event.pk for event in clock.events.all()},
    }.get(label, set())
    assert mine - theirs, "there is something to seal"
    standing = seal_of(matter, house)
    assert set(model.objects.values_list("pk", flat=True)) == theirs
    assert model.objects.count() == len(theirs)
    assert model.objects.aggregate(n=Count("pk"))["n"] == len(theirs)
    field: Any = forms.ModelChoiceField(model.objects.all(), empty_label=None)
    assert {getattr(value, "value", value) for value, _says in field.choices} == theirs
    for key in mine - theirs:
        with pytest.raises(forms.ValidationError):
            field.clean(str(key))
        with pytest.raises(model.DoesNotExist):
            model.objects.get(pk=key)
    for user in house.users.values():
        assert not model.objects.visible_to(user).filter(pk__in=mine - theirs).exists(), user.username
    lift(seal=standing, ground=LiftGround.MISTAKE, reason="误封", user=house.deputy)
    assert set(model.objects.values_list("pk", flat=True)) == mine


INSIDE = ("handler", "head", "deputy", "city_head")
LISTS = {
    **dict.fromkeys(["leads:inbox", "leads:export", "relief:cases", "relief:export"], INSIDE),
    **dict.fromkeys(["referrals:outbox", "referrals:export", "clocks:mine"], INSIDE),
    "referrals:offers": (*INSIDE, "liaison"),
    "desk:home": ("handler", "liaison"),
    "intake:party": ("handler",),
}
"""Page → whom it shows something of the matter before it is sealed."""


def said_on(page: str, client: Client) -> str:
    address = f"{reverse(page)}?tab=all"
    if not page.endswith("export"):
        answer: Any = client.get(address)
        assert answer.status_code == 200
        return str(answer.content.decode())
    answer = client.post(address, {"purpose": "statistics", "format": "csv"})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("page", LISTS)
def test_no_list_and_no_export_names_them(
    page: str, matter: Matter, house: House, client_of: ClientOf
) -> None:
    about: list[Any] = [matter.lead, matter.case, matter.referral, matter.offer]
    traces = {"虚**", "虚*甲", NAME, matter.case.number, *(each.get_absolute_url() for each in about)}
    readers = [client_of(getattr(house, name)) for name in LISTS[page]]
    for client in readers:
        assert any(trace in said_on(page, client) for trace in traces), "there is something to seal"
    seal_of(matter, house)
    for client in readers:
        text = said_on(page, client)
        assert not [trace for trace in traces if trace in text]


def test_every_page_of_theirs_is_gone(matter: Matter, house: House, client_of: ClientOf) -> None:
    pages = [
        reverse("people:person", args=[matter.person.pk]),
        reverse("leads:lead", args=[matter.lead.pk]),
        matter.case.get_absolute_url(),
        matter.referral.get_absolute_url(),
        matter.offer.get_absolute_url(),
        matter.document.get_absolute_url(),
        matter.file.get_absolute_url(),
        reverse("sealing:seal", args=["people.Person", matter.person.pk]),
    ]
    client = client_of(house.handler)
    assert [client.get(page).status_code for page in pages[:4]] == [200] * 4
    seal_of(matter, house)
    for user in (house.handler, house.head, house.deputy):
        asks = client_of(user)
        assert {page: asks.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    liaison = client_of(house.liaison)
    assert liaison.get(pages[3]).status_code == liaison.get(pages[4]).status_code == 404


@pytest.mark.parametrize("kind", [SearchKind.NAME, SearchKind.ID_NUMBER, SearchKind.PHONE])
def test_no_search_finds_them(kind: str, matter: Matter, house: House) -> None:
    term = {"name": NAME, "id_number": number(), "phone": "13900000000"}[kind]
    made = search(kind=kind, text=term, purpose="核实", user=house.handler)
    assert matter.person in people_found(made, house.handler)
    seal_of(matter, house)
    assert not people_found(made, house.handler).exists()
    assert not people_found(made, house.head).exists()
    assert unopened(made, house.handler) == []


@pytest.mark.parametrize("what", ["person", "lead", "case"])
def test_the_link_stands_on_the_page_for_who_may_seal(
    what: str, matter: Matter, house: House, client_of: ClientOf
) -> None:
    subject: Any = getattr(matter, what)
    page = (
        reverse(f"people:{what}" if what == "person" else "leads:lead", args=[subject.pk])
        if what != "case"
        else subject.get_absolute_url()
    )
    link = reverse("sealing:seal", args=[type(subject)._meta.label, subject.pk])
    client = client_of(house.handler)
    assert link in client.get(page).content.decode()
    assert client.get(link).status_code == 200
    assert client.post(link, {"ground": "not_prosecuted"}).status_code == 302
    assert client.get(page).status_code == 404
    analyst = client_of(house.analyst).get(reverse("leads:lead", args=[matter.lead.pk]))
    assert link not in analyst.content.decode()


def test_opened_for_one_user_and_a_time(matter: Matter, house: House, client_of: ClientOf) -> None:
    permit = granted(seal_of(matter, house), house)
    grant = take_grant(request=permit, user=house.handler)
    for model in OPENED:
        rows: Any = model._default_manager.all()
        assert not rows.exists()
        assert rows.unsealed_for(grant).exists(), model
    assert {row.kind for row in open_rows_of(grant)} == {str(model._meta.verbose_name) for model in OPENED}
    looks = Event.objects.filter(action=Action.REVEAL, user=house.handler)
    assert looks.count() == 2 * len(OPENED)
    url = reverse("sealing:open", args=[permit.pk])
    text = client_of(house.handler).post(url).content.decode()
    assert NAME in text
    assert matter.case.number in text
    assert "Opened(" not in text, "a row is shown by its facts, not by how Python writes it"
    assert client_of(house.head).post(url).status_code == 422
    with pytest.raises(SealingError):
        take_grant(request=permit, user=house.head)
    assert client_of(house.handler).get(matter.case.get_absolute_url()).status_code == 404
    permit.expires_at = timezone.now() - timedelta(seconds=1)
    permit.save()
    assert client_of(house.handler).post(url).status_code == 422
    with pytest.raises(SealingError):
        Lead.objects.all().unsealed_for(grant)


def kept_file(house: House, content: bytes, name: str) -> StoredFile:
    return store(BytesIO(content), name, house.handler, organisation=house.county, attached=True)


def test_documents_and_files_are_read_while_the_seal_is_open(
    matter: Matter, house: House, client_of: ClientOf, other: Lead
) -> None:
    word = shipped_template("grant_decision")
    matter.document.file = kept_file(house, word, "决定书.docx")
    matter.document.digest = digest_of(word)
    matter.document.save()
    proof = kept_file(house, b"%PDF-1.7 proof %%EOF", "证明.pdf")
    Material.objects.create(case=matter.case, item="harm", title="伤情鉴定", file=proof)
    elsewhere = kept_file(house, b"%PDF-1.7 other %%EOF", "别案.pdf")
    permit = granted(seal_of(matter, house), house)

    client, page = client_of(house.handler), reverse("sealing:open", args=[permit.pk])
    read = reverse("documents:opened", args=[permit.pk, matter.document.pk])
    files = {
        key: reverse("files:opened", args=[permit.pk, key]) for key in (matter.document.file_id, proof.pk)
    }
    text = client.post(page).content.decode()
    assert all(f'href="{url}"' in text for url in (read, *files.values()))
    assert "伤情鉴定" in text

    before = Event.objects.count()
    KEPT_HTML.clear()
    paper = client.get(read)
    assert paper.status_code == 200
    assert "国家司法救助决定书" in paper.content.decode()
    assert not KEPT_HTML, "nothing of it stays in memory"
    sent = client.get(files[proof.pk])
    assert b"".join(sent.streaming_content) == b"%PDF-1.7 proof %%EOF"  # type: ignore[attr-defined] # streamed
    looks = Event.objects.order_by("pk")[before:]
    assert [each.action for each in looks] == [
        *[Action.REVEAL] * 2,
        Action.READ,
        Action.REVEAL,
        Action.DOWNLOAD,
    ]

    # nothing else is behind this seal, nobody else opens it, and without the grant there is nothing
    assert client.get(reverse("files:opened", args=[permit.pk, elsewhere.pk])).status_code == 404
    assert client.get(reverse("documents:opened", args=[permit.pk, 10**8])).status_code == 404
    for url in (read, *files.values()):
        assert client_of(house.head).get(url).status_code == 422
        assert client_of(house.second_handler).get(url).status_code == 404
        assert client_of(house.analyst).get(url).status_code == 403
    assert client.get(matter.document.get_absolute_url()).status_code == 404
    assert client.get(proof.get_absolute_url()).status_code == 404
    permit.expires_at = timezone.now() - timedelta(seconds=1)
    permit.save()
    assert [client.get(url).status_code for url in (read, *files.values())] == [422] * 3


def found_by_a_run(house: House, run: str, **more: Any) -> Any:
    return take_told(
        house.county, run=run, run_date=DAY, told=[told(**more)], models=None, user=house.analyst
    )


def test_a_new_run_changes_no_seal(house: House) -> None:
    assert found_by_a_run(house, "r1").new == 1
    lead = Lead.objects.get()
    standing = seal(subject=lead.person, ground=SealGround.CONVICTION, user=house.handler)
    again = found_by_a_run(house, "r2", truths={"dibao": False})
    assert (again.new, again.changed, again.returned) == (0, 0, 0)
    more = found_by_a_run(house, "r3", key="k2")
    assert more.new == 0
    assert not Lead.objects.exists()
    assert not Person.objects.exists()
    kept = list(everything(Lead))
    assert len(kept) == 2
    assert all(is_sealed(each) for each in kept)
    assert kept[0].run == "r1"
    assert standing.rows.filter(subject_id__in=[each.pk for each in kept]).count() >= 2
    lift(seal=standing, ground=LiftGround.MISTAKE, reason="误封", user=house.deputy)
    assert {each.secrecy for each in Lead.objects.all()} == {1}
    assert found_by_a_run(house, "r4", truths={"dibao": False}).changed == 1


def test_a_seal_lifted_under_another_leaves_the_other(matter: Matter, house: House) -> None:
    first = seal_of(matter, house, matter.lead)
    second = seal_of(matter, house)
    lift(seal=first, ground=LiftGround.MISTAKE, reason="误封", user=house.deputy)
    assert not Lead.objects.exists()
    assert not ReliefCase.objects.exists()
    lift(seal=second, ground=LiftGround.MISTAKE, reason="误封", user=house.deputy)
    assert Lead.objects.get().secrecy == 1
    assert ReliefCase.objects.get() == matter.case


def test_sealing_the_case_seals_its_lead_and_not_the_person(matter: Matter, house: House) -> None:
    seal_of(matter, house, matter.case)
    assert not Lead.objects.exists()
    assert not Referral.objects.exists()
    assert not Document.objects.exists()
    assert Person.objects.get() == matter.person


def test_numbers_go_on_behind_a_seal(matter: Matter, other: Lead, house: House) -> None:
    seal_of(matter, house)
    assert open_case(lead=other, user=house.handler, version=other.version).serial == matter.case.serial + 1


def test_who_turns_out_to_be_a_sealed_person_is_sealed(matter: Matter, other: Lead, house: House) -> None:
    seal_of(matter, house)
    into, sealed = other.person, everything(Person).get(pk=matter.person.pk)
    alias = merge(into, sealed, None, "同一人")
    assert not Lead.objects.exists()
    assert not Person.objects.exists()
    part(alias, None, "不是同一人")
    assert not Lead.objects.exists(), "the stricter of the two holds"


def test_lists_look_at_the_row_alone(house: House) -> None:
    with CaptureQueriesContext(connection) as queries:
        list(Lead.objects.visible_to(house.head).order_by("deadline", "pk")[:50])
        list(ReliefCase.objects.visible_to(house.handler)[:50])
        list(Clock.objects.visible_to(house.handler).open()[:50])
    for query in queries:
        if "SELECT" in query["sql"] and "secrecy" in query["sql"]:
            assert " JOIN " not in query["sql"].split(" WHERE ")[0]


def test_keys_rotate_over_a_whole_office(
    matter: Matter, other: Lead, house: House, client_of: ClientOf, settings: Any
) -> None:
    apply_for(seal_of(matter, house), house)
    found_by_a_run(house, "r1")
    codes = new_backup_codes(house.handler)
    client_of(house.handler).logout()
    LoginFailure.objects.create(
        account=blind_index("accounts.LoginFailure.account", house.handler.username),
        address="10.0.0.1",
        failures=4,
        last_at=timezone.now(),
    )
    old = key_ring().current("index")
    call_command("rotate_keys", only="index", verbosity=0)
    during = found_by_a_run(house, "r2", truths={"dibao": False})
    assert (during.new, during.changed) == (0, 1), "a run in the midst of a rotation finds its leads"
    call_command("rotate_keys", only="index", retire=True, verbosity=0)
    ring = key_ring()
    assert old not in ring.of("index")
    assert len(ring.of("index")) == 1
    assert found_by_a_run(house, "r3", truths={"dibao": False}).new == 0
    for text, kind in ((number(2), "id_number"), ("虚构", "name"), ("张三明", "name")):
        made = search(kind=kind, text=text, purpose="核实", user=house.handler)
        assert people_found(made, house.handler).exists(), text
        assert matter.person not in people_found(made, house.handler)
    known = parse_id(number(2))
    assert take_person(house.county, person_id=known.key, name=NAME).pk == other.person_id
    assert not [gram for gram in PersonGram.objects.all() if gram.gram == ""]
    plain = codes[0].replace("-", "")
    assert BackupCode.objects.filter(
        user=house.handler, digest=blind_index("accounts.BackupCode.digest", plain)
    ).exists()
    assert LoginFailure.objects.get().account == blind_index(
        "accounts.LoginFailure.account", house.handler.username
    )
    lift(seal=Seal.objects.get(), ground=LiftGround.MISTAKE, reason="误封", user=house.deputy)
    made = search(kind="name", text=NAME, purpose="核实", user=house.handler)
    assert matter.person in people_found(made, house.handler), "sealed names were indexed anew too"
