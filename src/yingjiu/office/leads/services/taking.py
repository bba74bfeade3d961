"""Take over what a run of the models found: new leads, changed ones, those back, those gone.

What people did is theirs: handler, state, decision and checks are never touched, with one exception. A
dismissed lead comes back when the facts its dismissal rested on changed, and its history says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.leads import first_check
from yingjiu.office.leads.deadlines import deadline
from yingjiu.office.leads.facts import Change, changes, facts_of
from yingjiu.office.leads.models import Lead, LeadEvent, LeadModel
from yingjiu.office.leads.services.arriving import complaints_department, key_index_of
from yingjiu.office.leads.services.handing_over import come_back
from yingjiu.office.leads.states import LEVELS, EventKind, Origin, Outcome, State
from yingjiu.office.leads.told import Told, tell
from yingjiu.office.people.models import Person
from yingjiu.office.people.services import take_persons
from yingjiu.office.sealing.querysets import everything, is_sealed
from yingjiu.office.sealing.services import seal_along
from yingjiu.pool import Batch
from yingjiu.report import Estimate, Estimator
from yingjiu.screening import Lead as Found
from yingjiu.screening import Run

__all__ = ["CHUNK", "Taken", "take_run", "take_told"]

CHUNK: Final = 500
"""Leads of one transaction: a killed job begins again and finds those chunks done."""
_MOST_CHANGES: Final = 20

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the leads of a run.

    Attributes:
        new: not known before.
        changed: the data say something else than before.
        unchanged: as before.
        returned: of the changed, those that had been dismissed and are back.
        gone: known, and not found by this run.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    returned: int = 0
    gone: int = 0

    def plus(self, other: Taken) -> Taken:
        """Both together."""
        return Taken(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.returned + other.returned,
            self.gone + other.gone,
        )


@dataclass(frozen=True, slots=True)
class _Taking:
    """One taking: whose, of which run, when, and until when a new lead of each level should be looked at."""

    organisation: Organisation
    department: Organisation | None
    run: str
    run_date: date
    whole: bool
    user: User | None
    now: datetime
    today: date
    deadlines: Mapping[str, date]

    @property
    def origin(self) -> Origin:
        return Origin.RUN if self.whole else Origin.ENTRY


def take_run(
    organisation: Organisation,
    *,
    run: Run,
    found: Sequence[Found],
    estimates: Mapping[str, Estimate] | Estimator | None = None,
    batches: Sequence[Batch] = (),
    user: User | None = None,
    progress: Progress | None = None,
) -> Taken:
    """Take over the leads of a run. A second time it changes nothing; after a crash it goes on.

    Args:
        organisation: the procuratorate.
        run: the run; if it judged all subjects, leads it no longer finds are marked gone.
        found: its leads.
        estimates: first estimates by lead key, or what makes them; the shipped standards if ``None``.
        batches: current batches of the pool (``pool.view().batches``), whose notes name the agencies.
        user: who entered the party or started the run.
        progress: is told how many of how many leads are done.

    Returns:
        What became of them.
    """
    return take_told(
        organisation,
        run=run.id,
        run_date=run.run_date,
        told=tell(run, found, estimates, batches),
        count=len(found),
        models=[model.id for model in run.models] if run.whole else None,
        user=user,
        progress=progress,
    )


def take_told(
    organisation: Organisation,
    *,
    run: str,
    run_date: date,
    told: Iterable[Told],
    count: int = 0,
    models: Sequence[str] | None = None,
    user: User | None = None,
    progress: Progress | None = None,
) -> Taken:
    """Take over leads that are in the form in which they are kept; see :func:`take_run`.

    Args:
        organisation: the procuratorate.
        run: id of the run.
        run_date: the day for which the models were asked; an older run changes nothing.
        told: the leads.
        count: how many, for the progress.
        models: ids of the models that judged all subjects; leads that rest on these alone and were not found
            are marked gone. ``None`` if only some subjects were judged.
        user: who entered the party or started the run.
        progress: is told how many of how many leads are done.
    """
    today = timezone.localdate()
    taking = _Taking(
        organisation,
        complaints_department(organisation),
        run,
        run_date,
        models is not None,
        user,
        timezone.now(),
        today,
        {level: deadline(level, today) for level in LEVELS},
    )
    total = Taken()
    done = 0
    for chunk in _chunks(told):
        total = total.plus(_take_chunk(taking, chunk))
        done += len(chunk)
        if progress:
            progress(done, max(count, done))
    if models is not None:
        total = replace(total, gone=_mark_gone(taking, frozenset(models)))
    record(
        Action.JOB,
        user=user,
        subject=organisation,
        detail={
            "what": "take_run",
            "run": run,
            "new": total.new,
            "changed": total.changed,
            "gone": total.gone,
        },
    )
    return total


def _chunks(told: Iterable[Told]) -> Iterator[list[Told]]:
    rest = iter(told)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


@transaction.atomic
def _take_chunk(taking: _Taking, chunk: Sequence[Told]) -> Taken:
    # one after the other: what a run finds and a party that is entered at the same time is one lead, not two
    Organisation.objects.select_for_update(no_key=True).get(pk=taking.organisation.pk)
    by_index = {key_index_of(each.key): each for each in chunk}
    under = {one: each for index, each in by_index.items() for one in (str(index), *index.others)}
    held = list(
        everything(Lead)
        .select_for_update(no_key=True)
        .filter(organisation=taking.organisation, key_index__in=list(by_index))
        .defer("key", "finding", "gist")
    )
    there = {under[lead.key_index].key for lead in held}
    fresh = [each for each in by_index.values() if each.key not in there]
    known = [lead for lead in held if not is_sealed(lead)]  # what is sealed stays as it was sealed
    older = [lead for lead in known if lead.run_date is not None and lead.run_date > taking.run_date]
    current = [lead for lead in known if lead not in older]
    changed = [lead for lead in current if lead.told_digest != under[lead.key_index].told_digest]
    people = take_persons(taking.organisation, [each.person for each in chunk])
    opened = _open_new(taking, fresh, people)
    other = [lead.pk for lead in changed if lead.facts_digest != under[lead.key_index].facts_digest]
    before = dict(Lead.objects.filter(pk__in=other).values_list("pk", "finding"))
    returned = sum(
        _renew(taking, lead, under[lead.key_index], people, before.get(lead.pk)) for lead in changed
    )
    _found_again(taking, current)
    return Taken(opened, len(changed), len(known) - len(changed), returned)


def _open_new(taking: _Taking, fresh: Sequence[Told], people: Mapping[int, Person]) -> int:
    """Write new leads; those of sealed people are sealed with them, and are not counted."""
    if not fresh:
        return 0
    handlers = _handlers_of_cases(taking, {each.columns["case_key"] for each in fresh})
    leads = [_new(taking, each, people, handlers) for each in fresh]
    Lead.objects.bulk_create(leads)
    LeadModel.objects.bulk_create(
        LeadModel(lead=lead, organisation_id=lead.organisation_id, model=model)
        for lead in leads
        for model in lead.models
    )
    LeadEvent.objects.bulk_create(
        LeadEvent(
            lead=lead,
            kind=EventKind.FOUND,
            at=taking.now,
            by=taking.user,
            detail={"run": taking.run, "level": lead.level, "models": len(lead.models)},
        )
        for lead in leads
    )
    sealed = [lead for lead in leads if is_sealed(lead.person)]
    first_check.begin_many([lead for lead in leads if not is_sealed(lead.person)], taking.today, taking.user)
    for lead in sealed:
        seal_along([lead], subject=lead.person)
    return len(leads) - len(sealed)


def _new(taking: _Taking, told: Told, people: Mapping[int, Person], handlers: Mapping[str, int]) -> Lead:
    person = people[told.person_id]
    handler = handlers.get(told.columns["case_key"])
    if (
        handler is None
        and not taking.whole
        and taking.user is not None
        and taking.user.has_role(Role.HANDLER)
    ):
        handler = taking.user.pk
    return Lead(
        organisation=taking.organisation,
        department=taking.department,
        handler_id=handler,
        secrecy=person.secrecy,
        person=person,
        key=told.key,
        **told.columns,
        deadline=taking.deadlines[told.columns["level"]],
        origin=taking.origin,
        first_seen=taking.today,
        last_seen=taking.today,
        arrived_at=taking.now,
        run=taking.run,
        run_date=taking.run_date,
        finding=told.finding,  # type: ignore[misc] # JSON, where the stubs see a text
        facts_digest=told.facts_digest,
        told_digest=told.told_digest,
    )


def _handlers_of_cases(taking: _Taking, cases: set[str]) -> dict[str, int]:
    """Who works on other leads of a case gets its new ones: they are one's own cases."""
    rows = (
        Lead.objects.filter(
            organisation=taking.organisation,
            case_key__in=cases - {""},
            handler__isnull=False,
            handler__is_active=True,
        )
        .order_by("arrived_at")
        .values_list("case_key", "handler")
    )
    return {case: handler for case, handler in rows if handler is not None}


