"""The report as one HTML file that needs nothing but a browser.

Scripts, styles and data are inline, and the page's own content security policy names them by their hashes
and allows nothing else: neither a text from a source file nor a later edit can make the page run or fetch
anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from yingjiu.errors import Fault
from yingjiu.language import _, catalogue_text, current_language, ngettext
from yingjiu.report import words
from yingjiu.report.cards import card
from yingjiu.report.data import Basis, Condition, Evidence, Lead, ReportData
from yingjiu.report.errors import ReportError
from yingjiu.report.figures import figures, percent
from yingjiu.report.files import whole_file
from yingjiu.report.masking import shown

__all__ = [
    "MAX_CARDS",
    "basis_label",
    "file_label",
    "ordered",
    "place",
    "render",
    "said",
    "seen",
    "write_page",
]

MAX_CARDS: Final = 2000
"""More lead cards than these make a page that nobody reads and that a phone cannot open."""
MAX_NUMBERS: Final = 12
"""Row numbers shown of rows that say the same."""
MAX_ROWS: Final = 3
"""Groups of evidence shown for one condition; the workbook has every row."""


def render(data: ReportData, *, max_cards: int = MAX_CARDS) -> str:
    """Write the page.

    Args:
        data: the report; personal data is masked here unless ``data.reveal`` is given.
        max_cards: how many leads get a card on the page, the most urgent first.

    Returns:
        The HTML document.

    Raises:
        ReportError: ``RPT-001`` the browser assets are not there.
    """
    style, script, echarts = _own("page.css"), _own("page.js"), _echarts()
    drawn = figures(data)
    visible = shown(data)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            data=visible,
            cards=[card(lead) for lead in ordered(visible.leads)[:max_cards]],
            figures=drawn,
            tally=_tally(data),
            language=current_language(),
            version=_version(),
            policy=_policy(style=style, scripts=(echarts, script)),
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            echarts=Markup(echarts),  # noqa: S704 - from the locked npm package
            charts=_json({figure.id: figure.chart for figure in drawn}),
        )
    )


def write_page(data: ReportData, path: Path) -> Path:
    """Write the page to a file.

    Args:
        data: the report.
        path: the file.

    Returns:
        The path.

    Raises:
        ReportError: ``RPT-001`` the browser assets are not there, ``RPT-002`` the file cannot be written.
    """
    text = render(data)
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return path


def ordered(leads: tuple[Lead, ...]) -> list[Lead]:
    """Leads in the order in which they should be read: urgent first, then certain, then by kind."""
    return sorted(
        leads,
        key=lambda lead: (
            words.LEVELS.index(lead.level),
            words.OUTCOMES.index(lead.outcome),
            words.KINDS.index(lead.kind),
            -len(lead.reasons),
            lead.key,
        ),
    )


def _tally(data: ReportData) -> list[dict[str, Any]]:
    kinds = [
        {"count": sum(lead.kind == kind for lead in data.leads), "label": words.kind_label(kind), "tone": ""}
        for kind in words.KINDS
    ]
    red = sum(lead.level == "red" for lead in data.leads)
    unsettled = sum(lead.outcome == "possible" for lead in data.leads)
    return [
        *kinds,
        {"count": red, "label": _("at red level"), "tone": "red"},
        {"count": unsettled, "label": _("still to be settled"), "tone": ""},
    ]


def _own(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def _echarts() -> str:
    asset = files(__package__).joinpath("vendor", "echarts.common.min.js")
    if not asset.is_file():
        raise ReportError(
            Fault(
                "RPT-001",
                _("the charts' script is missing from this installation"),
                str(asset),
                hint=_("install the package again (pip install -e .), or run: python hatch_build.py"),
            )
        )
    text = asset.read_text(encoding="utf-8")
    return re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE)


def _version() -> str:
    try:
        return version("yingjiu")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ""


def _policy(*, style: str, scripts: tuple[str, ...]) -> str:
    """The page's content security policy."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _json(value: object) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - nothing in it can be markup now


def _compact(text: str) -> Markup:
    """Without the template's indentation, which would be a third of the page."""
    return Markup(re.sub(r"\s*\n\s*", "\n", str(text)))  # noqa: S704 - already escaped by the template


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_own),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"compact": _compact, "file_label": file_label}
    environment.globals |= {
        "_": _,
        "ngettext": ngettext,
        "says": catalogue_text,
        "percent": percent,
        "place": place,
        "person_facts": _person_facts,
        "basis": basis_label,
        "said": said,
        "seen": seen,
        "max_rows": MAX_ROWS,
        "route_label": words.route_label,
        "kinds": words.KINDS,
        "levels": words.LEVELS,
        "outcomes": words.OUTCOMES,
        "kind_label": words.kind_label,
        "level_label": words.level_label,
        "outcome_label": words.outcome_label,
        "truth_label": words.truth_label,
        "code_label": words.code_label,
        "table_label": words.table_label,
        "next_steps": words.next_steps,
        "estimate_label": words.estimate_label,
    }
    return environment


def place(row: Evidence, rows: tuple[int, ...] = ()) -> str:
    """Where a row stands, or several of the same file, so that a clerk finds them there."""
    sheet = _("sheet {sheet}").format(sheet=row.sheet) if row.sheet else ""
    numbers = [str(number) for number in rows or (row.row,)]
    shown = numbers[:MAX_NUMBERS] + (["…"] if len(numbers) > MAX_NUMBERS else [])
    line = ngettext("row {row}", "rows {row}", len(numbers)).format(row=_(", ").join(shown))
    return " ".join(part for part in (file_label(row.file), sheet, line) if part)


def file_label(file: str) -> str:
    """A file by its name; a database by the last part of its address, without host, account and folders."""
    return unquote(file).rstrip("/").rpartition("/")[2] if "://" in file else file


def basis_label(basis: tuple[Basis, ...]) -> str:
    """Laws and articles, each law once."""
    articles: dict[str, list[str]] = {}
    for item in basis:
        articles.setdefault(item.rule, []).append(words.article_label(item.article))
    english = current_language() == "en"
    return _("; ").join(
        f"{catalogue_text(rule)}, {', '.join(found)}" if english else f"《{rule}》{'、'.join(found)}"
        for rule, found in articles.items()
    )


def said(row: Evidence) -> str:
    """What a row says, column by column."""
    return _values(row.table, row.values)


def seen(condition: Condition) -> str:
    """What a condition saw of the subject, column by column."""
    return _values(condition.table, condition.seen)


def _values(table: str, values: tuple[tuple[str, str], ...]) -> str:
    return _("; ").join(
        _("{label}: {value}").format(
            label=words.column_label(table, column), value=words.value_label(table, column, value)
        )
        for column, value in values
    )


def _person_facts(lead: Lead) -> list[tuple[str, str]]:
    person = lead.person
    born = person.birth_date.isoformat() if person.birth_date else ""
    facts = [
        (_("ID number"), person.number or _("no valid number")),
        (_("Born"), born),
        (_("Address"), person.address or ""),
        (_("Phone"), person.phone or ""),
        (_("Case number"), lead.case_no or ""),
        (_("On lists"), _(", ").join(words.code_label("hardship_list", code) for code in lead.hardship)),
        (_("Lead"), lead.key),
    ]
    return [(label, text) for label, text in facts if text]
