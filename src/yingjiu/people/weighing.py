"""Weigh pairs of records with Splink: how much likelier is this agreement if the two are one person?

The levels and how often they occur among records of one person come from the policy; how often they occur by
chance is measured on the data, as long as there are enough records. Splink gets a connection of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.errors import Fault
from yingjiu.language import _, catalogue_text
from yingjiu.people.errors import LinkageError
from yingjiu.people.policy import LEVELS, Policy

__all__ = ["Weighed", "weigh"]

_CONDITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {
        "same": "plain_l = plain_r",
        "variant": "simple_l = simple_r",
        "sound": "sound_l = sound_r",
        "reordered": "characters_l = characters_r",
        "one_character": "surname_sound_l = surname_sound_r AND (first_l = first_r OR last_l = last_r)",
    },
    "id": {
        "same": "id17_l = id17_r",
        "one_digit": "hamming(id17_l, id17_r) = 1",
        "birth_swapped": "id17_l[:10] = id17_r[:10] AND id17_l[11:12] = id17_r[13:14] "
        "AND id17_l[13:14] = id17_r[11:12] AND id17_l[15:17] = id17_r[15:17]",
        "two_digits": "hamming(id17_l, id17_r) = 2",
    },
    "birth": {
        "same": "birth_l = birth_r",
        "swapped": "year(birth_l) = year(birth_r) "
        "AND month(birth_l) = day(birth_r) AND day(birth_l) = month(birth_r)",
    },
    "sex": {"same": "sex_l = sex_r"},
    "phone": {"same": "phone_l = phone_r"},
    "address": {"same": "address_l = address_r", "area": "area_l = area_r"},
    "household": {"same": "list_has_any(homes_l, homes_r)"},
}
_COLUMN: Final = {
    "name": "simple", "id": "id17", "birth": "birth", "sex": "sex", "phone": "phone", "address": "address",
    "household": "homes",
}  # fmt: skip
_BLOCKS: Final = (
    "l.phone = r.phone",
    "l.address = r.address",
    "l.sound = r.sound AND l.area = r.area",
    "l.characters = r.characters AND l.area = r.area",
    "l.sound = r.sound AND l.birth = r.birth",
    "l.birth = r.birth AND l.surname_sound = r.surname_sound",
    "l.sound = r.sound AND l.id17[:6] = r.id17[:6] AND l.id17[15:17] = r.id17[15:17]",
    "l.id17[:14] = r.id17[:14]",
    "l.sound = r.sound AND l.homes[1] = r.homes[1]",
    "l.sound = r.sound AND l.homes[2] = r.homes[1]",
)
_COLUMNS: Final = (
    "unique_id, person_id, plain, simple, sound, characters, surname_sound, first, last, id17, "
    "CASE WHEN person_id < 0 AND NOT id17 IS NULL THEN NULL ELSE birth END AS birth, sex, phone, address, "
    "NULLIF(area, '') AS area, homes"
)
_DIGITS: Final = 10
_ROUND_OFF: Final = 1e-10


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs and what they weigh.

    Attributes:
        pairs: ``left``, ``right`` (person keys), ``weight``; for each comparison ``mw_…`` (its share of the
            weight) and ``gamma_…`` (its level: -1 not known, else counted from the least alike);
            ``prior``; ``twins``, what is taken off for possible twins.
        warnings: levels that were not measured.
    """

    pairs: pa.Table
    warnings: tuple[Fault, ...]


