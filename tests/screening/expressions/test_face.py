"""The face of the package, its error codes, and its speed on shipped models."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import yingjiu.screening.expressions as face
from tests.screening.expressions.scopes import table_of_cases
from yingjiu.screening.expressions import errors

FOLDER = Path(face.__file__).parent


def test_the_face_is_exactly_what_the_package_imports() -> None:
    tree = ast.parse((FOLDER / "__init__.py").read_text(encoding="utf-8"))
    imported = {name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names}
    assert imported == set(face.__all__)


def test_every_error_code_is_described_and_every_described_one_is_used() -> None:
    described = re.findall(r"^(SCR-\d{3})  ", errors.__doc__ or "", re.MULTILINE)
    used = {
        code
        for path in FOLDER.glob("*.py")
        if path.name != "errors.py"
        for code in re.findall(r'"(SCR-\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert set(described) == used
    assert max(Counter(described).values()) == 1


def test_every_code_of_expressions_is_among_the_refused_cases() -> None:
    shown = {case["code"] for case in table_of_cases("refused.yaml")}
    described = set(re.findall(r"^(SCR-0[0-3]\d)  ", errors.__doc__ or "", re.MULTILINE))
    # too long and too deep are built by the tests, not written
    assert described - shown <= {"SCR-002", "SCR-009"}
