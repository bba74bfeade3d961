"""What can go wrong when deciding who is who.

::

    YingjiuError
    └── PeopleError
        ├── LinkageError     the policy or the data do not allow linking (PPL-001 to PPL-019)
        ├── DecisionError    a decision about a match cannot be taken (PPL-020 to PPL-039)
        └── LinkStoreError   stored links or decisions cannot be read (PPL-040 to PPL-059)
"""

from __future__ import annotations

from yingjiu.errors import YingjiuError

__all__ = ["DecisionError", "LinkStoreError", "LinkageError", "PeopleError"]


class PeopleError(YingjiuError):
    """Something about who is who is wrong."""


class LinkageError(PeopleError):
    """Records cannot be linked.

    Codes: ``PPL-001`` thresholds the wrong way round, ``PPL-002`` comparisons or levels missing or unknown,
    ``PPL-003`` a level without a probability, ``PPL-004`` there are no people in the pool; as warnings
    ``PPL-010`` a level that never occurred among random pairs, ``PPL-011`` too few records to measure,
    ``PPL-012`` a source whose doubtful records link to nobody.
    """


class DecisionError(PeopleError):
    """A decision cannot be taken.

    Codes: ``PPL-020`` no such record, ``PPL-022`` no reason or no person
    given, ``PPL-023`` it contradicts earlier decisions.
    """


class LinkStoreError(PeopleError):
    """What is stored about links cannot be read.

    Codes: ``PPL-040`` decisions that cannot be read, ``PPL-041`` links that cannot be read, ``PPL-042``
    nothing has been linked yet.
    """
