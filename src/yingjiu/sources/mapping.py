"""Canonical rows from converted rows: what is mapped, and what the loader fills by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.codes import (
    IdStatus,
    disability_category_of,
    normalise_case_numbers,
    offence_group_of,
    unnumbered_key,
)
from yingjiu.pool import TABLES, ColumnType, arrow_schema
from yingjiu.sources.source_file import Constant, Entry, Source, SourceField

__all__ = ["Mapper"]

_BY_POOL: Final = frozenset({"source", "batch", "data_date"})
_CATEGORIES: Final = pa.array(
    [None, *(disability_category_of(str(digit)) for digit in range(1, 8))], pa.string()
)
_STATUSES: Final = pa.array(
    [IdStatus(n).code if n in set(IdStatus) else None for n in range(256)], pa.string()
)
_SEXES: Final = pa.array(["female", "male"])
_NUMBERED_REGION: Final = (IdStatus.VALID, IdStatus.CONVERTED, IdStatus.CERTIFICATE, IdStatus.PERMIT)


class Mapper:
    """Makes the canonical rows of one source, part by part.

    Args:
        source: the declaration.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.schemas = {
            table: pa.schema([field for field in arrow_schema(TABLES[table]) if field.name not in _BY_POOL])
            for table in source.into
        }

    def empty(self, table: str) -> pa.Table:
        """No rows of a table: it was delivered, and there was nothing."""
        return self.schemas[table].empty_table()

    def rows(self, accepted: pa.Table) -> list[tuple[str, pa.Table]]:
        """The canonical rows of some accepted rows.

        Args:
            accepted: converted rows as they were staged.

        Returns:
            Tables with their names, one for each entry of ``into``.
        """
        keys: dict[str, pa.Array] = {}
        made = []
        for table, _index, entry in self.source.entries():
            wanted = _wanted(accepted, entry)
            chosen = accepted if wanted is None else accepted.filter(wanted)
            one = _Entry(self.source, table, entry, chosen.combine_chunks())
            made.append((table, one.table(self.schemas[table], keys if wanted is None else {})))
        return made


def _wanted(rows: pa.Table, entry: Entry) -> pa.Array | None:
    """Which rows an entry speaks about, by its ``when``."""
    wanted = None
    for name, values in entry.when.items():
        column = rows.column(f"f:{name}").combine_chunks()
        known = [value for value in values if value is not None]
        hit = pc.is_in(column, value_set=pa.array(known, column.type))
        if None in values:
            hit = pc.or_(hit, pc.is_null(column))
        wanted = hit if wanted is None else pc.and_(wanted, hit)
    return wanted


