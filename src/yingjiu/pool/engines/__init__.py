"""Engines read the pool and answer queries: DuckDB in this process, or Spark on a cluster.

An engine is five methods. Queries are SQLGlot trees in a neutral flavour (DuckDB's, kept to what every engine
says with the same value); results are Arrow tables whose types do not depend on the engine.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.engines.interface import Engine, Tables
from yingjiu.pool.errors import EngineError

__all__ = ["ENGINES", "Engine", "Tables", "open_engine"]

ENGINES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "duckdb": ("duck", "DuckEngine"),
        "spark": ("spark", "SparkEngine"),
    }
)
"""The engines by name: module and class."""


def open_engine(name: str = "duckdb", **settings: Any) -> Engine:
    """Open an engine.

    Args:
        name: ``duckdb`` or ``spark``.
        settings: of that engine; see :class:`yingjiu.pool.engines.duck.DuckEngine` and
            :class:`yingjiu.pool.engines.spark.SparkEngine`.

    Returns:
        The engine; close it when done.

    Raises:
        EngineError: ``POL-060`` no such engine; ``POL-061`` Spark needs Java or PySpark; ``POL-066`` a
            setting that the engine does not have.
    """
    if name not in ENGINES:
        near = difflib.get_close_matches(name, ENGINES, n=1)
        hint = (
            _("did you mean {name}?").format(name=near[0])
            if near
            else _("engines: {names}").format(names=", ".join(ENGINES))
        )
        raise EngineError(Fault("POL-060", _("there is no such engine"), found=name, hint=hint))
    # imported when wanted: PySpark is an extra, and costs a second
    module = import_module(f"yingjiu.pool.engines.{ENGINES[name][0]}")
    kind: Callable[..., Engine] = getattr(module, ENGINES[name][1])
    known = list(inspect.signature(kind).parameters)
    strange = sorted(set(settings) - set(known))
    if strange:
        raise EngineError(
            Fault(
                "POL-066",
                _("the engine has no such setting"),
                found=", ".join(strange),
                hint=_("settings: {names}").format(names=", ".join(known)),
            )
        )
    return kind(**settings)
