"""The dated values that a standard takes for one case, and what must be said about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from yingjiu.awards.errors import NoAmountError
from yingjiu.awards.facts import AwardCase
from yingjiu.awards.parameters import NATIONAL, Found, ParameterBook, parameter_label, series_label
from yingjiu.awards.standard import ParameterUse, Standard
from yingjiu.codes import region_name
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["resolve"]

_DIGITS: Final = {"national": 0, "province": 2, "city": 4}


def resolve(standard: Standard, case: AwardCase, book: ParameterBook) -> tuple[dict[str, Found], list[str]]:
    """Find every value that the standard takes.

    Args:
        standard: the standard.
        case: region and day of the decision, and a wage that the office states itself.
        book: the parameters.

    Returns:
        The values by the names that the steps use, and warnings: stale, taken from the country, stated.

    Raises:
        NoAmountError: ``AWD-401`` with every value that is missing: then there is no amount.
    """
    found: dict[str, Found] = {}
    warnings: list[str] = []
    faults: list[Fault] = []
    for name, use in standard.parameters.items():
        value, said = _one(use, case, book)
        if value is None and use.optional:
            warnings.append(_missing(use, case).message)
        elif value is None:
            faults.append(_missing(use, case))
        else:
            found[name] = value
            warnings += said
    if faults:
        raise NoAmountError(*faults)
    return found, warnings


def _region(use: ParameterUse, region: str) -> str:
    digits = _DIGITS[use.region]
    return (region[:digits] + NATIONAL)[:6] if digits else NATIONAL


def _one(use: ParameterUse, case: AwardCase, book: ParameterBook) -> tuple[Found | None, list[str]]:
    if case.wage is not None and use.parameter == "average_monthly_wage":
        amount, year, source = case.wage
        stated = Found(
            use.parameter,
            _("average monthly wage"),
            use.series,
            case.region,
            amount,
            "yuan/month",
            year,
            source,
            "own",
            False,
        )
        return stated, [
            _("the wage of {year} was stated by the office: {source}").format(year=year, source=source)
        ]
    region = _region(use, case.region)
    value = _fresh(book.find(use.parameter, use.series, region, case.decided_on), use, case)
    warnings: list[str] = []
    if value is None and use.fallback == "national":
        value = _fresh(book.find(use.parameter, use.series, NATIONAL, case.decided_on), use, case)
        if value is not None:
            warnings.append(
                _("{region} has no value of {title}: the standard then takes the country's").format(
                    region=region_name(region) or region, title=value.title
                )
            )
    if value is not None and (value.stale or value.year < case.decided_on.year - 1):
        value = replace(value, stale=True)
        warnings.append(
            _("{title} of {year} is stale on {day}: look for the value of {wanted}").format(
                title=value.title,
                year=value.year,
                day=case.decided_on.isoformat(),
                wanted=case.decided_on.year - 1,
            )
        )
    return value, warnings


def _fresh(value: Found | None, use: ParameterUse, case: AwardCase) -> Found | None:
    """A value that is older than the standard allows is as good as missing."""
    return value if value is not None and value.year >= case.decided_on.year - use.oldest_years else None


def _missing(use: ParameterUse, case: AwardCase) -> Fault:
    region = _region(use, case.region)
    return Fault(
        "AWD-401",
        (
            _("{parameter} ({series}) of {year} is not known for {region}")
            if use.optional
            else _("no amount: {parameter} ({series}) of {year} is not known for {region}")
        ).format(
            parameter=parameter_label(use.parameter),
            series=series_label(use.series),
            year=case.decided_on.year - 1,
            region=region_name(region) or (_("the country") if region == NATIONAL else region),
        ),
        hint=_("import the office's table: yingjiu award import-wages FILE, or state the wage in the case"),
    )
