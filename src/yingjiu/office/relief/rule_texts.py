"""The texts of the rules behind an amount, so that it can be computed again when the files have changed.

A rule set is a standard with what it extends and every parameter file it may read, as text. An amount is
always computed from such texts, so that computing now and replaying later are the same code on the same
words.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.conf import settings

from yingjiu.awards import (
    Award,
    AwardCase,
    ParameterBook,
    Standard,
    StandardError,
    choose_standard,
    compute,
    read_standard,
    read_standards,
    shipped_standards,
)
from yingjiu.awards.parameters import Dated, ParameterFile
from yingjiu.declarations import read_declaration

__all__ = ["EXAMPLE", "RuleSet", "canonical", "rules_for", "sm3"]

EXAMPLE: Final = "national-example"
"""The standard that is shown where a region has none of its own; it says that it is an example."""


def sm3(text: str) -> str:
    """The SM3 digest of a text, in hexadecimal digits."""
    digest = Hash(SM3())
    digest.update(text.encode())
    return digest.finalize().hex()


def canonical(content: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, no floats; the same content is the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class RuleSet:
    """A standard and the parameters it may read, as texts.

    Attributes:
        standard: identifier.
        standards: file name without ending → text: the standard and all that it extends.
        parameters: file name → text, shipped files first, then the office's own, in their order.
    """

    standard: str
    standards: Mapping[str, str]
    parameters: tuple[tuple[str, str], ...]

    @property
    def content(self) -> str:
        """Canonical text of the whole set."""
        return canonical(
            {
                "standard": self.standard,
                "standards": dict(self.standards),
                "parameters": [list(each) for each in self.parameters],
            }
        )

    @property
    def digest(self) -> str:
        """SM3 of the content."""
        return sm3(self.content)

    @classmethod
    def of(cls, content: str) -> RuleSet:
        """Read a set from its canonical text."""
        told = json.loads(content)
        return cls(
            told["standard"], told["standards"], tuple((name, text) for name, text in told["parameters"])
        )

    def compute(self, case: AwardCase) -> Award:
        """Compute an amount by these texts alone.

        Raises:
            AwardError: as :func:`yingjiu.awards.compute`.
        """
        standard, book = _parsed(self.content)
        return compute(case, standard, book)


@lru_cache(maxsize=16)
def _parsed(content: str) -> tuple[Standard, ParameterBook]:
    rules = RuleSet.of(content)
    with tempfile.TemporaryDirectory(prefix="yingjiu-rules-") as folder:
        for name, text in rules.standards.items():
            (Path(folder) / f"{name}.yaml").write_text(text, encoding="utf-8")
        standard = read_standard(Path(folder) / f"{rules.standard}.yaml")
    return standard, _book(rules.parameters)


def _book(texts: tuple[tuple[str, str], ...]) -> ParameterBook:
    """The book of these texts alone; later files replace earlier ones, own ones the shipped."""
    known: dict[tuple[str, str, str, date], tuple[Dated, date, ParameterFile]] = {}
    for name, text in texts:
        file = read_declaration(ParameterFile, name, text=text)
        for regional in file.regions:
            for value in regional.values:
                key = (file.parameter, file.series, regional.region, value.since)
                known[key] = (value, regional.last_value_still_valid_on, file)
    series: dict[tuple[str, str, str], tuple[tuple[Dated, ...], date, ParameterFile]] = {}
    for (parameter, name, region, _since), (value, valid, file) in sorted(
        known.items(), key=lambda item: item[0]
    ):
        before, earlier, _file = series.get((parameter, name, region), ((), date.min, file))
        series[parameter, name, region] = ((*before, value), max(earlier, valid), file)
    return ParameterBook(series)


def _shipped_parameters() -> Path:
    return Path(str(files("yingjiu.catalogue"))) / "parameters"


def _own(kind: str) -> Path:
    return Path(settings.YINGJIU_FOLDER) / kind


def rules_for(region: str, on: date, *, name: str | None = None) -> RuleSet:
    """The rules that count now for a region and day.

    Args:
        region: six digits of the deciding procuratorate.
        on: the day of the decision.
        name: a standard that is asked for by its name.

    Returns:
        The region's own standard; where it has none, the shipped example, which says that it is one.

    Raises:
        StandardError: the day is before every standard, or two are as near.
    """
    return _rules_for(region, on, name, _fingerprint())


def _fingerprint() -> tuple[tuple[str, int, int], ...]:
    """What tells that a file of rules has changed: its path, its time and its size."""
    folders = (shipped_standards(), _own("standards"), _shipped_parameters(), _own("parameters"))
    return tuple(
        (str(path), status.st_mtime_ns, status.st_size)
        for folder in folders
        for path in sorted(folder.glob("*.yaml"))
        for status in (path.stat(),)
    )


@lru_cache(maxsize=64)
def _rules_for(
    region: str, on: date, name: str | None, files_now: tuple[tuple[str, int, int], ...]
) -> RuleSet:
    del files_now
    standards = read_standards(_own("standards"))
    try:
        chosen = choose_standard(standards, region=region, on=on, name=name)
    except StandardError as error:
        if error.code != "AWD-220":
            raise
        chosen = choose_standard(standards, region=region, on=on, name=EXAMPLE)
    return RuleSet(chosen.standard, _standard_texts(chosen.standard), _parameter_texts(chosen))


def _standard_texts(name: str) -> dict[str, str]:
    """A standard's text and the texts of all that it extends."""
    texts: dict[str, str] = {}
    wanted: str | None = name
    while wanted is not None and wanted not in texts:
        places = [folder / f"{wanted}.yaml" for folder in (_own("standards"), shipped_standards())]
        path = next(place for place in places if place.is_file())
        texts[wanted] = path.read_text(encoding="utf-8-sig")
        wanted = read_declaration(Standard, path).extends
    return texts


def _parameter_texts(standard: Standard) -> tuple[tuple[str, str], ...]:
    """The parameter files that hold what the standard reads."""
    wanted = {(use.parameter, use.series) for use in standard.parameters.values()}
    found = []
    for place, folder in (
        ("shipped", _shipped_parameters()),
        ("own", _own("parameters")),
    ):
        for path in sorted(folder.glob("*.yaml")):
            text = path.read_text(encoding="utf-8-sig")
            file = read_declaration(ParameterFile, path.name, text=text)
            if (file.parameter, file.series) in wanted:
                found.append((f"{place}/{path.name}", text))
    return tuple(found)
