"""What can go wrong while a report is written.

::

    YingjiuError
    └── ReportError      RPT-001 the browser assets are missing, RPT-002 the file cannot be written
"""

from __future__ import annotations

from yingjiu.errors import YingjiuError

__all__ = ["ReportError"]


class ReportError(YingjiuError):
    """A report could not be written. Codes ``RPT-001`` to ``RPT-099``."""
