"""Organisations, users, and the roles they hold."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.roles import ADMINISTRATORS, Role
from yingjiu.office.vault.fields import BlindIndexField, EncryptedTextField

__all__ = [
    "BackupCode",
    "Function",
    "Kind",
    "Level",
    "LoginFailure",
    "Organisation",
    "RoleGrant",
    "TotpDevice",
    "UsedPassword",
    "User",
]


class Kind(models.TextChoices):
    """What an organisation is."""

    PROCURATORATE = "procuratorate", _("procuratorate")
    DEPARTMENT = "department", _("department of a procuratorate")
    AGENCY = "agency", _("partner agency")


class Level(models.IntegerChoices):
    """The four levels of procuratorate."""

    SUPREME = 1, _("supreme")
    PROVINCIAL = 2, _("provincial")
    MUNICIPAL = 3, _("municipal")
    COUNTY = 4, _("county")


class Function(models.TextChoices):
    """What a department of a procuratorate is for."""

    COMPLAINTS = "complaints", _("complaints and appeals")
    CRIMINAL = "criminal", _("criminal prosecution")
    CIVIL = "civil", _("civil and administrative procuration")
    JUVENILE = "juvenile", _("juvenile procuration")
    FINANCE = "finance", _("finance")
    TECHNOLOGY = "technology", _("technology and data")
    OTHER = "other", _("other")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations."""

    def below(self, organisation: Organisation) -> OrganisationQuerySet:
        """An organisation and all below it."""
        return self.filter(path__startswith=organisation.path or "-")


class Organisation(models.Model):
    """A procuratorate, one of its departments, or an agency that works with it.

    ``path`` holds the keys from the root, each followed by a slash, so that all below an organisation are
    found by one prefix. An agency stands below the procuratorate it works with.
    """

    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name in document numbers"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, null=True, blank=True)
    function = models.CharField(_("function"), max_length=20, choices=Function, blank=True)
    agency = models.CharField(_("agency code of the catalogue"), max_length=60, blank=True)
    region = models.CharField(_("region code"), max_length=6, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=200, unique=True, null=True, editable=False)
    active = models.BooleanField(_("active"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("organisation")
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "name"], name="organisation_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A procuratorate has a level; a department and an agency belong to a procuratorate."""
        if self.kind == Kind.PROCURATORATE and self.level is None:
            raise ValidationError({"level": _("a procuratorate has a level")})
        if self.kind != Kind.PROCURATORATE and (
            self.parent is None or self.parent.kind != Kind.PROCURATORATE
        ):
            raise ValidationError({"parent": _("a department or an agency belongs to a procuratorate")})
        if (
            self.pk
            and self.parent is not None
            and self.path
            and (self.parent.path or "").startswith(self.path)
        ):
            raise ValidationError({"parent": _("an organisation cannot stand below itself")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the paths of this organisation and of all below it."""
        before = self.path
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path != before:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)
            if before:
                for child in self.children.all():
                    child.save()

    @property
    def procuratorate(self) -> Organisation | None:
        """The procuratorate that this is, or is a part of; of an agency, None."""
        if self.kind == Kind.PROCURATORATE:
            return self
        return self.parent if self.kind == Kind.DEPARTMENT else None


class User(AbstractUser):
    """A person with an account.

    ``clearance`` is the highest secrecy of cases that this person sees beyond their own.
    """

    display_name = models.CharField(_("name"), max_length=60)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="users", verbose_name=_("organisation")
    )
    clearance = models.PositiveSmallIntegerField(_("clearance"), default=1)
    phone = models.CharField(_("work phone"), max_length=30, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(null=True, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)

    first_name = None  # type: ignore[assignment] # Chinese names are one field
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS: ClassVar = ["display_name"]

    class Meta:
        """Options."""

        verbose_name = _("user")
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name."""
        return str(self)

    def get_short_name(self) -> str:
        """The name."""
        return str(self)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles held, read once for each request."""
        return (
            frozenset(each.role for each in self.grants.all()) if self.pk and self.is_active else frozenset()
        )

    def has_role(self, *roles: str) -> bool:
        """Whether this person holds any of these roles."""
        return not self.roles.isdisjoint(roles)

    @cached_property
    def procuratorate(self) -> Organisation | None:
        """The procuratorate this person works in; None for partners."""
        return self.organisation.procuratorate if self.organisation else None

    @property
    def department(self) -> Organisation | None:
        """The department of a procuratorate this person works in."""
        return self.organisation if self.organisation and self.organisation.kind == Kind.DEPARTMENT else None


class RoleGrant(models.Model):
    """That a user holds a role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Options."""

        verbose_name = _("role of a user")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role"], name="role_once"),
            # the database itself keeps one person from holding two administrators' roles
            models.UniqueConstraint(
                fields=["user"], condition=Q(role__in=sorted(ADMINISTRATORS)), name="one_administrator_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


# -- signing in --------------------------------------------------------------------------------------------


class LoginFailure(models.Model):
    """How often signing in to an account failed from an address; the name as typed is not kept.

    ``account`` is a keyed digest of the name: what is typed there may be a password, and names that do not
    exist are counted like those that do.
    """

    account = BlindIndexField()
    address = models.CharField(max_length=45)
    failures = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        """Options."""

        verbose_name = _("failed sign-ins")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "address"], name="login_failure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.failures}"


class UsedPassword(models.Model):
    """A password a user had, as its hash; the last few may not be chosen again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="used_passwords")
    encoded = models.CharField(max_length=256)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Options."""

        verbose_name = _("earlier password")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class TotpDevice(models.Model):
    """A user's second factor (RFC 6238); in force once it is confirmed.

    ``last_step`` is the time step of the last code taken, so that no code is taken twice.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="totp")
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.PositiveBigIntegerField(default=0)

    class Meta:
        """Options."""

        verbose_name = _("second factor")

    def __str__(self) -> str:
        return str(self.user)


class BackupCode(models.Model):
    """A code that stands in for the second factor once; encrypted like the secret it stands in for."""

    user = models.ForeignKey(User, models.CASCADE, related_name="backup_codes")
    code = EncryptedTextField(editable=False)
    digest = BlindIndexField(source="code", scope="accounts.BackupCode.digest")
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Options."""

        verbose_name = _("backup code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "digest"], name="backup_code_once"),
        ]

    def __str__(self) -> str:
        return str(self.user)
