"""Hide personal data and leave enough to recognise one's own case by."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["mask_address", "mask_id", "mask_name", "mask_phone"]

_COUNTY: Final = re.compile(
    r"^.{0,30}?(?:[^市县]{1,8}?县|[^市县区乡镇街村组路]{1,8}旗|[^市县]{1,8}区|.{1,8}市(?!.{1,8}[县区旗市]))"
)


def mask_id(text: str | None) -> str:
    """Mask an ID number of any kind: ``3209**********1234``; shorter texts are hidden whole."""
    text = (text or "").strip()
    return text[:4] + "*" * (len(text) - 8) + text[-4:] if len(text) >= 15 else "*" * len(text)


def mask_phone(text: str | None) -> str:
    """Mask a telephone number: ``138****5678``, and shorter ones by their ends."""
    text = (text or "").strip()
    if len(text) >= 11:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    shown = 3 if len(text) >= 6 else 0
    return "*" * (len(text) - shown) + text[len(text) - shown :]


def mask_name(text: str | None) -> str:
    """Mask a name: 张*, 王*明, 欧**明."""
    text = (text or "").strip()
    if len(text) <= 1:
        return "*" * len(text)
    return text[0] + "*" * (len(text) - 2) + (text[-1] if len(text) > 2 else "*")


def mask_address(text: str | None) -> str:
    """Mask an address below the county: 江苏省盐城市虚构县****."""
    text = (text or "").strip()
    if not text:
        return ""
    county = _COUNTY.match(text)
    return (county.group() if county else "") + "****"
