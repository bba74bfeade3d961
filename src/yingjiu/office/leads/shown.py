"""A lead as its page shows it: each condition once, with what the data and what people say of it.

Everything here is masked unless ``reveal`` is given; the page records the purpose before it asks for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import get_language

from yingjiu.codes import mask_address, mask_id, mask_name, mask_phone
from yingjiu.language import catalogue_text
from yingjiu.office.leads.states import Answer
from yingjiu.report.words import (
    article_label,
    code_label,
    column_label,
    column_of,
    route_label,
    table_label,
    value_label,
)

__all__ = ["Given", "Row", "ShownCondition", "ShownFinding", "ShownReason", "shown_finding"]

Pairs = tuple[tuple[str, str], ...]
_MASKS: Final = {"name": mask_name, "id_raw": mask_id, "address": mask_address, "phone": mask_phone}
_HIDDEN: Final = "＊＊＊"


@dataclass(frozen=True, slots=True)
class Given:
    """What a check found about a condition."""

    answer: str
    label: str
    how: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """Rows of one file that say the same."""

    agency: str
    title: str
    code: str
    table: str
    file: str
    sheet: str
    numbers: tuple[int, ...]
    date: str
    route: str
    sure: bool
    values: Pairs


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """A condition with what is known of it.

    Attributes:
        names: its ids in the models that ask it.
        says: in words.
        truth: ``true``, ``false`` or ``unknown``: what the data say.
        settle: what would settle it, if the outcome still depends on it.
        seen: what it saw of the subject.
        rows: the rows behind it.
        given: what checks found.
        models: titles of the models that ask it.
    """

    names: tuple[str, ...]
    says: str
    truth: str
    settle: str
    seen: Pairs
    rows: tuple[Row, ...]
    given: tuple[Given, ...]
    models: tuple[str, ...]

    @property
    def name(self) -> str:
        """The id under which an answer is recorded."""
        return self.names[0]

    @property
    def contradicted(self) -> bool:
        """Whether a person found otherwise than the data say."""
        return self.truth != "unknown" and any(
            one.answer not in {Answer.UNKNOWN, self.truth} for one in self.given
        )


@dataclass(frozen=True, slots=True)
class ShownReason:
    """Why one model speaks for the lead."""

    model: str
    title: str
    version: int
    after: str
    outcome: str
    level: str
    basis: tuple[str, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """All of it."""

    reasons: tuple[ShownReason, ...]
    conditions: Mapping[str, tuple[ShownCondition, ...]]
    questions: tuple[str, ...]
    recommendations: tuple[tuple[str, str], ...]
    read_at: tuple[Row, ...]
    hardship: tuple[str, ...]
    age: int | None
    estimate: Mapping[str, Any] | None
    told: str
    all: tuple[ShownCondition, ...] = field(default=())

    @property
    def to_settle(self) -> tuple[ShownCondition, ...]:
        """Conditions whose answer may still change the outcome."""
        return self.conditions["open"]


def shown_finding(
    finding: Mapping[str, Any], checks: Iterable[Any] = (), *, reveal: bool = False
) -> ShownFinding:
    """A lead's finding as its page shows it.

    Args:
        finding: as kept with the lead.
        checks: its checks that are done, with their answers.
        reveal: personal data as they are.
    """
    given = _given(checks)
    conditions = _conditions(finding, given, reveal=reveal)
    groups = {
        "true": tuple(each for each in conditions if each.truth == "true"),
        "open": tuple(each for each in conditions if each.truth == "unknown" and each.settle),
        "unknown": tuple(each for each in conditions if each.truth == "unknown" and not each.settle),
        "false": tuple(each for each in conditions if each.truth == "false"),
    }
    reasons = finding["reasons"]
    advice = [
        (agency, catalogue_text(says))
        for reason in reasons
        for _code, agency, says in reason["recommendations"]
    ]
    read_at = [finding["rows"][place] for reason in reasons for place in reason["read_at"]]
    return ShownFinding(
        reasons=tuple(_reason(reason, finding) for reason in reasons),
        conditions=groups,
        questions=_once(catalogue_text(text) for reason in reasons for text in reason["questions"]),
        recommendations=tuple(dict.fromkeys(advice)),
        read_at=_rows(read_at, reveal=reveal),
        hardship=tuple(code_label("hardship_list", code) for code in finding["hardship"]),
        age=finding["age"],
        estimate=finding["estimate"],
        told=finding.get("told", ""),
        all=(*groups["open"], *groups["true"], *groups["unknown"], *groups["false"]),
    )


def _conditions(
    finding: Mapping[str, Any], given: Mapping[str, Sequence[Given]], *, reveal: bool
) -> list[ShownCondition]:
    names: dict[int, dict[str, None]] = {}
    models: dict[int, dict[str, None]] = {}
    for reason in finding["reasons"]:
        for name, place in reason["conditions"]:
            names.setdefault(place, {})[name] = None
            models.setdefault(place, {})[catalogue_text(reason["title"])] = None
    shown = []
    for place, asked in names.items():
        condition = finding["conditions"][place]
        rows = [finding["rows"][number] for number in condition["rows"]]
        shown.append(
            ShownCondition(
                names=tuple(asked),
                says=catalogue_text(condition["says"]),
                truth=_word(condition["truth"]),
                settle=_settle(condition),
                seen=_pairs(condition["table"], condition["seen"], reveal=reveal),
                rows=_rows(rows, reveal=reveal),
                given=tuple(one for name in asked for one in given.get(name, ())),
                models=tuple(models[place]),
            )
        )
    return shown


def _settle(condition: Mapping[str, Any]) -> str:
    """What would settle it; a condition that settles itself says so by its name alone."""
    return catalogue_text(condition["settle"] or "")


def _given(checks: Iterable[Any]) -> dict[str, list[Given]]:
    given: dict[str, list[Given]] = {}
    labels = dict(Answer.choices)
    for check in checks:
        if check.done_at is None:
            continue
        for name, answer in check.answers.items():
            told = Given(
                answer,
                str(labels.get(answer, answer)),
                check.get_kind_display(),
                str(check.done_by),
                check.done_at,
            )
            given.setdefault(name, []).append(told)
    return given


def _reason(reason: Mapping[str, Any], finding: Mapping[str, Any]) -> ShownReason:
    truths = [_word(finding["conditions"][place]["truth"]) for _name, place in reason["conditions"]]
    return ShownReason(
        model=reason["model"],
        title=catalogue_text(reason["title"]),
        version=reason["version"],
        after=catalogue_text(reason["after"] or ""),
        outcome=reason["outcome"],
        level=reason["level"],
        basis=tuple(
            f"{catalogue_text(rule)}{_gap()}{article_label(article)}" for rule, article in reason["basis"]
        ),
        counts={word: truths.count(word) for word in ("true", "unknown", "false")},
    )


def _rows(rows: Iterable[Mapping[str, Any]], *, reveal: bool) -> tuple[Row, ...]:
    """Rows of one file that say the same, once, with all their numbers."""
    groups: dict[tuple[Any, ...], dict[int, None]] = {}
    for row in rows:
        key = (
            row["agency"],
            row["title"],
            row["table"],
            table_label(row["table"]),
            row["file"],
            row["sheet"] or "",
            row["date"],
            route_label(row["route"], row["relation"]),
            row["sure"],
            _pairs(row["table"], row["values"], reveal=reveal),
        )
        groups.setdefault(key, {})[row["row"]] = None
    return tuple(Row(*(*key[:6], tuple(sorted(numbers)), *key[6:])) for key, numbers in groups.items())


def _pairs(table: str, values: Iterable[Sequence[str]], *, reveal: bool) -> Pairs:
    return tuple(
        (column_label(table, name), _value(table, name, text, reveal=reveal)) for name, text in values
    )


def _value(table: str, name: str, text: str, *, reveal: bool) -> str:
    """A value as it may be shown; a column that no table knows is treated as personal."""
    column = column_of(table, name)
    if not reveal:
        if column is None or column.personal:
            return _MASKS[name](text) if name in _MASKS else _HIDDEN
        if name == "birth_date":
            return text[:4]
    return value_label(table, name, text)


def _gap() -> str:
    return " " if (get_language() or "").startswith("en") else ""


def _word(truth: bool | None) -> str:
    return "unknown" if truth is None else "true" if truth else "false"


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
