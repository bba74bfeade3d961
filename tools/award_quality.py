"""Hold published awards against what the example standard recommends, for docs/quality.md.

``python tools/award_quality.py`` prints the section; ``--write`` writes it between its marks on the page.
The standard is not tuned to these awards: news favours notable cases, and practice is noisy.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final

os.environ["YINGJIU_LANGUAGE"] = "en"  # before anything of ours is imported: pages are in English

from yingjiu.awards import (
    Award,
    NoAmountError,
    PublishedAward,
    compute,
    published_awards,
    read_parameters,
    read_standards,
)

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "quality.md"
BEGIN: Final = "<!-- awards: written by tools/award_quality.py -->"
END: Final = "<!-- end of awards -->"

ASSUMED: Final = {
    "injury_grade": "none",
    "injury_disability_grade": "none",
    "urgent_treatment": False,
    "working_capacity_lost": False,
    "loss": 0,
    "medical_cost": 0,
    "awarded": "none",
    "received": 0,
    "fault": "none",
    "hardships": [],
    "minor_dependants": 0,
    "other_dependants": 0,
    "applicant_minor": False,
    "victim_age": 40,
}
"""What a news item does not say, it is taken not to be there."""


@dataclass(frozen=True, slots=True)
class Held:
    """A published award beside what the standard gives."""

    published: PublishedAward
    ranged: Award
    assumed: Award

    @property
    def ratio(self) -> Decimal:
        """Paid in units of the middle of what is recommended."""
        return self.published.amount / self.middle if self.middle else Decimal(0)

    @property
    def middle(self) -> Decimal:
        """The recommended figure; the middle where a grade is known in part."""
        return (self.assumed.amount.low + self.assumed.amount.high) / 2


def held() -> tuple[list[Held], list[str]]:
    """Every award that can be held, and the reasons why others cannot."""
    standard = next(each for each in read_standards() if each.standard == "national-example")
    book = read_parameters()
    found, left_out = [], []
    for published in published_awards():
        if "harm" not in published.told:
            left_out.append("the harm is not stated, or no standard covers it")
            continue
        try:
            ranged = compute(published.case(), standard, book)
            assumed = compute(published.case(ASSUMED), standard, book)
        except NoAmountError:
            left_out.append("no wage of grade A or B for the year before")
            continue
        found.append(Held(published, ranged, assumed))
    return found, left_out


def ranks(values: Sequence[Decimal]) -> list[float]:
    """Ranks from 1, ties in the middle."""
    ordered = sorted(values)
    return [(2 * ordered.index(value) + ordered.count(value) + 1) / 2 for value in values]


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Pearson's correlation; of ranks it is Spearman's."""
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    pairs = list(zip(one, other, strict=True))
    top = sum((a - mean_one) * (b - mean_other) for a, b in pairs)
    below = sum((a - mean_one) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other)
    return float(top / below**0.5)


def section() -> str:
    """The section as Markdown."""
    found, left_out = held()
    in_range = [
        each for each in found if each.ranged.band.low <= each.published.amount <= each.ranged.band.high
    ]
    in_band = [
        each for each in found if each.assumed.band.low <= each.published.amount <= each.assumed.band.high
    ]
    above = [each for each in found if each.published.amount > each.assumed.band.high]
    below = [each for each in found if each.published.amount < each.assumed.band.low]
    rho = correlation(
        ranks([each.published.amount for each in found]), ranks([each.middle for each in found])
    )
    out = "; ".join(f"{left_out.count(why)} because {why}" for why in sorted(set(left_out)))
    number = len(found)
    lines = [
        BEGIN,
        "## Awards: the example standard beside published practice",
        "",
        f"{len(published_awards())} published awards stand in the catalogue; {number} can be held",
        f"against the standard `national-example`. Left out: {out}.",
        "The example's months and factors are ours, taken from no office, and not tuned to these awards.",
        "",
        "| question | answer |",
        "|---|---|",
        f"| paid inside the range, the unstated left unknown | {len(in_range)} of {number} |",
        f"| paid inside the band, the unstated taken as absent | {len(in_band)} of {number} |",
        f"| above the band | {len(above)} |",
        f"| below the band | {len(below)} |",
        f"| rank correlation (Spearman) of paid and recommended | {rho:.2f} |",
        f"| median of paid / recommended | {median(each.ratio for each in found):.2f} |",
        "",
        "By harm, with what is not stated taken as absent:",
        "",
        "| harm | awards | in the band | above | below | median of paid / recommended |",
        "|---|---|---|---|---|---|",
    ]
    for harm in sorted({each.published.told["harm"] for each in found}):
        of = [each for each in found if each.published.told["harm"] == harm]
        counts = " | ".join(str(sum(each in some for each in of)) for some in (in_band, above, below))
        lines.append(f"| {harm} | {len(of)} | {counts} | {median(each.ratio for each in of):.2f} |")
    lines += ["", *_reasons(found, above, below), "", "| award | harm | paid | recommended | band | range |"]
    lines.append("|---|---|---|---|---|---|")
    lines += [_row(each) for each in sorted(found, key=lambda each: each.published.id)]
    return "\n".join([*lines, END]) + "\n"


def _reasons(found: Sequence[Held], above: Sequence[Held], below: Sequence[Held]) -> list[str]:
    joint = [each.published.amount for each in found if each.published.told["levels"] > 1]
    empty = [each for each in above if each.assumed.amount.high == 0]
    deaths = [each.ratio for each in found if each.published.told["harm"] == "death"]
    grave = [each for each in below if {"injury_grade", "injury_disability_grade"} & set(each.published.told)]
    return f"""Where we are off, and why:

- **Ranges are wide, so that all awards in them prove little.** News states few of the inputs; a range that
  leaves them open is honest and nearly always holds.
- **Deaths are paid less than the example's ten months**: the median is {median(deaths):.2f} of what it
  recommends. The example keeps the order of harms (death never below an injury); what offices pay also
  follows their yearly fund, which no standard sees.
- **A grade that is known is paid less, too**: {len(grave)} of the {len(below)} awards below the band
  state one.
- **The national wage** is the example's base by its own declaration; an office uses its province's or city's,
  and where that is lower every month is worth less. For these years and provinces the catalogue holds too
  few values of grade A or B to measure the effect.
- **News leaves out the grade**: for {len(empty)} of the {len(above)} awards above the band it states bodily
  harm and no grade at all; taken as absent, that is no harm to the standard, and it recommends nothing. Left
  unknown, the paid amount lies in the range.
- **Joint relief**: {len(joint)} awards were paid by two or three levels, {min(joint):,} to {max(joint):,}
  yuan; one factor for each number of levels cannot follow that.""".split("\n")


def _row(each: Held) -> str:
    return (
        f"| {each.published.id} | {each.published.told['harm']} | {each.published.amount:,} "
        f"| {each.middle:,.0f} | {each.assumed.band.low:,.0f} – {each.assumed.band.high:,.0f} "
        f"| {each.ranged.band.low:,.0f} – {each.ranged.band.high:,.0f} |"
    )


def written(page: str) -> str:
    """The page with the section in its place, or at its end."""
    if BEGIN in page:
        before, rest = page.split(BEGIN, 1)
        return before + section() + rest.split(END, 1)[1].lstrip("\n")
    return page.rstrip() + "\n\n" + section()


def main() -> int:
    """Print the section, or write it."""
    if "--write" in sys.argv[1:]:
        page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Quality, measured\n"
        PAGE.write_text(written(page), encoding="utf-8")
        print(PAGE)
    else:
        print(section())
    return 0


if __name__ == "__main__":
    sys.exit(main())
