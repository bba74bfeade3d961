"""The encoding of a text file, decided by its content, and its bytes as UTF-8 blocks of whole lines."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from yingjiu.language import _
from yingjiu.sources.readers.errors import ReaderError, reader_error

__all__ = ["BLOCK", "Block", "Encoding", "encoding_of", "text_blocks"]

BLOCK: Final = 8 << 20
"""Bytes read at a time."""
_SAMPLE: Final = 4 << 20
_LONGEST: Final = 64 << 20
"""Bytes without a line end from which on a file is no table."""
_BAD_SHARE: Final = 0.02
_BAD_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and the mark at the beginning of the file.

    Attributes:
        codec: name of the Python codec, without a mark.
        mark: bytes of the byte order mark to skip.
        certain: False if it was only the likelier of two.
    """

    codec: str
    mark: int = 0
    certain: bool = True

    @property
    def label(self) -> str:
        """As people call it."""
        return {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(
            self.codec, self.codec
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, in UTF-8, each ended by a line feed except perhaps the last of the file.

    Attributes:
        content: the lines.
        bad: (number of the line in this block from 0, what is wrong) for each line that could not be
            decoded; such a line is left empty in ``content``.
    """

    content: bytes
    bad: tuple[tuple[int, str], ...] = ()


def encoding_of(path: Path, declared: str = "auto") -> Encoding:
    """Decide the encoding: by its mark, else UTF-8 if the whole file is, else the one with fewer bad lines.

    Args:
        path: a text file.
        declared: ``auto``, or a codec, which is then believed unless a mark contradicts it.

    Returns:
        The encoding.

    Raises:
        ReaderError: ``SRC-015`` there is no such encoding.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
        for mark, codec in (
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ):
            if start.startswith(mark):
                return Encoding(codec, len(mark))
        if declared != "auto":
            return Encoding(_known(declared, path.name))
        stream.seek(0)
        wrong_at = _first_fault(stream)
        if wrong_at is None:
            return Encoding("utf-8")
        stream.seek(0)
        sample = stream.read(_SAMPLE)
        if wrong_at > _SAMPLE // 2:
            stream.seek(wrong_at - _SAMPLE // 2)
            stream.readline()
            sample += stream.read(_SAMPLE)
    lines = sample.split(b"\n")[:-1] or [sample]
    utf8, gb = _bad_lines(lines, "utf-8"), _bad_lines(lines, "gb18030")
    return Encoding("utf-8" if utf8 <= gb else "gb18030", certain=min(utf8, gb) == 0)


def _known(declared: str, name: str) -> str:
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        raise reader_error(
            "SRC-015",
            _("there is no encoding of this name"),
            name,
            found=declared,
            hint=_("write auto, utf-8, gb18030 or utf-16"),
        ) from None
    return {"utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "ascii": "utf-8"}.get(
        codec, "utf-16-le" if codec == "utf-16" else codec
    )


def _first_fault(stream: BinaryIO) -> int | None:
    """Byte offset of the first bytes that are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    while block := stream.read(BLOCK):
        kept = len(decoder.getstate()[0])
        if not (kept == 0 and block.isascii()):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return offset - kept + error.start
        offset += len(block)
    return offset if decoder.getstate()[0] else None


def _bad_lines(lines: list[bytes], codec: str) -> int:
    return sum(1 for line in lines if not line.isascii() and _fault_in(line, codec) is not None)


def _fault_in(line: bytes, codec: str) -> int | None:
    try:
        line.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    return None


def text_blocks(path: Path, encoding: Encoding, size: int = BLOCK) -> Iterator[Block]:
    """Read a text file as UTF-8 blocks of whole lines, in constant memory.

    Line ends of old Macs (a lone carriage return) become line feeds when the file has no line feed in its
    first block.

    Args:
        path: the file.
        encoding: as :func:`encoding_of` found it.
        size: bytes read at a time; a single line may be longer.

    Yields:
        Blocks, the last one perhaps without a final line feed.

    Raises:
        ReaderError: ``SRC-010`` there are no line ends, ``SRC-015`` so many lines cannot be decoded that
            the encoding must be another one.
    """
    wide = encoding.codec.startswith("utf-16")
    feed = "\n".encode(encoding.codec) if wide else b"\n"
    bad = lines = offset = 0
    mac: bool | None = None
    with path.open("rb") as stream:
        offset = stream.seek(encoding.mark)
        kept: list[bytes] = []
        while True:
            read = stream.read(size)
            if mac is None:
                mac = not wide and b"\n" not in read and b"\r" in read
            if mac:
                read = read.replace(b"\r", b"\n")
            end = _last_feed(read, feed, sum(map(len, kept)) if wide else 0)
            if read and end == 0:
                kept.append(read)
                if sum(map(len, kept)) > _LONGEST:
                    raise _no_lines(path)
                continue
            raw = b"".join((*kept, read[:end] if read else b""))
            kept = [read[end:]]
            if raw:
                block = _decoded(raw, encoding, offset)
                offset += len(raw)
                bad += len(block.bad)
                lines += block.content.count(b"\n")
                if bad > max(_BAD_FEW, lines * _BAD_SHARE):
                    raise _wrong_encoding(path, encoding, block.bad[0][1])
                yield block
            if not read:
                return


def _last_feed(read: bytes, feed: bytes, before: int) -> int:
    """End of the last whole line in ``read``."""
    if len(feed) == 1:
        return read.rfind(feed) + 1
    at = len(read)
    while (at := read.rfind(feed, 0, at)) >= 0:
        if (at + before) % 2 == 0:
            return at + 2
        at += 1
    return 0


def _decoded(raw: bytes, encoding: Encoding, offset: int) -> Block:
    try:
        if encoding.codec == "utf-8":
            if not raw.isascii():
                raw.decode()
            return Block(raw)
        return Block(raw.decode(encoding.codec).encode())
    except (UnicodeDecodeError, UnicodeEncodeError):
        pass
    if encoding.codec.startswith("utf-16"):
        return _lenient_wide(raw, encoding, offset)
    good: list[bytes] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(raw.split(b"\n")):
        fault = _fault_in(line, encoding.codec)
        if fault is None:
            good.append(line if encoding.codec == "utf-8" else line.decode(encoding.codec).encode())
        else:
            bad.append(
                (number, _("byte {offset} (0x{byte:02X})").format(offset=offset + fault, byte=line[fault]))
            )
            good.append(b"")
        offset += len(line) + 1
    return Block(b"\n".join(good), tuple(bad))


def _lenient_wide(raw: bytes, encoding: Encoding, offset: int) -> Block:
    """UTF-16 with half a character in it, or cut off in the middle of one."""
    good: list[str] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(
        raw[: len(raw) // 2 * 2].decode(encoding.codec, errors="surrogatepass").split("\n")
    ):
        try:
            line.encode()
            good.append(line)
        except UnicodeEncodeError as error:
            bad.append((number, _("byte {offset}").format(offset=offset + 2 * error.start)))
            good.append("")
        offset += 2 * len(line) + 2
    return Block("\n".join(good).encode(), tuple(bad))


def _no_lines(path: Path) -> ReaderError:
    return reader_error(
        "SRC-010",
        _("this is no table: there is no line end within {size} MiB").format(size=_LONGEST >> 20),
        path.name,
        hint=_("ask the agency to export it again, one row a line"),
    )


def _wrong_encoding(path: Path, encoding: Encoding, where: str) -> ReaderError:
    return reader_error(
        "SRC-015",
        _("this is not {encoding}, and not another encoding that is known here").format(
            encoding=encoding.label
        ),
        path.name,
        path=where,
        hint=_(
            "save it as “CSV UTF-8” in Excel or WPS, or name the encoding under format in the source file"
        ),
    )
