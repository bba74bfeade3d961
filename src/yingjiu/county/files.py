"""The county as its agencies send it: files in a folder, and the list of the faults in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.county.agency_files import other_files
from yingjiu.county.court_files import justice_files
from yingjiu.county.desk import Desk
from yingjiu.county.dirt import DIRT, soil
from yingjiu.county.errors import CountyError
from yingjiu.county.lives import County
from yingjiu.county.police_files import police_files, register_files
from yingjiu.county.sheets import AgencyFile
from yingjiu.county.sheets import Fault as Planted
from yingjiu.county.slips import SLIPS, first_row, sheet_name, slip
from yingjiu.county.truth import truth
from yingjiu.county.welfare_files import civil_affairs_files, disability_files
from yingjiu.county.writers import write_file
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["FAULT_SCHEMA", "WHO_SCHEMA", "Written", "agency_files", "write_files"]

FAULT_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int32()),
        ("header", pa.string()),
        ("kind", pa.string()),
        ("expected", pa.string()),
        ("person_id", pa.int64()),
    ]
)

WHO_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int32()),
        ("name", pa.string()),
        ("person_id", pa.int64()),
        ("kind", pa.string()),
    ]
)
"""``who_is_who.parquet``: the name in a row of a case file, whose it truly is, and what is wrong in the
row."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        folder: where.
        files: the paths, in the order of writing.
        planted_faults: every planted bad row; columns of :data:`FAULT_SCHEMA`.
    """

    folder: Path
    files: tuple[Path, ...]
    planted_faults: pa.Table


def agency_files(county: County) -> list[AgencyFile]:
    """All files as they would be without any fault.

    Args:
        county: the true lives.

    Returns:
        The files of fourteen agencies.
    """
    desk = Desk(county)
    return [
        *police_files(desk),
        *register_files(desk),
        *civil_affairs_files(desk),
        *disability_files(desk),
        *other_files(desk),
        *justice_files(desk),
    ]


def write_files(
    county: County, folder: Path, *, dirt: str = "middle", slips: str = "none", answers: Path | None = None
) -> Written:
    """Write the files that the agencies of a county would send.

    Args:
        county: the true lives.
        folder: where to; made when it is not there.
        dirt: ``none``, ``light``, ``middle`` or ``heavy``.
        slips: the same degrees, for slips of the pen in case files about who somebody is.
        answers: a folder for ``truth.parquet``, ``planted_faults.parquet`` and ``who_is_who.parquet``; None
            writes none of them.

    Returns:
        The paths, and every planted fault.

    Raises:
        CountyError: ``CTY-002`` the folder cannot be used, ``CTY-003`` a package is missing, ``CTY-004`` no
            such degree of dirt.
    """
    unknown = [given for given, known in ((dirt, DIRT), (slips, SLIPS)) if given not in known]
    if unknown:
        raise CountyError(
            Fault(
                "CTY-004",
                _("no such degree of dirt"),
                found=unknown[0],
                hint=_("one of: {known}").format(known=", ".join(DIRT)),
            )
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CountyError(
            Fault(
                "CTY-002",
                _("this folder cannot be used"),
                str(folder),
                found=error.strerror,
                hint=_("choose another folder"),
            )
        ) from None
    files, faults = soil(county, agency_files(county), dirt)
    files, slipped = slip(county, files, slips)
    faults = [*faults, *slipped]
    paths = tuple(write_file(file, folder) for file in files)
    keys = county.people["key"]
    table = pa.Table.from_pylist(
        [
            {
                "file": one.file,
                "sheet": one.sheet,
                "row": one.row,
                "header": one.header,
                "kind": one.kind,
                "expected": one.expected,
                "person_id": int(keys[one.person]),
            }
            for one in faults
        ],
        schema=FAULT_SCHEMA,
    )
    if answers is not None:
        answers.mkdir(parents=True, exist_ok=True)
        pq.write_table(truth(county), answers / "truth.parquet")
        pq.write_table(table, answers / "planted_faults.parquet")
        pq.write_table(_who_is_who(county, files, faults), answers / "who_is_who.parquet")
    return Written(folder, paths, table)


def _who_is_who(county: County, files: list[AgencyFile], faults: list[Planted]) -> pa.Table:
    """Who is truly meant by each row of the case files."""
    wrong: dict[tuple[str, str | None, int], set[str]] = {}
    for one in faults:
        if one.kind.startswith(("id_", "name_", "second_number")):
            wrong.setdefault((one.file, one.sheet, one.row), set()).add(one.kind)
    keys = county.people["key"]
    rows = []
    for file in files:
        for sheet in file.sheets:
            if not any(column.kind == "id" and column.keep for column in sheet.columns):
                continue
            names = next(column for column in sheet.columns if column.kind == "name").values.to_pylist()
            called, first = sheet_name(file, sheet), first_row(file, sheet)
            for place, (name, person) in enumerate(zip(names, sheet.persons.tolist(), strict=True)):
                kinds = wrong.get((file.name, called, first + place), ())
                rows.append(
                    {
                        "file": file.name,
                        "sheet": called,
                        "row": first + place,
                        "name": name,
                        "person_id": int(keys[person]),
                        "kind": "+".join(sorted(kinds)) or "clean",
                    }
                )
    return pa.Table.from_pylist(rows, schema=WHO_SCHEMA)
