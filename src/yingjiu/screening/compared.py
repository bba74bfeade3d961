"""SQL of comparisons: which rows a subject reaches, and what they come to.

A reached row is worth 2 if the comparison's expression is true of it, 1 if it is unknown, 0 if it is false.
A row that is reached only perhaps (kin whose relation is not known, a record of the person that names no
case) is worth at most 1. Plain questions (exists, nothing asked of the subject) are answered for many
comparisons in one scan of their table, by person or by case; the others go row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from yingjiu.pool.tables import PROVENANCE, TABLES
from yingjiu.screening.binding import Bound
from yingjiu.screening.declared import Route, SubjectKind
from yingjiu.screening.model import Test
from yingjiu.screening.subjects import compared_rows, has_case, identity, newest, order_columns

__all__ = ["Ask", "evidence_sql", "hits_sql", "reach", "rowwise_sql", "truth_sql", "worth"]

EVERY: Final = Bound("TRUE", (), (), nullable=False)
"""A comparison without an expression: every row that is reached counts."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A comparison as the engine sees it; equal ones of several models are one.

    Attributes:
        table: the compared table.
        by: routes, in a fixed order.
        kin: relations that count, sorted; empty means any.
        expr: over the compared row.
        test: what is asked of the rows.
        value_test: for latest.
    """

    table: str
    by: tuple[Route, ...]
    kin: tuple[str, ...]
    expr: Bound
    test: Test
    value_test: Bound | None = None

    @property
    def plain(self) -> bool:
        """Whether it can share a scan with others."""
        return self.test.kind == "exists" and not self.expr.subject


def quoted(name: str) -> str:
    """An identifier."""
    return f'"{name}"'


def worth(truth: str, *, perhaps: str | None = None) -> str:
    """SQL of what a row is worth: 2 true, 1 unknown, 0 false."""
    if truth == "TRUE" and perhaps is None:
        return "2"
    most = f"CASE WHEN {perhaps} THEN 1 ELSE 2 END" if perhaps else "2"
    return f"CASE WHEN {truth} THEN {most} WHEN NOT {truth} THEN 0 ELSE 1 END"


def subject_table(kind: SubjectKind) -> str:
    """Kept: the subjects of a kind with the columns that the models need."""
    return f"subject_{kind}"


def pair_table(kind: SubjectKind) -> str:
    """Kept: who shares a household with a subject."""
    return f"household_of_{kind}"


def kin_table(kind: SubjectKind) -> str:
    """Kept: who is kin of a subject."""
    return f"kin_of_{kind}"


def reach(kind: SubjectKind, routes: set[Route]) -> str:
    """SQL of every person that subjects of a kind reach by some routes, themselves included if so asked."""
    parts = []
    if routes & {"person", "person+case"}:
        parts.append(f"SELECT person_id FROM {subject_table(kind)}")  # noqa: S608 - our own text
    if "household" in routes:
        parts.append(f"SELECT other_id AS person_id FROM {pair_table(kind)}")  # noqa: S608 - our own text
    if "kin" in routes:
        parts.append(f"SELECT other_id AS person_id FROM {kin_table(kind)}")  # noqa: S608 - our own text
    return " UNION ALL ".join(parts)


def hits_sql(
    kind: SubjectKind, table: str, asks: list[tuple[int, Ask]], keys: tuple[str, ...], where: str
) -> str:
    """SQL of the worth of plain comparisons with one table, by person, by case, or by both.

    Args:
        kind: the subject table.
        table: the compared table.
        asks: numbered comparisons; column ``v<number>`` is what each comes to.
        keys: ``person_id``, ``case_id``.
        where: which rows of the table, over ``t``.
    """
    columns = dict.fromkeys([*keys, *(name for _n, ask in asks for name in ask.expr.compared)])
    values = [f"{worth(ask.expr.sql)} AS v{number}" for number, ask in asks]
    by = ", ".join(quoted(key) for key in keys)
    compared = ", ".join(f"compared.{quoted(key)}" for key in keys)
    greatest = ", ".join(f"MAX(v{number}) AS v{number}" for number, _ask in asks)
    some = " OR ".join(f"v{number} > 0" for number, _ask in asks)
    rows = compared_rows(table, list(columns), where=where)
    return f"""
        SELECT {by}, {greatest} FROM (
            SELECT {compared}, {", ".join(values)} FROM ({rows}) AS compared
        ) AS valued WHERE {some} GROUP BY {by}
    """  # noqa: S608 - our own text


def _route_joins(kind: SubjectKind, ask: Ask) -> list[tuple[Route, str, str | None, str]]:
    """For each route: its name, the joins from subject to compared, when only perhaps, and its relation."""
    table = TABLES[ask.table]
    joins: list[tuple[Route, str, str | None, str]] = []
    for route in ask.by:
        match route:
            case "person":
                joins.append((route, "JOIN compared ON compared.person_id = subject.person_id", None, "NULL"))
            case "household":
                joins.append(
                    (
                        route,
                        (
                            f"JOIN {pair_table(kind)} AS pair ON pair.person_id = subject.person_id "
                            "JOIN compared ON compared.person_id = pair.other_id"
                        ),
                        None,
                        "NULL",
                    )
                )
            case "kin":
                joins.append(
                    (
                        route,
                        (
                            f"JOIN {kin_table(kind)} AS pair ON pair.person_id = subject.person_id "
                            f"AND {counted_kin(ask.kin)} JOIN compared ON compared.person_id = pair.other_id"
                        ),
                        "pair.relation IS NULL",
                        "pair.relation",
                    )
                )
            case "case":
                joins.append((route, "JOIN compared ON compared.case_id = subject.case_id", None, "NULL"))
            case "person+case":
                optional = not table.columns["case_id"].required
                same = "compared.case_id = subject.case_id"
                joins.append(
                    (
                        route,
                        "JOIN compared ON compared.person_id = subject.person_id AND "
                        + (f"({same} OR compared.case_id IS NULL)" if optional else same),
                        "compared.case_id IS NULL" if optional else None,
                        "NULL",
                    )
                )
    return joins


def counted_kin(kin: tuple[str, ...]) -> str:
    """SQL over ``pair``: relations that count, or might."""
    if not kin:
        return "TRUE"
    return f"(pair.relation IS NULL OR pair.relation IN ({', '.join(repr(name) for name in kin)}))"


def _reached_where(kind: SubjectKind, ask: Ask) -> str:
    """Only rows that some subject of this kind may reach."""
    parts = []
    persons = reach(kind, set(ask.by) - {"case"})
    if persons:
        parts.append(f"t.person_id IN ({persons})")
    if "case" in ask.by:
        # cases are resolved after this filter, so it must not be stricter than the join
        parts.append("TRUE")
    return " OR ".join(parts)


def _compared_cte(kind: SubjectKind, ask: Ask, columns: list[str]) -> str:
    keys = [name for name in ("person_id", "case_id") if name in TABLES[ask.table].columns]
    wanted = list(dict.fromkeys([*keys, *columns]))
    return f"compared AS ({compared_rows(ask.table, wanted, where=_reached_where(kind, ask))})"


def rowwise_sql(kind: SubjectKind, ask: Ask) -> str:
    """SQL of what one comparison comes to for each subject: its identity, and what the test needs."""
    ids = [quoted(name) for name in identity(kind)]
    by = ", ".join(ids)
    own = ", ".join(f"subject.{name}" for name in ids)
    table = TABLES[ask.table]
    provenance = [column.name for column in PROVENANCE]
    columns = [
        *ask.expr.compared,
        *table.identity,
        *provenance,
        *(ask.value_test.compared if ask.value_test else ()),
    ]
    columns += [name for name in (ask.test.column, ask.test.by_date) if name]
    columns += order_columns(ask.table)
    value = f"compared.{quoted(ask.test.column)}" if ask.test.kind == "sum" else "NULL"
    day = f"compared.{quoted(ask.test.by_date)}" if ask.test.kind == "latest" else "NULL"
    tested = worth(ask.value_test.sql) if ask.value_test else "0"
    one = ("person_id",) if ask.test.kind == "persons" else table.identity
    same = [f"compared.{quoted(name)}" for name in one]
    alone = " OR ".join(f"{name} IS NULL" for name in same)
    place = (
        "CONCAT(compared.source, '/', compared.batch, '/', compared.file, '/', "
        "COALESCE(compared.sheet, ''), '/', CAST(compared.\"row\" AS TEXT))"
    )
    listed = [
        own,
        *(f"{name} AS k{number}" for number, name in enumerate(same)),
        f"CASE WHEN {alone} THEN {place} END AS place",
        f"{value} AS amount",
        f"{day} AS day",
        f"{tested} AS tested",
        f"{newest(ask.table, 'compared')} AS age",
    ]
    rows = " UNION ALL ".join(
        f"SELECT {', '.join(listed)}, {worth(ask.expr.sql, perhaps=perhaps)} AS v "  # noqa: S608 - our own text
        f"FROM {subject_table(kind)} AS subject {join}"
        for _route, join, perhaps, _relation in _route_joins(kind, ask)
    )
    reached = f"WITH {_compared_cte(kind, ask, columns)}, reached AS ({rows})"
    match ask.test.kind:
        case "exists":
            return f"{reached} SELECT {by}, MAX(v) AS v FROM reached GROUP BY {by}"  # noqa: S608 - our own text
        case "latest":
            return f"{reached} SELECT {by}, {_LATEST} FROM reached WHERE v > 0 GROUP BY {by}"  # noqa: S608 - our own text
        case _:
            keys = ", ".join(f"k{number}" for number in range(len(same)))
            return f"""
                {reached}, once AS (
                    SELECT {by}, MAX(v) AS v,
                        ARG_MAX(amount, {{'v': v, 'age': age}}) FILTER (WHERE NOT amount IS NULL) AS amount
                    FROM reached WHERE v > 0 GROUP BY {by}, {keys}, place
                )
                SELECT {by},
                    SUM(CASE WHEN v = 2 THEN 1 ELSE 0 END) AS sure, COUNT(*) AS most,
                    SUM(CASE WHEN v = 2 THEN COALESCE(amount, 0)
                        WHEN amount < 0 THEN amount ELSE 0 END) AS low,
                    SUM(CASE WHEN v = 2 THEN COALESCE(amount, 0)
                        WHEN amount > 0 THEN amount ELSE 0 END) AS high,
                    MAX(CASE WHEN amount IS NULL THEN 1 ELSE 0 END) AS unlimited
                FROM once GROUP BY {by}
            """  # noqa: S608 - our own text


_LATEST: Final = """
    MAX(CASE WHEN day IS NULL THEN 1 ELSE 0 END) AS undated,
    MAX(CASE WHEN v = 2 AND tested = 2 THEN day END) AS sure_true,
    MAX(CASE WHEN v = 2 AND tested = 0 THEN day END) AS sure_false,
    MAX(CASE WHEN v = 2 AND tested = 1 THEN day END) AS sure_unknown,
    MAX(CASE WHEN v = 1 AND tested < 2 THEN day END) AS perhaps_not_true,
    MAX(CASE WHEN v = 1 AND tested > 0 THEN day END) AS perhaps_not_false
