"""Write a draft as the YAML of a source file, with its doubts as comments."""

from __future__ import annotations

import json
import re
from typing import Final

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _
from yingjiu.pool.tables import TABLES
from yingjiu.sources.draft_tables import TableGuess
from yingjiu.sources.guesses import ColumnGuess, SourceDraft
from yingjiu.sources.synonyms import synonyms

__all__ = ["write_draft"]

_PLAIN: Final = re.compile(r"[A-Za-z\u3400-\u9fff][\w\u3400-\u9fff()（）+.-]*")
_WORDS: Final = frozenset({"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"})
_TO_WRITE: Final = "待填写"


def write_draft(draft: SourceDraft) -> str:
    """Write the YAML.

    Args:
        draft: everything but its text.

    Returns:
        The text, which reads as a source file if at least one table can be filled.
    """
    lines = ["# " + _("a draft: check every line, most of all those with a low confidence (0 to 1)")]
    lines += [f"# {_line(note.message)}" for note in draft.notes if note.kind != "titles"]
    lines += _head(draft)
    lines.append("fields:")
    lines += [line for guess in draft.columns if guess.field for line in _field(guess, draft)]
    lines += [line for guess in draft.columns if not guess.field for line in _unknown(guess)]
    lines.append("into:")
    done: set[str] = set()
    for table in draft.tables:
        lines += _entry(table, again=table.table in done)
        done |= set() if table.missing else {table.table}
    if not done:
        lines.append(
            "  # " + _("no table could be filled: map the required columns, or ask for another file")
        )
    lines += ["contract:", "  max_rejected_share: 0.05", "  same_id_one_name: true"]
    return "\n".join(lines) + "\n"


def _head(draft: SourceDraft) -> list[str]:
    sure = _sure(0.8 if draft.agency and draft.topic else 0.3)
    agency = draft.agency.name if draft.agency else _TO_WRITE
    rule, article = (draft.topic.rule, draft.topic.article) if draft.topic else (None, None)
    basis = f"legal_basis: [{{rule: {rule or _TO_WRITE}, article: {_text(article or _TO_WRITE)}}}]"
    when = _("the date that the data describe: here, or --data-date")
    dated = f"# data_date: 2024-05-31    # {when}"
    if draft.dated:
        dated = f'data_date: {{from_file_name: "(\\\\d{{8}})"}}    # {_sure(0.7)}'
    return [
        f"source: {draft.source}    # {sure}",
        f"title: {_text(draft.title)}",
        f"agency: {_text(agency)}    # {_sure(0.8 if draft.agency else 0)}",
        f"{basis}    # {_sure(0.3 if rule else 0)}",
        f"files: {_text(draft.files)}",
        dated,
        "mode: snapshot    # " + _("replaces what this source gave before; append keeps it"),
    ]


def _sure(confidence: float) -> str:
    return _("confidence {confidence}").format(confidence=f"{confidence:.2f}")


def _text(text: str) -> str:
    """A text as YAML, quoted where it could be read as something else."""
    if _PLAIN.fullmatch(text) and text not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _field(guess: ColumnGuess, draft: SourceDraft) -> list[str]:
    assert guess.field is not None  # noqa: S101 - the caller asked
    concept = synonyms().fields[guess.field]
    parts = [f"header: {_text(guess.header)}", f"type: {guess.type}"]
    if _required(guess.field, draft):
        parts.append("required: true")
    if guess.code_list and guess.type == "code":
        parts.append(f"list: {guess.code_list}")
    codes = {
        value: code for value, code in (guess.codes or {}).items() if not _understood(guess, value, str(code))
    }
    if codes:
        parts.append("codes: {" + ", ".join(f"{_text(value)}: {code}" for value, code in codes.items()) + "}")
    if guess.unknown and guess.code_list and "other" in CODE_LISTS[guess.code_list].codes:
        parts.append("otherwise: other")
    if concept.max_length and guess.type == "text":
        parts.append(f"max_length: {concept.max_length}")
    if concept.range_ and guess.type == concept.type and guess.type in {"date", "integer", "money"}:
        parts.append(f"range: [{concept.range_[0]}, {concept.range_[1]}]")
    if guess.unit != 1:
        parts.append(f"unit: {guess.unit}")
    lines = [
        f"  {guess.field}: {{{', '.join(parts)}}}    # {_sure(guess.confidence)} ({_reason(guess.reason)})"
    ]
    if guess.unknown and guess.type == "code":
        shown = ", ".join(guess.unknown[:20])
        lines.append("    # " + _("values without a code: {values}").format(values=_line(shown)))
    return lines


def _understood(guess: ColumnGuess, value: str, code: str) -> bool:
    """Labels and codes of the list itself need no mapping."""
    if guess.code_list is None or guess.type != "code":
        return False
    label = CODE_LISTS[guess.code_list].codes.get(code)
    return value == code or (label is not None and label.zh == value)


def _reason(reason: str) -> str:
    return {
        "header": _("by the header"),
        "header and values": _("by the header and the values"),
        "values": _("by the values"),
    }.get(reason, reason)


def _required(field: str, draft: SourceDraft) -> bool:
    """The ID of the person, and whatever fills a required column in a table that is written."""
    return any(
        given == field and TABLES[table.table].columns[column].required
        for table in draft.tables
        if not table.missing and table.table != "kinship"
        for column, given in table.columns.items()
    )


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _unknown(guess: ColumnGuess) -> list[str]:
    what = _("not recognised") if guess.filled else _("not recognised, always empty")
    return [f"  # unknown: {{header: {_text(_line(guess.header))}, type: {guess.type}}}    # {what}"]


def _entry(table: TableGuess, *, again: bool) -> list[str]:
    pairs = [f"{column}: {given}" for column, given in table.columns.items()]
    pairs += [f"{column}: {{value: {value}}}" for column, value in table.constants.items()]
    row = f"    - {{{', '.join(pairs)}}}    # {_sure(table.confidence)}"
    if table.missing:
        need = _("these required columns are not filled: {columns}").format(columns=", ".join(table.missing))
        return [f"  # {table.table}:    # {need}", "  #" + row[3:]]
    return [row] if again else [f"  {table.table}:", row]