def weigh(records: duckdb.DuckDBPyConnection, policy: Policy) -> Weighed:
    """Weigh the doubtful records that no tier settled against all people, and against each other.

    Args:
        records: with the tables ``record`` and ``settled``.
        policy: the levels.

    Returns:
        The pairs.

    Raises:
        LinkageError: ``PPL-003`` a level that has no probability.
    """
    table = records.sql(f"""
        SELECT {_COLUMNS}, doubtful AND person_id NOT IN (SELECT person_id FROM settled) AS open
        FROM record WHERE person_id > 0 OR person_id NOT IN (SELECT person_id FROM settled) ORDER BY unique_id
    """).to_arrow_table()  # noqa: S608 - our own text
    waiting = int(pc.sum(table.column("open")).as_py() or 0)
    if not waiting:
        return Weighed(_no_pairs(), ())
    from splink import DuckDBAPI, Linker  # noqa: PLC0415 - a second to import, and not always needed

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(duckdb.connect())
    frequencies = records.sql(
        "SELECT simple, CAST(count(*) AS DOUBLE) / (SELECT count(*) FROM record) AS tf_simple "
        "FROM record GROUP BY simple"
    ).to_arrow_table()
    people = table.filter(pc.invert(table.column("open"))).drop_columns(["open"])
    open_ = table.filter(table.column("open")).drop_columns(["open"])
    settings = _settings(policy, table.num_rows)
    warnings: list[Fault]
    if table.num_rows >= policy.training.smallest_records:
        settings, warnings = _measured(table.drop_columns(["open"]), settings, policy)
    else:
        warnings = [
            Fault(
                "PPL-011",
                _(
                    "{count} records are too few to measure how often levels agree by chance; "
                    "the declared values count"
                ).format(count=table.num_rows),
                hint=_("load more sources; {least} records are enough").format(
                    least=policy.training.smallest_records
                ),
            )
        ]
    _check(settings)
    left, right = (
        api.register(part, table_name=name) for part, name in ((open_, "open_records"), (people, "people"))
    )
    linker = Linker([left], settings, log_level="ERROR", validate_settings=False)
    linker.table_management.register_term_frequency_lookup(
        api.register(frequencies, table_name="frequencies"), "simple"
    )
    lowest = float(policy.thresholds.break_) - 20
    found = [
        linker.inference.predict_between(left, right, threshold_match_weight=lowest, warning_mode="never"),
        linker.inference.predict_within(left, threshold_match_weight=lowest, warning_mode="never"),
    ]
    return Weighed(_pairs([_rows(each) for each in found], table, settings, policy), tuple(warnings))


def _rows(frame: Any) -> pa.Table:
    """The rows of a Splink result."""
    return frame.as_duckdbpyrelation().to_arrow_table()


def _settings(policy: Policy, records: int) -> dict[str, Any]:
    comparisons = []
    for compared in policy.comparisons:
        column = _COLUMN[compared.name]
        unknown = f"{column}_l IS NULL OR {column}_r IS NULL"
        if compared.name == "household":
            unknown += " OR address_l = address_r"  # who lives in the same house tells nothing more by it
        levels: list[dict[str, Any]] = [
            {
                "sql_condition": unknown,
                "label_for_charts": "unknown",
                "is_null_level": True,
            }
        ]
        for level in compared.levels:
            made: dict[str, Any] = {
                "sql_condition": _CONDITIONS[compared.name].get(level.level, "ELSE"),
                "label_for_charts": level.level,
                "m_probability": float(level.m),
                "u_probability": float(level.u),
                "fix_m_probability": True,
                "fix_u_probability": level.fixed,
            }
            if compared.name == "name" and level.level in {"same", "variant"}:
                made |= {
                    "tf_adjustment_column": "simple",
                    "tf_adjustment_weight": 1.0 if level.level == "same" else 0.0,
                }
            levels.append(made)
        comparisons.append({"output_column_name": compared.name, "comparison_levels": levels})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": float(policy.expected_share) / max(records, 2),
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
        "additional_columns_to_retain": ["person_id"],
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in _BLOCKS],
    }


def _measured(
    table: pa.Table, settings: dict[str, Any], policy: Policy
) -> tuple[dict[str, Any], list[Fault]]:
    """Settings with chance agreement measured on random pairs; what never occurred stays as declared."""
    from splink import DuckDBAPI, Linker  # noqa: PLC0415 - as above

    api = DuckDBAPI(duckdb.connect())
    linker = Linker(
        [api.register(table, table_name="every_record")], settings, log_level="ERROR", validate_settings=False
    )
    linker.training.estimate_u_using_random_sampling(
        max_pairs=policy.training.pairs, seed=policy.training.seed
    )
    trained = linker.misc.save_model_to_json()
    warnings = []
    for mine, theirs in zip(settings["comparisons"], trained["comparisons"], strict=True):
        declared = {level["label_for_charts"]: level for level in mine["comparison_levels"]}
        for level in theirs["comparison_levels"]:
            label = level["label_for_charts"]
            if level.get("is_null_level") or declared[label]["fix_u_probability"]:
                continue
            u = level.get("u_probability")
            known = isinstance(u, (int, float)) and u > 0
            if known:
                declared[label]["u_probability"] = round(float(u), _DIGITS) or _ROUND_OFF
            else:
                compared = next(
                    each for each in policy.comparisons if each.name == mine["output_column_name"]
                )
                said = next(each for each in compared.levels if each.level == label)
                warnings.append(
                    Fault(
                        "PPL-010",
                        _("never seen among random pairs, so the declared value counts: {says}").format(
                            says=catalogue_text(said.says)
                        ),
                        path=f"{compared.name}.{label}",
                        found=str(said.u),
                        hint=_("raise training.pairs, or accept the declared value"),
                    )
                )
    return settings, warnings


