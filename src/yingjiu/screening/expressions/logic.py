"""Logic lines of a model: ``require``, ``exclude`` and ``level`` over ids of conditions and comparisons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults, nearest
from yingjiu.screening.expressions.formula import Truth, kleene_not
from yingjiu.screening.expressions.guard import MARK, parse_condition, written

__all__ = ["RESERVED", "LogicTree", "compile_logic"]

RESERVED: Final = frozenset({
    "and", "or", "not", "true", "false", "null", "in", "is", "between", "at_least", "subject",
})  # fmt: skip
"""Names that no condition or comparison may have."""

_MOST_TRIED: Final = 12


@dataclass(frozen=True, slots=True)
class _Id:
    name: str


@dataclass(frozen=True, slots=True)
class _Known:
    value: bool


@dataclass(frozen=True, slots=True)
class _Not:
    part: _Node


@dataclass(frozen=True, slots=True)
class _AtLeast:
    """So many of the parts; AND is all of them, OR one of them."""

    count: int
    parts: tuple[_Node, ...]


_Node = _Id | _Known | _Not | _AtLeast


@dataclass(frozen=True, slots=True)
class LogicTree:
    """A logic line that passed the guard.

    Attributes:
        source: what was written.
        ids: the ids it uses.
        tree: the line as a neutral tree over columns named by the ids, quoted, without a table.
    """

    source: str
    ids: frozenset[str]
    tree: exp.Expr
    _root: _Node = field(repr=False)

    def evaluate3(self, values: Mapping[str, bool | None]) -> bool | None:
        """Its truth, by the logic of SQL.

        Args:
            values: the truth of each id, None for unknown.

        Raises:
            KeyError: an id has no value.
        """
        return _truth(self._root, values)

    def deciding(self, values: Mapping[str, bool | None]) -> tuple[str, ...]:
        """The unknown ids on which it still depends whether the line becomes true.

        An id is named if there are answers to the other unknown ids with which one answer to this id makes
        the line true and the other does not. Empty if the line is already true or false whatever the answers.

        Args:
            values: the truth of each id, None for unknown.

        Returns:
            The ids in the order in which the line names them.
        """
        rest = _settled(self._root, values)
        named = _named(rest)
        unknown = tuple(dict.fromkeys(named))
        if len(unknown) == len(named) or len(unknown) > _MOST_TRIED:
            return unknown  # each named once: each matters; too many to try: none is left out
        return tuple(name for name in unknown if _matters(rest, name, unknown))


def compile_logic(text: str, ids: Collection[str], *, allow_constant: bool = False) -> LogicTree:
    """Check a logic line and compile it.

    Args:
        text: ids with AND, OR, NOT, parentheses and ``at_least(n, a, b, ...)``.
        ids: the ids that the model defines.
        allow_constant: whether the line may be just ``true``.

    Raises:
        ExpressionError: with every fault found: ``SCR-001`` to ``SCR-010`` and ``SCR-040`` to ``SCR-042``.
    """
    if allow_constant and text.strip().lower() == "true":
        return LogicTree(text, frozenset(), exp.Boolean(this=True), _Known(value=True))
    faults = Faults()
    node = parse_condition(text, faults, names=frozenset(ids) - RESERVED)
    root = _read(node, frozenset(ids), faults)
    faults.check()
    _check_not_constant(root, text, faults)
    faults.check()
    return LogicTree(text, frozenset(_named(root)), _tree(root), root)


def _read(node: exp.Expr, ids: frozenset[str], faults: Faults) -> _Node:
    match node:
        case exp.Paren():
            return _read(node.this, ids, faults)
        case exp.Not():
            return _Not(_read(node.this, ids, faults))
        case exp.And() | exp.Or():
            parts = tuple(_read(part, ids, faults) for part in node.flatten(unnest=True))
            return _AtLeast(len(parts) if isinstance(node, exp.And) else 1, parts)
        case exp.Column() if not node.text("table"):
            if node.name not in ids:
                faults.add(
                    "SCR-040",
                    _("there is no condition or comparison {name}").format(name=node.name),
                    found=node.name,
                    hint=nearest(node.name, ids, list_all=_("defined: {names}")),
                )
            return _Id(node.name)
        case exp.Anonymous() if node.this == f"{MARK}at_least":
            return _at_least(node, ids, faults)
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
    return _Known(value=True)


def _at_least(node: exp.Anonymous, ids: frozenset[str], faults: Faults) -> _Node:
    count, *rest = node.expressions or [exp.Null()]
    number = int(count.name) if isinstance(count, exp.Literal) and count.name.isdigit() else 0
    parts = tuple(_read(part, ids, faults) for part in rest)
    if not 1 <= number <= len(parts) or (isinstance(count, exp.Literal) and count.is_string):
        faults.add(
            "SCR-041",
            _("at_least wants a number from 1 to as many as the ids that follow it"),
            found=written(node),
            hint="at_least(2, a, b, c)",
        )
        return _Known(value=True)
    if len(set(parts)) < len(parts):
        faults.add(
            "SCR-041",
            _("at_least names the same id twice"),
            found=written(node),
            hint=_("name each once"),
        )
    return _AtLeast(number, parts)


def _truth(node: _Node, values: Mapping[str, Truth]) -> Truth:
    match node:
        case _Id():
            return values[node.name]
        case _Known():
            return node.value
        case _Not():
            return kleene_not(_truth(node.part, values))
        case _AtLeast():
            found = [_truth(part, values) for part in node.parts]
            true, unknown = found.count(True), found.count(None)
            return True if true >= node.count else None if true + unknown >= node.count else False


def _settled(node: _Node, values: Mapping[str, Truth]) -> _Node:
    """What is left of a line when the known ids are put in."""
    match node:
        case _Id():
            value = values[node.name]
            return node if value is None else _Known(value)
        case _Known():
            return node
        case _Not():
            part = _settled(node.part, values)
            return _Known(not part.value) if isinstance(part, _Known) else _Not(part)
        case _AtLeast():
            parts = [_settled(part, values) for part in node.parts]
            wanted = node.count - sum(isinstance(part, _Known) and part.value for part in parts)
            open_parts = tuple(part for part in parts if not isinstance(part, _Known))
            if wanted <= 0:
                return _Known(value=True)
            return _AtLeast(wanted, open_parts) if wanted <= len(open_parts) else _Known(value=False)


def _named(node: _Node) -> tuple[str, ...]:
    match node:
        case _Id():
            return (node.name,)
        case _Known():
            return ()
        case _Not():
            return _named(node.part)
        case _AtLeast():
            return tuple(name for part in node.parts for name in _named(part))


def _matters(node: _Node, name: str, unknown: tuple[str, ...]) -> bool:
    others = [other for other in unknown if other != name]
    for answers in product((True, False), repeat=len(others)):
        known = dict(zip(others, answers, strict=True))
        if _truth(node, {**known, name: True}) is not _truth(node, {**known, name: False}):
            return True
    return False


def _check_not_constant(root: _Node, text: str, faults: Faults) -> None:
    ids = tuple(dict.fromkeys(_named(root)))
    if len(ids) > _MOST_TRIED or len(ids) == len(_named(root)):
        return  # each id once: both truths can be reached
    truths = {
        _truth(root, dict(zip(ids, answers, strict=True)))
        for answers in product((True, False), repeat=len(ids))
    }
    if len(truths) == 1:
        faults.add(
            "SCR-042",
            _("the line is always true") if True in truths else _("the line is never true"),
            found=text,
            hint=_("check AND, OR and NOT"),
        )


def _tree(node: _Node) -> exp.Expr:
    match node:
        case _Id():
            return exp.column(exp.to_identifier(node.name, quoted=True))
        case _Known():
            return exp.Boolean(this=node.value)
        case _Not():
            return exp.Not(this=exp.Paren(this=_tree(node.part)))
        case _AtLeast():
            trees = [exp.Paren(this=_tree(part)) for part in node.parts]
            if node.count in {1, len(trees)}:
                kind = exp.Or if node.count == 1 and len(trees) > 1 else exp.And
                tree: exp.Expr = trees[0]
                for other in trees[1:]:
                    tree = kind(this=tree, expression=other)
                return tree
            return _counted(node.count, trees)


def _counted(count: int, trees: list[exp.Paren]) -> exp.Expr:
    """So many TRUE is true, too few even with every NULL is false, anything between is NULL."""
    true = _count_of([(tree.copy(), 1, 0) for tree in trees])
    not_false = _count_of([(exp.Not(this=tree.copy()), 0, 1) for tree in trees])
    limit = exp.Literal.number(count)
    return exp.Case(
        ifs=[
            exp.If(this=exp.GTE(this=true, expression=limit), true=exp.Boolean(this=True)),
            exp.If(this=exp.LT(this=not_false, expression=limit.copy()), true=exp.Boolean(this=False)),
        ],
        default=exp.cast(exp.Null(), exp.DataType.Type.BOOLEAN),
    )


def _count_of(cases: list[tuple[exp.Expr, int, int]]) -> exp.Expr:
    terms = [
        exp.Case(
            ifs=[exp.If(this=test, true=exp.Literal.number(then))], default=exp.Literal.number(otherwise)
        )
        for test, then, otherwise in cases
    ]
    tree: exp.Expr = terms[0]
    for term in terms[1:]:
        tree = exp.Add(this=tree, expression=term)
    return exp.Paren(this=tree)
