"""What crimes leave behind: the dead and their families, offenders in custody, illness, new poverty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.crimes import Crimes
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.hardship import Hardship, listing, treatments
from yingjiu.county.offences import HARMS

__all__ = ["Aftermath", "children_of", "live_on", "members_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The county after its crimes.

    Attributes:
        harmed: victims, and the near relatives of the dead who take part in the case in their stead.
        states: ``person``, ``state``, ``since``, ``until`` (NEVER: still so), ``cause``.
        hardship: the lists as they are now.
    """

    harmed: Frame
    states: Frame
    hardship: Hardship


def children_of(people: Frame, parents: Ints) -> tuple[Ints, Ints]:
    """All children of the parents, and for each the position in ``parents`` of its parent."""
    children, owners = [], []
    for tie in ("father", "mother"):
        known = np.flatnonzero(people[tie] >= 0)
        by_parent = known[np.argsort(people[tie][known], kind="stable")]
        sorted_parents = people[tie][by_parent]
        low = np.searchsorted(sorted_parents, parents, "left")
        count = np.searchsorted(sorted_parents, parents, "right") - low
        owner = np.repeat(np.arange(len(parents)), count)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        children.append(by_parent[low[owner] + step])
        owners.append(owner)
    return np.concatenate(children), np.concatenate(owners)


def members_of(people: Frame, homes: Ints) -> Ints:
    """All people of the households."""
    wanted = np.zeros(int(people["household"][-1]) + 1, np.bool_)
    wanted[homes] = True
    return np.flatnonzero(wanted[people["household"]])


def live_on(seed: int, people: Frame, hardship: Hardship, crimes: Crimes) -> Aftermath:
    """Let the crimes have their consequences.

    Args:
        seed: the county's seed.
        people: the people.
        hardship: the lists before the crimes.
        crimes: the crimes.

    Returns:
        The county after them.
    """
    draws = Draws(seed, people.rows, "aftermath")
    harmed, cases = crimes.harmed, crimes.cases
    deaths = hardship.deaths.copy()
    killed = harmed["harm"] == HARMS.index("death")
    incident = cases["incident"][harmed["case"]]
    deaths[harmed["person"][killed]] = (incident + draws.integers(harmed.rows, 0, 12))[killed]
    gone = (cases["offender_status"] == "dead") & (cases["suspect"] >= 0)
    deaths[cases["suspect"][gone]] = cases["incident"][gone] + 2
    relatives = _relatives(people, harmed, cases, killed, deaths)
    for name in ("gave_up", "false_statement", "refused"):
        harmed = harmed.with_columns(**{name: harmed[name] & ~killed})
    states = _states(draws, people, cases)
    states, deaths = _parents_lost(draws, people, harmed, cases, states, deaths)
    listings = _new_listings(draws, people, harmed, cases, hardship.listings, deaths)
    disabled = _new_certificates(draws, harmed, incident, hardship.disabled)
    wounded = np.flatnonzero((harmed["medical"] > 20_000) & ~killed)
    wounds = treatments(
        draws, harmed["person"][wounded], draws.integers(len(wounded), 7, 10), incident[wounded] + 1
    )
    total = harmed["medical"][wounded]
    insured = np.minimum((total * draws.along(len(wounded), [0.1, 0.3, 0.5, 0.7])).astype(np.int64), total)
    wounds = wounds.with_columns(total=total, insured=insured, self_paid=total - insured)
    after = Hardship(listings, disabled, Frame.stack(hardship.treatments, wounds), deaths)
    return Aftermath(Frame.stack(harmed, relatives), states, after)


