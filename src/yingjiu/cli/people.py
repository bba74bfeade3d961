"""Commands about who is who: link, review, decide, explain, measure."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from yingjiu.cli.console import say, steps, table
from yingjiu.cli.people_measure import DEGREES, measure_county
from yingjiu.cli.reveal import asked, reveal_options
from yingjiu.cli.workspace import Workspace
from yingjiu.codes import CODE_LISTS, mask_address, mask_id, mask_name, mask_phone, parse_id
from yingjiu.codes.errors import IdNumberError
from yingjiu.county import generate_county
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people import (
    DecisionError,
    Link,
    Links,
    LinkStoreError,
    Review,
    Side,
    Verdict,
    current_links,
    link_pool,
    read_decisions,
    read_links,
    read_policy,
    read_reviews,
    reason_text,
    records_of,
    side_by_side,
)
from yingjiu.people import decide as take_down
from yingjiu.pool import Pool

__all__ = ["link_people", "people"]

WHY: Final = {
    "between": _("the weight lies between the thresholds"),
    "rivals": _("two candidates are nearly equal"),
    "two_under_one": _("two names stand under one number"),
    "two_numbers": _("two people in lists look like one"),
}
TIERS: Final = {
    "decided": _("decided by a person"),
    "renumbered": _("two numbers, alike but for the region"),
    "repaired": _("a slip in the number"),
    "case": _("the same name in the same case"),
    "birth": _("the same name, date of birth and village"),
    "home": _("the same name in the same house"),
    "weighed": _("weighed"),
    "kept": _("linked earlier, and not refuted"),
}
SLIPS: Final = {
    "digit": _("one digit wrong"),
    "swap": _("two digits swapped"),
    "birth_swapped": _("month and day swapped"),
    "missing": _("one digit left out"),
    "surplus": _("one digit too many"),
    "short": _("an old number of 15 digits"),
    "same": _("the number is right"),
}
FIELDS: Final = {
    "name": _("name of the person"),
    "digits": _("ID number"),
    "birth": _("date of birth"),
    "sex": _("sex"),
    "phone": _("telephone"),
    "address": _("address"),
}
_MASKS: Final = {"name": mask_name, "digits": mask_id, "phone": mask_phone, "address": mask_address}
_SHOWN: Final = 20


@click.group(help=_("Who is who: link records to people, and decide what stays open."))
def people() -> None:
    """Group of the people commands."""


def link_people(workspace: Workspace) -> Links:
    """Link the people of a workspace's pool, with progress, and say how many.

    Args:
        workspace: whose pool.
    """
    pool = workspace.pool()
    with steps(_("Linking people")):
        links = link_pool(pool, read_policy())
    say(
        "  "
        + _(
            "{linked} records belong to a person known otherwise; {waiting} pairs wait for a decision"
        ).format(linked=f"{links.linked:,}", waiting=f"{links.waiting:,}")
    )
    for warning in links.warnings:
        say(f"  {warning}", style="yellow")
    return links


@people.command(help=_("Say which person each record belongs to; decisions already taken stand."))
@click.pass_obj
def link(workspace: Workspace) -> None:
    """Link."""
    links = link_people(workspace)
    tiers: dict[str, int] = {}
    for each in read_links(links):
        tiers[each.tier] = tiers.get(each.tier, 0) + 1
    table(
        _("Links"),
        [_("how"), _("records")],
        [(TIERS[tier], tiers[tier]) for tier in TIERS if tier in tiers],
        numbers=1,
    )


@people.command(help=_("Show the pairs that wait for a decision, both records side by side."))
@click.option("--most", type=click.IntRange(1), default=_SHOWN, show_default=True, help=_("how many pairs"))
@reveal_options
@click.pass_obj
def review(workspace: Workspace, most: int, reveal: bool, purpose: str | None) -> None:
    """Show what must be decided."""
    revealed = asked(workspace, "people review", reveal=reveal, purpose=purpose) is not None
    pool, links = _linked(workspace)
    waiting = _waiting(pool, links)
    sides = records_of(
        pool.view().tables, {key for each in waiting[:most] for key in (each.left, each.right)}
    )
    for each in waiting[:most]:
        _show_review(each, sides, revealed=revealed)
    say(
        _("{shown} of {count} pairs that wait for a decision").format(
            shown=min(most, len(waiting)), count=len(waiting)
        )
    )
    if waiting:
        say(_("yingjiu people decide {code} same|not-same --reason ...").format(code=waiting[0].code))


@people.command(help=_("Take down whether a pair is one person; no run undoes it."))
@click.argument("pair")
@click.argument("verdict", type=click.Choice(["same", "not-same", "open"]))
@click.option("--reason", required=True, help=_("why, in a few words"))
@click.option("--by", help=_("who decides; the user of this computer unless given"))
@click.pass_obj
def decide(workspace: Workspace, pair: str, verdict: str, reason: str, by: str | None) -> None:
    """Take down a decision."""
    pool, links = _linked(workspace)
    left, right = _pair(pool, links, pair)
    verdicts: dict[str, Verdict] = {"same": "same", "not-same": "not_same", "open": "open"}
    take_down(pool.folder, left, right, verdicts[verdict], reason=reason, by=by or getpass.getuser())
    say(_("taken down; it counts from the next yingjiu people link on"))


@people.command(help=_("Say why a record belongs to a person: an ID number, or the code of a pair."))
@click.argument("who")
@reveal_options
@click.pass_obj
def explain(workspace: Workspace, who: str, reveal: bool, purpose: str | None) -> None:
    """Explain links."""
    revealed = asked(workspace, "people explain", reveal=reveal, purpose=purpose) is not None
    pool, links = _linked(workspace)
    found = [each for each in read_links(links) if _is_about(each, who)]
    reviews = [each for each in read_reviews(links) if each.code == who]
    sides = records_of(
        pool.view().tables,
        {key for link in found for key in (link.person_id, link.canonical_id)}
        | {key for each in reviews for key in (each.left, each.right)},
    )
    for each in found:
        how = TIERS[each.tier] + (f": {SLIPS[each.how]}" if each.how in SLIPS else "")
        say(f"{_pair_code(each)}  {how}", style="cyan")
        _show_sides(sides[each.person_id], sides[each.canonical_id], revealed=revealed)
        if each.reasons:
            say("  " + _("weight {weight}: {reasons}").format(
                weight=f"{each.weight:+.1f}", reasons=reason_text(each.reasons, read_policy())
            ))  # fmt: skip
    for waiting in reviews:
        _show_review(waiting, sides, revealed=revealed)
    for decision in read_decisions(pool.folder).every:
        if Review(decision.left, decision.right, "between").code == who:
            say("  " + _("{at} {by} decided {verdict}: {reason}").format(
                at=decision.at, by=decision.by, verdict=decision.verdict, reason=decision.reason
            ))  # fmt: skip
    if not found and not reviews:
        say(_("nothing was linked to this record, and nothing waits"))


@people.command(help=_("Measure precision and recall on synthetic counties with known truth."))
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help=_("which county"))
@click.option(
    "--size", type=click.IntRange(2000), default=20_000, show_default=True, help=_("how many people")
)
@click.option(
    "--slips", "degrees", type=click.Choice(DEGREES), multiple=True, default=DEGREES, show_default=True,
    help=_("how often case files are mistaken about who somebody is"),
)  # fmt: skip
@click.option(
    "--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=_("another linkage policy")
)
def measure(seed: int, size: int, degrees: Sequence[str], policy: Path | None) -> None:
    """Measure linkage."""
    chosen = read_policy(policy) if policy else read_policy()
    county = generate_county(seed, size)
    for degree in degrees:
        found = measure_county(county, degree, chosen)
        table(
            _("Linkage, slips of the pen: {degree}").format(degree=degree),
            [_("error"), _("rows"), _("precision"), _("recall"), "F1", _("plain join")],
            [
                (
                    q.kind,
                    q.rows,
                    f"{q.precision:.4f}",
                    f"{q.recall:.4f}",
                    f"{q.f1:.4f}",
                    f"{q.plain_recall:.3f}",
                )
                for q in found
            ],
            numbers=5,
        )


# --- what the commands share ----------------------------------------------------------------------------


def _linked(workspace: Workspace) -> tuple[Pool, Links]:
    pool = workspace.pool()
    links = current_links(pool.folder)
    if links is None:
        raise LinkStoreError(
            Fault(
                "PPL-042",
                _("the people of this pool have not been linked"),
                hint=_("run: yingjiu people link"),
            )
        )
    return pool, links


def _waiting(pool: Pool, links: Links) -> list[Review]:
    decisions = read_decisions(pool.folder)
    return [each for each in read_reviews(links) if decisions.of(each.left, each.right) is None]


def _pair_code(link: Link) -> str:
    return Review(link.person_id, link.canonical_id, "between").code


def _pair(pool: Pool, links: Links, code: str) -> tuple[int, int]:
    pairs = [(each.left, each.right) for each in read_reviews(links)]
    pairs += [(each.person_id, each.canonical_id) for each in read_links(links)]
    pairs += [(each.left, each.right) for each in read_decisions(pool.folder).every]
    for left, right in pairs:
        if Review(left, right, "between").code == code or Review(right, left, "between").code == code:
            return left, right
    raise DecisionError(
        Fault(
            "PPL-020",
            _("there is no such pair"),
            found=code,
            hint=_("take the code from: yingjiu people review"),
        )
    )


def _is_about(link: Link, who: str) -> bool:
    if _pair_code(link) == who:
        return True
    try:
        key = parse_id(who).key
    except IdNumberError:
        return False
    return key in {link.person_id, link.canonical_id}


def _show_review(each: Review, sides: dict[int, Side], *, revealed: bool) -> None:
    say(f"{each.code}  {WHY[each.why]}", style="cyan")
    _show_sides(sides[each.left], sides[each.right], revealed=revealed)
    if each.weight is not None:
        say("  " + _("weight {weight}: {reasons}").format(
            weight=f"{each.weight:+.1f}", reasons=reason_text(each.reasons, read_policy())
        ))  # fmt: skip


def _show_sides(left: Side, right: Side, *, revealed: bool) -> None:
    if left.person_id == right.person_id:  # two names under one number: there is one record to look at
        single = [
            (FIELDS[name], _values(name, values, revealed=revealed)) for name, values in left.fields.items()
        ]
        places = [
            (_("read in") if not number else "", place) for number, place in enumerate(_places(left)) if place
        ]
        table("", [_("field"), _("record")], [*single, *places])
        return
    rows: list[tuple[Any, ...]] = []
    for compared in side_by_side(left, right):
        shown = [
            _values(compared.field, values, revealed=revealed) for values in (compared.left, compared.right)
        ]
        rows.append((FIELDS[compared.field], *shown, "≠" if compared.differs else ""))
    for number, (one, other) in enumerate(zip(_places(left), _places(right), strict=True)):
        if one or other:
            rows.append((_("read in") if not number else "", one, other, ""))
    table("", [_("field"), _("record"), _("candidate"), ""], rows)


def _values(field: str, values: Sequence[str], *, revealed: bool) -> str:
    if field == "sex":
        return " / ".join(CODE_LISTS["sex"].label(value) for value in values)
    mask = _MASKS.get(field)
    return " / ".join(value if revealed or mask is None else mask(value) for value in values)


def _places(side: Side) -> list[str]:
    shown = [
        f"{file} {sheet or ''} {row}".replace("  ", " ") for _source, file, sheet, row in side.places[:3]
    ]
    return [*shown, "", "", ""][:3]
