"""Read source files: the YAML in which each agency's data are declared."""

from __future__ import annotations

from pathlib import Path

from yingjiu.declarations import DeclarationError, read_declaration
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.sources.declaration_checks import check_source_file
from yingjiu.sources.source_file import Source

__all__ = ["read_source", "read_sources"]


def read_source(path: Path | str, *, text: str | None = None) -> Source:
    """Read one source file.

    Args:
        path: the file, or its name if ``text`` is given.
        text: the content, when it does not come from a file.

    Returns:
        The frozen declaration.

    Raises:
        DeclarationError: every fault of the file, with path and line: DCL-001 to DCL-008 for the form,
            SRC-051 to SRC-066 for what does not fit together.
    """
    return read_declaration(Source, path, text=text, also=check_source_file)


def read_sources(folder: Path | str) -> tuple[Source, ...]:
    """Read every source file (``*.yaml``) of a folder.

    Args:
        folder: the folder; subfolders are not searched.

    Returns:
        The sources, in the order of their file names.

    Raises:
        DeclarationError: every fault of every file, and SRC-067 for an identifier that two files use.
    """
    faults: list[Fault] = []
    sources: dict[str, tuple[Path, Source]] = {}
    paths = sorted(path for path in Path(folder).glob("*.y*ml") if path.suffix in {".yaml", ".yml"})
    if not paths:
        raise DeclarationError(
            Fault("DCL-007", _("there is no source file here"), str(folder), hint=_("check the path"))
        )
    for path in paths:
        try:
            declared = read_source(path)
        except DeclarationError as error:
            faults += error.faults
            continue
        if declared.source in sources:
            faults.append(
                Fault(
                    "SRC-067",
                    _("another file declares this source"),
                    str(path),
                    path="$.source",
                    found=declared.source,
                    hint=_("the other is {file}; give one a new name").format(
                        file=sources[declared.source][0].name
                    ),
                )
            )
        sources.setdefault(declared.source, (path, declared))
    if faults:
        raise DeclarationError(*faults)
    return tuple(declared for _path, declared in sources.values())
