"""A family as a picture: boxes by generation and the lines between them, as plain numbers for a template.

Only what the data say is drawn as a solid line. Where they leave open whose child or parent somebody is, the
line is dashed; who only shares the household stands apart, without a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingjiu.office.people.family import Relative
from yingjiu.office.phrases import clauses, continued

__all__ = ["Box", "Line", "Picture", "draw"]

WIDTH: Final = 148
HEIGHT: Final = 76
GAP: Final = 20
RISE: Final = 56
MARGIN: Final = 12
_MOST: Final = 6
"""Boxes in one line of a picture."""

_ROWS: Final[dict[str, int]] = {
    "grandparent": 0, "parent": 1, "parent_in_law": 1, "sibling": 2, "self": 2, "spouse": 2, "child": 3,
    "child_in_law": 3, "grandchild": 4,
}  # fmt: skip
_IN_ROW: Final = ("sibling", "self", "spouse", "parent", "parent_in_law", "child", "child_in_law")
_APART: Final = 5


@dataclass(frozen=True, slots=True)
class Box:
    """One person in the picture; numbers are its left upper corner."""

    who: Relative
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Across."""
        return self.x + WIDTH // 2

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + HEIGHT

    @property
    def state(self) -> str:
        """What is marked, by shape and words and not by colour alone: dead, minor, self or plain."""
        if self.who.dead:
            return "dead"
        if self.who.minor:
            return "minor"
        return "self" if self.who.relation == "self" else "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two boxes, as the data of an SVG path."""

    path: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A family, drawn.

    Attributes:
        boxes: the people.
        lines: between them.
        width: of the picture.
        height: of the picture.
        apart: height at which the people without a known relation begin; None if there are none.
        says: the picture in words.
    """

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    apart: int | None
    says: str


def draw(family: Sequence[Relative]) -> Picture:
    """Draw a family.

    Args:
        family: the person and their relatives, as :func:`~.family.relatives` gives them.
    """
    rows: dict[int, list[Relative]] = {}
    for one in family:
        rows.setdefault(_ROWS.get(one.relation, _APART), []).append(one)
    for row in rows.values():
        row.sort(key=lambda one: _IN_ROW.index(one.relation) if one.relation in _IN_ROW else 0)
    lines = [
        (number, row[start : start + _MOST])
        for number, row in sorted(rows.items())
        for start in range(0, len(row), _MOST)
    ]
    width = max((_width(len(row)) for _number, row in lines), default=WIDTH) + 2 * MARGIN
    boxes: list[Box] = []
    y, apart = MARGIN, None
    for number, row in lines:
        if number == _APART and apart is None:
            apart = y + 4
            y += 24
        left = (width - _width(len(row))) // 2
        boxes += [Box(one, left + place * (WIDTH + GAP), y) for place, one in enumerate(row)]
        y += HEIGHT + RISE
    return Picture(tuple(boxes), _lines(boxes), width, y - RISE + MARGIN, apart, _says(family))


def _width(count: int) -> int:
    return count * WIDTH + (count - 1) * GAP


def _lines(boxes: Sequence[Box]) -> tuple[Line, ...]:
    of: dict[str, list[Box]] = {}
    for box in boxes:
        of.setdefault(box.who.relation, []).append(box)
    if not of.get("self"):
        return ()
    me = of["self"][0]
    mate = of.get("spouse", [None])[0]
    parents, children = of.get("parent", []), of.get("child", [])
    found = [_down(parent, me, sure=True) for parent in parents]
    found += [_down(parent, mate or me, sure=mate is not None) for parent in of.get("parent_in_law", [])]
    found += [
        _down(one, parents[0] if len(parents) == 1 else me, sure=False) for one in of.get("grandparent", [])
    ]
    for sibling in of.get("sibling", []):
        y = me.y - RISE // 3
        found.append(Line(f"M{me.middle} {me.y} V{y} H{sibling.middle} V{sibling.y}", sure=True))
    for spouse in of.get("spouse", []):
        left, right = sorted((me, spouse), key=lambda box: box.x)
        y = me.y + HEIGHT // 2
        found += [Line(f"M{left.x + WIDTH} {y + shift} H{right.x}", sure=True) for shift in (-2, 2)]
    found += [_down(me, child, sure=True) for child in children]
    found += [_down(me, one, sure=False) for one in of.get("child_in_law", [])]
    only = children[0] if len(children) == 1 else me
    found += [_down(only, one, sure=len(children) == 1) for one in of.get("grandchild", [])]
    return tuple(found)


def _down(upper: Box, lower: Box, *, sure: bool) -> Line:
    y = lower.y - RISE // 2
    return Line(f"M{upper.middle} {upper.bottom} V{y} H{lower.middle} V{lower.y}", sure)


def _says(family: Sequence[Relative]) -> str:
    others = [one for one in family if one.relation != "self"]
    if not others:
        return _("No family is known.")
    told = ngettext(
        "{count} relative or member of the household:",
        "{count} relatives and members of the household:",
        len(others),
    ).format(count=len(others))
    return f"{told} " + clauses(_one(one) for one in others)


def _one(one: Relative) -> str:
    parts = [one.words, one.name, one.sex_words]
    if one.age is not None:
        parts.append(_("aged {age}").format(age=one.age))
    if one.dead:
        parts.append(_("dead"))
    elif one.minor:
        parts.append(_("minor"))
    return continued(*parts)
