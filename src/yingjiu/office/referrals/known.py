"""From rows about a person to the truth of each fact. Pure: the rows come from :mod:`.facts`.

What no row tells is unknown. A person whom a list does not name is only then not on it when one of the list's
sources has been loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from yingjiu.codes import age_on
from yingjiu.office.referrals.measures import FactDeclared
from yingjiu.screening.logic import Truth

__all__ = ["Known", "truths_of"]

Row = Mapping[str, Any]
Found = tuple[Truth, tuple[str, ...]]

UNKNOWN: Final[Found] = (None, ())
_YEAR: Final = timedelta(days=365)
_UNABLE: Final = frozenset(
    {"dead", "missing", "in_custody", "imprisoned", "compulsory_isolation", "severely_disabled"}
)
_VIOLENT: Final = frozenset({"sexual", "injury", "killing", "family", "violent_property"})
_PARTY: Final = frozenset(
    {"victim", "near_relative", "plaintiff", "enforcement_applicant", "petitioner", "informant", "witness"}
)


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that are known about one person.

    Attributes:
        on: the day for which facts are judged.
        birth_date: of the person.
        sex: code of the person's sex.
        own: rows of ``hardship`` about the person.
        household: rows of ``hardship`` about all who live together, the person included.
        benefits: rows of ``benefit`` about the person.
        births: birth dates of those who live together.
        parents: for each parent who is known, their states (rows of ``person_state``, severe disability).
        parties: rows of ``party`` about the person.
        lost: rows of ``party`` about kin who died or lost their working capacity.
        cases: rows of ``case`` of those parties.
        enforcements: rows of ``enforcement`` about the person.
        relieved: whether judicial relief is given or being given.
        sources: names of the sources that have been loaded.
    """

    on: date
    birth_date: date | None = None
    sex: str = ""
    own: Sequence[Row] = ()
    household: Sequence[Row] = ()
    benefits: Sequence[Row] = ()
    births: Sequence[date] = ()
    parents: Sequence[frozenset[str]] = ()
    parties: Sequence[Row] = ()
    lost: Sequence[Row] = ()
    cases: Sequence[Row] = ()
    enforcements: Sequence[Row] = ()
    relieved: bool | None = None
    sources: frozenset[str] = field(default_factory=frozenset)


def truths_of(
    facts: Mapping[str, FactDeclared], known: Known
) -> tuple[dict[str, Truth], dict[str, tuple[str, ...]]]:
    """The truth of every fact that rows can tell, and the rows in words.

    Args:
        facts: declared facts.
        known: the rows.

    Returns:
        Truth by fact; evidence by fact.
    """
    truths: dict[str, Truth] = {}
    evidence: dict[str, tuple[str, ...]] = {}
    for key, fact in facts.items():
        ask = _ORIGINS.get(fact.origin)
        if ask is None:
            continue
        truths[key], said = ask(fact, known)
        if said:
            evidence[key] = said
    return truths, evidence


def _age(fact: FactDeclared, known: Known) -> Found:
    if known.birth_date is None:
        return UNKNOWN
    return _in_range(age_on(known.birth_date, known.on), fact), ()


def _in_range(years: int, fact: FactDeclared) -> bool:
    return (fact.at_least is None or years >= fact.at_least) and (fact.below is None or years < fact.below)


def _sex(fact: FactDeclared, known: Known) -> Found:
    if known.sex not in {"male", "female"}:
        return UNKNOWN
    return known.sex == fact.value, ()


def _on_list(fact: FactDeclared, rows: Iterable[Row], known: Known) -> Found:
    lists = {fact.list, *fact.also}
    hits = [
        row
        for row in rows
        if row.get("list") in lists
        and _active(row, known.on)
        and (fact.risk is None or row.get("risk") in {fact.risk, None})
    ]
    return _found(hits, fact, known)


def _own_list(fact: FactDeclared, known: Known) -> Found:
    return _on_list(fact, known.own, known)


def _household_list(fact: FactDeclared, known: Known) -> Found:
    return _on_list(fact, known.household, known)


def _disability(fact: FactDeclared, known: Known) -> Found:
    hits = [
        row
        for row in known.own
        if row.get("list") == "disabled"
        and _active(row, known.on)
        and row.get("grade") in fact.grades
        and (not fact.categories or row.get("category") in fact.categories)
    ]
    return _found(hits, fact, known)


def _benefit(fact: FactDeclared, known: Known) -> Found:
    hits = [
        row
        for row in known.benefits
        if row.get("measure") == fact.measure
        and (row.get("paid_on") is None or known.on - row["paid_on"] <= _YEAR)
    ]
    return _found(hits, fact, known)


def _found(hits: Sequence[Row], fact: FactDeclared, known: Known) -> Found:
    if hits:
        return True, tuple(dict.fromkeys(_told(row) for row in hits))
    return (False, ()) if known.sources.intersection(fact.sources) else UNKNOWN


