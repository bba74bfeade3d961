"""What must hold where fields go into canonical tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _
from yingjiu.pool import TABLES, Column, ColumnType
from yingjiu.sources.fault_finder import FaultFinder, Path, near
from yingjiu.sources.source_file import ID_PARTS, Constant, Entry, SourceField

__all__ = ["EntryChecks"]

_KINDS: Final[Mapping[ColumnType, frozenset[str]]] = MappingProxyType(
    {
        ColumnType.KEY: frozenset({"id"}),
        ColumnType.TEXT: frozenset({"text", "code"}),
        ColumnType.CODE: frozenset({"code"}),
        ColumnType.INTEGER: frozenset({"integer"}),
        ColumnType.MONEY: frozenset({"money"}),
        ColumnType.DATE: frozenset({"date"}),
        ColumnType.BOOLEAN: frozenset({"boolean"}),
    }
)
_CONSTANTS: Final[Mapping[ColumnType, tuple[type, ...]]] = MappingProxyType(
    {
        ColumnType.KEY: (),
        ColumnType.TEXT: (str,),
        ColumnType.CODE: (str,),
        ColumnType.INTEGER: (int,),
        ColumnType.MONEY: (int, Decimal),
        ColumnType.DATE: (date,),
        ColumnType.BOOLEAN: (bool,),
    }
)
_TEXT_FROM_ID: Final = frozenset({"id_raw", "household_id"})
_PART_LISTS: Final = MappingProxyType({"category": "disability_category", "sex": "sex"})


class EntryChecks(FaultFinder):
    """Faults of the entries of ``into``."""

    def entry(self, table: str, index: int, entry: Entry) -> None:
        """One entry of ``into``: table and columns exist, types agree, required columns are filled."""
        path: Path = ("into", table, index)
        if table not in TABLES:
            self.add(
                "SRC-051", ("into", table), _("there is no such canonical table"), table, near(table, TABLES)
            )
            for name in entry.columns:
                if (field := entry.field_of(name)) is not None:
                    self.known_field(field, (*path, name))
            return
        columns = TABLES[table].columns
        for name, given in entry.columns.items():
            if name not in columns:
                self.add(
                    "SRC-052",
                    (*path, name),
                    _("the table {table} has no such column").format(table=table),
                    name,
                    near(name, columns),
                )
            elif isinstance(given, Constant):
                self.constant(columns[name], given, (*path, name))
            else:
                self.mapping(entry, columns[name], given, (*path, name))
        for name, values in entry.when.items():
            if self.known_field(name, (*path, "when", name)):
                self.when(name, values, (*path, "when", name))
        self.required(table, entry, path)

    def required(self, table: str, entry: Entry, path: Path) -> None:
        """Columns that are never NULL are filled, here or by the loader."""
        for column in TABLES[table].columns.values():
            by_loader = column.name == "case_id" and "case_no" in entry.columns
            if column.required and column.name not in entry.columns and not by_loader:
                self.add(
                    "SRC-055",
                    path,
                    _("the required column {column} is not filled").format(column=column.name),
                    hint=_("map it to a field or give it a constant: {column}: {{value: …}}").format(
                        column=column.name
                    ),
                )

    def constant(self, column: Column, given: Constant, path: Path) -> None:
        """A constant is of the column's type and in its code list."""
        value = given.value
        kinds = _CONSTANTS[column.type]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.add(
                "SRC-064",
                path,
                _("the column {column} is of type {type}; this value does not fit").format(
                    column=column.name, type=column.type
                ),
                value,
            )
        elif column.codes is not None and value not in CODE_LISTS[column.codes].codes:
            self.add(
                "SRC-054",
                path,
                _("this code is not in the list {list}").format(list=column.codes),
                value,
                near(str(value), CODE_LISTS[column.codes].codes),
            )

    def mapping(self, entry: Entry, column: Column, given: str, path: Path) -> None:
        """A field, or part of an ID, fits the column it fills."""
        name, _dot, part = given.partition(".")
        if not self.known_field(name, path):
            return
        field = self.source.fields[name]
        kind: str = field.type
        code_list = self.source.code_list_of(name) if kind == "code" else None
        if part:
            if field.type != "id" or part not in ID_PARTS:
                self.add(
                    "SRC-053",
                    path,
                    _("only an id field has parts: {parts}").format(parts=", ".join(ID_PARTS)),
                    given,
                )
                return
            kind, code_list = ID_PARTS[part], _PART_LISTS.get(part)
        fits = kind in _KINDS[column.type] or (kind == "id" and column.name in _TEXT_FROM_ID)
        if not fits or (part == "grade" and column.scale != "disability_certificate"):
            self.add(
                "SRC-059",
                path,
                _("the column {column} is of type {type}; the field is of type {kind}").format(
                    column=column.name, type=column.type, kind=given if part else kind
                ),
                given,
                _("it takes fields of type {types}").format(types=", ".join(sorted(_KINDS[column.type]))),
            )
        elif column.type is ColumnType.CODE and code_list != column.codes:
            self.add(
                "SRC-059",
                path,
                _("the column {column} takes codes of the list {list}").format(
                    column=column.name, list=column.codes
                ),
                code_list,
                _("use that list in the field"),
            )
        elif column.required and column.type is not ColumnType.KEY:
            self.never_empty(entry, column, name, field, path)

    def never_empty(self, entry: Entry, column: Column, name: str, field: SourceField, path: Path) -> None:
        """What fills a required column must itself be required, or the rows be limited to known values."""
        limited = name in entry.when and None not in entry.when[name]
        fallback = column.name == "case_id" and "case_no" in entry.columns
        if not limited and not fallback and (not field.required or field.on_invalid == "blank"):
            self.add(
                "SRC-065",
                path,
                _("the required column {column} is filled from a field that may be empty").format(
                    column=column.name
                ),
                name,
                _("make the field required (and do not blank it), or limit the entry by when:"),
            )

    def when(self, name: str, values: tuple[Any, ...], path: Path) -> None:
        """The values of a condition can occur in the field."""
        field = self.source.fields[name]
        if field.type == "boolean":
            known: set[Any] = {True, False}
        elif field.type == "code":
            code_list = self.source.code_list_of(name)
            listed = CODE_LISTS.get(code_list or "")
            known = set(listed.codes) if listed is not None else set(field.codes.values())
        elif field.type in {"text", "integer"}:
            wanted = str if field.type == "text" else int
            known = {value for value in values if type(value) is wanted}
        else:
            self.add(
                "SRC-064",
                path,
                _("a condition speaks about a code, boolean, text or integer field"),
                field.type,
            )
            return
        for index, value in enumerate(values):
            if value is not None and value not in known:
                self.add(
                    "SRC-064",
                    (*path, index),
                    _("the field {field} never has this value").format(field=name),
                    value,
                    near(str(value), [str(item) for item in known]) if known else None,
                )
