"""What kind of file this is: by its content, which must agree with its name."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.files.errors import FileError
from yingjiu.office.frame.errors import TooLarge

__all__ = ["KINDS", "check_name", "check_size", "clean_name", "kind_of"]

_MIB: Final = 1024 * 1024

KINDS: Final[Mapping[str, tuple[tuple[str, ...], int]]] = {
    "jpeg": (("jpg", "jpeg"), 40 * _MIB),
    "png": (("png",), 40 * _MIB),
    "pdf": (("pdf",), 200 * _MIB),
    "ofd": (("ofd",), 200 * _MIB),
    "docx": (("docx",), 100 * _MIB),
    "doc": (("doc",), 100 * _MIB),
    "xlsx": (("xlsx", "xlsm"), 1024 * _MIB),
    "xls": (("xls",), 1024 * _MIB),
    "csv": (("csv", "txt", "tsv"), 2048 * _MIB),
    "jsonl": (("jsonl", "json"), 2048 * _MIB),
    "parquet": (("parquet",), 2048 * _MIB),
    "sqlite": (("db", "sqlite", "sqlite3"), 2048 * _MIB),
    "zip": (("zip",), 1024 * _MIB),
}
"""Kind → the endings its names have, and the largest size in bytes."""

_BY_ENDING: Final = {ending: kind for kind, (endings, _size) in KINDS.items() for ending in endings}
_HEAD: Final = 65536

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF-", "pdf"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\0", "sqlite"),
)

_OTHERS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WebP / AVI"),
    (b"{\\rtf", "RTF"),
)


def clean_name(name: str) -> str:
    """The name of a file without its folders and without signs that hide what it is.

    Args:
        name: as a browser sends it.

    Returns:
        At most 255 signs.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C"
    )
    shown = shown.strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: 254 - len(ending)]}.{ending}" if dot and len(ending) < 20 else shown[:255]


def check_name(name: str, expected: Collection[str] = ()) -> str:
    """The kind that a name promises.

    Args:
        name: with its ending.
        expected: kinds that are wanted here; all unless given.

    Raises:
        FileError: ``FIL-001`` no such kind is taken here.
    """
    kind = _BY_ENDING.get(PurePosixPath(name).suffix.removeprefix(".").lower())
    wanted = [each for each in KINDS if not expected or each in expected]
    if kind not in wanted:
        endings = ", ".join(f".{ending}" for each in wanted for ending in KINDS[each][0])
        raise FileError(
            Fault(
                "FIL-001",
                _("files of this kind are not taken here"),
                found=PurePosixPath(name).suffix[:20] or _("a name without an ending"),
                hint=_("these are taken: {endings}").format(endings=endings),
            )
        )
    return str(kind)


def check_size(kind: str, size: int) -> None:
    """Refuse what is empty or too large for its kind.

    Raises:
        FileError: ``FIL-002`` it is empty.
        TooLarge: ``FIL-003``.
    """
    if size <= 0:
        raise FileError(
            Fault(
                "FIL-002",
                _("this file is empty"),
                hint=_("open it to see whether it was saved, and choose it again"),
            )
        )
    most = KINDS[kind][1]
    if size > most:
        raise TooLarge(
            Fault(
                "FIL-003",
                _("this file is larger than the {most} MB that are taken of its kind").format(
                    most=most // _MIB
                ),
                found=f"{size / _MIB:,.0f} MB",
                hint=_("save a photo or scan with a lower resolution; divide a table into several files"),
            )
        )


def kind_of(content: BinaryIO, name: str, expected: Collection[str] = ()) -> str:
    """Decide by the content what a file is, and refuse one that is not what its name says.

    Args:
        content: seekable.
        name: with its ending.
        expected: kinds that are wanted here; all unless given.

    Returns:
        The kind.

    Raises:
        FileError: ``FIL-001`` as :func:`check_name`; ``FIL-004`` the content is something else; ``FIL-005``
            it is protected by a password; ``FIL-006`` it is damaged.
    """
    named = check_name(name, expected)
    found = _found(content)
    same = found == named or (found == "text" and named in {"csv", "jsonl"})
    if not same:
        raise FileError(
            Fault(
                "FIL-004",
                _("this file is not what its name says: it is called {named}, and is {found}").format(
                    named=f".{PurePosixPath(name).suffix.removeprefix('.').lower()}", found=_told(found)
                ),
                hint=_("open it in its program, save it in the right format, and choose it again"),
            )
        )
    return named


def _found(content: BinaryIO) -> str:
    content.seek(0)
    head = content.read(_HEAD)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK"):
        return _zip_kind(content)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(content)
    if head[4:8] == b"ftyp":
        return "HEIC / MP4"
    for magic, what in _OTHERS:
        if head.startswith(magic):
            return what
    return _text_kind(head)


def _zip_kind(content: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(content) as archive:
            names = {name.lower().lstrip("/").replace("\\", "/") for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileError(
            Fault("FIL-006", _("this file is cut off or damaged"), hint=_("copy it again from where it came"))
        ) from None
    for inside, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ofd.xml", "ofd")):
        if inside in names:
            return kind
    if "xl/workbook.bin" in names:
        return "xlsx"
    return "PowerPoint" if "ppt/presentation.xml" in names else "zip"


def _ole_kind(content: BinaryIO) -> str:
    """An old Office file by the names of its streams, which stand in it in UTF-16."""
    wanted = {
        name.encode("utf-16-le"): kind
        for name, kind in (
            ("EncryptedPackage", "locked"),
            ("WordDocument", "doc"),
            ("Workbook", "xls"),
            ("Book", "xls"),
        )
    }
    seen: set[str] = set()
    content.seek(0)
    tail = b""
    while block := content.read(_MIB):
        seen |= {kind for name, kind in wanted.items() if name in tail + block}
        tail = block[-64:]
    if "locked" in seen:
        raise FileError(
            Fault(
                "FIL-005",
                _("this file is protected by a password"),
                hint=_("open it with the password, remove the password, save it, and choose it again"),
            )
        )
    return "doc" if "doc" in seen else "xls" if "xls" in seen else "OLE"


_CONTROL: Final = bytes(set(range(32)) - set(b"\t\r\n\f\x1a\x1b"))


def _text_kind(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<script", b"<svg", b"<table", b"<?xml")):
        return "HTML / XML"
    control = sum(head.count(sign) for sign in _CONTROL)
    return "binary" if control * 100 > len(head) else "text"


def _told(found: str) -> str:
    words = {
        "jpeg": _("a JPEG image"),
        "png": _("a PNG image"),
        "pdf": _("a PDF document"),
        "ofd": _("an OFD document"),
        "docx": _("a Word document"),
        "doc": _("an old Word document"),
        "xlsx": _("an Excel workbook"),
        "xls": _("an old Excel workbook"),
        "zip": _("a zip archive"),
        "text": _("plain text"),
        "parquet": _("a Parquet table"),
        "sqlite": _("an SQLite database"),
        "Windows program": _("a program"),
        "Linux program": _("a program"),
        "HTML / XML": _("a web page"),
        "binary": _("nothing that is known here"),
        "OLE": _("an old Office file of another kind"),
    }
    return words.get(found, _("a file of the kind {kind}").format(kind=found))
