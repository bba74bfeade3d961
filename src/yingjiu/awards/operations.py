"""The typed operations of which a standard's steps are made. There are no others, and nothing is evaluated.

Every operation is monotone in each number it reads, so that a range of inputs gives a range that holds every
value the inputs can lead to.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from yingjiu.awards.civil import disability_coefficient, years_of_damages
from yingjiu.awards.facts import Fact
from yingjiu.awards.inputs import NO_GRADE, code_label
from yingjiu.awards.interval import INFINITE, ZERO, Interval, plain
from yingjiu.awards.parameters import series_label
from yingjiu.awards.scope import Operand, Outcome, Scope, used
from yingjiu.awards.trace import TraceInput, share
from yingjiu.declarations import Declaration
from yingjiu.language import _

__all__ = [
    "Add",
    "CivilDamages",
    "Greatest",
    "Least",
    "Multiply",
    "Operation",
    "ParameterValue",
    "Per",
    "Share",
    "Subtract",
    "TableLookup",
    "Tally",
    "Uncovered",
    "When",
    "operands_of",
]

Number = Annotated[Decimal, Field(ge=-1_000, le=10_000_000)]
Operands = Annotated[tuple[Operand, ...], Field(min_length=1, max_length=12)]


def _short(key: str, data: Any) -> Any:
    """The short way to write an operation that has one key."""
    return data if isinstance(data, dict) else {key: data}


class ParameterValue(Declaration):
    """``parameter``: a dated value of the catalogue, as the standard's ``parameters`` say."""

    name: str

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, data: Any) -> Any:
        return _short("name", data)

    def evaluate(self, scope: Scope) -> Outcome:
        """Take the value; one that is missing and optional may be anything."""
        found = scope.parameters.get(self.name)
        if found is None:
            told = TraceInput(self.name, self.name, _("unknown"), None, "unknown")
            anything = Interval(ZERO, INFINITE)
            return Outcome(anything, str(anything), (told,), note=_("the catalogue has no value"))
        told = TraceInput(
            self.name,
            found.title,
            plain(found.value),
            _("{year}, {series}, {citation} (grade {grade})").format(
                year=found.year,
                series=series_label(found.series),
                citation=found.citation,
                grade=found.grade,
            ),
            "parameter",
        )
        return Outcome(Interval.of(found.value), plain(found.value), (told,))


class TableLookup(Declaration):
    """``table``: the number that stands beside a code; ``missing`` for the codes it does not list."""

    by: str
    values: Annotated[dict[str, Number], Field(min_length=1)]
    missing: Number | None = None

    def evaluate(self, scope: Scope) -> Outcome:
        """Look the code up; of several possible codes, the lowest and the highest number."""
        fact = scope.fact(self.by)
        codes = fact.codes or (
            (plain(fact.amount.low),) if fact.amount and fact.known else tuple(self.values)
        )
        found = [self.number(code) for code in codes]
        value = Interval(min(found), max(found))
        return Outcome(value, f"{fact.shown} → {value}", (used(fact),))

    def number(self, code: str) -> Decimal:
        """The number beside a code."""
        return self.values.get(code, self.missing or ZERO)


class Tally(Declaration):
    """``tally``: the numbers beside the codes of a list, added, up to ``most``."""

    of: str
    values: Annotated[dict[str, Number], Field(min_length=1)]
    most: Number

    def evaluate(self, scope: Scope) -> Outcome:
        """Add what stands beside each code."""
        fact = scope.fact(self.of)
        if not fact.known:
            high = min(self.most, sum(self.values.values(), ZERO))
            return Outcome(Interval(ZERO, high), f"{fact.shown} → {Interval(ZERO, high)}", (used(fact),))
        found = [self.values[code] for code in fact.codes if code in self.values]
        value = min(self.most, sum(found, ZERO))
        formula = f"min({' + '.join(map(plain, found)) or '0'}, {plain(self.most)})"
        return Outcome(Interval.of(value), formula, (used(fact),))


