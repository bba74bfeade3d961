"""A Word file as HTML that a strict page may show: no script, no style, no address outside."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Final

import mammoth
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types
from lxml.html import HtmlElement  # type: ignore[import-untyped]  # as above

__all__ = ["as_html", "clean", "kept_html"]

_STYLES: Final = """
p[style-name='公文单位'] => p.paper-office:fresh
p[style-name='公文标题'] => p.paper-title:fresh
p[style-name='公文文号'] => p.paper-number:fresh
p[style-name='公文空行'] => p.paper-gap:fresh
p[style-name='公文正文'] => p.paper-body:fresh
p[style-name='公文主送'] => p.paper-to:fresh
p[style-name='公文层次'] => p.paper-heading:fresh
p[style-name='公文落款'] => p.paper-seal:fresh
p[style-name='公文签名'] => p.paper-sign:fresh
p[style-name='公文附注'] => p.paper-note:fresh
p[style-name='表格栏目'] => p.paper-label:fresh
p[style-name='表格内容'] => p.paper-cell:fresh
"""
_KEPT: Final = frozenset(
    {"p", "div", "br", "strong", "em", "b", "i", "u", "sup", "sub", "ol", "ul", "li", "img"}
    | {"table", "thead", "tbody", "tr", "td", "th"}
)
_GONE: Final = frozenset(
    {
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "link",
        "meta",
        "form",
        "input",
        "svg",
        "math",
        "template",
    }
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CLASSES: Final = frozenset(re.findall(r"paper-\w+", _STYLES))
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")


KEPT_HTML: Final[dict[str, str]] = {}
"""Digest of a file → its HTML, the last read one last; never of what is behind a seal."""

_MOST_KEPT: Final = 64


def kept_html(content: bytes, digest: str) -> str:
    """As :func:`as_html`, which takes half a second: who works on a document looks at it often.

    Args:
        content: the Word file.
        digest: of this content.
    """
    text = KEPT_HTML.pop(digest, None)
    if text is None:
        text = as_html(content)
    KEPT_HTML[digest] = text
    while len(KEPT_HTML) > _MOST_KEPT:
        KEPT_HTML.pop(next(iter(KEPT_HTML)), None)
    return text


def as_html(content: bytes) -> str:
    """The text of a Word file as clean HTML.

    Args:
        content: the Word file.

    Returns:
        Elements for a page; empty if the file holds no text.
    """
    converted = mammoth.convert_to_html(io.BytesIO(content), style_map=_STYLES, ignore_empty_paragraphs=False)
    return clean(converted.value)


def clean(text: str) -> str:
    """HTML of which only what a document needs is left.

    Args:
        text: any HTML.

    Returns:
        HTML without scripts, styles, links, and attributes other than spans of cells and our own classes;
        pictures only if they are inside the document.
    """
    if not text.strip():
        return ""
    root: HtmlElement = html.fragment_fromstring(text, create_parent="div")
    for element in list(root.iterdescendants()):
        if not isinstance(element.tag, str) or element.tag in _GONE:
            element.drop_tree()
        elif element.tag in _HEADINGS:
            element.tag = "p"  # the page has its own headings
            element.attrib.clear()
            element.set("class", "paper-heading")
        elif element.tag not in _KEPT:
            element.drop_tag()
        else:
            _clean_attributes(element)
    return escape(root.text or "") + "".join(html.tostring(child, encoding="unicode") for child in root)


def _clean_attributes(element: HtmlElement) -> None:
    kept = {
        name: value
        for name, value in element.attrib.items()
        if (name in {"colspan", "rowspan"} and value.isdigit()) or (name == "class" and value in _CLASSES)
    }
    source = str(element.get("src") or "")
    element.attrib.clear()
    for name, value in kept.items():
        element.set(name, value)
    if element.tag == "th":
        element.set("scope", "col")
    if element.tag == "img":
        if _PICTURE.fullmatch(source):
            element.set("src", source)
            element.set("alt", "")
        else:
            element.drop_tree()
