"""A small agency: its source file, its ledger, and a pool to load it into."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from yingjiu.codes import make_number
from yingjiu.pool import Pool
from yingjiu.sources import LoadReport, Source, load_source, read_source

RUN_DATE = date(2024, 6, 30)

LEDGER = """\
source: civil-affairs-dibao
title: 最低生活保障家庭成员名册
agency: 县民政局
legal_basis: [{rule: 社会救助暂行办法, article: "58"}]
files: "低保*"
data_date: 2024-05-31
fields:
  id_no: {header: 身份证号, synonyms: [公民身份号码], type: id, required: true}
  name: {header: 姓名, type: text, required: true, max_length: 50}
  household: {header: 户号, type: text, required: true}
  relation: {header: 与户主关系, type: code, list: relation, codes: {户主: head, "10": spouse}}
  amount: {header: 月保障金额(元), type: money, range: [0, 20000]}
  since: {header: 批准日期, type: date, range: [1990-01-01, run_date]}
  members: {header: 家庭人口, type: integer, range: [1, 30]}
into:
  hardship: {person_id: id_no, list: {value: dibao}, amount: amount, valid_from: since}
  household_member:
    - {person_id: id_no, household_id: household, relation: relation, register: {value: dibao},
       household_size: members}
  person:
    - {person_id: id_no, name: name}
contract: {max_rejected_share: 1, unique: [[id_no]]}
"""

HEADERS = ("身份证号", "姓名", "户号", "与户主关系", "月保障金额(元)", "批准日期", "家庭人口")


def number(n: int, born: date = date(1980, 5, 1)) -> str:
    """The n-th valid ID number of the synthetic county for one birth date."""
    return make_number("320999", born, n)


def ledger_row(n: int, **changes: str) -> list[str]:
    """A good row about the n-th person, with some cells changed by header."""
    good = dict(
        zip(
            HEADERS,
            (number(n), f"王{chr(0x4E00 + n)}", f"H{n // 3}", "户主", "620.50", "2020-03-01", "3"),
            strict=True,
        )
    )
    return list((good | changes).values())


def csv_bytes(
    rows: Iterable[Sequence[str]], headers: Sequence[str] = HEADERS, encoding: str = "gb18030"
) -> bytes:
    """A CSV file as agencies export it."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(headers)
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


@dataclass(frozen=True)
class Office:
    """A folder to put files into, and a pool beside it."""

    folder: Path
    pool: Pool
    quarantine: Path

    def put(self, name: str, content: bytes) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def put_rows(self, *rows: Sequence[str], name: str = "低保.csv") -> Path:
        """Put a ledger into the folder."""
        return self.put(name, csv_bytes(rows))

    def load(self, source: Source | str = LEDGER, **options: Any) -> LoadReport:
        """Load a source, given as itself or as its text."""
        declared = source if isinstance(source, Source) else read_source("ledger.yaml", text=source)
        told: dict[str, Any] = {"quarantine_folder": self.quarantine, "run_date": RUN_DATE} | options
        return load_source(self.pool, declared, self.folder, **told)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a canonical table, in the order of persons."""
        files = self.pool.view().files(table)
        return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]

    def quarantined(self) -> list[dict[str, Any]]:
        """The lines of the only quarantine file."""
        (path,) = self.quarantine.glob("*.parquet")
        return pq.ParquetFile(path).read().to_pylist()  # type: ignore[no-any-return] # pyarrow is untyped

    def state(self) -> Mapping[str, Any]:
        """What a reader of the pool sees, and every file of it."""
        view = self.pool.view()
        files = {str(path): path.stat().st_size for path in self.pool.folder.rglob("*.parquet")}
        return {"identity": view.identity(), "files": files}
