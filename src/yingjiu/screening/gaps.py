"""What a run cannot see: tables that were never loaded, codes that no row holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _, catalogue_text, current_language, ngettext
from yingjiu.pool import TABLES, Engine
from yingjiu.screening.compile import Plan, tree

__all__ = ["missing_codes", "missing_tables"]


def missing_tables(plans: Sequence[Plan], loaded: Collection[str]) -> list[str]:
    """What cannot be known because a table was never loaded."""
    users: dict[str, set[str]] = {}
    for plan in plans:
        for model in plan.models:
            for table in {plan.kind, *(each.table for each in model.comparisons)} - set(loaded):
                users.setdefault(table, set()).add(model.title)
    return [
        _("nothing has been loaded into {table}: what {models} ask of it is unknown").format(
            table=_table(table), models=_named(names)
        )
        for table, names in sorted(users.items())
    ]


def missing_codes(engine: Engine, plans: Sequence[Plan], loaded: Collection[str]) -> list[str]:
    """Codes that comparisons look for and that no row of their table holds: a source may be missing."""
    wanted: dict[tuple[str, str], dict[str, set[str]]] = {}
    for plan in plans:
        for model in plan.models:
            for atom in model.comparisons:
                ask = plan.asks[plan.column[model.id, atom.id]]
                for column, codes in ask.expr.codes:
                    if ask.table in loaded:
                        for code in codes:
                            wanted.setdefault((ask.table, column), {}).setdefault(code, set()).add(
                                model.title
                            )
    warnings = []
    for (table, column), asked in sorted(wanted.items()):
        text = f'SELECT DISTINCT "{column}" AS code FROM "{table}"'  # noqa: S608 - canonical names
        there = set(engine.query(tree(text)).column("code").to_pylist())
        absent = {code: users for code, users in sorted(asked.items()) if code not in there}
        if absent:
            warnings.append(
                _("no row of {table} holds {codes}, which {models} look for: is a source missing?").format(
                    table=_table(table),
                    codes=_("; ").join(f"{_code(table, column, code)} ({code})" for code in absent),
                    models=_named(set().union(*absent.values())),
                )
            )
    return warnings


def _table(name: str) -> str:
    """A canonical table as the user reads it."""
    return f"{TABLES[name].zh} ({name})" if current_language() == "zh" else name


def _code(table: str, column: str, code: str) -> str:
    codes = TABLES[table].columns[column].codes
    return CODE_LISTS[codes].label(code) if codes else code


def _named(models: Collection[str]) -> str:
    """Models by title, or how many they are."""
    if len(models) <= 3:
        return _("; ").join(sorted(catalogue_text(title) for title in models))
    return ngettext("{count} model", "{count} models", len(models)).format(count=len(models))
