"""What agencies say about a person, row by row, as facts that a page shows in tables and on one time line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjiu.codes import CODE_LISTS
from yingjiu.office.people.reading import Loaded, Row
from yingjiu.office.phrases import clauses, continued, labelled

__all__ = ["KINDS", "Fact", "Kind", "Place", "facts_of", "label", "place_of"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact.

    Attributes:
        key: identifier.
        title: what it is called.
        icon: a Tabler icon.
        tone: colour of its mark in the time line.
        table: the canonical table it is read from; empty for what the office itself keeps.
    """

    key: str
    title: str | Promise
    icon: str
    tone: str
    table: str = ""


KINDS: Final[Mapping[str, Kind]] = {
    kind.key: kind
    for kind in (
        Kind("hardship", gettext_lazy("Hardship"), "home-exclamation", "orange", "hardship"),
        Kind("benefit", gettext_lazy("Assistance received"), "coin", "green", "benefit"),
        Kind("case", gettext_lazy("Cases and roles"), "gavel", "blue", "party"),
        Kind("enforcement", gettext_lazy("Enforcement"), "building-bank", "yellow", "enforcement"),
        Kind("petition", gettext_lazy("Petitions"), "message-report", "secondary", "petition"),
        Kind(
            "relief", gettext_lazy("Judicial relief received"), "heart-handshake", "green", "relief_history"
        ),
        Kind("medical", gettext_lazy("Medical expenses"), "stethoscope", "red", "medical_expense"),
        Kind("state", gettext_lazy("State of the person"), "user-exclamation", "secondary", "person_state"),
        Kind("office", gettext_lazy("In this office"), "folder", "blue"),
    )
}
"""In the order in which the page shows them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row was read: the agency finds it there in its own file.

    Attributes:
        agency: who gave it.
        file: the file.
        sheet: its sheet, if it has sheets.
        row: the row in the file.
        as_of: the day that the agency's data describe.
    """

    agency: str
    file: str
    sheet: str
    row: int
    as_of: date | None

    def __str__(self) -> str:
        return f"{self.file} {self.sheet} {self.row}".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known about a person.

    Attributes:
        kind: key of :data:`KINDS`.
        title: what, in words.
        on: since when, or when.
        until: until when.
        detail: more words, each with what it is about.
        amount: yuan.
        private: a health condition or the like, masked until it is opened.
        place: where it was read.
        url: a page of the office about it.
        state: its state in words.
    """

    kind: str
    title: str
    on: date | None = None
    until: date | None = None
    detail: tuple[tuple[str, str], ...] = ()
    amount: Decimal | None = None
    private: str = ""
    place: Place | None = None
    url: str = ""
    state: str = ""

    @property
    def about(self) -> Kind:
        """Its kind."""
        return KINDS[self.kind]

    @property
    def details(self) -> str:
        """Its detail in one line."""
        return clauses(labelled(title, text) for title, text in self.detail)


def label(codes: str, code: str | None) -> str:
    """What a code is called; one that the list does not hold is shown as it is."""
    if not code:
        return ""
    known = CODE_LISTS.get(codes)
    return known.label(code) if known and code in known.codes else code


def place_of(state: Loaded, row: Row) -> Place:
    """Where a row was read."""
    return Place(
        state.agencies.get(row["batch"], row["source"]),
        row["file"],
        row["sheet"] or "",
        row["row"],
        row["data_date"],
    )


def _words(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((title, text) for title, text in pairs if text)


def _money(amount: Any) -> str:
    return (
        ""
        if amount is None
        else _("{amount} yuan").format(amount=f"{Decimal(amount):,.2f}".removesuffix(".00"))
    )


def _hardship(row: Row) -> dict[str, Any]:
    return {
        "title": label("hardship_list", row["list"]),
        "on": row["valid_from"],
        "until": row["valid_to"],
        "amount": row["amount"],
        "detail": _words(
            (_("hardship category"), label("disability_category", row["category"])),
            (_("disability grade"), str(row["grade"]) if row["grade"] is not None else ""),
            (_("risk of falling back into poverty"), label("risk", row["risk"])),
        ),
    }


def _benefit(row: Row) -> dict[str, Any]:
    return {
        "title": label("measure", row["measure"]),
        "on": row["paid_on"],
        "amount": row["amount"],
        "detail": _words((_("paid by"), row["agency"] or "")),
    }


def _party(row: Row, case: Row) -> dict[str, Any]:
    charge = case.get("charge") or label("cause_of_action", case.get("cause_of_action"))
    return {
        "title": continued(label("role", row["role"]), charge),
        "on": row["recorded_on"] or case.get("accepted_on") or case.get("incident_on"),
        "state": label("stage", case.get("stage")),
        "detail": _words(
            (_("case number"), row["case_no"]),
            (_("organ in charge"), case.get("organ") or ""),
            (_("day of the incident"), _day(case.get("incident_on"))),
            (_("injury"), label("injury_grade", row["harm_grade"]) or label("harm", row["harm"])),
            (
                _("injury disability grade"),
                str(row["injury_disability_grade"]) if row["injury_disability_grade"] is not None else "",
            ),
            (_("loss"), _money(row["loss"])),
            (_("awarded"), _money(row["awarded"])),
            (_("already received"), _money(row["received"])),
            (_("outcome of the case"), label("disposal", case.get("disposal"))),
        ),
    }


def _enforcement(row: Row) -> dict[str, Any]:
    return {
        "title": label("cause_of_action", row["cause_of_action"]) or _("enforcement"),
        "on": row["accepted_on"],
        "until": row["closed_on"],
        "amount": row["awarded"],
        "state": label("enforcement_status", row["status"]),
        "detail": _words(
            (_("case number"), row["case_no"]),
            (_("court"), row["organ"] or ""),
            (_("enforced so far"), _money(row["enforced"])),
            (_("last act"), _day(row["last_act_on"])),
        ),
    }


def _petition(row: Row) -> dict[str, Any]:
    return {
        "title": row["topic"] or label("petition_class", row["petition_class"]) or _("petition"),
        "on": row["submitted_on"],
        "until": row["answered_on"],
        "state": _("answered") if row["answered_on"] else _("not answered"),
        "detail": _words(
            (_("petition number"), row["petition_no"]),
            (_("petition channel"), label("petition_channel", row["channel"])),
            (_("petition class"), label("petition_class", row["petition_class"]) if row["topic"] else ""),
        ),
    }


def _relief(row: Row) -> dict[str, Any]:
    return {
        "title": row["organ"] or label("organ_kind", row["organ_kind"]),
        "on": row["decided_on"],
        "amount": row["amount"],
        "state": label("relief_outcome", row["outcome"]),
        "detail": _words(
            (_("case number"), row["case_no"] or ""),
            (_("kind of organ"), label("organ_kind", row["organ_kind"]) if row["organ"] else ""),
        ),
    }


def _medical(row: Row) -> dict[str, Any]:
    return {
        "title": _("treatment in hospital"),
        "on": row["started_on"],
        "until": row["ended_on"],
        "amount": row["self_paid"],
        "private": row["diagnosis"] or "",
        "detail": _words(
            (_("total cost"), _money(row["total"])), (_("paid by the insurance"), _money(row["insured"]))
        ),
    }


def _state(row: Row) -> dict[str, Any]:
    return {
        "title": label("person_state", row["state"]),
        "on": row["since"],
        "until": row["until"],
        "detail": _words((_("cause of the state"), row["cause"] or "")),
    }


_MAKERS: Final[Mapping[str, Callable[[Row], dict[str, Any]]]] = {
    "hardship": _hardship,
    "benefit": _benefit,
    "enforcement": _enforcement,
    "petition": _petition,
    "relief": _relief,
    "medical": _medical,
    "state": _state,
}


def facts_of(state: Loaded, rows: Mapping[str, Iterable[Row]], cases: Iterable[Row]) -> list[Fact]:
    """The facts that rows of canonical tables tell, the newest first within each kind.

    Args:
        state: the state of the pool that they were read from.
        rows: rows by canonical table.
        cases: the rows of ``case`` of the person's cases.
    """
    by_number: dict[str, Row] = {}
    for case in cases:
        for number in (case["case_no"], case["case_id"]):
            known = by_number.get(number)
            # what a later stage does not say, an earlier one may
            by_number[number] = {
                **(known or {}),
                **{name: each for name, each in case.items() if each is not None},
            }
    found = []
    for kind in KINDS.values():
        for row in rows.get(kind.table, ()):
            case = by_number.get(row.get("case_no") or "") or by_number.get(row.get("case_id") or "") or {}
            made = _party(row, case) if kind.key == "case" else _MAKERS[kind.key](row)
            found.append(Fact(kind.key, place=place_of(state, row), **made))
    found.sort(key=lambda fact: fact.on or date.min, reverse=True)
    return found


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
