"""The table of synonyms from which a source file is drafted (``synonyms.yaml``)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from yingjiu.codes import CODE_LISTS
from yingjiu.declarations import Declaration, read_declaration
from yingjiu.sources.readers import normalise_header

__all__ = ["Agency", "Concept", "Synonyms", "Topic", "header_forms", "synonyms"]

_BRACKETS = re.compile(r"\([^()]*\)")


class Concept(Declaration):
    """A kind of field: what it is called, and what it fills."""

    type: Literal["id", "text", "code", "date", "money", "integer", "boolean"]
    list_: str | None = Field(default=None, alias="list")
    fills: dict[str, str] = Field(default_factory=dict)
    parts: dict[str, dict[str, str]] = Field(default_factory=dict)
    kin: str | None = None
    max_length: int | None = None
    range_: tuple[Any, Any] | None = Field(default=None, alias="range")
    headers: tuple[str, ...]


class Topic(Declaration):
    """What a file is about, and the tables that follow from it."""

    id: str
    words: tuple[str, ...]
    into: dict[str, dict[str, str]]
    rule: str | None = None
    article: str | None = None


class Agency(Declaration):
    """Who sends a file."""

    id: str
    words: tuple[str, ...]
    name: str


class Synonyms(Declaration):
    """The whole table."""

    fields: dict[str, Concept]
    somebody_else: tuple[str, ...]
    labels: dict[str, dict[str, str]]
    topics: tuple[Topic, ...]
    agencies: tuple[Agency, ...]

    def code_of(self, code_list: str, label: str) -> str | None:
        """The code that a spelling means in a list, None if it is not known."""
        known = self.labels.get(code_list, {})
        if label in known:
            return known[label]
        codes = CODE_LISTS[code_list].codes
        return (
            label
            if label in codes
            else next((code for code, text in codes.items() if text.zh == label), None)
        )


@cache
def synonyms() -> Synonyms:
    """Read the table once."""
    resource = files("yingjiu.sources").joinpath("synonyms.yaml")
    return read_declaration(Synonyms, "synonyms.yaml", text=resource.read_text(encoding="utf-8"))


@lru_cache(maxsize=65536)
def header_forms(header: str) -> tuple[str, ...]:
    """Forms of a header from the most exact to the loosest: whole, lower level, without brackets."""
    whole = normalise_header(header)
    lower = normalise_header(header.rsplit("/", 1)[-1])
    forms = (whole, lower, _BRACKETS.sub("", whole), _BRACKETS.sub("", lower))
    return tuple(dict.fromkeys(form for form in forms if form))
