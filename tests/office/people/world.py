"""The pool of the tests: the rows of ``world.yaml``, links, and pairs that wait for a person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import yaml

from yingjiu.codes import make_number
from yingjiu.people import Link, Links, Reason, Review, read_policy
from yingjiu.people.store import write_links
from yingjiu.pool import TABLES, Pool, arrow_schema

WORLD: Final[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("world.yaml").read_text(encoding="utf-8")
)
NUMBERS: Final = {
    name: make_number("320999", told["birth"], told["sequence"]) for name, told in WORLD["people"].items()
}
KEYS: Final = {name: int(number[:17]) for name, number in NUMBERS.items()}
ZHANG, LI, CHILD = KEYS["张建明"], KEYS["李秀兰"], KEYS["张小明"]
DATA_DATE: Final = date(2025, 5, 31)

LINKS: Final = (Link(-17, ZHANG, "home", "", ZHANG),)
REVIEWS: Final = (
    Review(-18, LI, "between", 7.2, (Reason("prior", "", -9.0), Reason("name", "sound", 8.0))),
    Review(
        KEYS["陈小双"],
        KEYS["陈大双"],
        "two_numbers",
        9.5,
        (Reason("prior", "", -9.0), Reason("twins", "", -6.0)),
    ),
    Review(KEYS["赵旁人"], KEYS["赵旁人"], "two_under_one"),
)


def key_of(who: str | int) -> int:
    return who if isinstance(who, int) else KEYS[who]


def build_pool(folder: Path) -> Pool:
    """Load the world, one batch an agency, and write its links."""
    pool = Pool.open(folder, create=True)
    for source, told in WORLD["agencies"].items():
        with pool.load(
            source=source,
            content_digest=source,
            mode="snapshot",
            data_date=DATA_DATE,
            notes={"agency": told["agency"]},
        ) as writer:
            for table, rows in WORLD["rows"].items():
                own = [row for row in rows if row["by"] == source]
                if own:
                    writer.write(table, arrow_rows(table, own, told))
            writer.commit()
    made = Links(
        "0" * 16,
        Path(),
        pool.view().identity(),
        read_policy().digest,
        linked=len(LINKS),
        waiting=len(REVIEWS),
    )
    write_links(folder, made, LINKS, REVIEWS)
    return pool


def arrow_rows(table: str, rows: list[dict[str, Any]], told: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(TABLES[table])
    made = []
    for number, row in enumerate(rows, 2):
        said: dict[str, Any] = {"file": told["file"], "sheet": told.get("sheet"), "row": number}
        if "who" in row:
            key = said["person_id"] = key_of(row["who"])
            if table in {"person", "party"} and key > 0:
                name = next(name for name, known in KEYS.items() if known == key)
                birth = WORLD["people"][name]["birth"]
                sex = "male" if WORLD["people"][name]["sequence"] % 2 else "female"
                said |= {"id_raw": NUMBERS[name], "id_status": "valid", "birth_date": birth, "sex": sex}
        for name, value in row.items():
            if name not in {"who", "by"}:
                said[name] = Decimal(value) if pa.types.is_decimal(schema.field(name).type) else value
        made.append(said)
    names = [name for name in schema.names if any(name in row for row in made)]
    return pa.table(
        {name: pa.array([row.get(name) for row in made], schema.field(name).type) for name in names}
    )
