"""Files kept encrypted on the disk, and uploads that are still on their way."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.visibility import VisibleQuerySet
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["StoredFile", "Upload", "UploadState"]


class OwnFiles(SealableQuerySet["StoredFile"]):
    """Stored files."""

    def scope(self, user: User) -> Q:
        """What one has stored oneself; who else sees a file is for the model that owns it to say."""
        return Q(owner=user.pk)


class StoredFile(models.Model):
    """A file, encrypted below ``YINGJIU_FOLDER/files``; the row is made when the file is whole.

    ``token`` is its name on the disk. A file that nothing owns (``attached`` is false) is collected a day
    later. ``digest`` is the SM3 of the content.
    """

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = EncryptedTextField()
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    kind = models.CharField(_("kind"), max_length=10)
    digest = models.CharField(_("digest"), max_length=64)
    has_place = models.BooleanField(_("the photo tells where it was taken"), default=False)
    attached = models.BooleanField(default=False)
    sealed = models.BooleanField(_("sealed"), default=False, editable=False)
    owner = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("stored"), default=timezone.now)

    objects = OwnFiles.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("file")
        indexes: ClassVar = [models.Index(fields=["attached", "created_at"], name="file_garbage")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is downloaded."""
        return reverse("files:download", args=[self.pk])

    @property
    def is_image(self) -> bool:
        """Whether a page can show it."""
        return self.kind in {"jpeg", "png"}


class UploadState(models.TextChoices):
    """Where an upload stands."""

    OPEN = "open", _("on its way")
    FINISHED = "finished", _("finished")


class OwnUploads(VisibleQuerySet["Upload"]):
    """Uploads."""

    def scope(self, user: User) -> Q:
        """One's own."""
        return Q(owner=user.pk)


class Upload(models.Model):
    """A file that arrives in chunks; ``received`` bytes are safely on the disk.

    ``resume`` is the same for the same file of the same user, so that it goes on after the page was closed;
    ``digests`` holds the SHA-256 of each chunk.
    """

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = EncryptedTextField()
    resume = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    expected = models.JSONField(default=list, blank=True)
    digests = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.OPEN)
    stored = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    objects = OwnUploads.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("upload")
        indexes: ClassVar = [models.Index(fields=["state", "touched_at"], name="upload_garbage")]

    def __str__(self) -> str:
        return str(self.token)
