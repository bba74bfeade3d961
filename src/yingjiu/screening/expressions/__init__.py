"""The language of conditions: SQL boolean expressions over canonical columns, with our own words.

An expression is checked wall by wall (characters, tokens, allow-listed tree, names, types, not constant) and
built anew as a neutral SQLGlot tree; the user's text never reaches an engine.
"""

from yingjiu.screening.expressions.aggregate import AggregateTest, compile_test
from yingjiu.screening.expressions.compiled import CompiledExpression, compile_expression
from yingjiu.screening.expressions.errors import ExpressionError
from yingjiu.screening.expressions.logic import RESERVED, compile_logic
from yingjiu.screening.expressions.types import SUBJECT, Scope, Value
from yingjiu.screening.expressions.words import WORDS, Word

__all__ = [
    "RESERVED",
    "SUBJECT",
    "WORDS",
    "AggregateTest",
    "CompiledExpression",
    "ExpressionError",
    "Scope",
    "Value",
    "Word",
    "compile_expression",
    "compile_logic",
    "compile_test",
]
