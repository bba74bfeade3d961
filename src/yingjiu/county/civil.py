"""Civil judgments, their enforcement and that of criminal awards, petitions, and relief already given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.aftermath import Aftermath, children_of
from yingjiu.county.crimes import Crimes, paid_share
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.offences import HARMS

__all__ = ["CAUSES", "CIVIL_PER_PERSON", "Litigation", "litigate"]

CAUSES: Final = ("traffic_liability", "life_body_health", "support_claim", "labour_pay")
CIVIL_PER_PERSON: Final = 330 / 20_000
PETITIONS_PER_PERSON: Final = 140 / 20_000
_NO_HARM: Final = len(HARMS)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Litigation:
    """The cases, criminal ones first, and what follows from judgments.

    Attributes:
        cases: columns as in :class:`~yingjiu.county.crimes.Crimes` with ``kind`` and ``cause``; for civil
            cases ``suspect`` is the defendant and ``incident`` the day of the judgment.
        harmed: all who claim something: victims, near relatives of the dead, plaintiffs.
        enforcement: ``claim`` (row of ``harmed``), ``respondent`` (-1 unknown), ``enforced``, ``status``,
            ``accepted``, ``last_act``, ``closed``.
        petitions: ``person``, ``case`` (-1: about something else), ``channel``, ``class``, ``submitted``,
            ``answered``, ``topic``.
        relief: ``person``, ``case``, ``earlier`` (granted in another, older case), ``organ``, ``outcome``,
            ``amount``, ``decided``.
        deaths: for each person, the day of death or NEVER; accidents behind civil suits are added.
    """

    cases: Frame
    harmed: Frame
    enforcement: Frame
    petitions: Frame
    relief: Frame
    deaths: Ints


def litigate(seed: int, people: Frame, crimes: Crimes, after: Aftermath) -> Litigation:
    """Let people sue, enforce, petition, and some be relieved.

    Args:
        seed: the county's seed.
        people: the people.
        crimes: the criminal cases.
        after: the county after its crimes.

    Returns:
        All cases and what came of them.
    """
    draws = Draws(seed, people.rows, "litigation")
    deaths = after.hardship.deaths.copy()
    first = crimes.cases.rows
    total = max(int(people.rows * CIVIL_PER_PERSON), 4)
    civil, claims = _civil(draws, people, after, deaths, total, first)
    criminal = crimes.cases.with_columns(kind="criminal", cause=np.full(first, "", "U20"))
    columns = {name: civil[name].astype(criminal[name].dtype) for name in criminal}
    cases = Frame.stack(criminal, Frame(**columns))
    harmed = Frame.stack(
        after.harmed, Frame(**{n: claims[n].astype(after.harmed[n].dtype) for n in after.harmed})
    )
    enforcement = _enforcement(draws, cases, harmed, deaths)
    return Litigation(
        cases,
        harmed,
        enforcement,
        _petitions(draws, people, harmed, deaths),
        _relief(draws, cases, harmed, deaths),
        deaths,
    )


def _civil(  # noqa: PLR0917 - columns handed on inside this module
    draws: Draws, people: Frame, after: Aftermath, deaths: Ints, n: int, first: int
) -> tuple[Frame, Frame]:
    age = (TODAY - people["birth"].astype(np.int64)) // 365
    busy = deaths != NEVER
    busy[after.harmed["person"]] = True
    busy[after.states["person"]] = True
    poor = np.zeros(people.rows, np.bool_)
    poor[after.hardship.listings["person"]] = True
    cause = np.repeat(np.arange(4), _four(n))
    claimant, defendant = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    adults = np.flatnonzero((age > 20) & (age < 62) & ~busy)
    elders = np.flatnonzero((age >= 65) & ~busy)
    minors = np.flatnonzero((age < 17) & (people["father"] >= 0) & ~busy)
    children, owner = children_of(people, elders)
    grown = (age[children] > 24) & ~busy[children]
    _owners, one = np.unique(owner[grown], return_index=True)
    parents, kids = elders[owner[grown][one]], children[grown][one]
    for number in range(4):
        at = np.flatnonzero(cause == number)
        if number == 2:
            order = draws.order(len(parents))[: len(at) * 2 // 3]
            young = draws.sample(minors[~busy[people["father"][minors]]], len(at) - len(order))
            who = np.concatenate([parents[order], young])
            against = np.concatenate([kids[order], people["father"][young]])
        else:
            pool = adults[~busy[adults]]
            third = len(at) // 3
            who = np.concatenate(
                [draws.sample(pool[poor[pool]], third), draws.sample(pool[~poor[pool]], len(at) - third)]
            )
            busy[who] = True
            against = draws.sample(adults[~busy[adults]], len(who))
        who, against = who[: len(against)], against[: len(who)]
        claimant[at[: len(who)]], defendant[at[: len(who)]] = who, against
        busy[who], busy[against] = True, True
    keep = claimant >= 0
    claimant, defendant, cause = claimant[keep], defendant[keep], cause[keep]
    n = len(claimant)
    judged = TODAY - draws.integers(n, 120, 1900)
    can_pay = draws.chance(n, 0.45)
    civil = Frame(
        kind="civil",
        cause=np.array(CAUSES)[cause],
        group=np.full(n, -1),
        article="",
        charge="",
        incident=judged,
        stage=np.where(draws.chance(n, 0.75), 4, 3),
        arrest_reviewed=False,
        offender_status="",
        can_pay=can_pay,
        disposal="judged",
        suspect=defendant,
        can_pay_known=False,
    )
    return civil, _claims(draws, people, claimant, cause, civil, deaths, first)


def _four(n: int) -> Ints:
    share = np.array([int(n * part) for part in (0.42, 0.22, 0.18)])
    return np.append(share, n - share.sum())


def _claims(  # noqa: PLR0917 - columns handed on inside this module
    draws: Draws, people: Frame, who: Ints, cause: Ints, civil: Frame, deaths: Ints, first: int
) -> Frame:
    n = len(who)
    tort = cause < 2
    harm = np.where(tort, draws.pick(n, [4, 14, 18, 34, 10]), _NO_HARM)
    spouse = people["spouse"][who]
    widowed = tort & (spouse >= 0) & draws.chance(n, 0.22)
    widowed &= np.where(spouse >= 0, deaths[spouse] == NEVER, False) & ~np.isin(spouse, who)
    deaths[spouse[widowed]] = civil["incident"][widowed] - 200
    harm = np.where(widowed, HARMS.index("death"), harm)
    serious = np.isin(harm, [3, 4])
    disability = np.where(serious, draws.integers(n, 1, 9), 0)
    steps = np.minimum(harm, 5)
    medical = np.where(
        tort,
        draws.between(
            np.array([300, 2_000, 6_000, 25_000, 60_000, 500])[steps],
            np.array([2_000, 12_000, 30_000, 140_000, 380_000, 60_000])[steps],
        ),
        0,
    )
    award = draws.between(
        np.array([1, 6, 15, 60, 150, 200])[steps] * 1000, np.array([6, 22, 50, 260, 600, 800])[steps] * 1000
    )
    due = np.where(tort, award + medical, draws.integers(n, 6_000, 60_000))
    received = (due * paid_share(draws, civil["can_pay"])).astype(np.int64) // 100 * 100
    return Frame(
        person=who,
        case=np.arange(n) + first,
        role="plaintiff",
        harm=harm,
        disability=disability,
        urgent=False,
        capacity_lost=serious & (disability > 0) & (disability <= 4),
        loss=0,
        medical=medical,
        due=due,
        received=received,
        settled=False,
        gave_up=False,
        false_statement=draws.chance(n, 0.01),
        refused=False,
        fault=np.array(["none", "slight", "equal", "serious"])[
            np.where(tort, draws.pick(n, [75, 14, 7, 4]), 0)
        ],
        grade_known=True,
        due_known=True,
        received_known=True,
        of_victim=np.where(widowed, spouse, -1),
    )


def _enforcement(draws: Draws, cases: Frame, harmed: Frame, deaths: Ints) -> Frame:
    """One enforcement a case that came so far, on the claim of its first living claimant."""
    living = np.flatnonzero(
        (deaths[harmed["person"]] == NEVER) & (cases["stage"][harmed["case"]] == 4) & (harmed["due"] > 0)
    )
    of_case, first = np.unique(harmed["case"][living], return_index=True)
    claim = living[first]
    n = len(claim)
    due, received = harmed["due"][claim], harmed["received"][claim]
    open_status = np.where(
        cases["can_pay"][of_case],
        np.array(["in_progress", "partly"])[draws.pick(n, [3, 1])],
        np.array(["terminated_this_round", "in_progress", "partly"])[draws.pick(n, [70, 20, 10])],
    )
    full = received * 10 >= due * 9
    received = np.where(full, due, received)
    status = np.where(full, "completed", open_status)
    criminal = cases["kind"][of_case] == "criminal"
    accepted = cases["incident"][of_case] + np.where(
        criminal, draws.integers(n, 290, 350), draws.integers(n, 20, 90)
    )
    # an act lately, or none for more than half a year: never near the limit
    sleeping = draws.chance(n, 0.40) & (accepted < TODAY - 260) & (status != "completed")
    awake = np.maximum(TODAY - draws.integers(n, 4, 140), accepted + 1)
    asleep = draws.between(accepted + 5, np.maximum(TODAY - 225, accepted + 6))
    last_act = np.where(sleeping, asleep, awake)
    closed = np.where(
        np.isin(status, ["completed", "terminated_this_round"]),
        np.maximum(last_act - 60, accepted + 3),
        NEVER,
    )
    return Frame(
        claim=claim,
        respondent=cases["suspect"][of_case],
        enforced=received,
        status=status,
        accepted=accepted,
        last_act=last_act,
        closed=closed,
    )


def _petitions(draws: Draws, people: Frame, harmed: Frame, deaths: Ints) -> Frame:
    total = max(int(people.rows * PETITIONS_PER_PERSON), 2)
    angry = np.flatnonzero((deaths[harmed["person"]] == NEVER) & (harmed["received"] * 2 < harmed["due"]))
    angry = draws.sample(angry, total * 11 // 20)
    adults = np.flatnonzero((deaths == NEVER) & (people["birth"] < TODAY - 25 * 365))
    others = draws.sample(adults, total - len(angry))
    n = len(angry) + len(others)
    submitted = TODAY - draws.integers(n, 1, 500)
    answered = np.where(
        draws.chance(n, 0.8) & (submitted < TODAY - 40), submitted + draws.integers(n, 3, 90), NEVER
    )
    about = np.array(
        ["反映案件赔偿款未执行到位", "不服判决", "请求追究加害人责任", "反映家庭生活困难请求帮助"]
    )
    other = np.array(["反映土地承包纠纷", "反映拖欠工程款", "建议修缮村道", "反映邻里纠纷"])
    return Frame(
        person=np.concatenate([harmed["person"][angry], others]),
        case=np.concatenate([harmed["case"][angry], np.full(len(others), -1)]),
        channel=np.array(["来信", "来访", "来电", "网络"])[draws.pick(n, [2, 4, 2, 3])],
        petition_class=np.where(
            np.arange(n) < len(angry),
            "申诉求决",
            np.array(["申诉求决", "检举控告", "建议意见"])[draws.pick(n, [5, 3, 2])],
        ),
        submitted=submitted,
        answered=np.minimum(answered, TODAY),
        topic=np.concatenate(
            [about[draws.pick(len(angry), [5, 2, 2, 2])], other[draws.pick(len(others), [2, 2, 1, 2])]]
        ),
    )


def _relief(draws: Draws, cases: Frame, harmed: Frame, deaths: Ints) -> Frame:
    """Relief already given, being decided, or refused; a few were relieved in another case years ago."""
    grave = np.isin(harmed["harm"], [3, 4, 5, 6, 8]) | (harmed["loss"] > 50_000)
    fit = np.flatnonzero(
        grave & (harmed["received"] * 2 < harmed["due"]) & (deaths[harmed["person"]] == NEVER)
    )
    chosen = fit[draws.chance(len(fit), 0.16)]
    n = len(chosen)
    excluded = (
        harmed["gave_up"][chosen] | harmed["false_statement"][chosen] | (harmed["fault"][chosen] == "serious")
    )
    outcome = np.where(excluded, "refused", np.array(["granted", "in_progress"])[draws.pick(n, [88, 12])])
    earlier = draws.chance(n, 0.10) & (outcome == "granted")
    decided = TODAY - draws.integers(n, 3, 45)
    decided = np.where(earlier, TODAY - draws.integers(n, 1300, 1800), decided)
    return Frame(
        person=harmed["person"][chosen],
        case=harmed["case"][chosen],
        earlier=earlier,
        organ=np.where(draws.chance(n, 0.7), "procuratorate", "court"),
        outcome=outcome,
        amount=np.where(outcome == "granted", draws.integers(n, 5, 51) * 1000, 0),
        decided=decided,
    )
