"""The catalogue of measures, of the facts they rest on, and of agencies. Knows nothing of the database.

Eligibility is logic over facts (:func:`yingjiu.screening.compile_logic`), judged in three values: what is not
known is never taken for false, and the result says what would settle it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from yingjiu.declarations import Declaration, Lines, read_declaration
from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.clocks.citing import citation
from yingjiu.office.phrases import listed
from yingjiu.screening.expressions.logic import compile_logic
from yingjiu.screening.logic import Logic, ids

__all__ = [
    "Agency",
    "Catalogue",
    "FactDeclared",
    "Measure",
    "ParameterValue",
    "read_catalogue",
]

Certainty = Literal["read", "source", "unconfirmed"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=300)]
Region = Annotated[str, Field(pattern=r"^\d{6}$")]
SHIPPED: Final = Path(str(files("yingjiu.catalogue")))


class Basis(Declaration):
    """A rule and its article."""

    rule: Text
    article: str = ""

    @property
    def says(self) -> str:
        """As it is cited."""
        return citation(self.rule, self.article)


class Agency(Declaration):
    """An agency that gives help.

    Attributes:
        title: what it is called.
        aliases: names by which sources and models call it.
    """

    title: Text
    aliases: tuple[str, ...] = ()


class AgencyFile(Declaration):
    """All agencies."""

    agencies: dict[Key, Agency]


class FactDeclared(Declaration):
    """One fact: true, false or unknown.

    Attributes:
        says: it in words.
        origin: where it comes from (``from`` in the file): see :mod:`yingjiu.office.referrals.facts`.
        settle: which document or check would settle it.
        sources: sources of which one must be loaded before "not found" is false.
    """

    says: Text
    origin: Literal[
        "age",
        "sex",
        "own_list",
        "household_list",
        "disability",
        "benefit",
        "parents",
        "household_age",
        "case",
        "number",
        "asked",
    ] = Field(alias="from")
    settle: Text
    sources: tuple[str, ...] = ()
    at_least: int | None = None
    below: int | None = None
    value: str | None = Field(default=None, alias="is")
    list: str | None = None
    also: tuple[str, ...] = ()
    risk: str | None = None
    grades: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    measure: str | None = None
    test: str | None = None
    number: str | None = None
    parameter: str | None = None
    times: str | None = None


class FactFile(Declaration):
    """All facts."""

    facts: dict[Key, FactDeclared]


class ParameterValue(Declaration):
    """A local standard from a day on."""

    region: Region
    since: date = Field(alias="from")
    value: Annotated[Decimal, Field(gt=0)]
    certainty: Certainty
    citation: Text


class ParameterDeclared(Declaration):
    """A local standard."""

    title: Text
    unit: Literal["yuan/month", "yuan/year", "times", "share"]
    values: tuple[ParameterValue, ...] = ()

    def at(self, region: str, on: date) -> ParameterValue | None:
        """The value of the nearest region that has one, as of a day."""
        for near in (region, f"{region[:4]}00", f"{region[:2]}0000", "000000"):
            valid = [value for value in self.values if value.region == near and value.since <= on]
            if valid:
                return max(valid, key=lambda value: value.since)
        return None


class NumberDeclared(Declaration):
    """A number about a household."""

    title: Text
    unit: Literal["yuan/month", "yuan/year", "share"]


class ParameterFile(Declaration):
    """All local standards."""

    parameters: dict[Key, ParameterDeclared]
    numbers: dict[Key, NumberDeclared] = Field(default_factory=dict)


class MeasureDeclared(Declaration):
    """One measure as it is written."""

    title: Text
    agency: Key
    unit: Literal["person", "household"]
    require: Text
    exclude: str = ""
    basis: tuple[Basis, ...] = ()
    certainty: Certainty
    note: str = ""
    also: tuple[Key, ...] = ()


class MeasureFile(Declaration):
    """All measures."""

    measures: dict[Key, MeasureDeclared]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of social assistance.

    Attributes:
        key: identifier; the engine's code of ``measure`` where it has one.
        title: what it is called.
        agency: code of the agency that gives it.
        unit: whether it is judged for a person or a household.
        require: what must be true.
        exclude: what must not; None for nothing.
        basis: rules and articles.
        certainty: how sure we are of the rule.
        note: what to know about it.
        also: codes of the engine that mean the same.
    """

    key: str
    title: str
    agency: str
    unit: str
    require: Logic
    exclude: Logic | None
    basis: tuple[Basis, ...]
    certainty: Certainty
    note: str = ""
    also: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it rests on, each once."""
        parts = [*ids(self.require), *(ids(self.exclude) if self.exclude else ())]
        return tuple(dict.fromkeys(parts))

    @property
    def cited(self) -> str:
        """Its basis in words."""
        return listed(each.says for each in self.basis)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that referrals know of the world outside."""

    measures: Mapping[str, Measure]
    facts: Mapping[str, FactDeclared]
    parameters: Mapping[str, ParameterDeclared]
    numbers: Mapping[str, NumberDeclared]
    agencies: Mapping[str, Agency] = field(default_factory=dict)

    def measure(self, code: str) -> Measure | None:
        """A measure by its key, or by a code that means the same."""
        found = self.measures.get(code)
        return found or next((each for each in self.measures.values() if code in each.also), None)

    def agency_code(self, name: str) -> str | None:
        """The code of an agency by any of its names."""
        if name in self.agencies:
            return name
        return next(
            (code for code, each in self.agencies.items() if name == each.title or name in each.aliases), None
        )