def _relatives(people: Frame, harmed: Frame, cases: Frame, killed: NDArray[np.bool_], deaths: Ints) -> Frame:
    """Spouse, parents and children of the killed (CPL art. 108(6)); siblings where there is none."""
    rows = np.flatnonzero(killed)
    victim = harmed["person"][rows]
    kin, owner = [], []
    for tie in ("spouse", "father", "mother"):
        who = people[tie][victim]
        kin.append(who[who >= 0])
        owner.append(np.flatnonzero(who >= 0))
    children, of = children_of(people, victim)
    kin, owner = [*kin, children], [*owner, of]
    alone = np.setdiff1d(np.arange(len(rows)), np.concatenate(owner))
    for tie in ("father", "mother"):
        parent = people[tie][victim[alone]]
        has = alone[parent >= 0]
        brothers, which = children_of(people, people[tie][victim[has]])
        kin.append(brothers)
        owner.append(has[which])
    who, of = np.concatenate(kin), np.concatenate(owner)
    row = rows[of]
    fit = (
        (deaths[who] == NEVER)
        & (who != cases["suspect"][harmed["case"][row]])
        & (who != harmed["person"][row])
    )
    who, row = who[fit], row[fit]
    _pairs, first = np.unique(who * (harmed.rows + 1) + row, return_index=True)
    who, row = who[np.sort(first)], row[np.sort(first)]
    copied = harmed.take(row)
    return copied.with_columns(
        person=who,
        role="near_relative",
        of_victim=copied["person"],
        medical=copied["medical"],
        disability=0,
        urgent=False,
        capacity_lost=False,
        false_statement=False,
        refused=False,
    )


def _states(draws: Draws, people: Frame, cases: Frame) -> Frame:
    held = np.flatnonzero((cases["offender_status"] == "in_custody") & (cases["suspect"] >= 0))
    judged = cases["disposal"][held] == "judged"
    since = cases["incident"][held] + draws.integers(len(held), 1, 15)
    light = judged & draws.chance(len(held), 0.25) & (since < TODAY - 300)
    until = np.where(light, since + draws.integers(len(held), 120, 280), NEVER)
    lost = np.flatnonzero(draws.chance(people.rows, 0.0006) & (people["birth"] < TODAY - 20 * 365))
    lost = np.setdiff1d(lost, cases["suspect"])
    drugs = draws.chance(len(lost), 0.5)
    return Frame(
        person=np.concatenate([cases["suspect"][held], lost]),
        state=np.concatenate(
            [
                np.where(judged, "imprisoned", "in_custody"),
                np.where(drugs, "compulsory_isolation", "missing"),
            ]
        ).astype("U24"),
        since=np.concatenate([since, TODAY - draws.integers(len(lost), 200, 690)]),
        until=np.concatenate([until, np.full(len(lost), NEVER)]),
        cause=np.concatenate([cases["charge"][held], np.where(drugs, "吸毒成瘾", "失踪")]).astype("U12"),
    )


