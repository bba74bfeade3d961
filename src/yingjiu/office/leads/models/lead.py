"""Leads, and which models speak for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.language import catalogue_text
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import CaseData, Secrecy, case_scope
from yingjiu.office.frame.models import Versioned
from yingjiu.office.leads.states import Kind, Level, Origin, Outcome, Pile, State, Strength
from yingjiu.office.phrases import clauses
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from yingjiu.report.words import code_label

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["Lead", "LeadModel", "lead_scope"]

_TOLD: Final = ("level", "kind", "outcome", "state", "town")
_WHOSE: Final = ("handler", "department", "to_department", "secrecy")
"""What lists are filtered by, and what says who sees a lead: the tails of the wide indexes."""


def lead_scope(user: User, prefix: str = "") -> Q:
    """Whose leads a user may see.

    Beyond the usual rule, whoever works in the department to which a supervision lead was handed over sees
    it. Partners see no lead, only the checks asked of them.

    Args:
        user: who looks.
        prefix: path to the lead, as ``"lead__"``.
    """
    scope = case_scope(user, prefix)
    department = user.department
    if department is not None and user.has_role(Role.HANDLER, Role.HEAD):
        scope |= Q(
            **{
                f"{prefix}to_department": department.pk,
                f"{prefix}secrecy__lte": min(user.clearance, Secrecy.SECRET),
            }
        )
    return scope


class LeadQuerySet(SealableQuerySet["Lead"]):
    """Leads; those of sealed people are sealed themselves, so that no list looks at the person."""

    def scope(self, user: User) -> Q:
        """See :func:`lead_scope`."""
        return lead_scope(user)


class Lead(CaseData, Versioned):
    """The findings of one kind about one person and case: a sign that someone should be looked at.

    A lead is never a decision (domain §0.5). What the data say is renewed by every run of the models; what
    people did (handler, state, decision, checks) is theirs. ``key_index`` is the blind index of ``key``, the
    engine's, so that the same person and case are the same lead in every run. ``finding`` holds what the
    models say, in plain values that a page masks; it holds no ID number. ``gist`` is the little of it that a
    list shows.
    """

    to_department = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over to"),
    )
    agency = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="leads", verbose_name=_("person")
    )
    key = EncryptedTextField(editable=False)
    key_index = BlindIndexField(source="key")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    outcome = models.CharField(_("what the models say"), max_length=10, choices=Strength)
    level = models.CharField(pgettext_lazy("lead", "level"), max_length=10, choices=Level)
    title = models.CharField(_("title"), max_length=200)
    case_no = models.CharField(_("case number"), max_length=120, blank=True)
    case_key = models.CharField(max_length=120, blank=True, editable=False)
    case_serial = models.CharField(max_length=20, blank=True, editable=False)
    charge = models.CharField(_("charge or cause of action"), max_length=120, blank=True)
    stage = models.CharField(_("stage"), max_length=30, blank=True)
    role = models.CharField(_("role in the case"), max_length=30, blank=True)
    region = models.CharField(_("region"), max_length=12, blank=True)
    town = models.CharField(_("town"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    pile = models.GeneratedField(
        expression=Case(
            When(state=State.NEW, gone_on__isnull=False, then=Value(Pile.GONE)),
            When(state__in=[State.NEW, State.REOPENED], then=Value(Pile.WAITING)),
            When(state=State.DECIDED, then=Value(Pile.DECIDED)),
            default=Value(Pile.IN_WORK),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    outcome_decided = models.CharField(_("decision"), max_length=20, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    deadline = models.DateField(_("look at it by"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.RUN)
    first_seen = models.DateField(_("first found"))
    last_seen = models.DateField(_("last found"))
    run_date = models.DateField(_("day for which the models were asked"), null=True, blank=True)
    gone_on = models.DateField(_("no longer found since"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"))
    run = models.CharField(_("run"), max_length=40, blank=True)
    finding = EncryptedJSONField()
    gist = EncryptedJSONField(null=True, editable=False)  # a default would need the keys to migrate
    facts_digest = models.CharField(max_length=64)
    told_digest = models.CharField(max_length=64)
    estimate_low = models.DecimalField(
        _("estimate from"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    estimate_high = models.DecimalField(
        _("estimate to"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    estimate_rank = models.GeneratedField(
        expression=Coalesce("estimate_high", Value(0), output_field=models.DecimalField()),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
    )
    """The upper end of the estimate; 0 without one, for databases do not agree where nothing stands."""

    models = models.JSONField(
        _("models"), default=list, blank=True
    )  # the last: its name hides the module in this body

    objects = LeadQuerySet.as_manager()

    class Meta:
        """Options.

        The wide indexes hold all that lists are filtered by, in the order of lists: a page of a million
        leads is found in the index alone.
        """

        verbose_name = _("lead")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key_index"], name="lead_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "pile", "deadline", "id", *_TOLD, *_WHOSE], name="lead_inbox"
            ),
            models.Index(
                fields=["pile", "deadline", "id", "organisation", *_TOLD, *_WHOSE], name="lead_inbox_of_many"
            ),
            models.Index(
                fields=["handler", "pile", "deadline", "id", "organisation", *_TOLD, *_WHOSE[1:]],
                name="lead_by_handler",
            ),
            models.Index(
                fields=["level", "kind", "pile", "deadline", "id", "organisation", *_TOLD[2:], *_WHOSE],
                name="lead_by_level",
            ),
            models.Index(
                fields=["organisation", "region", "town", "first_seen", "state", *_WHOSE],
                name="lead_by_place",
            ),
            models.Index(
                fields=["organisation", "pile", "arrived_at", "id", *_TOLD, *_WHOSE], name="lead_by_arrival"
            ),
            models.Index(
                fields=["organisation", "pile", "-estimate_rank", "-id", *_TOLD, "deadline", *_WHOSE],
                name="lead_by_estimate",
            ),
            models.Index(fields=["organisation", "run"], name="lead_by_run"),
            models.Index(
                fields=["town", "pile", "deadline", "id", "organisation", *_TOLD[:-1], *_WHOSE],
                name="lead_by_town",
            ),
            models.Index(
                fields=["case_key", "id", "organisation", "pile", *_TOLD, *_WHOSE], name="lead_by_case"
            ),
            models.Index(fields=["case_serial"], name="lead_by_serial"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.case_no}".strip()

    def get_absolute_url(self) -> str:
        """The lead's page."""
        return reverse("leads:lead", args=[self.pk])

    @property
    def shown_title(self) -> str:
        """The title in the language of the page; models carry Chinese ones."""
        return catalogue_text(self.title)

    @property
    def shown_gist(self) -> str:
        """The weightiest of what holds, in a line; empty where no model spoke."""
        return clauses(catalogue_text(says) for says in (self.gist or {}).get("holds", ()))

    @property
    def unknowns(self) -> int:
        """How many conditions are unknown of those that the outcome depends on."""
        return int((self.gist or {}).get("unknown", 0))

    @property
    def shown_charge(self) -> str:
        """The charge, or the cause of action by its name."""
        return code_label("cause_of_action", self.charge)

    @property
    def decided(self) -> bool:
        """Whether a person decided it, and nothing brought it back."""
        return self.state == State.DECIDED


class LeadModelQuerySet(SealableQuerySet["LeadModel"]):
    """Which models speak for which leads."""

    sealed_with = ("lead__",)

    def scope(self, user: User) -> Q:
        """As their leads."""
        return lead_scope(user, "lead__")


class LeadModel(models.Model):
    """That a model speaks for a lead; lists are filtered by it.

    ``organisation`` is the lead's, so that the leads of a rare model in one office are found without those
    of the others.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="by_model", db_index=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", db_index=False, editable=False
    )
    model = models.CharField(max_length=80)

    objects = LeadModelQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("model of a lead")
        constraints: ClassVar = [models.UniqueConstraint(fields=["lead", "model"], name="lead_model_once")]
        indexes: ClassVar = [models.Index(fields=["model", "organisation", "lead"], name="lead_of_model")]

    def __str__(self) -> str:
        return self.model
