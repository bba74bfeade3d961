"""Who lives with a person and who is their kin, from registers and kinship rows of the agencies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from yingjiu.codes import age_on, birth_date_of, mask_name, sex_of
from yingjiu.office.people.facts import Place, label, place_of
from yingjiu.office.people.models import Person
from yingjiu.office.people.reading import Loaded, Row, kin_of, members_of, rows_of
from yingjiu.office.people.taking import key_indexes
from yingjiu.office.phrases import continued, listed
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.vault.index import blind_index
from yingjiu.people import LARGEST_HOUSEHOLD

__all__ = [
    "Around",
    "Entry",
    "Household",
    "Relative",
    "around",
    "household_code",
    "households_of",
    "look_around",
    "relatives",
]

ADULT: Final = 18
_ORDER: Final = (
    "self", "spouse", "child", "child_in_law", "parent", "parent_in_law", "grandparent", "grandchild",
    "sibling", "other", "",
)  # fmt: skip


_ABOUT: Final = ("person", "party", "person_state", "hardship")


@dataclass(frozen=True)
class Around:
    """What the pool says about a person's family.

    Attributes:
        kin: key of a relative → what they are to the person; empty where a household leaves it open.
        entries: rows of the registers of the person's households, also those that have ended.
        now: the households the person belongs to on the day.
        collective: households with so many entries that they are no family.
        rows: rows of the person and all these people, by table.
    """

    kin: dict[int, str]
    entries: list[Row]
    now: set[str]
    collective: set[str]
    rows: dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of a person's family, or the person.

    Attributes:
        person_id: the engine's key; never shown.
        relation: code of the list ``relation``; ``self``; empty where it is not known.
        words: the relation in words.
        name: masked, or as it is once opened.
        sex: code of the list ``sex``.
        age: whole years today, or at death; None if the date of birth is not known.
        dead: known to be dead.
        custody: in custody, in prison or missing: the state in words.
        together: shares a household with the person.
        hardships: names of the hardship lists they are in now.
        pk: of their own page; None if the office has no file the user may open.
    """

    person_id: int
    relation: str
    words: str
    name: str
    sex: str
    age: int | None
    dead: bool
    custody: str
    together: bool
    hardships: tuple[str, ...]
    pk: int | None

    @property
    def minor(self) -> bool:
        """Not yet eighteen, and alive."""
        return self.age is not None and self.age < ADULT and not self.dead

    @property
    def sex_words(self) -> str:
        """The sex in words."""
        return label("sex", self.sex)

    @property
    def sex_and_age(self) -> str:
        """Sex and age in words."""
        aged = "" if self.age is None else _("aged {age}").format(age=self.age)
        return continued(self.sex_words or "—", aged)


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody's entry in a household register.

    Attributes:
        relative: who.
        to_head: relation to the head of the household, in words.
        since: from when.
        until: to when.
        now: the entry holds today.
        place: where it was read.
    """

    relative: Relative
    to_head: str
    since: date | None
    until: date | None
    now: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Household:
    """A household as one register has it.

    Attributes:
        code: what its page is called; reveals no number.
        register: the register, in words.
        size: how many people the register says it has.
        collective: it has so many entries that it is no family.
        entries: its entries, those that hold today first.
    """

    code: str
    register: str
    size: int | None
    collective: bool
    entries: tuple[Entry, ...]

    @property
    def now(self) -> list[Entry]:
        """The entries that hold today."""
        return [entry for entry in self.entries if entry.now]


def household_code(household_id: str) -> str:
    """What the page of a household is called: half of a blind index."""
    return str(blind_index("people.household", household_id))[:16]


def look_around(state: Loaded, people: Collection[int], day: date) -> Around:
    """Read everything about a person's family at once: each table a single time.

    Args:
        state: the state of the pool.
        people: keys under which the person is known.
        day: for which day; a marriage that has ended is no kinship.
    """
    kin = around(state, people, day)
    own = rows_of(state, "household_member", people)
    entries = members_of(state, {row["household_id"] for row in own})
    counted: dict[str, set[int]] = {}
    for row in entries:
        counted.setdefault(row["household_id"], set()).add(row["person_id"])
    collective = {household for household, members in counted.items() if len(members) > LARGEST_HOUSEHOLD}
    mine = set(state.keys(people))
    # a collective register says nothing about its people, and they are nobody's business here
    entries = [row for row in entries if row["household_id"] not in collective or row["person_id"] in mine]
    wanted = {*people, *kin, *(state.person(row["person_id"]) for row in entries)}
    return Around(
        kin=kin,
        entries=entries,
        now={row["household_id"] for row in own if _holds(row, day)} - collective,
        collective=collective,
        rows={table: rows_of(state, table, wanted) for table in _ABOUT},
    )


def relatives(state: Loaded, person: Person, found: Around, *, day: date, clear: bool) -> list[Relative]:
    """The person first, then their family, the nearest first.

    Args:
        state: the state of the pool.
        person: whose family.
        found: as :func:`look_around` has read it.
        day: for which day.
        clear: whether names are shown as they are.
    """
    together = {
        state.person(row["person_id"])
        for row in found.entries
        if row["household_id"] in found.now and _holds(row, day)
    }
    wanted = {person.person_id, *found.kin, *together}
    return _told(state, person, wanted, found, together, day=day, clear=clear)


def around(state: Loaded, people: Collection[int], day: date) -> dict[int, str]:
    """Kin of a person, and what each is to them; empty where a household leaves it open."""
    found: dict[int, str] = {}
    for one in people:
        for other, relations in kin_of(state, one, day).items():
            known = sorted((each for each in relations if each), key=_ORDER.index)
            found[other] = known[0] if known else found.get(other, "")
    for one in people:
        found.pop(one, None)
    return found


def _holds(row: Row, day: date) -> bool:
    return (row["valid_from"] is None or row["valid_from"] <= day) and (
        row["valid_to"] is None or row["valid_to"] >= day
    )


def _told(
    state: Loaded,
    person: Person,
    wanted: Collection[int],
    found: Around,
    together: Collection[int],
    *,
    day: date,
    clear: bool,
) -> list[Relative]:
    marks: dict[int, Row] = {}
    for row in [*found.rows["party"], *found.rows["person"]]:
        said = marks.setdefault(state.person(row["person_id"]), {})
        said.update({name: row[name] for name in ("name", "sex", "birth_date") if row[name] is not None})
    states: dict[int, dict[str, Row]] = {}
    for row in found.rows["person_state"]:
        if (row["since"] is None or row["since"] <= day) and (row["until"] is None or row["until"] >= day):
            states.setdefault(state.person(row["person_id"]), {})[row["state"]] = row
    hardships: dict[int, dict[str, None]] = {}
    for row in found.rows["hardship"]:
        if _holds(row, day):
            hardships.setdefault(state.person(row["person_id"]), {})[label("hardship_list", row["list"])] = (
                None
            )
    files, sealed = _files(person, wanted)
    for key in sealed:  # Criminal Procedure Law art. 286: nothing about them is told
        marks[key], hardships[key], states[key] = {"name": _("sealed"), "sealed": True}, {}, {}
    people = [
        _relative(
            key,
            "self" if key == person.person_id else found.kin.get(key, ""),
            marks.get(key, {}),
            states.get(key, {}),
            tuple(hardships.get(key, ())),
            pk=files.get(key),
            together=key in together,
            day=day,
            clear=clear or key in sealed,
        )
        for key in wanted
    ]
    return sorted(people, key=lambda one: (_ORDER.index(one.relation), -(one.age or 0), one.person_id))


def _relative(
    key: int,
    relation: str,
    said: Row,
    states: dict[str, Row],
    hardships: tuple[str, ...],
    *,
    pk: int | None,
    together: bool,
    day: date,
    clear: bool,
) -> Relative:
    name = said.get("name") or ""
    told = key > 0 and not said.get("sealed")  # what the key itself tells
    born = said.get("birth_date") or (birth_date_of(key) if told else None)
    dead = states.get("dead")
    until = dead["since"] if dead is not None and dead["since"] else day
    words = _("the person") if relation == "self" else label("relation", relation)
    return Relative(
        person_id=key,
        relation=relation,
        words=words or _("of the household"),
        name=name if clear else mask_name(name),
        sex=said.get("sex") or (sex_of(key) if told else ""),
        age=_years(born, until) if born else None,
        dead=dead is not None,
        custody=listed(label("person_state", one) for one in states if one != "dead"),
        together=together,
        hardships=hardships,
        pk=pk,
    )


def _years(born: date, day: date) -> int:
    return max(0, age_on(born, day))


def _files(person: Person, wanted: Collection[int]) -> tuple[dict[int, int], set[int]]:
    """Keys of people → their files in the same procuratorate; and the keys of those who are sealed."""
    key_of = {one: key for key, index in key_indexes(wanted).items() for one in (str(index), *index.others)}
    files: dict[int, int] = {}
    sealed: set[int] = set()
    for index, pk, hidden, secrecy in (
        everything(Person)
        .filter(merged_into=None, organisation=person.organisation_id, key_index__in=list(key_of))
        .values_list("key_index", "pk", "sealed", "secrecy")
    ):
        if hidden:
            sealed.add(key_of[index])
        elif secrecy <= person.secrecy and pk != person.pk:
            files[key_of[index]] = pk
    return files, sealed


def households_of(state: Loaded, person: Person, found: Around, *, day: date, clear: bool) -> list[Household]:
    """The households in whose registers a person stands or stood, those of today first.

    Args:
        state: the state of the pool.
        person: whose households.
        found: as :func:`look_around` has read it.
        day: for which day.
        clear: whether names are shown as they are.
    """
    wanted = {person.person_id, *(state.person(row["person_id"]) for row in found.entries)}
    who = {one.person_id: one for one in _told(state, person, wanted, found, (), day=day, clear=clear)}
    households = [
        _household(
            state,
            one,
            [row for row in found.entries if row["household_id"] == one],
            who,
            day,
            one in found.collective,
        )
        for one in sorted({row["household_id"] for row in found.entries})
    ]
    return sorted(households, key=lambda one: not one.now)


def _household(  # noqa: PLR0917 - what a household is made of
    state: Loaded,
    household_id: str,
    rows: list[Row],
    who: dict[int, Relative],
    day: date,
    collective: bool,
) -> Household:
    entries = [
        Entry(
            who[state.person(row["person_id"])],
            label("relation", row["relation"]),
            row["valid_from"],
            row["valid_to"],
            _holds(row, day),
            place_of(state, row),
        )
        for row in rows
    ]
    entries.sort(key=lambda one: (not one.now, -(one.relative.age or 0)))
    return Household(
        code=household_code(household_id),
        register=label("register", next((row["register"] for row in rows if row["register"]), None)),
        size=max((row["household_size"] for row in rows if row["household_size"]), default=None),
        collective=collective,
        entries=tuple(entries),
    )
