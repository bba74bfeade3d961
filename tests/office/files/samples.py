"""Small files of every kind, made here."""

from __future__ import annotations

import io
import struct
import zipfile


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "虚构")
    return buffer.getvalue()


def old_office(*streams: str) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + b"".join(stream.encode("utf-16-le") + bytes(64) for stream in streams)


def jpeg(*, position: bool = False) -> bytes:
    """A JPEG with an EXIF directory that does or does not hold a latitude."""
    latitude = struct.pack("<HHHIII", 1, 2, 5, 3, 0, 0)  # one entry, tag 2
    pointer = struct.pack("<HHII", 0x8825, 4, 1, 26) if position else struct.pack("<HHII", 0x0112, 3, 1, 1)
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + pointer + bytes(4) + latitude
    exif = b"Exif\0\0" + tiff
    return (
        b"\xff\xd8\xff\xe1"
        + struct.pack(">H", len(exif) + 2)
        + exif
        + b"\xff\xda\0\x02"
        + bytes(100)
        + b"\xff\xd9"
    )


PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)
DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
OFD = zipped("OFD.xml", "Doc_0/Document.xml")
ZIP = zipped("a.txt")
XLS = old_office("Workbook")
DOC = old_office("WordDocument")
LOCKED = old_office("EncryptedPackage", "EncryptionInfo")
CSV = "姓名,身份证号\n张三,1\n".encode("gb18030")
PROGRAM = b"MZ" + bytes(200)
HTML = b"<!doctype html><script>alert(1)</script>"

SAMPLES = {
    "jpeg": jpeg(),
    "png": PNG,
    "pdf": PDF,
    "docx": DOCX,
    "xlsx": XLSX,
    "ofd": OFD,
    "zip": ZIP,
    "xls": XLS,
    "doc": DOC,
    "locked": LOCKED,
    "csv": CSV,
    "utf-16": "姓名\n张三\n".encode("utf-16"),
    "program": PROGRAM,
    "html": HTML,
    "cut off": DOCX[: len(DOCX) // 2],
    "empty": b"",
    "noise": bytes(range(256)) * 8,
}
