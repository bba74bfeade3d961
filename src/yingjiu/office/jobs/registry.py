"""The jobs there are: a name, what it is called on screen, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from yingjiu.office.jobs.models import Job

__all__ = ["Registered", "find", "job", "periodic"]

F = TypeVar("F", bound=Callable[..., "Mapping[str, Any] | None"])


@dataclass(frozen=True, slots=True)
class Registered:
    """A job that can be asked for.

    Attributes:
        name: ``app.verb_noun``; stored with every job, so it is never renamed.
        function: does it.
        title: what it is called on screen.
        every: how often the worker asks for it by itself.
        link: address of the page on which the result stands.
    """

    name: str
    function: Callable[..., Mapping[str, Any] | None]
    title: StrOrPromise
    every: timedelta | None = None
    link: Callable[[Job], str | None] | None = None


_jobs: dict[str, Registered] = {}


def job(
    name: str,
    *,
    title: StrOrPromise = "",
    every: timedelta | None = None,
    link: Callable[[Job], str | None] | None = None,
) -> Callable[[F], F]:
    """Register a job; stands above a function in ``tasks.py``.

    Args:
        name: ``app.verb_noun``.
        title: what it is called on screen; the name unless given.
        every: the worker asks for it by itself this often, with no arguments; from a minute up.
        link: from a job to the page on which its result stands.

    Returns:
        A decorator that leaves the function as it is.
    """

    def register(function: F) -> F:
        there = _jobs.get(name)
        if there is not None and there.function.__module__ != function.__module__:
            raise ValueError(f"two jobs are called {name}")
        _jobs[name] = Registered(name, function, title or name, every, link)
        return function

    return register


def find(name: str) -> Registered | None:
    """The job of a name; None if this version knows none."""
    return _jobs.get(name)


def periodic() -> list[Registered]:
    """Jobs that the worker asks for by itself."""
    return [each for each in _jobs.values() if each.every is not None]
