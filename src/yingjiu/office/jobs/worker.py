"""The worker process: ``python -m yingjiu.office.jobs.worker``.

It stops gracefully on SIGTERM and on Ctrl-C: a job that can be interrupted goes back to the queue, and one
that cannot within ten seconds is left to the next worker, as if this one had been killed.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import Final

import django

__all__ = ["main", "work_off"]

logger = logging.getLogger(__name__)

THREADS: Final = 2
"""Jobs done at once: a short one need not wait for a long one."""
_PATIENCE: Final = 10.0
_HEALTH: Final = 10.0


def main() -> int:
    """Work until told to stop.

    Returns:
        Exit code.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjiu.office.settings")
    django.setup()
    from yingjiu.office.jobs.alive import working  # noqa: PLC0415 - needs the settings

    stop = threading.Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, told)
    with working():
        _work(stop, told)
    return 0


def _work(stop: threading.Event, told: signal.Handlers | object) -> None:
    from huey.consumer import Consumer  # noqa: PLC0415 - as above

    from yingjiu.office.jobs.queue import queue  # noqa: PLC0415 - as above
    from yingjiu.office.jobs.upkeep import tick  # noqa: PLC0415 - as above
    from yingjiu.office.jobs.work import STOPPING  # noqa: PLC0415 - as above

    tick(starting=True)
    consumer = Consumer(queue().huey, workers=THREADS, max_delay=0.5, backoff=1.1, shutdown_timeout=_PATIENCE)
    consumer.start()
    for each in (signal.SIGTERM, signal.SIGINT):  # the consumer has set its own
        signal.signal(each, told)  # type: ignore[arg-type]  # a function, as main passes it
    parent, looked = os.getppid(), time.monotonic()
    while not stop.wait(0.5):
        if os.getppid() != parent:
            logger.warning("the process that started this worker is gone")
            break
        if time.monotonic() - looked > _HEALTH:
            consumer.check_worker_health()
            looked = time.monotonic()
    STOPPING.set()
    consumer.stop(graceful=True)


def work_off() -> int:
    """Do all waiting jobs in this process; how many there were."""
    from yingjiu.office.jobs.running import drain  # noqa: PLC0415 - as above

    return drain()


if __name__ == "__main__":
    raise SystemExit(main())
