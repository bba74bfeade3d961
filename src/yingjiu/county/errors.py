"""What can go wrong in the synthetic county.

::

    YingjiuError
    └── CountyError         CTY-001 the county is too small, CTY-002 the folder cannot be used,
                            CTY-003 a library that writes a format is missing
"""

from __future__ import annotations

from yingjiu.errors import YingjiuError

__all__ = ["CountyError"]


class CountyError(YingjiuError):
    """The county cannot be made or written. Codes ``CTY-001`` to ``CTY-099``."""
