"""What every error of this project has in common.

::

    YingjiuError                    one fault, or several found together
    ├── DeclarationError            a YAML file that people write is wrong (declarations.py)
    └── ...                         each room derives its own in its ``errors.py``

A :class:`Fault` says what is wrong, where, and what to do. Its code is stable: documentation, tests and
support refer to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yingjiu.language import _

__all__ = ["Fault", "YingjiuError"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, told to the person who can mend it.

    Attributes:
        code: stable code, a room prefix and three digits, such as ``SRC-014``.
        message: what is wrong, in the user's language.
        file: the file it is in, as the user named it.
        line: line in that file, from 1.
        path: path inside the document (``$.conditions[2].expr``) or the table (``sheet 3, row 12``).
        found: what stands there now; never unmasked personal data.
        hint: what to do next.
    """

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    path: str | None = None
    found: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        if self.path:
            place = f"{place} {self.path}".strip()
        parts = [f"[{self.code}]", f"{place}:" if place else "", self.message]
        if self.found is not None:
            parts.append(_("(found: {found})").format(found=self.found))
        text = " ".join(part for part in parts if part)
        return f"{text}\n    → {self.hint}" if self.hint else text


class YingjiuError(Exception):
    """One or more faults. All faults of one input are gathered before this is raised.

    Args:
        faults: at least one fault.
    """

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("an error needs at least one fault")
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    @property
    def code(self) -> str:
        """The code of the first fault."""
        return self.faults[0].code

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> YingjiuError:
        """Gather faults into one error of this class."""
        return cls(*faults)
