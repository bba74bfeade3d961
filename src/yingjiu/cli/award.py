"""Commands for awards: compute, explain, compare, test, bring in wages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import yaml

from yingjiu.awards import (
    Award,
    AwardCase,
    AwardError,
    CaseError,
    Decided,
    ParameterBook,
    Standard,
    award_case,
    award_data,
    check_decision,
    choose_standard,
    citizen_sentence,
    compute,
    counterfactuals,
    decision_paragraph,
    effects,
    hold_cases,
    money,
    nearest,
    read_case,
    read_parameters,
    read_standard,
    read_standards,
    read_wage_table,
    review_table,
    unlike_pairs,
    what_if,
    write_wage_files,
)
from yingjiu.cli.console import fail, say, table
from yingjiu.cli.workspace import Workspace
from yingjiu.declarations import read_yaml
from yingjiu.errors import Fault
from yingjiu.language import _, catalogue_text

__all__ = ["award"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STANDARD = click.option("--standard", help=_("name of a standard; the region's own unless given"))


@click.group(help=_("Awards: compute an amount, explain it, compare cases, test standards."))
def award() -> None:
    """Group of the award commands."""


def _book(workspace: Workspace) -> ParameterBook:
    return read_parameters(workspace.folder / "parameters")


def _standards(workspace: Workspace) -> tuple[Standard, ...]:
    return read_standards(workspace.folder / "standards")


def _awarded(workspace: Workspace, case: AwardCase, standard: str | None) -> Award:
    chosen = choose_standard(
        _standards(workspace), region=case.region, on=case.decided_on, name=standard or case.standard
    )
    return compute(case, chosen, _book(workspace))


@award.command("compute", help=_("Compute the amount of a case file (YAML or JSON)."))
@click.argument("file", type=_FILE)
@_STANDARD
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "yaml"]),
    default="text",
    show_default=True,
    help=_("how to print it"),
)
@click.pass_obj
def compute_file(workspace: Workspace, file: Path, standard: str | None, form: str) -> None:
    """Print the amount with its band, what is unknown, and warnings."""
    found = _awarded(workspace, read_case(file), standard)
    if form == "json":
        click.echo(json.dumps(award_data(found), ensure_ascii=False, indent=2))
    elif form == "yaml":
        click.echo(yaml.safe_dump(award_data(found), allow_unicode=True, sort_keys=False), nl=False)
    else:
        _show(found)
    case = found.case
    if case.decided is not None:
        check_decision(found, case.decided, reason=case.reason)


def _show(found: Award) -> None:
    say(_("Recommended: {amount}").format(amount=money(found.amount)), style="bold")
    say(_("Band: {band}").format(band=money(found.band)))
    if found.first_relief is not None:
        say(_("Urgent relief first: {amount}").format(amount=money(found.first_relief.value)))
    if found.to_pay.value != found.amount:
        say(_("Still to be paid: {amount}").format(amount=money(found.to_pay.value)))
    if found.joint:
        say(_("Paid by the levels: {parts}").format(parts=" + ".join(f"{part:,}" for part in found.joint)))
    for warning in found.warnings:
        say(warning, style="yellow")
    unknown = effects(found)
    if unknown:
        table(
            _("What would narrow it"),
            [_("document"), _("unknown"), _("amount then")],
            [
                (
                    effect.document,
                    effect.fact.input.says,
                    "; ".join(f"{shown}: {money(value)}" for shown, value in effect.outcomes),
                )
                for effect in unknown
            ],
        )
    say(citizen_sentence(found))


@award.command(help=_("Explain the amount of a case: every step, the paragraph, what if."))
@click.argument("file", type=_FILE)
@_STANDARD
@click.option("--what-if", "changes", multiple=True, help=_("a changed fact, like minor_dependants=3"))
@click.pass_obj
def explain(workspace: Workspace, file: Path, standard: str | None, changes: Sequence[str]) -> None:
    """Print the trace and all that is read off it."""
    found = _awarded(workspace, read_case(file), standard)
    _show(found)
    table(
        _("Steps"),
        ["#", _("step"), _("formula"), _("value"), _("from"), _("basis")],
        [
            (
                row.number,
                row.says,
                row.formula,
                row.value,
                _("; ").join(filter(None, (row.inputs, row.note))),
                row.basis,
            )
            for row in review_table(found)
        ],
    )
    say(decision_paragraph(found))
    others = [what_if(found, {name: value}) for name, value in map(_change, changes)]
    table(
        _("If it were different"),
        [_("change"), _("yuan")],
        [(each.says, each.shown) for each in others or counterfactuals(found)],
        numbers=1,
    )
    _show_likes(found.case)


def _change(text: str) -> tuple[str, Any]:
    name, _sign, value = text.partition("=")
    if not value:
        raise CaseError(Fault("AWD-302", _("a change is written like minor_dependants=3"), found=text))
    data, _lines = read_yaml(value, file=text)
    return name.strip(), data


def _show_likes(case: AwardCase) -> None:
    table(
        _("Like published awards"),
        [_("place"), _("year"), _("offence"), _("in common"), _("source"), _("yuan")],
        [
            (
                f"{like.award.province}{like.award.place}",
                like.award.year,
                like.award.crime,
                _(", ").join(like.shares),
                like.award.source,
                f"{like.award.amount:,}",
            )
            for like in nearest(case)
        ],
        numbers=1,
    )


@award.command(help=_("Compare decided cases (a list in YAML or JSON): like cases with unlike money."))
@click.argument("file", type=_FILE)
@_STANDARD
@click.option("--ratio", default="1.5", show_default=True, help=_("how many times as much is unlike"))
@click.pass_obj
def compare(workspace: Workspace, file: Path, standard: str | None, ratio: str) -> None:
    """Print pairs of like cases with unlike money; those without an explanation first."""
    data, _lines = read_yaml(file.read_text(encoding="utf-8-sig"), file=str(file))
    decided = _decided(workspace, data, file, standard)
    found = unlike_pairs(decided, ratio=Decimal(ratio))
    table(
        _("Like cases with unlike money"),
        [_("case"), _("yuan"), _("case"), _("yuan"), _("differs"), _("explained"), _("times")],
        [
            (
                pair.lesser.award.case.name,
                f"{pair.lesser.amount:,}",
                pair.greater.award.case.name,
                f"{pair.greater.amount:,}",
                _("; ").join(pair.differs),
                pair.why,
                str(pair.ratio),
            )
            for pair in found
        ],
        numbers=1,
    )
    open_ones = sum(not pair.explained for pair in found)
    say(
        _("{cases} cases, {pairs} pairs of unlike money, {open} not explained").format(
            cases=len(decided), pairs=len(found), open=open_ones
        )
    )


def _decided(workspace: Workspace, data: Any, file: Path, standard: str | None) -> list[Decided]:
    if not isinstance(data, list):
        raise CaseError(Fault("AWD-302", _("this should be a list of decided cases"), str(file)))
    found: list[Decided] = []
    faults: list[Fault] = []
    standards, book = _standards(workspace), _book(workspace)
    for number, item in enumerate(data, 1):
        try:
            case = award_case(item, file=f"{file} #{number}")
            if case.decided is None:
                missing = Fault(
                    "AWD-302", _("the decided amount is missing"), f"{file} #{number}", path="$.decided"
                )
                raise CaseError(missing)
            named = standard or case.standard
            chosen = choose_standard(standards, region=case.region, on=case.decided_on, name=named)
            found.append(Decided(compute(case, chosen, book), case.decided, case.reason))
        except AwardError as error:
            faults += error.faults
    if faults:
        raise CaseError(*faults)
    return found


@award.command(
    "test", help=_("Run the cases that standards ship with; shipped and the office's own unless given.")
)
@click.argument("paths", nargs=-1, type=_FILE)
@click.pass_obj
def run_tests(workspace: Workspace, paths: Sequence[Path]) -> None:
    """Run must-hold cases; the process ends with 1 if one does not hold."""
    standards = tuple(read_standard(path) for path in paths) or _standards(workspace)
    results = hold_cases(standards, _book(workspace))
    for result in results:
        if not result.holds:
            fail(f"{result.standard}: {result.says}")
            for fault in result.faults:
                fail(f"  {fault}")
    broken = sum(not result.holds for result in results)
    say(
        _("{count} cases of {standards} standards, {broken} do not hold").format(
            count=len(results), standards=len(standards), broken=broken
        )
    )
    if broken:
        raise click.exceptions.Exit(1)


@award.command(help=_("List the standards."))
@click.pass_obj
def standards(workspace: Workspace) -> None:
    """Print each standard in a line."""
    table(
        _("Standards"),
        [_("standard"), _("title"), _("regions"), _("from"), _("cases")],
        [
            (
                each.standard,
                catalogue_text(each.title),
                _(", ").join(each.regions) or _("only when named"),
                each.valid_from.isoformat(),
                len(each.cases),
            )
            for each in _standards(workspace)
        ],
        numbers=1,
    )


@award.command(
    "import-wages", help=_("Bring an office's own table of wages (CSV or XLSX) into the workspace.")
)
@click.argument("file", type=_FILE)
@click.option("--replace-shipped", is_flag=True, help=_("the office's values count instead of shipped ones"))
@click.pass_obj
def import_wages(workspace: Workspace, file: Path, replace_shipped: bool) -> None:
    """Check the table, write parameter files, and check that they fit the shipped ones."""
    rows = read_wage_table(file)
    folder = workspace.folder / "parameters"
    before = {path: path.read_bytes() for path in folder.glob("*.yaml")}
    written = write_wage_files(rows, folder, replaces_shipped=replace_shipped)
    try:
        read_parameters(folder)
    except AwardError:
        for path in written:
            path.unlink()
            if path in before:
                path.write_bytes(before[path])
        raise
    say(_("{count} wages brought in").format(count=len(rows)))
    for path in written:
        say(f"  {path}")
