"""Linkage: ours against the settings of Splink's own examples, on the same two lists of people.

Two lists of the same people: a register with everybody's number, and case files in which a fifth of the rows
have a number that is missing or mistyped, some names written as they sound, and some without telephone. One
row in a hundred of the case files is of somebody whom the register does not have.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Measured, in_child

GIVEN = (
    "国建军明华德福永志成文林玉祥荣生贵宝海山才根发龙松金正长春元宏兴"
    "伟强勇斌涛刚磊波辉平峰超鹏杰秀英桂兰芳珍凤莲梅云素美丽敏静燕艳娟霞萍红玲"
)
SOUNDS = dict(zip("伟强国建军明华芳丽红", "玮墙帼健君鸣花方莉宏", strict=True))
WAYS = (
    ("a plain join on the number", "plain"),
    ("ours", "ours"),
    ("Splink's example settings", "example"),
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"


def figures(data: Path, sizes: tuple[int, ...]) -> str:
    """The section of docs/performance.md."""
    lines = [
        "### e. Who is who: a register against case files\n",
        "As many rows each, a fifth of the case rows without a usable number; run once.\n",
        "| rows each | how | seconds | peak memory | precision | recall |",
        "|---|---|---|---|---|---|",
    ]
    for size in sizes:
        in_child("bench.linkage", "make", data=str(data), size=size)
        for name, function in WAYS:
            measured = in_child("bench.linkage", function, data=str(data), size=size)
            found = measured.result
            lines.append(
                f"| {size:,} | {name} | {measured.median:.1f} | {measured.peak_mib:,.0f} MiB "
                f"| {found['precision']:.4f} | {found['recall']:.4f} |"
            )
    return "\n".join(lines) + "\n"


def prepare(data: Path, size: int) -> None:
    """Write both lists and the truth, unless they are there."""
    folder = data / f"linkage-{size}"
    if (folder / "truth.parquet").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    birth = rng.integers(
        np.datetime64("1935-01-01").astype(int), np.datetime64("2015-01-01").astype(int), size
    )
    days = birth.astype("datetime64[D]").astype(str)
    ymd = np.char.replace(days, "-", "").astype(np.int64)
    region = 320900 + rng.integers(1, 90, size)
    order = np.lexsort((ymd, region))
    pair = region[order] * 10**8 + ymd[order]
    _values, first, counts = np.unique(pair, return_index=True, return_counts=True)
    sequence = np.empty(size, np.int64)
    sequence[order] = np.arange(size) - np.repeat(first, counts)
    key = (region * 10**8 + ymd) * 1000 + sequence
    names = ["".join(parts) for parts in zip(
        np.array(list(SURNAMES))[(rng.random(size) ** 2 * len(SURNAMES)).astype(int)],
        np.array(list(GIVEN))[rng.integers(0, len(GIVEN), size)],
        np.array([*GIVEN, "", "", ""])[rng.integers(0, len(GIVEN) + 3, size)],
        strict=True,
    )]  # fmt: skip
    house = rng.integers(0, max(size // 3, 1), size)
    address = [f"虚构县{h % 97}镇{h % 1889}村{h // 60 % 40 + 1}组{h}号" for h in house.tolist()]
    phone = [str(15400000000 + p) for p in rng.permutation(size).tolist()]
    sex = np.where(key % 2 == 1, "male", "female")
    known = rng.random(size) >= 0.01
    provenance = {"source": "register", "batch": "b", "file": "f", "sheet": None, "data_date": None}
    register = {"person_id": key, "name": names, "sex": sex, "address": address, "phone": phone}
    people = pa.table({**register, **{n: pa.array([v] * size, pa.string()) for n, v in provenance.items()},
                       "row": pa.array(np.arange(size), pa.int32())}).filter(pa.array(known))  # fmt: skip
    bad = rng.random(size) < 0.2
    kind, place, misnamed = rng.integers(0, 10, size), rng.integers(0, 17, size), rng.random(size) < 0.1
    quiet = rng.random(size) < 0.1
    ids: list[int] = []
    raw: list[str | None] = []
    called: list[str] = []
    phones: list[str | None] = []
    for n in range(size):
        text = str(key[n])
        name = names[n]
        if misnamed[n]:
            name = "".join(SOUNDS.get(c, c) for c in name)
        if not bad[n]:
            ids.append(int(key[n]))
            raw.append(None)
        else:
            ids.append(-n - 1)
            digit = str((int(text[place[n]]) + 3) % 10)
            raw.append(None if kind[n] < 4 else text[: place[n]] + digit + text[place[n] + 1 :] + "X")
        called.append(name)
        phones.append(None if quiet[n] else phone[n])
    case = [f"C{n}" for n in range(size)]
    party = pa.table({
        "person_id": pa.array(ids, pa.int64()), "id_raw": pa.array(raw, pa.string()), "name": called,
        "sex": sex,
        "address": address, "phone": pa.array(phones, pa.string()), "case_no": case, "case_id": case,
        "source": pa.array(["court"] * size), "batch": pa.array(["b"] * size), "file": pa.array(["g"] * size),
        "sheet": pa.nulls(size, pa.string()), "row": pa.array(np.arange(size), pa.int32()),
    })  # fmt: skip
    pq.write_table(people, folder / "person.parquet")
    pq.write_table(party, folder / "party.parquet")
    pq.write_table(pa.table({"person_id": key, "known": known}), folder / "truth.parquet")


def make(data: str, size: int) -> Measured:
    """:func:`prepare` in a process of its own: a child begins with its parent's peak memory."""
    started = time.perf_counter()
    prepare(Path(data), size)
    return Measured([time.perf_counter() - started], 0.0)


