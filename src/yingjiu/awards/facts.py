"""The facts of one case, each with where it comes from, or unknown.

A case file is YAML or JSON::

    case: 一号
    region: "330200"
    decided_on: 2022-10-12
    facts:
      harm: death
      injury_disability_grade: {scale: injury_disability, grade: 8}
      received: {value: 20000, from: 执行款收据}
      awarded: none            # no judgment yet
      injury_grade: {one_of: [serious_1, serious_2]}   # known in part
      fault: unknown           # the same as not stated
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Literal

from yingjiu.awards.errors import CaseError
from yingjiu.awards.inputs import INPUTS, NO_GRADE, Input, code_label
from yingjiu.awards.interval import Interval, plain
from yingjiu.codes import DisabilityCertificateGrade, InjuryDisabilityGrade, InjuryGrade
from yingjiu.declarations import read_yaml
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["Approval", "AwardCase", "Fact", "award_case", "read_case", "unknown_fact", "with_facts"]

State = Literal["stated", "default", "unknown"]
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: one value, or everything it may be.

    Attributes:
        name: the input.
        state: stated, taken by default, or unknown.
        codes: the codes it may be, ``true`` and ``false`` for a flag; all it is, for sets of codes.
        amount: the numbers it may be; None when there is none of it.
        lacking: whether there may be none of it (``awarded``).
        source: where it comes from, in the words of the case.
    """

    name: str
    state: State
    codes: tuple[str, ...] = ()
    amount: Interval | None = None
    lacking: bool = False
    source: str | None = None

    @property
    def known(self) -> bool:
        """Whether it is one value."""
        return self.state != "unknown"

    @property
    def input(self) -> Input:
        """What it is a value of."""
        return INPUTS[self.name]

    @property
    def shown(self) -> str:
        """Its value in the user's language."""
        if not self.known:
            return _("unknown")
        kind = self.input.kind
        if kind == "flag":
            return _("yes") if self.codes == ("true",) else _("no")
        if kind in {"code", "grade", "codes", "grades"}:
            return _(", ").join(code_label(self.name, code) for code in self.codes) or _("none of them")
        return _("none yet") if self.amount is None else plain(self.amount.low)


@dataclass(frozen=True, slots=True)
class Approval:
    """A recorded approval to break a cap.

    Attributes:
        by: who approved.
        on: when.
        reason: why.
    """

    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class AwardCase:
    """What an amount is asked for.

    Attributes:
        name: how the case is called.
        region: six digits, of the office that handles it.
        decided_on: the day of the decision.
        facts: every input, known or not.
        standard: identifier of the standard, if the region's own is not meant.
        approval: approval to break a cap.
        wage: average monthly wage that the office states itself: value, year and source.
        decided: the amount that was decided, for comparison.
        reason: reason for an amount outside the band.
    """

    name: str
    region: str
    decided_on: date
    facts: Mapping[str, Fact]
    standard: str | None = None
    approval: Approval | None = None
    wage: tuple[Decimal, int, str] | None = None
    decided: Decimal | None = None
    reason: str | None = None

    def unknown(self) -> tuple[Fact, ...]:
        """The facts that are not known."""
        return tuple(fact for fact in self.facts.values() if not fact.known)


def unknown_fact(item: Input) -> Fact:
    """A fact of which nothing is known: everything that it may be."""
    if item.kind == "flag":
        return Fact(item.name, "unknown", ("true", "false"))
    if item.kind in {"code", "grade", "codes", "grades"}:
        return Fact(item.name, "unknown", item.codes)
    return Fact(item.name, "unknown", amount=Interval(Decimal(0), item.most), lacking=item.may_lack)


