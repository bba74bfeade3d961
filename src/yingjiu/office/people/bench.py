"""Uncertain matches: what people decide about pairs of records, kept in the pool's own store of decisions.

The store (:mod:`yingjiu.people.decisions`) is only ever added to and wins over every run. What is here makes
sure that of two people who decide the same pair the second is told, and lets a decision be taken back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.people import reading
from yingjiu.office.people.errors import BenchConflict, BenchError
from yingjiu.office.people.under_seal import engine_keys
from yingjiu.office.vault.locks import exclusive
from yingjiu.people import (
    Decision,
    Decisions,
    Links,
    Review,
    current_links,
    decide,
    read_decisions,
    read_reviews,
)

__all__ = ["Bench", "Choice", "Pair", "decide_pair", "open_bench", "take_back", "waiting_count", "who_is"]

Choice = Literal["same", "not_same", "later"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of which a person must say whether they are one.

    Attributes:
        review: why it is asked, with the weight and its reasons.
        history: the decisions about the pair so far, oldest first.
    """

    review: Review
    history: tuple[Decision, ...]

    @property
    def code(self) -> str:
        """What the pair is called; reveals nobody."""
        return self.review.code

    @property
    def seen(self) -> int:
        """How many decisions there are: a form carries it, so that a second person is told of a later one."""
        return len(self.history)

    @property
    def latest(self) -> Decision | None:
        """The last decision."""
        return self.history[-1] if self.history else None

    @property
    def state(self) -> Literal["waiting", "put_off", "same", "not_same"]:
        """Where it stands."""
        if self.latest is None:
            return "waiting"
        if self.latest.verdict != "open":
            return self.latest.verdict
        taken_back = len(self.history) > 1 and self.history[-2].verdict != "open"
        return "waiting" if taken_back else "put_off"

    @property
    def one_record(self) -> bool:
        """Whether two people seem to stand under one number."""
        return self.review.left == self.review.right

    @property
    def twins(self) -> bool:
        """Whether the two may be twins."""
        return any(reason.comparison == "twins" for reason in self.review.reasons)


@dataclass(frozen=True)
class Bench:
    """The pairs, in the order in which they are shown: the heaviest first, those put off last.

    Attributes:
        folder: of the pool.
        links: the links that the pairs come from.
        pairs: all pairs, decided ones too.
        decisions: every decision in the store.
    """

    folder: Path
    links: Links
    pairs: tuple[Pair, ...]
    decisions: Decisions

    @property
    def counts(self) -> Counter[str]:
        """How many pairs there are in each state."""
        return Counter(pair.state for pair in self.pairs)

    @property
    def waiting(self) -> tuple[Pair, ...]:
        """The pairs that wait, those put off last."""
        return tuple(pair for pair in self.pairs if pair.state in {"waiting", "put_off"})

    @property
    def done(self) -> int:
        """How many are decided."""
        return len(self.pairs) - len(self.waiting)

    def place(self, code: str) -> int | None:
        """The place of a pair, from 0."""
        return next((place for place, pair in enumerate(self.pairs) if pair.code == code), None)

    def pair(self, code: str) -> Pair:
        """A pair by its code.

        Raises:
            BenchError: ``PER-051`` there is none.
        """
        place = self.place(code)
        if place is None:
            raise BenchError(
                Fault(
                    "PER-051",
                    _("there is no such pair any more"),
                    found=code,
                    hint=_("records were linked anew meanwhile: open the list again"),
                )
            )
        return self.pairs[place]

    def after(self, code: str) -> Pair | None:
        """The next pair that waits, from behind this one on and round again."""
        place = self.place(code)
        start = 0 if place is None else place + 1
        round_again = (*self.pairs[start:], *self.pairs[:start])
        waiting = [pair for pair in round_again if pair.state == "waiting" and pair.code != code]
        return waiting[0] if waiting else next(iter(pair for pair in self.waiting if pair.code != code), None)


def open_bench() -> Bench | None:
    """The bench now; None if nothing has been linked yet."""
    folder = reading.pool_folder()
    links = current_links(folder)
    if links is None:
        return None
    decisions = read_decisions(folder)
    history: dict[tuple[int, int], list[Decision]] = {}
    for each in decisions.every:
        history.setdefault((each.left, each.right), []).append(each)
    sealed = engine_keys()
    pairs = [
        Pair(review, tuple(history.get((min(review.left, review.right), max(review.left, review.right)), ())))
        for review in read_reviews(links)
        if not sealed & {review.left, review.right}  # nothing about who is sealed is asked
    ]
    pairs.sort(key=lambda pair: pair.state == "put_off")
    return Bench(folder, links, tuple(pairs), decisions)


