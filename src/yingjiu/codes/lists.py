"""The code lists of the canonical columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from yingjiu.codes.errors import UnknownCodeError
from yingjiu.declarations import read_yaml
from yingjiu.errors import Fault
from yingjiu.language import _, current_language

__all__ = ["CODE_LISTS", "CodeLabel", "CodeList"]


@dataclass(frozen=True, slots=True)
class CodeLabel:
    """What a code is called.

    Attributes:
        zh: in Chinese.
        en: in English.
    """

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed set of codes, in the order in which they are shown.

    Attributes:
        name: identifier.
        standard: the standard it follows, or ``own``.
        codes: from each code to its labels.
    """

    name: str
    standard: str
    codes: Mapping[str, CodeLabel]

    def label(self, code: str) -> str:
        """What a code is called in the user's language.

        Raises:
            UnknownCodeError: ``COD-001`` the list does not hold it.
        """
        label = self.codes[self._known(code)]
        return label.en if current_language() == "en" else label.zh

    def order(self, code: str) -> int:
        """The place of a code in the list, from 0.

        Raises:
            UnknownCodeError: ``COD-001`` the list does not hold it.
        """
        return list(self.codes).index(self._known(code))

    def _known(self, code: str) -> str:
        if code not in self.codes:
            raise UnknownCodeError(
                Fault(
                    "COD-001",
                    _("the code list {name} does not hold this code").format(name=self.name),
                    found=code,
                    hint=_("known codes: {codes}").format(codes=", ".join(self.codes)),
                )
            )
        return code


def _read() -> dict[str, CodeList]:
    path = files(__package__).joinpath("tables/lists.yaml")
    data, _lines = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
    return {
        name: CodeList(
            name,
            told["standard"],
            MappingProxyType({code: CodeLabel(*labels) for code, labels in told["codes"].items()}),
        )
        for name, told in data.items()
    }


CODE_LISTS: Final[Mapping[str, CodeList]] = MappingProxyType(_read())
"""Every code list by name, from ``tables/lists.yaml``."""