class Per(Declaration):
    """``per``: so much for each of a number, up to ``most``."""

    count: Operand
    each: Number
    most: Number

    def evaluate(self, scope: Scope) -> Outcome:
        """Multiply, and stop at the most."""
        count = scope.number(self.count)
        product = count.times(Interval.of(self.each))
        value = Interval(min(product.low, self.most), min(product.high, self.most))
        formula = f"min({count} × {plain(self.each)}, {plain(self.most)})"
        return Outcome(value, formula, *scope.seen(self.count))


class _Fold(Declaration):
    of: Operands

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, data: Any) -> Any:
        return _short("of", data)

    def _values(self, scope: Scope) -> list[Interval]:
        return [scope.number(operand) for operand in self.of]


class Add(_Fold):
    """``add``: the sum."""

    def evaluate(self, scope: Scope) -> Outcome:
        """Add."""
        values = self._values(scope)
        return Outcome(reduce(Interval.plus, values), " + ".join(map(str, values)), *scope.seen(*self.of))


class Multiply(_Fold):
    """``multiply``: the product."""

    def evaluate(self, scope: Scope) -> Outcome:
        """Multiply."""
        values = self._values(scope)
        return Outcome(reduce(Interval.times, values), " × ".join(map(str, values)), *scope.seen(*self.of))


class Least(_Fold):
    """``least``: the smallest."""

    def evaluate(self, scope: Scope) -> Outcome:
        """Take the smallest."""
        values = self._values(scope)
        value = Interval(min(each.low for each in values), min(each.high for each in values))
        return Outcome(value, f"min({', '.join(map(str, values))})", *scope.seen(*self.of))


class Greatest(_Fold):
    """``greatest``: the largest."""

    def evaluate(self, scope: Scope) -> Outcome:
        """Take the largest."""
        values = self._values(scope)
        value = Interval(max(each.low for each in values), max(each.high for each in values))
        return Outcome(value, f"max({', '.join(map(str, values))})", *scope.seen(*self.of))


class Subtract(Declaration):
    """``subtract``: ``less`` from ``of``, never below zero."""

    of: Operand
    less: Operand

    def evaluate(self, scope: Scope) -> Outcome:
        """Subtract, and stop at zero."""
        whole, less = scope.number(self.of), scope.number(self.less)
        return Outcome(whole.less(less), f"max({whole} − {less}, 0)", *scope.seen(self.of, self.less))


class Share(Declaration):
    """``share``: which part ``of`` is of ``whole``, from 0 to 1, to four decimals."""

    of: Operand
    whole: Operand

    def evaluate(self, scope: Scope) -> Outcome:
        """Divide, between nothing and the whole."""
        part, whole = scope.number(self.of), scope.number(self.whole)
        value = Interval(share(part.low, whole.high), share(part.high, whole.low))
        return Outcome(value, f"share({part}, {whole})", *scope.seen(self.of, self.whole))


class Uncovered(Declaration):
    """``uncovered``: one minus a share."""

    share: str

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, data: Any) -> Any:
        return _short("share", data)

    def evaluate(self, scope: Scope) -> Outcome:
        """Take what is left of the whole."""
        value = scope.number(self.share)
        return Outcome(Interval.of(1).less(value), f"1 − {value}", *scope.seen(self.share))


