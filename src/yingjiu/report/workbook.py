"""Leads as an Excel workbook, for the desk: leads, their reasons and evidence, data quality, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlsxwriter

from yingjiu.language import _, catalogue_text
from yingjiu.report import words
from yingjiu.report.data import Evidence, Lead, ReportData
from yingjiu.report.figures import percent
from yingjiu.report.files import whole_file
from yingjiu.report.masking import shown
from yingjiu.report.page import basis_label, file_label, ordered, place, said, seen

__all__ = ["write_workbook"]

MAX_ROWS: Final = 1_048_000
"""Excel ends at 1,048,576 rows a sheet."""

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    meaning: str = ""


def write_workbook(data: ReportData, path: Path) -> Path:
    """Write every lead to a workbook.

    Every text is written as a text, so that a name that looks like a formula stays a name.

    Args:
        data: the report; personal data is masked here unless ``data.reveal`` is given.
        path: the file.

    Returns:
        The path.

    Raises:
        ReportError: ``RPT-002`` the file cannot be written.
    """
    visible = shown(data)
    with whole_file(path) as partial:
        book = xlsxwriter.Workbook(
            str(partial),
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        book.set_properties({"title": _("Leads to judicial relief"), "created": data.made_at})
        columns = _lead_columns()
        reasons = _reason_columns()
        leads = ordered(visible.leads)
        _sheet(book, _("Leads"), columns, (_lead_row(visible, lead) for lead in leads))
        cut = _sheet(book, _("Reasons and evidence"), reasons, _reason_rows(visible, leads))
        _sheet(book, _("Data quality"), _quality_columns(), _quality_rows(visible))
        _sheet(book, _("Notes"), _note_columns(), _note_rows(visible, (*columns, *reasons), cut=cut))
        book.close()
    return path


def _sheet(
    book: xlsxwriter.Workbook, title: str, columns: tuple[_Column, ...], rows: Iterable[tuple[Cell, ...]]
) -> bool:
    """One sheet with a frozen, filtered header.

    Returns:
        Whether it had to be cut because Excel has no more rows.
    """
    sheet = book.add_worksheet(title)
    head = book.add_format(
        {"bold": True, "bg_color": "#14304F", "font_color": "#FFFFFF", "valign": "vcenter"}
    )
    text = book.add_format({"text_wrap": True, "valign": "top"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, text)
        sheet.write_string(0, at, column.title, head)
    sheet.freeze_panes(1, 0)
    number = 0
    cut = False
    for row in rows:
        if number >= MAX_ROWS:
            cut = True
            break
        number += 1
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, at, cell[:32_767], text)
            elif cell is not None:
                sheet.write_number(number, at, cell, text)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
    return cut


def _lead_columns() -> tuple[_Column, ...]:
    return (
        _Column(
            _("Lead"), 16, _("Stable number of the lead: the same person and case keep it in later runs.")
        ),
        _Column(_("Level"), 8, _("Urgency: red before orange before yellow.")),
        _Column(
            _("Kind"), 12, _("What the lead may become: judicial relief, social assistance or supervision.")
        ),
        _Column(_("Outcome"), 14, _("Whether the data meet the conditions, or something is still unknown.")),
        _Column(_("Name"), 10),
        _Column(_("ID number"), 21),
        _Column(_("Sex"), 6),
        _Column(_("Age"), 6, _("Full years on the day of the run.")),
        _Column(_("Role"), 12),
        _Column(_("Charge or cause"), 18),
        _Column(_("Case number"), 26),
        _Column(_("Stage"), 12),
        _Column(_("Town"), 12, _("Town of the address in the sources.")),
        _Column(_("Address"), 30),
        _Column(_("Phone"), 14),
        _Column(_("On lists"), 26, _("Hardship lists on which the person or the household stands.")),
        _Column(
            _("Estimate from (yuan)"),
            14,
            _("First estimate of the relief from these data alone, by the standard named; no advice."),
        ),
        _Column(_("Estimate to (yuan)"), 14),
        _Column(_("Estimate: how, and what is unknown"), 34),
        _Column(_("Models"), 30, _("The models that found the lead.")),
        _Column(_("To be settled by"), 34, _("Documents that would settle what is unknown.")),
        _Column(_("To be answered by a person"), 34),
        _Column(_("Recommend to agencies"), 34),
        _Column(_("What to do next"), 60),
    )


def _lead_row(data: ReportData, lead: Lead) -> tuple[Cell, ...]:
    person = lead.person
    models = (data.model(reason.model) for reason in lead.reasons)
    advice = (item for reason in lead.reasons for item in reason.recommendations)
    return (
        lead.key,
        words.level_label(lead.level),
        words.kind_label(lead.kind),
        words.outcome_label(lead.outcome),
        person.name,
        person.number,
        words.code_label("sex", person.sex),
        person.age,
        words.code_label("role", lead.role),
        lead.charge,
        lead.case_no,
        words.code_label("stage", lead.stage),
        lead.town,
        person.address,
        person.phone,
        _lines(words.code_label("hardship_list", code) for code in lead.hardship),
        *_estimate_cells(lead),
        _lines(catalogue_text(model.title) for model in models if model),
        _lines(catalogue_text(text) for reason in lead.reasons for text in reason.settle),
        _lines(catalogue_text(text) for reason in lead.reasons for text in reason.questions),
        _lines(f"{catalogue_text(item.agency)} {catalogue_text(item.says)}" for item in advice),
        _lines(words.next_steps(lead)),
    )


def _estimate_cells(lead: Lead) -> tuple[Cell, Cell, Cell]:
    estimate = lead.estimate
    if estimate is None:
        return (None, None, None)
    low, high = (None if end is None else int(end) for end in (estimate.low, estimate.high))
    told = (f"{fact} ({document})" for fact, document in estimate.unknown)
    return (low, high, _lines((estimate.says, *estimate.warnings, *told)))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(texts))


def _reason_columns() -> tuple[_Column, ...]:
    return (
        _Column(_("Lead"), 16),
        _Column(_("Model"), 26),
        _Column(_("Condition"), 34, _("What the model asks.")),
        _Column(_("Values"), 30, _("What the condition saw of the person and the case.")),
        _Column(_("Truth"), 8, _("True, false or unknown; unknown is never taken for no.")),
        _Column(_("Settled by"), 30, _("The document that would settle an unknown condition.")),
        _Column(_("Table"), 12, _("The kind of row that the evidence is.")),
        _Column(_("Route"), 14, _("Whose row it is: empty for the person's own.")),
        _Column(_("Says"), 50, _("What the row says, personal data masked.")),
        _Column(_("Agency"), 16),
        _Column(_("Source"), 26),
        _Column(_("File, sheet and row"), 40, _("Where the agency finds the row in its own file.")),
        _Column(_("Data of"), 12, _("The day that the agency's data describe.")),
    )


def _reason_rows(data: ReportData, leads: Iterable[Lead]) -> Iterator[tuple[Cell, ...]]:
    for lead in leads:
        for reason in lead.reasons:
            model = data.model(reason.model)
            title = catalogue_text(model.title) if model else reason.model
            for condition in reason.conditions:
                settle = condition.settle if condition.truth is None else None
                head = (
                    lead.key,
                    title,
                    catalogue_text(condition.says),
                    seen(condition),
                    words.truth_label(condition.truth),
                    catalogue_text(settle or ""),
                )
                for row in condition.evidence:
                    yield (*head, *_evidence_cells(row))
                if not condition.evidence:
                    yield head


def _evidence_cells(row: Evidence) -> tuple[Cell, ...]:
    return (
        words.table_label(row.table),
        words.route_label(row.route, row.relation),
        said(row),
        catalogue_text(row.agency),
        catalogue_text(row.source_title),
        place(row),
        row.data_date.isoformat(),
    )


def _quality_columns() -> tuple[_Column, ...]:
    return (
        _Column(_("Source"), 30),
        _Column(_("Agency"), 18),
        _Column(_("Files"), 36),
        _Column(_("Data of"), 12),
        _Column(_("Read"), 10),
        _Column(_("Accepted"), 10),
        _Column(_("Quarantined"), 12),
        _Column(_("Duplicates"), 10),
        _Column(_("Share quarantined"), 12),
        _Column(_("Rows held back, by rule"), 60),
        _Column(_("Remarks of the reader"), 60),
    )


def _quality_rows(data: ReportData) -> Iterator[tuple[Cell, ...]]:
    for item in data.sources:
        rules = sorted(item.rejected.items(), key=lambda pair: -pair[1])
        yield (
            catalogue_text(item.title),
            catalogue_text(item.agency),
            _lines(file_label(name) for name in item.files),
            item.data_date.isoformat() if item.data_date else "",
            item.read,
            item.accepted,
            item.quarantined,
            item.duplicates,
            percent(item.quarantined / item.read if item.read else None),
            _lines(f"{rule} {item.rules.get(rule, '')} × {count}" for rule, count in rules),
            _lines(item.remarks),
        )


def _note_columns() -> tuple[_Column, ...]:
    return (_Column(_("Item"), 30), _Column(_("Meaning"), 100))


def _note_rows(data: ReportData, columns: Iterable[_Column], *, cut: bool) -> Iterator[tuple[Cell, ...]]:
    yield (_("County"), data.county)
    yield (_("As of"), data.run_date.isoformat())
    yield (_("Made"), data.made_at.strftime("%Y-%m-%d %H:%M"))
    yield (_("Decision"), _("A hit is a lead, never a decision: a person checks every one."))
    yield (_("Personal data"), _privacy(data))
    if data.synthetic:
        yield (_("People"), _("All people in this report are invented."))
    if cut:
        yield (
            _("Reasons and evidence"),
            _("Excel has no more rows: this sheet is cut. Everything is in leads.parquet."),
        )
    for note in data.notes:
        yield (_("Note"), note)
    for column in columns:
        if column.meaning:
            yield (column.title, column.meaning)
    for model in data.models:
        basis = basis_label(model.basis)
        yield (
            catalogue_text(model.title),
            f"{words.kind_label(model.kind)} · {model.id} v{model.version}\n{basis}",
        )
    for score in data.scores:
        known = data.model(score.of)
        yield (
            catalogue_text(known.title) if known else words.kind_or_text(score.of),
            _("precision {precision}, recall {recall} against the planted truth").format(
                precision=percent(score.precision), recall=percent(score.recall)
            ),
        )


def _privacy(data: ReportData) -> str:
    if data.reveal is None:
        return _("Personal data is masked.")
    parts = (
        _("Personal data is shown in full."),
        _("Purpose: {purpose}").format(purpose=data.reveal.purpose),
        data.reveal.at.strftime("%Y-%m-%d %H:%M:%S"),
        data.reveal.by,
    )
    return " ".join(part for part in parts if part)
