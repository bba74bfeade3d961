"""The chain: each event holds the SM3 digest (GB/T 32905) of itself and of the one before it.

The digest is taken over canonical JSON, so that any program can compute it again: the keys of
:data:`FIELDS` in alphabetical order, no white space, UTF-8, the moment in UTC with microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SM3, Hash

__all__ = ["FIELDS", "ORIGIN", "digest_of"]

ORIGIN: Final = "0" * 64
"""What the first event holds in place of a digest before it."""

FIELDS: Final = (
    "sequence",
    "at",
    "user_id",
    "user_name",
    "organisation_id",
    "organisation_name",
    "action",
    "subject_type",
    "subject_id",
    "purpose",
    "detail_text",
    "address",
    "previous",
)
"""What the digest covers: all columns but the digest."""


def digest_of(event: Mapping[str, Any]) -> str:
    """The digest of an event, from its columns by name."""
    at = event["at"]
    told = {name: event[name] for name in FIELDS} | {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(at, datetime) else str(at)
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = Hash(SM3())
    digest.update(text.encode())
    return digest.finalize().hex()
