"""What the model with secrets looks like, in whichever app it is declared."""

from __future__ import annotations

from typing import Any

from django.db import models

from yingjiu.office.vault.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from yingjiu.office.vault.index import normalise_id, normalise_phone


def declare(label: str) -> Any:
    """Declare ``Secret``."""

    class Secret(models.Model):
        name = EncryptedTextField(blank=True)
        id_number = EncryptedTextField(blank=True)
        id_index = BlindIndexField(source="id_number", normalise=normalise_id)
        phone = EncryptedTextField(null=True)  # type: ignore[misc] # the field is typed for the usual case
        phone_index = BlindIndexField(source="phone", normalise=normalise_phone)
        finding = EncryptedJSONField(default=dict, blank=True)

        class Meta:
            app_label = label

        def __str__(self) -> str:
            return str(self.pk)

    return Secret