def read_case(path: Path) -> AwardCase:
    """Read a case file.

    Args:
        path: YAML or JSON, UTF-8.

    Returns:
        The case.

    Raises:
        DeclarationError: it is no YAML.
        CaseError: with every fault of its facts.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(
            Fault(
                "AWD-301",
                _("the case file cannot be read"),
                str(path),
                hint=_("check the path; save it as UTF-8"),
            )
        ) from error
    data, _lines = read_yaml(text, file=str(path))
    return award_case(data, file=str(path))


@dataclass(slots=True)
class _Reading:
    """Faults gathered while one case is read."""

    file: str | None
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self, code: str, message: str, path: str, found: object = None, hint: str | None = None
    ) -> None:
        told = None if found is None else str(found)
        self.faults.append(Fault(code, message, self.file, path=path, found=told, hint=hint))


_KEYS: Final = ("case", "region", "decided_on", "standard", "facts", "approval", "wage", "decided", "reason")


def award_case(data: Any, *, file: str | None = None) -> AwardCase:
    """Make a case out of plain data, as they stand in a case file.

    Args:
        data: keys and values as in the file; grades may be the enums of :mod:`yingjiu.codes`.
        file: name for messages.

    Returns:
        The case; every input that is not stated is unknown, unless it has a default.

    Raises:
        CaseError: ``AWD-302`` shape, unknown key or missing value; ``AWD-303`` unknown input; ``AWD-304`` not
            a code of its list; ``AWD-305`` a grade of the wrong scale; ``AWD-306`` negative, absurd or no
            number; ``AWD-307`` no day; ``AWD-308`` an approval without who, when or why; ``AWD-309`` the
            wage of the wrong year; ``AWD-310`` facts that contradict each other.
    """
    at = _Reading(file)
    if not isinstance(data, Mapping) or not isinstance(data.get("facts", {}), Mapping):
        at.fault("AWD-302", _("a case is keys with values, and its facts too"), "$")
        raise CaseError(*at.faults)
    for key in data:
        if key not in _KEYS:
            at.fault("AWD-302", _("unknown key"), f"$.{key}", key, _near(str(key), _KEYS))
    day = _day(at, data.get("decided_on"), "$.decided_on")
    region = data.get("region")
    if not (isinstance(region, str) and len(region) == 6 and region.isascii() and region.isdigit()):
        at.fault("AWD-302", _("region should be six digits in quotes"), "$.region", region)
    facts = _facts(at, data.get("facts") or {})
    case = AwardCase(
        name=str(data.get("case") or ""),
        region=str(region),
        decided_on=day or date.min,
        facts=facts,
        standard=data.get("standard"),
        approval=_approval(at, data.get("approval")),
        wage=_wage(at, data.get("wage"), day),
        decided=_money(at, data["decided"], "$.decided") if data.get("decided") is not None else None,
        reason=data.get("reason"),
    )
    _contradictions(at, facts)
    if case.approval is not None and day is not None and case.approval.on > day:
        hint = _("approve first, then decide")
        at.fault(
            "AWD-308", _("the approval is later than the decision"), "$.approval.on", case.approval.on, hint
        )
    if at.faults:
        raise CaseError(*at.faults)
    return case


def with_facts(case: AwardCase, stated: Mapping[str, Any]) -> AwardCase:
    """The same case with some facts changed.

    Args:
        case: the case.
        stated: facts as in a case file.

    Returns:
        A new case.

    Raises:
        CaseError: as :func:`award_case`.
    """
    at = _Reading(None)
    changed = {name: fact for name, fact in _facts(at, stated).items() if name in stated}
    if at.faults:
        raise CaseError(*at.faults)
    return replace(case, facts={**case.facts, **changed})


def _near(found: str, known: Any) -> str:
    near = difflib.get_close_matches(found, list(known), n=1, cutoff=0.5)
    if near:
        return _("did you mean {key!r}?").format(key=near[0])
    return _("known keys: {keys}").format(keys=", ".join(known))


def _day(at: _Reading, found: Any, path: str) -> date | None:
    if isinstance(found, str):
        with suppress(ValueError):
            found = date.fromisoformat(found)
    if isinstance(found, date):
        return found
    at.fault("AWD-307", _("this should be a date, written like 2024-05-31"), path, found)
    return None


def _facts(at: _Reading, stated: Mapping[str, Any]) -> dict[str, Fact]:
    for name in stated:
        if name not in INPUTS:
            at.fault(
                "AWD-303", _("there is no such input"), f"$.facts.{name}", name, _near(str(name), INPUTS)
            )
    return {name: _fact(at, item, stated.get(name, _UNKNOWN)) for name, item in INPUTS.items()}


def _fact(at: _Reading, item: Input, found: Any) -> Fact:
    source = None
    if isinstance(found, Mapping) and "value" in found:
        extra = set(found) - {"value", "from"}
        if extra:
            at.fault("AWD-302", _("unknown key"), f"$.facts.{item.name}", ", ".join(sorted(map(str, extra))))
        source, found = found.get("from"), found["value"]
    if isinstance(found, Mapping) and "one_of" in found and item.kind in {"code", "grade"}:
        some = tuple(_code(at, item, each, f"$.facts.{item.name}") for each in found["one_of"])
        return Fact(item.name, "unknown", tuple(sorted(set(some), key=_order(item))), source=source)
    if found is None or (isinstance(found, str) and found == _UNKNOWN):
        if item.default is None:
            return unknown_fact(item)
        return _value(at, item, item.default, _("not stated"), "default")
    return _value(at, item, found, source, "stated")


def _value(at: _Reading, item: Input, found: Any, source: str | None, state: State) -> Fact:
    path = f"$.facts.{item.name}"
    if item.kind == "flag":
        if not isinstance(found, bool):
            at.fault("AWD-304", _("this should be true or false"), path, found)
        return Fact(item.name, state, ("true" if found else "false",), source=source)
    if item.kind in {"codes", "grades"}:
        if not isinstance(found, list | tuple | set | frozenset):
            at.fault("AWD-304", _("this should be a list"), path, found)
            return unknown_fact(item)
        codes = tuple(dict.fromkeys(_code(at, item, each, path) for each in found))
        return Fact(item.name, state, tuple(sorted(codes, key=_order(item))), source=source)
    if item.kind in {"code", "grade"}:
        return Fact(item.name, state, (_code(at, item, found, path),), source=source)
    if item.may_lack and found == NO_GRADE:
        return Fact(item.name, state, amount=None, lacking=True, source=source)
    amount = _money(at, found, path, most=item.most, whole=item.kind == "count")
    if item.name == "levels" and not 1 <= amount <= 3:
        at.fault("AWD-306", _("one, two or three levels relieve together"), path, found)
    return Fact(item.name, state, amount=Interval.of(amount), source=source)


def _order(item: Input) -> Any:
    return lambda code: item.codes.index(code) if code in item.codes else -1


def _code(at: _Reading, item: Input, found: Any, path: str) -> str:
    if item.scale is not None:
        return _graded(at, item, found, path)
    if found not in item.codes:
        at.fault(
            "AWD-304",
            _("{input} cannot be this").format(input=item.says),
            path,
            found,
            _("known codes: {codes}").format(codes=", ".join(item.codes)),
        )
    return str(found)


_SCALES: Final = ("injury_grade", "injury_disability", "disability_certificate", "work_injury")


def _graded(at: _Reading, item: Input, found: Any, path: str) -> str:
    """A grade with its scale; three scales look alike, and none stands in for another."""
    scale, grade = item.scale, found
    if isinstance(found, InjuryGrade | InjuryDisabilityGrade | DisabilityCertificateGrade):
        scale = {
            InjuryGrade: "injury_grade",
            InjuryDisabilityGrade: "injury_disability",
            DisabilityCertificateGrade: "disability_certificate",
        }[type(found)]
        grade = found.value
    elif isinstance(found, Mapping):
        scale, grade = found.get("scale"), found.get("grade")
    elif item.scale == "injury_disability" and found != NO_GRADE and not isinstance(found, str):
        at.fault(
            "AWD-305",
            _("a grade without its scale: disability after injury, certificate and work injury look alike"),
            path,
            found,
            _("write it like {example}").format(example="{scale: injury_disability, grade: 8}"),
        )
        return NO_GRADE
    if scale != item.scale:
        at.fault("AWD-305", _wrong_scale(scale, item), path, found, _scale_hint(scale))
        return NO_GRADE
    if str(grade) not in item.codes:
        known_elsewhere = item.scale == "injury_grade" and (isinstance(grade, int) or str(grade).isdigit())
        at.fault(
            "AWD-305" if known_elsewhere else "AWD-304",
            _("this is no grade of the scale {scale}").format(scale=item.scale),
            path,
            found,
            _("known codes: {codes}").format(codes=", ".join(item.codes)),
        )
        return NO_GRADE
    return str(grade)


def _wrong_scale(scale: object, item: Input) -> str:
    if scale not in _SCALES:
        return _("this scale is not known")
    return _("a grade of the scale {found} cannot be used as {input}").format(found=scale, input=item.says)


def _scale_hint(scale: object) -> str:
    if scale == "disability_certificate":
        return _(
            "a disability certificate shows hardship: write disabled in hardships, the appraised grade here"
        )
    return _("take the grade from the appraisal after injury, or write unknown")


def _money(
    at: _Reading, found: Any, path: str, *, most: Decimal | None = None, whole: bool = False
) -> Decimal:
    limit = INPUTS["loss"].most if most is None else most
    try:
        exact = not isinstance(found, bool | float)
        value = Decimal(str(found)) if exact else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_nan():
        at.fault("AWD-306", _("this should be a number"), path, found)
        return Decimal(0)
    if not value.is_finite() or value < 0 or value > limit:
        at.fault(
            "AWD-306",
            _("this should be between 0 and {most}").format(most=plain(limit)),
            path,
            found,
            _("check the unit: yuan, not ten thousand yuan"),
        )
        return Decimal(0)
    if value != value.quantize(Decimal(1) if whole else Decimal("0.01")):
        at.fault(
            "AWD-306",
            _("too many decimals") if not whole else _("this should be a whole number"),
            path,
            found,
        )
    return value


def _approval(at: _Reading, found: Any) -> Approval | None:
    if found is None:
        return None
    told = found if isinstance(found, Mapping) else {}
    missing = [key for key in ("by", "on", "reason") if not told.get(key)]
    if missing:
        at.fault(
            "AWD-308",
            _("an approval to break a cap says who, when and why"),
            "$.approval",
            ", ".join(missing),
            _("write by, on and reason"),
        )
        return None
    day = _day(at, told["on"], "$.approval.on")
    return Approval(str(told["by"]), day or date.min, str(told["reason"]))


def _wage(at: _Reading, found: Any, day: date | None) -> tuple[Decimal, int, str] | None:
    if found is None:
        return None
    told = found if isinstance(found, Mapping) else {}
    if not {"value", "year", "from"} <= set(told) or not isinstance(told["year"], int):
        at.fault("AWD-302", _("a stated wage has value, year and from"), "$.wage", found)
        return None
    value = _money(at, told["value"], "$.wage.value", most=Decimal(100_000))
    if day is not None and told["year"] != day.year - 1:
        at.fault(
            "AWD-309",
            _("the wage of the previous year counts: {year}").format(year=day.year - 1),
            "$.wage.year",
            told["year"],
            _("state the average monthly wage of that year, or import a table"),
        )
    return value, told["year"], str(told["from"])


def _contradictions(at: _Reading, facts: Mapping[str, Fact]) -> None:
    harm = facts["harm"]
    if harm.known and harm.codes == ("none",):
        for name in ("injury_grade", "injury_disability_grade"):
            fact = facts[name]
            if fact.state == "stated" and fact.codes != (NO_GRADE,):
                at.fault("AWD-310", _("no harm, and yet a grade of it"), f"$.facts.{name}", fact.shown)