"""

_BEFORE: Final = "CAST('0001-01-01' AS DATE)"
_NEVER: Final = "CAST('0001-01-02' AS DATE)"


def truth_sql(ask: Ask, found: list[str], unknown: list[str]) -> str:
    """SQL of the truth of a comparison in the sheet.

    Args:
        ask: the comparison.
        found: for exists, SQL of what it comes to by each route; else the alias of its row-by-row result.
        unknown: SQL of what makes it unknown whatever was found.
    """
    open_ = " OR ".join(unknown) or "FALSE"
    if ask.test.kind == "exists":
        most = found[0] if len(found) == 1 else f"GREATEST({', '.join(found)})"
        return f"CASE WHEN {most} = 2 THEN TRUE WHEN {most} = 1 OR {open_} THEN NULL ELSE FALSE END"
    alias = found[0]
    if ask.test.kind == "latest":
        return _latest_truth(alias, open_)
    if ask.test.kind in {"count", "persons"}:
        low, high = f"COALESCE({alias}.sure, 0)", f"COALESCE({alias}.most, 0)"
    else:
        low, high = f"COALESCE({alias}.low, 0)", f"COALESCE({alias}.high, 0)"
        open_ = f"({open_} OR COALESCE({alias}.unlimited, 0) = 1)"
    k = str(ask.test.number)
    closed = f"NOT ({open_})"
    match ask.test.operator:
        case ">=":
            true, false = f"{low} >= {k}", f"{closed} AND {high} < {k}"
        case ">":
            true, false = f"{low} > {k}", f"{closed} AND {high} <= {k}"
        case "<":
            true, false = f"{closed} AND {high} < {k}", f"{low} >= {k}"
        case "<=":
            true, false = f"{closed} AND {high} <= {k}", f"{low} > {k}"
        case "=":
            true, false = (
                f"{closed} AND {low} = {k} AND {high} = {k}",
                f"{low} > {k} OR ({closed} AND {high} < {k})",
            )
        case _:
            true, false = (
                f"{low} > {k} OR ({closed} AND {high} < {k})",
                f"{closed} AND {low} = {k} AND {high} = {k}",
            )
    return f"CASE WHEN {true} THEN TRUE WHEN {false} THEN FALSE END"


def _latest_truth(alias: str, open_: str) -> str:
    def newest_of(*names: str, otherwise: str = _BEFORE) -> str:
        listed = ", ".join(f"COALESCE({alias}.{name}, {otherwise})" for name in names)
        return f"GREATEST({listed})" if len(names) > 1 else listed

    true = f"{newest_of('sure_true')} > {newest_of('sure_false', 'sure_unknown', 'perhaps_not_true')}"
    other = newest_of("sure_true", "sure_unknown", "perhaps_not_false")
    false = f"{newest_of('sure_false', otherwise=_NEVER)} > {other}"
    return (
        f"CASE WHEN {open_} OR COALESCE({alias}.undated, 0) = 1 THEN NULL "
        f"WHEN {true} THEN TRUE WHEN {false} THEN FALSE END"
    )


def evidence_sql(kind: SubjectKind, asks: dict[str, Ask], found: str) -> str:
    """SQL of the rows of one table that made comparisons true or unknown.

    Args:
        kind: the subject table.
        asks: comparisons with the same table, by name.
        found: kept table with the identity of the subjects that are asked about.

    Returns:
        The identity, ``route``, ``other_id``, ``relation``; for each comparison what the row is worth; the
        provenance as ``at_…``; the columns that any of them reads as ``is_…``.
    """
    first = next(iter(asks.values()))
    own = ", ".join(f"subject.{quoted(name)}" for name in identity(kind))
    same = " AND ".join(f"subject.{quoted(name)} = wanted.{quoted(name)}" for name in identity(kind))
    shown = list(dict.fromkeys(name for ask in asks.values() for name in shown_columns(ask)))
    person = "compared.person_id" if "person_id" in TABLES[first.table].columns else "CAST(NULL AS BIGINT)"
    listed = [f"compared.{quoted(column.name)} AS {quoted('at_' + column.name)}" for column in PROVENANCE]
    listed += [f"compared.{quoted(name)} AS {quoted('is_' + name)}" for name in shown]
    routes = tuple(dict.fromkeys(route for ask in asks.values() for route in ask.by))
    every = replace(first, by=routes, kin=())
    parts = []
    for route, join, perhaps, relation in _route_joins(kind, every):
        values = []
        for name, ask in asks.items():
            worth_ = worth(ask.expr.sql, perhaps=perhaps) if route in ask.by else "0"
            if route == "kin" and ask.kin:
                worth_ = f"CASE WHEN {counted_kin(ask.kin)} THEN {worth_} ELSE 0 END"
            values.append(f"{worth_} AS {name}")
        parts.append(
            f"SELECT {own}, '{route}' AS route, {person} AS other_id, CAST({relation} AS TEXT) AS relation, "  # noqa: S608
            f"{', '.join(values)}, {', '.join(listed)} FROM {subject_table(kind)} AS subject {join} "
            f"WHERE EXISTS (SELECT 1 FROM {found} AS wanted WHERE {same})"
        )
    columns = [*shown, *(column.name for column in PROVENANCE)]
    columns += [name for ask in asks.values() for name in ask.expr.compared]
    some = " OR ".join(f"{name} > 0" for name in asks)
    rows = " UNION ALL ".join(parts)
    return f"WITH {_compared_cte(kind, every, columns)} SELECT * FROM ({rows}) AS rows WHERE {some}"  # noqa: S608


def shown_columns(ask: Ask) -> list[str]:
    """Columns of the compared row that its evidence shows: those that were read, and those that name it."""
    names = [*ask.expr.compared, *TABLES[ask.table].identity, ask.test.column, ask.test.by_date]
    names += ask.value_test.compared if ask.value_test else ()
    return [
        name for name in dict.fromkeys(names) if name and name not in {"person_id", "kin_id", "respondent_id"}
    ]


def cases_of(kind: SubjectKind) -> str | None:
    """SQL of the cases of the subjects of a kind, or ``None`` if they have none."""
    return f"SELECT case_id FROM {subject_table(kind)}" if has_case(kind) else None  # noqa: S608 - our own text
