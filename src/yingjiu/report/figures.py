"""The figures of a report: counts, each as a table and as what a chart needs to draw the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yingjiu.language import _, catalogue_text
from yingjiu.report import words
from yingjiu.report.data import Lead, ReportData, Score

__all__ = ["Figure", "figures", "percent"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart and its table.

    Attributes:
        id: identifier on the page.
        title: what is counted.
        note: how to read it.
        header: column headings of the table; the first names the categories.
        rows: its rows; every row begins with its category.
        chart: what the page's script draws: ``categories``, ``series`` (name, values, tone), ``stacked``,
            ``share`` (values are shares of 1), ``whole`` (the axis reaches 1).
        wide: whether it needs the whole width.
    """

    id: str
    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    chart: dict[str, Any]
    wide: bool = False

    @property
    def height(self) -> int:
        """Height of the chart in pixels: bars stay of one thickness however many there are."""
        return 64 + 30 * len(self.chart["categories"]) * (
            1 if self.chart["stacked"] else len(self.chart["series"])
        )


def figures(data: ReportData) -> tuple[Figure, ...]:
    """All figures of a report that have something to show.

    Args:
        data: the report.

    Returns:
        The figures, in reading order.
    """
    candidates = (
        _by_model(data),
        _by_kind(data),
        _by_stage(data),
        _by_town(data),
        _by_hardship(data),
        _quality(data),
        _agreement(data),
    )
    return tuple(figure for figure in candidates if figure.rows)


def percent(share: float | None) -> str:
    """A share as per cent with one decimal; a dash if there is none."""
    return "—" if share is None else f"{share:.1%}"


def _levels(
    identifier: str,
    title: str,
    note: str,
    what: str,
    counted: Sequence[tuple[str, Counter[str]]],
    *,
    wide: bool = False,
) -> Figure:
    """A figure of leads per category, split by level."""
    kept = [(label, counts) for label, counts in counted if counts.total()]
    header = (what, *(words.level_label(level) for level in words.LEVELS), _("Total"))
    rows: list[tuple[str | int, ...]] = [
        (label, *(counts[level] for level in words.LEVELS), counts.total()) for label, counts in kept
    ]
    series = [
        {
            "name": words.level_label(level),
            "tone": level,
            "values": [counts[level] for _label, counts in kept],
        }
        for level in words.LEVELS
    ]
    chart = {
        "categories": [label for label, _counts in kept],
        "series": series,
        "stacked": True,
        "share": False,
    }
    return Figure(identifier, title, note, header, tuple(rows), chart, wide)


def _group(leads: Iterable[Lead], keys: Callable[[Lead], Iterable[str]]) -> dict[str, Counter[str]]:
    groups: dict[str, Counter[str]] = {}
    for lead in leads:
        for key in keys(lead):
            groups.setdefault(key, Counter())[lead.level] += 1
    return groups


def _largest(groups: dict[str, Counter[str]], label: Callable[[str], str]) -> list[tuple[str, Counter[str]]]:
    """Groups by size, the nameless one last."""
    ordered = sorted(groups.items(), key=lambda item: (item[0] == "", -item[1].total(), item[0]))
    return [(label(key), counts) for key, counts in ordered]


def _by_model(data: ReportData) -> Figure:
    groups: dict[str, Counter[str]] = {}
    for lead in data.leads:
        for reason in lead.reasons:
            groups.setdefault(reason.model, Counter())[reason.level] += 1
    counted = [(catalogue_text(model.title), groups.get(model.id, Counter())) for model in data.models]
    return _levels(
        "by-model",
        _("Leads by model and level"),
        _("A lead that several models found is counted once for each of them."),
        _("Model"),
        counted,
        wide=True,
    )


def _by_kind(data: ReportData) -> Figure:
    groups = _group(data.leads, lambda lead: (lead.kind,))
    counted = [(words.kind_label(kind), groups.get(kind, Counter())) for kind in words.KINDS]
    return _levels("by-kind", _("Leads by kind and level"), "", _("Kind"), counted)


def _by_town(data: ReportData) -> Figure:
    groups = _group(data.leads, lambda lead: (lead.town,))
    return _levels(
        "by-town",
        _("Leads by town"),
        _("Town of the address in the sources."),
        _("Town"),
        _largest(groups, lambda town: town or _("not known")),
    )


def _by_hardship(data: ReportData) -> Figure:
    groups = _group(data.leads, lambda lead: dict.fromkeys(lead.hardship))
    return _levels(
        "by-hardship",
        _("Leads by hardship list"),
        _("Lists on which the person or the household stands; a lead may stand on several."),
        _("List"),
        _largest(groups, lambda code: words.code_label("hardship_list", code)),
    )


def _by_stage(data: ReportData) -> Figure:
    groups = _group(data.leads, lambda lead: (lead.stage or "",))
    counted = [(words.code_label("stage", stage), groups.get(stage, Counter())) for stage in words.STAGES]
    counted.append((_("no case"), groups.get("", Counter())))
    return _levels(
        "by-stage", _("Leads by stage of the case"), _("In the order of procedure."), _("Stage"), counted
    )


def _quality(data: ReportData) -> Figure:
    rows = tuple(
        (
            catalogue_text(item.title),
            item.read,
            item.accepted,
            item.quarantined,
            item.duplicates,
            percent(item.quarantined / item.read if item.read else None),
        )
        for item in data.sources
    )
    series = [
        {
            "name": _("Quarantined"),
            "tone": "bad",
            "values": [item.quarantined / max(item.read, 1) for item in data.sources],
        },
        {
            "name": _("Duplicates"),
            "tone": "idle",
            "values": [item.duplicates / max(item.read, 1) for item in data.sources],
        },
    ]
    header = (
        _("Source"),
        _("Read"),
        _("Accepted"),
        _("Quarantined"),
        _("Duplicates"),
        _("Share quarantined"),
    )
    return Figure(
        "quality",
        _("Rows held back by source"),
        _("Share of the rows read. Read = accepted + quarantined + duplicates; nothing is dropped silently."),
        header,
        rows,
        {"categories": [row[0] for row in rows], "series": series, "stacked": True, "share": True},
        wide=True,
    )


def _agreement(data: ReportData) -> Figure:
    def name(score: Score) -> str:
        model = data.model(score.of)
        return catalogue_text(model.title) if model else words.kind_or_text(score.of)

    rows = tuple(
        (
            name(item),
            "–" if item.planted is None else item.planted,
            item.found,
            item.right,
            percent(item.precision),
            percent(item.recall),
        )
        for item in data.scores
    )
    series = [
        {"name": _("Precision"), "tone": "first", "values": [item.precision for item in data.scores]},
        {"name": _("Recall"), "tone": "second", "values": [item.recall for item in data.scores]},
    ]
    return Figure(
        "agreement",
        _("Agreement with the planted truth"),
        _("Precision: the share of the found that is right. Recall: the share of the planted that is found."),
        (
            _("Model or kind"),
            _("Planted"),
            _("Leads found"),
            _("Of these right"),
            _("Precision"),
            _("Recall"),
        ),
        rows,
        {
            "categories": [row[0] for row in rows],
            "series": series,
            "stacked": False,
            "share": True,
            "whole": True,
        },
        wide=True,
    )
