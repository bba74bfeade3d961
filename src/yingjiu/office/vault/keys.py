"""The key ring: ``keys.json`` in the office's folder, readable by its user only.

Without it nothing that is encrypted can ever be read again: it belongs into the backup, apart from the
database. It is made at first use, and never made anew while the database holds encrypted data. Its keys have
ids (``k1-3f9c07``: a number, and the beginning of the key's SM3 digest), and each stored value names its key,
so that keys can be changed while people work (:mod:`yingjiu.office.vault.rotation`).

What else is to be encrypted, such as a file on the disk, gets a random key of its own that is kept in an
``EncryptedTextField``: it then takes part in the rotation without a line of code.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.conf import settings
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.vault.errors import KeyRingError
from yingjiu.office.vault.locks import exclusive

__all__ = [
    "Key",
    "KeyRing",
    "Use",
    "add_key",
    "held_ring",
    "key_file",
    "key_ring",
    "make_key_file",
    "retire_keys",
]

Use = Literal["encrypt", "index"]

SIZES: Final[dict[Use, int]] = {"encrypt": 16, "index": 32}
"""Bytes of a key: SM4 takes 128 bits, HMAC-SM3 a digest's length."""
PREFIXES: Final[dict[Use, str]] = {"encrypt": "k", "index": "i"}
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the ring; its secret is never printed."""

    id: str
    secret: bytes = field(repr=False)
    made_at: str


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys in use; the last of each kind is the one that writes.

    Attributes:
        encrypt: SM4 keys, oldest first.
        index: HMAC-SM3 keys, oldest first.
    """

    encrypt: tuple[Key, ...]
    index: tuple[Key, ...]

    def of(self, use: Use) -> tuple[Key, ...]:
        """The keys of one use, oldest first."""
        return self.encrypt if use == "encrypt" else self.index

    def current(self, use: Use) -> Key:
        """The key that writes."""
        return self.of(use)[-1]

    def find(self, key_id: str) -> Key:
        """An SM4 key by its id.

        Raises:
            KeyRingError: ``VLT-004`` the ring does not hold it.
        """
        for key in reversed(self.encrypt):
            if key.id == key_id:
                return key
        raise KeyRingError(
            Fault(
                "VLT-004",
                _("the key ring lacks the key of a stored value"),
                str(key_file()),
                found=key_id[:20],
                hint=_("restore keys.json from the backup that belongs to this database"),
            )
        )


_READ: dict[str, tuple[tuple[int, int, int], KeyRing]] = {}
"""Rings as read, with what tells whether the file has changed since."""
_HELD = threading.local()
"""Of each thread: the ring that a batch of work goes on with."""


def key_file() -> Path:
    """Where the keys are kept."""
    return Path(settings.YINGJIU_FOLDER) / "keys.json"


def key_ring() -> KeyRing:
    """The keys, read again whenever the file has changed; made at first use.

    Raises:
        KeyRingError: ``VLT-001`` the file is missing and the database holds encrypted data; ``VLT-002`` it is
            damaged; ``VLT-003`` others may read it.
    """
    held: KeyRing | None = getattr(_HELD, "ring", None)
    if held is not None:
        return held
    place = os.path.join(settings.YINGJIU_FOLDER, "keys.json")  # noqa: PTH118 - asked for with every value
    try:
        stat = os.stat(place)  # noqa: PTH116 - as above
    except FileNotFoundError:
        _refuse_new_keys(key_file())
        make_key_file(key_file())
        stat = os.stat(place)  # noqa: PTH116 - as above
    state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    read = _READ.get(place)
    if read is None or read[0] != state:
        path = key_file()
        if os.name == "posix" and stat.st_mode & 0o077:
            raise KeyRingError(
                Fault(
                    "VLT-003",
                    _("other users of this computer may read the keys"),
                    str(path),
                    found=oct(stat.st_mode & 0o777),
                    hint=_("take their right away: chmod 600 keys.json"),
                )
            )
        read = _READ[place] = (state, _parsed(path))
    return read[1]


