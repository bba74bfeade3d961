"""What kind of file this is, decided by its content."""

from __future__ import annotations

import mmap
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from yingjiu.language import _
from yingjiu.sources.readers.errors import ReaderError, reader_error

__all__ = ["FileKind", "kind_of"]

_HEAD: Final = 65536


class FileKind(StrEnum):
    """Kinds of files that are read."""

    TEXT = "csv"
    XLS = "xls"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"


def kind_of(path: Path) -> FileKind:
    """Decide by the content what a file is.

    Args:
        path: the file.

    Returns:
        Its kind.

    Raises:
        ReaderError: ``SRC-001`` to ``SRC-004`` it cannot be opened or is empty, ``SRC-006`` to ``SRC-011``
            it is nothing that holds a table.
    """
    head = _head_of(path)
    name = path.name
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path)
    if head.startswith(b"PAR1"):
        return FileKind.PARQUET
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise _other(name, what)
    if head.startswith((b"\x09\x04", b"\x09\x02", b"\x09\x00\x04\x00", b"\x09\x08")):
        return FileKind.XLS  # a bare BIFF stream, as old exporters write it
    return _text_kind(head, name)


def _head_of(path: Path) -> bytes:
    name = path.name or str(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise reader_error(
            "SRC-001", _("there is no such file"), str(path), hint=_("check the path")
        ) from None
    except IsADirectoryError:
        hint = _("name a file in it, or use a pattern such as *.xlsx")
        raise reader_error("SRC-002", _("this is a folder, not a file"), str(path), hint=hint) from None
    except PermissionError:
        if path.is_dir():  # what Windows says of a folder
            hint = _("name a file in it, or use a pattern such as *.xlsx")
            raise reader_error("SRC-002", _("this is a folder, not a file"), str(path), hint=hint) from None
        hint = _("close it in other programs, or ask its owner for the right to read it")
        raise reader_error("SRC-003", _("no permission to read this file"), str(path), hint=hint) from None
    except OSError as error:
        raise reader_error(
            "SRC-003", _("the file cannot be opened"), str(path), found=error.strerror
        ) from None
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        hint = _("the export may have failed; ask the agency to send it again")
        raise reader_error("SRC-004", _("the file is empty"), name, hint=hint)
    return head


_OTHERS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"ARROW1", "Arrow"),
)


def _other(name: str, what: str) -> ReaderError:
    match what:
        case "RAR" | "7z" | "gzip" | "bzip2" | "xz" | "zstd":
            hint = _("unpack the archive and load the files in it")
        case "SQLite":
            hint = _("declare it as a database (sqlite:///...) instead of a file")
        case "Arrow":
            hint = _("save it as Parquet")
        case _other_kind:
            hint = _("ask the agency for the table itself, as XLSX or CSV")
    message = _("this is a {what} file, which is not read as a table").format(what=what)
    return reader_error("SRC-011", message, name, hint=hint)


def _resave() -> str:
    return _("open it in Excel or WPS, choose Save As, type “Excel workbook (*.xlsx)”, and send that file")


def _zip_kind(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise reader_error(
            "SRC-009",
            _("the workbook or archive is cut off or damaged"),
            path.name,
            hint=_("copy or download it again and compare the sizes; then ask the agency to send it again"),
        ) from None
    known = set(names)
    if known & {"xl/workbook.xml", "xl/workbook.bin"} or _is_spreadsheet(names):
        return FileKind.XLSX
    if "word/document.xml" in known:
        raise _other(path.name, "Word")
    if "ppt/presentation.xml" in known:
        raise _other(path.name, "PowerPoint")
    shown = ", ".join(name.rsplit("/", 1)[-1] for name in names[:3] if not name.endswith("/"))
    raise reader_error(
        "SRC-008",
        _("this is a zip archive, not a workbook"),
        path.name,
        found=_("{count} files: {names}").format(count=len(names), names=shown),
        hint=_("unpack the archive and load the files in it"),
    )


def _is_spreadsheet(names: list[str]) -> bool:
    """OpenDocument, and writers that use other capitals or a leading slash."""
    low = {name.lower().lstrip("/").replace("\\", "/") for name in names}
    return "xl/workbook.xml" in low or {"content.xml", "mimetype"} <= low


def _ole_kind(path: Path) -> FileKind:
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def has(stream_name: str) -> bool:
            return content.find(stream_name.encode("utf-16-le")) >= 0

        if has("EncryptedPackage"):
            raise password_error(path.name)
        if has("Workbook") or has("Book"):
            return FileKind.XLS
        if has("WordDocument"):
            raise _other(path.name, "Word")
    raise reader_error(
        "SRC-009",
        _("this is an old Office file without a workbook in it, or it is damaged"),
        path.name,
        hint=_resave(),
    )


def password_error(name: str) -> ReaderError:
    """The error about a workbook that is protected by a password."""
    return reader_error(
        "SRC-007",
        _("the workbook is protected by a password"),
        name,
        hint=_("open it with the password, remove it (File, Info, Protect Workbook), save, and load again"),
    )


def _text_kind(head: bytes, name: str) -> FileKind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").lstrip("\ufeff \t\r\n").lower()
        binary = False
    else:
        start = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().lower()
        control = sum(head.count(byte) for byte in _CONTROL)
        binary = b"\x00" in head or control * 100 > len(head)
    if start.startswith(
        ("<html", "<!doctype", "<table", "<meta", "<head", "<style", "<div", "mime-version:")
    ):
        raise _page_error(name, _("this is a web page (HTML) that was given the name of a table"))
    if start.startswith(("<?xml", "<workbook")):
        if "<html" in start or ("<table" in start[:2000] and "<workbook" not in start):
            raise _page_error(name, _("this is a web page (HTML) that was given the name of a table"))
        raise _page_error(name, _("this is an XML file (XML Spreadsheet 2003 or other), not a workbook"))
    if binary:
        raise reader_error(
            "SRC-010",
            _("this is no table: the content is neither text nor a known kind of file"),
            name,
            hint=_("it may be damaged, encrypted or UTF-16 without a mark; ask for XLSX or CSV in UTF-8"),
        )
    if start.startswith("{"):
        return FileKind.JSON_LINES
    if start.startswith("[") and start[1:].lstrip().startswith(("{", "]")):
        raise reader_error(
            "SRC-011",
            _("this is one JSON array, not JSON lines"),
            name,
            hint=_("write each object on a line of its own, without commas and brackets around them"),
        )
    return FileKind.TEXT


_CONTROL: Final = tuple(bytes([code]) for code in (*range(1, 9), 14, 15, *range(16, 26), *range(28, 32), 127))


def _page_error(name: str, message: str) -> ReaderError:
    return reader_error("SRC-006", message, name, hint=_resave())
