"""The crimes of the county: which, how often, whom they hit and how hard.

The eight groups are those of the product's offence groups; articles are those of the Criminal Law. Rates
are raised above life (a county of 20,000 has some twenty such cases a year) so that every kind of lead occurs
several times in a county that fits on a laptop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CASES_PER_PERSON", "GROUPS", "HARMS", "Group"]

CASES_PER_PERSON: Final = 760 / 20_000

HARMS: Final = (
    "slight",
    "minor_2",
    "minor_1",
    "serious_2",
    "serious_1",
    "death",
    "psychological",
    "property",
    "retaliation",
)
"""What can happen to a victim; the first five are injury grades."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of offences.

    Attributes:
        name: the group.
        share: of all cases.
        offences: article, charge and weight.
        harms: a weight for each of :data:`HARMS`.
        female: share of women among the victims.
        ages: youngest and oldest victim.
        ability: share of offenders who can pay.
        family: the offender is of the victim's own household.
    """

    name: str
    share: float
    offences: tuple[tuple[str, str, float], ...]
    harms: tuple[float, ...]
    female: float
    ages: tuple[int, int]
    ability: float
    family: float = 0.0


GROUPS: Final = (
    Group(
        "injury",
        0.24,
        (("234", "故意伤害罪", 9), ("238", "非法拘禁罪", 0.6)),
        (10, 34, 24, 20, 5, 4, 0, 0, 0),
        0.3,
        (14, 80),
        0.40,
        0.05,
    ),
    Group(
        "killing",
        0.042,
        (("232", "故意杀人罪", 1),),
        (0, 0, 3, 12, 10, 75, 0, 0, 0),
        0.5,
        (5, 80),
        0.12,
        0.55,
    ),
    Group(
        "traffic",
        0.20,
        (("133", "交通肇事罪", 9), ("133-1", "危险驾驶罪", 1)),
        (2, 4, 6, 28, 10, 48, 0, 2, 0),
        0.4,
        (4, 88),
        0.50,
    ),
    Group(
        "sexual",
        0.07,
        (("236", "强奸罪", 6), ("237", "强制猥亵罪", 3), ("237", "猥亵儿童罪", 3)),
        (6, 6, 4, 4, 0, 0, 80, 0, 0),
        0.95,
        (5, 38),
        0.25,
    ),
    Group(
        "violent_property",
        0.07,
        (("263", "抢劫罪", 5), ("267", "抢夺罪", 2), ("274", "敲诈勒索罪", 2)),
        (8, 12, 10, 10, 3, 2, 0, 55, 0),
        0.5,
        (16, 82),
        0.20,
    ),
    Group(
        "fraud_property",
        0.27,
        (("266", "诈骗罪", 5), ("264", "盗窃罪", 4), ("192", "集资诈骗罪", 1)),
        (0, 0, 0, 0, 0, 0, 0, 100, 0),
        0.5,
        (18, 88),
        0.25,
    ),
    Group(
        "family",
        0.035,
        (("260", "虐待罪", 5), ("261", "遗弃罪", 2), ("260-1", "虐待被监护、看护人罪", 1)),
        (15, 20, 12, 8, 2, 0, 40, 0, 0),
        0.65,
        (3, 88),
        0.20,
        1.0,
    ),
    Group(
        "public_safety",
        0.06,
        (
            ("233", "过失致人死亡罪", 3),
            ("235", "过失致人重伤罪", 2),
            ("115", "失火罪", 2),
            ("114", "放火罪", 2),
            ("134", "重大责任事故罪", 2),
        ),
        (2, 4, 6, 24, 8, 34, 0, 22, 0),
        0.35,
        (16, 75),
        0.35,
    ),
    Group(
        "other",
        0.02,
        (("293", "寻衅滋事罪", 5), ("275", "故意毁坏财物罪", 3), ("308", "打击报复证人罪", 4)),
        (15, 20, 10, 4, 0, 0, 0, 20, 31),
        0.4,
        (18, 70),
        0.35,
    ),
)
