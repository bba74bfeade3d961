"""Measure one piece of work in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import importlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Measured", "in_child", "say", "timed"]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each repetition, the peak memory of the process in MiB, and what the work returned."""

    seconds: list[float]
    peak_mib: float
    result: Any = None

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def say(text: str) -> None:
    """Tell whoever waits how far it is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def timed(work: Callable[[], Any], repeats: int, *, warm: int = 1) -> Measured:
    """Run ``work`` a few times in this process."""
    result = None
    for _ in range(warm):
        result = work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return Measured(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result)


def in_child(module: str, function: str, **arguments: Any) -> Measured:
    """Call ``module.function(**arguments)`` in a fresh process.

    Data are made in a process of their own too: a child starts with the peak memory of its parent.

    Returns:
        What the function measured; nothing but ``seconds=[]`` if it is no :class:`Measured`.
    """
    call = json.dumps([module, function, arguments])
    run = subprocess.run(
        [sys.executable, "-m", "bench.measure", call], stdout=subprocess.PIPE, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"{module}.{function} {arguments} failed")
    return Measured(**json.loads(run.stdout.splitlines()[-1]))


if __name__ == "__main__":
    name, function_name, keywords = json.loads(sys.argv[1])
    returned = getattr(importlib.import_module(name), function_name)(**keywords)
    measured = Measured([], 0) if returned is None else returned
    print(json.dumps(asdict(measured)))
