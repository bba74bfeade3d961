"""Values of the law and of statistics by date and region, each with its citation.

A value counts from its day until the next one's. After ``last_value_still_valid_on`` the last one still
counts, and everything computed with it says that it is stale. Where there is no value there is no amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from yingjiu.awards.errors import ParameterError
from yingjiu.declarations import Declaration, Lines, read_declaration
from yingjiu.errors import Fault
from yingjiu.language import _, catalogue_text

__all__ = [
    "NATIONAL",
    "SERIES",
    "Dated",
    "Found",
    "ParameterBook",
    "ParameterFile",
    "Regional",
    "parameter_label",
    "read_parameters",
    "series_label",
]

NATIONAL: Final = "000000"
"""The region code of the whole country."""

SERIES: Final[Mapping[str, str]] = {
    "non_private": "城镇非私营单位就业人员",
    "private": "城镇私营单位就业人员",
    "on_post": "城镇非私营单位在岗职工",
    "all_units": "全口径城镇单位就业人员",
    "urban_income": "城镇居民人均可支配收入",
}
"""Statistical series, which must never stand in for each other, and what the statistics bureaus call them."""

Grade = Literal["A", "B", "own"]
"""A official and quoted, B derived or from two agreeing copies, own: an office's own table."""

RegionCode = Annotated[str, Field(pattern=r"^\d{6}$")]


def series_label(series: str) -> str:
    """What a series is called in the user's language."""
    return {
        "non_private": _("employed persons in urban non-private units"),
        "private": _("employed persons in urban private units"),
        "on_post": _("on-post staff of urban non-private units"),
        "all_units": _("employed persons in all urban units"),
        "urban_income": _("disposable income per head of urban residents"),
    }[series]


def parameter_label(parameter: str) -> str:
    """What a parameter is called in the user's language; an office's own keeps its identifier."""
    labels = {
        "average_monthly_wage": _("average monthly wage"),
        "urban_disposable_income": _("disposable income per head"),
    }
    return labels.get(parameter, parameter)


class Dated(Declaration):
    """A value from a day on.

    Attributes:
        since: first day on which it counts (``from`` in the file).
        value: the value; ``null`` = abolished from that day.
        year: the year that the statistics measure.
        citation: where the value is published.
        grade: how good the source is.
    """

    since: date = Field(alias="from")
    value: Annotated[Decimal, Field(gt=0, le=1_000_000)] | None
    year: Annotated[int, Field(ge=1990, le=2100)]
    citation: Annotated[str, Field(min_length=2)]
    grade: Grade


class Regional(Declaration):
    """The values of one region.

    Attributes:
        region: six digits; ``000000`` is the country.
        values: at least one.
        last_value_still_valid_on: after this day the last value is stale.
    """

    region: RegionCode
    values: Annotated[tuple[Dated, ...], Field(min_length=1)]
    last_value_still_valid_on: date


