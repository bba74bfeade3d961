"""Read the YAML files that people write: sources, models, parameters, standards.

Every fault of a file is reported at once, each with its path and line. An unknown key is a fault that
names the nearest known one; so are a key written twice and a value of the wrong type. The YAML is read by
the rules of YAML 1.2: ``no`` and ``on`` are texts, and a number with a decimal point is a
:class:`~decimal.Decimal`, because money is never a float.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["Declaration", "DeclarationError", "Lines", "read_declaration", "read_yaml"]


class DeclarationError(YingjiuError):
    """A declared file is wrong. Codes ``DCL-001`` to ``DCL-099``."""


class Declaration(BaseModel):
    """Base of everything that is declared in YAML: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Lines = Mapping[tuple[str | int, ...], int]
"""From a path inside a document to the line (from 1) where its value begins."""

D = TypeVar("D", bound=Declaration)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # libyaml's where it is built in: seven times as fast
    """YAML 1.2 core scalars, dates, and decimals."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false|True|False|TRUE|FALSE)$", "tfTF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)$", "-+0123456789."),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
    ("merge", r"^<<$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


def _date(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> date | str:
    text = str(loader.construct_scalar(node))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text  # pydantic then says that this is no date, with its line


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


_PROBLEMS: Final[Mapping[str, str]] = {
    "bool_parsing": _("this should be true or false"),
    "bool_type": _("this should be true or false"),
    "date_from_datetime_parsing": _("this should be a date, written like 2024-05-31"),
    "date_parsing": _("this should be a date, written like 2024-05-31"),
    "date_type": _("this should be a date, written like 2024-05-31"),
    "decimal_parsing": _("this should be a number"),
    "decimal_type": _("this should be a number"),
    "dict_type": _("this should be keys with values"),
    "enum": _("this should be one of: {expected}"),
    "finite_number": _("this should be a number"),
    "greater_than": _("this should be more than {gt}"),
    "greater_than_equal": _("this should be {ge} or more"),
    "int_from_float": _("this should be a whole number"),
    "int_parsing": _("this should be a whole number"),
    "int_type": _("this should be a whole number"),
    "less_than": _("this should be less than {lt}"),
    "less_than_equal": _("this should be {le} or less"),
    "list_type": _("this should be a list"),
    "literal_error": _("this should be one of: {expected}"),
    "mapping_type": _("this should be keys with values"),
    "model_attributes_type": _("this should be keys with values"),
    "model_type": _("this should be keys with values"),
    "none_required": _("this should be empty"),
    "set_type": _("this should be a list"),
    "string_pattern_mismatch": _("this should look like the pattern {pattern}"),
    "string_too_long": _("this should have at most {max_length} characters"),
    "string_too_short": _("this should have at least {min_length} characters"),
    "string_type": _("this should be a text"),
    "too_long": _("this should have at most {max_length} entries"),
    "too_short": _("this should have at least {min_length} entries"),
    "tuple_type": _("this should be a list"),
}
"""From pydantic's error types to our words: pydantic speaks English only."""


def _dollar(path: tuple[str | int, ...]) -> str:
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)


