"""Write ``docs/reference/words.md``: ``python -m yingjiu.screening.expressions.reference``."""

from __future__ import annotations

import sys
from typing import Final

from yingjiu.screening.expressions.types import DIGITS, FRACTION, GRADES, Kind
from yingjiu.screening.expressions.words import WORDS, Word

__all__ = ["reference"]

_HEAD: Final = """\
# The language of conditions

<!-- Written by `python -m yingjiu.screening.expressions.reference`; a test keeps it equal to the code. -->

A condition of a model is one SQL boolean expression over the columns of a canonical table. It is true, false
or **unknown** (NULL): a value that nobody has delivered is unknown, never no.

## What there is

| | |
|---|---|
| comparisons | `=` `<>` `!=` `<` `<=` `>` `>=` `BETWEEN a AND b` `IN ('a', 'b')` `IS NULL` `IS NOT NULL` |
| logic | `AND` `OR` `NOT` and parentheses |
| arithmetic | `+` `-` `*` on whole numbers and money, exact; no division |
| literals | `'text'` `DATE '2024-01-31'` `TRUE` `FALSE` |
| numbers | `12` `12.5`: {digits} digits, {fraction} after the point; not finer than the other side |
| parameters | `:run_date` and the parameters of the model |
| columns | bare: `birth_date`; in a comparison `subject.birth_date` reaches the subject |
| words | the functions below |

There is nothing else: no subqueries, CASE, CAST, LIKE, division or rounding, no functions of an engine.
Another table is reached by a comparison of the model.

## Types

Both sides of a comparison have one type. A **code** is compared with codes of its own list only, a **grade**
with grades of its own scale only ({grades}; 1 is the
gravest). Codes, texts and flags have no order. A person key is compared with another key only. A flag is a
condition by itself: `urgent_treatment`, `NOT urgent_treatment`.

An expression that is the same for everybody is refused: one that reads no column in some part (`1 = 1`,
`OR TRUE`), is never false (`loss > 5 OR loss <= 5`) or never true (`role = 'victim' AND role = 'suspect'`).

## Words
"""

_TAIL: Final = """
## Logic lines

`require`, `exclude`, `level` and `when` speak about the ids of conditions and comparisons: ids, `AND`, `OR`,
`NOT`, parentheses, and `at_least(n, a, b, ...)`, which is true when `n` of them are true, false when too few
could still be, and unknown otherwise. A level may be just `true`.

## Tests of comparisons

| test | true when |
|---|---|
| `exists` | a row is there |
| `count >= 2` | so many rows are there |
| `sum(self_paid) >= 20000` | a column of money or whole numbers adds up to so much |
| `latest(status, accepted_on) = 'completed'` | the newest row by that date says so |

The value is a literal or a parameter. Operators are `=` `<>` `<` `<=` `>` `>=`.
"""


def reference() -> str:
    """The page: what the language has, then every word."""
    grades = ", ".join(f"`{name}` 1 to {last}" for name, last in GRADES.items())
    head = _HEAD.format(digits=DIGITS, fraction=FRACTION, grades=grades)
    return head + "".join(_section(word) for word in WORDS.values()) + _TAIL


def _section(word: Word) -> str:
    arguments = ", ".join(f"`{one.name}` {_types(one.kinds)}" for one in word.parameters)
    lines = [
        "",
        f"### `{word.signature}`",
        "",
        word.en,
        "",
        word.zh,
        "",
        f"- Arguments: {arguments}",
        f"- Gives: {word.returns}",
        f"- Unknown: {word.unknown}",
    ]
    if word.examples:
        lines += ["", "| example | gives |", "|---|---|"]
        lines += [f"| `{example.call}` | {example.value} |" for example in word.examples]
    return "\n".join(lines) + "\n"


def _types(kinds: frozenset[Kind]) -> str:
    return "any type" if len(kinds) > 5 else " or ".join(sorted(kinds))


if __name__ == "__main__":
    sys.stdout.write(reference())
