"""Three scales of harm that look alike and must never be compared with each other.

- :class:`InjuryGrade`: how grave an injury was (人体损伤程度鉴定标准, in force since 2014-01-01);
- :class:`InjuryDisabilityGrade`: what remains of an injury, 1 to 10 (人体损伤致残程度分级);
- :class:`DisabilityCertificateGrade`: grade of a resident's disability certificate, 1 to 4 (GB/T 26341-2010).

In each of them *greater* means *graver*, although grade 1 is the gravest. Comparing two scales, even for
equality, raises TypeError.
"""

from __future__ import annotations

from enum import Enum

from yingjiu.codes.lists import CODE_LISTS
from yingjiu.language import _

__all__ = ["DisabilityCertificateGrade", "HarmScale", "InjuryDisabilityGrade", "InjuryGrade"]


class HarmScale(Enum):
    """Grades from the gravest to the least, comparable within one scale only."""

    @property
    def _rank(self) -> int:
        return -list(type(self)).index(self)

    def _same_scale(self, other: object) -> bool:
        if isinstance(other, HarmScale) and type(other) is not type(self):
            raise TypeError(
                _("{one} and {other} are different scales and cannot be compared").format(
                    one=type(self).__name__, other=type(other).__name__
                )
            )
        return type(other) is type(self)

    def __eq__(self, other: object) -> bool:
        return self is other if self._same_scale(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.name))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, HarmScale) or not self._same_scale(other):
            return NotImplemented
        return self._rank < other._rank

    def __le__(self, other: object) -> bool:
        if not isinstance(other, HarmScale) or not self._same_scale(other):
            return NotImplemented
        return self._rank <= other._rank

    def __gt__(self, other: object) -> bool:
        if not isinstance(other, HarmScale) or not self._same_scale(other):
            return NotImplemented
        return self._rank > other._rank

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, HarmScale) or not self._same_scale(other):
            return NotImplemented
        return self._rank >= other._rank


class InjuryGrade(HarmScale):
    """Grade of an injury; the values are the codes of the list ``injury_grade``."""

    SERIOUS_1 = "serious_1"
    SERIOUS_2 = "serious_2"
    MINOR_1 = "minor_1"
    MINOR_2 = "minor_2"
    SLIGHT = "slight"

    @property
    def says(self) -> str:
        """Its name in the user's language."""
        return CODE_LISTS["injury_grade"].label(self.value)


class InjuryDisabilityGrade(HarmScale):
    """Grade of the disability that an injury left, 1 (gravest) to 10."""

    GRADE_1 = 1
    GRADE_2 = 2
    GRADE_3 = 3
    GRADE_4 = 4
    GRADE_5 = 5
    GRADE_6 = 6
    GRADE_7 = 7
    GRADE_8 = 8
    GRADE_9 = 9
    GRADE_10 = 10

    @property
    def says(self) -> str:
        """Its name in the user's language."""
        return _("disability after injury, grade {grade}").format(grade=self.value)


class DisabilityCertificateGrade(HarmScale):
    """Grade of a resident's disability certificate, 1 (gravest) to 4."""

    GRADE_1 = 1
    GRADE_2 = 2
    GRADE_3 = 3
    GRADE_4 = 4

    @property
    def severe(self) -> bool:
        """Grades 1 and 2 are called severe (重度)."""
        return self >= DisabilityCertificateGrade.GRADE_2

    @property
    def says(self) -> str:
        """Its name in the user's language."""
        return _("disability certificate, grade {grade}").format(grade=self.value)
