"""Write the reference pages that come out of the code: commands, tables, error codes, models.

``python tools/docs.py`` writes them; ``python tools/docs.py --check`` says which are stale and fails.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ["YINGJIU_LANGUAGE"] = "en"  # before anything of ours is imported: pages are in English

import click

from yingjiu.cli.app import cli
from yingjiu.codes import CODE_LISTS, IdStatus
from yingjiu.language import catalogue_text
from yingjiu.pool import PROVENANCE, TABLES, Column
from yingjiu.screening import Model, read_models
from yingjiu.screening.logic import written
from yingjiu.screening.model import Test
from yingjiu.sources import RULES
from yingjiu.sources.readers import BROKEN_ROW_CODES

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "src" / "yingjiu"
REFERENCE = ROOT / "docs" / "reference"
GENERATED = "<!-- written by tools/docs.py; change the code, not this page -->\n"


def pages() -> dict[Path, str]:
    """Every generated page and its text."""
    found = {
        REFERENCE / "commands.md": _commands(),
        REFERENCE / "tables.md": _tables(),
        REFERENCE / "errors.md": _errors(),
    }
    models = read_models(CODE / "catalogue" / "models")
    found[REFERENCE / "models" / "README.md"] = _model_index(models)
    found |= {REFERENCE / "models" / f"{model.id}.md": _model(model) for model in models}
    return found


def _table(headings: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += [
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


# --- commands -------------------------------------------------------------------------------------------


def _walk(command: click.Command, path: list[str]) -> Iterator[tuple[list[str], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _walk(inner, [*path, name])


def _commands() -> str:
    parts = [GENERATED, "# Commands\n"]
    for path, command in _walk(cli, ["yingjiu"]):
        context = click.Context(command, info_name=path[-1])
        usage = " ".join([*path, *command.collect_usage_pieces(context)])
        parts.append(f"\n## `{' '.join(path)}`\n\n{command.help or ''}\n\n```\n{usage}\n```\n")
        rows = [
            [f"`{' '.join(option.opts)}`", (option.help or "") + _default(option)]
            for option in command.params
            if isinstance(option, click.Option)
        ]
        if rows:
            parts.append("\n" + _table(["option", ""], rows))
    return "".join(parts)


def _default(option: click.Option) -> str:
    shown = f" (default: {option.default})" if option.show_default and option.default is not None else ""
    return shown + (f" [{option.envvar}]" if isinstance(option.envvar, str) else "")


# --- tables ---------------------------------------------------------------------------------------------


def _column(column: Column) -> list[str]:
    kind = f"code of [{column.codes}](#{column.codes})" if column.codes else column.type.value
    if column.scale:
        kind = f"grade of {column.scale}"
    notes = [note for note, holds in (("required", column.required), ("personal", column.personal)) if holds]
    return [f"`{column.name}`", column.zh, kind, ", ".join(notes)]


def _tables() -> str:
    parts = [GENERATED, "# Tables and codes\n\nNULL means *not known*, never *no*.\n"]
    for table in TABLES.values():
        identity = ", ".join(f"`{name}`" for name in table.identity)
        parts.append(f"\n## {table.name} {table.zh}\n\nRows about the same thing share {identity}.\n\n")
        parts.append(
            _table(["column", "中文", "type", ""], [_column(column) for column in table.columns.values()])
        )
    parts.append(
        "\n## On every row\n\n"
        + _table(["column", "中文", "type", ""], [_column(column) for column in PROVENANCE])
    )
    parts.append("\n# Code lists\n")
    for codes in CODE_LISTS.values():
        parts.append(f"\n## {codes.name}\n\nStandard: {codes.standard}\n\n")
        parts.append(
            _table(
                ["code", "中文", "English"],
                [[f"`{code}`", label.zh, label.en] for code, label in codes.codes.items()],
            )
        )
    return "".join(parts)


# --- errors ---------------------------------------------------------------------------------------------


def fault_codes() -> dict[str, str]:
    """Every code that the source gives to a fault or a row, and what it means."""
    means: dict[str, str] = {}
    for file in sorted(CODE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for code, text in _messages(tree):
            means[code] = means.get(code) or text
    described = {code: text for file in sorted(CODE.rglob("errors.py")) for code, text in _described(file)}
    otherwise = dict(_described(CODE / "declarations.py"))
    means = {code: described.get(code) or text or otherwise.get(code, "") for code, text in means.items()}
    means |= {f"COD-{status:03}": status.says for status in IdStatus if not status.ok}
    means |= {code: text for code, text in PLAINER.items() if code in means}
    means |= dict(BROKEN_ROW_CODES) | {rule.code: rule.message for rule in RULES.values()}
    return dict(sorted(means.items()))


CODE_TEXT = re.compile(r"[A-Z]{3}-\d{3}")
TRANSLATES = frozenset({"_", "N_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"})


def _messages(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each code in the source, with the translated message that stands beside it, if there is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            texts = [text for value in values for text in _translated(value)]
            for value in values:
                if isinstance(value, ast.Constant) and CODE_TEXT.fullmatch(str(value.value)) and texts:
                    yield str(value.value), texts[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and CODE_TEXT.fullmatch(str(node.value)):
            yield str(node.value), ""


def _translated(node: ast.expr) -> Iterator[str]:
    """Texts inside an argument that are translated."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in TRANSLATES:
            yield from (str(one.value) for one in inner.args[:1] if isinstance(one, ast.Constant))


