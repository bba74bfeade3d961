"""Forms of a Chinese name by whose equality names are compared: never a distance between characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = ["COMPOUND_SURNAMES", "NameForms", "name_forms"]

COMPOUND_SURNAMES: Final = frozenset(
    """
    欧阳 司马 诸葛 上官 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 夏侯
    轩辕 端木 百里 呼延 南宫 独孤 澹台 太史 申屠 公羊 濮阳 淳于 单于 闻人
    钟离 万俟 赫连 鲜于 闾丘 司空 第五 南门 西门 东郭 左丘
    """.split()  # noqa: SIM905 - a list is longer
)
"""Surnames of two characters."""

_SURNAME_SOUNDS: Final = {
    "单": "shan", "仇": "qiu", "区": "ou", "任": "ren", "解": "xie", "查": "zha", "曾": "zeng", "盖": "ge",
    "华": "hua", "缪": "miao", "朴": "piao", "冼": "xian", "洗": "xian", "翟": "zhai", "覃": "qin",
    "秘": "bi",
    "员": "yun", "乐": "yue", "繁": "po", "召": "shao", "黑": "he", "折": "she", "逄": "pang", "种": "chong",
    "尉": "wei", "燕": "yan", "纪": "ji", "那": "na", "宁": "ning", "哈": "ha", "句": "gou", "郇": "xun",
    "过": "guo", "訾": "zi", "牟": "mu", "曲": "qu", "应": "ying", "尹": "yin", "重": "chong", "藏": "zang",
    "长": "zhang", "行": "xing", "盛": "sheng", "石": "shi", "车": "che", "佴": "nai", "隗": "wei",
    "晟": "cheng",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "单于": "chanyu", "澹台": "tantai", "鲜于": "xianyu",
}  # fmt: skip
"""How characters sound that are read otherwise as surnames."""

_NOT_IN_NAMES: Final = frozenset(" ·•・．.‧∙\u3000\u200b\t\n")


@dataclass(frozen=True, slots=True)
class NameForms:
    """Forms of one name.

    Attributes:
        plain: without spaces and dots, full-width brought to one form.
        simple: in simplified characters.
        sound: pinyin without tones, the surname as surnames are read.
        characters: the simplified characters in order of their code.
        surname_sound: of the surname alone.
        first: first character of the given name.
        last: last character of the given name.
    """

    plain: str
    simple: str
    sound: str
    characters: str
    surname_sound: str
    first: str
    last: str


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - only linking needs its tables

    return OpenCC("t2s")


@lru_cache(maxsize=500_000)
def _syllable(character: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - only linking needs its tables

    return str(lazy_pinyin(character)[0])


@lru_cache(maxsize=100_000)
def _simple(character: str) -> str:
    return str(_simplifier().convert(character))


def name_forms(name: str | None) -> NameForms | None:
    """The forms of a name, or None of none.

    Args:
        name: as a file has it.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", name or "") if c not in _NOT_IN_NAMES)
    if not plain:
        return None
    simple = "".join(_simple(character) for character in plain)
    surname = simple[:2] if simple[:2] in COMPOUND_SURNAMES and len(simple) > 2 else simple[:1]
    given = simple[len(surname) :]
    sound = _SURNAME_SOUNDS.get(surname) or "".join(_syllable(character) for character in surname)
    return NameForms(
        plain=plain,
        simple=simple,
        sound=" ".join([sound, *(_syllable(character) for character in given)]),
        characters="".join(sorted(simple)),
        surname_sound=sound,
        first=given[:1],
        last=given[-1:],
    )
