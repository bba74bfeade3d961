"""What is checked of a standard before it may compute anything: every fault at once, none at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from yingjiu.awards.compute import compute_with, unrounded
from yingjiu.awards.facts import AwardCase, Fact, unknown_fact
from yingjiu.awards.inputs import INPUTS
from yingjiu.awards.interval import Interval, plain
from yingjiu.awards.operations import (
    CivilDamages,
    Multiply,
    ParameterValue,
    Per,
    TableLookup,
    Tally,
    operands_of,
)
from yingjiu.awards.parameters import Found
from yingjiu.awards.standard import Standard, StepDeclaration
from yingjiu.declarations import Lines
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["check_standard"]

MOST_MONTHS: Final = Decimal(36)
"""中政委〔2014〕3号: normally within 36 months of the average monthly wage."""

_WAGE: Final = Decimal(10_000)
_NUMERIC: Final = frozenset({"count", "money"})


def check_standard(standard: Standard, lines: Lines, file: str) -> list[Fault]:
    """Every fault of a standard.

    Args:
        standard: complete, with what it takes from the one it extends.
        lines: of its own file.
        file: its name.

    Returns:
        Faults ``AWD-202`` to ``AWD-212``; none for a standard that may be used.
    """
    checking = _Checking(standard, lines, file)
    checking.names()
    checking.numbers()
    checking.caps()
    checking.rest()
    if not checking.faults:
        checking.probe()
    return checking.faults


class _Checking:
    def __init__(self, standard: Standard, lines: Lines, file: str) -> None:
        self.standard = standard
        self.lines = lines
        self.file = file
        self.faults: list[Fault] = []

    def fault(
        self, code: str, message: str, path: str, found: object = None, hint: str | None = None
    ) -> None:
        key = tuple(int(part) if part.isdigit() else part for part in path.removeprefix("$.").split("."))
        line = self.lines.get(key) or self.lines.get(key[:-1]) or self.lines.get(key[:1])
        self.faults.append(
            Fault(code, message, self.file, line, path, None if found is None else str(found), hint)
        )

    def _path(self, step: StepDeclaration) -> str:
        return f"$.steps.{self.standard.steps.index(step)}"

    # --- names ---------------------------------------------------------------------------------------

    def names(self) -> None:
        """Every name stands for something that is there, and comes before its use."""
        known: list[str] = []
        for step in self.standard.steps:
            path = self._path(step)
            if step.id in known or step.id in INPUTS or step.id in {"amount", "band_low", "band_high"}:
                self.fault("AWD-210", _("this identifier is taken"), path, step.id)
            self._read_names(step, known, path)
            known.append(step.id)
        if self.standard.amount not in known:
            self.fault(
                "AWD-202", _("amount should name a step"), "$.amount", self.standard.amount, _known(known)
            )
        for at, cap in enumerate(self.standard.caps):
            if isinstance(cap.limit, str) and cap.limit not in known:
                self.fault("AWD-202", _("there is no such step"), f"$.caps.{at}", cap.limit, _known(known))
        if self.standard.urgent is not None and self.standard.urgent.wage not in known:
            self.fault(
                "AWD-202", _("there is no such step"), "$.urgent", self.standard.urgent.wage, _known(known)
            )

    def _read_names(self, step: StepDeclaration, known: list[str], path: str) -> None:
        reads = operands_of(step.operation)
        for name in reads.get("parameters", []):
            if name not in self.standard.parameters:
                self.fault(
                    "AWD-202", _("there is no such parameter"), path, name, _known(self.standard.parameters)
                )
        for operand in reads.get("numbers", []):
            numeric = isinstance(operand, str) and operand in INPUTS and INPUTS[operand].kind in _NUMERIC
            if isinstance(operand, str) and operand not in known and not numeric:
                self.fault(
                    "AWD-202",
                    _("this is no earlier step and no fact that is a number"),
                    path,
                    operand,
                    _known(known),
                )
        for kind, wanted in (("codes", {"code", "grade", "flag", "count"}), ("sets", {"codes"})):
            for name in reads.get(kind, []):
                if name not in INPUTS or INPUTS[name].kind not in wanted:
                    self.fault("AWD-202", _("this is no fact of the right kind"), path, name, _known(INPUTS))
        if isinstance(step.operation, TableLookup | Tally):
            self._codes(step.operation, path)
        for condition in step.when:
            item = INPUTS.get(condition.input)
            codes = (
                ("true", "false") if item is not None and item.kind == "flag" else getattr(item, "codes", ())
            )
            if (
                item is None
                or item.kind not in {"code", "grade", "flag"}
                or not set(condition.is_) <= set(codes)
            ):
                self.fault(
                    "AWD-202",
                    _("a condition names a fact that is a code or a flag, and its codes"),
                    path,
                    f"{condition.input} is {', '.join(condition.is_)}",
                    _known(codes or INPUTS),
                )

    def _codes(self, operation: TableLookup | Tally, path: str) -> None:
        name = operation.by if isinstance(operation, TableLookup) else operation.of
        item = INPUTS.get(name)
        if item is None:
            return
        codes = item.codes
        if item.kind == "flag":
            codes = ("true", "false")
        elif item.kind == "count":
            codes = (
                tuple(str(number) for number in range(int(item.most) + 1))
                if item.name != "levels"
                else ("1", "2", "3")
            )
        extra = [code for code in operation.values if code not in codes]
        if extra:
            self.fault(
                "AWD-203", _("codes that the list does not hold"), path, ", ".join(extra), _known(codes)
            )
        if isinstance(operation, TableLookup) and operation.missing is None:
            missing = [code for code in codes if code not in operation.values]
            if missing:
                self.fault(
                    "AWD-203",
                    _("codes without a number"),
                    path,
                    ", ".join(missing),
                    _("give each one, or say what the missing ones count: missing: 0"),
                )

    # --- numbers -------------------------------------------------------------------------------------

    def numbers(self) -> None:
        """No number can push the amount below zero, and no graver harm counts less."""
        for step in self.standard.steps:
            path = self._path(step)
            below = [number for number in _numbers(step) if number < 0]
            if below:
                self.fault(
                    "AWD-204",
                    _("a negative number could push the amount below zero"),
                    path,
                    ", ".join(map(plain, below)),
                    _("a reduction is a factor between 0 and 1, or a subtract step, which stops at zero"),
                )
            self._order(step, path)

    def _order(self, step: StepDeclaration, path: str) -> None:
        """The codes of graded scales stand from the gravest to the least."""
        operation = step.operation
        if not isinstance(operation, TableLookup) or operation.by not in {
            "injury_grade",
            "injury_disability_grade",
        }:
            return
        numbers = [operation.number(code) for code in INPUTS[operation.by].codes]
        for graver, lesser in pairwise(numbers):
            if graver < lesser:
                self.fault(
                    "AWD-208",
                    _("a graver harm would give less than a lesser one"),
                    path,
                    f"{plain(graver)} < {plain(lesser)}",
                    _("number the grades so that none is below the next"),
                )

    # --- caps ----------------------------------------------------------------------------------------

    def caps(self) -> None:
        """The two caps of the law are there, and no cap is wider than the law's."""
        kinds = {cap.kind for cap in self.standard.caps}
        if "months" not in kinds:
            self.fault(
                "AWD-205",
                _("the cap of 36 months is missing"),
                "$.caps",
                hint=_("add a cap of the kind months, whose limit multiplies the wage with at most 36"),
            )
        if "court" not in kinds:
            self.fault(
                "AWD-206",
                _("the cap of what the court should award is missing"),
                "$.caps",
                hint=_("add a cap of the kind court"),
            )
        for at, cap in enumerate(self.standard.caps):
            if cap.kind == "court" and cap.breakable:
                self.fault("AWD-206", _("no approval lifts what the court should award"), f"$.caps.{at}")
            if cap.kind == "months":
                self._months(cap.limit, at)

    def _months(self, limit: Decimal | str, at: int) -> None:
        step = next((step for step in self.standard.steps if step.id == limit), None)
        months = [
            number
            for number in (
                step.operation.of if step is not None and isinstance(step.operation, Multiply) else ()
            )
            if isinstance(number, Decimal)
        ]
        if len(months) != 1 or months[0] > MOST_MONTHS:
            self.fault(
                "AWD-205",
                _("the months cap multiplies the wage with at most 36"),
                f"$.caps.{at}",
                ", ".join(map(plain, months)) or limit,
                _("limit: a step like multiply: [wage, 36]"),
            )

    def rest(self) -> None:
        """Urgent relief of at most six months; shares that make a whole."""
        urgent = self.standard.urgent
        if urgent is not None and not urgent.usual_months <= urgent.most_months <= 6:
            self.fault(
                "AWD-211",
                _("urgent relief is usually three months of wage and never above six"),
                "$.urgent",
                f"{plain(urgent.usual_months)}, {plain(urgent.most_months)}",
            )
        if self.standard.joint is not None:
            for levels, shares in self.standard.joint.shares.items():
                if len(shares) != int(levels) or sum(shares) != 1:
                    self.fault(
                        "AWD-211",
                        _("the shares of {levels} levels should be as many, and make one").format(
                            levels=levels
                        ),
                        "$.joint",
                        " + ".join(map(plain, shares)),
                    )

    # --- probes --------------------------------------------------------------------------------------

    def probe(self) -> None:
        """Compute with everything unknown: the ends of every step's value are then seen at once."""
        parameters = {name: _sample(name) for name in self.standard.parameters}
        case = _case()
        steps = unrounded(case, self.standard, parameters)
        for step in self.standard.steps:
            self._bounds(step, steps[step.id].value)
        cap = min(
            (
                steps[cap.limit].value.high if isinstance(cap.limit, str) else cap.limit
                for cap in self.standard.caps
                if cap.kind != "court"
            ),
        )
        most = steps[self.standard.amount].value.high
        if most > cap and not self.standard.relies_on_cap:
            self.fault(
                "AWD-207",
                _("the steps can reach {most} yuan where a cap stands at {cap} (wage {wage})").format(
                    most=plain(most), cap=plain(cap), wage=plain(_WAGE)
                ),
                "$.amount",
                hint=_("lower the factors, or say that the cap is meant to cut: relies_on_cap: true"),
            )
        self._received(case, parameters)

    def _bounds(self, step: StepDeclaration, value: Interval) -> None:
        if step.bounds is not None and not (step.bounds[0] <= value.low and value.high <= step.bounds[1]):
            self.fault(
                "AWD-209",
                _("the step can leave its bounds"),
                self._path(step),
                str(value),
                _("bounds: {low} to {high}").format(low=plain(step.bounds[0]), high=plain(step.bounds[1])),
            )

    def _received(self, case: AwardCase, parameters: dict[str, Found]) -> None:
        highest = None
        for received in (0, 10_000, 100_000, 1_000_000):
            facts = {
                **case.facts,
                "received": Fact("received", "stated", amount=Interval.of(received)),
                "awarded": Fact("awarded", "stated", amount=Interval.of(200_000)),
            }
            high = compute_with(replace(case, facts=facts), self.standard, parameters, []).amount.high
            if highest is not None and high > highest:
                self.fault(
                    "AWD-212",
                    _("more compensation received would give more relief"),
                    "$.steps",
                    f"{plain(highest)} < {plain(high)}",
                )
            highest = high


def _known(names: Iterable[str]) -> str:
    return _("known: {names}").format(names=", ".join(names))


def _numbers(step: StepDeclaration) -> Iterator[Decimal]:
    yield step.otherwise
    operation = step.operation
    match operation:
        case TableLookup():
            yield from (*operation.values.values(), operation.missing or Decimal(0))
        case Tally():
            yield from (*operation.values.values(), operation.most)
        case Per():
            yield from (operation.each, operation.most)
        case CivilDamages():
            yield operation.funeral_months
        case ParameterValue():
            return
        case _:
            for operand in operands_of(operation).get("numbers", []):
                if isinstance(operand, Decimal):
                    yield operand


def _sample(name: str) -> Found:
    return Found(name, name, "non_private", "000000", _WAGE, "yuan/month", 2024, name, "own", stale=False)


def _case() -> AwardCase:
    """A case of which nothing is known."""
    facts = {name: unknown_fact(item) for name, item in INPUTS.items()}
    return AwardCase("", "000000", date(2025, 1, 1), facts)
