"""Reading leads: lists, counts, what is new for a user, and figures for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yingjiu.codes import normalise_case_no
from yingjiu.office.accounts.models import Function, Level, Organisation, User
from yingjiu.office.accounts.models import Kind as OrganisationKind
from yingjiu.office.accounts.roles import Role
from yingjiu.office.leads.models import Lead, LeadCheck, LeadHandover, LeadModel
from yingjiu.office.leads.models.handover import LeadHandoverQuerySet
from yingjiu.office.leads.states import HandoverState, Pile, State
from yingjiu.office.sealing.querysets import everything

__all__ = [
    "CAP",
    "TABS",
    "Arrivals",
    "agencies_of",
    "answered_handovers",
    "arrivals",
    "departments_for",
    "due_leads",
    "grid_workers_of",
    "handlers_of",
    "handovers_waiting",
    "inbox",
    "of_model",
    "open_questions",
    "open_visits",
    "received_handovers",
    "same_person",
    "search_case_no",
    "sees_several_offices",
    "waiting_count",
]

TABS: Final = ("new", "mine", "all", "decided")
CAP: Final = 999
"""Badges count as far as this."""
_PILES: Final = {State.NEW: Pile.WAITING, State.REOPENED: Pile.WAITING, State.DECIDED: Pile.DECIDED}
_NO_CASES: Final = (Function.FINANCE, Function.TECHNOLOGY)
"""Departments that handle no cases, and take no supervision lead over."""
FEW: Final = 20_000
"""Leads that are looked through one by one sooner than a whole list."""


def inbox(user: User, tab: str, state: str = "") -> QuerySet[Lead]:
    """The leads of a tab.

    Args:
        user: who looks.
        tab: ``new``: nobody has looked at them; ``mine``: one's own, undecided; ``all``; ``decided``.
        state: only the leads in this state; the pile that it belongs to lets an index answer.
    """
    rows = Lead.objects.visible_to(user)
    if not sees_several_offices(user):
        rows = rows.filter(organisation=user.procuratorate)  # says nothing new, but lets an index answer
    if state:
        rows = rows.filter(state=state, pile=_PILES.get(State(state), Pile.IN_WORK))
    if tab == "new":
        return rows.filter(pile=Pile.WAITING)
    if tab == "mine":
        return rows.filter(handler=user.pk, pile__in=[Pile.WAITING, Pile.IN_WORK])
    if tab == "decided":
        return rows.filter(pile=Pile.DECIDED)
    return rows if state else rows.filter(pile__gt=Pile.GONE)


def sees_several_offices(user: User) -> bool:
    """Whether a user's list holds leads of procuratorates below their own."""
    office = user.procuratorate
    return office is not None and office.level != Level.COUNTY and user.has_role(Role.HEAD, Role.DEPUTY_CHIEF)