def read_yaml(text: str, *, file: str) -> tuple[Any, Lines]:
    """Parse one YAML document.

    Args:
        text: the document.
        file: its name, for messages.

    Returns:
        The plain data, and the line of each path.

    Raises:
        DeclarationError: ``DCL-001`` not YAML, ``DCL-002`` a key written twice, ``DCL-003`` empty.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise DeclarationError(
                Fault("DCL-003", _("the file is empty"), file, hint=_("start from an example in docs/how-to"))
            )
        lines: dict[tuple[str | int, ...], int] = {}
        faults: list[Fault] = []
        _walk(loader, node, (), lines, faults, file)
        if faults:
            raise DeclarationError(*faults)
        return loader.construct_document(node), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise DeclarationError(
            Fault(
                "DCL-001",
                _("this is not readable YAML: {problem}").format(problem=problem),
                file,
                mark.line + 1 if mark else None,
                hint=_("check indentation, colons and quotes near this line"),
            )
        ) from error
    finally:
        loader.dispose()


def _walk(  # noqa: PLR0917 - a recursive walk that hands all its state on
    loader: yaml.SafeLoader,
    node: yaml.Node,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    faults: list[Fault],
    file: str,
) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(loader, item, (*path, index), lines, faults, file)
    elif isinstance(node, yaml.MappingNode):
        first_line: dict[Hashable, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            line = key_node.start_mark.line + 1
            if key in first_line:
                faults.append(
                    Fault(
                        "DCL-002",
                        _("the key {key!r} is written twice").format(key=key),
                        file,
                        line,
                        _dollar((*path, key)),
                        hint=_("first written on line {line}; keep one").format(line=first_line[key]),
                    )
                )
            first_line.setdefault(key, line)
            _walk(loader, value_node, (*path, key), lines, faults, file)
            lines[(*path, key)] = line


def read_declaration(
    model: type[D],
    origin: Path | str,
    *,
    text: str | None = None,
    also: Callable[[D, Lines, str], list[Fault]] | None = None,
) -> D:
    """Read one declared file into its model.

    Args:
        model: the declaration class.
        origin: path of the file, or its name if ``text`` is given.
        text: the content, when it does not come from a file.
        also: further checks on the parsed declaration; gets it with its lines and file name, returns faults.

    Returns:
        The frozen declaration.

    Raises:
        DeclarationError: with every fault of the file: ``DCL-001`` to ``DCL-003`` from :func:`read_yaml`,
            ``DCL-004`` unknown key, ``DCL-005`` missing key, ``DCL-006`` wrong value, ``DCL-007`` no such
            file, ``DCL-008`` not UTF-8, and whatever ``also`` returns.
    """
    file = str(origin)
    if text is None:
        text = _file_text(Path(origin))
    data, lines = read_yaml(text, file=file)
    try:
        declared = model.model_validate(data)
    except ValidationError as error:
        raise DeclarationError(*_faults(model, error, lines, file)) from None
    faults = also(declared, lines, file) if also else []
    if faults:
        raise DeclarationError(*faults)
    return declared


def _file_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DeclarationError(
            Fault("DCL-007", _("there is no such file"), str(path), hint=_("check the path"))
        ) from None
    except UnicodeDecodeError:
        raise DeclarationError(
            Fault("DCL-008", _("the file is not UTF-8"), str(path), hint=_("save it as UTF-8"))
        ) from None


def _faults(model: type[BaseModel], error: ValidationError, lines: Lines, file: str) -> list[Fault]:
    faults = []
    for item in error.errors(include_url=False):
        path = _document_path(item["loc"], lines)
        line = _nearest_line(path, lines)
        where = _dollar(path)
        if item["type"] == "extra_forbidden":
            known = _keys_at(model, path[:-1])
            near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
            hint = (
                _("did you mean {key!r}?").format(key=near[0])
                if near
                else (_("known keys: {keys}").format(keys=", ".join(sorted(known))) if known else None)
            )
            faults.append(Fault("DCL-004", _("unknown key"), file, line, where, str(path[-1]), hint))
        elif item["type"] == "missing":
            faults.append(
                Fault(
                    "DCL-005",
                    _("this key is missing"),
                    file,
                    line,
                    where,
                    hint=_("add it; see docs/reference"),
                )
            )
        else:
            found = item["input"]
            shown = None if isinstance(found, dict | list) else repr(found)
            faults.append(Fault("DCL-006", _problem(item), file, line, where, shown))
    return faults


def _problem(item: ErrorDetails) -> str:
    """What is wrong with a value, in the user's language; our own validators have said it already."""
    if item["type"] == "value_error":
        return item["msg"].removeprefix("Value error, ")
    told = _PROBLEMS.get(item["type"])
    try:
        limits = {name: str(limit).replace(" or ", _(" or ")) for name, limit in item.get("ctx", {}).items()}
        return told.format(**limits) if told else item["msg"]
    except LookupError:  # a later pydantic may name the limits otherwise
        return item["msg"]


def _document_path(loc: tuple[str | int, ...], lines: Lines) -> tuple[str | int, ...]:
    """Leave out what pydantic adds to a path for unions and validators."""
    path: tuple[str | int, ...] = ()
    for index, key in enumerate(loc):
        if (*path, key) in lines or index == len(loc) - 1:
            path = (*path, key)
    return path


def _nearest_line(path: tuple[str | int, ...], lines: Lines) -> int | None:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys known at a path, found by walking the type annotations."""
    types: list[Any] = [model]
    for key in path:
        types = [inner for kind in types for inner in _step(kind, key)]
    return sorted({name for kind in types if _is_model(kind) for name in _field_names(kind)})


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _flat(kind: Any) -> list[Any]:
    """Members of a union, without Annotated wrappers."""
    if hasattr(kind, "__metadata__"):
        return _flat(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return [inner for part in get_args(kind) for inner in _flat(part)]
    return [kind]


def _step(kind: Any, key: str | int) -> list[Any]:
    steps: list[Any] = []
    for part in _flat(kind):
        if _is_model(part):
            for name, field in part.model_fields.items():
                if key in {name, field.alias}:
                    steps += _flat(field.annotation)
        elif get_args(part):
            steps += _flat(get_args(part)[-1] if isinstance(key, str) else get_args(part)[0])
    return steps