class CivilDamages(Declaration):
    """``civil_damages``: what the court awarded, or should award by the coefficients of civil damages.

    Attributes:
        income: step with the yearly income per head.
        wage: step with the monthly wage, for the funeral.
        funeral_months: months of wage for the funeral.
        without_grade: what counts for an injury without a grade: ``unlimited``, or ``documented`` loss.
    """

    income: str
    wage: str
    funeral_months: Number
    without_grade: Literal["unlimited", "documented"]

    def evaluate(self, scope: Scope) -> Outcome:
        """Take the court's figure, or estimate it."""
        awarded = scope.fact("awarded")
        told = (used(awarded),)
        if awarded.known and awarded.amount is not None:
            return Outcome(awarded.amount, str(awarded.amount), told)
        harm, grade, age = (scope.fact(name) for name in ("harm", "injury_disability_grade", "victim_age"))
        further = scope.fact("further_disability_grades")
        inputs = (*told, used(harm), used(grade), used(further), used(age))
        more, children = scope.seen("medical_cost", "loss", self.income, self.wage)
        cases = list(self._cases(scope, harm, grade, further))
        value = reduce(Interval.hull, (each for each, _formula in cases))
        formula = cases[0][1] if len(cases) == 1 else str(value)
        if not awarded.known:
            value = Interval(ZERO, INFINITE)
            formula = str(value)
        note = (
            _("what the court should award cannot be estimated without a grade")
            if value.low == INFINITE
            else None
        )
        return Outcome(value, formula, (*inputs, *more), children, note)

    def _cases(self, scope: Scope, harm: Fact, grade: Fact, further: Fact) -> Iterator[tuple[Interval, str]]:
        """Every harm and grade that is possible, with its damages."""
        known = scope.number("medical_cost").plus(scope.number("loss"))
        told = f"{scope.number('medical_cost')} + {scope.number('loss')}"
        years = _years(scope.fact("victim_age"))
        income = scope.number(self.income)
        funeral = scope.number(self.wage).times(Interval.of(self.funeral_months))
        for kind in harm.codes:
            if kind == "death":
                value = income.times(years).plus(funeral).plus(known)
                yield (
                    value,
                    f"{income} × {years} + {scope.number(self.wage)} × {plain(self.funeral_months)} + {told}",
                )
                continue
            for code in grade.codes if kind in {"bodily", "psychological"} else (NO_GRADE,):
                if code == NO_GRADE:
                    if kind not in {"bodily", "psychological"} or self.without_grade == "documented":
                        yield known, told
                    else:
                        yield Interval(INFINITE, INFINITE), "∞"
                    continue
                coefficient = disability_coefficient([int(code), *map(int, further.codes)])
                value = income.times(years).times(Interval.of(coefficient)).plus(known)
                yield value, f"{income} × {years} × {plain(coefficient)} + {told}"


def _years(age: Fact) -> Interval:
    assert age.amount is not None  # noqa: S101 - an age is a number, known or not
    return Interval(
        Decimal(years_of_damages(int(age.amount.high))), Decimal(years_of_damages(int(age.amount.low)))
    )


class When(Declaration):
    """A condition for a step to count.

    Attributes:
        input: a fact that is a code or a flag.
        is_: codes that fulfil it; ``true`` or ``false`` for a flag.
    """

    input: str
    is_: Annotated[tuple[str, ...], Field(min_length=1)] = Field(alias="is")

    def holds(self, scope: Scope) -> bool | None:
        """True, false, or None when it is unknown."""
        possible = {code in self.is_ for code in scope.fact(self.input).codes}
        return possible.pop() if len(possible) == 1 else None

    def shown(self) -> str:
        """The codes in the user's language."""
        words = {"true": _("yes"), "false": _("no")}
        return _(", ").join(words.get(code) or code_label(self.input, code) for code in self.is_)


Operation = (
    ParameterValue
    | TableLookup
    | Tally
    | Per
    | Add
    | Multiply
    | Least
    | Greatest
    | Subtract
    | Share
    | Uncovered
    | CivilDamages
)


def operands_of(  # noqa: PLR0911 - one for each operation
    operation: Operation,
) -> dict[str, list[Any]]:
    """What an operation reads: names or numbers that are numbers, codes, and parameters."""
    match operation:
        case ParameterValue():
            return {"parameters": [operation.name]}
        case TableLookup():
            return {"codes": [operation.by]}
        case Tally():
            return {"sets": [operation.of]}
        case Per():
            return {"numbers": [operation.count]}
        case Subtract():
            return {"numbers": [operation.of, operation.less]}
        case Share():
            return {"numbers": [operation.of, operation.whole]}
        case Uncovered():
            return {"numbers": [operation.share]}
        case CivilDamages():
            return {"numbers": [operation.income, operation.wage]}
        case _:
            return {"numbers": list(operation.of)}
