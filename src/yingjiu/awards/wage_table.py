"""An office's own table of wages, brought into the form of the catalogue.

The table is CSV (UTF-8 or GB18030) or XLSX with the headings 地区 (code or name), 年份, 口径, 年平均工资 or
月平均工资, and 来源. The statistics bureau's own words for the series are understood.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import yaml

from yingjiu.awards.errors import ParameterError
from yingjiu.awards.parameters import NATIONAL, SERIES
from yingjiu.codes import regions
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["WageRow", "read_wage_table", "write_wage_files"]

_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "region": ("region", "地区", "区划", "行政区划", "省份", "地区代码"),
    "year": ("year", "年份", "年度", "统计年度"),
    "series": ("series", "口径", "统计口径", "scope"),
    "annual": ("annual", "annual_yuan", "年平均工资", "年工资"),
    "monthly": ("monthly", "monthly_yuan", "月平均工资", "月工资"),
    "source": ("source", "来源", "出处", "文件"),
}
_LOWEST: Final = Decimal(300)
_HIGHEST: Final = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class WageRow:
    """One wage.

    Attributes:
        region: six digits.
        year: the year it measures.
        series: statistical series.
        monthly: yuan a month.
        source: where it is published.
        row: row in the table, from 1.
    """

    region: str
    year: int
    series: str
    monthly: Decimal
    source: str
    row: int


def read_wage_table(path: Path) -> tuple[WageRow, ...]:
    """Read an office's table of wages.

    Args:
        path: CSV or XLSX.

    Returns:
        Its rows.

    Raises:
        ParameterError: with every fault: ``AWD-103`` not readable or without headings, ``AWD-104`` no
            region, ``AWD-105`` no year that has ended, ``AWD-106`` no series, ``AWD-107`` no plausible wage,
            ``AWD-108`` no source, ``AWD-101`` a wage twice.
    """
    table = _cells(path)
    at = next((number for number, row in enumerate(table) if _columns(row)), None)
    if at is None:
        raise ParameterError(
            Fault(
                "AWD-103",
                _("no headings were found: region, year, series, a wage and its source"),
                str(path),
                hint=_("name the columns 地区, 年份, 口径, 月平均工资 (or 年平均工资), 来源"),
            )
        )
    columns = _columns(table[at])
    faults: list[Fault] = []
    rows = []
    for number, cells in enumerate(table[at + 1 :], at + 2):
        if any(cell.strip() for cell in cells):
            told = {
                name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()
            }
            rows.append(_row(told, number, path, faults))
    seen: dict[tuple[str, str, int], int] = {}
    for row in rows:
        if (
            row is not None
            and (first := seen.setdefault((row.region, row.series, row.year), row.row)) != row.row
        ):
            hint = _("first in row {row}; keep one").format(row=first)
            faults.append(
                _fault("AWD-101", _("the same wage twice"), path, row.row, f"{row.region} {row.year}", hint)
            )
    if faults:
        raise ParameterError(*faults)
    return tuple(row for row in rows if row is not None)


def _cells(path: Path) -> list[list[str]]:
    try:
        if path.suffix.lower() in {".xlsx", ".xls"}:
            from python_calamine import load_workbook  # noqa: PLC0415 - tables are CSV as a rule

            rows = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
            return [[_text(cell) for cell in row] for row in rows]
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ParameterError(
            Fault("AWD-103", _("the table cannot be read"), str(path), hint=_("save it as CSV or XLSX"))
        ) from error
    return list(csv.reader(io.StringIO(text)))


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Where each column is; empty unless this row is the header."""
    found = {
        name: place
        for place, cell in enumerate(row)
        for name, titles in _HEADINGS.items()
        if cell.strip().lower().removesuffix("（元）").removesuffix("(元)") in titles
    }
    whole = {"region", "year", "series", "source"} <= set(found) and {"annual", "monthly"} & set(found)
    return found if whole else {}


