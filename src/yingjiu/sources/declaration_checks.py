"""What must fit together in a source file, beyond its form: every fault, each with its line."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from yingjiu.declarations import Lines
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.sources.entry_checks import EntryChecks
from yingjiu.sources.fault_finder import FaultFinder, Path
from yingjiu.sources.field_checks import FieldChecks
from yingjiu.sources.source_file import FromFileName, Source

__all__ = ["check_source_file"]


def check_source_file(source: Source, lines: Lines, file: str) -> list[Fault]:
    """Find every fault of a source file whose form is right.

    Args:
        source: the declaration.
        lines: the line of each path.
        file: its name, for messages.

    Returns:
        Faults SRC-051 to SRC-068 in the order of their lines; empty if there is none.
    """
    whole = _WholeChecks(source, lines, file)
    whole.origin()
    whole.contract()
    fields = FieldChecks(source, lines, file)
    for name, field in source.fields.items():
        fields.field(name, field)
    fields.headers()
    entries = EntryChecks(source, lines, file)
    for table, index, entry in source.entries():
        entries.entry(table, index, entry)
    return sorted(whole.faults + fields.faults + entries.faults, key=lambda fault: fault.line or 0)


class _WholeChecks(FaultFinder):
    """Faults of where the data come from, of the key, and of the contract."""

    def origin(self) -> None:
        """Where the data come from, and the key of an upsert."""
        source = self.source
        if (source.files is None) == (source.database is None):
            self.add(
                "SRC-062", (), _("a source has either files or a database"), hint=_("give one of the two")
            )
        if source.database and (source.database.url is None) == (source.database.url_env is None):
            self.add(
                "SRC-062",
                ("database",),
                _("a database has either url or url_env"),
                hint=_("give one of the two"),
            )
        if source.files is not None:
            pattern = PurePosixPath(source.files)
            if pattern.is_absolute() or ".." in pattern.parts or not pattern.parts:
                self.add(
                    "SRC-066",
                    ("files",),
                    _("the pattern leads out of the folder that is loaded"),
                    source.files,
                    _("write it relative to that folder, such as 民政局_低保*.xlsx"),
                )
        if isinstance(source.data_date, FromFileName):
            self.python_pattern(source.data_date.from_file_name, ("data_date", "from_file_name"))
        if source.mode == "upsert" and not source.key:
            self.add("SRC-058", ("mode",), _("upsert needs a key"), hint=_("add key: [a field]"))
        if source.mode != "upsert" and source.key:
            self.add(
                "SRC-058", ("key",), _("only upsert has a key"), hint=_("leave key out, or set mode: upsert")
            )
        for index, name in enumerate(source.key):
            self.known_field(name, ("key", index))
        if source.mode == "upsert" and set(source.key) & set(source.fields):
            for table, columns in source.key_columns().items():
                if not columns:
                    self.add(
                        "SRC-058",
                        ("into", table),
                        _("no column, or not the same column, of this table is filled from the key"),
                        ", ".join(source.key),
                        _("map a key field here, in every entry to the same column"),
                    )

    def python_pattern(self, pattern: str, path: Path) -> None:
        """A pattern for file names has exactly one group."""
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            self.add(
                "SRC-056", path, _("this is not a regular expression: {error}").format(error=error), pattern
            )
            return
        if groups != 1:
            self.add(
                "SRC-056",
                path,
                _("the pattern needs one group, around the digits of the date"),
                pattern,
                _("such as (\\d{8})"),
            )

    def contract(self) -> None:
        """Fields of the contract are defined."""
        for outer, names in enumerate(self.source.contract.unique):
            for inner, name in enumerate(names):
                self.known_field(name, ("contract", "unique", outer, inner))