@lru_cache(maxsize=8)
def read_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the catalogue.

    Args:
        folder: an office's own ``measures`` folder; its ``measures.yaml`` and ``parameters.yaml`` replace
            shipped entries key by key, local standards region by region.

    Returns:
        The catalogue; read once in a process.

    Raises:
        DeclarationError: a file is wrong; ``DCL-221`` a line of logic, ``DCL-222`` an unknown agency,
            ``DCL-223`` a fact that names an unknown number or parameter.
    """
    agencies = read_declaration(AgencyFile, SHIPPED / "agencies" / "agencies.yaml").agencies
    book = read_declaration(ParameterFile, SHIPPED / "measures" / "parameters.yaml")
    parameters = dict(book.parameters)
    own = folder / "parameters.yaml" if folder is not None else None
    if own is not None and own.is_file():
        parameters = _replaced(parameters, read_declaration(ParameterFile, own).parameters)

    def facts_hold(declared: FactFile, lines: Lines, file: str) -> list[Fault]:
        return _fact_faults(declared, lines, file, parameters, book.numbers)

    facts = read_declaration(FactFile, SHIPPED / "measures" / "facts.yaml", also=facts_hold).facts

    def measures_hold(declared: MeasureFile, lines: Lines, file: str) -> list[Fault]:
        return _measure_faults(declared, lines, file, facts, agencies)

    declared: dict[str, MeasureDeclared] = {}
    for file in (SHIPPED / "measures" / "measures.yaml", folder / "measures.yaml" if folder else None):
        if file is not None and file.is_file():
            declared |= read_declaration(MeasureFile, file, also=measures_hold).measures
    measures = {key: _compiled(key, each, facts) for key, each in declared.items()}
    return Catalogue(measures, facts, parameters, book.numbers, agencies)


def _replaced(
    shipped: Mapping[str, ParameterDeclared], own: Mapping[str, ParameterDeclared]
) -> dict[str, ParameterDeclared]:
    """The shipped standards, with those of an office in the place of the same region's."""
    merged = dict(shipped)
    for name, declared in own.items():
        places = {value.region for value in declared.values}
        kept = (
            tuple(value for value in shipped[name].values if value.region not in places)
            if name in shipped
            else ()
        )
        merged[name] = declared.model_copy(update={"values": (*kept, *declared.values)})
    return merged


def _compiled(key: str, declared: MeasureDeclared, facts: Mapping[str, FactDeclared]) -> Measure:
    return Measure(
        key=key,
        title=declared.title,
        agency=declared.agency,
        unit=declared.unit,
        require=compile_logic(declared.require, facts),
        exclude=compile_logic(declared.exclude, facts) if declared.exclude else None,
        basis=declared.basis,
        certainty=declared.certainty,
        note=declared.note,
        also=declared.also,
    )


def _fact_faults(
    declared: FactFile,
    lines: Lines,
    file: str,
    parameters: Mapping[str, ParameterDeclared],
    numbers: Mapping[str, NumberDeclared],
) -> list[Fault]:
    faults = []
    for key, fact in declared.facts.items():
        for name, known, word in (
            (fact.number, numbers, "number"),
            (fact.parameter, parameters, "parameter"),
            (fact.times, parameters, "times"),
        ):
            if name is not None and name not in known:
                faults.append(
                    Fault(
                        "DCL-223",
                        _("a fact names something that parameters.yaml does not declare"),
                        file,
                        lines.get(("facts", key, word)),
                        f"$.facts.{key}.{word}",
                        name,
                        _("declare it there, or correct the name"),
                    )
                )
    return faults


def _measure_faults(
    declared: MeasureFile,
    lines: Lines,
    file: str,
    facts: Mapping[str, FactDeclared],
    agencies: Mapping[str, Agency],
) -> list[Fault]:
    faults = []
    for key, measure in declared.measures.items():
        if measure.agency not in agencies:
            faults.append(
                Fault(
                    "DCL-222",
                    _("there is no such agency"),
                    file,
                    lines.get(("measures", key, "agency")),
                    f"$.measures.{key}.agency",
                    measure.agency,
                    _("use a code of catalogue/agencies"),
                )
            )
        for word in ("require", "exclude"):
            text = getattr(measure, word)
            if not text:
                continue
            try:
                compile_logic(text, facts)
            except YingjiuError as error:
                place = lines.get(("measures", key, word))
                faults += [
                    Fault(
                        "DCL-221",
                        each.message,
                        file,
                        place,
                        f"$.measures.{key}.{word}",
                        each.found,
                        each.hint,
                    )
                    for each in error.faults
                ]
    return faults
