"""Standards: how an office turns harm, hardship, fault and compensation into an amount, declared in YAML.

docs/reference/standard-file.md is the language. A standard that ``extends`` another takes all that it does
not say itself; its steps and caps replace those of the same ``id`` and come after the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from yingjiu.awards.errors import StandardError
from yingjiu.awards.operations import (
    Add,
    CivilDamages,
    Greatest,
    Least,
    Multiply,
    Operation,
    ParameterValue,
    Per,
    Share,
    Subtract,
    TableLookup,
    Tally,
    Uncovered,
    When,
)
from yingjiu.awards.scope import Operand
from yingjiu.awards.trace import Basis
from yingjiu.codes import region_name
from yingjiu.declarations import Declaration, read_declaration
from yingjiu.errors import Fault
from yingjiu.language import _, catalogue_text

__all__ = [
    "BasisDeclaration",
    "Cap",
    "Joint",
    "MustHold",
    "ParameterUse",
    "Standard",
    "StepDeclaration",
    "Urgent",
    "choose_standard",
    "read_standard",
    "read_standards",
    "shipped_standards",
]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Factor = Annotated[Decimal, Field(gt=0, le=10)]


class BasisDeclaration(Declaration):
    """A rule and its article."""

    rule: str
    article: str = ""

    @property
    def cited(self) -> Basis:
        """As it stands in a trace."""
        return Basis(catalogue_text(self.rule), catalogue_text(self.article))


class ParameterUse(Declaration):
    """Which value of the catalogue the standard takes.

    Attributes:
        parameter: identifier in the catalogue.
        series: statistical series.
        region: whose value counts: the country's, the province's or the city's of the deciding office.
        fallback: ``national`` takes the country's value where the region's is missing; the trace says so.
        oldest_years: how many years before the decision the value may measure; an older one is missing.
        optional: without it there is an amount all the same, with what rests on it unknown.
    """

    parameter: Identifier
    series: Literal["non_private", "private", "on_post", "all_units", "urban_income"]
    region: Literal["national", "province", "city"]
    fallback: Literal["none", "national"] = "none"
    oldest_years: Annotated[int, Field(ge=1, le=5)] = 2
    optional: bool = False


class StepDeclaration(Declaration):
    """One step: an identifier, what it says, its basis, and exactly one operation.

    Attributes:
        id: identifier; later steps refer to it.
        says: what it computes, in words.
        basis: rules it implements.
        unit: unit of its value; none for a plain number.
        when: conditions that must all hold for the step to count.
        otherwise: its value when they do not.
        bounds: the least and the most that it may come to.
    """

    id: Identifier
    says: str
    basis: tuple[BasisDeclaration, ...] = ()
    unit: Literal["", "yuan", "yuan/month", "yuan/year", "months"] = ""
    when: tuple[When, ...] = ()
    otherwise: Decimal = Decimal(0)
    bounds: tuple[Decimal, Decimal] | None = None
    parameter: ParameterValue | None = None
    table: TableLookup | None = None
    tally: Tally | None = None
    per: Per | None = None
    add: Add | None = None
    multiply: Multiply | None = None
    least: Least | None = None
    greatest: Greatest | None = None
    subtract: Subtract | None = None
    share: Share | None = None
    uncovered: Uncovered | None = None
    civil_damages: CivilDamages | None = None

    @model_validator(mode="after")
    def _one_operation(self) -> StepDeclaration:
        if len(self._operations()) != 1:
            raise ValueError(
                _("a step has exactly one operation: {known}").format(known=", ".join(OPERATIONS))
            )
        return self

    def _operations(self) -> dict[str, Operation]:
        return {name: getattr(self, name) for name in OPERATIONS if getattr(self, name) is not None}

    @property
    def operation(self) -> Operation:
        """The operation."""
        return next(iter(self._operations().values()))

    @property
    def operation_name(self) -> str:
        """Its key in the file."""
        return next(iter(self._operations()))


OPERATIONS = (
    "parameter",
    "table",
    "tally",
    "per",
    "add",
    "multiply",
    "least",
    "greatest",
    "subtract",
    "share",
    "uncovered",
    "civil_damages",
)
"""The keys of the operations."""


class Cap(Declaration):
    """A limit on the amount.

    Attributes:
        id: identifier.
        says: what it is.
        basis: rules it implements.
        kind: ``months`` (the 36 months), ``court`` (what the court should award) or ``local``.
        limit: a step or a number, in yuan.
        breakable: whether a recorded approval lifts it; never for ``court``.
    """

    id: Identifier
    says: str
    basis: tuple[BasisDeclaration, ...] = ()
    kind: Literal["months", "court", "local"]
    limit: Operand
    breakable: bool = False


class Band(Declaration):
    """The band of discretion around the recommended figure, as factors of it."""

    least: Annotated[Decimal, Field(gt=0, le=1)]
    most: Annotated[Decimal, Field(ge=1, le=3)]


class Urgent(Declaration):
    """Urgent relief first (先行救助).

    Attributes:
        says: what it is.
        basis: rules it implements.
        wage: step with the monthly wage.
        usual_months: months of wage that are usual.
        most_months: months that are never passed.
    """

    says: str
    basis: tuple[BasisDeclaration, ...] = ()
    wage: Identifier
    usual_months: Annotated[Decimal, Field(gt=0)]
    most_months: Annotated[Decimal, Field(gt=0)]


class Joint(Declaration):
    """How two or three levels share an amount, the deciding office first.

    Attributes:
        says: what it is.
        basis: rules it implements.
        shares: for ``2`` and ``3`` levels the share of each.
    """

    says: str
    basis: tuple[BasisDeclaration, ...] = ()
    shares: dict[Literal["2", "3"], tuple[Factor, ...]]


class MustHold(Declaration):
    """A case that must hold, readable for a lawyer.

    Attributes:
        says: what it shows.
        region: of the deciding office.
        decided_on: day of the decision.
        facts: as in a case file.
        approval: approval to break a cap.
        wage: a stated wage.
        expect: values of steps, ``amount``, ``band``, ``range``, ``first_relief``, ``to_pay``, ``warnings``
            or ``error``.
    """

    says: str
    region: str
    decided_on: date
    facts: dict[str, Any]
    approval: dict[str, Any] | None = None
    wage: dict[str, Any] | None = None
    expect: Annotated[dict[str, Any], Field(min_length=1)]


class Standard(Declaration):
    """One standard.

    Attributes:
        standard: identifier, the name of its file.
        title: what it is called.
        example: it is an example of the structure and no office's rule.
        extends: the standard of which it takes all that it does not say.
        regions: region codes or their beginnings for which it counts; none = only when it is named.
        valid_from: first day of decisions by it.
        valid_to: last day, if it has ended.
        basis: the rules it follows.
        parameters: the catalogue values it takes, by the names that its steps use.
        steps: in order.
        amount: the step that is the amount before caps and rounding.
        caps: limits, at least the months and the court's.
        relies_on_cap: the steps alone can pass a cap, and the author means the cap to cut them.
        round_to: multiple of yuan to which the amount is rounded down, once.
        band: discretion around the recommended figure.
        urgent: urgent relief first.
        joint: joint relief.
        cases: cases that must hold.
    """

    standard: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: str
    example: bool = False
    extends: str | None = None
    regions: tuple[Annotated[str, Field(pattern=r"^\d{2}(\d{2}(\d{2})?)?$")], ...] = ()
    valid_from: date
    valid_to: date | None = None
    basis: tuple[BasisDeclaration, ...] = ()
    parameters: dict[str, ParameterUse] = Field(default_factory=dict)
    steps: tuple[StepDeclaration, ...] = ()
    amount: str = ""
    caps: tuple[Cap, ...] = ()
    relies_on_cap: bool = False
    round_to: Annotated[Decimal, Field(gt=0, le=10_000)] = Decimal(100)
    band: Band | None = None
    urgent: Urgent | None = None
    joint: Joint | None = None
    cases: tuple[MustHold, ...] = ()


def shipped_standards() -> Path:
    """The folder of the shipped standards."""
    return Path(str(files("yingjiu.catalogue"))) / "standards"


def read_standard(path: Path) -> Standard:
    """Read one standard, complete and checked.

    Args:
        path: its file; what it extends stands beside it or is shipped.

    Returns:
        The standard.

    Raises:
        DeclarationError: the file is wrong, with every fault; the codes ``AWD-202`` to ``AWD-212`` are those
            of :mod:`yingjiu.awards.checks`.
        StandardError: ``AWD-201`` it extends what is not there.
    """
    from yingjiu.awards.checks import check_standard  # noqa: PLC0415 - checks compute with standards

    read = read_declaration(
        Standard, path, also=lambda read, lines, name: check_standard(complete(read, path), lines, name)
    )
    return complete(read, path)


def complete(standard: Standard, path: Path) -> Standard:
    """A standard with what it takes from the one that it extends."""
    if standard.extends is None:
        return standard
    places = [folder / f"{standard.extends}.yaml" for folder in (path.parent, shipped_standards())]
    found = next((place for place in places if place.is_file() and place != path), None)
    if found is None:
        raise StandardError(
            Fault(
                "AWD-201",
                _("there is no standard of this name to extend"),
                str(path),
                path="$.extends",
                found=standard.extends,
                hint=_("put its file beside this one, or extend a shipped standard"),
            )
        )
    base = complete(read_declaration(Standard, found), found)
    said = standard.model_fields_set
    update: dict[str, Any] = {name: getattr(base, name) for name in Standard.model_fields if name not in said}
    update |= {
        "example": standard.example,
        "regions": standard.regions,
        "valid_to": standard.valid_to,
        "cases": standard.cases,
        "parameters": {**base.parameters, **standard.parameters},
        "steps": _merged(base.steps, standard.steps),
        "caps": _merged(base.caps, standard.caps),
    }
    return standard.model_copy(update=update)


def _merged(base: Sequence[Any], own: Sequence[Any]) -> tuple[Any, ...]:
    mine = {item.id: item for item in own}
    known = {item.id for item in base}
    return (*(mine.get(item.id, item) for item in base), *(item for item in own if item.id not in known))


def read_standards(*folders: Path) -> tuple[Standard, ...]:
    """Read the shipped standards and those of an office's own folders; the own ones replace by name.

    Args:
        folders: an office's folders.

    Returns:
        The standards by name.
    """
    found = {
        path.stem: path
        for folder in (shipped_standards(), *folders)
        for path in sorted(folder.glob("*.yaml"))
    }
    return tuple(read_standard(found[name]) for name in sorted(found))


def choose_standard(
    standards: Sequence[Standard], *, region: str, on: date, name: str | None = None
) -> Standard:
    """The standard that counts for a region and day.

    Args:
        standards: those that are known.
        region: six digits.
        on: the day of the decision.
        name: a standard asked for by its name.

    Returns:
        The one asked for; else the one whose region code agrees longest.

    Raises:
        StandardError: ``AWD-220`` the region has none, ``AWD-221`` two are as near, ``AWD-222`` no such
            name, ``AWD-223`` the day is before or after it, or before the law.
    """
    if name is not None:
        named = [each for each in standards if each.standard == name]
        if not named:
            known = ", ".join(each.standard for each in standards)
            raise StandardError(
                Fault(
                    "AWD-222",
                    _("there is no standard of this name"),
                    found=name,
                    hint=_("known standards: {known}").format(known=known),
                )
            )
        return _on_its_day(named, on)
    near = [(len(code), each) for each in standards for code in each.regions if region.startswith(code)]
    if not near:
        raise StandardError(
            Fault(
                "AWD-220",
                _("the region has no standard of its own"),
                found=f"{region} {region_name(region)}",
                hint=_("see docs/how-to/set-a-local-standard.md, or name one: --standard national-example"),
            )
        )
    longest = max(length for length, _each in near)
    best = [each for length, each in near if length == longest]
    return _on_its_day(best, on)


def _on_its_day(standards: Sequence[Standard], on: date) -> Standard:
    valid = [
        each for each in standards if each.valid_from <= on and (each.valid_to is None or on <= each.valid_to)
    ]
    if len(valid) > 1:
        raise StandardError(
            Fault(
                "AWD-221",
                _("two standards count for the same region and day"),
                found=", ".join(each.standard for each in valid),
                hint=_("give one of them a narrower region or an end"),
            )
        )
    if not valid:
        told = "; ".join(
            f"{each.standard}: {each.valid_from.isoformat()} – {each.valid_to or ''}" for each in standards
        )
        raise StandardError(
            Fault(
                "AWD-223",
                _("no standard counts on this day"),
                found=f"{on.isoformat()} ({told})",
                hint=_("check the day of the decision; before the standard there was none"),
            )
        )
    return valid[0]
