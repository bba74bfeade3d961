"""Who ought to be found in the county, of which kind and why; and who only looks like it.

The rules below are the law as plain Python over the true lives: no file, no model and no shared list is
read. *Rules* are the 人民检察院开展国家司法救助工作细则 (2021), *Opinion 2014* is 中政委〔2014〕3号,
*Opinion 2018* the 最高检关于全面加强未成年人国家司法救助工作的意见. What is written in numbers here and not
in the law is a constant with a name. ``docs/explanation/synthetic-county.md`` tells the same in prose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa

from yingjiu.county.children import unsupported_children
from yingjiu.county.circumstances import Circumstances
from yingjiu.county.claims import Claim, all_claims
from yingjiu.county.crimes import STAGES
from yingjiu.county.dates import NEVER, TODAY, month_days
from yingjiu.county.lives import County, case_uids
from yingjiu.county.missed import missed_benefits
from yingjiu.county.verdict import TRUTH_SCHEMA, Verdict

__all__ = ["DORMANT_MONTHS", "HEAVY_LOSS", "truth"]

HEAVY_LOSS: Final = 50_000
"""Yuan of property loss that is heavy (重大财产损失). The law names no figure; no life is near this one."""
DORMANT_MONTHS: Final = 6
"""Months without any act after which enforcement sleeps: Civil Procedure Law (2023) art. 237; for cases
terminated for this round, 关于严格规范终结本次执行程序的规定(试行) art. 9 wants a search every six months."""

SERIOUS: Final = frozenset({"serious_1", "serious_2"})
SEXUAL: Final = frozenset({"236", "237"})
DOMESTIC: Final = frozenset({"260", "260-1", "261"})
TORTS: Final = frozenset({"traffic_liability", "life_body_health"})


def truth(county: County) -> pa.Table:
    """Decide who is a lead and who only looks like one.

    Args:
        county: the true lives.

    Returns:
        One row for each person, case and kind: ``person_id``, ``case_id`` (NULL: none), ``kind``
        (judicial_relief, social_assistance, supervision, unsupported_child, missed_benefit), ``reasons``,
        ``stage`` (of the case, NULL: none), ``is_lead``, ``decoy`` (why it only looks like a lead, NULL for
        leads), ``unknown`` (facts that decide, but that no file tells yet).
    """
    lives = Circumstances(county)
    verdicts = [*_relief_verdicts(county, lives), *_suspects(county, lives), *_supervision(county, lives)]
    verdicts += unsupported_children(county)
    verdicts += missed_benefits(county)
    uids = case_uids(county)
    stages = np.array(STAGES)[county.cases["stage"]]
    return pa.Table.from_pylist(
        [
            {
                "person_id": int(county.people["key"][one.person]),
                "case_id": str(uids[one.case]) if one.case >= 0 else None,
                "kind": one.kind,
                "reasons": sorted(one.reasons),
                "stage": str(stages[one.case]) if one.case >= 0 else None,
                "is_lead": one.is_lead,
                "decoy": one.decoy,
                "unknown": sorted(one.unknown),
            }
            for one in verdicts
        ],
        schema=TRUTH_SCHEMA,
    ).sort_by([("kind", "ascending"), ("person_id", "ascending"), ("case_id", "ascending")])


def eligible_harm(claim: Claim) -> set[str]:
    """Which situations of Rules art. 7 the claim is in; empty when it is in none."""
    return _criminal_harm(claim) | _group_harm(claim) if claim.criminal else _civil_harm(claim)


def _criminal_harm(claim: Claim) -> set[str]:
    """Rules art. 7(1) to 7(5)."""
    found = set()
    if claim.harm in SERIOUS and claim.role == "victim":
        found.add("art7_1_serious_injury")
    if claim.urgent:
        found.add("art7_2_urgent_treatment")
    if claim.harm == "death" and claim.role == "near_relative":
        found.add("art7_3_supporter_killed")
    if claim.capacity_lost:
        found.add("art7_3_capacity_lost")
    if claim.loss >= HEAVY_LOSS:
        found.add("art7_4_heavy_loss")
    if claim.role in {"witness", "informant", "expert"} and claim.harm != "none":
        found.add("art7_5_retaliation")
    return found


def _group_harm(claim: Claim) -> set[str]:
    """Rules art. 7(7) with the 5+2 groups of the notices with the Women's Federation (2022, 2023)."""
    found = set()
    if claim.role == "victim" and claim.article in SEXUAL:
        found.add("art7_7_sexual_offence")
    if claim.role == "victim" and claim.article in DOMESTIC and not claim.male and claim.harm != "slight":
        found.add("art7_7_domestic_violence")
    # Opinion 2018: bodily disability or serious psychological trauma of a minor
    if claim.role == "victim" and claim.minor and claim.harm == "psychological":
        found.add("minor_trauma")
    return found


