"""What the words expand to: plain arithmetic on years, months and days, which every engine computes alike.

An engine's own date functions disagree: ``date_diff('year', ...)`` counts New Year's days in DuckDB and
birthdays in Spark. Only whole days between two dates are the same everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.arithmetic import arithmetic
from yingjiu.screening.expressions.errors import Faults
from yingjiu.screening.expressions.terms import (
    REFUSED,
    Term,
    agree,
    as_decimal,
    group,
    joint_decimal,
)
from yingjiu.screening.expressions.types import BOOLEAN, INT32, Kind, ValueType

__all__ = [
    "active_on",
    "coalesce",
    "days",
    "gap",
    "length",
    "months",
    "share_below",
    "starts_with",
    "within_months",
    "years",
]

_MONTHS_BOUND: Final = 100_000
_DAYS_BOUND: Final = 4_000_000


def _together(arguments: tuple[Term, ...], tree: exp.Expr, of: ValueType) -> Term:
    """The term of a word that is unknown as soon as one argument is."""
    return Term(
        tree,
        of,
        reads=any(argument.reads for argument in arguments),
        nullable=any(argument.nullable for argument in arguments),
    )


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _field(name: str, day: Term) -> exp.Expr:
    return exp.Extract(this=exp.var(name), expression=day.tree.copy())


def _sum(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Add(this=left, expression=right))


def _difference(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def _times(left: exp.Expr, factor: int) -> exp.Expr:
    return exp.Paren(this=exp.Mul(this=left, expression=_number(factor)))


def _day_of_year(day: Term) -> exp.Expr:
    """Month and day as one number that keeps their order."""
    return _sum(_times(_field("MONTH", day), 100), _field("DAY", day))


def _month_number(day: Term) -> exp.Expr:
    return _sum(_times(_field("YEAR", day), 12), _field("MONTH", day))


def _one_if_before(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Case(
        ifs=[exp.If(this=exp.LT(this=left, expression=right), true=_number(1))], default=_number(0)
    )


def years(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    """Full years; the day of the year decides whether the last one is complete."""
    start, end = arguments
    tree = _difference(
        _difference(_field("YEAR", end), _field("YEAR", start)),
        _one_if_before(_day_of_year(end), _day_of_year(start)),
    )
    return _together(arguments, tree, ValueType(Kind.INTEGER, bound=_MONTHS_BOUND))


def months(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    """Full months; the day of the month decides whether the last one is complete."""
    start, end = arguments
    tree = _difference(
        _difference(_month_number(end), _month_number(start)),
        _one_if_before(_field("DAY", end), _field("DAY", start)),
    )
    return _together(arguments, tree, ValueType(Kind.INTEGER, bound=_MONTHS_BOUND))


def days(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    """Days, the one date function on which all engines agree."""
    start, end = arguments
    tree = exp.DateDiff(this=end.tree.copy(), expression=start.tree.copy(), unit=exp.var("DAY"))
    return _together(arguments, tree, ValueType(Kind.INTEGER, bound=_DAYS_BOUND))


def within_months(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
    """Year, month and day of the period's last day are compared without making it a date."""
    when, day, months = arguments
    if not isinstance(months.value, int) or not 0 <= months.value <= 1200:
        faults.add(
            "SCR-034",
            _("the number of months is a whole number from 0 to 1200"),
            found=found,
            hint="within_months(paid_on, :run_date, 12)",
        )
        return REFUSED
    last = _sum(_times(_sum(_month_number(when), _number(months.value)), 32), _field("DAY", when))
    today = _sum(_times(_month_number(day), 32), _field("DAY", day))
    tree = exp.And(
        this=exp.LTE(this=group(when.tree), expression=group(day.tree)),
        expression=exp.GTE(this=last, expression=today),
    )
    return _together(arguments, tree, BOOLEAN)


def active_on(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    """An unknown bound is put at the day itself, so that it holds, and an unknown day stays unknown."""
    start, end, day = arguments

    def known(bound: Term) -> exp.Expr:
        return exp.Coalesce(this=bound.tree.copy(), expressions=[day.tree.copy()])

    tree = exp.And(
        this=exp.LTE(this=known(start), expression=group(day.tree)),
        expression=exp.GTE(this=known(end), expression=group(day.tree)),
    )
    return replace(_together(arguments, tree, BOOLEAN), nullable=day.nullable)


def share_below(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
    """A product instead of a quotient: nothing divides by zero."""
    part, whole, fraction = arguments
    if not isinstance(fraction.value, int | Decimal) or not 0 < fraction.value <= 1:
        faults.add(
            "SCR-034",
            _("the fraction is a number above 0 and at most 1"),
            found=found,
            hint="share_below(received, awarded, 0.5)",
        )
        return REFUSED
    share = arithmetic("*", whole, fraction, faults, found)
    if share is REFUSED:
        return REFUSED
    pair = agree(part, share, faults, found)
    if pair is None:
        return REFUSED
    tree = exp.LT(this=group(pair[0].tree), expression=group(pair[1].tree))
    return _together(arguments, tree, BOOLEAN)


def gap(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
    """An exact difference."""
    return arithmetic("-", arguments[0], arguments[1], faults, found)


def coalesce(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
    """The first known value, all of one type."""
    first, *others = arguments
    if first.value is not None:
        faults.add(
            "SCR-025",
            _("COALESCE begins with a column that can be unknown"),
            found=found,
            hint=_("write COALESCE(column, value if unknown)"),
        )
        return REFUSED
    terms = [first]
    for other in others:
        pair = agree(first, other, faults, found)
        if pair is None:
            return REFUSED
        terms.append(pair[1])
    of = first.type
    trees = [term.tree.copy() for term in terms]
    if of.kind in {Kind.MONEY, Kind.NUMBER} or any(term.kind is Kind.NUMBER for term in terms):
        kind = Kind.MONEY if of.kind is Kind.MONEY else Kind.NUMBER
        for term in terms:
            of = joint_decimal(of, term.type, kind)
        if any(term.type != of for term in terms):
            trees = [as_decimal(term, of.digits, of.scale) for term in terms]
    elif of.kind is Kind.INTEGER:
        of = replace(of, bound=max(term.type.bound for term in terms))
    tree = exp.Coalesce(this=trees[0], expressions=trees[1:])
    column = first.column if of.kind is Kind.CODE else None  # its codes are the column's codes
    return replace(
        _together(arguments, tree, of), nullable=all(term.nullable for term in terms), column=column
    )


def length(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    """Characters, not bytes."""
    return _together(
        arguments, exp.Length(this=arguments[0].tree.copy()), ValueType(Kind.INTEGER, bound=INT32)
    )


def starts_with(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    """No pattern: ``%`` and ``_`` are plain characters."""
    text, beginning = arguments
    tree = exp.StartsWith(this=text.tree.copy(), expression=beginning.tree.copy())
    return _together(arguments, tree, BOOLEAN)
