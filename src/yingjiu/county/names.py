"""Names in the proportions of the registers: surnames by frequency, given names by sex and generation."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yingjiu.county.draws import Draws

__all__ = ["ETHNICITIES", "SURNAMES", "draw_given", "draw_surnames", "full_names"]

# surnames with their share in per ten thousand, after the public counts of the household registers
_SURNAME_SHARES: Final = (
    "王710 李700 张670 刘540 陈450 杨310 黄220 赵210 吴200 周190 "
    "徐160 孙150 马130 朱130 胡130 郭110 何110 林110 高110 罗100 "
    "郑95 梁90 谢80 宋75 唐70 许70 邓65 冯65 韩65 曹60 曾60 彭60 "
    "萧58 蔡55 潘55 田52 董50 袁50 于48 余48 叶46 蒋46 杜45 苏44 "
    "魏44 程43 吕43 丁42 沈41 任40 姚39 卢39 傅38 钟38 姜37 崔36 "
    "谭36 廖35 范35 汪34 陆34 金33 石33 戴32 贾31 韦31 夏30 邱30 "
    "方29 侯28 邹28 熊27 孟27 秦26 白26 江26 阎25 薛25 尹24 段24 "
    "雷23 黎22 史22 龙21 陶21 贺20 顾20 毛20 郝19 龚19 邵18 万18 "
    "钱17 严17 覃16 武16 戚6 单5 仇5 欧阳5 司马1 诸葛1"
)
_PAIRS: Final = tuple((item.rstrip("0123456789"), item) for item in _SURNAME_SHARES.split())
SURNAMES: Final = tuple(name for name, _item in _PAIRS)
_SURNAME_WEIGHTS: Final = tuple(int(item[len(name) :]) for name, item in _PAIRS)

# given-name characters of three generations, the more frequent first
_GIVEN: Final = {
    (1, 0): "国建军明华德福永志成文林玉祥荣生贵宝海山才根发龙松金正长春元宏兴",
    (1, 1): "军伟强勇斌涛刚磊波辉平峰超鹏杰俊海亮飞宁浩东健鑫旭晓洪新学庆利",
    (1, 2): "浩宇轩泽子俊博睿梓涵航晨铭嘉佳翔宸豪阳皓文瑞奕然逸恒彦哲辰一",
    (0, 0): "秀英桂兰芳玉珍凤莲荣梅云素美淑巧香菊翠华珠琴月花红爱娣银连粉",
    (0, 1): "丽敏静燕艳娟霞萍红玲芳娜慧婷洁琳雪颖倩梅莉晶晓亚春海云文佩青",
    (0, 2): "涵欣梓怡雨诗佳语萱子雅梦若可思嘉琪馨瑶彤妍昕悦璇菲婉清艺宁一",
}
GIVEN: Final = tuple(dict.fromkeys("".join(_GIVEN.values())))
_GIVEN_AT: Final = {char: index for index, char in enumerate(GIVEN)}

ETHNICITIES: Final = ("汉", "回", "土家", "苗", "蒙古", "布依", "满", "壮")
ETHNICITY_WEIGHTS: Final = (985, 5, 3, 2, 1, 2, 1, 1)

Ints = NDArray[np.int64]


def draw_surnames(draws: Draws, n: int) -> Ints:
    """``n`` surnames, as positions in :data:`SURNAMES`."""
    return draws.pick(n, _SURNAME_WEIGHTS)


def draw_given(draws: Draws, male: NDArray[np.bool_], birth_year: Ints) -> tuple[Ints, Ints]:
    """Given names fitting sex and generation.

    Args:
        draws: chance.
        male: for each person, whether male.
        birth_year: for each person.

    Returns:
        Positions of the first and of the second character in :data:`GIVEN`; -1 for no second one.
    """
    n = len(male)
    generation = np.where(birth_year < 1965, 0, np.where(birth_year < 1992, 1, 2))
    first, second = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for (sex, era), characters in _GIVEN.items():
        positions = np.array([_GIVEN_AT[character] for character in characters])
        weights = [1.0 / (rank + 6) for rank in range(len(characters))]
        one = positions[draws.pick(n, weights)]
        two = positions[draws.pick(n, weights)]
        here = (male == bool(sex)) & (generation == era)
        first, second = np.where(here, one, first), np.where(here, two, second)
    single = draws.unit(n) < np.array([0.10, 0.35, 0.12])[generation]
    return first, np.where(single, -1, second)


def full_names(surname: Ints, first: Ints, second: Ints) -> pa.Array:
    """Whole names as text."""
    given = pa.array([*GIVEN, ""])
    return pc.binary_join_element_wise(
        pa.array(SURNAMES).take(pa.array(surname)),
        given.take(pa.array(first)),
        given.take(pa.array(np.where(second < 0, len(GIVEN), second))),
        "",
    )