def _described(file: Path) -> Iterator[tuple[str, str]]:
    """What the docstrings of a file say about codes: in a table, or in a list inside a sentence."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        text = ast.get_docstring(node) or ""
        for line in text.splitlines():
            if row := re.match(r"([A-Z]{3}-\d{3})  (\S+(?: \S+)*)", line):
                yield row[1], row[2]
        flat = " ".join(text.split())
        for found in re.finditer(
            r"``([A-Z]{3}-\d{3})``:? ([^`]+?)(?=[;,.]? (?:and )?``|[;.](?: |$)|$)", flat
        ):
            if found[2] not in {"to", "and"}:
                yield found[1], found[2].rstrip(",;.")


PLAINER = {
    "AUD-011": "events were removed from the log",
    "AUD-013": "events were cut off at the end of the log",
    "AUD-015": "the log has lost its head, or events were written past the office",
    "AUD-016": "the log is not the one that was anchored, or its last event is not the one recorded last",
    "AUD-017": "the anchor of the log is missing or damaged",
    "DCL-221": "the logic of a measure is wrong; the message of the screening room follows",
    "DSK-001": "a budget is wrong, or its year has one already",
    "PER-002": "a purpose or a reason is missing",
    "REF-002": "consent or another legal ground is not recorded",
    "REF-003": "no measure is proposed",
    "REF-004": "the receiving unit is no active partner of this procuratorate",
    "REF-005": "the person's records are sealed",
    "REF-006": "the reason is not written",
    "REF-022": "a field of the form is wrong; one fault for each",
    "REL-010": "a field is wrong; one fault for each",
    "REL-024": "a fact of the case is wrong, or there is no such fact",
    "REL-025": "no standard can be applied; the message of the awards room follows",
    "SEL-014": "a field of the application is wrong; one fault for each",
}
"""What a code means where its message in the source is a condition, a place, or made at run time."""

ROOMS = {
    "ACC": "office: accounts, rights and sign-in",
    "AUD": "office: the log of events; 01n are findings of its verification",
    "AWD": "awards",
    "CLI": "command line",
    "CLK": "office: time limits",
    "COD": "codes",
    "CTY": "county",
    "DCL": "declared files",
    "DOC": "office: documents and their templates",
    "DSK": "office: the desk, budgets and maps",
    "FIL": "office: files and uploads",
    "FRM": "office: forms, exports and pages",
    "INT": "office: intake",
    "JOB": "office: long work",
    "LEA": "office: leads",
    "OFF": "office: beginning and serving it",
    "PER": "office: people",
    "POL": "pool and engines",
    "PPL": "people: who is who",
    "REF": "office: referrals",
    "REL": "office: relief cases",
    "RPT": "report",
    "SCR": "screening",
    "SEL": "office: sealed records",
    "SRC": "sources; 1nn are rules for rows, as they stand in a quarantine file",
    "VLT": "office: encryption and keys",
}


def _errors() -> str:
    parts = [GENERATED, "# Error codes\n\nA code is stable. Each message says what, where and what to do.\n"]
    codes = fault_codes()
    for room in sorted({code[:3] for code in codes}):
        rows = [
            [f"`{code}`", text.replace("``", "`")] for code, text in codes.items() if code.startswith(room)
        ]
        parts.append(f"\n## {room}: {ROOMS[room]}\n\n" + _table(["code", "what"], rows))
    return "".join(parts)


# --- models ---------------------------------------------------------------------------------------------


def _model_index(models: tuple[Model, ...]) -> str:
    rows = [
        [f"[{each.id}]({each.id}.md)", each.title, catalogue_text(each.title), each.kind, each.after or ""]
        for each in models
    ]
    return f"{GENERATED}# Shipped models\n\n" + _table(["model", "中文", "English", "kind", "after"], rows)


def _model(model: Model) -> str:
    basis = "; ".join(f"{each.rule} {each.article}" for each in model.basis)
    after = f"After: {model.after}\n\n" if model.after else ""
    where = f" where `{model.where}`" if model.where else ""
    return (
        f"{GENERATED}# {model.title}\n\n"
        f"`{model.id}` version {model.version} · {model.kind} · {catalogue_text(model.title)}\n\n"
        f"Legal basis: {basis}\n\n{after}"
        f"Judges rows of `{model.subject}`{where}. "
        f"If more than {model.max_share:.0%} of them match, it stops and asks.\n"
        + "".join(
            f"\n## {title}\n\n" + _table(headings, rows) for title, headings, rows in _sections(model) if rows
        )
    )


def _sections(model: Model) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    yield "Parameters", ["name", "value", "what", "status", "source"], [
        [f"`{name}`", str(each.value), each.says, each.status, each.source or ""]
        for name, each in model.parameters.items()
    ]  # fmt: skip
    yield "Conditions", ["id", "says", "expression", "settled by"], [
        [f"`{each.id}`", each.says, f"`{each.expr}`", each.settle or ""] for each in model.conditions
    ]  # fmt: skip
    yield "Comparisons", ["id", "says", "with", "by", "expression", "test", "settled by"], [
        [
            f"`{each.id}`",
            each.says,
            f"`{each.table}`",
            ", ".join(each.by) + (f" ({', '.join(each.kin)})" if each.kin else ""),
            f"`{each.expr}`" if each.expr else "any row",
            f"`{_test(each.test)}`",
            each.settle or "",
        ]
        for each in model.comparisons
    ]  # fmt: skip
    yield "Logic", ["", "", ""], _logic(model)
    yield "Cases", ["case", "outcome"], [[case.says, str(case.expect.outcome)] for case in model.cases]
    yield "Next", ["when", "agency", "measure", "what"], [
        [f"`{written(each.when)}`", each.agency, f"`{each.measure}`", each.says] for each in model.recommend
    ]  # fmt: skip


def _test(test: Test) -> str:
    match test.kind:
        case "exists":
            return "exists"
        case "latest":
            latest = f"latest({test.column}, {test.by_date})"
            return test.value_test.replace(test.column, latest, 1)
        case "sum":
            return f"sum({test.column}) {test.operator} {test.number}"
        case _:
            return f"{test.kind} {test.operator} {test.number}"


def _logic(model: Model) -> list[list[str]]:
    rows = [[f"`{term.id}`", term.says, f"`{written(term.logic)}`"] for term in model.terms]
    rows.append(["require", "成立须", f"`{written(model.require)}`"])
    if model.exclude is not None:
        rows.append(["exclude", "排除", f"`{written(model.exclude)}`"])
    rows += [[level, "等级", f"`{written(logic)}`"] for level, logic in model.level]
    for key, says, names in (("ask", "须由人核实", model.ask), ("doubt", "存疑，仅列为可能", model.doubt)):
        if names:
            rows.append([key, says, ", ".join(f"`{name}`" for name in names)])
    return rows


def main() -> int:
    """Write the pages, or say which are stale."""
    written_now = pages()
    gone = [path for path in sorted((REFERENCE / "models").glob("*.md")) if path not in written_now]
    if "--check" in sys.argv:
        stale = [
            path
            for path, text in written_now.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        stale += gone
        for path in stale:
            sys.stderr.write(f"stale: {path.relative_to(ROOT)}; run python tools/docs.py\n")
        return bool(stale)
    for path, text in written_now.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
