"""The words of a report: labels of codes, and what to do next with a lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from yingjiu.awards import Interval, money
from yingjiu.codes import CODE_LISTS
from yingjiu.language import _, catalogue_text, current_language, ngettext
from yingjiu.pool.tables import PROVENANCE, TABLES, Column, ColumnType
from yingjiu.report.data import Estimate, Kind, Lead, Level, Outcome

__all__ = [
    "KINDS",
    "LEVELS",
    "OUTCOMES",
    "STAGES",
    "article_label",
    "code_label",
    "column_label",
    "column_of",
    "estimate_label",
    "kind_label",
    "kind_or_text",
    "level_label",
    "next_steps",
    "outcome_label",
    "route_label",
    "table_label",
    "truth_label",
    "value_label",
]

KINDS: Final[tuple[Kind, ...]] = ("judicial_relief", "social_assistance", "supervision")
LEVELS: Final[tuple[Level, ...]] = ("red", "orange", "yellow")
OUTCOMES: Final[tuple[Outcome, ...]] = ("match", "possible")
STAGES: Final[tuple[str, ...]] = tuple(CODE_LISTS["stage"].codes)
"""In the order of procedure."""


def kind_label(kind: Kind) -> str:
    """What a kind of lead is called."""
    return {
        "judicial_relief": _("Judicial relief"),
        "social_assistance": _("Social assistance"),
        "supervision": _("Supervision"),
    }[kind]


def kind_or_text(text: str) -> str:
    """The label of a kind of lead or of planted truth; any other text as it is."""
    topics = {"unsupported_child": _("de facto unsupported children"), "missed_benefit": _("missed benefits")}
    return topics.get(text) or next((kind_label(kind) for kind in KINDS if kind == text), text)


def level_label(level: Level) -> str:
    """What a level is called; the name says the colour, so that no reader depends on seeing it."""
    return {"red": _("Red"), "orange": _("Orange"), "yellow": _("Yellow")}[level]


def outcome_label(outcome: Outcome) -> str:
    """What an outcome is called."""
    return {"match": _("Meets the conditions"), "possible": _("Possible, to be settled")}[outcome]


def truth_label(truth: bool | None) -> str:
    """What a truth value is called."""
    return _("unknown") if truth is None else _("true") if truth else _("false")


def code_label(codes: str, code: str | None) -> str:
    """The label of a code; a code that the list does not hold is shown as it is."""
    if not code:
        return ""
    known = CODE_LISTS.get(codes)
    return known.label(code) if known and code in known.codes else code


def table_label(table: str) -> str:
    """What a canonical table is called."""
    return catalogue_text(TABLES[table].zh) if table in TABLES else table


_PROVENANCE: Final[Mapping[str, Column]] = {column.name: column for column in PROVENANCE}


def column_of(table: str, column: str) -> Column | None:
    """A canonical column: of the table, or of the case or person that the subject's rows are joined with."""
    for name in (table, "case", "person"):
        if name in TABLES and column in TABLES[name].columns:
            return TABLES[name].columns[column]
    return _PROVENANCE.get(column)


def route_label(route: str, relation: str | None = None) -> str:
    """How the subject reaches a row: nothing for the person's own."""
    label = {"household": _("same household"), "kin": _("kin"), "case": _("same case")}.get(route, "")
    return f"{label} ({code_label('relation', relation)})" if relation and label else label


def column_label(table: str, column: str) -> str:
    """What a canonical column is called."""
    known = column_of(table, column)
    return catalogue_text(known.zh if known else column)


def value_label(table: str, column: str, text: str) -> str:
    """A value of a canonical column as a reader would say it: a code becomes its label."""
    known = column_of(table, column)
    if known is None:
        return text
    if known.codes:
        return code_label(known.codes, text)
    if known.type is ColumnType.BOOLEAN:
        return {"true": _("yes"), "false": _("no")}.get(text.lower(), text)
    if known.type is ColumnType.MONEY:
        return _("{amount} yuan").format(amount=f"{Decimal(text):,}")
    return text


def article_label(article: str) -> str:
    """How an article is cited on a screen: ``7(1)`` is 第7条（1）; other texts stay as they are."""
    if not article[:1].isdigit():
        return catalogue_text(article)
    if current_language() == "en":
        return _("art. {article}").format(article=article)
    number, bracket, item = article.partition("(")
    return f"第{number}条" + (f"（{item.rstrip(')')}）" if bracket else "")


def _relief_steps(lead: Lead) -> list[str]:
    steps = [
        _("Ask the handling department for the facts of the case and how far the loss has been compensated."),
        _(
            "Tell the person that they may apply for national judicial relief; if they cannot apply, start "
            "it ex officio and help with the papers."
        ),
        _("Check the relief registers of court, police and political-legal committee: relief is given once."),
    ]
    if lead.level == "red":
        steps.insert(
            0, _("Urgent: handle first, and consider advance relief before the papers are complete.")
        )
    return steps


def _assistance_steps(lead: Lead) -> list[str]:
    del lead
    return [
        _("Let the grid worker or the village committee confirm the living conditions of the family."),
        _("Send the agency a social assistance recommendation letter, and record its answer."),
        _("If it turns out that the hardship was caused by a case, screen for judicial relief again."),
    ]


def _supervision_steps(lead: Lead) -> list[str]:
    del lead
    return [
        _("Hand the lead to the civil procuratorial department, to check whether enforcement was neglected."),
        _("Ask the enforcing court for its record of acts, and the applicant for what was received."),
    ]


_STEPS: Final[Mapping[Kind, Callable[[Lead], list[str]]]] = {
    "judicial_relief": _relief_steps,
    "social_assistance": _assistance_steps,
    "supervision": _supervision_steps,
}


def estimate_label(estimate: Estimate) -> str:
    """A first estimate in words: an amount, a range, or why there is none."""
    if estimate.low is None or estimate.high is None:
        return estimate.says
    return money(Interval(estimate.low, estimate.high))


def next_steps(lead: Lead) -> list[str]:
    """What a person should do next with a lead: it is a hint, never a decision.

    Procedure after 人民检察院开展国家司法救助工作细则 (tell, apply, review) and 高检发〔2019〕3号 (answers
    within five working days).

    Args:
        lead: the lead.

    Returns:
        Sentences, first things first.
    """
    settle = sorted({text for reason in lead.reasons for text in reason.settle})
    first = []
    if lead.outcome == "possible" and settle:
        first.append(
            ngettext(
                "First get the {n} document that decides: {documents}.",
                "First get one of the {n} documents that decide: {documents}.",
                len(settle),
            ).format(n=len(settle), documents=_("; ").join(catalogue_text(text) for text in settle))
        )
    return first + _STEPS[lead.kind](lead)
