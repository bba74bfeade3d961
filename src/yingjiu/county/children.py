"""Children whom no parent supports although both are not dead (民发〔2019〕62号)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from yingjiu.county.circumstances import SEVERE
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.lives import County
from yingjiu.county.offences import HARMS
from yingjiu.county.verdict import Verdict

__all__ = ["unsupported_children"]

_LISTED: Final = frozenset({"orphan", "unsupported_child"})
_AWAY_MONTHS: Final = 6
"""Whoever is in custody or missing counts as absent from six months on, as 民发〔2019〕62号 says; a parent
who is held for killing the other counts at once, because nobody expects him back in six months."""


def unsupported_children(county: County) -> Iterator[Verdict]:
    """Minors of whom each parent is dead, held, missing or severely disabled, but not both are dead.

    Args:
        county: the true lives.

    Yields:
        A verdict for each child who lost one parent by a crime or both in ways of the list.
    """
    father, mother = county.people["father"], county.people["mother"]
    absent = _absences(county)
    killed = _killed(county)
    listed = _listed(county)
    grown = TODAY - int(18 * 365.2425)
    gone = np.zeros(county.size, np.bool_)
    gone[list(absent)] = True
    touched = np.zeros(county.size, np.bool_)
    touched[list(killed)] = True
    both = (father >= 0) & (mother >= 0) & (county.deaths == NEVER)
    of_list = both & gone[father] & gone[mother]
    of_crime = both & (touched[father] | touched[mother])
    for child in np.flatnonzero(of_list | of_crime).tolist():
        parents = int(father[child]), int(mother[child])
        reasons = {absent[parent] for parent in parents if parent in absent}
        dead = [parent for parent in parents if county.deaths[parent] != NEVER]
        case = next((killed[parent] for parent in parents if parent in killed), -1)
        if case >= 0:
            reasons.add("parent_killed")
        decoy = None
        if county.people["birth"][child] <= grown:
            if not of_list[child]:
                continue
            decoy = "grown_up"
        elif not of_list[child]:
            decoy = "other_parent_cares"
        elif len(dead) == 2:
            decoy = "both_parents_dead"  # an orphan, for whom there is another allowance
        elif child in listed:
            decoy = "already_listed"
        yield Verdict(child, case, "unsupported_child", reasons, decoy=decoy)


def _absences(county: County) -> dict[int, str]:
    """Who is dead, held, missing or severely disabled, and which of these."""
    disabled = county.disabled["person"][county.disabled["grade"] <= SEVERE].tolist()
    found = dict.fromkeys(disabled, "parent_severely_disabled")
    states = county.states
    for person, state, since, until in zip(
        states["person"].tolist(),
        states["state"].tolist(),
        states["since"].tolist(),
        states["until"].tolist(),
        strict=True,
    ):
        long_enough = since < TODAY - int(_AWAY_MONTHS * 30.44) or state == "in_custody"
        if until == NEVER and long_enough:
            found[person] = "parent_missing" if state == "missing" else "parent_held"
    for person in np.flatnonzero(county.deaths != NEVER).tolist():
        found[person] = "parent_dead"
    return found


def _killed(county: County) -> dict[int, int]:
    """The victims of killings and other deadly crimes, each with the case."""
    rows = (county.harmed["harm"] == HARMS.index("death")) & (county.harmed["role"] == "victim")
    return dict(
        zip(county.harmed["person"][rows].tolist(), county.harmed["case"][rows].tolist(), strict=True)
    )


def _listed(county: County) -> set[int]:
    rows = county.listings["until"] == NEVER
    return {
        person
        for person, name in zip(
            county.listings["person"][rows].tolist(), county.listings["list"][rows].tolist(), strict=True
        )
        if name in _LISTED
    }
