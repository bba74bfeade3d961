"""The named policy: how much each level of agreement counts, and from where on two records are one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import Field, PrivateAttr

from yingjiu.declarations import Declaration, read_declaration
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people.errors import LinkageError

__all__ = ["LEVELS", "SHIPPED", "Level", "Policy", "Thresholds", "read_policy"]

SHIPPED: Final = Path(str(files("yingjiu.catalogue"))) / "policies" / "linkage.yaml"
"""The policy that comes with the software."""

LEVELS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("same", "variant", "sound", "reordered", "one_character", "other"),
        "id": ("same", "one_digit", "birth_swapped", "two_digits", "other"),
        "birth": ("same", "swapped", "other"),
        "sex": ("same", "other"),
        "phone": ("same", "other"),
        "address": ("same", "area", "other"),
        "household": ("same", "other"),
    }
)
"""The comparisons and their levels, the most alike first; the last one is everything else."""


class Thresholds(Declaration):
    """From where on two records are one person, in log2 of the odds.

    Attributes:
        join: at least this much: joined.
        break_: less than this: different people, also if they were joined earlier. Written ``break``.
        margin: how far the best candidate must be ahead of the next.
    """

    join: Decimal
    break_: Decimal = Field(alias="break")
    margin: Decimal = Field(ge=0)


class Twins(Declaration):
    """Same surname, birth date and address, but another given name: perhaps twins.

    Attributes:
        lower_by: taken off the weight.
    """

    lower_by: Decimal = Field(ge=0)


class Training(Declaration):
    """How chance agreement is measured.

    Attributes:
        smallest_records: with fewer records the declared values count.
        pairs: how many random pairs are looked at.
        seed: of the sample.
    """

    smallest_records: int = Field(ge=100)
    pairs: int = Field(ge=10_000)
    seed: int = Field(ge=0)


class Level(Declaration):
    """One level of agreement.

    Attributes:
        level: a name out of :data:`LEVELS`.
        says: what it is called in reasons.
        m: how often it occurs among records of one person.
        u: how often it occurs by chance; measured on the data unless ``fixed``.
        fixed: never measured; near-unique values never agree in random pairs.
    """

    level: str
    says: str
    m: Decimal = Field(gt=0, lt=1)
    u: Decimal = Field(gt=0, lt=1)
    fixed: bool = False


class Compared(Declaration):
    """One thing that is compared.

    Attributes:
        name: a name out of :data:`LEVELS`.
        levels: all its levels, in their order.
    """

    name: str
    levels: tuple[Level, ...]


class Policy(Declaration):
    """How records of people are joined.

    Attributes:
        policy: its name.
        version: counted up with every change.
        title: what it is called.
        thresholds: join, break, margin.
        twins: possible twins.
        training: how chance agreement is measured.
        expected_share: how many doubtful records have a person in the pool; the odds to begin with.
        comparisons: what is compared.
    """

    policy: str
    version: int = Field(ge=1)
    title: str
    thresholds: Thresholds
    twins: Twins
    training: Training
    expected_share: Decimal = Field(gt=0, lt=1)
    comparisons: tuple[Compared, ...]
    _digest: str = PrivateAttr("")

    @property
    def digest(self) -> str:
        """Digest of everything that it declares."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    def level(self, comparison: str, place: int) -> Level:
        """A level by its place, 0 the most alike."""
        return next(each for each in self.comparisons if each.name == comparison).levels[place]


def read_policy(path: Path = SHIPPED) -> Policy:
    """Read a linkage policy.

    Args:
        path: the YAML file; the shipped one unless given.

    Returns:
        The policy.

    Raises:
        DeclarationError: keys, types or values are wrong; every fault at once.
        LinkageError: ``PPL-001`` thresholds, ``PPL-002`` comparisons or levels.
    """
    policy = read_declaration(Policy, path)
    faults = []
    if policy.thresholds.break_ >= policy.thresholds.join:
        faults.append(
            Fault(
                "PPL-001",
                _("the threshold for breaking a link must be below the one for making it"),
                str(path),
                path="$.thresholds",
                found=f"break {policy.thresholds.break_}, join {policy.thresholds.join}",
                hint=_("what lies between is decided by a person"),
            )
        )
    declared = {each.name: tuple(level.level for level in each.levels) for each in policy.comparisons}
    if len(declared) != len(policy.comparisons):
        faults.append(Fault("PPL-002", _("a comparison stands there twice"), str(path), path="$.comparisons"))
    for name in sorted({*LEVELS, *declared}):
        if declared.get(name) != LEVELS.get(name):
            faults.append(
                Fault(
                    "PPL-002",
                    _("these comparisons and levels are not those that the software makes"),
                    str(path),
                    path=f"$.comparisons.{name}",
                    found=", ".join(declared.get(name, ())) or None,
                    hint=_("in this order: {names}").format(names=", ".join(LEVELS.get(name, ())))
                    if name in LEVELS
                    else _("comparisons: {names}").format(names=", ".join(LEVELS)),
                )
            )
    if faults:
        raise LinkageError(*faults)
    return policy