def _civil_harm(claim: Claim) -> set[str]:
    """Rules art. 7(6); Opinion 2014 names support claims, Opinion 2018 upbringing fees."""
    if claim.cause in TORTS and (claim.harm in SERIOUS or claim.harm in {"death", "minor_1", "minor_2"}):
        return {"art7_6_civil_tort"}
    return {"support_claim"} if claim.cause == "support_claim" else set()


def compensated(claim: Claim) -> bool:
    """Rules art. 2 and 8(6): whoever has half of what is due or more has effective compensation."""
    return claim.received * 2 >= claim.due


def obtainable(claim: Claim) -> bool:
    """Rules art. 2 and 7: compensation can still be had by litigation, so no relief yet."""
    if not claim.criminal:
        if claim.enforcement is None:
            return True
        return claim.enforcement.status in {"in_progress", "partly"} and not claim.enforcement.sleeps(
            DORMANT_MONTHS
        )
    if claim.minor:
        return False  # Opinion 2018: it is enough that a minor does not get compensation in time
    return claim.offender_can_pay


def refusal(claim: Claim) -> str | None:
    """Rules art. 8: why relief is generally refused, or None."""
    if claim.fault == "serious":
        return "serious_fault"
    if claim.refused:
        return "refused_cooperation"
    if claim.false_statement:
        return "false_statement"
    if claim.gave_up:
        return "gave_up_claim"
    return None


def _judge(claim: Claim) -> tuple[set[str], str | None]:
    """The situations of art. 7, and the first reason why there is no relief in spite of them."""
    situations = eligible_harm(claim)
    # once for one person in one case
    against = {"granted": "already_relieved", "in_progress": "relief_in_progress"}.get(claim.relief or "")
    if against is None and not situations:
        # art. 8(5): what so small a harm does not explain, the case did not cause
        against = "minor_injury_only" if claim.bodily else "harm_below_threshold"
    elif against is None and compensated(claim):
        against = "already_compensated"
    elif against is None:
        against = refusal(claim) or ("compensation_obtainable" if obtainable(claim) else None)
    return situations, against


def _relief_verdicts(county: County, lives: Circumstances) -> Iterator[Verdict]:
    for claim in all_claims(county, lives):
        situations, against = _judge(claim)
        if claim.hardship:
            reasons = situations | claim.hardship
            if against is None:
                yield Verdict(claim.person, claim.case, "judicial_relief", reasons, unknown=claim.unknown)
                continue
            yield Verdict(claim.person, claim.case, "judicial_relief", reasons, decoy=against)
            if against not in {"relief_in_progress", "compensation_obtainable"}:
                # Rules art. 5: hardship that judicial relief may not answer is referred
                yield Verdict(
                    claim.person,
                    claim.case,
                    "social_assistance",
                    {against} | claim.hardship,
                    unknown=claim.unknown,
                )
        elif against is None:
            decoy = claim.lookalike or ("hardship_ended" if claim.hardship_ended else "not_in_hardship")
            yield Verdict(claim.person, claim.case, "judicial_relief", situations, decoy=decoy)


def _suspects(county: County, lives: Circumstances) -> Iterator[Verdict]:
    """Suspects from families in hardship stand in the same files, but nobody harmed them."""
    harmed = set(zip(county.harmed["person"].tolist(), county.harmed["case"].tolist(), strict=True))
    criminal = county.cases["kind"] == "criminal"
    for case in np.flatnonzero(criminal & (county.cases["suspect"] >= 0)).tolist():
        person = int(county.cases["suspect"][case])
        hardship = lives.hardship_of(person)
        if hardship and county.deaths[person] == NEVER and (person, case) not in harmed:
            yield Verdict(person, case, "judicial_relief", hardship, decoy="suspect_not_victim")


def _supervision(county: County, lives: Circumstances) -> Iterator[Verdict]:
    """Enforcement that sleeps while the applicant is hurt or poor (案例五: three outputs of one model)."""
    limit = TODAY - month_days(DORMANT_MONTHS)
    frame = county.enforcement
    for row in range(frame.rows):
        claim = int(frame["claim"][row])
        person, case = int(county.harmed["person"][claim]), int(county.harmed["case"][claim])
        hardship = lives.hardship_of(person)
        hurt = lives.bodily(claim)
        reasons = {"no_act_for_months"} | hardship | ({"applicant_injured"} if hurt else set())
        if frame["status"][row] == "completed":
            decoy = "paid_in_full"
        elif frame["last_act"][row] >= limit:
            decoy = "recent_act"
        elif not hardship and not hurt:
            decoy = "not_in_hardship"
        else:
            decoy = None
        yield Verdict(person, case, "supervision", reasons if decoy is None else hardship, decoy=decoy)
