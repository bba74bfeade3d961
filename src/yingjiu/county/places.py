"""The fourteen towns of the county and their villages."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = [
    "TOWNS",
    "TOWN_WEIGHTS",
    "URBAN_TOWNS",
    "VILLAGES_PER_TOWN",
    "addresses",
    "town_names",
    "village_names",
]

TOWNS: Final = (
    "虚城街道",
    "望海街道",
    "永宁镇",
    "新河镇",
    "东坝镇",
    "柳堡镇",
    "龙冈镇",
    "三里镇",
    "大纵镇",
    "北蒋镇",
    "草堰镇",
    "盐南镇",
    "石桥乡",
    "芦沟乡",
)
TOWN_WEIGHTS: Final = (17, 11, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3)
URBAN_TOWNS: Final = 2
"""The first towns of the list are the county seat: streets, not villages."""

_VILLAGES: Final = (
    "东升",
    "前进",
    "团结",
    "新丰",
    "双桥",
    "永丰",
    "红旗",
    "河西",
    "陈庄",
    "李圩",
    "张墩",
    "王灶",
    "三合",
    "光明",
    "友爱",
    "马沟",
    "杨集",
    "中兴",
)
VILLAGES_PER_TOWN: Final = len(_VILLAGES)

Ints = NDArray[np.int64]


def town_names(town: Ints) -> pa.Array:
    """Town names as text."""
    return pa.array(TOWNS).take(pa.array(town))


def village_names(town: Ints, village: Ints) -> pa.Array:
    """Village or community names as text."""
    tail = pa.array(["社区", "村"]).take(pa.array((town >= URBAN_TOWNS).astype(np.int64)))
    return pc.binary_join_element_wise(pa.array(_VILLAGES).take(pa.array(village)), tail, "")


def addresses(town: Ints, village: Ints, house: Ints) -> pa.Array:
    """Whole addresses as text."""
    groups = pc.cast(pa.array(house // 60 + 1), pa.string())
    doors = pc.cast(pa.array(house % 60 + 1), pa.string())
    return pc.binary_join_element_wise(
        "虚构县", town_names(town), village_names(town, village), groups, "组", doors, "号", ""
    )
