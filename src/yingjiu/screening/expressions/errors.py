"""Errors of the expression language.

::

    YingjiuError
    └── ExpressionError             an expression, a logic line or a test is refused

======== ==========================================================================================
code     meaning
======== ==========================================================================================
SCR-001  the text is empty
SCR-002  the text is too long
SCR-003  a character that no expression needs: control, full-width or foreign to the language
SCR-004  a quote is not closed
SCR-005  a comment
SCR-006  more than one statement
SCR-007  a keyword, operator or literal that the language does not have
SCR-008  the text cannot be read as one condition
SCR-009  nested too deep, or too many parts
SCR-010  a construct that the language does not have
SCR-011  an unknown column
SCR-012  an unknown table in front of a column
SCR-013  an unknown word
SCR-014  a word with the wrong number of arguments
SCR-015  an unknown parameter
SCR-016  the types do not agree
SCR-017  a code that is not in the column's list
SCR-018  two different code lists
SCR-019  two different grade scales
SCR-020  a grade outside its scale
SCR-021  a type that has no order is compared by ``<`` or BETWEEN
SCR-022  arithmetic that the types do not have
SCR-023  a word gets an argument of the wrong type
SCR-024  a comparison with NULL
SCR-025  a part that reads no column
SCR-026  never false: it holds for everybody
SCR-027  never true: it holds for nobody
SCR-028  a thing compared with itself
SCR-029  not a condition where one is needed
SCR-030  a date that does not exist or is implausible
SCR-031  a number that is too large or too fine
SCR-032  a text literal with characters that are not allowed
SCR-033  IN needs a list of plain values
SCR-034  an argument of a word is out of its range
SCR-040  an unknown id in a logic line
SCR-041  ``at_least`` is not written as ``at_least(n, a, b, ...)``
SCR-042  a logic line that is always true or never true
SCR-043  a test that is none of exists, count, sum, latest
SCR-044  ``sum`` or ``latest`` over a column of the wrong type
SCR-045  a test that always or never holds
======== ==========================================================================================
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _

__all__ = ["ExpressionError", "Faults", "nearest"]


class ExpressionError(YingjiuError):
    """An expression is refused. Codes ``SCR-001`` to ``SCR-049``."""


class Faults:
    """Gathers the faults of one expression, so that all of them are told at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, code: str, message: str, *, found: str | None = None, hint: str | None = None) -> None:
        """Note one fault; the same fault is noted once."""
        fault = Fault(code, message, found=None if found is None else _short(found), hint=hint)
        if fault not in self._found:
            self._found.append(fault)

    def __bool__(self) -> bool:
        return bool(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def check(self) -> None:
        """Raise what has been gathered.

        Raises:
            ExpressionError: if there is any fault.
        """
        if self._found:
            raise ExpressionError(*self._found)


def nearest(name: str, known: Collection[str], *, list_all: str | None = None) -> str:
    """A hint that names what was probably meant, or else what there is.

    Args:
        name: what was written.
        known: what may be written.
        list_all: how to introduce the whole list when nothing is near.
    """
    near = difflib.get_close_matches(name.lower(), list(known), n=3, cutoff=0.6)
    if near:
        return _("did you mean {names}?").format(names=", ".join(near))
    return (list_all or _("known: {names}")).format(names=", ".join(sorted(known)) or "-")


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
