"""Criminal cases: who did what to whom, how far the proceedings are, what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.hardship import Hardship
from yingjiu.county.offences import CASES_PER_PERSON, GROUPS, HARMS, Group

__all__ = ["OFFENDER_STATUS", "STAGES", "Crimes", "make_crimes", "paid_share"]

STAGES: Final = ("investigation", "arrest_review", "prosecution_review", "first_trial", "enforcement")
OFFENDER_STATUS: Final = ("in_custody", "on_bail", "unidentified", "at_large", "dead", "irresponsible")

_INJURY: Final = len(("slight", "minor_2", "minor_1", "serious_2", "serious_1"))
_DUE: Final = ((1, 6), (6, 22), (15, 50), (60, 260), (150, 600), (250, 900), (0, 8), (0, 0), (8, 40))
"""What the offender ought to pay, in thousand yuan, for each of the harms; property loss comes on top."""

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Crimes:
    """All criminal cases.

    Attributes:
        cases: ``group`` (position), ``article``, ``charge``, ``incident``, ``stage`` (furthest, position),
            ``arrest_reviewed``, ``offender_status``, ``can_pay``, ``disposal``, ``suspect`` (-1 unknown),
            ``can_pay_known``.
        harmed: one row for each victim: ``person``, ``case``, ``role``, ``harm`` (position in HARMS),
            ``disability`` (1 to 10, 0 none), ``urgent``, ``capacity_lost``, ``loss``, ``medical``, ``due``,
            ``received``, ``settled``, ``gave_up``, ``false_statement``, ``refused``, ``fault``, and
            ``grade_known``, ``due_known``, ``received_known``: whether the file already says so.
    """

    cases: Frame
    harmed: Frame


def make_crimes(seed: int, people: Frame, hardship: Hardship) -> Crimes:
    """Let crimes happen to the people.

    Args:
        seed: the county's seed.
        people: the people.
        hardship: the lists; those in hardship fall victim more often, as they do in life, only more so.

    Returns:
        The cases and the harmed.
    """
    draws = Draws(seed, people.rows, "crimes")
    total = max(int(people.rows * CASES_PER_PERSON), len(GROUPS))
    cases = _cases(draws, total)
    victim, suspect, of_case = _who(draws, people, hardship, cases)
    keep = np.isin(np.arange(total), of_case)  # a tiny county has no fitting victim for some crimes
    renumber = np.cumsum(keep) - 1
    charge = _by_age(people, cases, victim, of_case)
    cases = cases.with_columns(suspect=suspect, charge=charge).take(keep)
    return Crimes(cases, _harm(draws, people, cases, victim, renumber[of_case]))


def _cases(draws: Draws, n: int) -> Frame:
    group = np.repeat(np.arange(len(GROUPS)), _shares(n))[draws.order(n)]
    article, charge = np.full(n, "", "U6"), np.full(n, "", "U12")
    ability = np.array([item.ability for item in GROUPS])[group]
    for number, item in enumerate(GROUPS):
        which = draws.pick(n, [weight for *_names, weight in item.offences])
        here = group == number
        article = np.where(here, np.array([a for a, _c, _w in item.offences])[which], article)
        charge = np.where(here, np.array([c for _a, c, _w in item.offences])[which], charge)
    stage = draws.pick(n, [7, 15, 33, 27, 18])
    status = np.array(OFFENDER_STATUS)[draws.pick(n, [52, 33, 0, 5, 0, 4])]
    # cases that never left the police: unsolved, time-barred, or withdrawn because the offender died
    police = np.array(["unsolved", "time_barred", "withdrawn"])[draws.pick(n, [6, 1, 4])]
    silent = {"unsolved": "unidentified", "time_barred": "unidentified", "withdrawn": "dead"}
    police_status = np.array([silent[item] for item in police])
    disposal = np.where(stage == 0, police, np.array(["", "", "", "judged", "judged"])[stage])
    age = np.where(
        police == "time_barred",
        draws.integers(n, 5 * 365, 7 * 365),
        draws.between(np.array([90, 25, 60, 200, 380])[stage], np.array([1200, 120, 260, 700, 1300])[stage]),
    )
    incident = TODAY - np.where(
        stage == 0,
        age,
        draws.between(np.array([90, 25, 60, 200, 380])[stage], np.array([1200, 120, 260, 700, 1300])[stage]),
    )
    status = np.where(stage == 0, police_status, status)
    killing = group == [item.name for item in GROUPS].index("killing")
    status = np.where(killing & (status == "on_bail"), "in_custody", status)
    can_pay = draws.unit(n) < np.where(np.isin(status, ["unidentified", "dead", "at_large"]), 0.0, ability)
    return Frame(
        group=group,
        article=article,
        charge=charge,
        incident=incident,
        stage=stage,
        arrest_reviewed=(stage == 1) | ((stage > 1) & draws.chance(n, 0.6)),
        offender_status=status,
        can_pay=can_pay,
        disposal=disposal,
        can_pay_known=draws.unit(n) < np.array([0.9, 0.35, 0.85, 0.92, 0.95])[stage],
    )


def _by_age(people: Frame, cases: Frame, victim: Ints, of_case: Ints) -> NDArray[np.str_]:
    """Indecency is 猥亵儿童罪 against a child under fourteen, and else 强制猥亵罪 (art. 237)."""
    born = people["birth"].astype(np.int64)[victim]
    young = np.zeros(cases.rows, np.bool_)
    young[of_case] = cases["incident"].astype(np.int64)[of_case] - born < 14 * 365.25
    indecent = np.isin(cases["charge"], ["强制猥亵罪", "猥亵儿童罪"])
    return np.where(indecent, np.where(young, "猥亵儿童罪", "强制猥亵罪"), cases["charge"])


def _shares(n: int) -> Ints:
    whole = np.array([max(int(n * item.share), 1) for item in GROUPS])
    whole[0] += n - whole.sum()
    return whole


class _Used:
    """Who already has a part in a case; nobody falls victim twice."""

    def __init__(self, n: int) -> None:
        self.taken = np.zeros(n, np.bool_)

    def free(self, fit: Mask) -> Ints:
        return np.flatnonzero(fit & ~self.taken)

    def take(self, who: Ints) -> Ints:
        self.taken[who[who >= 0]] = True
        return who


def _who(draws: Draws, people: Frame, hardship: Hardship, cases: Frame) -> tuple[Ints, Ints, Ints]:
    """Choose victims and suspects; returns victims, the suspect of each case, and the case of each victim."""
    n = people.rows
    age = (TODAY - people["birth"].astype(np.int64)) // 365
    alive = hardship.deaths == NEVER
    used = _Used(n)
    poor = np.zeros(n, np.bool_)
    current = hardship.listings["until"] == NEVER
    hard_lists = ["dibao", "dibao_edge", "rigid_expenditure", "tekun", "monitored", "serious_illness"]
    poor[hardship.listings["person"][current & np.isin(hardship.listings["list"], hard_lists)]] = True
    suspects = np.full(cases.rows, -1, np.int64)
    victims: list[Ints] = []
    case_of: list[Ints] = []
    grown = alive & (age >= 18) & (age < 62)
    # killings inside families with children come first: few couples fit
    for number in (1, 6, 0, 2, 3, 4, 5, 7, 8):
        item = GROUPS[number]
        at = np.flatnonzero(cases["group"] == number)
        known = ~np.isin(cases["offender_status"][at], ["unidentified"])
        near = at[known & draws.chance(len(at), item.family)]
        hurt, did = _inside_families(draws, people, used, alive, age, item, len(near))
        near = near[: len(hurt)]
        suspects[near] = used.take(did)
        victims.append(used.take(hurt))
        case_of.append(near)
        rest = np.setdiff1d(at, near)
        many = np.where(draws.chance(len(rest), 0.12), 2, 1)
        of_case = np.repeat(rest, many)
        male = draws.unit(len(of_case)) >= item.female
        fit = alive & (age >= item.ages[0]) & (age <= item.ages[1])
        hurt = _mixed(draws, used, fit & ~people["male"], fit & people["male"], poor, male)
        victims.append(hurt[hurt >= 0])
        case_of.append(of_case[hurt >= 0])
        free = used.free(grown & (people["male"] | draws.chance(n, 0.15)))
        named = rest[~np.isin(cases["offender_status"][rest], ["unidentified"])]
        chosen = used.take(draws.sample(free, len(named)))
        suspects[named[: len(chosen)]] = chosen
    return np.concatenate(victims), suspects, np.concatenate(case_of)


def _inside_families(  # noqa: PLR0917 - columns handed on inside this module
    draws: Draws, people: Frame, used: _Used, alive: Mask, age: Ints, item: Group, n: int
) -> tuple[Ints, Ints]:
    """Pairs of victim and offender who are married; parents of young children first when it is a killing."""
    spouse = people["spouse"]
    fit = alive & (spouse >= 0) & (age < 75) & (age >= 20) & ~people["male"]
    fit &= np.where(spouse >= 0, alive[spouse] & ~used.taken[spouse], False)
    parents = np.zeros(people.rows, np.bool_)
    young = np.flatnonzero((age < 17) & (people["mother"] >= 0) & (people["father"] >= 0))
    parents[people["mother"][young]] = True
    pool = used.free(fit & parents) if item.name == "killing" else used.free(fit)
    wives = draws.sample(pool, n)
    husbands = spouse[wives]
    swap = draws.chance(len(wives), 0.15)
    return np.where(swap, husbands, wives), np.where(swap, wives, husbands)


def _mixed(draws: Draws, used: _Used, women: Mask, men: Mask, poor: Mask, male: Mask) -> Ints:  # noqa: PLR0917 - columns handed on inside this module
    """A victim for each wanted sex, a third of them from households in hardship."""
    chosen = np.full(len(male), -1, np.int64)
    hard = draws.chance(len(male), 0.30)
    for fit, sex in ((women, False), (men, True)):
        for wanted, among in ((hard, poor), (~hard, ~poor)):
            places = np.flatnonzero((male == sex) & wanted)
            got = used.take(draws.sample(used.free(fit & among), len(places)))
            chosen[places[: len(got)]] = got
    return chosen


def paid_share(draws: Draws, can_pay: Mask) -> NDArray[np.float64]:
    """What part of the due amount was paid; never near one half, on which the law turns."""
    n = len(can_pay)
    lot, low, high = draws.unit(n), 0.03 + 0.37 * draws.unit(n), 0.6 + 0.4 * draws.unit(n)
    able = np.where(lot < 0.58, high, np.where(lot < 0.75, low, 0.0))
    unable = np.where(lot < 0.06, high, np.where(lot < 0.30, low, 0.0))
    return np.where(can_pay, able, unable)


def _harm(draws: Draws, people: Frame, cases: Frame, victim: Ints, case: Ints) -> Frame:
    n = len(victim)
    group, stage = cases["group"][case], cases["stage"][case]
    harm = np.zeros(n, np.int64)
    for number, item in enumerate(GROUPS):
        harm = np.where(group == number, draws.pick(n, item.harms), harm)
    deadly = np.isin(cases["article"][case], ["233"])
    harm = np.where(deadly, HARMS.index("death"), harm)
    harm = np.where(cases["article"][case] == "235", HARMS.index("serious_2"), harm)
    harm = np.where(cases["charge"][case] == "打击报复证人罪", HARMS.index("retaliation"), harm)
    harm = np.where((cases["charge"][case] != "打击报复证人罪") & (harm == 8), 1, harm)
    serious = np.isin(harm, [3, 4])
    bodily = (harm < _INJURY) | (harm == 5) | (harm == 8)
    disability = np.where(
        serious,
        draws.integers(n, 1, 9),
        np.where((harm == 2) & draws.chance(n, 0.3), draws.integers(n, 9, 11), 0),
    )
    disability = np.where(serious & (draws.unit(n) < 0.25), 0, disability)
    medical = np.where(
        bodily,
        draws.between(
            np.array([300, 2_000, 6_000, 25_000, 60_000, 500, 0, 0, 3_000])[harm],
            np.array([2_000, 12_000, 30_000, 140_000, 380_000, 90_000, 3_000, 0, 14_000])[harm],
        ),
        0,
    )
    # losses of goods are small or ruinous, seldom between: what is heavy is not written in the law
    ruin = draws.chance(n, 0.30)
    loss = np.where(
        harm == 7, np.where(ruin, draws.integers(n, 62_000, 420_000), draws.integers(n, 300, 14_000)), 0
    )
    low, high = np.array(_DUE).T
    due = draws.between(low[harm] * 1000, high[harm] * 1000 + 1) + medical + loss
    share = paid_share(draws, cases["can_pay"][case])
    # nobody pays whom nobody knows or finds
    share = np.where(np.isin(cases["offender_status"][case], ["unidentified", "at_large"]), 0.0, share)
    fault = np.array(["none", "slight", "equal", "serious"])[draws.pick(n, [82, 10, 4, 4])]
    fault = np.where(np.isin(harm, [6, 7]), "none", fault)
    # claims are given up, and false statements found out, only once the file is with the prosecutor
    pleaded = stage >= 2
    received = (due * share).astype(np.int64) // 100 * 100
    # of those who might be relieved, equal parts fall under each exclusion; the others seldom
    hopeful = pleaded & (received * 2 < due) & (serious | (harm == HARMS.index("death")) | (loss > 50_000))
    odd = np.where(hopeful, 0.0, draws.unit(n) * 0.95 + 0.01)
    odd[hopeful] = draws.order(int(hopeful.sum())) / max(int(hopeful.sum()), 1)
    settled = (received * 2 >= due) & (due > 0) & draws.chance(n, 0.6)
    return Frame(
        person=victim,
        case=case,
        role=np.where(harm == 8, "witness", "victim").astype("U24"),
        harm=harm,
        disability=disability,
        urgent=serious & (draws.unit(n) < 0.25) & (stage < 3),
        capacity_lost=serious & (disability > 0) & (disability <= 4),
        loss=loss,
        medical=medical,
        due=due,
        received=received,
        settled=settled,
        gave_up=pleaded & (odd < 0.06) & ~settled,
        false_statement=pleaded & (odd > 0.94),
        refused=pleaded & (odd > 0.88) & (odd <= 0.94),
        fault=fault,
        grade_known=draws.unit(n) < np.array([0.95, 0.65, 0.97, 1, 1])[stage],
        due_known=draws.unit(n) < np.array([0.7, 0.15, 0.85, 1, 1])[stage],
        received_known=draws.unit(n) < np.array([0.9, 0.6, 0.93, 1, 1])[stage],
        of_victim=np.full(n, -1, np.int64),
    )
