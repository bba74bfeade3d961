"""The vocabulary: every function that an expression may call.

Each word expands to plain arithmetic on years, months and days, which every engine computes alike; an engine's
own date functions disagree (``date_diff('year', ...)`` counts New Year's days in DuckDB and birthdays in Spark).
The cases in ``tests/screening/expressions/words.yaml`` hold on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults
from yingjiu.screening.expressions.terms import (
    REFUSED,
    Term,
    agree,
    arithmetic,
    as_decimal,
    group,
    joint_decimal,
    shown,
)
from yingjiu.screening.expressions.types import BOOLEAN, INT32, Kind, ValueType

__all__ = ["WORDS", "Example", "Parameter", "Word"]

_MONTHS_BOUND: Final = 100_000
_DAYS_BOUND: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a word.

    Attributes:
        name: its name in the reference.
        kinds: what it accepts.
    """

    name: str
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Example:
    """A call with its value, for the reference and its test.

    Attributes:
        call: an expression over literals only.
        value: its value, as text; ``NULL`` for unknown.
    """

    call: str
    value: str


Expand = Callable[[tuple[Term, ...], Faults, str], Term]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the language.

    Attributes:
        name: as it is written.
        parameters: its arguments.
        returns: what it gives.
        expand: builds the tree; the arguments have been checked against the parameters.
        zh: what it means, in Chinese.
        en: what it means, in English.
        unknown: what it gives when an argument is NULL.
        examples: calls with their values.
        more: whether the last argument may be repeated.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: str
    expand: Expand
    zh: str
    en: str
    unknown: str
    examples: tuple[Example, ...]
    more: bool = False

    @property
    def signature(self) -> str:
        """``name(argument, ...)``."""
        names = ", ".join(parameter.name for parameter in self.parameters)
        return f"{self.name}({names}{', ...' if self.more else ''})"

    def call(self, arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
        """Check the arguments and expand the word.

        Args:
            arguments: what it is called with.
            faults: gathers ``SCR-014``, ``SCR-023`` and what the expansion refuses.
            found: the call as text.
        """
        wanted = len(self.parameters)
        if len(arguments) < wanted or (len(arguments) > wanted and not self.more):
            faults.add(
                "SCR-014",
                _("{word} takes {wanted} arguments, not {given}").format(
                    word=self.name, wanted=wanted, given=len(arguments)
                ),
                found=found,
                hint=self.signature,
            )
            return REFUSED
        wrong = False
        for index, argument in enumerate(arguments):
            parameter = self.parameters[min(index, wanted - 1)]
            if argument.kind is Kind.WRONG:
                wrong = True
            elif argument.kind not in parameter.kinds:
                wrong = True
                faults.add(
                    "SCR-023",
                    _("{word} wants a {wanted} as its {name}, not a {given}").format(
                        word=self.name,
                        wanted=" / ".join(str(ValueType(kind)) for kind in sorted(parameter.kinds)),
                        name=parameter.name,
                        given=argument.type,
                    ),
                    found=shown(argument),
                    hint=self.signature,
                )
        return REFUSED if wrong else self.expand(arguments, faults, found)


def _together(arguments: tuple[Term, ...], tree: exp.Expression, of: ValueType) -> Term:
    """The term of a word that is unknown as soon as one argument is."""
    return Term(
        tree,
        of,
        reads=any(argument.reads for argument in arguments),
        nullable=any(argument.nullable for argument in arguments),
    )


def _number(value: int) -> exp.Expression:
    return exp.Literal.number(value)


def _field(name: str, day: Term) -> exp.Expression:
    return exp.Extract(this=exp.var(name), expression=day.tree.copy())


def _sum(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Add(this=left, expression=right))


def _difference(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def _times(left: exp.Expression, factor: int) -> exp.Expression:
    return exp.Paren(this=exp.Mul(this=left, expression=_number(factor)))


def _day_of_year(day: Term) -> exp.Expression:
    """Month and day as one number that keeps their order."""
    return _sum(_times(_field("MONTH", day), 100), _field("DAY", day))


def _month_number(day: Term) -> exp.Expression:
    return _sum(_times(_field("YEAR", day), 12), _field("MONTH", day))


def _one_if_before(left: exp.Expression, right: exp.Expression) -> exp.Expression:
    return exp.Case(
        ifs=[exp.If(this=exp.LT(this=left, expression=right), true=_number(1))], default=_number(0)
    )


def _years(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    start, end = arguments
    tree = _difference(
        _difference(_field("YEAR", end), _field("YEAR", start)),
        _one_if_before(_day_of_year(end), _day_of_year(start)),
    )
    return _together(arguments, tree, ValueType(Kind.INTEGER, bound=_MONTHS_BOUND))


def _months(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    start, end = arguments
    tree = _difference(
        _difference(_month_number(end), _month_number(start)),
        _one_if_before(_field("DAY", end), _field("DAY", start)),
    )
    return _together(arguments, tree, ValueType(Kind.INTEGER, bound=_MONTHS_BOUND))


def _days(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    start, end = arguments
    tree = exp.DateDiff(this=end.tree.copy(), expression=start.tree.copy(), unit=exp.var("DAY"))
    return _together(arguments, tree, ValueType(Kind.INTEGER, bound=_DAYS_BOUND))


def _within_months(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
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


def _active_on(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    start, end, day = arguments

    def known(bound: Term) -> exp.Expression:
        return exp.Coalesce(this=bound.tree.copy(), expressions=[day.tree.copy()])

    tree = exp.And(
        this=exp.LTE(this=known(start), expression=group(day.tree)),
        expression=exp.GTE(this=known(end), expression=group(day.tree)),
    )
    return replace(_together(arguments, tree, BOOLEAN), nullable=day.nullable)


def _share_below(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
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
    tree = exp.LT(this=group(part.tree), expression=group(share.tree))
    return _together(arguments, tree, BOOLEAN)


def _gap(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
    return arithmetic("-", arguments[0], arguments[1], faults, found)


def _coalesce(arguments: tuple[Term, ...], faults: Faults, found: str) -> Term:
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


def _length(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    return _together(
        arguments, exp.Length(this=arguments[0].tree.copy()), ValueType(Kind.INTEGER, bound=INT32)
    )


def _starts_with(arguments: tuple[Term, ...], _faults: Faults, _found: str) -> Term:
    text, beginning = arguments
    tree = exp.StartsWith(this=text.tree.copy(), expression=beginning.tree.copy())
    return _together(arguments, tree, BOOLEAN)


_DATE: Final = frozenset({Kind.DATE})
_WHOLE: Final = frozenset({Kind.INTEGER})
_AMOUNT: Final = frozenset({Kind.MONEY, Kind.NUMBER, Kind.INTEGER})
_TEXT: Final = frozenset({Kind.TEXT})
_ANYTHING: Final = frozenset(Kind) - {Kind.WRONG}
_STRICT: Final = "unknown if any argument is unknown"


def _word(
    signature: str,
    kinds: tuple[frozenset[Kind], ...],
    returns: str,
    expand: Expand,
    *,
    zh: str,
    en: str,
    examples: Mapping[str, str],
    unknown: str = _STRICT,
) -> Word:
    name, _paren, arguments = signature.rstrip(")").partition("(")
    names = [argument.strip() for argument in arguments.split(",")]
    more = names[-1] == "..."
    parameters = tuple(Parameter(*pair) for pair in zip(names[:-1] if more else names, kinds, strict=True))
    shown_examples = tuple(Example(call, value) for call, value in examples.items())
    return Word(name, parameters, returns, expand, zh, en, unknown, shown_examples, more)


WORDS: Final[Mapping[str, Word]] = MappingProxyType({
    word.name: word
    for word in (
        _word(
            "age_on(birth, day)", (_DATE, _DATE), "whole number", _years,
            zh="某日的周岁：生日当天满一岁；2月29日出生的，平年于3月1日满岁（期间末日为2月28日，民法典第202条）。",
            en=(
                "Full years of age on a day. A year is complete on the birthday. Who was born on 29 February"
                " completes it on 1 March of a common year: the last day of the running year is then 28 February"
                " (Civil Code art. 202), and it has to end first. In criminal law a person reaches an age only on"
                " the day after the birthday; a lead is not decided by that one day, the handler checks it."
            ),
            examples={
                "age_on(DATE '2006-06-30', DATE '2024-06-30')": "18",
                "age_on(DATE '2006-07-01', DATE '2024-06-30')": "17",
                "age_on(DATE '2004-02-29', DATE '2023-02-28')": "18",
                "age_on(DATE '2004-02-29', DATE '2023-03-01')": "19",
            },
        ),
        _word(
            "years_between(start, end)", (_DATE, _DATE), "whole number", _years,
            zh="两日之间的整年数；止日早于起日为负数。",
            en="Full years from one day to another, counted like age_on; negative if the end comes first.",
            examples={"years_between(DATE '2020-05-10', DATE '2024-05-09')": "3"},
        ),
        _word(
            "months_between(start, end)", (_DATE, _DATE), "whole number", _months,
            zh="两日之间的整月数：到对应日满一个月；没有对应日的，于次月1日满（民法典第202条）。",
            en=(
                "Full months from one day to another. A month is complete on the day of the same number; where the"
                " month has no such day, on the first day of the next month. Negative if the end comes first."
            ),
            examples={
                "months_between(DATE '2024-01-15', DATE '2024-02-15')": "1",
                "months_between(DATE '2024-01-31', DATE '2024-02-29')": "0",
                "months_between(DATE '2024-01-31', DATE '2024-03-01')": "1",
            },
        ),
        _word(
            "days_between(start, end)", (_DATE, _DATE), "whole number", _days,
            zh="两日之间的天数，起日不计（民法典第201条）；止日早于起日为负数。",
            en=(
                "Days from one day to another; the first day is not counted (Civil Code art. 201). Negative if the"
                " end comes first."
            ),
            examples={"days_between(DATE '2024-02-28', DATE '2024-03-01')": "2"},
        ),
        _word(
            "within_months(when, day, months)", (_DATE, _DATE, _WHOLE), "condition", _within_months,
            zh="某事发生在某日之前若干个月内（含期间最后一日；没有对应日的，月末日为最后一日，民法典第202条）。",
            en=(
                "Whether something happened within so many months before a day. The last day of the period counts;"
                " where the month has no such day, its last day is the last day (Civil Code art. 202). What comes"
                " after the day is not within. The months are a plain number or a parameter, 0 to 1200."
            ),
            examples={
                "within_months(DATE '2023-06-30', DATE '2024-06-30', 12)": "TRUE",
                "within_months(DATE '2023-06-29', DATE '2024-06-30', 12)": "FALSE",
                "within_months(DATE '2024-07-01', DATE '2024-06-30', 12)": "FALSE",
            },
        ),
        _word(
            "active_on(start, end, day)", (_DATE, _DATE, _DATE), "condition", _active_on,
            zh="某日是否在有效期内，首尾两日均计入；未填起始日期的视为已开始，未填终止日期的视为仍有效。",
            en=(
                "Whether a day lies within a period, both ends included. A list says who is on it now: an entry"
                " without a start has begun, and one without an end has not ended."
            ),
            unknown="unknown only if the day is unknown; an unknown start has begun, an unknown end has not come",
            examples={
                "active_on(DATE '2024-01-01', DATE '2024-06-30', DATE '2024-06-30')": "TRUE",
                "active_on(DATE '2024-07-01', DATE '2024-12-31', DATE '2024-06-30')": "FALSE",
            },
        ),
        _word(
            "share_below(part, whole, fraction)", (_AMOUNT, _AMOUNT, _AMOUNT), "condition", _share_below,
            zh="部分是否低于整体的某一比例（严格小于）；任一金额不明则结果不明。",
            en=(
                "Whether a part is less than a fraction of a whole. Equal is not below, and nothing is below a share"
                " of zero. The fraction is a plain number or a parameter, above 0 and at most 1."
            ),
            examples={
                "share_below(4999.99, 10000, 0.5)": "TRUE",
                "share_below(5000, 10000, 0.5)": "FALSE",
            },
        ),
        _word(
            "gap(whole, part)", (_AMOUNT, _AMOUNT), "number", _gap,
            zh="整体减去部分的差额；任一金额不明则结果不明。",
            en="What is missing of a whole: whole - part. To count an unknown part as zero say COALESCE(part, 0).",
            examples={"gap(80000, 20000.5)": "59999.5"},
        ),
        _word(
            "COALESCE(value, otherwise, ...)", (_ANYTHING, _ANYTHING), "the type of value", _coalesce,
            zh="第一个已知的值。用它把不明当作某个值，须有依据。",
            en="The first value that is known. It turns unknown into an answer: use it only where the law does.",
            unknown="unknown only if all arguments are unknown",
            examples={},
        ),
        _word(
            "LENGTH(text)", (_TEXT,), "whole number", _length,
            zh="字数。",
            en="Characters of a text; a Chinese character is one.",
            examples={"LENGTH('故意伤害罪')": "5"},
        ),
        _word(
            "STARTS_WITH(text, beginning)", (_TEXT, _TEXT), "condition", _starts_with,
            zh="文本是否以某几个字开头，区分大小写。",
            en="Whether a text begins with another; capital letters differ.",
            examples={"STARTS_WITH('320999100', '3209')": "TRUE", "STARTS_WITH('交通肇事罪', '肇事')": "FALSE"},
        ),
    )
})  # fmt: skip