class _Entry:
    """One entry of ``into`` over some rows."""

    def __init__(self, source: Source, table: str, entry: Entry, rows: pa.Table) -> None:
        self.source = source
        self.columns = TABLES[table].columns
        self.entry = entry
        self.rows = rows
        self.values: dict[str, pa.Array] = {}

    def table(self, schema: pa.Schema, keys: dict[str, pa.Array]) -> pa.Table:
        """The rows of the entry; a row without a person where one is needed gives none."""
        for name, given in self.entry.columns.items():
            self.values[name] = self.mapped(name, given, keys)
        self.fill()
        arrays = []
        for field in schema:
            value = self.values.get(field.name)
            if value is None:
                value = self.provenance(field.name) or pa.nulls(len(self.rows), field.type)
            arrays.append(value if value.type == field.type else value.cast(field.type))
        made = pa.Table.from_arrays(arrays, schema=pa.schema([field.with_nullable(True) for field in schema]))
        keyed = [
            name for name, column in self.columns.items() if column.type is ColumnType.KEY and column.required
        ]
        for name in keyed:
            made = made.filter(pc.is_valid(made.column(name)))
        return pa.Table.from_arrays(made.columns, schema=schema)

    def provenance(self, name: str) -> pa.Array | None:
        """File, sheet and row, as the readers counted them."""
        return self.column(f"#{name}") if name in {"file", "sheet", "row"} else None

    def column(self, name: str) -> pa.Array:
        """A staged column."""
        column = self.rows.column(name)
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

    def mapped(self, name: str, given: str | Constant, keys: dict[str, pa.Array]) -> pa.Array:
        """What a column is mapped to: a constant, a field, or a part of an ID number."""
        column = self.columns[name]
        if isinstance(given, Constant):
            return pa.repeat(pa.scalar(given.value, column.type.arrow), len(self.rows))
        field, _dot, part = given.partition(".")
        if part:
            return self.part(field, part)
        if self.source.fields[field].type != "id":
            value = self.column(f"f:{field}")
            return _without_gaps(value) if name == "name" else value
        if column.type is ColumnType.KEY:
            if field not in keys:
                keys[field] = self.keys(field)
            return keys[field]
        raw = self.column(f"f:{field}.raw")
        return raw if name == "id_raw" else _hidden(raw, self.column(f"f:{field}"))

    def keys(self, field: str) -> pa.Array:
        """Person keys; people without a valid number get a negative one if the field says so."""
        keys = self.column(f"f:{field}")
        if self.source.fields[field].on_invalid != "keep" or keys.null_count == 0:
            return keys
        missing = pc.is_null(keys)
        known = [self._known(field, column) for column in ("name", "birth_date")]
        known += [pa.repeat(self.source.source, len(self.rows)), self.column(f"f:{field}.raw")]
        known.append(self._known(field, "case_no"))
        nobody = pc.and_(pc.is_null(known[0]), pc.is_null(known[3]))
        # of somebody about whom nothing is known, the place in the file is all there is
        places = pc.binary_join_element_wise(
            self.column("#file"),
            self.column("#sheet"),
            self.column("#row").cast(pa.string()),
            "/",
            null_handling="replace",
        )
        known.append(pc.if_else(nobody, places, pa.scalar(None, pa.string())))
        facts = pa.table({str(n): fact for n, fact in enumerate(known)}).filter(missing)
        issued = [unnumbered_key(*fact.values()) for fact in facts.to_pylist()]
        return pc.replace_with_mask(keys, missing, pa.array(issued, pa.int64()))

    def _known(self, key: str, column: str) -> pa.Array:
        """What any entry of the source knows of the person under a key field, the same for every entry."""
        for _table, _index, entry in self.source.entries():
            field = entry.field_of(column)
            if entry.field_of("person_id") == key and field is not None and self._plain(field):
                return self.column(f"f:{field}").cast(pa.string())
        return pa.nulls(len(self.rows), pa.string())

    def _plain(self, field: str) -> bool:
        declared: SourceField = self.source.fields[field]
        return declared.type != "id"

    def part(self, field: str, part: str) -> pa.Array:
        """A part of an ID number."""
        if part == "category":
            return _CATEGORIES.take(self.column(f"f:{field}.category"))
        if part == "grade":
            grade = self.column(f"f:{field}.grade")
            return pc.if_else(pc.equal(grade, 0), pa.scalar(None, pa.int32()), grade.cast(pa.int32()))
        if part == "birth_date":
            return self.column(f"f:{field}.birth_date")
        return self.sex(field) if part == "sex" else self.region(field)

    def sex(self, field: str) -> pa.Array:
        """Sex by the 17th digit (GB 11643)."""
        odd = pc.bit_wise_and(self.column(f"f:{field}"), 1)
        return _SEXES.take(odd)

    def region(self, field: str) -> pa.Array:
        """Region by the first six digits; the card of a foreigner holds none."""
        status = pa.array(_NUMBERED_REGION, pa.uint8())
        numbered = pc.is_in(self.column(f"f:{field}.status"), value_set=status)
        keys = pc.divide(self.column(f"f:{field}"), pa.scalar(10**11, pa.int64()))
        return pc.if_else(numbered, keys.cast(pa.string()), pa.scalar(None, pa.string()))

    def fill(self) -> None:
        """Fill what follows from what is mapped."""
        person = self.entry.field_of("person_id")
        if person is not None:
            status = _STATUSES.take(self.column(f"f:{person}.status"))
            self.otherwise("id_raw", self.column(f"f:{person}.raw"))
            self.otherwise("id_status", status)
            for part in ("birth_date", "sex", "region"):
                if part in self.columns:
                    self.otherwise(part, self.part(person, part))
        if "household_id" in self.values:
            prefix = pa.scalar(f"{self.source.source}:")
            self.values["household_id"] = pc.binary_join_element_wise(prefix, self.values["household_id"], "")
        if "case_id" in self.values:
            self.values["case_id"] = normalise_case_numbers(self.values["case_id"])
        if "case_no" in self.values:
            self.otherwise("case_id", normalise_case_numbers(self.values["case_no"]))
        if "article" in self.values or "charge" in self.values:
            self.otherwise("offence_group", self.offence_groups())

    def otherwise(self, name: str, value: pa.Array) -> None:
        """Fill a column of the table where nothing is known yet."""
        if name in self.columns:
            mapped = self.values.get(name)
            self.values[name] = value if mapped is None else pc.coalesce(mapped, value)

    def offence_groups(self) -> pa.Array:
        """Groups of offences by article and charge, each different pair looked up once."""
        nothing = pa.nulls(len(self.rows), pa.string())
        pairs = pa.StructArray.from_arrays(
            [self.values.get("article", nothing), self.values.get("charge", nothing)], ["article", "charge"]
        )
        known: dict[tuple[str | None, str | None], str | None] = {}
        groups = []
        for pair in pairs.to_pylist():
            told = (pair["article"], pair["charge"])
            if told not in known:
                known[told] = offence_group_of(*told)
            groups.append(known[told])
        return pa.array(groups, pa.string())


def _without_gaps(names: pa.Array) -> pa.Array:
    """Chinese names without the blanks that pad them to equal width."""
    for _twice in range(2):
        names = pc.replace_substring_regex(names, r"(\p{Han})[\s\x{3000}\x{a0}]+(\p{Han})", r"\1\2")
    return names


def _hidden(raw: pa.Array, keys: pa.Array) -> pa.Array:
    """Identifiers made of ID numbers that do not show them, the same for the same person."""
    same: npt.NDArray[np.object_] = np.array(
        pc.coalesce(keys.cast(pa.string()), raw).to_pylist(), dtype=object
    )
    hidden: Mapping[Any, str | None] = {
        text: None if text is None else hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
        for text in dict.fromkeys(same)
    }
    return pa.array([hidden[text] for text in same], pa.string())
