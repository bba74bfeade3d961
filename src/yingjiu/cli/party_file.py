"""New parties in a JSON file: people who came in today and stand in no agency's file yet."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from yingjiu.codes import CODE_LISTS
from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _
from yingjiu.pool import TABLES, Column, ColumnType

__all__ = ["read_parties"]


def read_parties(path: Path) -> list[dict[str, Any]]:
    """Read one party, or a list of them, with canonical columns.

    Args:
        path: a JSON file; amounts and dates may be texts, such as ``"1200.50"`` and ``"2024-05-31"``.

    Returns:
        Rows of the table ``party``.

    Raises:
        YingjiuError: ``CLI-001`` not JSON, or not made of objects; ``CLI-002`` a value that does not fit its
            column; ``CLI-003`` a code that is not in its list. All at once.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except ValueError as error:
        raise YingjiuError(
            Fault("CLI-001", _("this is not readable as JSON"), str(path), found=_place(error), hint=_HINT)
        ) from None
    rows = content if isinstance(content, list) else [content]
    if not all(isinstance(row, dict) for row in rows):
        raise YingjiuError(
            Fault("CLI-001", _("a party is an object with canonical columns"), str(path), hint=_HINT)
        )
    faults: list[Fault] = []
    read = [
        {name: _value(name, value, f"$[{index}].{name}", str(path), faults) for name, value in row.items()}
        for index, row in enumerate(rows)
    ]
    if faults:
        raise YingjiuError(*faults)
    return read


_HINT: Final = _("see docs/how-to/screen-a-new-case.md")


def _place(error: ValueError) -> str | None:
    return f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else None


def _value(name: str, value: Any, path: str, file: str, faults: list[Fault]) -> Any:
    """A value in the type of its column; what is in no column is left to whoever knows the columns."""
    column = TABLES["party"].columns.get(name)
    if column is None or value is None:
        return value
    try:
        read = _READ[column.type](value)
    except (ValueError, TypeError, ArithmeticError):
        faults.append(
            Fault(
                "CLI-002",
                _("this does not fit a column of the type {type}").format(type=column.type.value),
                file,
                path=path,
                found=_shown(column, value),
                hint=_("columns and their types: docs/reference/tables.md"),
            )
        )
        return None
    if column.codes and read not in CODE_LISTS[column.codes].codes:
        faults.append(
            Fault(
                "CLI-003",
                _("the list {list} has no such code").format(list=column.codes),
                file,
                path=path,
                found=_shown(column, value),
                hint=_("codes: {codes}").format(codes=", ".join(CODE_LISTS[column.codes].codes)),
            )
        )
    return read


def _shown(column: Column, value: Any) -> str | None:
    return None if column.personal else str(value)[:40]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != Decimal(value):
        raise TypeError
    return int(value)


def _money(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise TypeError
    amount = Decimal(value)
    if not abs(amount) < Decimal(10) ** 12 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError
    return amount.quantize(Decimal("0.01"))


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_READ: Final[Mapping[ColumnType, Callable[[Any], Any]]] = {
    ColumnType.KEY: _whole,
    ColumnType.TEXT: _text,
    ColumnType.CODE: _text,
    ColumnType.INTEGER: _whole,
    ColumnType.MONEY: _money,
    ColumnType.DATE: date.fromisoformat,
    ColumnType.BOOLEAN: _flag,
}
