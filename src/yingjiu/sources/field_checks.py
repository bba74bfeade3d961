"""What must hold for the fields of a source file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _
from yingjiu.sources.fault_finder import FaultFinder, Path, near
from yingjiu.sources.readers import normalise_header
from yingjiu.sources.source_file import SourceField

__all__ = ["FieldChecks"]

_OPTIONS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "list_": frozenset({"code"}),
        "codes": frozenset({"code", "integer", "boolean"}),
        "otherwise": frozenset({"code"}),
        "range": frozenset({"date", "money", "integer"}),
        "unit": frozenset({"money"}),
        "max_length": frozenset({"text"}),
        "pattern": frozenset({"text"}),
    }
)
_UNITS: Final = (Decimal("0.01"), 1, 1000, 10_000, 100_000_000)


class FieldChecks(FaultFinder):
    """Faults of single fields, and of two fields that claim one column."""

    def field(self, name: str, field: SourceField) -> None:
        """One field: options that go with its type, codes, range, pattern, unit."""
        path: Path = ("fields", name)
        for option, kinds in _OPTIONS.items():
            if option in field.model_fields_set and field.type not in kinds:
                key = option.rstrip("_")
                self.add(
                    "SRC-061",
                    (*path, key),
                    _("{option} does not go with type {type}").format(option=key, type=field.type),
                    hint=_("it goes with: {types}").format(types=", ".join(sorted(kinds))),
                )
        if field.on_invalid == "keep" and field.type != "id":
            self.add(
                "SRC-061",
                (*path, "on_invalid"),
                _("only an id field can be kept when it is invalid"),
                "keep",
                _("use reject or blank"),
            )
        if field.required and field.may_be_absent:
            self.add(
                "SRC-061", path, _("a required field cannot be absent"), hint=_("leave one of the two out")
            )
        if field.type == "code":
            self.code_field(name, field, path)
        for raw, value in field.codes.items():
            wanted = {"boolean": bool, "integer": int}.get(field.type, str)
            if type(value) is not wanted:
                self.add(
                    "SRC-054",
                    (*path, "codes", raw),
                    _("a code of a {type} field is mapped to {wanted}").format(
                        type=field.type, wanted=wanted.__name__
                    ),
                    value,
                )
        if field.range is not None:
            self.range(field, path)
        if field.pattern is not None:
            self.arrow_pattern(field.pattern, (*path, "pattern"))
        if field.unit not in _UNITS:
            self.add(
                "SRC-068",
                (*path, "unit"),
                _("this is not a unit of money"),
                field.unit,
                _("known: {words}").format(words=", ".join(map(str, _UNITS))),
            )

    def code_field(self, name: str, field: SourceField, path: Path) -> None:
        """The list exists, and every mapped code is in it."""
        if field.list_ is not None and field.list_ not in CODE_LISTS:
            self.add(
                "SRC-063",
                (*path, "list"),
                _("there is no such code list"),
                field.list_,
                near(field.list_, CODE_LISTS),
            )
        code_list = self.source.code_list_of(name)
        if code_list is None and not field.codes:
            self.add(
                "SRC-063",
                path,
                _("a code field needs a list or codes"),
                hint=_("add list: or codes:, or make it a text field"),
            )
        if code_list is None or code_list not in CODE_LISTS:
            return
        known = CODE_LISTS[code_list].codes
        mapped = [((*path, "codes", raw), value) for raw, value in field.codes.items()]
        if field.otherwise is not None:
            mapped.append(((*path, "otherwise"), field.otherwise))
        for where, value in mapped:
            if isinstance(value, str) and value not in known:
                self.add(
                    "SRC-054",
                    where,
                    _("this code is not in the list {list}").format(list=code_list),
                    value,
                    near(value, known),
                )

    def range(self, field: SourceField, path: Path) -> None:
        """Both bounds are of the field's type, and in order."""
        assert field.range is not None  # noqa: S101 - for the type checker; the caller asked
        fixed = []
        for index, bound in enumerate(field.range):
            right = bound is None or (
                isinstance(bound, date) or bound in {"run_date", "data_date"}
                if field.type == "date"
                else isinstance(bound, int | Decimal) and (field.type == "money" or isinstance(bound, int))
            )
            if not right:
                wanted = {
                    "date": _("a date, run_date or data_date"),
                    "integer": _("a whole number"),
                }.get(field.type, _("a number"))
                self.add(
                    "SRC-057",
                    (*path, "range", index),
                    _("a bound of this range is {wanted}").format(wanted=wanted),
                    bound,
                    _("null leaves a side open"),
                )
            elif not isinstance(bound, str) and bound is not None:
                fixed.append(bound)
        if len(fixed) == 2 and fixed[0] > fixed[1]:  # type: ignore[operator] # both were checked to be of one type
            self.add(
                "SRC-057", (*path, "range"), _("the range ends before it begins"), hint=_("swap the bounds")
            )

    def arrow_pattern(self, pattern: str, path: Path) -> None:
        """The pattern compiles in the engine that will run it (RE2)."""
        try:
            pc.match_substring_regex(pa.array([""]), f"^(?:{pattern})$")
        except pa.ArrowInvalid as error:
            self.add(
                "SRC-056",
                path,
                _("this is not a regular expression: {error}").format(error=error),
                pattern,
                _("look-around and back references are not available"),
            )

    def headers(self) -> None:
        """No two fields claim the same column."""
        owner: dict[str, str] = {}
        for name, field in self.source.fields.items():
            for header in dict.fromkeys(normalise_header(text) for text in field.headers):
                if header in owner:
                    self.add(
                        "SRC-060",
                        ("fields", name),
                        _("this column is already that of the field {field}").format(field=owner[header]),
                        header,
                        _("each column belongs to one field; use field.part for what an ID number gives"),
                    )
                owner.setdefault(header, name)