def _parents_lost(  # noqa: PLR0917 - columns handed on inside this module
    draws: Draws, people: Frame, harmed: Frame, cases: Frame, states: Frame, deaths: Ints
) -> tuple[Frame, Ints]:
    """A few families lose both parents in other ways of the statutory list: death, prison, going missing."""
    age = (TODAY - people["birth"].astype(np.int64)) // 365
    father, mother = people["father"], people["mother"]
    child = (age < 15) & (father >= 0) & (mother >= 0)
    involved = np.zeros(people.rows, np.bool_)
    for who in (harmed["person"], cases["suspect"][cases["suspect"] >= 0], states["person"]):
        involved[who] = True
    child &= ~involved[father] & ~involved[mother] & (deaths[father] == NEVER) & (deaths[mother] == NEVER)
    few = max(1, people.rows * 3 // 20_000)
    _mothers, first = np.unique(mother[child], return_index=True)
    chosen = draws.sample(np.flatnonzero(child)[first], 4 * few)
    dead, prison, away, one = (chosen[start::4] for start in range(4))
    deaths = deaths.copy()
    deaths[father[dead]] = TODAY - draws.integers(len(dead), 100, 900)
    # the fathers of the last group are in prison too, but the mothers care for the children
    who = np.concatenate(
        [mother[dead], father[prison], mother[prison], father[away], mother[away], father[one]]
    )
    state = np.concatenate(
        [
            np.full(len(dead), "missing"),
            np.full(2 * len(prison), "imprisoned"),
            np.full(len(away), "imprisoned"),
            np.full(len(away), "missing"),
            np.full(len(one), "imprisoned"),
        ]
    )
    added = Frame(
        person=who,
        state=state.astype("U24"),
        since=TODAY - draws.integers(len(who), 210, 690),
        until=NEVER,
        cause=np.where(state == "missing", "失踪", "贩卖毒品罪").astype("U12"),
    )
    return Frame.stack(states, added), deaths


def _new_listings(  # noqa: PLR0917 - columns handed on inside this module
    draws: Draws, people: Frame, harmed: Frame, cases: Frame, before: Frame, deaths: Ints
) -> Frame:
    """Some families fall into hardship by the case and are listed soon after it."""
    grave = np.isin(harmed["harm"], [3, 4, 5]) | (harmed["loss"] > 50_000)
    hit = np.flatnonzero(grave & (harmed["received"] * 2 < harmed["due"]))
    on = before["person"][
        (before["until"] == NEVER)
        & np.isin(before["list"], ["dibao", "dibao_edge", "tekun", "rigid_expenditure"])
    ]
    listed = np.zeros(people.rows, np.bool_)
    listed[on] = True
    hit = hit[~listed[harmed["person"][hit]]]
    lot = draws.unit(len(hit))
    added = [before]
    for name, category, low, high, amount in (
        ("dibao", "农村", 0.0, 0.06, 430),
        ("rigid_expenditure", "支出型", 0.06, 0.13, 0),
        ("monitored", "突发严重困难户", 0.13, 0.21, 0),
        ("dibao_edge", "农村", 0.21, 0.24, 0),
    ):
        rows = hit[(lot >= low) & (lot < high)]
        homes, first = np.unique(people["household"][harmed["person"][rows]], return_index=True)
        start = np.zeros(int(people["household"][-1]) + 1, np.int64)
        start[homes] = np.maximum(cases["incident"][harmed["case"][rows[first]]] + 20, TODAY - 340)
        who = members_of(people, homes)
        who = who[deaths[who] == NEVER]
        since = np.minimum(start[people["household"][who]], TODAY - 5)
        risk = "remaining" if name == "monitored" else ""
        added.append(listing(who, name, category=category, amount=amount, since=since, risk=risk))
    ill = hit[(lot > 0.85) & np.isin(harmed["harm"][hit], [3, 4])]
    added.append(
        listing(
            harmed["person"][ill], "serious_illness", category="大病", since=np.full(len(ill), TODAY - 60)
        )
    )
    children = _registered_children(draws, people, harmed, deaths)
    added.append(
        listing(
            children, "unsupported_child", category="事实无人抚养", since=np.full(len(children), TODAY - 45)
        )
    )
    return Frame.stack(*added)


def _registered_children(draws: Draws, people: Frame, harmed: Frame, deaths: Ints) -> Ints:
    """Of the children of the killed, a few stand on the list already."""
    kin = harmed["person"][(harmed["harm"] == HARMS.index("death"))]
    children, _of = children_of(people, np.unique(kin))
    children = np.unique(
        children[(people["birth"][children] > TODAY - 17 * 365) & (deaths[children] == NEVER)]
    )
    return draws.sample(children, len(children) // 5)


def _new_certificates(draws: Draws, harmed: Frame, incident: Ints, before: Frame) -> Frame:
    maimed = np.flatnonzero(
        (harmed["disability"] > 0) & (harmed["disability"] <= 5) & (incident < TODAY - 200)
    )
    maimed = maimed[draws.chance(len(maimed), 0.6) & ~np.isin(harmed["person"][maimed], before["person"])]
    grade = np.minimum((harmed["disability"][maimed] + 1) // 2 + draws.integers(len(maimed), 0, 2), 4)
    added = Frame(person=harmed["person"][maimed], category=4, grade=grade, since=incident[maimed] + 180)
    return Frame.stack(before, added)