def _parents(fact: FactDeclared, known: Known) -> Found:
    lost = [bool(states & _UNABLE) for states in known.parents]
    if len(lost) >= 2 and all(lost):
        return True, ()
    if len(lost) >= 2 and known.sources.issuperset(fact.sources):
        return False, ()
    return UNKNOWN


def _household_age(fact: FactDeclared, known: Known) -> Found:
    births = [*known.births, *([known.birth_date] if known.birth_date else [])]
    if any(_in_range(age_on(born, known.on), fact) for born in births):
        return True, ()
    return (False, ()) if known.births else UNKNOWN


def _case(fact: FactDeclared, known: Known) -> Found:
    return _TESTS[fact.test or ""](known)


def _is_party(known: Known) -> Found:
    if any(row.get("role") in _PARTY for row in known.parties) or known.enforcements:
        return True, ()
    return UNKNOWN


def _traffic(known: Known) -> Found:
    for row in known.cases:
        words = f"{row.get('charge') or ''}{row.get('cause_of_action') or ''}"
        if row.get("offence_group") == "traffic" or "traffic" in words or "交通" in words:
            return True, _case_told(row)
    return (False, ()) if known.cases else UNKNOWN


def _offender_unknown(known: Known) -> Found:
    told = [row["offender_status"] for row in known.cases if row.get("offender_status")]
    if any(status in {"unidentified", "at_large"} for status in told):
        return True, ()
    return (False, ()) if told else UNKNOWN


def _bodily(known: Known) -> Found:
    told = [row.get("harm") for row in known.parties if row.get("role") in {"victim", "plaintiff"}]
    if "bodily" in told or any(row.get("harm_grade") for row in known.parties):
        return True, ()
    return (False, ()) if any(told) else UNKNOWN


def _supporter_lost(known: Known) -> Found:
    return (True, ()) if known.lost else UNKNOWN


def _urgent(known: Known) -> Found:
    told = [row.get("urgent_treatment") for row in known.parties if row.get("urgent_treatment") is not None]
    return (True, ()) if True in told else (False, ()) if told else UNKNOWN


def _violent(known: Known) -> Found:
    groups = {row.get("offence_group") for row in known.cases} - {None}
    return (True, ()) if groups & _VIOLENT else (False, ()) if groups else UNKNOWN


def _family(known: Known) -> Found:
    groups = {row.get("offence_group") for row in known.cases} - {None}
    return (True, ()) if "family" in groups else (False, ()) if groups else UNKNOWN


def _sudden_loss(known: Known) -> Found:
    """Harm by the case, and a list of people in hardship: the rest is for a person to judge."""
    harmed = (
        known.lost
        or any(row.get("harm") in {"bodily", "property", "death"} for row in known.parties)
        or any(row.get("harm_grade") for row in known.parties)
    )
    lists = [row for row in known.household if _active(row, known.on)]
    if harmed and lists:
        return True, tuple(dict.fromkeys(_told(row) for row in lists))
    return UNKNOWN


def _relieved(known: Known) -> Found:
    return known.relieved, ()


def _support_claim(known: Known) -> Found:
    claims = [row for row in known.enforcements if row.get("cause_of_action") == "support_claim"]
    if any(row.get("status") != "completed" for row in claims):
        return True, ()
    return (False, ()) if known.enforcements else UNKNOWN


def _active(row: Row, on: date) -> bool:
    first, last = row.get("valid_from"), row.get("valid_to")
    return (first is None or first <= on) and (last is None or last >= on)


def _told(row: Row) -> str:
    """A row in words: where it comes from and of which day; nothing personal."""
    day = row.get("data_date")
    return f"{row.get('agency') or row.get('source') or ''} {day.isoformat() if day else ''}".strip()


def _case_told(row: Row) -> tuple[str, ...]:
    return (str(row["charge"]),) if row.get("charge") else ()


_TESTS: Final[Mapping[str, Callable[[Known], Found]]] = {
    "party": _is_party,
    "traffic": _traffic,
    "offender_unknown": _offender_unknown,
    "bodily_harm": _bodily,
    "supporter_lost": _supporter_lost,
    "urgent_treatment": _urgent,
    "violence_or_sexual": _violent,
    "family": _family,
    "sudden_loss": _sudden_loss,
    "relieved": _relieved,
    "support_claim": _support_claim,
}

_ORIGINS: Final[Mapping[str, Callable[[FactDeclared, Known], Found]]] = {
    "age": _age,
    "sex": _sex,
    "own_list": _own_list,
    "household_list": _household_list,
    "disability": _disability,
    "benefit": _benefit,
    "parents": _parents,
    "household_age": _household_age,
    "case": _case,
}
"""Facts of ``number`` and ``asked`` come from what people enter."""
