"""From tiers, weights and decisions to who is who: the links, and what a person must decide.

Human decisions come first, then the tiers, then weights, the heaviest first. A union that would make one
person of two records decided to be two people is not made; nor is one that would, by a weight alone, make one
person of two who both stand in agencies' lists under valid numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from yingjiu.people.decisions import Decisions
from yingjiu.people.policy import LEVELS, Policy
from yingjiu.people.tiers import Joined

__all__ = ["Link", "Person", "Reason", "Review", "join", "reasons_of"]

Why = Literal["between", "rivals", "two_under_one", "two_numbers"]
"""Why a person must decide: the weight lies between the thresholds; two candidates are nearly equal; two
names
stand under one number; two people in lists look like one."""

_MOST_RIVALS: Final = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """The share of one comparison in a weight.

    Attributes:
        comparison: its name, ``prior`` or ``twins``.
        level: which level the pair has.
        weight: what it adds.
    """

    comparison: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """A record and the person it belongs to.

    Attributes:
        person_id: the key of the record.
        canonical_id: the key of the person.
        tier: ``decided``, ``kept``, ``weighed`` or a cheap tier.
        how: for repaired numbers what was wrong.
        matched_id: the record with which it was compared.
        weight: for weighed ones.
        reasons: for weighed ones.
    """

    person_id: int
    canonical_id: int
    tier: str
    how: str = ""
    matched_id: int = 0
    weight: float | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Two records of which a person must say whether they are one.

    Attributes:
        left: the doubtful record.
        right: the candidate; the same key where two names stand under one number.
        why: why it is asked.
        weight: None for two names under one number.
        reasons: what the weight is made of.
    """

    left: int
    right: int
    why: Why
    weight: float | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def code(self) -> str:
        """What the pair is called on screen: eight hexadecimal digits, which reveal nobody."""
        return hashlib.sha256(f"{self.left} {self.right}".encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Person:
    """What is needed of a record to choose the key of a cluster.

    Attributes:
        listed: whether an agency keeps it in a list.
        rows: how many rows speak of it.
    """

    listed: bool
    rows: int


def reasons_of(pair: Mapping[str, Any]) -> tuple[Reason, ...]:
    """What a weight is made of, the prior odds first; what is unknown is left out."""
    found = [Reason("prior", "", pair["prior"])]
    for name, levels in LEVELS.items():
        gamma = pair[f"gamma_{name}"]
        if gamma is not None and gamma >= 0:
            found.append(Reason(name, levels[len(levels) - 1 - gamma], pair[f"mw_{name}"]))
    if pair["twins"]:
        found.append(Reason("twins", "", pair["twins"]))
    return tuple(found)


@dataclass
class _Clusters:
    """Records that are one person, grown union by union."""

    people: Mapping[int, Person]
    apart: Mapping[int, set[int]]
    _root: dict[int, int] = field(default_factory=dict)
    _members: dict[int, list[int]] = field(default_factory=dict)

    def find(self, key: int) -> int:
        while self._root.get(key, key) != key:
            key = self._root[key]
        return key

    def members(self, key: int) -> list[int]:
        root = self.find(key)
        return self._members.get(root, [root])

    def forbidden(self, left: int, right: int) -> bool:
        """Whether a person said that members of the two are not one."""
        others = set(self.members(right))
        return any(self.apart.get(each, set()) & others for each in self.members(left))

    def both_listed(self, left: int, right: int) -> bool:
        return all(any(self._listed(each) for each in self.members(side)) for side in (left, right))

    def _listed(self, key: int) -> bool:
        return key in self.people and self.people[key].listed

    def unite(self, left: int, right: int) -> None:
        a, b = self.find(left), self.find(right)
        if a != b:
            self._members[b] = [*self.members(b), *self.members(a)]
            self._members.pop(a, None)
            self._root[a] = b

    def canonical(self, key: int) -> int:
        """The listed before others, those with a number before those without, then by rows and key."""

        def rank(each: int) -> tuple[bool, bool, int, int]:
            person = self.people.get(each, Person(listed=False, rows=0))
            return person.listed, each > 0, person.rows, -abs(each)

        return max(self.members(key), key=rank)


def join(
    people: Mapping[int, Person],
    tiers: Sequence[Joined],
    pairs: Iterable[Mapping[str, Any]],
    decisions: Decisions,
    policy: Policy,
    *,
    earlier: Mapping[int, int],
    two_names: Iterable[int] = (),
) -> tuple[tuple[Link, ...], tuple[Review, ...]]:
    """Decide what can be decided.

    Args:
        people: all records by key.
        tiers: what cheap tiers settled.
        pairs: weighed pairs, of each left record the heaviest first.
        decisions: what people decided; it wins.
        policy: the thresholds.
        earlier: record → person of the links made last time; they break only below ``break``.
        two_names: keys under which two people seem to stand.

    Returns:
        The links, sorted by record; the reviews, the heaviest first.
    """
    apart: dict[int, set[int]] = {}
    for a, b in decisions.pairs("not_same"):
        apart.setdefault(a, set()).add(b)
        apart.setdefault(b, set()).add(a)
    clusters = _Clusters(people, apart)
    made: dict[int, Link] = {}
    for a, b in decisions.pairs("same"):
        clusters.unite(a, b)
        made[a] = Link(a, b, "decided", matched_id=b)
        made.setdefault(b, Link(b, a, "decided", matched_id=a))
    for each in tiers:
        if not clusters.forbidden(each.left, each.right):
            clusters.unite(each.left, each.right)
            made.setdefault(each.left, Link(each.left, each.right, each.tier, each.how, each.right))
    weighed, reviews = _weigh(clusters, list(pairs), decisions, policy, earlier)
    made = {**weighed, **made}
    for key in sorted(set(two_names)):
        if decisions.of(key, key) is None:
            reviews.append(Review(key, key, "two_under_one"))
    links = []
    for key in sorted(made):
        canonical = clusters.canonical(key)
        if canonical != key:
            link = made[key]
            links.append(
                Link(key, canonical, link.tier, link.how, link.matched_id, link.weight, link.reasons)
            )
    linked = {link.person_id for link in links}
    # a union may have made a follower of a record that nothing was said about
    for key in sorted({each for link in links for each in clusters.members(link.canonical_id)} - linked):
        canonical = clusters.canonical(key)
        if canonical != key:
            links.append(Link(key, canonical, "weighed"))
    return tuple(sorted(links, key=lambda one: one.person_id)), tuple(
        sorted(reviews, key=lambda one: (-(one.weight or 0.0), one.left, one.right))
    )


def _weigh(
    clusters: _Clusters,
    pairs: list[Mapping[str, Any]],
    decisions: Decisions,
    policy: Policy,
    earlier: Mapping[int, int],
) -> tuple[dict[int, Link], list[Review]]:
    lines = policy.thresholds
    join_at, break_at, margin = float(lines.join), float(lines.break_), float(lines.margin)
    numbered: dict[int, list[Mapping[str, Any]]] = {}
    between: list[Mapping[str, Any]] = []
    for pair in pairs:
        if decisions.of(pair["left"], pair["right"]) is not None:
            continue
        if pair["right"] > 0:
            numbered.setdefault(pair["left"], []).append(pair)
        else:
            between.append(pair)
    chosen: list[tuple[Mapping[str, Any], str]] = []
    reviews: list[Review] = []
    for left, candidates in sorted(numbered.items()):
        ranked = _by_person(clusters, candidates)
        best = ranked[0]
        held = next((each for each in ranked if earlier.get(left) == each["right"]), None)
        ahead = len(ranked) == 1 or best["weight"] - ranked[1]["weight"] >= margin
        if held is not None and break_at <= held["weight"] and (held is best or not ahead):
            chosen.append((held, "weighed" if held["weight"] >= join_at else "kept"))
        elif best["weight"] >= join_at and ahead:
            chosen.append((best, "weighed"))
        else:
            why: Why = "rivals" if best["weight"] >= join_at else "between"
            near = [each for each in ranked if each["weight"] >= break_at][:_MOST_RIVALS]
            reviews += [_review(each, why) for each in near if not clusters.forbidden(left, each["right"])]
    chosen += [(pair, "weighed") for pair in between if pair["weight"] >= join_at]
    chosen.sort(key=lambda one: (-one[0]["weight"], one[0]["left"], one[0]["right"]))
    made: dict[int, Link] = {}
    for pair, tier in chosen:
        left, right = pair["left"], pair["right"]
        if clusters.forbidden(left, right):
            continue
        if clusters.both_listed(left, right):
            if clusters.find(left) != clusters.find(right):
                reviews.append(_review(pair, "two_numbers"))
            continue
        clusters.unite(left, right)
        made.setdefault(left, Link(left, right, tier, "", right, pair["weight"], reasons_of(pair)))
    return made, reviews


def _by_person(clusters: _Clusters, candidates: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of candidates that are known to be one person, only the heaviest."""
    best: dict[int, Mapping[str, Any]] = {}
    for each in sorted(candidates, key=lambda one: (-one["weight"], one["right"])):
        if not clusters.forbidden(each["left"], each["right"]):
            best.setdefault(clusters.find(each["right"]), each)
    return list(best.values()) or candidates[:1]


def _review(pair: Mapping[str, Any], why: Why) -> Review:
    return Review(pair["left"], pair["right"], why, pair["weight"], reasons_of(pair))
