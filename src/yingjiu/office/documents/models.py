"""Documents made from templates, their numbers, and the templates an office has replaced."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, VisibleQuerySet
from yingjiu.office.documents import registry
from yingjiu.office.documents.declared import form_of
from yingjiu.office.documents.errors import StateError
from yingjiu.office.files.models import StoredFile
from yingjiu.office.sealing.querysets import SealableQuerySet, everything
from yingjiu.office.vault.fields import EncryptedJSONField

if TYPE_CHECKING:
    from yingjiu.office.documents.declared import Form

__all__ = ["Document", "DocumentState", "NumberSeries", "TemplateVersion"]


class DocumentState(models.TextChoices):
    """Where a document stands."""

    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    VOID = "void", _("void")


class DocumentQuerySet(SealableQuerySet["Document"]):
    """Documents."""

    def scope(self, user: User) -> Q:
        """Documents of what one sees; outside the procuratorate, only those that were issued."""
        kinds = set(self.model._default_manager.order_by().values_list("content_type", flat=True).distinct())
        seen = [
            Q(content_type=key, object_id__in=registry.seen_by(user, model).values("pk"))
            for key in kinds
            if (model := ContentType.objects.get_for_id(key).model_class()) is not None
        ]
        scope = reduce(or_, seen, NOTHING)
        return scope if user.procuratorate else scope & Q(state=DocumentState.ISSUED)

    def about(self, subject: models.Model) -> DocumentQuerySet:
        """The documents of one subject."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
        ).order_by("-made_at", "-pk")


class Document(models.Model):
    """A Word file made from a form, about one subject.

    A draft may be made anew and keeps its number. Once issued it is frozen: ``digest`` is the SM3 of the
    file, and the only thing that can still happen to it is that it becomes void, with a reason.
    """

    template = models.CharField(_("form"), max_length=60)
    template_digest = models.CharField(_("digest of the template"), max_length=64)
    title = models.CharField(_("title"), max_length=100)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    digest = models.CharField(_("digest"), max_length=64)
    fields = EncryptedJSONField()
    sealed = models.BooleanField(_("sealed"), default=False, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=DocumentState, default=DocumentState.DRAFT)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"))
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    void_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made void by")
    )
    void_at = models.DateTimeField(_("made void"), null=True, blank=True)
    void_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("document")
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["content_type", "object_id", "-made_at"], name="document_of_subject"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "number"], condition=~Q(number=""), name="document_number_once"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=False) | ~Q(state=DocumentState.ISSUED),
                name="document_issued_at",
            ),
            models.CheckConstraint(
                condition=~Q(void_reason="") | ~Q(state=DocumentState.VOID), name="document_void_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    def get_absolute_url(self) -> str:
        """Where it is previewed."""
        return reverse("documents:preview", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it may still be made anew."""
        return self.state == DocumentState.DRAFT

    @property
    def file_name(self) -> str:
        """What its download is called: title and number, never a person's name."""
        return f"{self.title}{self.number or self.pk}.docx"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; of what is no draft any more, only that it becomes void.

        Raises:
            StateError: ``DOC-020`` anything else of an issued document would change.
        """
        changed = kwargs.get("update_fields")
        harmless = changed is not None and set(changed) <= {"state", "void_by", "void_at", "void_reason"}
        frozen = everything(Document).filter(pk=self.pk).exclude(state=DocumentState.DRAFT)
        if self.pk and not harmless and frozen.exists():
            raise StateError(
                Fault(
                    "DOC-020",
                    gettext("the document was issued or made void already"),
                    hint=gettext("make a new document if another one is needed"),
                )
            )
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never: a document that has a number is made void instead."""
        raise models.ProtectedError("documents are made void, not deleted", {self})


class NumberSeries(models.Model):
    """The last number that one form of one office has given in a year; its row is locked to take the next."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    template = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """Options."""

        verbose_name = _("series of document numbers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "template", "year"], name="number_series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.year}: {self.last}"


class TemplateVersionQuerySet(VisibleQuerySet["TemplateVersion"]):
    """Replaced templates."""

    def scope(self, user: User) -> Q:
        """Those of one's own procuratorate, for who works with them or looks after them."""
        office = user.procuratorate
        if office is None or not user.has_role(
            Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF, Role.FINANCE, Role.SYSTEM_ADMIN
        ):
            return NOTHING
        return Q(organisation=office.pk)

    def in_use(self) -> TemplateVersionQuerySet:
        """Those that new documents are made from."""
        return self.filter(active=True)


class TemplateVersion(models.Model):
    """A template with which an office has replaced the shipped one; earlier versions stay."""

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Kind.PROCURATORATE},
        verbose_name=_("organisation"),
    )
    template = models.CharField(_("form"), max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    digest = models.CharField(_("digest"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200)
    active = models.BooleanField(_("in use"), default=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(pgettext_lazy("time", "uploaded"), auto_now_add=True)

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("template")
        ordering: ClassVar = ["template", "-uploaded_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "template"], condition=Q(active=True), name="one_template_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.uploaded_at:%Y-%m-%d}"

    @property
    def form(self) -> Form:
        """The form it is for."""
        return form_of(self.template)
