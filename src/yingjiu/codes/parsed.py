"""What a column of ID numbers says, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yingjiu.codes.status import IdStatus

__all__ = ["NO_BIRTH", "ParsedIds"]

NO_BIRTH: Final = int(np.iinfo(np.int32).min)
"""Stands for a birth that is not known."""


@dataclass(frozen=True, slots=True)
class ParsedIds:
    """A column of ID numbers, taken apart; every array has one value a row.

    Attributes:
        keys: int64, the person keys; 0 where faulty.
        status: uint8, values of :class:`IdStatus`.
        category: uint8, digit of the disability category (GB/T 26341); 0 = none.
        grade: uint8, grade of the disability certificate; 0 = none.
        birth: int32, days since 1970-01-01; the least int32 where faulty.
    """

    keys: NDArray[np.int64]
    status: NDArray[np.uint8]
    category: NDArray[np.uint8]
    grade: NDArray[np.uint8]
    birth: NDArray[np.int32]

    @property
    def ok(self) -> NDArray[np.bool_]:
        """Where the number identifies a person."""
        return self.status < IdStatus.EMPTY

    @property
    def id_status(self) -> Any:
        """Arrow strings: codes of the list ``id_status``."""
        codes = [IdStatus(value).code if value in _STATUSES else None for value in range(max(_STATUSES) + 1)]
        return pa.array(codes).take(pa.array(self.status))

    @property
    def sex(self) -> Any:
        """Arrow strings: ``male`` or ``female`` from the number; NULL where faulty."""
        return pa.array(["female", "male"]).take(pa.array((self.keys % 2).astype(np.uint8), mask=~self.ok))

    @property
    def birth_date(self) -> Any:
        """Arrow dates; NULL where faulty."""
        return pa.array(self.birth, pa.int32(), mask=~self.ok).cast(pa.date32())

    @property
    def region(self) -> Any:
        """Arrow strings: the six digits of the place of first registration; NULL where faulty."""
        return pa.array(self.keys // 10**11, mask=~self.ok).cast(pa.string())


_STATUSES: Final = frozenset(int(status) for status in IdStatus)
