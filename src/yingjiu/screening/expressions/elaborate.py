"""From the parsed tree to typed terms: names resolved, words expanded, types agreed, a new tree built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.pool.tables import Column
from yingjiu.screening.expressions.arithmetic import arithmetic
from yingjiu.screening.expressions.errors import Faults, nearest
from yingjiu.screening.expressions.formula import COMPARE, FLIP, And, Atom, Formula, Not, Or
from yingjiu.screening.expressions.guard import COLON, MARK, unknown_word, written
from yingjiu.screening.expressions.terms import REFUSED, Term, agree, condition, constant, group
from yingjiu.screening.expressions.types import SUBJECT, Kind, Scope, codes_of, type_of_column
from yingjiu.screening.expressions.words import WORDS

__all__ = ["Elaborator"]

_COMPARISONS: Final[Mapping[type[exp.Expr], str]] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_CLASSES: Final[Mapping[str, type[exp.Binary]]] = {sign: cls for cls, sign in _COMPARISONS.items()}  # type: ignore[misc]  # keys are Binary
_ARITHMETIC: Final[Mapping[type[exp.Expr], str]] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


class Elaborator:
    """Reads one expression in one scope.

    Args:
        scope: what names mean.
        faults: gathers what is refused.

    Attributes:
        columns: (table alias, column) of every column read.
        literals: for each of them, the code literals it is compared with.
    """

    def __init__(self, scope: Scope, faults: Faults) -> None:
        self._scope = scope
        self._faults = faults
        self.columns: set[tuple[str, str]] = set()
        self.literals: dict[tuple[str, str], set[str]] = {}

    def condition(self, node: exp.Expr) -> Term:
        """A part that must be a condition; a flag is one."""
        term = self.term(node)
        if term.kind is Kind.WRONG:
            return term
        if term.kind is not Kind.BOOLEAN:
            self._faults.add(
                "SCR-029",
                _("this is a {type}, not a condition").format(type=term.type),
                found=written(node),
                hint=_("compare it with something"),
            )
            return REFUSED
        if not term.reads:
            self._faults.add(
                "SCR-025",
                _("this part reads no column, so it is the same for everybody"),
                found=written(node),
                hint=_("delete it"),
            )
            return REFUSED
        return term

    def term(self, node: exp.Expr) -> Term:
        """Any part."""
        kind = type(node)
        if kind in _COMPARISONS:
            return self._comparison(node)
        if kind in _ARITHMETIC:
            return arithmetic(
                _ARITHMETIC[kind],
                self.term(node.this),
                self.term(node.expression),
                self._faults,
                written(node),
            )
        return _READERS[kind](self, node)

    def _paren(self, node: exp.Expr) -> Term:
        return self.term(node.this)

    def _connector(self, node: exp.Expr) -> Term:
        kind = type(node)
        terms = [self.condition(part) for part in node.flatten(unnest=True)]
        if any(term.kind is Kind.WRONG for term in terms):
            return REFUSED
        tree = group(terms[0].tree)
        for term in terms[1:]:
            tree = kind(this=tree, expression=group(term.tree))
        formulas = tuple(_formula(term) for term in terms)
        formula: Formula = And(formulas) if kind is exp.And else Or(formulas)
        return condition(tree, formula, reads=True)

    def _not(self, node: exp.Expr) -> Term:
        term = self.condition(node.this)
        if term.kind is Kind.WRONG:
            return term
        return condition(
            exp.Not(this=group(term.tree)), Not(_formula(term)), reads=term.reads, nullable=term.nullable
        )

    def _column(self, node: exp.Expr) -> Term:
        name, qualifier = node.name, node.text("table")
        if name.startswith(COLON) and not qualifier:
            return self._parameter(name.removeprefix(COLON))
        columns: Mapping[str, Column] | None = self._scope.columns
        table: str | None = self._scope.table
        if qualifier == SUBJECT and self._scope.subject is not None:
            columns, table = self._scope.subject, self._scope.subject_table
        elif qualifier:
            self._faults.add(
                "SCR-012",
                _("{name} cannot stand in front of a column here").format(name=qualifier),
                found=written(node),
                hint=_("columns are written bare; in a comparison, subject.column reaches the subject"),
            )
            return REFUSED
        if columns is None or table is None or name not in columns:
            self._faults.add(
                "SCR-011",
                _("there is no column {name}").format(name=name),
                found=written(node),
                hint=self._column_hint(node, name, columns or {}),
            )
            return REFUSED
        self.columns.add((table, name))
        tree = exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))
        return Term(tree, type_of_column(columns[name]), column=(table, name))

    def _column_hint(self, node: exp.Expr, name: str, columns: Mapping[str, Column]) -> str:
        if name in WORDS:
            return _("it is a word: {signature}").format(signature=WORDS[name].signature)
        if name in self._scope.parameters:
            return _("a parameter is written :{name}").format(name=name)
        if (
            self._scope.subject is not None
            and name in self._scope.subject
            and columns is not self._scope.subject
        ):
            return _("it is a column of the subject: write subject.{name}").format(name=name)
        by_chinese = [column.name for column in columns.values() if column.zh == name]
        if by_chinese:
            return _("did you mean {names}?").format(names=", ".join(by_chinese))
        if any(name in codes_of(column.codes) for column in columns.values() if column.codes):
            return _("it is a code: write '{name}' between single quotes").format(name=name)
        return nearest(
            name, columns, list_all=_("a text stands between single quotes; known columns: {names}")
        )

    def _literal(self, node: exp.Expr) -> Term:
        if node.args.get("is_string"):
            return constant(node.name, self._faults, literal=True)
        text = node.name
        return constant(Decimal(text) if "." in text else int(text), self._faults, literal=True)

    def _boolean(self, node: exp.Expr) -> Term:
        return constant(bool(node.this), self._faults, literal=True)

    def _null(self, node: exp.Expr) -> Term:
        self._faults.add(
            "SCR-024",
            _("NULL is no value: nothing is equal to it"),
            found=written(node.parent or node),
            hint=_("write IS NULL or IS NOT NULL"),
        )
        return REFUSED

    def _negative(self, node: exp.Expr) -> Term:
        minus_one = constant(-1, self._faults, literal=True)
        return arithmetic("*", self.term(node.this), minus_one, self._faults, written(node))

    def _parameter(self, name: str) -> Term:
        if name not in self._scope.parameters:
            self._faults.add(
                "SCR-015",
                _("there is no parameter {name}").format(name=name),
                found=f":{name}",
                hint=nearest(name, self._scope.parameters, list_all=_("known parameters: {names}")),
            )
            return REFUSED
        return constant(self._scope.parameters[name], self._faults, literal=False)

    def _date(self, node: exp.Expr) -> Term:
        text = node.this.name
        try:
            day = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None:
            self._faults.add(
                "SCR-030",
                _("there is no such date"),
                found=text,
                hint=_("write it as DATE '2024-01-31'"),
            )
            return REFUSED
        return constant(day, self._faults, literal=True)

    def _call(self, node: exp.Expr) -> Term:
        name = str(node.this).removeprefix(MARK)
        arguments = tuple(self.term(argument) for argument in node.expressions)
        word = WORDS.get(name) or WORDS.get(name.upper())
        if word is None:
            unknown_word(name, tuple(WORDS), self._faults)
            return REFUSED
        return word.call(arguments, self._faults, written(node))

    def _is_null(self, node: exp.Expr) -> Term:
        term = self.term(node.this)
        if term.kind is Kind.WRONG:
            return REFUSED
        if not term.nullable:
            self._faults.add(
                "SCR-026",
                _("this is never unknown"),
                found=written(node),
                hint=_("delete the part, or ask about the column itself"),
            )
            return REFUSED
        tree = exp.Is(this=group(term.tree), expression=exp.Null())
        typed = None if term.kind is Kind.BOOLEAN and term.formula is not None else term.type
        atom = Atom(term.key, lambda value: value is None, type=typed)
        return condition(tree, atom, reads=term.reads, nullable=False)

    def _comparison(self, node: exp.Expr) -> Term:
        sign = _COMPARISONS[type(node)]
        found = written(node)
        left, right = self.term(node.this), self.term(node.expression)
        pair = self._compared(left, right, sign, found)
        if pair is None:
            return REFUSED
        left, right = pair
        tree = _CLASSES[sign](this=group(left.tree), expression=group(right.tree))
        formula = _order_atom(left, right, sign)
        return condition(
            tree, formula, reads=left.reads or right.reads, nullable=left.nullable or right.nullable
        )

    def _compared(self, left: Term, right: Term, sign: str, found: str) -> tuple[Term, Term] | None:
        pair = agree(left, right, self._faults, found)
        if pair is None:
            return None
        left, right = pair
        if sign not in {"=", "<>"} and not left.kind.ordered:
            self._faults.add(
                "SCR-021",
                _("a {type} has no order").format(type=left.type),
                found=found,
                hint=_("use = or IN"),
            )
            return None
        if left.reads and left.tree == right.tree:
            self._faults.add(
                "SCR-028",
                _("a thing is compared with itself"),
                found=found,
                hint=_("compare two different columns"),
            )
            return None
        self._note_literals(left, right)
        self._note_literals(right, left)
        return left, right

    def _note_literals(self, column: Term, *values: Term) -> None:
        """Remember with which codes a column is compared, itself or inside COALESCE."""
        if column.column is None or column.kind is not Kind.CODE:
            return
        codes = [value.value for value in values if isinstance(value.value, str)]
        self.literals.setdefault(column.column, set()).update(codes)

    def _between(self, node: exp.Expr) -> Term:
        found = written(node)
        term = self.term(node.this)
        low = self._compared(term, self.term(node.args["low"]), ">=", found)
        high = self._compared(term, self.term(node.args["high"]), "<=", found)
        if low is None or high is None:
            return REFUSED
        tree = exp.And(
            this=exp.GTE(this=group(low[0].tree), expression=group(low[1].tree)),
            expression=exp.LTE(this=group(high[0].tree), expression=group(high[1].tree)),
        )
        formula = And((_order_atom(low[0], low[1], ">="), _order_atom(high[0], high[1], "<=")))
        return condition(tree, formula, reads=term.reads or low[1].reads or high[1].reads)

    def _in(self, node: exp.Expr) -> Term:
        found = written(node)
        term = self.term(node.this)
        items = [self.term(item) for item in node.expressions]
        if any(item.value is None and item.kind is not Kind.WRONG for item in items):
            self._faults.add(
                "SCR-033",
                _("IN takes plain values only"),
                found=found,
                hint=_("compare columns with = and OR"),
            )
            return REFUSED
        if term.kind is Kind.BOOLEAN:
            self._faults.add(
                "SCR-021",
                _("a flag is not looked up in a list"),
                found=found,
                hint=_("write flag or NOT flag"),
            )
            return REFUSED
        pairs = [self._compared(term, item, "=", found) for item in items]
        agreed = [pair[1] for pair in pairs if pair is not None]
        if len(agreed) < len(pairs):
            return REFUSED
        tree = exp.In(this=group(term.tree), expressions=[item.tree.copy() for item in agreed])
        atoms = tuple(_order_atom(term, item, "=") for item in agreed)
        formula = atoms[0] if len(atoms) == 1 else _in_atom(term, agreed) or Or(atoms)
        return condition(tree, formula, reads=term.reads, nullable=term.nullable)


def _formula(term: Term) -> Formula:
    """The formula of a condition; one without parts of its own is an atom."""
    if term.formula is not None:
        return term.formula
    return Atom(
        term.key, lambda value: value, type=term.type if term.column else None, nullable=term.nullable
    )


def _in_atom(term: Term, items: list[Term]) -> Atom | None:
    if not all(item.literal for item in items):
        return None
    values = tuple(item.value for item in items if item.value is not None)
    return Atom(
        term.key,
        lambda value: None if value is None else value in values,
        values,
        term.type,
        nullable=term.nullable,
    )


def _order_atom(left: Term, right: Term, sign: str) -> Atom:
    """The atom of a comparison: of a term with a literal, or of two terms with each other."""
    if left.literal and not right.literal:
        left, right, sign = right, left, FLIP[sign]
    if right.literal and right.value is not None:
        value, compare = right.value, COMPARE[sign]
        return Atom(
            left.key,
            lambda tried: None if tried is None else compare(tried, value),
            (value,),
            left.type,
            nullable=left.nullable,
        )
    one, two = left.key, right.key
    if one > two:
        one, two, sign = two, one, FLIP[sign]
    compare = COMPARE[sign]
    return Atom(
        f"{one} ? {two}",
        lambda order: None if order is None else compare(order, 0),
        values=(-1, 0, 1),
        nullable=left.nullable or right.nullable,
    )


_READERS: Final[Mapping[type[exp.Expr], Callable[[Elaborator, exp.Expr], Term]]] = {
    exp.Paren: Elaborator._paren,
    exp.And: Elaborator._connector,
    exp.Or: Elaborator._connector,
    exp.Not: Elaborator._not,
    exp.Column: Elaborator._column,
    exp.Literal: Elaborator._literal,
    exp.Boolean: Elaborator._boolean,
    exp.Null: Elaborator._null,
    exp.Neg: Elaborator._negative,
    exp.Cast: Elaborator._date,
    exp.Anonymous: Elaborator._call,
    exp.Is: Elaborator._is_null,
    exp.Between: Elaborator._between,
    exp.In: Elaborator._in,
}
