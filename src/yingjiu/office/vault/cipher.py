"""SM4-GCM (GB/T 32907, GB/T 36624) over short texts, each bound to the field that keeps it.

A stored value is ``<key id>:<base64 of nonce, ciphertext and tag>``. The name of the field is authenticated
with it: a value copied into another column does not open. The nonce is random, 96 bits: a key stands for
2³² values, so rotate long before.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.vault.errors import SecretError
from yingjiu.office.vault.keys import key_ring

__all__ = ["decrypt", "encrypt", "key_id_of"]

NONCE: Final = 12
TAG: Final = 16
STORED: Final = re.compile(r"(k\d+-[0-9a-f]{6}):([A-Za-z0-9+/]+={0,2})")


def encrypt(text: str, bound_to: str) -> str:
    """Encrypt a text with the ring's current key.

    Args:
        text: what to hide.
        bound_to: the field that keeps it, as ``people.Person.id_number``.
    """
    key = key_ring().current("encrypt")
    nonce = secrets.token_bytes(NONCE)
    encryptor = Cipher(SM4(key.secret), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound_to.encode())
    hidden = encryptor.update(text.encode()) + encryptor.finalize()
    return f"{key.id}:{base64.b64encode(nonce + hidden + encryptor.tag).decode('ascii')}"


def decrypt(stored: str, bound_to: str) -> str:
    """Open a stored value.

    Args:
        stored: as the database keeps it.
        bound_to: the field that keeps it.

    Raises:
        SecretError: ``VLT-005`` it is not encrypted; ``VLT-006`` it was changed, or moved from elsewhere.
        KeyRingError: ``VLT-004`` the ring lacks its key.
    """
    found = STORED.fullmatch(stored)
    if found is None:
        raise SecretError(
            Fault(
                "VLT-005",
                _("a value is stored that is not encrypted"),
                path=bound_to,
                hint=_("run check_vault to see where, and save the value again through the office"),
            )
        )
    key = key_ring().find(found[1])
    try:
        packed = base64.b64decode(found[2], validate=True)
        decryptor = Cipher(SM4(key.secret), GCM(packed[:NONCE], packed[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(bound_to.encode())
        return (decryptor.update(packed[NONCE:-TAG]) + decryptor.finalize()).decode()
    except (InvalidTag, ValueError):  # a cut value has no nonce or tag
        raise SecretError(
            Fault(
                "VLT-006",
                _("a stored value does not open: it was changed outside the office, or moved"),
                path=bound_to,
                hint=_("restore this row from the backup; run check_vault to find all such values"),
            )
        ) from None


def key_id_of(stored: str) -> str | None:
    """The id of the key of a stored value; None if it is not encrypted."""
    found = STORED.fullmatch(stored)
    return found[1] if found else None