def search_case_no(rows: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """Leads by case number: the whole number, its beginning, or the number at its end.

    Order them by ``case_key``: the index that finds them has that order, and a page of a beginning that fits
    very many is its first rows.

    Args:
        rows: the list.
        text: as somebody typed it; ``12`` finds （2024）苏0999刑初12号.
    """
    asked = normalise_case_no(text)
    if not asked:
        return rows
    if asked.removesuffix("号").isdigit():
        found = Lead.objects.filter(case_serial=asked.removesuffix("号"))
        return rows.filter(pk__in=found.order_by().values("pk"))  # the few that have it are found first
    return rows.filter(case_key__gte=asked, case_key__lt=asked + "\U0010ffff")


def of_model(rows: QuerySet[Lead], model: str, user: User) -> QuerySet[Lead]:
    """Leads for which a model speaks.

    The few of a rare model are found first and then looked through; of a common one each lead of the list is
    asked, until there are enough.

    Args:
        rows: the list.
        model: identifier of the model.
        user: whose list it is.
    """
    told = everything(LeadModel).filter(model=model)
    near = told if sees_several_offices(user) else told.filter(organisation=user.procuratorate)
    if near.order_by()[: FEW + 1].count() <= FEW:
        return rows.filter(pk__in=near.order_by().values("lead"))
    return rows.filter(Exists(told.filter(lead=OuterRef("pk"))))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What waits for a user, and when the newest of it came.

    Attributes:
        count: at most :data:`CAP` and one.
        newest: when the newest came.
    """

    count: int
    newest: datetime | None

    @property
    def mark(self) -> str:
        """Changes when something new has come."""
        return f"{self.count}-{self.newest.timestamp():.6f}" if self.newest else "0"


def waiting_count(user: User) -> int:
    """How many leads wait for a user, counted as far as :data:`CAP`."""
    return _waiting(user)[: CAP + 1].count()


def arrivals(user: User) -> Arrivals:
    """What waits for a user: a handler's own and unclaimed leads, a head's whole office."""
    waiting = _waiting(user)
    count = waiting[: CAP + 1].count()
    newest = waiting.order_by("-arrived_at").values_list("arrived_at", flat=True).first()
    return Arrivals(count, newest)


def _waiting(user: User) -> QuerySet[Lead]:
    rows = Lead.objects.visible_to(user).filter(pile=Pile.WAITING)
    return rows.filter(organisation=user.procuratorate) if user.procuratorate else rows.none()


def same_person(lead: Lead, user: User) -> QuerySet[Lead]:
    """Other leads about the same person that the user may see."""
    rows = Lead.objects.visible_to(user).filter(person=lead.person_id).exclude(pk=lead.pk)
    return rows.select_related("handler").order_by("-arrived_at", "pk").defer("key", "finding", "gist")


def handlers_of(office: Organisation | None) -> QuerySet[User]:
    """Active handlers of a procuratorate."""
    return (
        User.objects.filter(
            is_active=True, grants__role=Role.HANDLER, organisation__parent=office
        ).select_related("organisation")
        if office is not None
        else User.objects.none()
    )


def departments_for(lead: Lead) -> QuerySet[Organisation]:
    """Departments that may take a lead over: the others of its procuratorate that handle cases."""
    rows = Organisation.objects.filter(
        kind=OrganisationKind.DEPARTMENT, active=True, parent=lead.organisation_id
    )
    return rows.exclude(Q(pk=lead.department_id or 0) | Q(function__in=_NO_CASES))


def agencies_of(office: Organisation | None) -> QuerySet[Organisation]:
    """Active partners of a procuratorate."""
    rows = Organisation.objects.filter(kind=OrganisationKind.AGENCY, active=True)
    return rows.filter(parent=office) if office is not None else rows.none()


def grid_workers_of(office: Organisation | None) -> QuerySet[User]:
    """Active grid workers of a procuratorate's partners."""
    rows = User.objects.filter(is_active=True, grants__role=Role.GRID_WORKER).select_related("organisation")
    return rows.filter(organisation__parent=office) if office is not None else rows.none()


def open_visits(user: User) -> QuerySet[LeadCheck]:
    """Visits asked of a grid worker that are still to be made, the most urgent first."""
    return _open_checks(user).filter(worker=user.pk)


def open_questions(user: User) -> QuerySet[LeadCheck]:
    """Questions to the user's agency that are still to be answered, the most urgent first."""
    return _open_checks(user).filter(agency=user.organisation_id, agency__isnull=False)


def _open_checks(user: User) -> QuerySet[LeadCheck]:
    rows = LeadCheck.objects.visible_to(user).filter(done_at__isnull=True, cancelled_at__isnull=True)
    return rows.select_related("lead__person", "lead__organisation", "asked_by").order_by(
        "due", "asked_at", "pk"
    )


def received_handovers(user: User) -> QuerySet[LeadHandover]:
    """Supervision leads that the user's department received and has not answered, the first due first."""
    return _handovers(user).received_by(user).open().order_by("due", "pk")


def answered_handovers(user: User) -> QuerySet[LeadHandover]:
    """Answers that nobody has read: a handler's own, a head's department's, a deputy's office's."""
    rows = _handovers(user).filter(state__in=[HandoverState.RETURNED, HandoverState.REPORTED], noted_at=None)
    if user.has_role(Role.DEPUTY_CHIEF):
        rows = rows.filter(lead__organisation=user.procuratorate)
    else:
        rows = rows.answered_to(user)
    return rows.order_by("answered_at", "pk")


def handovers_waiting(user: User) -> int:
    """How many wait for the user: to be answered by their department, or to be read."""
    return received_handovers(user).count() + answered_handovers(user).count()


def _handovers(user: User) -> LeadHandoverQuerySet:
    rows = LeadHandover.objects.visible_to(user)
    return rows.select_related("lead__person", "to_department", "from_department").defer(
        "lead__finding", "lead__key", "lead__gist"
    )


# -- for the desk ------------------------------------------------------------------------------------------


def due_leads(user: User, until: date | None = None) -> QuerySet[Lead]:
    """A user's undecided leads that should be looked at by a day, the most urgent first.

    Args:
        user: handler: their own; head: all of the procuratorate.
        until: today in three days unless given.
    """
    last = until or timezone.localdate() + timedelta(days=3)
    rows = Lead.objects.visible_to(user).filter(pile__in=[Pile.WAITING, Pile.IN_WORK], deadline__lte=last)
    if not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
        rows = rows.filter(handler=user.pk)
    return rows.select_related("person", "handler").defer("key", "finding").order_by("deadline", "pk")
