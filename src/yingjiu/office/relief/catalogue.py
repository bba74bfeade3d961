"""Approvals, materials and questions of the catalogue, and of an office's own folders.

An office replaces a file by one of the same name below ``YINGJIU_FOLDER/approvals``, ``materials`` or
``reviews``. Which approvals count is chosen as standards are: the region code that agrees longest.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from django.conf import settings
from pydantic import Field, model_validator

from yingjiu.declarations import Declaration, read_declaration
from yingjiu.language import _, catalogue_text

if TYPE_CHECKING:
    from yingjiu.office.relief.models import ReliefCase

__all__ = [
    "Approvals",
    "Chain",
    "ChainStep",
    "MaterialItem",
    "Question",
    "approvals_for",
    "approvals_of",
    "find_chain",
    "forget",
    "material_items",
    "questions",
]

RoleName = Literal["handler", "head", "deputy_chief", "finance"]
KindName = Literal["grant", "refuse", "refer", "urgent", "joint", "cap"]
WayName = Literal["written", "oral", "ex_officio", "guardian", "agent"]
HarmName = Literal["death", "bodily", "psychological", "property", "none"]


class ChainStep(Declaration):
    """One step of a chain.

    Attributes:
        role: who acts.
        title: what the step is called on the form.
        at: the case's own procuratorate, or the one above it.
    """

    role: RoleName
    title: str
    at: Literal["own", "above"] = "own"


class Chain(Declaration):
    """Who approves one kind of thing up to an amount.

    Attributes:
        kind: what is approved.
        up_to: largest amount in yuan, included; without it there is no limit.
        steps: in order.
    """

    kind: KindName
    up_to: Annotated[Decimal, Field(gt=0)] | None = None
    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]


class Approvals(Declaration):
    """The approvals of a region.

    Attributes:
        approvals: identifier, the name of its file.
        title: what it is called.
        example: no office's rule.
        regions: region codes or their beginnings; none = everywhere.
        valid_from: first day.
        note: what a reader must know.
        forbidden_pairs: who acted in a case in the first role may not act in it in the second, nor the other
            way round.
        deputies: from a role to the roles whose holders may stand in for it.
        chains: by kind and amount.
    """

    approvals: str
    title: str
    example: bool = False
    regions: tuple[str, ...] = ()
    valid_from: date
    note: str = ""
    forbidden_pairs: tuple[tuple[RoleName, RoleName], ...] = ()
    deputies: dict[RoleName, tuple[RoleName, ...]] = Field(default_factory=dict)
    chains: Annotated[tuple[Chain, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_kind_ends_open(self) -> Approvals:
        """The amounts of a kind rise, and its last chain has no limit: every amount has one chain."""
        for kind in {chain.kind for chain in self.chains}:
            limits = [chain.up_to for chain in self.chains if chain.kind == kind]
            known = [limit for limit in limits[:-1] if limit is not None]
            if limits[-1] is not None or len(known) != len(limits) - 1 or known != sorted(set(known)):
                raise ValueError(
                    _("the chains of {kind} rise by amount, and only the last has no limit").format(kind=kind)
                )
        return self

    def chain(self, kind: str, amount: Decimal | None) -> Chain | None:
        """The chain for a kind and amount."""
        for chain in self.chains:
            if chain.kind == kind and (chain.up_to is None or (amount or Decimal(0)) <= chain.up_to):
                return chain
        return None


class Proof(Declaration):
    """Which rows of agencies' data prove a material.

    Attributes:
        table: canonical table of the row.
        column: it must say something in this column.
    """

    table: str
    column: str = ""


class MaterialItem(Declaration):
    """One material.

    Attributes:
        id: identifier.
        title: what it is called.
        requires: what it must look like.
        source: who gives it.
        ways: for which ways of applying; none = all.
        harms: for which harm; none = all.
        minor: only where the applicant is a minor.
        optional: helpful, never asked for as missing.
        proven_by: rows that prove the same, so that nobody is asked for a paper.
        basis: rule.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    requires: str = ""
    source: str = ""
    ways: tuple[WayName, ...] = ()
    harms: tuple[HarmName, ...] = ()
    minor: bool = False
    optional: bool = False
    proven_by: tuple[Proof, ...] = ()
    basis: str = ""

    def wanted(self, *, way: str, harm: str, minor: bool) -> bool:
        """Whether it belongs to such an application; an unknown harm asks for none of one harm only."""
        return (
            (not self.ways or way in self.ways)
            and (not self.harms or harm in self.harms)
            and (not self.minor or minor)
        )


class Materials(Declaration):
    """A list of materials."""

    materials: str
    title: str
    note: str = ""
    items: Annotated[tuple[MaterialItem, ...], Field(min_length=1)]


class Question(Declaration):
    """One question of the review.

    Attributes:
        id: identifier.
        group: eligibility (第七条), hardship, exclusion (第八条) or one_time (一案一次).
        says: the question.
        basis: rule and article.
        required: whether it must be answered.
        from_models: atoms of the models whose truth is shown beside it.
        settle: what would answer it.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    group: Literal["eligibility", "hardship", "exclusion", "one_time"]
    says: str
    basis: str = ""
    required: bool = True
    from_models: tuple[str, ...] = ()
    settle: str = ""


class Questions(Declaration):
    """The questions of the review."""

    reviews: str
    title: str
    note: str = ""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


D = TypeVar("D", bound=Declaration)


def _read_all(kind: str, model: type[D]) -> tuple[D, ...]:
    shipped = Path(str(files("yingjiu.catalogue"))) / kind
    own = Path(settings.YINGJIU_FOLDER) / kind
    found = {path.stem: path for folder in (shipped, own) for path in sorted(folder.glob("*.yaml"))}
    return tuple(read_declaration(model, found[name]) for name in sorted(found))


@cache
def approvals_of() -> tuple[Approvals, ...]:
    """Every approvals file."""
    return _read_all("approvals", Approvals)


@cache
def material_items() -> tuple[MaterialItem, ...]:
    """Every material in the order of the files."""
    return tuple(item for each in _read_all("materials", Materials) for item in each.items)


@cache
def questions() -> tuple[Question, ...]:
    """Every question in the order of the files."""
    return tuple(item for each in _read_all("reviews", Questions) for item in each.questions)


def forget() -> None:
    """Read the files again at the next use."""
    for each in (approvals_of, material_items, questions):
        each.cache_clear()


def approvals_for(region: str, on: date) -> Approvals | None:
    """The approvals that count for a region and day: the nearest region, then the latest.

    Args:
        region: six digits of the procuratorate.
        on: the day.
    """
    near = [
        (len(code), each.valid_from, each)
        for each in approvals_of()
        if each.valid_from <= on
        for code in (each.regions or ("",))
        if region.startswith(code)
    ]
    return max(near, key=lambda item: item[:2])[2] if near else None


def find_chain(case: ReliefCase, kind: str, amount: Decimal | None) -> Chain | None:
    """The chain for a case.

    Args:
        case: its procuratorate's region and the day of opening count.
        kind: what is to be approved.
        amount: yuan; None counts as nothing.
    """
    office: Any = case.organisation
    found = approvals_for(office.region or "", case.opened_on)
    return None if found is None else found.chain(kind, amount)


def text(words: str) -> str:
    """A text of the catalogue in the user's language."""
    return catalogue_text(words)