@contextmanager
def held_ring() -> Iterator[KeyRing]:
    """Go on with the keys of now, without looking at their file with every value.

    For a batch that is written at once: a key that is added meanwhile writes from the next batch on. Hold it
    for a second, not for a whole load, since what is written under a key must be there before it is retired.
    """
    outer, _HELD.ring = getattr(_HELD, "ring", None), key_ring()
    try:
        yield _HELD.ring
    finally:
        _HELD.ring = outer


def make_key_file(path: Path) -> None:
    """Make the first keys, if no other process was quicker.

    Args:
        path: of the file; of two processes that make it at once, both then read what the first one made.
    """
    made = KeyRing((_new_key("encrypt", 1),), (_new_key("index", 1),))
    partial = _written(path, made)
    try:
        partial.replace(path) if os.name == "nt" else os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink(missing_ok=True)
    _sync_folder(path.parent)


def add_key(use: Use) -> Key:
    """Add a key that writes from now on; the older ones go on reading."""
    ring = key_ring()
    with exclusive(key_file().with_name("keys.lock")):
        ring = key_ring()
        number = 1 + max(int(key.id[1:].split("-")[0]) for key in ring.of(use))
        key = _new_key(use, number)
        _replace(_with(ring, use, (*ring.of(use), key)))
    return key


def retire_keys(use: Use) -> tuple[Key, ...]:
    """Remove all keys of a use but the one that writes; nothing may be kept under them any more.

    Returns:
        What was removed.
    """
    with exclusive(key_file().with_name("keys.lock")):
        ring = key_ring()
        _replace(_with(ring, use, ring.of(use)[-1:]))
    return ring.of(use)[:-1]


def _with(ring: KeyRing, use: Use, keys: tuple[Key, ...]) -> KeyRing:
    return replace(ring, encrypt=keys) if use == "encrypt" else replace(ring, index=keys)


def _refuse_new_keys(path: Path) -> None:
    from yingjiu.office.vault.kept import encrypted_data  # noqa: PLC0415 - fields use this module

    kept = encrypted_data()
    if kept:
        raise KeyRingError(
            Fault(
                "VLT-001",
                _("the keys are missing, and the database holds encrypted data"),
                str(path),
                found=kept,
                hint=_("restore keys.json from the backup; new keys could not read what is there"),
            )
        )


def _fingerprint(secret: bytes) -> str:
    digest = Hash(SM3())
    digest.update(secret)
    return digest.finalize().hex()[:6]


def _new_key(use: Use, number: int) -> Key:
    secret = secrets.token_bytes(SIZES[use])
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Key(f"{PREFIXES[use]}{number}-{_fingerprint(secret)}", secret, made_at)


def _parsed(path: Path) -> KeyRing:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rings = _parsed_keys(told)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise KeyRingError(
            Fault(
                "VLT-002",
                _("the key file is damaged"),
                str(path),
                found=type(error).__name__,
                hint=_("restore keys.json from the backup that belongs to this database"),
            )
        ) from None
    return KeyRing(rings["encrypt"], rings["index"])


def _parsed_keys(told: dict[str, Any]) -> dict[Use, tuple[Key, ...]]:
    rings = {use: tuple(_parsed_key(use, each) for each in told[use]) for use in SIZES}
    if told["format"] != FORMAT or not all(rings.values()):
        raise ValueError("format")
    return rings


def _parsed_key(use: Use, told: dict[str, str]) -> Key:
    secret = base64.b64decode(told["key"], validate=True)
    key = Key(told["id"], secret, told["made_at"])
    if len(secret) != SIZES[use] or not key.id.endswith(f"-{_fingerprint(secret)}"):
        raise ValueError("key")
    return key


def _replace(ring: KeyRing) -> None:
    path = key_file()
    _written(path, ring).replace(path)
    _sync_folder(path.parent)


def _written(path: Path, ring: KeyRing) -> Path:
    """Write a ring beside its place, down to the disk."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "note": "Keys of the office's encrypted data. Keep a backup apart from the database's.",
        **{
            use: [
                {"id": key.id, "made_at": key.made_at, "key": base64.b64encode(key.secret).decode("ascii")}
                for key in ring.of(use)
            ]
            for use in SIZES
        },
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return partial


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
