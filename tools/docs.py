"""Write the reference pages that come out of the code: commands, tables, error codes, models.

``python tools/docs.py`` writes them; ``python tools/docs.py --check`` says which are stale and fails.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

os.environ["YINGJIU_LANGUAGE"] = "en"  # before anything of ours is imported: pages are in English

import click

from yingjiu.cli.app import cli
from yingjiu.codes import CODE_LISTS
from yingjiu.language import catalogue_text
from yingjiu.pool import PROVENANCE, TABLES, Column
from yingjiu.screening import Model, read_models
from yingjiu.sources import RULES

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
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


# --- commands -------------------------------------------------------------------------------------------


def _walk(command: click.Command, path: list[str]) -> Iterator[tuple[list[str], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _walk(inner, [*path, name])


def _commands() -> str:
    parts = [GENERATED, "# Commands\n"]
    for path, command in _walk(cli, ["yingjiu"]):
        context = None
        for name in path:
            context = click.Context(command, info_name=name, parent=context)
        assert context is not None
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
        parts.append(_table(["column", "中文", "type", ""], [_column(column) for column in table.columns.values()]))
    parts.append("\n## On every row\n\n" + _table(["column", "中文", "type", ""], [_column(column) for column in PROVENANCE]))
    parts.append("\n# Code lists\n")
    for codes in CODE_LISTS.values():
        parts.append(f"\n## {codes.name}\n\nStandard: {codes.standard}\n\n")
        parts.append(
            _table(["code", "中文", "English"], [[f"`{code}`", label.zh, label.en] for code, label in codes.codes.items()])
        )
    return "".join(parts)


# --- errors ---------------------------------------------------------------------------------------------


def fault_codes() -> Mapping[str, list[str]]:
    """Every code that the source gives to a fault, with its messages."""
    found: dict[str, dict[str, None]] = {}
    for file in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                codes = [
                    value.value
                    for value in values
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                    and re.fullmatch(r"[A-Z]{3}-\d{3}", value.value)
                ]  # fmt: skip
                for code in codes:
                    messages = found.setdefault(code, {})
                    messages.update(dict.fromkeys(text for value in values for text in _messages(value)))
    for rule in RULES.values():
        found.setdefault(rule.code, {})[rule.message] = None
    return {code: list(messages) for code, messages in sorted(found.items())}


def _messages(node: ast.expr) -> Iterator[str]:
    """The first translated text inside an argument."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in {"_", "N_", "ngettext"}:
            for argument in inner.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
            return


ROOMS = {
    "CLI": "command line",
    "COD": "codes",
    "CTY": "county",
    "DCL": "declared files",
    "POL": "pool and engines",
    "RPT": "report",
    "SCR": "screening",
    "SRC": "sources; 1nn are rules for rows, as they stand in a quarantine file",
}


def _errors() -> str:
    parts = [GENERATED, "# Error codes\n\nA code is stable. Each message says what, where and what to do.\n"]
    codes = fault_codes()
    for room in sorted({code[:3] for code in codes}):
        rows = [[f"`{code}`", messages[0] if messages else ""] for code, messages in codes.items() if code.startswith(room)]
        parts.append(f"\n## {room}: {ROOMS[room]}\n\n" + _table(["code", "what"], rows))
    return "".join(parts)


# --- models ---------------------------------------------------------------------------------------------


def _model_index(models: tuple[Model, ...]) -> str:
    rows = [
        [f"[{model.id}]({model.id}.md)", model.title, catalogue_text(model.title), model.kind, model.after or ""]
        for model in models
    ]
    return f"{GENERATED}# Shipped models\n\n" + _table(["model", "中文", "English", "kind", "after"], rows)


def _model(model: Model) -> str:
    basis = "; ".join(f"{each.rule} {each.article}" for each in model.basis)
    parts = [
        f"{GENERATED}# {model.title}\n\n`{model.id}` version {model.version} · {model.kind} · {catalogue_text(model.title)}\n\n",
        f"Legal basis: {basis}\n\n" + (f"After: {model.after}\n\n" if model.after else ""),
        f"Judges rows of `{model.subject}`" + (f" where `{model.where}`" if model.where else "") + ".\n",
    ]
    if model.parameters:
        parts.append("\n## Parameters\n\n" + _table(
            ["name", "value", "what", "status", "source"],
            [[f"`{name}`", str(each.value), each.says, each.status, each.source or ""] for name, each in model.parameters.items()],
        ))  # fmt: skip
    parts.append("\n## Conditions\n\n" + _table(
        ["id", "says", "expression", "settled by"],
        [[f"`{each.id}`", each.says, f"`{each.expr}`", each.settle or ""] for each in model.conditions],
    ))  # fmt: skip
    if model.comparisons:
        parts.append("\n## Comparisons\n\n" + _table(
            ["id", "says", "with", "by", "expression", "settled by"],
            [
                [f"`{each.id}`", each.says, f"`{each.table}`", ", ".join(each.by), f"`{each.expr}`" if each.expr else "", each.settle or ""]
                for each in model.comparisons
            ],
        ))  # fmt: skip
    parts.append("\n## Logic\n\n" + _logic(model))
    parts.append("\n## Cases\n\n" + _table(
        ["case", "outcome"], [[case.says, str(case.expect.outcome)] for case in model.cases]
    ))  # fmt: skip
    if model.recommend:
        parts.append("\n## Next\n\n" + _table(
            ["agency", "measure", "what"], [[each.agency, f"`{each.measure}`", each.says] for each in model.recommend]
        ))  # fmt: skip
    return "".join(parts)


def _logic(model: Model) -> str:
    rows = [[f"`{term.id}`", term.says, f"`{term.logic}`"] for term in model.terms]
    rows.append(["require", "成立须", f"`{model.require}`"])
    if model.exclude is not None:
        rows.append(["exclude", "排除", f"`{model.exclude}`"])
    rows += [[level, "等级", f"`{logic}`"] for level, logic in model.level]
    if model.ask:
        rows.append(["ask", "须由人核实", ", ".join(f"`{name}`" for name in model.ask)])
    return _table(["", "", ""], rows)


def main() -> int:
    """Write the pages, or say which are stale."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            sys.stderr.write(f"stale: {path.relative_to(ROOT)}; run python tools/docs.py\n")
        return bool(stale)
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = set(pages())
    for path in (REFERENCE / "models").glob("*.md"):
        if path not in kept:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