def _renew(taking: _Taking, lead: Lead, told: Told, people: Mapping[int, Person], before: Any | None) -> bool:
    """Write what the data say now; tell whether the lead came back.

    ``before`` is the finding as it was, if its facts are not those of now.
    """
    lead.key = told.key
    lead.person = people[told.person_id]
    if before is not None:
        found = changes(facts_of(before), facts_of(told.finding))
        _note(taking, lead, EventKind.CHANGED, found)
        lead.version += 1
        lead.changed_by = None
        lead.changed_at = taking.now
    more_urgent = LEVELS.index(told.columns["level"]) < LEVELS.index(lead.level)
    if set(lead.models) != set(told.columns["models"]):
        LeadModel.objects.filter(lead=lead).delete()
        LeadModel.objects.bulk_create(
            LeadModel(lead=lead, organisation_id=lead.organisation_id, model=model)
            for model in told.columns["models"]
        )
    for name, value in told.columns.items():
        setattr(lead, name, value)
    lead.finding = dict(told.finding)
    lead.facts_digest, lead.told_digest = told.facts_digest, told.told_digest
    back = before is not None and _comes_back(taking, lead)
    if more_urgent and lead.state != State.DECIDED:
        lead.deadline = min(lead.deadline, taking.deadlines[lead.level])
    lead.save()
    if back:
        first_check.begin(lead, None)
    return back


