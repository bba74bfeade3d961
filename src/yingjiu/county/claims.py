"""One claim of one living person in one case, with everything that the rules ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from yingjiu.county.circumstances import Circumstances
from yingjiu.county.dates import NEVER, TODAY, month_days
from yingjiu.county.lives import County
from yingjiu.county.offences import HARMS

__all__ = ["Claim", "Enforcement", "all_claims"]


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What the court did to make the debtor pay."""

    status: str
    last_act: int

    def sleeps(self, months: int) -> bool:
        """Whether nothing was done for so many months."""
        return self.last_act < TODAY - month_days(months)


@dataclass(frozen=True, slots=True)
class Claim:
    """A victim, near relative or plaintiff, as he or she truly stands on the run date."""

    person: int
    case: int
    criminal: bool
    role: str
    male: bool
    minor: bool
    article: str
    cause: str
    harm: str
    bodily: bool
    urgent: bool
    capacity_lost: bool
    loss: int
    due: int
    received: int
    fault: str
    gave_up: bool
    refused: bool
    false_statement: bool
    offender_can_pay: bool
    enforcement: Enforcement | None
    relief: str | None
    hardship: set[str]
    hardship_ended: bool
    lookalike: str | None
    unknown: frozenset[str]


def all_claims(county: County, lives: Circumstances) -> Iterator[Claim]:
    """Every claim of a living person."""
    harmed, cases, people = county.harmed, county.cases, county.people
    enforced = {
        int(case): Enforcement(str(status), int(last))
        for case, status, last in zip(
            harmed["case"][county.enforcement["claim"]],
            county.enforcement["status"],
            county.enforcement["last_act"],
            strict=True,
        )
    }
    relief = {
        (int(person), int(case)): str(outcome)
        for person, case, outcome, earlier in zip(
            county.relief["person"],
            county.relief["case"],
            county.relief["outcome"],
            county.relief["earlier"],
            strict=True,
        )
        if not earlier
    }
    looks = dict(zip(county.lookalikes["claim"].tolist(), county.lookalikes["reason"].tolist(), strict=True))
    grown = TODAY - int(18 * 365.2425)
    harms = (*HARMS, "none")
    columns = {name: harmed[name].tolist() for name in harmed}
    for row in np.flatnonzero(county.deaths[harmed["person"]] == NEVER).tolist():
        cell = {name: column[row] for name, column in columns.items()}
        person, case = cell["person"], cell["case"]
        criminal = cases["kind"][case] == "criminal"
        unknown = set()
        if criminal:
            facts = {
                "harm_grade": cell["grade_known"],
                "awarded": cell["due_known"],
                "received": cell["received_known"],
            }
            facts["offender_can_pay"] = bool(cases["can_pay_known"][case])
            unknown = {fact for fact, known in facts.items() if not known}
        yield Claim(
            person=person,
            case=case,
            criminal=criminal,
            role=cell["role"],
            male=bool(people["male"][person]),
            minor=bool(people["birth"][person] > grown),
            article=str(cases["article"][case]),
            cause=str(cases["cause"][case]),
            harm=harms[cell["harm"]],
            bodily=lives.bodily(row),
            urgent=cell["urgent"],
            capacity_lost=cell["capacity_lost"],
            loss=cell["loss"],
            due=cell["due"],
            received=cell["received"],
            fault=cell["fault"],
            gave_up=cell["gave_up"],
            refused=cell["refused"],
            false_statement=cell["false_statement"],
            offender_can_pay=bool(cases["can_pay"][case]),
            enforcement=enforced.get(case),
            relief=relief.get((person, case)),
            hardship=lives.hardship_of(person),
            hardship_ended=lives.hardship_ended(person),
            lookalike=looks.get(row),
            unknown=frozenset(unknown),
        )
