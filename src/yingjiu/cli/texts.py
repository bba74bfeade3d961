"""Explanations as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _, catalogue_text
from yingjiu.screening import Explanation

__all__ = ["explanation_lines"]

_MARK = {True: "✓", False: "✗", None: "?"}
_OUTCOME = {"match": _("match"), "possible": _("possible"), "no": _("no")}
_LEVEL = {"red": _("red"), "orange": _("orange"), "yellow": _("yellow")}


def explanation_lines(found: Explanation) -> Iterator[str]:
    """Write an explanation down.

    Args:
        found: from :func:`yingjiu.screening.explain`.

    Yields:
        Lines, most important first.
    """
    level = f" · {_LEVEL[found.level]}" if found.level else ""
    yield f"{found.title} ({found.model} v{found.version})  {_OUTCOME[found.outcome]}{level}"
    yield "  " + _("person {number}  case {case}").format(number=found.person, case=found.case_id or "-")
    basis = _("; ").join(f"{catalogue_text(each.rule)} {each.article}" for each in found.basis)
    yield "  " + _("legal basis: {basis}").format(basis=basis)
    for atom in found.atoms:
        if atom.truth is False and not atom.matters:
            continue
        values = ", ".join(f"{value.zh} {value.text}" for value in atom.values)
        yield f"  {_MARK[atom.truth]} {atom.says}" + (f"  [{values}]" if values else "")
        if atom.excludes:
            yield "      " + _("this is why it is left out")
        if atom.matters and atom.settle:
            yield "      " + _("would be settled by: {what}").format(what=atom.settle)
        for row, shown in atom.evidence:
            at = row.provenance
            sheet = f" {at.sheet}" if at.sheet else ""
            says = ", ".join(f"{value.zh} {value.text}" for value in shown)
            place = _("{where}, row {row}").format(where=f"{at.file}{sheet}", row=at.row)
            yield f"      {at.source}: {place} ({at.data_date}) {says}"
    hidden = sum(atom.truth is False and not atom.matters for atom in found.atoms)
    if hidden:
        yield "  " + _("{count} conditions are false and change nothing").format(count=hidden)
    for question in found.questions:
        yield "  " + _("to be asked: {question}").format(question=question)
    for help_ in found.recommend:
        measure = CODE_LISTS["measure"].label(help_.measure)
        told = f"{catalogue_text(help_.agency)} · {measure} · {catalogue_text(help_.says)}"
        yield "  " + _("next: {help}").format(help=told)
