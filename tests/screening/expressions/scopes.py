"""The scopes in which the tests read expressions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from yingjiu.pool.tables import TABLES
from yingjiu.screening.expressions import Scope, Value

HERE: Final = Path(__file__).parent
PARAMETERS: Final[dict[str, Value]] = {"run_date": date(2024, 6, 30), "months": 24}

_PARTY: Final = {**TABLES["case"].columns, **TABLES["party"].columns}

SCOPES: Final = {
    "party": Scope(_PARTY, "s", parameters=PARAMETERS),
    "hardship": Scope(TABLES["hardship"].columns, "h", _PARTY, "s", PARAMETERS),
}


def table_of_cases(name: str) -> list[dict[str, Any]]:
    """A YAML table beside the tests."""
    cases: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return cases
