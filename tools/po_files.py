"""What the two translation tools share: one ``.po`` file, read, written, checked and filled.

``messages.py`` keeps the translations of the engine rooms, ``office_messages.py`` those of the office.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

__all__ = ["faults_of", "fill", "key_of", "missing", "read", "unlisted", "write"]

PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}|%\([a-zA-Z_]+\)[sd]")
HEADER: Final = """# Translations of the domain {domain}. Kept by tools/{tool}.
msgid ""
msgstr ""
"Project-Id-Version: yingjiu\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""

Fault = str


def read(path: Path, *, domain: str, language: str) -> Catalog:
    """The translation as it is; an empty one when there is no file."""
    if not path.is_file():
        return Catalog(locale=language, domain=domain, project="yingjiu", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def write(path: Path, catalog: Catalog, *, domain: str, language: str, tool: str) -> None:
    """Write a translation, without line numbers and dates that would change with every edit of the code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(
        text,
        catalog,
        width=110,
        omit_header=True,
        sort_output=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    header = HEADER.format(domain=domain, language=language, plural=catalog.plural_forms, tool=tool)
    path.write_bytes(header.encode() + text.getvalue())


def key_of(item: Message) -> str:
    """Under which name a message is listed and filled: its plural when it counts, after its context."""
    ident = texts(item.id)[-1]
    return f"{item.context}|{ident}" if item.context else ident


def texts(found: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The forms of a message id or of its translation; none is one empty form."""
    return (found,) if isinstance(found, str) else tuple(found or ("",))


def missing(catalog: Catalog) -> list[Message]:
    """The messages that are not translated, or only fuzzily."""
    return [item for item in catalog if item.id and (item.fuzzy or not all(texts(item.string)))]


def faults_of(catalog: Catalog) -> Iterator[Fault]:
    """What is wrong with the translations that a file holds."""
    for item in catalog:
        if item.id:
            yield from _faults(item)


def unlisted(catalog: Catalog, extracted: Catalog) -> Iterator[Fault]:
    """Where a file and the code do not name the same messages."""
    known, wanted = ({key_of(item) for item in some if item.id} for some in (catalog, extracted))
    for ident in sorted(wanted - known):
        yield f"not in the .po: {ident!r}"
    for ident in sorted(known - wanted):
        yield f"no longer used: {ident!r}"


def _faults(item: Message) -> Iterator[Fault]:
    ids, translated = texts(item.id), texts(item.string)
    if item.fuzzy:
        yield f"fuzzy: {item.id!r}"
    if not all(translated):
        yield f"not translated: {item.id!r}"
        return
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for text in translated:
        if set(PLACEHOLDER.findall(text)) != wanted:
            yield f"placeholders differ: {item.id!r} → {text!r}"


def fill(catalog: Catalog, translations: Mapping[str, str]) -> int:
    """Take translations; a counted message is named by its plural (Chinese has one form).

    Returns:
        How many were taken.
    """
    count = 0
    for item in catalog:
        text = translations.get(key_of(item)) if item.id else None
        if text:
            item.string = (text,) if isinstance(item.id, (tuple, list)) else text
            item.flags.discard("fuzzy")
            count += 1
    return count
