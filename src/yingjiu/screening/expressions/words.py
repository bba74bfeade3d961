"""The vocabulary: every function that an expression may call.

What each expands to stands in :mod:`.expansions`. The cases in ``tests/screening/expressions/words.yaml``
hold on every engine, and ``docs/reference/words.md`` is written from this registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from yingjiu.language import _
from yingjiu.screening.expressions import expansions
from yingjiu.screening.expressions.errors import Faults
from yingjiu.screening.expressions.terms import REFUSED, Term, shown
from yingjiu.screening.expressions.types import Kind, ValueType

__all__ = ["WORDS", "Example", "Parameter", "Word"]


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
            "age_on(birth, day)", (_DATE, _DATE), "whole number", expansions.years,
            zh="某日的周岁：生日当天满岁；2月29日出生的，平年3月1日满岁（末日为2月28日，民法典第202条）。",
            en=(
                "Full years of age on a day. A year is complete on the birthday. Who was born on 29"
                " February completes it on 1 March of a common year: the last day of the running year"
                " is then 28 February (Civil Code art. 202), and it has to end first. In criminal law"
                " a person reaches an age only on the day after the birthday; a lead is not decided by"
                " that one day, the handler checks it."
            ),
            examples={
                "age_on(DATE '2006-06-30', DATE '2024-06-30')": "18",
                "age_on(DATE '2006-07-01', DATE '2024-06-30')": "17",
                "age_on(DATE '2004-02-29', DATE '2023-02-28')": "18",
                "age_on(DATE '2004-02-29', DATE '2023-03-01')": "19",
            },
        ),
        _word(
            "years_between(start, end)", (_DATE, _DATE), "whole number", expansions.years,
            zh="两日之间的整年数；止日早于起日为负数。",
            en=(
                "Full years from one day to another, counted like age_on; negative if the end comes"
                " first."
            ),
            examples={"years_between(DATE '2020-05-10', DATE '2024-05-09')": "3"},
        ),
        _word(
            "months_between(start, end)", (_DATE, _DATE), "whole number", expansions.months,
            zh="两日之间的整月数：到对应日满一个月；没有对应日的，于次月1日满（民法典第202条）。",
            en=(
                "Full months from one day to another. A month is complete on the day of the same"
                " number; where the month has no such day, on the first day of the next month."
                " Negative if the end comes first."
            ),
            examples={
                "months_between(DATE '2024-01-15', DATE '2024-02-15')": "1",
                "months_between(DATE '2024-01-31', DATE '2024-02-29')": "0",
                "months_between(DATE '2024-01-31', DATE '2024-03-01')": "1",
            },
        ),
        _word(
            "days_between(start, end)", (_DATE, _DATE), "whole number", expansions.days,
            zh="两日之间的天数，起日不计（民法典第201条）；止日早于起日为负数。",
            en=(
                "Days from one day to another; the first day is not counted (Civil Code art. 201)."
                " Negative if the end comes first."
            ),
            examples={"days_between(DATE '2024-02-28', DATE '2024-03-01')": "2"},
        ),
        _word(
            "within_months(when, day, months)", (_DATE, _DATE, _WHOLE), "condition", expansions.within_months,
            zh="某日之前若干个月内，期间末日计入；没有对应日的以月末日为末日（民法典第202条）。",
            en=(
                "Whether something happened within so many months before a day. The last day of the"
                " period counts; where the month has no such day, its last day is the last day (Civil"
                " Code art. 202). What comes after the day is not within. The months are a plain"
                " number or a parameter, 0 to 1200."
            ),
            examples={
                "within_months(DATE '2023-06-30', DATE '2024-06-30', 12)": "TRUE",
                "within_months(DATE '2023-06-29', DATE '2024-06-30', 12)": "FALSE",
                "within_months(DATE '2024-07-01', DATE '2024-06-30', 12)": "FALSE",
            },
        ),
        _word(
            "active_on(start, end, day)", (_DATE, _DATE, _DATE), "condition", expansions.active_on,
            zh="某日是否在有效期内，首尾两日计入；未填起始日期视为已开始，未填终止日期视为仍有效。",
            en=(
                "Whether a day lies within a period, both ends included. A list says who is on it"
                " now: an entry without a start has begun, and one without an end has not ended."
            ),
            unknown=(
                "unknown only if the day is unknown; an unknown start has begun, an unknown end has"
                " not come"
            ),
            examples={
                "active_on(DATE '2024-01-01', DATE '2024-06-30', DATE '2024-06-30')": "TRUE",
                "active_on(DATE '2024-07-01', DATE '2024-12-31', DATE '2024-06-30')": "FALSE",
            },
        ),
        _word(
            "share_below(part, whole, fraction)",
            (_AMOUNT, _AMOUNT, _AMOUNT), "condition", expansions.share_below,
            zh="部分是否低于整体的某一比例（严格小于）；任一金额不明则结果不明。",
            en=(
                "Whether a part is less than a fraction of a whole. Equal is not below, and nothing"
                " is below a share of zero. The fraction is a plain number or a parameter, above 0 and"
                " at most 1."
            ),
            examples={
                "share_below(4999.99, 10000, 0.5)": "TRUE",
                "share_below(5000, 10000, 0.5)": "FALSE",
            },
        ),
        _word(
            "gap(whole, part)", (_AMOUNT, _AMOUNT), "number", expansions.gap,
            zh="整体减去部分的差额；任一金额不明则结果不明。",
            en=(
                "What is missing of a whole: whole - part. To count an unknown part as zero say"
                " COALESCE(part, 0)."
            ),
            examples={"gap(80000, 20000.5)": "59999.5"},
        ),
        _word(
            "COALESCE(value, otherwise, ...)",
            (_ANYTHING, _ANYTHING), "the type of value", expansions.coalesce,
            zh="第一个已知的值。用它把不明当作某个值，须有依据。",
            en=(
                "The first value that is known. It turns unknown into an answer: use it only where"
                " the law does."
            ),
            unknown="unknown only if all arguments are unknown",
            examples={},
        ),
        _word(
            "LENGTH(text)", (_TEXT,), "whole number", expansions.length,
            zh="字数。",
            en="Characters of a text; a Chinese character is one.",
            examples={"LENGTH('故意伤害罪')": "5"},
        ),
        _word(
            "STARTS_WITH(text, beginning)", (_TEXT, _TEXT), "condition", expansions.starts_with,
            zh="文本是否以某几个字开头，区分大小写。",
            en="Whether a text begins with another; capital letters differ.",
            examples={
                "STARTS_WITH('320999100', '3209')": "TRUE",
                "STARTS_WITH('交通肇事罪', '肇事')": "FALSE",
            },
        ),
    )
})  # fmt: skip
