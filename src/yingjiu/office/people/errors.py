"""Errors about people.

OfficeError
├── PeopleError    ``PER-001`` … ``PER-049``: a search, a merge, a reveal, an export that cannot be done
└── BenchError     ``PER-050`` … ``PER-079``: a decision about a pair that cannot be taken
"""

from __future__ import annotations

from yingjiu.office.frame.errors import Conflict, OfficeError

__all__ = ["BenchConflict", "BenchError", "PeopleError"]


class PeopleError(OfficeError):
    """Something asked about people cannot be done.

    Codes: ``PER-001`` the term cannot be searched for, ``PER-002`` a purpose or a reason is
    missing, ``PER-003`` the search does not find this person any more, ``PER-010`` a person
    cannot be merged with themselves or across procuratorates, ``PER-011`` one of them is merged already,
    ``PER-012`` the cases of both cannot stand under one person, ``PER-013`` not merged, so not to be parted.
    """


class BenchError(OfficeError):
    """A decision about a pair cannot be taken.

    Codes: ``PER-050`` nothing is linked yet, ``PER-051`` no such pair, ``PER-052`` a reason is missing,
    ``PER-053`` there is nothing to take back.
    """


class BenchConflict(Conflict):
    """Somebody else decided the same pair first: ``PER-054``."""
