"""Disabled people who are owed a subsidy that nobody pays (国发〔2015〕52号)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from yingjiu.county.benefits import MONTHS
from yingjiu.county.circumstances import SEVERE
from yingjiu.county.dates import NEVER
from yingjiu.county.lives import County
from yingjiu.county.verdict import Verdict

__all__ = ["missed_benefits"]

_RECENT: Final = MONTHS[-3]
"""Whoever was paid in one of the last three months receives the subsidy."""
LIVING: Final = "disability_living_subsidy"
NURSING: Final = "disability_nursing_subsidy"


def missed_benefits(county: County) -> Iterator[Verdict]:
    """Holders of a certificate who should receive a disability subsidy but do not.

    The living subsidy is for the disabled in families on the minimum living guarantee, the nursing subsidy
    for grades 1 and 2; whoever is supported as extremely poor gets neither, an orphan no living subsidy.

    Args:
        county: the true lives.

    Yields:
        A verdict for each who misses one, and for those who only seem to.
    """
    lists = _members(county)
    paid = set(
        zip(
            county.benefits["person"][county.benefits["paid_on"] >= _RECENT].tolist(),
            county.benefits["measure"][county.benefits["paid_on"] >= _RECENT].tolist(),
            strict=True,
        )
    )
    for person, grade, since in zip(
        county.disabled["person"].tolist(),
        county.disabled["grade"].tolist(),
        county.disabled["since"].tolist(),
        strict=True,
    ):
        due = set()
        if person in lists["dibao"] and person not in lists["orphan"]:
            due.add(LIVING)
        if grade <= SEVERE:
            due.add(NURSING)
        missing = {measure for measure in due if (person, measure) not in paid}
        if not missing:
            continue
        if county.deaths[person] != NEVER:
            decoy: str | None = "holder_dead"
        elif person in lists["tekun"]:
            decoy = "tekun_excluded"
        elif since >= MONTHS[-1]:
            decoy = "certificate_too_new"
        else:
            decoy = None
        yield Verdict(person, -1, "missed_benefit", missing, decoy=decoy)


def _members(county: County) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"dibao": set(), "tekun": set(), "orphan": set()}
    rows = county.listings["until"] == NEVER
    for person, name in zip(
        county.listings["person"][rows].tolist(), county.listings["list"][rows].tolist(), strict=True
    ):
        if name in found:
            found[name].add(person)
    return found