def _check(settings: Mapping[str, Any]) -> None:
    faults = [
        Fault(
            "PPL-003",
            _("this level has no probability, and records would be linked without it"),
            path=f"{comparison['output_column_name']}.{level['label_for_charts']}",
            hint=_("declare m and u in the linkage policy"),
        )
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level") and not (level.get("m_probability") and level.get("u_probability"))
    ]
    if faults:
        raise LinkageError(*faults)


_SCHEMA: Final = pa.schema(
    [("left", pa.int64()), ("right", pa.int64()), ("u", pa.int64()), ("v", pa.int64()),
     ("weight", pa.float64()), ("prior", pa.float64()), ("twins", pa.float64())]
    + [(f"mw_{name}", pa.float64()) for name in LEVELS]
    + [(f"gamma_{name}", pa.int32()) for name in LEVELS]
)  # fmt: skip


def _no_pairs() -> pa.Table:
    return _SCHEMA.empty_table()


def _pairs(found: list[pa.Table], table: pa.Table, settings: Mapping[str, Any], policy: Policy) -> pa.Table:
    """Pairs with the open record on the left; of several names of one person the best."""
    share = float(settings["probability_two_random_records_match"])
    connection = duckdb.connect()
    for number, part in enumerate(found):
        connection.register(f"part{number}", part)
    connection.register("record", table.select(["unique_id", "person_id", "open"]))
    weights = ", ".join(f"{_weight(name, found[0])} AS mw_{name}" for name in LEVELS)
    gammas = ", ".join(f"CAST(gamma_{name} AS INT) AS gamma_{name}" for name in LEVELS)
    every = " UNION ALL ".join(
        f"SELECT unique_id_l, unique_id_r, {weights}, {gammas} FROM part{n}"  # noqa: S608 - our own text
        for n in range(len(found))
    )
    swapped = " UNION ALL ".join(
        f"SELECT unique_id_r, unique_id_l, {weights}, {gammas} FROM part{n}"  # noqa: S608 - our own text
        for n in range(len(found))
    )
    total = " + ".join(f"mw_{name}" for name in LEVELS)
    # perhaps twins: surname, birth date and house agree, the given name does not
    twins = (
        "CASE WHEN gamma_name <= 1 AND gamma_address = 2 AND (gamma_birth = 2 OR gamma_id >= 1) "
        f"THEN -{policy.twins.lower_by} ELSE 0 END"
    )
    log_odds = f"log2({share} / (1 - {share}))"
    best = connection.sql(f"""
        WITH pair AS ({every} UNION ALL {swapped}), named AS (
            SELECT l.person_id AS "left", r.person_id AS "right", unique_id_l AS u, unique_id_r AS v,
                round({total} + {twins} + {log_odds}, 6) AS weight, {twins} AS twins,
                round({log_odds}, 6) AS prior, * EXCLUDE (unique_id_l, unique_id_r)
            FROM pair JOIN record AS l ON l.unique_id = unique_id_l
            JOIN record AS r ON r.unique_id = unique_id_r
            WHERE l.open AND l.person_id <> r.person_id
        )
        SELECT * FROM named
        QUALIFY row_number() OVER (PARTITION BY "left", "right" ORDER BY weight DESC, u, v) = 1
        ORDER BY "left", weight DESC, "right"
    """)  # noqa: S608 - our own text
    return best.to_arrow_table().select(_SCHEMA.names).cast(_SCHEMA)


def _weight(name: str, part: pa.Table) -> str:
    """The weight of a comparison, with what the frequency of the value adds."""
    adjusted = f"mw_tf_adj_{name}"
    extra = f" + COALESCE({adjusted}, 0)" if adjusted in part.column_names else ""
    return f"round(mw_{name}{extra}, 6)"
