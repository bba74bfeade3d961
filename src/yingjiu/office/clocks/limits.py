"""Time limits as data: how long, from what, on which basis, and how sure we are of it.

Shipped in ``catalogue/clocks``; an office replaces one by a file of its own with the same key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from yingjiu.declarations import Declaration, Lines, read_declaration
from yingjiu.errors import Fault
from yingjiu.office.clocks.arithmetic import Period, Unit
from yingjiu.office.clocks.citing import citation

__all__ = ["Basis", "Certainty", "CountingRule", "ExtensionRule", "Limit", "counting_rules", "read_limits"]

Certainty = Literal["read", "source", "unconfirmed"]
"""``read`` in the text itself; ``source``: a public source says so; ``unconfirmed``: convention or guess."""

Text = Annotated[str, Field(min_length=1, max_length=300)]
LimitKey = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=60)]


class Basis(Declaration):
    """The rule that says it.

    Attributes:
        rule: name of the law, rules or notice.
        article: the article, in Chinese numerals; empty if it is not known.
    """

    rule: Text
    article: str = ""

    @property
    def says(self) -> str:
        """As it is cited: ``刑事诉讼法第一百零五条``, or in English."""
        return citation(self.rule, self.article)


class ExtensionRule(Declaration):
    """Who may give more time, and how much.

    Attributes:
        roles: roles that may approve; never the handler of the clock themselves.
        most: longest single extension; None = no limit.
        unit: what ``most`` counts.
        times: how often; None = no limit.
        until: whether an agreed day may be set instead of a period.
    """

    roles: Annotated[tuple[Literal["handler", "head", "deputy_chief"], ...], Field(min_length=1)]
    most: Annotated[int, Field(ge=1, le=366)] | None = None
    unit: Unit = Unit.CALENDAR_DAYS
    times: Annotated[int, Field(ge=1, le=10)] | None = None
    until: bool = False


class LimitDeclared(Declaration):
    """One limit as it is written."""

    title: Text
    says: Text
    length: Annotated[int, Field(ge=1, le=1000)]
    unit: Unit
    begins: Text
    bound: Literal["procuratorate", "applicant", "agency"]
    basis: tuple[Basis, ...] = ()
    certainty: Certainty
    note: str = ""
    remind: Annotated[int, Field(ge=0, le=60)] = 0
    expiry_moves: bool = True
    extension: ExtensionRule | None = None


class Limit(LimitDeclared):
    """A time limit.

    Attributes:
        key: identifier, as ``relief.decision``.
        title: what must be done.
        says: the rule in one sentence.
        length: how many.
        unit: of what.
        begins: the event whose day does not count.
        bound: whom it binds.
        basis: rules and articles; empty where there is none.
        certainty: how sure we are.
        note: what to know about it.
        remind: so many working days before the due day it is shown as due soon.
        expiry_moves: whether a last day that is not worked moves.
        extension: who may extend; None = nobody.
    """

    key: LimitKey

    @property
    def period(self) -> Period:
        """How long."""
        return Period(self.length, self.unit)


class LimitFile(Declaration):
    """One file of limits."""

    limits: dict[LimitKey, LimitDeclared]


class CountingRule(Declaration):
    """A rule of counting, and where it is written."""

    says: Text
    basis: tuple[Basis, ...] = ()
    certainty: Certainty
    note: str = ""


class CountingFile(Declaration):
    """The rules of counting."""

    rules: dict[Literal["start_day", "months", "expiry", "working_days", "pause", "extension"], CountingRule]


SHIPPED: Final = Path(str(files("yingjiu.catalogue")))


@lru_cache(maxsize=8)
def read_limits(folder: Path | None = None) -> Mapping[str, Limit]:
    """Every limit by key.

    Args:
        folder: an office's own files; they replace shipped limits key by key.

    Returns:
        The limits; read once in a process.

    Raises:
        DeclarationError: a file is wrong, with all its faults; ``DCL-211`` a limit without basis that does
            not say ``unconfirmed``.
    """
    found: dict[str, Limit] = {}
    for file in _files(folder):
        declared = read_declaration(LimitFile, file, also=_limit_faults)
        found |= {key: Limit(key=key, **dict(limit)) for key, limit in declared.limits.items()}
    return found


@lru_cache(maxsize=1)
def counting_rules() -> Mapping[str, CountingRule]:
    """The rules of counting by name."""
    rules = read_declaration(CountingFile, SHIPPED / "calendar" / "counting.yaml").rules
    return {str(name): rule for name, rule in rules.items()}


def _files(folder: Path | None) -> Iterator[Path]:
    yield from sorted((SHIPPED / "clocks").glob("*.yaml"))
    if folder is not None and folder.is_dir():
        yield from sorted(folder.glob("*.yaml"))


def _limit_faults(declared: LimitFile, lines: Lines, file: str) -> list[Fault]:
    return [
        Fault(
            "DCL-211",
            _("a limit without a basis should say that it is unconfirmed"),
            file,
            lines.get(("limits", key, "certainty")),
            f"$.limits.{key}.certainty",
            limit.certainty,
            _("name the rule, or write certainty: unconfirmed"),
        )
        for key, limit in declared.limits.items()
        if not limit.basis and limit.certainty != "unconfirmed"
    ]
