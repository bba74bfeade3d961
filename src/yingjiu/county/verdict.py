"""What the truth says of one person in one case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

__all__ = ["TRUTH_SCHEMA", "Verdict"]

TRUTH_SCHEMA: Final = pa.schema(
    [
        pa.field("person_id", pa.int64(), nullable=False),
        pa.field("case_id", pa.string()),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("reasons", pa.list_(pa.string()), nullable=False),
        pa.field("stage", pa.string()),
        pa.field("is_lead", pa.bool_(), nullable=False),
        pa.field("decoy", pa.string()),
        pa.field("unknown", pa.list_(pa.string()), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A lead, or a decoy with its reason.

    Attributes:
        person: position in the county's people.
        case: position in its cases, -1 for none.
        kind: of lead.
        reasons: codes, what speaks for it.
        decoy: why it is none after all; None for a lead.
        unknown: deciding facts that no file tells yet.
    """

    person: int
    case: int
    kind: str
    reasons: set[str]
    decoy: str | None = None
    unknown: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_lead(self) -> bool:
        """Whether the person ought to be found."""
        return self.decoy is None
