"""The shape of a source file: what one agency sends, what its columns mean, what must hold for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from yingjiu.declarations import Declaration
from yingjiu.pool import TABLES, ColumnType

__all__ = [
    "ID_PARTS",
    "Constant",
    "Contract",
    "Database",
    "Entry",
    "FieldType",
    "FromFileName",
    "LegalBasis",
    "Source",
    "SourceField",
    "SourceFormat",
]

FieldType = Literal["id", "text", "code", "date", "money", "integer", "boolean"]

ID_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "category": "code",
        "grade": "integer",
        "birth_date": "date",
        "sex": "code",
        "region": "text",
    }
)
"""What an ``id`` field gives beside the number, as ``field.part``, with the kind of value."""

Scalar = StrictBool | StrictInt | StrictStr


def _as_text(value: Any) -> Any:
    """Let a number stand where a text is meant: article 58, header 2024."""
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _text_keys(value: Any) -> Any:
    return {_as_text(key): item for key, item in value.items()} if isinstance(value, dict) else value


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_one_or_more)]


class LegalBasis(Declaration):
    """The rule under which the agency shares these data."""

    rule: str
    article: Text


class Database(Declaration):
    """A query instead of files."""

    url: str | None = None
    url_env: str | None = None
    query: str


class SourceFormat(Declaration):
    """How the files are to be read; whatever is not said is found out from the content."""

    type: Literal["auto", "csv", "xls", "xlsx", "parquet", "jsonl"] = "auto"
    encoding: str = "auto"
    delimiter: str = "auto"
    sheets: Texts = ()
    header_row: Annotated[int, Field(ge=1)] | None = None
    totals: Texts = ("合计", "总计", "小计")


class FromFileName(Declaration):
    """The data date stands in the file name: a regular expression with one group of digits."""

    from_file_name: str


class SourceField(Declaration):
    """What one raw column means."""

    header: Text
    synonyms: Texts = ()
    type: FieldType
    required: bool = False
    on_invalid: Literal["reject", "blank", "keep"] = "reject"
    list_: str | None = Field(default=None, alias="list")
    codes: Annotated[dict[str, Scalar], BeforeValidator(_text_keys)] = Field(default_factory=dict)
    otherwise: str | None = None
    range: tuple[date | int | Decimal | str | None, date | int | Decimal | str | None] | None = None
    unit: int | Decimal = 1
    max_length: Annotated[int, Field(ge=1)] | None = None
    pattern: str | None = None
    empty: Texts = ()
    may_be_absent: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """The header and its synonyms."""
        return (self.header, *self.synonyms)


class Constant(Declaration):
    """The same value for every row."""

    value: Scalar | date | Decimal


class Entry(Declaration):
    """One row of a canonical table from one raw row: canonical column → field, field.part or constant."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[str, Field(strict=True)] | Constant] = Field(init=False)

    when: dict[str, Annotated[tuple[Scalar | None, ...], BeforeValidator(_one_or_more)]] = Field(
        default_factory=dict
    )

    @property
    def columns(self) -> Mapping[str, str | Constant]:
        """From canonical column to field, ``field.part`` or constant."""
        return self.__pydantic_extra__ or {}

    def field_of(self, column: str) -> str | None:
        """Name of the field behind a column, without its part; None for a constant or no mapping."""
        given = self.columns.get(column)
        return given.split(".")[0] if isinstance(given, str) else None


class Contract(Declaration):
    """What must hold for the rows of one load."""

    max_rejected_share: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.05")
    unique: tuple[Texts, ...] = ()
    same_id_one_name: bool = True
    may_be_empty: bool = False


class Source(Declaration):
    """One source file.

    Attributes are the keys of the file; see ``docs/reference/source-file.md``.
    """

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
    title: str
    agency: str
    system: str | None = None
    legal_basis: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    files: str | None = None
    database: Database | None = None
    format: SourceFormat = SourceFormat()
    data_date: date | FromFileName | None = None
    mode: Literal["snapshot", "append", "upsert"] = "snapshot"
    key: Texts = ()
    fields: Annotated[dict[str, SourceField], Field(min_length=1)]
    into: Annotated[
        dict[str, Annotated[tuple[Entry, ...], BeforeValidator(_one_or_more), Field(min_length=1)]],
        Field(min_length=1),
    ]
    contract: Contract = Contract()

    @property
    def digest(self) -> str:
        """SHA-256 of what is declared: two files that differ only in comments or layout have the same."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    def entries(self) -> Iterator[tuple[str, int, Entry]]:
        """Each entry of ``into`` with its table and its place there."""
        for table, entries in self.into.items():
            for index, entry in enumerate(entries):
                yield table, index, entry

    def code_list_of(self, field: str) -> str | None:
        """Name of the code list of a code field: its own ``list``, or that of the first column it fills."""
        declared = self.fields[field].list_
        if declared is not None:
            return declared
        for table, _index, entry in self.entries():
            for name, given in entry.columns.items():
                column = TABLES[table].columns.get(name) if table in TABLES else None
                if given == field and column is not None and column.type is ColumnType.CODE:
                    return column.codes
        return None

    def key_columns(self) -> dict[str, tuple[str, ...]]:
        """For an upsert: the columns of each table that the key fields fill, empty where there are none."""
        found: dict[str, tuple[str, ...]] = {}
        for table, _index, entry in self.entries():
            columns = tuple(name for name in entry.columns if entry.field_of(name) in self.key)
            found[table] = columns if found.get(table, columns) == columns else ()
        return found
