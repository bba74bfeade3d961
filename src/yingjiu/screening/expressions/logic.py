"""Logic lines of a model: ``require``, ``exclude`` and ``level`` over ids of conditions and comparisons."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults, nearest
from yingjiu.screening.expressions.guard import MARK, parse_condition, written
from yingjiu.screening.logic import AllOf, AnyOf, AtLeast, Constant, Id, Logic, Not, ids, value

__all__ = ["RESERVED", "compile_logic"]

RESERVED: Final = frozenset({
    "and", "or", "not", "true", "false", "null", "in", "is", "between", "at_least", "subject",
})  # fmt: skip
"""Names that no condition or comparison may have."""

_MOST_TRIED: Final = 12


def compile_logic(text: str, known: Collection[str], *, allow_constant: bool = False) -> Logic:
    """Check a logic line and read it.

    Args:
        text: ids with AND, OR, NOT, parentheses and ``at_least(n, a, b, ...)``.
        known: the ids that the model defines.
        allow_constant: whether the line may be just ``true``.

    Returns:
        The logic, terms of the model still by their names.

    Raises:
        ExpressionError: with every fault found: ``SCR-001`` to ``SCR-010`` and ``SCR-040`` to ``SCR-042``.
    """
    if allow_constant and text.strip().lower() == "true":
        return Constant(value=True)
    faults = Faults()
    node = parse_condition(text, faults, names=frozenset(known) - RESERVED)
    root = _read(node, frozenset(known), faults)
    faults.check()
    _check_not_constant(root, text, faults)
    faults.check()
    return root


def _read(node: exp.Expr, known: frozenset[str], faults: Faults) -> Logic:
    match node:
        case exp.Paren():
            return _read(node.this, known, faults)
        case exp.Not():
            return Not(_read(node.this, known, faults))
        case exp.And() | exp.Or():
            parts = tuple(_read(part, known, faults) for part in node.flatten(unnest=True))
            return AllOf(parts) if isinstance(node, exp.And) else AnyOf(parts)
        case exp.Column() if not node.text("table"):
            if node.name not in known:
                faults.add(
                    "SCR-040",
                    _("there is no condition or comparison {name}").format(name=node.name),
                    found=node.name,
                    hint=nearest(node.name, known, list_all=_("defined: {names}")),
                )
            return Id(node.name)
        case exp.Anonymous() if node.this == f"{MARK}at_least":
            return _at_least(node, known, faults)
        case exp.Boolean():
            faults.add(
                "SCR-042",
                _("a line is the same for everybody where it says true or false"),
                found=written(node),
                hint=_("delete it"),
            )
        case _:
            faults.add(
                "SCR-010",
                _("a logic line has ids, AND, OR, NOT, parentheses and at_least(n, a, b, ...) only"),
                found=written(node),
                hint=_("make it a named condition with an expr, and name it here"),
            )
    return Constant(value=True)


def _at_least(node: exp.Anonymous, known: frozenset[str], faults: Faults) -> Logic:
    count, *rest = node.expressions or [exp.Null()]
    number = int(count.name) if isinstance(count, exp.Literal) and count.name.isdigit() else 0
    parts = tuple(_read(part, known, faults) for part in rest)
    if not 1 <= number <= len(parts) or (isinstance(count, exp.Literal) and count.is_string):
        faults.add(
            "SCR-041",
            _("at_least wants a number from 1 to as many as the ids that follow it"),
            found=written(node),
            hint="at_least(2, a, b, c)",
        )
        return Constant(value=True)
    if len(set(parts)) < len(parts):
        faults.add(
            "SCR-041",
            _("at_least names the same id twice"),
            found=written(node),
            hint=_("name each once"),
        )
    return AtLeast(number, parts)


def _check_not_constant(root: Logic, text: str, faults: Faults) -> None:
    named = tuple(ids(root))
    names = tuple(dict.fromkeys(named))
    if len(names) > _MOST_TRIED or len(names) == len(named):
        return  # each id once: both truths can be reached
    truths = {
        value(root, dict(zip(names, answers, strict=True)))
        for answers in product((True, False), repeat=len(names))
    }
    if len(truths) == 1:
        faults.add(
            "SCR-042",
            _("the line is always true") if True in truths else _("the line is never true"),
            found=text,
            hint=_("check AND, OR and NOT"),
        )
