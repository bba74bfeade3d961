"""Codes of national standards, turned into the codes of our lists."""

from __future__ import annotations

from typing import Final

__all__ = ["DISABILITY_CATEGORIES", "disability_category_of", "relation_of_gbt4761", "sex_of_gbt2261"]

DISABILITY_CATEGORIES: Final = (
    "vision",
    "hearing",
    "speech",
    "physical",
    "intellectual",
    "mental",
    "multiple",
)
"""GB/T 26341-2010, in the order of its digits 1 to 7."""

_SEX: Final = {"0": "unknown", "1": "male", "2": "female", "5": "male", "6": "female", "9": "unknown"}

_RELATION_BY_TENS: Final = {
    "0": "head",
    "1": "spouse",
    "2": "child",
    "3": "child",
    "4": "grandchild",
    "5": "parent",
    "6": "grandparent",
    "7": "sibling",
    "8": "other",
}
_RELATION: Final = {
    "28": "child_in_law",  # 女婿
    "38": "child_in_law",  # 儿媳
    "45": "other",  # 孙媳妇、外孙媳妇
    "46": "other",  # 孙女婿、外孙女婿
    "47": "other",  # 曾孙子
    "48": "other",  # 曾孙女
    "53": "parent_in_law",  # 公公
    "54": "parent_in_law",  # 婆婆
    "55": "parent_in_law",  # 岳父
    "56": "parent_in_law",  # 岳母
    "65": "other",  # 配偶的祖父母、外祖父母
    "66": "other",  # 曾祖父
    "67": "other",  # 曾祖母
    "68": "other",  # 配偶的曾祖父母
    "72": "other",  # 嫂
    "74": "other",  # 弟媳
    "76": "other",  # 姐夫
    "78": "other",  # 妹夫
}


def sex_of_gbt2261(code: str) -> str | None:
    """Read a sex code of GB/T 2261.1.

    Args:
        code: 0, 1, 2, 5, 6 (changed; GB 2261-1980) or 9.

    Returns:
        A code of the list ``sex``, or None for a code the standard does not hold.
    """
    return _SEX.get(code.strip())


def relation_of_gbt4761(code: str) -> str | None:
    """Read a code of family relation to the head of household of GB/T 4761-2008.

    Only blood and adoption make a child, parent, grandparent or sibling here; people related through a
    spouse, and generations further away, are ``other`` unless the list ``relation`` names them.

    Args:
        code: one digit, or two. Many local files shift the digits by one: ask before using this.

    Returns:
        A code of the list ``relation``, or None for a code the standard does not hold.
    """
    code = code.strip()
    if len(code) == 1:
        return _RELATION_BY_TENS.get(code)
    if len(code) != 2 or not (code.isascii() and code.isdigit()) or code == "00":
        return None
    if code.startswith("0"):
        return "head" if code <= "03" else None
    return _RELATION.get(code) or _RELATION_BY_TENS.get(code[0], "other")


def disability_category_of(code: str) -> str | None:
    """Read a disability category of GB/T 26341-2010.

    Args:
        code: 1 to 7; some systems write 61 to 67.

    Returns:
        A code of the list ``disability_category``, or None for a code the standard does not hold.
    """
    code = code.strip()
    digit = code[1:] if len(code) == 2 and code.startswith("6") else code
    return DISABILITY_CATEGORIES[int(digit) - 1] if digit in set("1234567") else None
