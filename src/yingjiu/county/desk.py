"""What every agency's clerk does: write numbers, names, dates and amounts of people into columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yingjiu.county.dates import NEVER, TODAY, ymd
from yingjiu.county.draws import Draws
from yingjiu.county.lives import County, case_uids
from yingjiu.county.names import ETHNICITIES
from yingjiu.county.numbers import number_texts
from yingjiu.county.people import RELATIONS
from yingjiu.county.places import addresses, town_names, village_names
from yingjiu.county.sheets import Col

__all__ = ["STAMP", "Desk"]

STAMP: Final = "20250531"
"""In file names: the day whose state the file tells."""

Ints = NDArray[np.integer[Any]]


class Desk:
    """Columns of text about people of one county.

    Args:
        county: whose people.
    """

    def __init__(self, county: County) -> None:
        self.county = county

    @cached_property
    def numbers(self) -> pa.Array:
        """Everybody's ID number."""
        return number_texts(self.county.people["key"])

    @cached_property
    def uids(self) -> pa.Array:
        """Every case's 案件统一编号."""
        return pa.array(case_uids(self.county))

    @cached_property
    def _addresses(self) -> pa.Array:
        people = self.county.people
        return addresses(people["town"], people["village"], people["house"])

    def draws(self, name: str) -> Draws:
        """Chance for one file."""
        return Draws(self.county.seed, self.county.size, name)

    def present(self, who: Ints, name: str) -> NDArray[np.bool_]:
        """Who is still in an agency's list: the living, the dead of two months, a tenth of the others."""
        died = self.county.deaths[who]
        here: NDArray[np.bool_] = (died == NEVER) | (died > TODAY - 60)
        return here | self.draws(f"stale {name}").chance(len(who), 0.1)

    def id(self, header: str, who: Ints, *, keep: bool = False, required: bool = True) -> Col:
        """ID numbers; -1 is nobody."""
        return Col(header, "id", _take(self.numbers, who), keep, required)

    def name(self, header: str, who: Ints, *, required: bool = True) -> Col:
        """Full names."""
        return Col(header, "name", _take(self.county.names, who), required=required)

    def address(self, header: str, who: Ints) -> Col:
        """Addresses."""
        return Col(header, "text", _take(self._addresses, who))

    def phone(self, header: str, who: Ints) -> Col:
        """Mobile numbers."""
        return self.integer(header, self.county.people["phone"][who], kind="text")

    def sex(self, header: str, who: Ints, words: tuple[str, str] = ("女", "男")) -> Col:
        """Sexes."""
        return self.code(header, np.where(self.county.people["male"][who], words[1], words[0]), kind="text")

    def ethnicity(self, header: str, who: Ints) -> Col:
        """Ethnic groups."""
        return Col(
            header,
            "text",
            pc.binary_join_element_wise(
                pa.array(ETHNICITIES).take(pa.array(self.county.people["ethnicity"][who])), "族", ""
            ),
        )

    def town(self, header: str, who: Ints) -> Col:
        """Towns."""
        return Col(header, "text", town_names(self.county.people["town"][who]))

    def village(self, header: str, who: Ints) -> Col:
        """Villages or communities."""
        people = self.county.people
        return Col(header, "text", village_names(people["town"][who], people["village"][who]))

    def household(self, header: str, who: Ints, prefix: str) -> Col:
        """Household numbers of an agency."""
        text = pc.utf8_lpad(pc.cast(pa.array(self.county.people["household"][who] + 1), pa.string()), 7, "0")
        return Col(header, "text", pc.binary_join_element_wise(prefix, text, ""))

    def household_size(self, header: str, who: Ints) -> Col:
        """How many people are in the household."""
        home = self.county.people["household"]
        return self.integer(header, np.bincount(home)[home[who]])

    def relation(
        self, header: str, who: Ints, words: tuple[str, ...] = RELATIONS, *, kind: str = "text"
    ) -> Col:
        """Relations to the head of the household."""
        return Col(header, kind, pa.array(words).take(pa.array(self.county.people["relation"][who])))

    def births(self, header: str, who: Ints, style: str = "-") -> Col:
        """Dates of birth."""
        return self.date(header, self.county.people["birth"][who], style, kind="text")

    def date(self, header: str, days: Ints, style: str = "-", *, kind: str = "date") -> Col:
        """Dates: ``-`` 2025-05-01, ``/`` 2025/5/1, ``.`` 2025.5.1, empty 20250501, ``年`` 2025年5月1日."""
        unique, place = np.unique(np.asarray(days, np.int64), return_inverse=True)
        texts = [
            None if one == NEVER else _date_text(int(number), style)
            for one, number in zip(
                unique.tolist(), ymd(np.where(unique == NEVER, 0, unique)).tolist(), strict=True
            )
        ]
        return Col(header, kind, pa.array(texts, pa.string()).take(pa.array(place)))

    def code(
        self, header: str, values: NDArray[Any], words: Mapping[str, str] | None = None, *, kind: str = "code"
    ) -> Col:
        """Words of a closed list; empty text is an empty cell."""
        unique, place = np.unique(np.asarray(values).astype(str), return_inverse=True)
        texts = [(words.get(one, one) if words else one) or None for one in unique.tolist()]
        return Col(header, kind, pa.array(texts, pa.string()).take(pa.array(place)))

    def flag(self, header: str, values: NDArray[np.bool_], words: tuple[str, str] = ("否", "是")) -> Col:
        """Yes or no."""
        return self.code(header, np.where(values, words[1], words[0]), kind="text")

    def money(
        self, header: str, yuan: Ints, known: NDArray[np.bool_] | None = None, *, commas: bool = False
    ) -> Col:
        """Amounts in yuan, with cents or with thousands separators."""
        values = np.asarray(yuan, np.int64)
        if commas:
            unique, place = np.unique(values, return_inverse=True)
            text = pa.array([f"{one:,}.00" for one in unique.tolist()], pa.string()).take(pa.array(place))
        else:
            text = pc.cast(pa.array(values), pa.string())
        if known is not None:
            text = pc.if_else(pa.array(np.asarray(known, np.bool_)), text, pa.scalar(None, pa.string()))
        return Col(header, "money", text)

    def integer(self, header: str, values: Ints, *, kind: str = "integer") -> Col:
        """Whole numbers; NEVER is an empty cell."""
        array = pc.cast(pa.array(np.asarray(values, np.int64)), pa.string())
        gone = np.asarray(values) == NEVER
        return Col(header, kind, pc.if_else(pa.array(gone), pa.scalar(None, pa.string()), array))

    def text(self, header: str, values: NDArray[Any] | pa.Array) -> Col:
        """Free text; empty text is an empty cell."""
        if isinstance(values, pa.Array):
            return Col(header, "text", values)
        return self.code(header, values, kind="text")

    def serial(self, n: int, header: str = "序号") -> Col:
        """A running number."""
        return self.integer(header, np.arange(1, n + 1))


def _take(texts: pa.Array, who: Ints) -> pa.Array:
    who = np.asarray(who, np.int64)
    return texts.take(pa.array(who, mask=who < 0))


def _date_text(number: int, style: str) -> str:
    year, month, day_of_month = number // 10000, number // 100 % 100, number % 100
    match style:
        case "-":
            return f"{year}-{month:02d}-{day_of_month:02d}"
        case "年":
            return f"{year}年{month}月{day_of_month}日"
        case "":
            return str(number)
        case _:
            return f"{year}{style}{month}{style}{day_of_month}"
