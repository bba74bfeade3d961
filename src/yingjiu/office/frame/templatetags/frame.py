"""``{% load frame %}``: tokens, money, labels of codes, sortable headings."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yingjiu.codes import CODE_LISTS, UnknownCodeError, region_name
from yingjiu.office import phrases
from yingjiu.office.frame import masking
from yingjiu.office.frame.once import FIELD
from yingjiu.office.frame.once import form_token as new_token
from yingjiu.office.frame.statuses import told

register = template.Library()


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> SafeString:
    """The hidden field that lets a form be carried out once."""
    token = new_token(context["request"].user.pk)
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token)


@register.filter
def money(amount: Any) -> str:
    """An amount in yuan: ``12,000.50 元``; whole yuan without decimals."""
    if amount is None or amount == "":
        return "—"
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return str(amount)
    places = 0 if value == value.to_integral_value() else 2
    return _("{amount} yuan").format(amount=f"{value:,.{places}f}")


@register.filter
def label(code: Any, list_name: str) -> str:
    """What a code is called, ``{{ row.hardship|label:"hardship_list" }}``; an unknown one is itself."""
    if code in {None, ""}:
        return ""
    try:
        return CODE_LISTS[list_name].label(str(code))
    except (KeyError, UnknownCodeError):
        return str(code)


@register.filter
def region(code: Any) -> str:
    """The name of a region."""
    try:
        return region_name(str(code)) if code else ""
    except UnknownCodeError:
        return str(code)


@register.filter(name="catalogue")
def in_language(text: Any) -> str:
    """A text of the shipped catalogue as the reader reads it; an office's own texts come back as they are."""
    return phrases.in_language(text)


@register.filter
def listed(parts: Any) -> str:
    """Parts with the comma of the page's language between them."""
    return phrases.listed(parts)


@register.filter
def clauses(parts: Any) -> str:
    """Parts with the semicolon of the page's language between them."""
    return phrases.clauses(parts)


@register.filter
def then(label: Any, text: Any) -> str:
    """``{{ label|then:text }}``: a label, the colon of the page's language, and a text."""
    return phrases.labelled(label, text)


@register.filter
def masked(value: Any, kind: str) -> str:
    """A value masked: ``{{ person.phone|masked:"phone" }}``."""
    return masking.show(None, value, kind)  # type: ignore[arg-type] # the kind is a literal in the template


@register.filter
def slot(url: Any) -> str:
    """A name for the element into which what an address answers is put."""
    return f"slot-{hashlib.sha256(str(url).encode()).hexdigest()[:12]}"


@register.filter
def as_json(value: Any) -> SafeString:
    """JSON for ``<script type="application/json">``, which a browser does not run."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    for found, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(found, escaped)
    return mark_safe(text)  # noqa: S308 - escaped above


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value of a key that a variable holds."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The query string of this page, its first page, with some parameters changed; None removes one."""
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    for name, value in changes.items():
        asked.pop(name, None)
        if value is not None and value != "":
            asked[name] = value
    return f"?{asked.urlencode()}"


@register.inclusion_tag("frame/sort.html", takes_context=True)
def sort_header(
    context: Context, word: str, title: Any, default: str = "", css: str = "", *, falling: bool = False
) -> dict[str, Any]:
    """A column heading that sorts the list: ``{% sort_header "deadline" _("Deadline") default=sort %}``.

    ``falling``: whoever sorts by it wants the largest first, so that the first click gives them.
    """
    request = context["request"]
    now = request.GET.get("sort", default)
    direction = "descending" if now == f"-{word}" else "ascending" if now == word else "none"
    asked = request.GET.copy()
    asked.pop("page", None)
    falls = direction == "ascending" or (falling and direction == "none")
    asked["sort"] = f"-{word}" if falls else word
    return {"title": title, "url": f"?{asked.urlencode()}", "direction": direction, "css": css}


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> str:
    """A block a second time: the title of the page is also its heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""


@register.simple_tag
def status_title(status: int) -> str:
    """What a kind of failure is called."""
    return told(status)[0]


@register.inclusion_tag("frame/error_body.html")
def status_body(status: int) -> dict[str, Any]:
    """What a person does next after a kind of failure."""
    return {"status": status, "hint": told(status)[1]}


@register.filter
def figure(value: Any) -> str:
    """A number of a table of figures, with separators; a text as it is; nothing as a dash."""
    if value is None:
        return "—"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return str(value)
    number = Decimal(str(value))
    places = 0 if number == number.to_integral_value() else 1
    return f"{number:,.{places}f}"
