"""The second wall: tokens, one parse into one condition, an allow-list of exact node classes and arguments.

Function names are marked before the parser sees them, so that it never turns one of ours into a function of
its own (``months_between`` would become one), and every function it does know stays unknown to us. The tree
that leaves here is only read; what an engine runs is built anew by :mod:`.elaborate`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults, nearest
from yingjiu.screening.expressions.text import check_text

__all__ = ["COLON", "MARK", "parse_condition", "unknown_word", "written"]

MARK: Final = "yj__"
"""Stands before the name of a word in the parsed tree; a user who writes it gets it twice."""

COLON: Final = ":"
"""Begins the name of a parameter in the parsed tree: the parser would take ``((:a`` for an alias."""

_MOST_TOKENS: Final = 1500
_DEEPEST_PARENTHESES: Final = 12
_DEEPEST_TREE: Final = 120
_MOST_SIGNS: Final = 3

# called when needed: the language is chosen when the process starts
_KEYWORD_HINTS: Final[tuple[tuple[frozenset[str], Callable[[], str]], ...]] = (
    (
        frozenset({"LIKE", "ILIKE", "SIMILAR", "REGEXP", "GLOB", "RLIKE"}),
        lambda: _("use STARTS_WITH(text, 'beginning'), or IN with the codes"),
    ),
    (
        frozenset({"CASE", "WHEN", "THEN", "ELSE", "END", "IF", "IIF"}),
        lambda: _("name several conditions and combine them in require"),
    ),
    (
        frozenset({"SELECT", "EXISTS", "FROM", "UNION", "JOIN", "WITH", "WHERE"}),
        lambda: _("another table is reached by a comparison of the model, not by a subquery"),
    ),
    (
        frozenset({"CAST", "TRY_CAST", "ROUND", "TRIM", "UPPER", "LOWER"}),
        lambda: _("columns are typed and cleaned when they are loaded; compare them as they are"),
    ),
    (
        frozenset({"CURRENT_DATE", "NOW", "TODAY", "CURRENT_TIMESTAMP"}),
        lambda: _("write :run_date, so that a run can be repeated"),
    ),
    (
        frozenset({"INTERVAL", "DATE_DIFF", "DATEDIFF", "DATE_ADD", "DATE_SUB", "AGE", "YEAR", "MONTH"}),
        lambda: _("use age_on, months_between, days_between or within_months"),
    ),
)

_T = TokenType
_OPERATORS: Final = frozenset({
    _T.AND, _T.OR, _T.NOT, _T.IN, _T.BETWEEN, _T.IS, _T.NULL, _T.TRUE, _T.FALSE,
    _T.L_PAREN, _T.R_PAREN, _T.COMMA, _T.DOT, _T.PLUS, _T.DASH, _T.STAR,
    _T.EQ, _T.NEQ, _T.LT, _T.LTE, _T.GT, _T.GTE,
})  # fmt: skip
_VALUES: Final = frozenset({_T.STRING, _T.NUMBER, _T.IDENTIFIER, _T.VAR})
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")

# class: the arguments it may have; anything else that is set is refused (a subquery hides in In.query)
_SHAPES: Final[Mapping[type[exp.Expr], frozenset[str]]] = {
    exp.And: frozenset({"this", "expression"}),
    exp.Or: frozenset({"this", "expression"}),
    exp.Not: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    exp.EQ: frozenset({"this", "expression"}),
    exp.NEQ: frozenset({"this", "expression"}),
    exp.LT: frozenset({"this", "expression"}),
    exp.LTE: frozenset({"this", "expression"}),
    exp.GT: frozenset({"this", "expression"}),
    exp.GTE: frozenset({"this", "expression"}),
    exp.Add: frozenset({"this", "expression"}),
    exp.Sub: frozenset({"this", "expression"}),
    exp.Mul: frozenset({"this", "expression"}),
    exp.Neg: frozenset({"this"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Is: frozenset({"this", "expression"}),
    exp.Null: frozenset(),
    exp.Boolean: frozenset({"this"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Column: frozenset({"this", "table"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Anonymous: frozenset({"this", "expressions"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.DataType: frozenset({"this", "nested"}),
}


def parse_condition(text: str, faults: Faults, *, names: Collection[str]) -> exp.Expr:
    """Read a text as one condition made of allowed parts only.

    Args:
        text: what the user wrote.
        faults: gathers what is refused.
        names: names that mean something even if SQL uses them as keywords (columns, ids).

    Returns:
        The parsed tree, for reading only. The names of functions in it begin with :data:`MARK`; whether there
        is such a word, the reader of the tree has to check.

    Raises:
        ExpressionError: ``SCR-001`` to ``SCR-010``, ``SCR-031``, ``SCR-032``.
    """
    check_text(text, faults)
    faults.check()
    dialect = sqlglot.Dialect.get_or_raise("duckdb")
    try:
        tokens = dialect.tokenize(text)
        _check_size(tokens, faults)
        tokens = list(_screened(tokens, faults, frozenset(names)))
        faults.check()
        parsed = dialect.parser().parse_into(exp.Condition, tokens, text)
    except (SqlglotError, RecursionError):
        faults.add(
            "SCR-008",
            _("this cannot be read as one condition"),
            found=text,
            hint=_(
                "check operators, commas and parentheses; it should look like role = 'victim' AND loss > 1000"
            ),
        )
        faults.check()
        raise  # not reached: there is a fault
    tree = parsed[0] if len(parsed) == 1 else None
    if tree is None:
        faults.add("SCR-006", _("an expression is one condition"), found=text)
        faults.check()
        raise AssertionError
    _check_tree(tree, faults)
    return tree


def _check_size(tokens: list[Token], faults: Faults) -> None:
    depth = deepest = signs = most_signs = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind is _T.L_PAREN) - (kind is _T.R_PAREN)
        deepest = max(deepest, depth)
        signs = signs + 1 if kind in {_T.NOT, _T.DASH, _T.PLUS} else 0
        most_signs = max(most_signs, signs)
    if len(tokens) > _MOST_TOKENS or deepest > _DEEPEST_PARENTHESES or most_signs > _MOST_SIGNS:
        faults.add(
            "SCR-009",
            _("the expression is nested too deep or has too many parts"),
            hint=_("split it into several named conditions"),
        )
        faults.check()


def _screened(tokens: list[Token], faults: Faults, names: frozenset[str]) -> Iterator[Token]:
    """Let known tokens through; names become identifiers, functions are marked."""
    for index, token in enumerate(tokens):
        kind, text = token.token_type, token.text
        after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
        before = tokens[index - 1].token_type if index else None
        if kind is _T.COLON and index + 1 < len(tokens) and _NAME.fullmatch(tokens[index + 1].text):
            continue  # the name that follows becomes the parameter
        if kind in _OPERATORS and text != "==":
            yield token
        elif kind is _T.STRING:
            _check_string(text, faults)
            yield token
        elif kind is _T.NUMBER:
            if not _NUMBER.fullmatch(text):
                faults.add("SCR-031", _("numbers are written like 12 or 12.5"), found=text)
            yield token
        elif (kind is _T.IDENTIFIER and after is not _T.L_PAREN) or (kind is _T.DATE and after is _T.STRING):
            yield token
        elif not _NAME.fullmatch(text) and kind is not _T.IDENTIFIER:
            faults.add("SCR-007", _("the sign {sign} is not part of the language").format(sign=text))
        elif before is _T.COLON:
            yield _like(token, _T.IDENTIFIER, COLON + text)
        elif after is _T.L_PAREN:
            yield _like(token, _T.VAR, MARK + text.lower())
        elif kind in _VALUES or text in names or before is _T.DOT:
            yield _like(token, _T.IDENTIFIER, text)
        else:
            faults.add(
                "SCR-007",
                _("{keyword} is not part of the language").format(keyword=text.upper()),
                hint=_keyword_hint(text) or _("see docs/reference/words.md for all there is"),
            )


def _like(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, line=token.line, col=token.col, start=token.start, end=token.end)


def unknown_word(name: str, words: Collection[str], faults: Faults) -> None:
    """Note ``SCR-013``."""
    faults.add(
        "SCR-013",
        _("there is no word {name}").format(name=name),
        hint=_keyword_hint(name) or nearest(name, words, list_all=_("the words are: {names}")),
    )


def _check_string(text: str, faults: Faults) -> None:
    if "\\" in text or any(ord(character) < 32 for character in text) or len(text) > 200:
        faults.add(
            "SCR-032",
            _("a text has no backslash, no line break and at most 200 characters"),
            hint=_("shorten it, or map the value to a code in the source file"),
        )


def _keyword_hint(keyword: str) -> str | None:
    upper = keyword.upper()
    return next((hint() for keywords, hint in _KEYWORD_HINTS if upper in keywords), None)


def _check_tree(tree: exp.Expr, faults: Faults) -> None:
    """Exact classes, exact arguments, bounded depth; iterative, so that depth cannot exhaust the stack."""
    stack: list[tuple[exp.Expr, int]] = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > _DEEPEST_TREE:
            faults.add(
                "SCR-009",
                _("the expression is nested too deep or has too many parts"),
                hint=_("split it into several named conditions"),
            )
            break
        if not _allowed(node):
            faults.add(
                "SCR-010",
                _("this construct is not part of the language"),
                found=written(node),
                hint=_construct_hint(node),
            )
            continue
        stack.extend((child, depth + 1) for child in node.iter_expressions())
    faults.check()


def _allowed(node: exp.Expr) -> bool:  # noqa: PLR0911 - one a class
    shape = _SHAPES.get(type(node))
    if shape is None or any(_is_set(value) and key not in shape for key, value in node.args.items()):
        return False
    match node:
        case exp.Is():
            return type(node.expression) is exp.Null
        case exp.Cast():
            return _is_date_literal(node)
        case exp.DataType():
            return node.this is exp.DataType.Type.DATE
        case exp.In():
            return bool(node.expressions)
        case exp.Anonymous():
            return isinstance(node.this, str) and node.this.startswith(MARK)
        case exp.Column():
            return type(node.this) is exp.Identifier
    return True


def _is_set(value: Any) -> bool:
    return value is not None and value is not False and value != []


def _is_date_literal(node: exp.Cast) -> bool:
    literal = node.this
    return type(literal) is exp.Literal and literal.is_string and node.to.this is exp.DataType.Type.DATE


def _construct_hint(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Is):
        return _("only IS NULL and IS NOT NULL; a flag is a condition by itself")
    if isinstance(node, exp.In):
        return _("IN takes a list of values: list IN ('dibao', 'tekun')")
    if isinstance(node, exp.Tuple):
        return _("compare one value at a time")
    return _("see docs/reference/words.md for all there is")


def written(node: exp.Expr) -> str:
    """A part nearly as the user wrote it, for messages only."""
    try:
        return node.sql("duckdb", normalize_functions=False).replace(MARK, "").replace('"', "")
    except (SqlglotError, RecursionError):
        return type(node).__name__
