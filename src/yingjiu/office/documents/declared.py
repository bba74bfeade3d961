"""The forms as the catalogue declares them: title, number word, and what each field means.

``catalogue/documents/<form>.yaml`` stands beside the Word template ``<form>.docx`` of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files
from typing import Final

from pydantic import Field, model_validator

from yingjiu.declarations import Declaration, read_declaration
from yingjiu.errors import Fault
from yingjiu.language import catalogue_text
from yingjiu.office.documents.errors import UnknownFormError

__all__ = ["OURS", "FieldKind", "Form", "FormField", "form_of", "forms", "known_names", "shipped_template"]

_FOLDER: Final = files("yingjiu") / "catalogue" / "documents"


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    ROWS = "rows"


class FormField(Declaration):
    """One field of a form.

    Attributes:
        means: what stands in it, in Chinese.
        type: what it holds; money also gives ``<name>_words``, the amount in capital Chinese numerals.
        required: without it the form is not produced; otherwise an empty one is printed as （未填）.
        columns: of ``rows``, from the name of a column to its heading.
    """

    means: str
    type: FieldKind = FieldKind.TEXT
    required: bool = True
    columns: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rows_have_columns(self) -> FormField:
        if bool(self.columns) != (self.type is FieldKind.ROWS):
            raise ValueError("columns belong to rows, and rows to columns")
        return self


class Form(Declaration):
    """One form of an office.

    Attributes:
        title: its name on paper.
        number_word: the word of its number, as 救 in 虚县检救〔2025〕3号; None if it has no number.
        fields: from name to field, in the order of the paper.
    """

    title: str
    number_word: str | None
    fields: Mapping[str, FormField]

    @property
    def label(self) -> str:
        """The title in the user's language."""
        return catalogue_text(self.title)

    def names(self) -> Iterator[str]:
        """Every name that a template of this form may use."""
        yield from OURS
        for name, declared in self.fields.items():
            yield name
            if declared.type is FieldKind.MONEY:
                yield f"{name}_words"


OURS: Final[Mapping[str, str]] = {
    "organisation_name": "制作单位",
    "organisation_short_name": "制作单位简称",
    "number": "文号",
    "made_on": "制作日期",
    "made_by": "制作人",
}
"""What this app itself gives to every form."""


@cache
def forms() -> Mapping[str, Form]:
    """Every declared form by its name, in the order of their names."""
    found = sorted(
        (each for each in _FOLDER.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name
    )
    return {
        each.name.removesuffix(".yaml"): read_declaration(
            Form, each.name, text=each.read_text(encoding="utf-8")
        )
        for each in found
    }


def form_of(template: str) -> Form:
    """The declared form of this name.

    Raises:
        UnknownFormError: ``DOC-030`` there is none.
    """
    try:
        return forms()[template]
    except KeyError:
        from django.utils.translation import gettext as _  # noqa: PLC0415 - the module's other words are Chinese

        raise UnknownFormError(
            Fault("DOC-030", _("there is no such form"), hint=_("choose one of the list"))
        ) from None


@cache
def known_names() -> frozenset[str]:
    """Every name of a field, and of a column, that any form has."""
    fields = {name: declared for form in forms().values() for name, declared in form.fields.items()}
    columns = {
        column
        for form in forms().values()
        for declared in form.fields.values()
        for column in declared.columns
    }
    return frozenset(fields) | columns


@cache
def shipped_template(template: str) -> bytes:
    """The Word template that ships with the product.

    Raises:
        UnknownFormError: ``DOC-030`` there is no such form.
    """
    form_of(template)
    with as_file(_FOLDER / f"{template}.docx") as path:
        return path.read_bytes()
