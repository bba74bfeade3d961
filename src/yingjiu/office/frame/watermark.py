"""The watermark of every page: who looked, from which account, and when."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.html import escape

__all__ = ["style_sheet"]

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="220">'
    '<text x="20" y="150" transform="rotate(-20 20 150)" font-size="15" fill="#667382" fill-opacity="0.13" '
    "font-family=\"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif\">"
    '<tspan>{first}</tspan><tspan x="20" dy="22">{second}</tspan></text></svg>'
)


def style_sheet(user: Any) -> str:
    """CSS that lays the user's watermark over a page, on screen and in print.

    It is a style sheet of its own address because the content security policy allows no inline style.

    Args:
        user: who looks; nobody, no watermark.

    Returns:
        One rule for ``body::after``, or nothing.
    """
    if not user.is_authenticated:
        return ""
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    svg = _SVG.format(first=escape(f"{user} {user.get_username()}"), second=escape(now))
    return f'body::after{{background-image:url("data:image/svg+xml,{quote(svg)}")}}\n'
