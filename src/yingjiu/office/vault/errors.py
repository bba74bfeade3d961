"""Errors of the vault.

::

    VaultError
    ├── KeyRingError          keys are missing, damaged or open to others (VLT-001 to VLT-004)
    ├── SecretError           a stored value is not encrypted, or does not open (VLT-005, VLT-006)
    ├── EncryptedLookupError  a query compares an encrypted field (VLT-007)
    ├── BlindIndexError       nothing to index (VLT-008)
    └── RotationError         a rotation cannot go on (VLT-009 to VLT-011)

No message holds a value: neither the stored text nor what it hides.
"""

from __future__ import annotations

from django.core.exceptions import FieldError

from yingjiu.office.errors import OfficeError

__all__ = [
    "BlindIndexError",
    "EncryptedLookupError",
    "KeyRingError",
    "RotationError",
    "SecretError",
    "VaultError",
]


class VaultError(OfficeError):
    """Something of the vault is wrong."""


class KeyRingError(VaultError):
    """The keys cannot be used as they are."""


class SecretError(VaultError):
    """A stored value is not what an encrypted field keeps."""


class EncryptedLookupError(VaultError, FieldError):
    """A query compares an encrypted field; only its blind index can be searched."""


class BlindIndexError(VaultError):
    """There is nothing to index."""


class RotationError(VaultError):
    """A rotation of keys cannot go on."""
