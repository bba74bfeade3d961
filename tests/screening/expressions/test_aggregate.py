"""The tests of comparisons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from yingjiu.pool.tables import TABLES
from yingjiu.screening.expressions import ExpressionError, Scope, compile_test

SCOPE = Scope(
    {**TABLES["medical_expense"].columns, **TABLES["enforcement"].columns, **TABLES["hardship"].columns},
    "c",
    TABLES["party"].columns,
    "s",
    {"heavy": Decimal("20000.00"), "many": 3, "run_date": date(2024, 6, 30)},
)


@pytest.mark.parametrize(
    ("text", "kind", "column", "order", "operator", "value"),
    [
        ("exists", "exists", None, None, None, None),
        (" EXISTS ", "exists", None, None, None, None),
        ("count >= 2", "count", None, None, ">=", 2),
        ("Count = 0", "count", None, None, "=", 0),
        ("count > :many", "count", None, None, ">", 3),
        ("sum(self_paid) >= 20000", "sum", "self_paid", None, ">=", 20000),
        ("SUM(self_paid) < 20000.5", "sum", "self_paid", None, "<", Decimal("20000.5")),
        ("sum(self_paid) >= :heavy", "sum", "self_paid", None, ">=", Decimal("20000.00")),
        ("latest(status, accepted_on) = 'completed'", "latest", "status", "accepted_on", "=", "completed"),
        ("latest(status, accepted_on) <> 'completed'", "latest", "status", "accepted_on", "<>", "completed"),
        ("latest(enforced, accepted_on) < 2 * 500", "latest", "enforced", "accepted_on", "<", 1000),
        ("latest(grade, valid_from) <= 2", "latest", "grade", "valid_from", "<=", 2),
        (
            "latest(last_act_on, accepted_on) < DATE '2024-01-01'",
            "latest",
            "last_act_on",
            "accepted_on",
            "<",
            date(2024, 1, 1),
        ),
    ],
)
def test_a_good_test_is_read(  # noqa: PLR0917 - one column of the table each
    text: str, kind: str, column: str | None, order: str | None, operator: str | None, value: Any
) -> None:
    test = compile_test(text, SCOPE)
    assert test.kind == kind
    assert (test.column.name if test.column else None) == column
    assert (test.order.name if test.order else None) == order
    assert (test.operator, test.value) == (operator, value)
    assert (test.literal is None) is (value is None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "SCR-001"),
        ("count", "SCR-043"),
        ("exists AND count > 1", "SCR-043"),
        ("sum(self_paid) >= 1 AND count > 1", "SCR-043"),
        ("2 <= count", "SCR-043"),
        ("NOT exists", "SCR-043"),
        ("self_paid > 1", "SCR-043"),
        ("count > self_paid", "SCR-043"),
        ("count BETWEEN 1 AND 2", "SCR-043"),
        ("sum(self_paid, total) > 1", "SCR-043"),
        ("latest(status) = 'completed'", "SCR-043"),
        ("avg(self_paid) > 1", "SCR-013"),
        ("max(self_paid) > 1", "SCR-013"),
        ("count(*) > 1", "SCR-010"),
        ("count >= 0", "SCR-045"),
        ("count > -1", "SCR-045"),
        ("count < 0", "SCR-045"),
        ("count <= -1", "SCR-045"),
        ("count > 1.5", "SCR-016"),
        ("count > 'many'", "SCR-016"),
        ("count > NULL", "SCR-024"),
        ("count > :lots", "SCR-015"),
        ("sum(status) > 1", "SCR-044"),
        ("sum(grade) > 1", "SCR-044"),
        ("sum(accepted_on) > 1", "SCR-044"),
        ("sum(self_paid * 2) > 1", "SCR-044"),
        ("sum(subject.loss) > 1", "SCR-044"),
        ("sum(selfpaid) > 1", "SCR-011"),
        ("sum(self_paid) > 'x'", "SCR-016"),
        ("sum(self_paid) > 0.001", "SCR-031"),
        ("latest(status, organ) = 'completed'", "SCR-044"),
        ("latest(person_id, accepted_on) = 1", "SCR-044"),
        ("latest(status, accepted_on) = 'done'", "SCR-017"),
        ("latest(status, accepted_on) > 'completed'", "SCR-021"),
        ("latest(grade, valid_from) <= 5", "SCR-020"),
        ("count >= 2; DROP TABLE x", "SCR-006"),
        ("count >= (SELECT 1)", "SCR-007"),
    ],
)
def test_a_wrong_test_is_refused(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_test(text, SCOPE)
    assert code in {fault.code for fault in error.value.faults}, str(error.value)