def _fault(  # noqa: PLR0917 - a short way to a fault of one row
    code: str, message: str, path: Path, row: int, found: str, hint: str | None = None
) -> Fault:
    return Fault(code, message, str(path), path=_("row {row}").format(row=row), found=found, hint=hint)


def _row(told: Mapping[str, str], number: int, path: Path, faults: list[Fault]) -> WageRow | None:
    before = len(faults)
    region = _region(told["region"])
    if region is None:
        hint = _("write the six digits of the region, or the name of a province")
        faults.append(_fault("AWD-104", _("no such region"), path, number, told["region"], hint))
    year = int(told["year"].removesuffix("年")) if told["year"].removesuffix("年").isdigit() else 0
    if not 1990 <= year <= date.today().year - 1:  # noqa: DTZ011 - a year of statistics has no time zone
        faults.append(_fault("AWD-105", _("no year that has ended"), path, number, told["year"]))
    series = next((name for name, zh in SERIES.items() if told["series"] in {name, zh}), None)
    if series is None or series == "urban_income":
        hint = _("known series: {known}").format(known=", ".join(list(SERIES.values())[:4]))
        faults.append(_fault("AWD-106", _("no such series"), path, number, told["series"], hint))
    monthly = _monthly(told)
    if monthly is None or not _LOWEST <= monthly <= _HIGHEST:
        hint = _("yuan a month, or yuan a year in the column 年平均工资")
        found = told.get("monthly") or told.get("annual") or ""
        faults.append(_fault("AWD-107", _("no plausible wage"), path, number, found, hint))
    if not told["source"]:
        hint = _("write the bulletin or document that publishes it")
        faults.append(_fault("AWD-108", _("a value without its source"), path, number, "", hint))
    if len(faults) > before or region is None or series is None or monthly is None:
        return None
    return WageRow(region, year, series, monthly, told["source"], number)


def _region(text: str) -> str | None:
    if text in {NATIONAL, "全国"}:
        return NATIONAL
    known = regions()
    if len(text) == 6 and text.isdigit():
        return text if text in known else None
    provinces = (code for code in known if code.endswith("0000"))
    return next((code for code in provinces if text and known[code][-1].name.startswith(text)), None)


def _monthly(told: Mapping[str, str]) -> Decimal | None:
    for name, months in (("monthly", 1), ("annual", 12)):
        text = told.get(name, "").replace(",", "")
        if text:
            try:
                return (Decimal(text) / months).quantize(Decimal("0.01"), ROUND_HALF_UP)
            except InvalidOperation:
                return None
    return None


def write_wage_files(
    rows: Sequence[WageRow], folder: Path, *, replaces_shipped: bool = False
) -> tuple[Path, ...]:
    """Write an office's wages as parameter files, one for each series.

    Args:
        rows: from :func:`read_wage_table`.
        folder: where.
        replaces_shipped: they count instead of shipped values of the same region and day.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for series in sorted({row.series for row in rows}):
        mine = [row for row in rows if row.series == series]
        data = {
            "parameter": "average_monthly_wage",
            "title": f"{SERIES[series]}月平均工资",
            "unit": "yuan/month",
            "series": series,
            "replaces_shipped": replaces_shipped,
            "regions": [_regional(region, mine) for region in sorted({row.region for row in mine})],
        }
        path = folder / f"wage-{series.replace('_', '-')}.yaml"
        partial = path.with_suffix(".partial")
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
        written.append(path)
    return tuple(written)


def _regional(region: str, rows: Sequence[WageRow]) -> dict[str, object]:
    mine = sorted((row for row in rows if row.region == region), key=lambda row: row.year)
    return {
        "region": region,
        "last_value_still_valid_on": date(mine[-1].year + 1, 12, 31),
        "values": [
            {
                "from": date(row.year + 1, 1, 1),
                "value": str(row.monthly),
                "year": row.year,
                "grade": "own",
                "citation": row.source,
            }
            for row in mine
        ],
    }
