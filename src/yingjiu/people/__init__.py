"""Who is who to whom: households and kin as relations over the canonical tables.

Deterministic tiers and linkage of people without a valid number will stand here too; today a person is
their ``person_id``.
"""

from yingjiu.people.relations import (
    BETWEEN_MEMBERS,
    INVERSE,
    LARGEST_HOUSEHOLD,
    household_pairs,
    kin_pairs,
    known_households,
    known_kin,
)

__all__ = [
    "BETWEEN_MEMBERS",
    "INVERSE",
    "LARGEST_HOUSEHOLD",
    "household_pairs",
    "kin_pairs",
    "known_households",
    "known_kin",
]
