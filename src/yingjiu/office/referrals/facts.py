"""Read what is known of a person for the catalogue of measures: the pool, the lead, the relief case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from yingjiu.codes import CODE_LISTS
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.people.reading import Loaded, cases_of, kin_of, loaded, members_of, rows_of
from yingjiu.office.referrals.known import Known, truths_of
from yingjiu.office.referrals.matching import Facts
from yingjiu.office.referrals.measures import Catalogue, read_catalogue
from yingjiu.office.relief.models import ReliefCase
from yingjiu.screening.logic import Truth

__all__ = ["catalogue", "gather", "known_of"]

_NOT_RELIEVED = frozenset({"refused", "abandoned", "withdrawn", "referred"})


def catalogue() -> Catalogue:
    """The catalogue of this installation, with what lies in ``measures/`` of the office's folder."""
    return read_catalogue(settings.YINGJIU_FOLDER / "measures")


def gather(
    person: Person,
    *,
    lead: Lead | None = None,
    case: ReliefCase | None = None,
    answers: Mapping[str, Truth] | None = None,
    numbers: Mapping[str, Decimal] | None = None,
    on: date | None = None,
) -> Facts:
    """Everything the catalogue can use about a person.

    Args:
        person: the person; who asks has made sure that the user may see them.
        lead: a lead about them.
        case: a relief case of theirs.
        answers: what a handler knows and entered: it counts before what rows say.
        numbers: numbers that a handler entered.
        on: the day; today unless given.

    Returns:
        The facts, for :func:`~yingjiu.office.referrals.matching.match`.
    """
    day = on or timezone.localdate()
    truths, evidence = truths_of(catalogue().facts, known_of(person, lead=lead, case=case, on=day))
    region = person.organisation.region or person.region[:6]
    return Facts(
        region=region,
        on=day,
        truths={**truths, **(answers or {})},
        evidence=evidence,
        numbers=numbers or {},
        recommended=_recommended(lead or (case.lead if case else None)),
    )


def known_of(person: Person, *, lead: Lead | None = None, case: ReliefCase | None = None, on: date) -> Known:
    """The rows about a person, from the pool and from the lead or case at hand."""
    state = loaded()
    lead = lead or (case.lead if case else None)
    about = [*_from_lead(lead), *_from_case(case)]
    if state is None:
        return Known(
            on=on,
            birth_date=person.birth_date,
            sex=person.sex,
            parties=[party for party, _case in about],
            cases=[row for _party, row in about],
            lost=[party for party, _case in about if _is_loss(party)],
            relieved=_relief(case, (), loaded_any=False),
        )
    key = person.person_id
    members = _household(state, key, on)
    households = _told(state, rows_of(state, "hardship", members))
    parties = rows_of(state, "party", [key])
    kin = kin_of(state, key, on)
    parents = [other for other, relations in kin.items() if "parent" in relations]
    return Known(
        on=on,
        birth_date=person.birth_date,
        sex=person.sex,
        own=[row for row in households if state.person(row["person_id"]) == key],
        household=households,
        benefits=_told(state, rows_of(state, "benefit", [key])),
        births=_births(state, [one for one in members if one != key]),
        parents=_parents(state, parents, on),
        parties=[*parties, *(party for party, _case in about)],
        lost=[
            *(row for row in rows_of(state, "party", sorted({*kin, *members} - {key})) if _is_loss(row)),
            *(party for party, _case in about if _is_loss(party)),
        ],
        cases=[
            *cases_of(state, {row["case_id"] for row in parties if row["case_id"]}),
            *(row for _party, row in about),
        ],
        enforcements=rows_of(state, "enforcement", [key]),
        relieved=_relief(
            case, rows_of(state, "relief_history", [key]), loaded_any=bool(state.view.files("relief_history"))
        ),
        sources=frozenset(batch.source for batch in state.view.batches),
    )


def _told(state: Loaded, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the agency that gave them."""
    return [{**row, "agency": state.agencies.get(row["batch"], row["source"])} for row in rows]


def _household(state: Loaded, key: int, on: date) -> list[int]:
    """Keys of all who live together with a person, the person included."""
    own = [
        row["household_id"]
        for row in rows_of(state, "household_member", [key])
        if row["valid_to"] is None or row["valid_to"] >= on
    ]
    rows = members_of(state, set(own))
    return sorted({key, *(state.person(row["person_id"]) for row in rows)})


def _births(state: Loaded, people: list[int]) -> list[date]:
    found = {}
    for row in rows_of(state, "person", people):
        if row["birth_date"] is not None:
            found[state.person(row["person_id"])] = row["birth_date"]
    return list(found.values())


def _parents(state: Loaded, parents: list[int], on: date) -> list[frozenset[str]]:
    states: dict[int, set[str]] = {parent: set() for parent in parents}
    for row in rows_of(state, "person_state", parents):
        until = row["until"]
        if row["state"] == "dead" or until is None or until >= on:
            states[state.person(row["person_id"])].add(row["state"])
    for row in rows_of(state, "hardship", parents):
        if row["list"] == "disabled" and row["grade"] in {1, 2}:
            states[state.person(row["person_id"])].add("severely_disabled")
    for row in rows_of(state, "party", parents):
        if row["role"] == "victim" and row["harm"] == "death":
            states[state.person(row["person_id"])].add("dead")
        if row["coercive_measure"] in {"detained", "arrested", "imprisoned"}:
            states[state.person(row["person_id"])].add("in_custody")
    return [frozenset(each) for each in states.values()]


def _is_loss(row: Mapping[str, Any]) -> bool:
    return row.get("harm") == "death" or row.get("working_capacity_lost") is True


def _from_lead(lead: Lead | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """A lead that was entered by hand or sent by an agency is known before any file is loaded."""
    if lead is None or not lead.charge:
        return []
    return [({"role": lead.role or None}, {"charge": lead.charge})]


def _from_case(case: ReliefCase | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    if case is None:
        return []
    facts = {**case.facts.get("facts", case.facts)} if isinstance(case.facts, dict) else {}
    harm = case.harm or _plain(facts.get("harm"))
    party = {
        "role": "near_relative" if harm == "death" else "victim",
        "harm": harm or None,
        "harm_grade": _plain(facts.get("injury_grade")) or None,
        "urgent_treatment": _flag(facts.get("urgent_treatment")),
        "working_capacity_lost": _flag(facts.get("working_capacity_lost")),
    }
    return [(party, {"charge": case.charge or None})]


def _plain(found: Any) -> str:
    value = found.get("value") if isinstance(found, dict) else found
    return value if isinstance(value, str) and value not in {"unknown", "none"} else ""


def _flag(found: Any) -> bool | None:
    value = found.get("value") if isinstance(found, dict) else found
    return value if isinstance(value, bool) else None


def _relief(
    case: ReliefCase | None, history: Iterable[Mapping[str, Any]], *, loaded_any: bool
) -> bool | None:
    if case is not None and case.state not in _NOT_RELIEVED:
        return True
    if any(row["outcome"] in {"granted", "in_progress"} for row in history):
        return True
    return False if loaded_any else None


def _recommended(lead: Lead | None) -> dict[str, str]:
    """Measures that the models of a lead recommend, by the engine's code."""
    if lead is None:
        return {}
    labels = {CODE_LISTS["measure"].label(code): code for code in CODE_LISTS["measure"].codes}
    found: dict[str, str] = {}
    for reason in lead.finding.get("reasons", []):
        for measure, _agency, says in reason.get("recommendations", []):
            found.setdefault(labels.get(measure, measure), says)
    return found