def _score(folder: Path, given: np.ndarray) -> dict[str, float]:
    """Given: for each row of the case files the person it was given, negative for nobody."""
    truth = pq.read_table(folder / "truth.parquet")
    key, known = truth.column("person_id").to_numpy(), truth.column("known").to_numpy(zero_copy_only=False)
    right = (given == key) & known
    answered = (given > 0) & (known | (given != key))
    return {
        "precision": float(right.sum() / max(answered.sum(), 1)),
        "recall": float(right.sum() / known.sum()),
    }


def _done(folder: Path, started: float, given: np.ndarray) -> Measured:
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured([seconds], peak, _score(folder, given))


def plain(data: str, size: int) -> Measured:
    folder = Path(data) / f"linkage-{size}"
    started = time.perf_counter()
    people = pq.read_table(folder / "person.parquet", columns=["person_id"]).column(0).to_numpy()
    given = pq.read_table(folder / "party.parquet", columns=["person_id"]).column(0).to_numpy()
    return _done(folder, started, np.where(np.isin(given, people), given, -1))


def ours(data: str, size: int) -> Measured:
    from yingjiu.people import link_tables, read_policy  # noqa: PLC0415 - a child measures its own imports

    folder = Path(data) / f"linkage-{size}"
    started = time.perf_counter()
    found = link_tables({name: [folder / f"{name}.parquet"] for name in ("person", "party")}, read_policy())
    given = pq.read_table(folder / "party.parquet", columns=["person_id"]).column(0).to_numpy().copy()
    links = {each.person_id: each.canonical_id for each in found.links}
    given = np.array([links.get(one, one) for one in given.tolist()])
    return _done(folder, started, given)


def example(data: str, size: int) -> Measured:
    """As Splink's link-only example does: names, Levenshtein, Damerau-Levenshtein, its training."""
    import duckdb  # noqa: PLC0415 - as above
    import splink.comparison_library as cl  # noqa: PLC0415 - as above
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415 - as above

    folder = Path(data) / f"linkage-{size}"
    started = time.perf_counter()
    connection = duckdb.connect()
    number = "CASE WHEN person_id > 0 THEN CAST(person_id AS VARCHAR) END"
    given_name = "name[1:1] AS surname, name[2:] AS first_name, sex, address, phone"
    people = connection.sql(
        f"SELECT person_id AS unique_id, {number} AS number, {given_name} FROM '{folder}/person.parquet'"
    ).to_arrow_table()
    parties = connection.sql(
        f"SELECT row AS unique_id, COALESCE({number}, id_raw[:17]) AS number, {given_name} "
        f"FROM '{folder}/party.parquet'"
    ).to_arrow_table()
    api = DuckDBAPI(duckdb.connect())
    settings: Any = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
            cl.ExactMatch("sex"),
            cl.LevenshteinAtThresholds("address", [1, 3]),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number"), block_on("phone"), block_on("surname", "first_name"), block_on("address"),
        ],
    )  # fmt: skip
    left, right = api.register(people, table_name="people"), api.register(parties, table_name="parties")
    linker = Linker([left, right], settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("number")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=7)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    pairs = linker.inference.predict(threshold_match_probability=0.95).as_duckdbpyrelation().to_arrow_table()
    connection.register("pairs", pairs)
    best = connection.sql("""
        WITH pair AS (
            SELECT CASE WHEN source_dataset_l = 'parties' THEN unique_id_l ELSE unique_id_r END AS "row",
                CASE WHEN source_dataset_l = 'parties' THEN unique_id_r ELSE unique_id_l END AS person_id,
                match_weight
            FROM pairs
        ) SELECT "row", arg_max(person_id, match_weight) AS person_id FROM pair GROUP BY 1
    """).to_arrow_table()
    given = np.full(size, -1, np.int64)
    given[best.column("row").to_numpy().astype(np.int64)] = best.column("person_id").to_numpy()
    return _done(folder, started, given)


def main() -> int:
    import tempfile  # noqa: PLC0415 - only when called alone

    sizes = tuple(int(size) for size in sys.argv[1:]) or (200_000,)
    with tempfile.TemporaryDirectory(prefix="yingjiu-bench-") as temporary:
        sys.stdout.write(figures(Path(temporary), sizes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
