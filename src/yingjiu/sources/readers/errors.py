"""What readers say when a file or a database is not what it should be.

::

    YingjiuError
    └── ReaderError                 nothing, or nothing more, can be read from here

======== ======================================================== ==================================
code     what is wrong                                            what becomes of it
======== ======================================================== ==================================
SRC-001  there is no such file                                    ReaderError
SRC-002  it is a folder                                           ReaderError
SRC-003  no permission to read it                                 ReaderError
SRC-004  the file is empty                                        ReaderError
SRC-005  there is a header and no row below it                    ReaderError
SRC-006  a web page (HTML, MHTML) or XML 2003 named like a table  ReaderError
SRC-007  protected by a password                                  ReaderError
SRC-008  a zip archive that is no workbook                        ReaderError
SRC-009  damaged or cut off                                       ReaderError
SRC-010  no table at all: unknown binary content                  ReaderError
SRC-011  a known kind of file that holds no table for us          ReaderError
SRC-012  no header row found                                      ReaderError
SRC-013  a needed header stands over two columns                  ReaderError
SRC-014  a named sheet does not exist                             ReaderError
SRC-015  the text is in another encoding than declared or known   ReaderError
SRC-016  the declared header row is not in the file               ReaderError
SRC-018  the database cannot be reached                           ReaderError
SRC-019  the query failed                                         ReaderError
SRC-020  no driver for this database is installed                 ReaderError
SRC-030  a row has more cells than the header                     BrokenRow
SRC-031  a row has fewer cells than the header                    BrokenRow
SRC-032  a quote is opened and never closed                       BrokenRow
SRC-033  bytes that are no text in the encoding of the file       BrokenRow
SRC-034  a line is not readable JSON                              BrokenRow
SRC-035  a line is JSON but no object                             BrokenRow
======== ======================================================== ==================================
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import N_, _

__all__ = ["BROKEN_ROW_CODES", "ReaderError", "reader_error"]


BROKEN_ROW_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SRC-030": N_("a row has more cells than the header"),
        "SRC-031": N_("a row has fewer cells than the header"),
        "SRC-032": N_("a quote is opened and never closed"),
        "SRC-033": N_("bytes that are no text in the encoding of the file"),
        "SRC-034": N_("a line is not readable JSON"),
        "SRC-035": N_("a line is JSON but no object"),
    }
)
"""Codes that a :class:`~yingjiu.sources.readers.BrokenRow` may carry, with their message ids."""


class ReaderError(YingjiuError):
    """A file or database cannot be read, or cannot be read further. Codes ``SRC-001`` to ``SRC-020``."""


def reader_error(
    code: str,
    message: str,
    file: str,
    *,
    path: str | None = None,
    found: str | None = None,
    hint: str | None = None,
) -> ReaderError:
    """Make an error with one fault.

    Args:
        code: one of the table above.
        message: translated text.
        file: the file as the user named it.
        path: sheet or place within it.
        found: what stands there; never personal data.
        hint: translated text, what to do.

    Returns:
        The error, to be raised.
    """
    return ReaderError(
        Fault(code, message, file, None, path, found, hint or _("send the file back to its agency"))
    )