_counted: dict[Path, tuple[Any, int]] = {}


def waiting_count(user: User) -> int:
    """How many pairs wait, for the navigation; read again only when links or decisions have changed."""
    del user
    folder = reading.pool_folder()
    stamps = tuple(
        (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else None
        for path in (folder / "people" / "current.json", folder / "people" / "decisions.jsonl")
    )
    if stamps[0] is None:
        return 0
    known = _counted.get(folder)
    if known is None or known[0] != stamps:
        bench = open_bench()
        known = _counted[folder] = (stamps, bench.counts["waiting"] if bench else 0)
    return known[1]


VERDICTS: Final[dict[Choice, Literal["same", "not_same", "open"]]] = {
    "same": "same",
    "not_same": "not_same",
    "later": "open",
}


def who_is(user: User) -> str:
    """How a user is named in the store of decisions."""
    return f"{user} ({user.username})"


def decide_pair(*, code: str, choice: Choice, reason: str, user: User, seen: int) -> Decision:
    """Decide about a pair; the decision counts from the next linking on, and no run undoes it.

    Args:
        code: of the pair.
        choice: one person, two people, or later.
        reason: why.
        user: who decides.
        seen: how many decisions about the pair the user's page showed.

    Returns:
        The decision, as the store keeps it.

    Raises:
        BenchError: ``PER-050`` to ``PER-052``.
        BenchConflict: ``PER-054`` somebody else decided meanwhile.
        DecisionError: ``PPL-023`` it contradicts earlier decisions.
    """
    if not reason.strip():
        raise BenchError(Fault("PER-052", _("a reason is missing"), hint=_("say why, in a few words")))
    with exclusive(_lock_file()):
        pair = _bench().pair(code)
        if pair.seen != seen and pair.latest is not None:
            raise _taken(pair.latest)
        return _written(pair.review, VERDICTS[choice], reason, user)


def take_back(*, user: User, reason: str, code: str = "") -> Decision:
    """Take a decision back: the user's last one, or that of a pair.

    Args:
        user: who takes it back.
        reason: why.
        code: of a pair; the pair of the user's own last decision unless given.

    Raises:
        BenchError: ``PER-050``, ``PER-053`` there is none.
    """
    with exclusive(_lock_file()):
        bench = _bench()
        latest = bench.decisions.latest.values()
        if code:
            found = [one for one in latest if code in _codes(one)]
        else:
            order = {id(one): place for place, one in enumerate(bench.decisions.every)}
            mine = [one for one in latest if one.by == who_is(user)]
            found = sorted(mine, key=lambda one: order[id(one)])
        if not found:
            raise BenchError(
                Fault(
                    "PER-053",
                    _("there is no decision of yours to take back"),
                    hint=_("the list of decisions shows what was decided, and by whom"),
                )
            )
        review = Review(found[-1].left, found[-1].right, "between")
        return _written(review, "open", reason, user)


def _codes(decision: Decision) -> set[str]:
    pairs = ((decision.left, decision.right), (decision.right, decision.left))
    return {Review(left, right, "between").code for left, right in pairs}


def _written(
    review: Review, verdict: Literal["same", "not_same", "open"], reason: str, user: User
) -> Decision:
    with transaction.atomic():
        record(
            Action.DECISION,
            user=user,
            detail={"decision": "people.pair", "pair": review.code, "verdict": verdict},
            purpose=reason,
        )
        return decide(
            reading.pool_folder(), review.left, review.right, verdict, reason=reason.strip(), by=who_is(user)
        )


def _bench() -> Bench:
    bench = open_bench()
    if bench is None:
        raise BenchError(
            Fault(
                "PER-050",
                _("the records have not been linked yet"),
                hint=_("load data, and link the records on the page of uncertain matches"),
            )
        )
    return bench


def _lock_file() -> Path:
    folder = reading.pool_folder() / "people"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "decisions.lock"


def _taken(by: Decision) -> BenchConflict:
    at = parse_datetime(by.at)
    verdict = {"same": _("one person"), "not_same": _("two people"), "open": _("put off")}[by.verdict]
    return BenchConflict(
        Fault(
            "PER-054",
            _("{person} decided this pair at {time}: {verdict}; nothing of yours was written").format(
                person=by.by, time=localtime(at).strftime("%H:%M:%S") if at else "?", verdict=verdict
            ),
            hint=_("open the pair again, read the reason, and take the decision back if you disagree"),
        )
    )
