"""Draft a source file: look at what an agency sent and propose what its columns mean.

Headers are looked up in a table of synonyms, values are looked at, and the two are weighed. Every guess
carries its confidence; what could not be guessed stands in the draft as a comment. A person reads and
completes the draft before it is used: it is a proposal, and the legal basis above all is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from yingjiu.sources.draft_tables import guess_tables
from yingjiu.sources.draft_text import write_draft
from yingjiu.sources.guesses import ColumnGuess, SourceDraft
from yingjiu.sources.profiles import Profile, profile
from yingjiu.sources.readers import RawChunk, read_file
from yingjiu.sources.synonyms import Concept, header_forms, synonyms

__all__ = ["draft_source"]

_LOOK_ROWS: Final = 5000
_LISTS_BY_VALUES: Final = ("sex", "relation", "role", "stage", "injury_grade", "coercive_measure")


def draft_source(path: Path) -> SourceDraft:
    """Look at a file and draft its source file.

    Args:
        path: a file of any kind that can be read.

    Returns:
        The draft; its text can be read as a source file if any table could be filled.

    Raises:
        ReaderError: the file cannot be read.
    """
    every = {header for concept in synonyms().fields.values() for header in concept.headers}
    chunk = _first_chunk(path, every)
    words = " ".join((path.stem, chunk.sheet or "", *(note.text or "" for note in chunk.notes)))
    topic = next((topic for topic in synonyms().topics if any(word in words for word in topic.words)), None)
    agency = next(
        (agency for agency in synonyms().agencies if any(word in words for word in agency.words)), None
    )
    columns = _columns(chunk)
    if topic is None and any(guess.field == "card" for guess in columns):
        topic = next(topic for topic in synonyms().topics if topic.id == "disabled")
    draft = SourceDraft(
        source="-".join(part.id for part in (agency, topic) if part) or "new-source",
        title=_title(path, chunk),
        agency=agency,
        topic=topic,
        files=_glob(path.name),
        dated=_dated(path.name),
        columns=columns,
        tables=guess_tables({guess.field: guess.confidence for guess in columns if guess.field}, topic),
        notes=chunk.notes,
    )
    return replace(draft, text=write_draft(draft))


def _first_chunk(path: Path, expected: set[str]) -> RawChunk:
    """The first chunk; a doubled header does not stop a draft, so names are not insisted upon."""
    best: RawChunk | None = None
    for chunk in read_file(path, chunk_rows=_LOOK_ROWS):
        if best is None or _known_headers(chunk, expected) > _known_headers(best, expected):
            best = replace(chunk, notes=(*(best.notes if best else ()), *chunk.notes))
        if best.sheet is None or _known_headers(best, expected) * 2 >= best.columns.num_columns:
            break
    assert best is not None  # noqa: S101 - a reader gives a chunk or raises
    return best


def _known_headers(chunk: RawChunk, expected: set[str]) -> int:
    return sum(1 for header in chunk.columns.column_names if expected & set(header_forms(header)))


def _title(path: Path, chunk: RawChunk) -> str:
    said = next((note.text for note in chunk.notes if note.kind == "titles"), None)
    if said:
        return said.split(" / ")[0].strip()[:60]
    return re.sub(r"[_\-\s]*\d{4,8}[_\-\s]*", "", path.stem) or path.stem


def _dates_in(name: str) -> list[re.Match[str]]:
    return [match for match in re.finditer(r"(?<!\d)\d{8}(?!\d)", name) if _is_date(match.group())]


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1990 <= int(digits[:4]) <= 2100


def _dated(name: str) -> bool:
    return len(_dates_in(name)) == 1


def _glob(name: str) -> str:
    """The name with its digits of time left open, other signs of patterns taken literally."""
    literal = re.sub(r"[\[*?]", lambda sign: f"[{sign.group()}]", name)
    return re.sub(r"\d{4,}([年.\-_]?\d{1,2})*月?", "*", literal)


def _columns(chunk: RawChunk) -> tuple[ColumnGuess, ...]:
    guesses = [
        _guess(header, profile(chunk.columns[header], chunk.kinds.get(header)))
        for header in chunk.columns.column_names
    ]
    best: dict[str, ColumnGuess] = {}
    for guess in guesses:
        if guess.field and (guess.field not in best or guess.confidence > best[guess.field].confidence):
            best[guess.field] = guess
    return tuple(
        guess
        if guess.field is None or best[guess.field] is guess
        else replace(guess, field=None, reason="nothing")
        for guess in guesses
    )


def _guess(header: str, seen: Profile) -> ColumnGuess:
    table = synonyms()
    name, likeness = _by_header(header)
    reason = "header"
    if name is None:
        name, likeness = _by_values(header, seen)
        reason = "values"
    if name is None:
        looks = max(("id", "date", "boolean", "money"), key=lambda kind: seen.looks.get(kind, 0.0))
        kind = looks if seen.looks.get(looks, 0.0) > 0.9 else "text"
        return ColumnGuess(header, None, kind, 0.0, "nothing", filled=seen.filled)
    concept = table.fields[name]
    kind, code_list = concept.type, concept.list_
    agrees = _agreement(concept, seen)
    if reason == "header" and agrees is not None:
        likeness = likeness * (0.5 + 0.5 * agrees)
        reason = "header and values" if agrees > 0.5 else "header"
    codes, unknown = _codes(kind, code_list, seen)
    if name == "category" and seen.lists.get("hardship_list", 0.0) > 0.5:
        name, kind, code_list = "hardship_kind", "code", "hardship_list"
        codes, unknown = _codes(kind, code_list, seen)
    elif name == "category" and seen.distinct:
        fitting = max(
            ("disability_category", "monitored_category"), key=lambda item: seen.lists.get(item, 0.0)
        )
        if seen.lists.get(fitting, 0.0) > 0.5:
            kind, code_list = "code", fitting
            codes, unknown = _codes(kind, code_list, seen)
    unit = 10_000 if kind == "money" and "万元" in header else 1
    return ColumnGuess(
        header,
        name,
        kind,
        round(min(likeness, 0.99), 2),
        reason,
        code_list,
        codes,
        unknown,
        unit,
        seen.filled,
    )


@cache
def _known_spellings() -> Mapping[str, str]:
    """From every known header to its field; a time is as good as a date."""
    every = {
        header_forms(header)[0]: name
        for name, concept in synonyms().fields.items()
        for header in concept.headers
    }
    return {_dateless(header): name for header, name in every.items()} | every


def _dateless(header: str) -> str:
    return header.replace("时间", "日期")


def _by_header(header: str) -> tuple[str | None, float]:
    table = synonyms()
    forms = header_forms(header)
    known = _known_spellings()
    for step, form in enumerate(forms):
        if form in known:
            return known[form], 0.97 if step == 0 else 0.9
    for form in forms:
        if _dateless(form) in known:
            return known[_dateless(form)], 0.85
    if forms[0].startswith(table.somebody_else) if forms else True:
        return None, 0.0
    loose = [
        (len(text), name)
        for name, concept in table.fields.items()
        for text in concept.headers
        if len(text) >= 3 and (forms[-1].endswith(text) or forms[-1].startswith(text))
    ]
    if not loose:
        return None, 0.0
    length, name = max(loose)
    return name, round(0.5 + 0.3 * length / max(len(forms[-1]), 1), 2)


def _by_values(header: str, seen: Profile) -> tuple[str | None, float]:
    """A column without a known header: numbers recognise themselves, and so do some code lists."""
    table = synonyms()
    other = header_forms(header)[:1] and header_forms(header)[0].startswith(table.somebody_else)
    if not seen.looks or other:
        return None, 0.0
    if seen.looks["id"] > 0.6:
        return ("card" if seen.certificate > 0.5 else "id_no"), 0.85 * seen.looks["id"]
    if seen.looks["phone"] > 0.8:
        return "phone", 0.6 * seen.looks["phone"]
    for code_list in _LISTS_BY_VALUES:
        if seen.lists.get(code_list, 0.0) > 0.9 and not all(value.isdigit() for value in seen.distinct):
            name = next(name for name, concept in table.fields.items() if concept.list_ == code_list)
            return name, 0.6 * seen.lists[code_list]
    return None, 0.0


def _agreement(concept: Concept, seen: Profile) -> float | None:
    """How far the values bear out the type, None if they say nothing."""
    if not seen.looks or concept.type == "text":
        return None
    if concept.type == "code":
        return seen.lists.get(concept.list_ or "", 0.0) if seen.distinct else 0.0
    if concept.type == "id" and seen.lost_precision:
        return None
    return seen.looks.get(concept.type, 0.0)


def _codes(
    kind: str, code_list: str | None, seen: Profile
) -> tuple[Mapping[str, str | int] | None, tuple[str, ...]]:
    if kind == "integer":
        grades = {value: _grade(value) for value in seen.distinct if _grade(value)}
        return (grades or None), ()
    if kind != "code" or code_list is None:
        return None, ()
    found = {value: synonyms().code_of(code_list, value) for value in seen.distinct}
    known = {value: code for value, code in found.items() if code is not None}
    return known, tuple(value for value, code in found.items() if code is None)


def _grade(value: str) -> int:
    """一级 is 1; 0 for anything else."""
    return "一二三四五六七八九十".find(value[0]) + 1 if len(value) == 2 and value.endswith("级") else 0
