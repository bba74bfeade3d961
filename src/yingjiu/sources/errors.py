"""What can go wrong while agency data are read and loaded.

::

    YingjiuError
    ├── DeclarationError            a source file (YAML) is wrong: SRC-051 to SRC-068, beside DCL-nnn
    ├── ReaderError                 a file or database cannot be read: SRC-001 to SRC-020 (readers/)
    └── SourceError                 the data cannot be taken in
        ├── StructureError          files, columns or dates are not as declared: SRC-201 to SRC-210
        └── LoadStoppedError        a load was stopped and the pool left untouched: SRC-220 to SRC-222
            └── TooManyRejectedError    the share of rejected rows passed the declared limit: SRC-220

Rows that break a rule are not errors: they go to the quarantine under SRC-030 to SRC-035 (the reader could
not read the row) or SRC-1nn (``rules.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yingjiu.errors import Fault, YingjiuError

if TYPE_CHECKING:
    from yingjiu.sources.report import LoadReport

__all__ = ["LoadStoppedError", "SourceError", "StructureError", "TooManyRejectedError"]


class SourceError(YingjiuError):
    """The data of a source cannot be taken in."""


class StructureError(SourceError):
    """Files, columns or dates are not as the source declares them. Nothing was loaded."""


class LoadStoppedError(SourceError):
    """A load was stopped; the pool is as it was before."""


class TooManyRejectedError(LoadStoppedError):
    """More rows were rejected than the source allows; the quarantine was written all the same.

    Args:
        fault: what is wrong.
        report: what the load would have been.
    """

    def __init__(self, fault: Fault, report: LoadReport) -> None:
        super().__init__(fault)
        self.report = report
