"""What else lies in the bench's office: people named by agencies, files, runs, entries, jobs, seals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType

from bench.bulk import Bulk, next_key
from bench.office_data import NOW, TODAY, World
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.files.models import StoredFile
from yingjiu.office.intake.models import AgencyFile, ModelRun, PartyEntry
from yingjiu.office.jobs.models import Job
from yingjiu.office.people.models import Person
from yingjiu.office.referrals.models import Offer
from yingjiu.office.sealing.models import Seal, UnsealRequest

__all__ = ["make_rest"]


def make_rest(world: World, cases: int) -> None:
    """Make it, in proportion to the cases."""
    _offers(world, cases // 4)
    _intake(world, cases // 4)
    _jobs(world, cases)
    _seals(world, cases // 20)


def _offers(world: World, count: int) -> None:
    """People named by agencies, a third of them without an answer."""
    rng, place = world.rng, world.places[0]
    template = Offer(
        organisation=place.office,
        agency=place.agency,
        made_by=place.liaison,
        name="王秀英",
        name_masked="王**",
        id_number="",
        reason="住院欠费",
        ground="statute",
        ground_text="社会救助暂行办法第六十一条",
        sent_on=TODAY,
    )

    def rows() -> Iterator[dict[str, Any]]:
        for key in range(next_key(Offer), next_key(Offer) + count):
            at = world.place()
            sent = TODAY - timedelta(days=rng.randrange(300))
            yield {
                "id": key,
                "organisation_id": at.office.pk,
                "agency_id": at.agency.pk,
                "made_by_id": at.liaison.pk,
                "id_index": f"{key:032x}",
                "sent_on": sent,
                "due_on": sent + timedelta(days=7),
                "state": rng.choice(("sent", "taken", "returned")),
            }

    Bulk(template).write(rows())


def _intake(world: World, count: int) -> None:
    """Files of agencies, runs of the models, parties entered by hand."""
    rng, place = world.rng, world.places[0]
    analyst = User.objects.get(username="analyst")
    file = StoredFile.objects.order_by("pk").values_list("pk", flat=True).first() or 1
    template = AgencyFile(
        organisation=place.office,
        agency=place.agency,
        source="civil-affairs-dibao",
        file_id=file,
        state="loaded",
        report={},  # type: ignore[misc] # JSON, where the stubs see a text
        uploaded_by=analyst,
        uploaded_at=NOW,
        loaded_by=analyst,
        loaded_at=NOW,
    )
    Bulk(template).write(
        {"id": key, "state": rng.choice(("loaded", "loaded", "unchanged", "checked", "refused"))}
        for key in range(next_key(AgencyFile), next_key(AgencyFile) + count)
    )
    run = ModelRun(organisation=place.office, run_date=TODAY, asked_by=analyst, finished_at=NOW, run="bench")
    Bulk(run).write(
        {"id": key, "leads": rng.randrange(30_000), "new": rng.randrange(300)}
        for key in range(next_key(ModelRun), next_key(ModelRun) + count // 10)
    )
    entry = PartyEntry(
        organisation=place.office,
        entered_by=place.handlers[0],
        values={},  # type: ignore[misc] # JSON, where the stubs see a text
        name="王秀英",
        screened_at=NOW,
        case_no="（2026）苏0999刑初98号",
    )
    Bulk(entry).write({"id": key} for key in range(next_key(PartyEntry), next_key(PartyEntry) + count))


def _jobs(world: World, count: int) -> None:
    rng, users = world.rng, list(User.objects.values_list("pk", "organisation_id"))
    template = Job(name="intake.load_source", state="done", total=100, done=100, attempts=1, finished_at=NOW)

    def rows() -> Iterator[dict[str, Any]]:
        for key in range(next_key(Job), next_key(Job) + count):
            user, office = rng.choice(users)
            yield {
                "id": key,
                "user_id": user,
                "organisation_id": office,
                "state": rng.choice(("done", "done", "done", "failed", "cancelled")),
            }

    Bulk(template).write(rows())


def _seals(world: World, count: int) -> None:
    """Sealed people and applications to look behind the seals, in the first county."""
    rng, place = world.rng, world.places[0]
    sealed = world.sealed[:count]
    Person._base_manager.filter(pk__in=sealed).update(sealed=True, secrecy=Secrecy.SEALED)
    first, year = next_key(Seal), TODAY.year
    seal = Seal(
        organisation=place.office,
        year=year,
        serial=0,
        subject_type=ContentType.objects.get_for_model(Person),
        subject_id=0,
        ground="not_prosecuted",
        article="人民检察院刑事诉讼规则第四百八十六条",
        by=place.handlers[0],
        at=NOW,
    )
    Bulk(seal).write(
        {"id": first + number, "serial": number + 1000, "subject_id": person}
        for number, person in enumerate(sealed)
    )
    asked = UnsealRequest(
        organisation=place.office,
        seal_id=first,
        applicant="虚构县人民法院",
        reference="函1号",
        ground="judicial",
        application="为审理案件需要查询",
        received_on=TODAY,
        due_on=TODAY,
        opened_for=place.handlers[0],
        recorded_by=place.handlers[0],
        recorded_at=NOW,
    )
    Bulk(asked).write(
        {
            "id": key,
            "seal_id": first + place_,
            "state": rng.choice(("pending", "granted", "refused", "refused")),
            "received_on": TODAY - timedelta(days=rng.randrange(300)),
        }
        for place_, key in enumerate(range(next_key(UnsealRequest), next_key(UnsealRequest) + len(sealed)))
    )