def _comes_back(taking: _Taking, lead: Lead) -> bool:
    """A dismissed lead comes back if the facts that its dismissal rested on changed."""
    if lead.state != State.DECIDED or lead.outcome_decided != Outcome.DISMISSED:
        return False
    decision = lead.decisions.filter(ended_at=None).first()
    found = changes(decision.facts, facts_of(lead.finding)) if decision else []
    if not any(change.brings_back for change in found):
        return False
    come_back(lead, None, taking.now)
    _note(taking, lead, EventKind.RETURNED, found)
    return True


def _note(taking: _Taking, lead: Lead, kind: EventKind, found: Sequence[Change]) -> None:
    LeadEvent.objects.create(
        lead=lead,
        kind=kind,
        at=taking.now,
        detail={
            "run": taking.run,
            "changes": [change.plain() for change in found[:_MOST_CHANGES]],
            "more": max(0, len(found) - _MOST_CHANGES),
        },
    )


def _found_again(taking: _Taking, current: Sequence[Lead]) -> None:
    """Every lead that was found was seen today, by this run."""
    again = [lead for lead in current if lead.gone_on is not None]
    LeadEvent.objects.bulk_create(
        LeadEvent(lead=lead, kind=EventKind.FOUND_AGAIN, at=taking.now, detail={"run": taking.run})
        for lead in again
    )
    untouched = [lead for lead in again if lead.state == State.NEW]
    first_check.begin_many(untouched, taking.today, taking.user)
    values: dict[str, Any] = {"run": taking.run, "run_date": taking.run_date}
    if taking.whole:
        values["origin"] = Origin.RUN
    Lead.objects.filter(pk__in=[lead.pk for lead in current]).update(
        last_seen=taking.today, gone_on=None, **values
    )


def _mark_gone(taking: _Taking, models: frozenset[str]) -> int:
    """Leads of these models alone that this run did not find."""
    missing = (
        Lead.objects.filter(organisation=taking.organisation, origin=Origin.RUN, gone_on__isnull=True)
        .exclude(run=taking.run)
        .exclude(run_date__gt=taking.run_date)
        .values_list("pk", "models")
    )
    gone = [key for key, named in missing.iterator() if models.issuperset(named)]
    for start in range(0, len(gone), CHUNK):
        keys = gone[start : start + CHUNK]
        with transaction.atomic():
            Lead.objects.filter(pk__in=keys).update(gone_on=taking.today)
            untouched = Lead.objects.filter(pk__in=keys, state=State.NEW, handler__isnull=False)
            first_check.drop_many(
                list(untouched.values_list("pk", flat=True)),
                taking.today,
                gettext_noop("the models no longer find it"),
            )
            LeadEvent.objects.bulk_create(
                LeadEvent(lead_id=key, kind=EventKind.GONE, at=taking.now, detail={"run": taking.run})
                for key in keys
            )
    return len(gone)
