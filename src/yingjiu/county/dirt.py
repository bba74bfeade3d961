"""The dirt of real files: a known fault in one to three of a hundred rows, each written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yingjiu.county.draws import Draws
from yingjiu.county.lives import County
from yingjiu.county.numbers import OLD_CODES, number_texts
from yingjiu.county.sheets import AgencyFile, Col, Fault, Sheet

__all__ = ["DIRT", "soil"]

DIRT: Final = {"none": 0.0, "light": 0.01, "middle": 0.018, "heavy": 0.03}
"""Share of faulty rows by the name of the degree."""
_SMALL: Final = 60
"""In a list shorter than this one bad row would be too large a share; it gets only repairable faults."""

_FULL_WIDTH: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _check(text: str) -> str:
    return text[:17] + ("0" if text[17] != "0" else "1") + text[18:]


def _date(text: str) -> str:
    return text[:10] + "0230" + text[14:]


Spoil = Callable[[str], str | None]
_ID_FAULTS: Final[dict[str, tuple[str, Spoil]]] = {
    "id_check": ("quarantined", _check),
    "id_date": ("quarantined", _date),
    "id_length": ("quarantined", lambda text: text[:-1] if len(text) == 18 else text[:17]),
    "id_empty": ("quarantined", lambda _text: None),
    "id_lost_precision": ("quarantined", lambda text: f"{text[0]}.{text[1:6]}E+{len(text) - 1}"),
    "id_spaces": ("repaired", lambda text: f" {text[:6]} {text[6:]}"),
    "id_full_width": ("repaired", lambda text: text.translate(_FULL_WIDTH)),
    "id_lower_x": ("repaired", lambda text: text.lower() if text.endswith("X") else None),
    "id_15": (
        "converted",
        lambda text: text[:6] + text[8:17] if text[6:8] == "19" and len(text) == 18 else None,
    ),
}
_OTHER_FAULTS: Final[dict[str, tuple[str, Spoil]]] = {
    "name": ("name_missing", lambda _text: None),
    "date": ("date_invalid", lambda _text: "2023-02-30"),
    "code": ("code_unknown", lambda _text: "待核实"),
    "money": ("money_negative", lambda text: f"-{text}" if text not in {"0", ""} else "-1"),
}


def soil(county: County, files: list[AgencyFile], degree: str) -> tuple[list[AgencyFile], list[Fault]]:
    """Put faults into files.

    Args:
        county: whose files they are.
        files: the clean files.
        degree: a key of :data:`DIRT`.

    Returns:
        The dirty files, and every fault in them.
    """
    faults: list[Fault] = []
    dirty = []
    for file in files:
        sheets = []
        for sheet in file.sheets:
            draws = Draws(county.seed, county.size, f"dirt {file.name} {sheet.name}")
            soiled, found = _soil_sheet(county, draws, file, sheet, DIRT[degree])
            sheets.append(soiled)
            faults += found
        dirty.append(AgencyFile(file.name, file.agency, file.format, tuple(sheets)))
    return dirty, faults


def _kinds(file: AgencyFile, sheet: Sheet) -> list[tuple[int, str]]:
    """Which faults the sheet can have: the column (-1: the row), and the kind."""
    found: list[tuple[int, str]] = [(-1, "duplicate_row")]
    ids = [place for place, column in enumerate(sheet.columns) if column.kind == "id"]
    if ids:
        card = pc.utf8_length(sheet.columns[ids[0]].values.slice(0, 1)).to_pylist() == [20]
        skip = {"id_15", "id_lower_x"} if card else set()
        if file.format in {"parquet", "jsonl", "sqlite"}:
            skip.add("id_lost_precision")  # these formats keep what they are given
        found += [(ids[0], kind) for kind in _ID_FAULTS if kind not in skip]
        if not card and any(column.kind == "name" for column in sheet.columns):
            found.append((ids[0], "second_number"))
    found += [
        (place, _OTHER_FAULTS[column.kind][0])
        for place, column in enumerate(sheet.columns)
        if column.kind in _OTHER_FAULTS and (column.required or column.kind != "name")
    ]
    if sheet.once and ids:
        found.append((-1, "two_names_one_id"))
    return found


def _soil_sheet(
    county: County, draws: Draws, file: AgencyFile, sheet: Sheet, share: float
) -> tuple[Sheet, list[Fault]]:
    n = 0 if sheet.hidden else round(sheet.rows * share)
    if not n:
        return sheet, []
    kinds = _kinds(file, sheet)
    if sheet.rows < _SMALL:
        kinds = [one for one in kinds if _harmless(one[1])]
    rows = draws.order(sheet.rows)[:n].tolist()
    # every kind in turn, in an order of the file's own, so that short files differ in their faults
    turn = draws.order(len(kinds)).tolist()
    cells: dict[int, dict[int, str | None]] = {}
    added: list[tuple[int, dict[int, str | None]]] = []
    faults: list[Fault] = []
    # files without a header line count their records from 1
    first = 1 if file.format in {"jsonl", "parquet", "sqlite"} else sheet.header_row + 1
    name_of = None if len(file.sheets) == 1 and file.format not in {"xls", "xlsx"} else sheet.name

    def note(row: int, place: int, kind: str, expected: str, person: int) -> None:
        header = sheet.columns[place].header if place >= 0 else None
        faults.append(Fault(file.name, name_of, first + row, header, kind, expected, person))

    for number, row in enumerate(rows):
        person = int(sheet.persons[row])
        for step in range(len(kinds)):
            place, kind = kinds[turn[(number + step) % len(kinds)]]
            if kind == "duplicate_row":
                added.append((row, {}))
                note(sheet.rows + len(added) - 1, -1, kind, "duplicate", person)
                break
            if kind == "two_names_one_id":
                name = next(place for place, column in enumerate(sheet.columns) if column.kind == "name")
                added.append((row, {name: _another_name(county, person)}))
                for where in (row, sheet.rows + len(added) - 1):
                    note(where, name, kind, "quarantined", person)
                break
            spoilt = _spoil(county, sheet.columns[place], row, kind, person)
            if spoilt is not None:
                text, expected = spoilt
                cells.setdefault(place, {})[row] = text
                note(row, place, kind, expected, person)
                break
    return _apply(sheet, cells, added), faults


def _another_name(county: County, person: int) -> str:
    """The name of somebody who is not called the same."""
    own = str(county.names[person])
    names = (str(county.names[(person * 7 + step) % county.size]) for step in range(13, county.size))
    return next(name for name in names if name != own)


def _harmless(kind: str) -> bool:
    return kind in _ID_FAULTS and _ID_FAULTS[kind][0] != "quarantined"


def _spoil(county: County, column: Col, row: int, kind: str, person: int) -> tuple[str | None, str] | None:
    """The spoilt cell and what should become of it, or None where this fault does not fit the cell."""
    text = column.values[row].as_py()
    if text is None:
        return None
    if kind == "second_number":
        other = _second_number(county, person)
        return None if other is None else (other, "accepted")
    if kind in _ID_FAULTS:
        expected, change = _ID_FAULTS[kind]
        spoilt = change(text)
        if spoilt is None and kind != "id_empty":
            return None
        return spoilt, "kept" if expected == "quarantined" and column.keep else expected
    change = next(change for name, change in _OTHER_FAULTS.values() if name == kind)
    return change(text), "quarantined"


def _second_number(county: County, person: int) -> str | None:
    """The number the person bore before the county's land was redrawn."""
    key = int(county.people["key"][person])
    other = OLD_CODES[0] * 10**11 + key % 10**11
    if key // 10**11 in OLD_CODES or not 19400101 < key // 1000 % 10**8 < 19951130:
        return None
    if (county.people["key"] == other).any():
        return None
    return str(number_texts(np.array([other]))[0].as_py())


def _apply(
    sheet: Sheet, cells: dict[int, dict[int, str | None]], added: list[tuple[int, dict[int, str | None]]]
) -> Sheet:
    source: NDArray[np.int64] = np.array([row for row, _changes in added], np.int64)
    columns = []
    for place, column in enumerate(sheet.columns):
        tail = column.values.take(pa.array(source))
        values = column.values
        changed = cells.get(place)
        if changed:
            mask = np.zeros(sheet.rows, np.bool_)
            mask[list(changed)] = True
            replaced = pa.array([changed[row] for row in sorted(changed)], pa.string())
            values = pc.replace_with_mask(values, pa.array(mask), replaced)
        if any(place in changes for _row, changes in added):
            tail = pa.array(
                [
                    changes.get(place, text)
                    for text, (_row, changes) in zip(tail.to_pylist(), added, strict=True)
                ],
                pa.string(),
            )
        columns.append(
            Col(column.header, column.kind, pa.concat_arrays([values, tail]), column.keep, column.required)
        )
    return sheet.with_columns(tuple(columns), np.concatenate([sheet.persons, sheet.persons[source]]))
