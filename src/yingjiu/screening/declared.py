"""The YAML of a model file and of a shared block, as it is written.

What the keys mean and how a model is judged stands in ``docs/reference/model-file.md``. Here are only the
keys and their types; :mod:`yingjiu.screening.model` checks what they say to each other.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from yingjiu.declarations import Declaration

__all__ = [
    "LEVELS",
    "NEAR_RELATIVES",
    "Basis",
    "BlockFile",
    "CaseDeclared",
    "ComparisonDeclared",
    "ConditionDeclared",
    "Expected",
    "Kind",
    "Level",
    "ModelFile",
    "Outcome",
    "Parameter",
    "RecommendationDeclared",
    "Route",
    "SubjectKind",
    "TermDeclared",
]

Kind = Literal["judicial_relief", "social_assistance", "supervision"]
SubjectKind = Literal["party", "enforcement", "petition", "person", "hardship"]
Route = Literal["person", "household", "kin", "case", "person+case"]
Level = Literal["red", "orange", "yellow"]
Outcome = Literal["match", "possible", "no"]
Relation = Literal[
    "spouse", "child", "child_in_law", "grandchild", "parent", "parent_in_law", "grandparent", "sibling",
    "other", "near_relative",
]  # fmt: skip

LEVELS: Final[tuple[Level, ...]] = ("red", "orange", "yellow")
"""From the most urgent."""

NEAR_RELATIVES: Final = ("spouse", "parent", "child", "sibling")
"""近亲属: spouse, parents, children, full siblings (Criminal Procedure Law, article 108(6))."""

ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
AtomId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Article = Annotated[str, BeforeValidator(lambda found: str(found) if isinstance(found, int) else found)]


def _written(found: object) -> object:
    """``yellow: true`` says the same as ``yellow: "true"``."""
    return str(found).lower() if isinstance(found, bool) else found


LogicText = Annotated[str, BeforeValidator(_written), StringConstraints(min_length=1)]


class Basis(Declaration):
    """The article that a model implements."""

    rule: Text
    article: Article


class Parameter(Declaration):
    """A figure that a model uses, with where it comes from."""

    value: bool | int | Decimal | date | str
    says: Text
    status: Literal["law", "unconfirmed"]
    source: Text


class ConditionDeclared(Declaration):
    """A named expression over the columns of the subject."""

    id: AtomId
    says: Text
    expr: Annotated[str, StringConstraints(min_length=1)]
    settle: Text | None = None
    part_of: AtomId | None = None


class ComparisonDeclared(Declaration):
    """A named question about rows of another table that the subject reaches."""

    id: AtomId
    says: Text
    with_: Annotated[str, Field(alias="with")]
    by: Annotated[tuple[Route, ...], Field(min_length=1)]
    kin: tuple[Relation, ...] = ()
    expr: str | None = None
    test: str = "exists"
    settle: Text | None = None
    part_of: AtomId | None = None


class TermDeclared(Declaration):
    """A name for a piece of logic, or for any of the atoms that say they are part of it."""

    id: AtomId
    says: Text
    logic: LogicText | None = None
    any: Literal[True] | None = None


class RecommendationDeclared(Declaration):
    """Help that another agency should be asked for."""

    when: LogicText = "true"
    measure: str
    agency: Text
    says: Text


class Expected(Declaration):
    """What a case must come to; what is not named is not looked at."""

    outcome: Outcome
    level: Level | None = None
    conditions: dict[str, bool | Literal["unknown"] | None] = Field(default_factory=dict)
    excluded_by: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


class CaseDeclared(Declaration):
    """A small world and what the model must say about the person ``self`` in ``case-1``."""

    says: Text
    given: dict[str, dict[str, Any] | list[dict[str, Any]]]
    not_loaded: tuple[str, ...] = ()
    run_date: date | None = None
    expect: Expected


class BlockFile(Declaration):
    """A shared block: ``shared/<block>.yaml``."""

    block: ModelId
    title: Text
    parameters: dict[AtomId, Parameter] = Field(default_factory=dict)
    conditions: tuple[ConditionDeclared, ...] = ()
    comparisons: tuple[ComparisonDeclared, ...] = ()
    terms: tuple[TermDeclared, ...] = ()


class ModelFile(Declaration):
    """A model file: ``<model>.yaml``."""

    model: ModelId
    version: Annotated[int, Field(ge=1)]
    title: Text
    kind: Kind
    after: Text | None = None
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    subject: SubjectKind
    where: str | None = None
    max_share: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.5")
    uses: tuple[ModelId, ...] = ()
    parameters: dict[AtomId, Parameter] = Field(default_factory=dict)
    conditions: tuple[ConditionDeclared, ...] = ()
    comparisons: tuple[ComparisonDeclared, ...] = ()
    terms: tuple[TermDeclared, ...] = ()
    require: LogicText
    exclude: LogicText | None = None
    ask: tuple[AtomId, ...] = ()
    doubt: tuple[AtomId, ...] = ()
    level: dict[Level, LogicText] = Field(default_factory=dict)
    recommend: tuple[RecommendationDeclared, ...] = ()
    case_run_date: date = date(2024, 6, 30)
    cases: Annotated[tuple[CaseDeclared, ...], Field(min_length=1)]
