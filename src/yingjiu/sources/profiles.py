"""What the values of a column look like, by looking at some thousands of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yingjiu.codes import CODE_LISTS, IdStatus, parse_ids
from yingjiu.sources.readers import CellKind
from yingjiu.sources.synonyms import synonyms

__all__ = ["Profile", "profile"]

_DATE: Final = re.compile(r"(18|19|20)\d{2}([-/.年]?)\d{1,2}(\2|月)?(\d{1,2})?日?( .*)?")
_MONEY: Final = re.compile(r"[￥¥]?-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(元|万|万元)?")
_INTEGER: Final = re.compile(r"\d{1,6}[人岁级口个]?")
_PHONE: Final = re.compile(r"(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})")
_GRADE: Final = re.compile(r"([一二三四五六七八九十]|10|[1-9])级")
_BOOLEAN: Final = frozenset({"是", "否", "有", "无", "Y", "N", "y", "n", "true", "false"})
_FEW: Final = 40


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0 to 1) of the filled cells of one column that look like something.

    Attributes:
        filled: share of cells that are not empty.
        looks: for each type of field, the share of cells that could be of it.
        certificate: share of ID numbers that are disability certificates.
        lost_precision: ID numbers that a spreadsheet has rounded.
        distinct: the different values, the commonest first, if they are few; empty if there are many.
        lists: for each code list, the share of cells whose value is known there.
    """

    filled: float
    looks: dict[str, float]
    certificate: float
    lost_precision: int
    distinct: tuple[str, ...]
    lists: dict[str, float]


def profile(column: pa.ChunkedArray, kinds: npt.NDArray[np.uint8] | None) -> Profile:
    """Look at the values of one column.

    Args:
        column: texts.
        kinds: what the cells were, if they were anything but texts.

    Returns:
        What they look like.
    """
    cells = column.to_pylist()
    values = [cell.strip() for cell in cells if cell and cell.strip()]
    if not values:
        return Profile(0.0, {}, 0.0, 0, (), {})
    parsed = parse_ids(pa.array(values, pa.string()))
    counted = Counter(values)
    dates = 0 if kinds is None else int((kinds == CellKind.DATE).sum())
    looks = {
        "id": float(parsed.ok.mean()),
        "date": max(_share(values, _DATE), dates / len(values)),
        "money": _share(values, _MONEY),
        "integer": max(_share(values, _INTEGER), _share(values, _GRADE)),
        "phone": _share(values, _PHONE),
        "boolean": sum(value in _BOOLEAN for value in values) / len(values) if len(counted) <= 3 else 0.0,
        "text": 1.0,
    }
    few = len(counted) <= _FEW and max(map(len, counted)) <= 30
    lists = {name: _known(counted, name) for name in CODE_LISTS} if few else {}
    looks["code"] = max(lists.values(), default=0.0)
    return Profile(
        len(values) / len(cells),
        looks,
        float(((parsed.status == IdStatus.CERTIFICATE) & parsed.ok).mean()),
        int((parsed.status == IdStatus.LOST_PRECISION).sum()),
        tuple(value for value, _count in counted.most_common()) if few else (),
        lists,
    )


def _share(values: list[str], pattern: re.Pattern[str]) -> float:
    return sum(1 for value in values if pattern.fullmatch(value)) / len(values)


def _known(counted: Counter[str], code_list: str) -> float:
    table = synonyms()
    known = sum(count for value, count in counted.items() if table.code_of(code_list, value) is not None)
    return known / counted.total()
