"""The facts of a case for the award: prefilled from the lead with their source, changed with a reason.

``ReliefCase.facts`` holds, by the names of :data:`yingjiu.awards.INPUTS`, ``{"value", "from", "by"}``;
what is not there is unknown, and so widens the amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from yingjiu.awards import INPUTS, Input
from yingjiu.codes import offence_group_of
from yingjiu.report.estimates import award_facts
from yingjiu.screening.facts import About

__all__ = ["case_data", "default_secrecy_reason", "plain_fact", "prefill", "rows_of", "seen_in"]

_MONEY: Final = ("loss", "medical_cost", "awarded", "received", "enforced")
_FLAGS: Final = ("urgent_treatment", "working_capacity_lost")


def rows_of(finding: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of agencies' data behind a lead."""
    return [row for row in finding.get("rows", ()) if row.get("sure", True)]


def seen_in(finding: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Canonical column → (value as text, where it stands), newest row first.

    Args:
        finding: as a lead keeps it.
    """
    found: dict[str, tuple[str, str]] = {}
    mine = [row for row in rows_of(finding) if row.get("route") in {"", None}]
    for row in sorted(mine, key=lambda each: str(each.get("date") or ""), reverse=True):
        for name, text in row.get("values", ()):
            found.setdefault(name, (text, _place(row)))
    for condition in finding.get("conditions", ()):
        for name, text in condition.get("seen", ()):
            found.setdefault(name, (text, _("data that the model saw")))
    return found


def _place(row: Mapping[str, Any]) -> str:
    return _("{title}, {file} row {row}, data of {date}").format(
        title=row.get("title") or row.get("source"),
        file=row.get("file"),
        row=row.get("row"),
        date=row.get("date"),
    )


def _typed(name: str, text: str) -> Any:
    if name in _MONEY:
        with suppress(InvalidOperation):
            return Decimal(text)
        return None
    if name in _FLAGS:
        return {
            "true": True,
            "是": True,
            "yes": True,
            "1": True,
            "false": False,
            "否": False,
            "no": False,
            "0": False,
        }.get(text.strip().lower())
    if name == "birth_date":
        with suppress(ValueError):
            return date.fromisoformat(text)
        return None
    return text or None


def prefill(
    finding: Mapping[str, Any], *, person_id: int, birth_date: date | None, role: str, on: date
) -> dict[str, Any]:
    """What a lead's data say of the facts, each with where it comes from.

    Args:
        finding: as the lead keeps it; may be empty.
        person_id: the applicant's key.
        birth_date: the applicant's, if it is known.
        role: of the applicant in the case.
        on: the day for which ages are counted.

    Returns:
        Facts as :attr:`ReliefCase.facts` holds them; unknown ones are left out.
    """
    seen = seen_in(finding)
    values = {
        name: value for name, (text, _where) in seen.items() if (value := _typed(name, text)) is not None
    }
    if birth_date is not None:
        values["birth_date"] = birth_date
    if role:
        values["role"] = role
    told = award_facts(About(person_id, "", values), finding.get("hardship", ()), on)
    if not finding:
        told.pop("hardships", None)
    where = {name: place for name, (_text, place) in seen.items()}
    source = {"injury_grade": "harm_grade", "applicant_minor": "birth_date", "victim_age": "birth_date"}
    hardship = _("; ").join(
        dict.fromkeys(_place(row) for row in rows_of(finding) if row.get("table") == "hardship")
    )
    facts = {}
    for name, value in told.items():
        place = where.get(source.get(name, name)) or (hardship if name == "hardships" else "")
        if not place:
            place = (
                _("the person's own data")
                if name in {"applicant_minor", "victim_age"}
                else _("data of the lead")
            )
        facts[name] = {"value": plain_fact(value), "from": place, "by": "data"}
    return facts


def plain_fact(value: Any) -> Any:
    """A fact as JSON keeps it: amounts as text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return str(value["grade"])  # a grade with its scale; the input says which scale
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    return value


def case_data(
    facts: Mapping[str, Any], *, name: str, region: str, on: date, approval: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The facts as :func:`yingjiu.awards.award_case` reads them.

    Args:
        facts: as the case holds them.
        name: number of the case.
        region: of the deciding procuratorate.
        on: the day.
        approval: recorded approval to pass the cap.
    """
    data: dict[str, Any] = {
        "case": name,
        "region": region,
        "decided_on": on.isoformat(),
        "facts": _stated(facts),
    }
    if approval is not None:
        data["approval"] = dict(approval)
    return data


def _stated(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {"value": _engine(INPUTS[key], each["value"]), "from": each.get("from") or None}
        for key, each in facts.items()
        if key in INPUTS and each.get("value") is not None and each.get("value") != ""
    }


def _engine(item: Input, value: Any) -> Any:
    if item.kind == "grade" and isinstance(value, str) and value != "none":
        return {"scale": item.scale, "grade": int(value)}
    if item.kind == "grades" and isinstance(value, list):
        return [str(each) for each in value]
    return value


def default_secrecy_reason(*, charge: str, minor: bool) -> str:
    """Why a case is restricted from its beginning; empty if it is not.

    Juveniles' cases and those of sexual offences are (Minors Law art. 103, 110 to 112).

    Args:
        charge: charge or cause of action.
        minor: whether applicant or victim is a minor.
    """
    if minor:
        return str(_("a minor is concerned"))
    if offence_group_of(None, charge) == "sexual":
        return str(_("a sexual offence"))
    return ""
