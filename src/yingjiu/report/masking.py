"""The one place where personal data is masked before a report shows it."""

from __future__ import annotations

from dataclasses import replace

from yingjiu.codes import mask_address, mask_id, mask_name, mask_phone, number_of
from yingjiu.pool.tables import ColumnType
from yingjiu.report.data import Condition, Evidence, Lead, Person, Reason, ReportData
from yingjiu.report.words import column_of

__all__ = ["shown"]

_HIDDEN = "＊＊＊"
_MASKS = {"name": mask_name, "id_raw": mask_id, "address": mask_address, "phone": mask_phone}


def shown(data: ReportData) -> ReportData:
    """What may be shown of a report: everything, with personal data masked unless its reveal allows it.

    Args:
        data: the report, unmasked.

    Returns:
        The same report if ``data.reveal`` is given, otherwise a masked copy. Of birth dates it keeps the
        age, which decides about levels; a birthday identifies.
    """
    leads = tuple(_lead(lead, hide=data.reveal is None) for lead in data.leads)
    return replace(data, leads=leads)


def _lead(lead: Lead, *, hide: bool) -> Lead:
    reasons = tuple(_reason(reason, hide=hide) for reason in lead.reasons)
    return replace(lead, person=_person(lead.person) if hide else lead.person, reasons=reasons)


def _person(person: Person) -> Person:
    return replace(
        person,
        name=mask_name(person.name) if person.name else person.name,
        number=mask_id(person.number) if person.number else person.number,
        address=mask_address(person.address) if person.address else person.address,
        phone=mask_phone(person.phone) if person.phone else person.phone,
        birth_date=None,
    )


def _reason(reason: Reason, *, hide: bool) -> Reason:
    return replace(reason, conditions=tuple(_condition(item, hide=hide) for item in reason.conditions))


def _condition(condition: Condition, *, hide: bool) -> Condition:
    return replace(
        condition,
        evidence=tuple(_evidence(row, hide=hide) for row in condition.evidence),
        seen=_values(condition.table, condition.seen, hide=hide),
    )


def _evidence(row: Evidence, *, hide: bool) -> Evidence:
    return replace(row, values=_values(row.table, row.values, hide=hide))


def _values(table: str, values: tuple[tuple[str, str], ...], *, hide: bool) -> tuple[tuple[str, str], ...]:
    return tuple((name, _value(table, name, text, hide=hide)) for name, text in values)


def _value(table: str, name: str, text: str, *, hide: bool) -> str:
    """A value as it may be shown; a column that no table knows is treated as personal."""
    column = column_of(table, name)
    if column is not None and column.type is ColumnType.KEY:
        text = _number(text)
        return mask_id(text) if hide else text
    if hide and (column is None or column.personal):
        return _MASKS[name](text) if name in _MASKS else _HIDDEN
    if hide and name == "birth_date":
        return text[:4]
    return text


def _number(text: str) -> str:
    """The ID number behind a key, so that a reader never meets our integer."""
    try:
        key = int(text)
    except ValueError:
        return text
    return number_of(key) if key > 0 else text
