"""How the law is cited on a page: 第…条 in Chinese, the article's number in English."""

from __future__ import annotations

import re
from typing import Final

from yingjiu.language import catalogue_text, current_language

__all__ = ["citation"]

_NUMERAL: Final = re.compile("[〇零一二三四五六七八九十百]+")
_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}


def citation(rule: str, article: str) -> str:
    """A rule and its article.

    Args:
        rule: title of the rule, in Chinese.
        article: in Chinese numerals (``一百零五``, ``三十三至三十六``), or with its own words (``第十章``);
            empty if it is not known.

    Returns:
        ``刑事诉讼法第一百零五条``, or in English ``Criminal Procedure Law, art. 105``.
    """
    if current_language() == "en":
        return ", ".join(filter(None, (catalogue_text(rule), _english(article))))
    if not article or article.startswith("第"):
        return f"{rule}{article}"
    return f"{rule}第{article}条"


def _english(article: str) -> str:
    if not article:
        return ""
    unit = "ch." if article.endswith("章") else "art."
    numbers = _NUMERAL.sub(lambda found: str(_number(found[0])), article.strip("第条章"))
    return f"{unit} {numbers.replace('至', '–').replace('、', ', ')}"


def _number(numeral: str) -> int:
    """``一百零五`` is 105, ``十`` 10, ``二十`` 20."""
    total = digit = 0
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[sign]
            digit = 0
    return total + digit