class ParameterFile(Declaration):
    """One file: one parameter, one series, its regions.

    Attributes:
        parameter: identifier, such as ``average_monthly_wage``.
        title: what it is called.
        unit: ``yuan/month`` or ``yuan/year``.
        series: the statistical series.
        replaces_shipped: an office's own table may say that its values count instead of shipped ones.
        regions: values by region.
    """

    parameter: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: str
    unit: Literal["yuan/month", "yuan/year"]
    series: Literal["non_private", "private", "on_post", "all_units", "urban_income"]
    replaces_shipped: bool = False
    regions: Annotated[tuple[Regional, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Found:
    """A value found for a day and region.

    Attributes:
        parameter: identifier.
        title: what it is called.
        series: its series.
        region: the region it is of.
        value: the value.
        unit: its unit.
        year: the year it measures.
        citation: its source.
        grade: grade of the source.
        stale: whether its validity has passed on the day asked for.
    """

    parameter: str
    title: str
    series: str
    region: str
    value: Decimal
    unit: str
    year: int
    citation: str
    grade: str
    stale: bool


Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ParameterBook:
    """All parameters that are known.

    Attributes:
        series: from (parameter, series, region) to the values in order of their days.
    """

    series: Mapping[Key, tuple[tuple[Dated, ...], date, ParameterFile]]

    def find(self, parameter: str, series: str, region: str, on: date) -> Found | None:
        """The value that counts on a day, or None: then there is no amount.

        Args:
            parameter: identifier.
            series: statistical series; another series never stands in for it.
            region: six digits; another region never stands in for it.
            on: the day.
        """
        known = self.series.get((parameter, series, region))
        if known is None:
            return None
        values, valid, file = known
        passed = [value for value in values if value.since <= on]
        if not passed or passed[-1].value is None:
            return None
        last = passed[-1]
        assert last.value is not None  # noqa: S101 - an abolished value was refused above
        return Found(
            parameter=parameter,
            title=catalogue_text(file.title),
            series=series,
            region=region,
            value=last.value,
            unit=file.unit,
            year=last.year,
            citation=last.citation,
            grade=last.grade,
            stale=last is values[-1] and on > valid,
        )


def read_parameters(*offices: Path) -> ParameterBook:
    """Read the shipped parameters and an office's own.

    Args:
        offices: folders of an office's own parameter files.

    Returns:
        The book.

    Raises:
        DeclarationError: a file is wrong, as in :func:`yingjiu.declarations.read_declaration`;
            ``AWD-102`` a value that measures a year which had not ended.
        ParameterError: ``AWD-101`` the same parameter, series, region and day twice.
    """
    shipped = Path(str(files("yingjiu.catalogue"))) / "parameters"
    known: dict[tuple[str, str, str, date], tuple[Dated, Path, Regional, ParameterFile]] = {}
    faults: list[Fault] = []
    for folder in (shipped, *offices):
        for path in sorted(folder.glob("*.yaml")):
            file = read_declaration(ParameterFile, path, also=_years)
            for key, value, regional in _each(file):
                earlier = known.get(key)
                replaces = file.replaces_shipped and folder != shipped
                if earlier is not None and not (replaces and earlier[1].parent == shipped):
                    faults.append(_twice(path, key, earlier[1]))
                known[key] = (value, path, regional, file)
    if faults:
        raise ParameterError(*faults)
    series: dict[Key, tuple[tuple[Dated, ...], date, ParameterFile]] = {}
    for (parameter, name, region, _since), (value, _path, regional, file) in sorted(
        known.items(), key=lambda item: item[0]
    ):
        before, valid, _file = series.get((parameter, name, region), ((), date.min, file))
        last_valid = max(valid, regional.last_value_still_valid_on)
        series[parameter, name, region] = ((*before, value), last_valid, file)
    return ParameterBook(series)


def _each(file: ParameterFile) -> Iterable[tuple[tuple[str, str, str, date], Dated, Regional]]:
    for regional in file.regions:
        for value in regional.values:
            yield (file.parameter, file.series, regional.region, value.since), value, regional


def _twice(path: Path, key: tuple[str, str, str, date], first: Path) -> Fault:
    return Fault(
        "AWD-101",
        _("the value of {parameter} ({series}) for region {region} from {day} is written twice").format(
            parameter=key[0], series=series_label(key[1]), region=key[2], day=key[3].isoformat()
        ),
        str(path),
        hint=_("first written in {file}; keep one, or say replaces_shipped: true in the office's own").format(
            file=first.name
        ),
    )


def _years(file: ParameterFile, lines: Lines, name: str) -> list[Fault]:
    return [
        Fault(
            "AWD-102",
            _("a value cannot count before the year it measures has ended"),
            name,
            lines.get(("regions", at, "values", number)),
            f"$.regions[{at}].values[{number}]",
            f"{value.since.isoformat()} < {value.year + 1}",
            _("write the year of the statistics in year, and the first day on which it counts in from"),
        )
        for at, regional in enumerate(file.regions)
        for number, value in enumerate(regional.values)
        if value.since.year <= value.year
    ]
