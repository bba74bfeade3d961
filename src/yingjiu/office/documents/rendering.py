"""Fill a Word template; and judge one that an office uploads.

Templates are Jinja in Word (docxtpl). They come from offices, so they run in a sandbox that knows nothing but
the form's fields: no functions, no arithmetic that could fill the memory, no attribute of Python. A value is
always text: HTML, XML and braces in a person's name are printed as they are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from yingjiu.errors import Fault
from yingjiu.office.documents.declared import OURS, FieldKind, Form, FormField, known_names
from yingjiu.office.documents.errors import FieldsError
from yingjiu.office.documents.errors import TemplateError as BadTemplate
from yingjiu.office.documents.wording import EMPTY, figures, is_empty, money_words, plain

__all__ = ["MOST", "check_fields", "check_template", "filled", "render", "sample", "taken", "unused"]

MOST: Final = 5 * 1024 * 1024
"""Bytes of the largest template."""

_UNPACKED: Final = 40 * 1024 * 1024
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_EXTERNAL: Final = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_NEW_PARAGRAPH: Final = "\a"
"""What docxtpl turns into a new paragraph of the same kind."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja for templates that offices write."""

    intercepted_binops = frozenset({"*", "**", "%", "+", "~"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Templates print fields; they do not calculate."""
        del context, left, right
        raise SecurityError(operator)


def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    kept = {name: environment.filters[name] for name in ("default", "first", "last", "length", "join", "e")}
    environment.filters = kept
    environment.tests["given"] = lambda value: value not in {EMPTY, ""}
    return environment


# -- values ------------------------------------------------------------------------------------------------


def check_fields(form: Form, values: Mapping[str, object]) -> None:
    """Hold what a subject gives to what its form needs.

    Raises:
        FieldsError: ``DOC-001`` a required field is missing, ``DOC-002`` a field is of the wrong type,
            ``DOC-003`` no form has such a field; all of them together. What only other forms have is left
            out: an app gives what its forms have in common.
    """
    faults = [*_missing(form, values), *_mistyped(form, values)]
    faults += [
        Fault("DOC-003", _("the form has no such field"), path=name)
        for name in values
        if name not in known_names()
    ]
    if faults:
        raise FieldsError(*faults)


def taken(form: Form, values: Mapping[str, object]) -> dict[str, object]:
    """What a form takes of what a subject gives, in plain values: lazy translations are spoken now."""
    return {name: _plain_value(values.get(name), declared) for name, declared in form.fields.items()}


def _plain_value(value: object, declared: FormField) -> object:
    if isinstance(value, Promise):
        return str(value)
    if declared.type is FieldKind.ROWS and isinstance(value, (list, tuple)):
        return [
            {
                column: str(row[column]) if isinstance(row[column], Promise) else row[column]
                for column in declared.columns
                if column in row
            }
            for row in value
        ]
    return value


def _missing(form: Form, values: Mapping[str, object]) -> Iterator[Fault]:
    for name, declared in form.fields.items():
        if declared.required and is_empty(values.get(name)):
            yield Fault(
                "DOC-001",
                _("“{field}” is missing").format(field=declared.means),
                path=name,
                hint=_("enter it where the case is recorded, then make the document again"),
            )


def _mistyped(form: Form, values: Mapping[str, object]) -> Iterator[Fault]:
    fitting: Mapping[FieldKind, Callable[[object], bool]] = {
        FieldKind.DATE: lambda value: isinstance(value, date),
        FieldKind.MONEY: lambda value: isinstance(value, Decimal) and value >= 0,
        FieldKind.ROWS: lambda value: isinstance(value, (list, tuple)),
        FieldKind.TEXT: lambda value: isinstance(value, (str, int, Decimal, Promise)),
    }
    for name, declared in form.fields.items():
        value = values.get(name)
        if is_empty(value):
            continue
        if not fitting[declared.type](value):
            yield Fault(
                "DOC-002", _("“{field}” is of the wrong type").format(field=declared.means), path=name
            )
        elif declared.type is FieldKind.ROWS:
            yield from _odd_rows(name, declared, value)


def _odd_rows(name: str, declared: FormField, rows: Any) -> Iterator[Fault]:
    for number, row in enumerate(rows, 1):
        for column in row:
            if column not in known_names():
                yield Fault("DOC-003", _("the form has no such field"), path=f"{name}[{number}].{column}")


def filled(form: Form, values: Mapping[str, object], ours: Mapping[str, str]) -> dict[str, object]:
    """What a template is filled with: every declared name has a text, and nothing is blank.

    Args:
        form: the form.
        values: what the subject gives; checked by :func:`check_fields`.
        ours: what this app gives, see :data:`~yingjiu.office.documents.declared.OURS`.
    """
    context: dict[str, object] = {name: _clean(ours.get(name) or EMPTY) for name in OURS}
    for name, declared in form.fields.items():
        value = values.get(name)
        if declared.type is FieldKind.ROWS:
            context[name] = _rows(declared, value)
        elif declared.type is FieldKind.MONEY:
            context[name] = figures(value) if isinstance(value, Decimal) else EMPTY
            context[f"{name}_words"] = money_words(value) if isinstance(value, Decimal) else EMPTY
        else:
            context[name] = _NEW_PARAGRAPH.join(_clean(plain(value)).split("\n"))
    return context


def _rows(declared: FormField, value: object) -> list[dict[str, str]]:
    given = value if isinstance(value, (list, tuple)) and value else [{}]
    return [
        {"no": str(number), **{column: _clean(plain(row.get(column))) for column in declared.columns}}
        for number, row in enumerate(given, 1)
    ]


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()


def sample(form: Form) -> dict[str, object]:
    """Sample values: each field names itself in brackets."""
    samples: dict[FieldKind, Callable[[FormField], object]] = {
        FieldKind.TEXT: lambda declared: f"〔{declared.means}〕",
        FieldKind.DATE: lambda _declared: date(2025, 3, 4),
        FieldKind.MONEY: lambda _declared: Decimal(20000),
        FieldKind.ROWS: lambda declared: [
            {name: f"〔{heading}〕" for name, heading in declared.columns.items()} for _row in range(2)
        ],
    }
    return {name: samples[declared.type](declared) for name, declared in form.fields.items()}


# -- templates ---------------------------------------------------------------------------------------------


def render(template: bytes, context: Mapping[str, object]) -> bytes:
    """Fill a template.

    Args:
        template: the Word file.
        context: every name the template uses.

    Returns:
        The filled Word file.

    Raises:
        TemplateError: ``DOC-012`` it cannot be filled.
    """
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(context), jinja_env=_environment(), autoescape=True)
        written = io.BytesIO()
        document.save(written)
    except (TemplateError, SecurityError, TypeError, ValueError) as error:
        raise _unusable(error) from error
    return written.getvalue()


def check_template(form: Form, template: bytes) -> None:
    """Judge a template that an office wants to use.

    Args:
        form: the form it is for.
        template: the uploaded file.

    Raises:
        TemplateError: ``DOC-010`` no Word file, or one that carries more than text; ``DOC-011`` it uses
            fields that the form does not have, one fault for each; ``DOC-012`` it cannot be filled.
    """
    _check_package(template)
    unknown = sorted(_unknown(form, template))
    if unknown:
        raise BadTemplate(
            *(
                Fault(
                    "DOC-011",
                    _("the form has no field “{name}”").format(name=name),
                    hint=_("the fields that can be used are listed on this page"),
                )
                for name in unknown
            )
        )
    render(template, filled(form, sample(form), {name: f"〔{means}〕" for name, means in OURS.items()}))


def unused(form: Form, template: bytes) -> list[str]:
    """The required fields that a template does not print; an office may want that, and is told."""
    printed = {node.name for tree in _trees(template) for node in tree.find_all(nodes.Name)}
    return [
        name
        for name, declared in form.fields.items()
        if declared.required and name not in printed and f"{name}_words" not in printed
    ]


def _check_package(template: bytes) -> None:
    if len(template) > MOST:
        _no_word(_("the file is larger than {size} MB").format(size=MOST // 1024**2))
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            if sum(entry.file_size for entry in package.infolist()) > _UNPACKED:
                _no_word(_("the file grows too large when it is unpacked"))
            names = package.namelist()
            if "word/document.xml" not in names:
                _no_word(_("this is not a Word file (.docx)"))
            if any("vbaproject" in name.lower() or "activex" in name.lower() for name in names):
                _no_word(_("the file contains macros"))
            if any("embeddings/" in name.lower() for name in names):
                _no_word(_("the file contains embedded objects"))
            if any(_EXTERNAL.search(package.read(name)) for name in names if name.endswith(".rels")):
                _no_word(_("the file refers to something outside itself, such as a link or a remote picture"))
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadTemplate(
            Fault("DOC-010", _("this is not a Word file (.docx)"), hint=_("save it as .docx and try again"))
        ) from error


def _no_word(message: str) -> NoReturn:
    raise BadTemplate(
        Fault("DOC-010", message, hint=_("start from the template that this page offers for download"))
    )


def _unknown(form: Form, template: bytes) -> Iterator[str]:
    """Names, and columns of rows, that a template uses and the form does not have."""
    known = set(form.names())
    columns = {name: {"no", *declared.columns} for name, declared in form.fields.items() if declared.columns}
    seen: set[str] = set()
    for tree in _trees(template):
        stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"} | {"loop"}
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name not in known | stored:
                seen.add(node.name)
        for loop in tree.find_all(nodes.For):
            if not (isinstance(loop.target, nodes.Name) and isinstance(loop.iter, nodes.Name)):
                continue
            rows = loop.iter.name
            for attribute in (found for part in loop.body for found in part.find_all(nodes.Getattr)):
                of_row = isinstance(attribute.node, nodes.Name) and attribute.node.name == loop.target.name
                if of_row and rows in columns and attribute.attr not in columns[rows]:
                    seen.add(f"{rows}.{attribute.attr}")
    yield from seen


def _trees(template: bytes) -> list[nodes.Template]:
    """The Jinja of a template's body, headers and footers."""
    environment = _environment()
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
        texts = [document.patch_xml(document.get_xml())]
        for uri in (document.HEADER_URI, document.FOOTER_URI):
            texts += [
                document.patch_xml(document.get_part_xml(part))
                for _key, part in document.get_headers_footers(uri)
            ]
        return [environment.parse(text) for text in texts]
    except (TemplateSyntaxError, TemplateError, PackageNotFoundError, KeyError, ValueError) as error:
        raise _unusable(error) from error


def _unusable(error: Exception) -> BadTemplate:
    return BadTemplate(
        Fault(
            "DOC-012",
            _("the template cannot be filled: {problem}").format(problem=str(error)[:200]),
            hint=_("check its brackets: each pair holds one field, each loop is closed"),
        )
    )
