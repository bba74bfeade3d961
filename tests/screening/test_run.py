"""What a run gives: funnels, findings with evidence, leads, warnings, the question of a large share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from yingjiu.codes import number_of
from yingjiu.pool import Engine, open_engine
from yingjiu.pool.tables import PROVENANCE, TABLES
from yingjiu.screening import (
    ImplausibleShare,
    Model,
    RunError,
    Screener,
    diff_models,
    explain,
    leads,
    leads_table,
    read_model,
    run_models,
    screen_parties,
)
from yingjiu.screening.case_worlds import tables_of

DAY = date(2024, 6, 30)
WANG, LI, MOTHER, THIEF = 32099919800101001, 32099919900202002, 32099919550303024, 32099919850505035
MODEL = {
    "model": "poor-victim",
    "version": 1,
    "title": "贫困被害人",
    "kind": "judicial_relief",
    "basis": [{"rule": "细则", "article": "7(1)"}],
    "subject": "party",
    "where": "role IN ('victim', 'near_relative')",
    "max_share": 1,
    "conditions": [
        {"id": "serious", "says": "重伤", "expr": "harm_grade IN ('serious_1', 'serious_2')",
         "settle": "伤情鉴定意见"},
        {"id": "unpaid", "says": "未获赔", "expr": "received < 1000", "settle": "赔偿履行情况"},
        {"id": "minor", "says": "未成年", "expr": "age_on(birth_date, :run_date) < 18"},
    ],
    "comparisons": [
        {"id": "dibao", "says": "低保", "with": "hardship", "by": ["person", "household"],
         "expr": "list = 'dibao' AND active_on(valid_from, valid_to, :run_date)", "settle": "民政核查"},
        {"id": "tekun", "says": "特困", "with": "hardship", "by": ["person", "household"],
         "expr": "list = 'tekun'", "settle": "民政核查"},
        {"id": "relieved", "says": "已救助", "with": "relief_history", "by": ["person+case"],
         "expr": "outcome = 'granted'", "settle": "救助台账"},
    ],
    "require": "serious AND unpaid AND (dibao OR tekun)",
    "exclude": "relieved",
    "ask": ["unpaid"],
    "level": {"red": "minor", "orange": "dibao"},
    "recommend": [{"when": "dibao", "measure": "temporary_relief", "agency": "民政局", "says": "临时救助"}],
    "cases": [
        {"says": "是", "given": {"party": {"role": "victim", "harm_grade": "serious_1", "received": 0},
                                "hardship": {"list": "tekun"}}, "expect": {"outcome": "match"}},
        {"says": "否", "given": {"party": {"role": "suspect"}}, "expect": {"outcome": "no"}},
    ],
}  # fmt: skip


def model(**change: Any) -> Model:
    return read_model("poor-victim.yaml", text=json.dumps({**MODEL, **change}, ensure_ascii=False))


def world(**tables: list[dict[str, Any]]) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, given in tables.items():
        columns = [*TABLES[table].columns, *(column.name for column in PROVENANCE)]
        rows[table] = [
            {**dict.fromkeys(columns), "source": "s", "batch": "b", "file": f"{table}.csv", "row": number + 2,
             "data_date": date(2024, 6, 1), **row}
            for number, row in enumerate(given)
        ]  # fmt: skip
    return tables_of(rows)


def party(person: int, case: str = "C1", role: str = "victim", **more: Any) -> dict[str, Any]:
    return {"person_id": person, "case_id": case, "case_no": case, "role": role, **more}


HURT: dict[str, Any] = {"harm_grade": "serious_1", "received": Decimal(0)}
COUNTY = world(
    party=[
        party(WANG, **HURT, name="王小明", data_date=date(2024, 1, 1)),
        party(WANG, received=Decimal(100), data_date=date(2024, 3, 1)),
        party(LI, "C2", received=Decimal(0)),
        party(LI, "C3", **HURT),
        party(THIEF, role="suspect"),
    ],
    case=[{"case_no": "C1", "case_id": "C1", "charge": "故意伤害罪", "stage": "first_trial"}],
    hardship=[
        {"person_id": MOTHER, "list": "dibao", "valid_from": date(2020, 1, 1)},
        {"person_id": LI, "list": "dibao", "valid_from": date(2020, 1, 1)},
    ],
    household_member=[
        {"person_id": WANG, "household_id": "h1"},
        {"person_id": MOTHER, "household_id": "h1"},
        {"person_id": LI, "household_id": "h2"},
    ],
    relief_history=[
        {"person_id": LI, "case_id": "C3", "case_no": "C3", "organ_kind": "court", "outcome": "granted"}
    ],
)


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def test_the_funnel_counts_every_subject_and_every_truth(duck: Engine) -> None:
    funnel = run_models(duck, COUNTY, [model()], DAY).funnel("poor-victim")
    assert (funnel.subjects, funnel.match, funnel.possible, funnel.excluded) == (3, 1, 1, 1)
    assert funnel.truths["serious"] == (2, 0, 1)
    assert funnel.truths["relieved"] == (1, 2, 0)
    assert funnel.excluded_by == {"relieved": 1}


def test_stages_of_one_party_are_one_subject_with_the_newest_known_values(duck: Engine) -> None:
    run = run_models(duck, COUNTY, [model()], DAY)
    finding = next(finding for finding in run.findings() if finding.person_id == WANG)
    subject = run.facts_of(finding).subject(finding.row)
    assert (subject["received"], subject["harm_grade"]) == (Decimal(100), "serious_1")
    assert [place.row for place in run.facts_of(finding).read_at(finding.row) if place.table == "party"] == [
        2,
        3,
    ]


def test_evidence_goes_down_to_the_row_of_the_agency_file(duck: Engine) -> None:
    run = run_models(duck, COUNTY, [model()], DAY)
    finding = next(finding for finding in run.findings() if finding.person_id == WANG)
    explained = {atom.id: atom for atom in explain(run, finding).atoms}
    ((evidence, shown),) = explained["dibao"].evidence
    assert (evidence.route, evidence.person_id, evidence.sure) == ("household", MOTHER, True)
    where = evidence.provenance
    assert (where.table, where.file, where.row, where.data_date) == (
        "hardship",
        "hardship.csv",
        2,
        date(2024, 6, 1),
    )
    assert {each.column for each in shown} == {"list", "valid_from", "valid_to"}
    assert explained["tekun"].evidence == ()


def test_a_possible_finding_names_what_would_settle_it(duck: Engine) -> None:
    run = run_models(duck, COUNTY, [model()], DAY)
    finding = next(finding for finding in run.findings() if finding.case_id == "C2")
    assert (finding.outcome, finding.verdict.settle) == ("possible", ("serious",))
    matters = {atom.id: atom.settle for atom in explain(run, finding).atoms if atom.matters}
    assert matters == {"serious": "伤情鉴定意见"}


def test_an_excluded_subject_is_kept_with_its_reason(duck: Engine) -> None:
    run = run_models(duck, COUNTY, [model()], DAY)
    kept = [finding for finding in run.findings(excluded=True) if finding.outcome == "no"]
    assert [(finding.case_id, finding.verdict.excluded_by) for finding in kept] == [("C3", ("relieved",))]
    assert not any(finding.case_id == "C3" for finding in run.findings())


def test_findings_about_one_person_and_case_are_one_lead_with_several_reasons(duck: Engine) -> None:
    other = model(model="other", level={"red": "dibao"}, recommend=[])
    supervision = model(model="third", kind="supervision")
    run = run_models(duck, COUNTY, [model(), other, supervision], DAY)
    found = [lead for lead in leads(run) if lead.case_id == "C1"]
    assert [(lead.kind, [reason.model.id for reason in lead.reasons]) for lead in found] == [
        ("judicial_relief", ["other", "poor-victim"]),
        ("supervision", ["third"]),
    ]
    lead = found[0]
    assert (lead.level, lead.outcome, lead.about.get("name"), lead.about.get("charge")) == (
        "red", "match", "王小明", "故意伤害罪",
    )  # fmt: skip
    assert [each.measure for each in lead.recommend] == ["temporary_relief"]
    assert lead.questions == (("unpaid", "未获赔"),)


def test_leads_come_matches_first_and_their_keys_are_stable(duck: Engine) -> None:
    first = leads(run_models(duck, COUNTY, [model()], DAY))
    later = leads(run_models(duck, COUNTY, [model(version=2)], date(2024, 7, 31)))
    assert [(lead.case_id, lead.outcome) for lead in first] == [("C1", "match"), ("C2", "possible")]
    assert {lead.key for lead in first} == {lead.key for lead in later}


def test_a_second_run_is_the_same_run(duck: Engine) -> None:
    one, two = (run_models(duck, COUNTY, [model()], DAY) for _time in range(2))
    assert one.id == two.id
    assert leads_table(one).equals(leads_table(two))
    assert run_models(duck, COUNTY, [model()], date(2024, 7, 1)).id != one.id
    assert run_models(duck, COUNTY, [model(version=2)], DAY).id != one.id
    assert run_models(duck, COUNTY, [model()], DAY, subjects=[WANG]).id != one.id


def test_leads_are_masked_until_they_are_revealed(duck: Engine) -> None:
    run = run_models(duck, COUNTY, [model()], DAY)
    masked = leads_table(run)
    assert masked.column("person_id").null_count == masked.num_rows
    assert "王小明" not in str(masked.to_pylist())
    assert str(WANG) not in str(masked.to_pylist())
    open_ = leads_table(run, reveal=True).to_pylist()[0]
    assert (open_["name"], open_["person_id"], open_["id_no"][:17]) == ("王小明", WANG, str(WANG))
    finding = next(run.findings())
    assert str(WANG) not in str(explain(run, finding).person)


def test_a_table_that_was_never_loaded_is_unknown_and_a_warning(duck: Engine) -> None:
    left = {name: rows for name, rows in COUNTY.items() if name != "hardship"}
    run = run_models(duck, left, [model()], DAY)
    assert run.funnel("poor-victim").truths["dibao"] == (0, 0, 3)
    assert any("hardship" in warning for warning in run.warnings)


def test_a_code_that_no_row_has_is_a_warning(duck: Engine) -> None:
    warnings = run_models(duck, COUNTY, [model()], DAY).warnings
    assert any("tekun" in warning for warning in warnings)
    assert not any("dibao" in warning for warning in warnings)


def test_an_implausible_share_stops_the_run_and_says_how_to_allow_it(duck: Engine) -> None:
    many = world(
        party=[party(32099919800101001 + 2 * number, f"C{number}", **HURT) for number in range(60)],
        hardship=[{"person_id": 32099919800101001 + 2 * number, "list": "dibao"} for number in range(60)],
    )
    strict = model(max_share=0.5)
    with pytest.raises(ImplausibleShare) as caught:
        run_models(duck, many, [strict], DAY)
    (fault,) = caught.value.faults
    assert (fault.code, fault.found) == ("SCR-201", "1.0000")
    assert "60" in fault.message
    assert run_models(duck, many, [strict], DAY, allow_large_share=["poor-victim"]).funnels[0].match == 60
    assert run_models(duck, many, [strict], DAY, subjects=[32099919800101001]).funnels[0].match == 1


def test_case_numbers_of_another_agency_lead_to_one_case(duck: Engine) -> None:
    county = world(
        party=[party(WANG, "公A1", **HURT), party(WANG, "X9", received=Decimal(50))],
        case=[{"case_no": "公A1", "case_id": "X9", "charge": "故意伤害罪"}],
        hardship=[{"person_id": WANG, "list": "dibao"}],
        relief_history=[{"person_id": WANG, "case_no": "公A1", "organ_kind": "court", "outcome": "granted"}],
    )
    run = run_models(duck, county, [model()], DAY)
    assert run.funnels[0].subjects == 1
    (finding,) = run.findings(excluded=True)
    assert (finding.case_id, finding.verdict.excluded_by) == ("X9", ("relieved",))


def test_a_diff_names_who_is_added_dropped_and_changed(duck: Engine) -> None:
    county = world(
        party=[party(WANG, **HURT), party(LI, "C2", harm_grade="minor_1", received=Decimal(0))],
        hardship=[{"person_id": WANG, "list": "dibao"}, {"person_id": LI, "list": "dibao"}],
    )
    milder = model(version=2, require="unpaid AND dibao", level={"red": "serious"})
    (diff,) = diff_models([model()], [milder], duck, county, DAY)
    assert (diff.old_version, diff.new_version, diff.same) == (1, 2, 0)
    assert [change.after.person_id for change in diff.added if change.after] == [LI]
    assert [(change.was, change.becomes) for change in diff.changed] == [
        (("match", "orange"), ("match", "red"))
    ]
    (back,) = diff_models([milder], [model()], duck, county, DAY)
    assert [change.before.person_id for change in back.dropped if change.before] == [LI]
    (gone,) = diff_models([model()], [model(model="new-one")], duck, county, DAY)[1:]
    assert (gone.model, gone.new_version, len(gone.dropped)) == ("poor-victim", None, 1)


def test_a_new_party_is_screened_against_what_the_pool_knows() -> None:
    with Screener(COUNTY, [model()], DAY) as screener:
        new = {
            "id_raw": "32099919900202002X"[:17] + _check(LI),
            "case_no": "（2024）新 9",
            "role": "victim",
            **HURT,
        }
        run = screener.screen(parties=[new])
        found = {finding.case_id: finding for finding in run.findings(excluded=True)}
        assert found["(2024)新9"].outcome == "match"
        assert set(found) == {"(2024)新9", "C2", "C3"}
        assert run.id == screener.screen(parties=[new]).id
        own = run.facts["party"].read_at(found["(2024)新9"].row)
        assert (own[-1].source, own[-1].row) == ("new", 1)


def _check(key: int) -> str:
    return number_of(key)[-1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"parties": [{"person_id": WANG, "case_id": "C1", "role": "victim", "colour": "red"}]}, "SCR-203"),
        ({"parties": [{"person_id": WANG, "case_id": "C1"}]}, "SCR-203"),
        ({}, "SCR-204"),
    ],
    ids=["an unknown column", "no role", "nobody"],
)
def test_what_cannot_be_screened_is_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(RunError) as caught:
        screen_parties(COUNTY, [model()], DAY, **asked)
    assert caught.value.code == code


def test_the_same_model_twice_is_refused(duck: Engine) -> None:
    with pytest.raises(RunError):
        run_models(duck, COUNTY, [model(), model()], DAY)
