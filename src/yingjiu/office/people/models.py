"""People as the office knows them: what is needed to find, name and tell them apart, encrypted.

What agencies say about a person stays in the pool and is read there (:mod:`.reading`); here stand only the
person's own marks. ID number, telephone and the engine's key are found by blind index, a name by blind
indexes of every two neighbouring characters, so that nobody who reads the database reads a name in it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, Secrecy, VisibleQuerySet
from yingjiu.office.people.registry import people_in_hand
from yingjiu.office.people.spelling import plain_number, plain_phone
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField

__all__ = ["Person", "PersonAlias", "PersonGram", "Search", "SearchKind"]


class Sex(models.TextChoices):
    """GB/T 2261.1, as the code list ``sex`` has it."""

    MALE = "male", _("male")
    FEMALE = "female", _("female")
    UNKNOWN = "unknown", _("unknown")


class PersonQuerySet(SealableQuerySet["Person"]):
    """People; those who are sealed are in no queryset (Criminal Procedure Law art. 286)."""

    def scope(self, user: User) -> Q:
        """People of one's own procuratorate; a head and a deputy chief procurator also those below it.

        Above the clearance a user sees only people of cases in their own hands.
        """
        office = user.procuratorate
        if office is None or not user.has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.ANALYST):
            return NOTHING
        offices = Q(organisation=office.pk)
        if user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
            below = list(
                Organisation.objects.below(office)
                .filter(kind=Kind.PROCURATORATE)
                .values_list("pk", flat=True)
            )
            if len(below) > 1:
                offices = Q(organisation__in=below)
        clearance = Q(secrecy__lte=min(user.clearance, Secrecy.SECRET))
        for people in people_in_hand(user):
            clearance |= Q(organisation=office.pk, pk__in=people)
        return offices & clearance

    def current(self) -> PersonQuerySet:
        """Without those who turned out to be another person."""
        return self.filter(merged_into=None)


class Person(models.Model):
    """A person, as one procuratorate knows them.

    ``key`` is the engine's person key (the first 17 digits of the ID number; negative without one).
    ``digest`` is a keyed digest of all that was taken over, so that an unchanged person is not decrypted to
    find that out. ``merged_into`` names the person that this one turned out to be.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("procuratorate")
    )
    key = EncryptedTextField(editable=False)
    key_index = BlindIndexField(source="key")
    name = EncryptedTextField(_("full name"), blank=True)
    name_masked = models.CharField(_("name, masked"), max_length=80, blank=True, editable=False)
    id_number = EncryptedTextField(_("ID number"), blank=True)
    id_index = BlindIndexField(source="id_number", normalise=plain_number)
    phone = EncryptedTextField(_("telephone"), blank=True)
    phone_index = BlindIndexField(source="phone", normalise=plain_phone)
    address = EncryptedTextField(_("address"), blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    region = models.CharField(_("region code"), max_length=12, blank=True)
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.NORMAL)
    sealed = models.BooleanField(_("sealed"), default=False)
    digest = BlindIndexField(blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        db_index=False,
    )
    taken_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("person")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key_index"], name="person_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id_index"], name="person_by_id_number"),
            models.Index(fields=["phone_index"], name="person_by_phone"),
            models.Index(fields=["key_index"], name="person_by_key"),
            # of the few that were merged: with all others in it, no database would believe in it
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="person_merged"
            ),
        ]

    def __str__(self) -> str:
        return self.name_masked or str(_("without a name"))

    @property
    def person_id(self) -> int:
        """The engine's person key."""
        return int(self.key)


class PersonGram(models.Model):
    """That two neighbouring characters stand in a person's name, as a blind index."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grams")
    gram = BlindIndexField()

    class Meta:
        """Options."""

        verbose_name = _("part of a name")
        indexes: ClassVar = [models.Index(fields=["gram", "person"], name="person_by_gram")]

    def __str__(self) -> str:
        return f"{self.person_id}"


class PersonAlias(models.Model):
    """That a person turned out to be another one, and what was moved; kept so that it can be taken back."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="aliases")
    other = models.ForeignKey(Person, models.PROTECT, related_name="alias_records")
    moved = EncryptedJSONField()
    reason = models.CharField(_("reason"), max_length=500)
    merged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    merged_at = models.DateTimeField(auto_now_add=True)
    parted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    parted_at = models.DateTimeField(null=True, blank=True)
    parted_why = models.CharField(max_length=500, blank=True)

    class Meta:
        """Options."""

        verbose_name = _("merged person")
        ordering: ClassVar = ["-merged_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(parted_at=None), name="one_alias_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} = {self.person_id}"


class SearchKind(models.TextChoices):
    """What is looked for."""

    NAME = "name", _("full name")
    ID_NUMBER = "id_number", _("ID number")
    PHONE = "phone", _("telephone")
    CASE_NO = "case_no", _("case number")


class SearchQuerySet(VisibleQuerySet["Search"]):
    """Searches."""

    def scope(self, user: User) -> Q:
        """One's own."""
        return Q(user=user.pk)


class Search(models.Model):
    """One search, kept for a few hours so that its pages can be turned without the term in the address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(_("what is looked for"), max_length=20, choices=SearchKind)
    term = EncryptedTextField()
    purpose = models.CharField(_("purpose"), max_length=300)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    named: set[int] | None = None
    """Keys of the people whom the agencies' data name, once they have been asked; not in the database."""

    objects = SearchQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("search")
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return str(self.get_kind_display())
