"""From a real run on real tables to what the report shows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from yingjiu.pool import PROVENANCE, TABLES, Batch, BatchState, LoadMode, arrow_schema, open_engine
from yingjiu.report import ReportData, from_run, render, shown, write_leads, write_workbook
from yingjiu.screening import read_models
from yingjiu.screening.run import run_models

DAY = date(2024, 5, 31)
VICTIM = 32099919850607001
SPOUSE = 32099919860708002
MODEL = """
model: hurt-and-poor
version: 3
title: 侵害人身权类·司法救助线索
kind: judicial_relief
after: 案例五（魏都）
basis: [{rule: 人民检察院开展国家司法救助工作细则, article: "7(1)"}]
subject: party
max_share: 1
conditions:
  - {id: victim, says: 刑事案件被害人, expr: "role = 'victim'"}
  - {id: hurt, says: 受到重伤, expr: "harm_grade IN ('serious_1', 'serious_2')", settle: 伤情鉴定意见}
  - {id: unpaid, says: 获赔不足一半, expr: "share_below(received, awarded, 0.5)", settle: 赔偿情况}
comparisons:
  - id: dibao
    says: 本人或同户享受低保
    with: hardship
    by: [person, household]
    expr: "list = 'dibao' AND active_on(valid_from, valid_to, :run_date)"
    settle: 民政部门低保核查
  - {id: relieved, says: 本案已获司法救助, with: relief_history, by: [person], settle: 救助台账}
require: victim AND hurt AND dibao AND unpaid
exclude: relieved
ask: [unpaid]
level: {red: "hurt", yellow: "true"}
recommend:
  - {measure: temporary_relief, agency: 民政局, says: 申请临时救助}
cases:
  - says: 重伤低保
    given:
      party: {role: victim, harm_grade: serious_1, awarded: 100, received: 0}
      hardship: [{list: dibao, valid_from: 2020-01-01}]
    expect: {outcome: match, level: red}
  - says: 轻伤
    given: {party: {role: victim, harm_grade: minor_1}}
    expect: {outcome: no}
"""


def table(name: str, *rows: dict[str, Any]) -> pa.Table:
    read = {
        "source": f"{name}-source",
        "batch": "b-1",
        "file": f"{name}.csv",
        "sheet": None,
        "data_date": DAY,
    }
    schema = arrow_schema(TABLES[name])
    known = {column.name for column in (*TABLES[name].columns.values(), *PROVENANCE)}
    for row in rows:
        assert set(row) <= known
    return pa.Table.from_pylist(
        [{**read, "row": 2 + at, **row} for at, row in enumerate(rows)], schema=schema
    )


def batch(name: str, **notes: Any) -> Batch:
    moment = datetime(2024, 6, 1, tzinfo=UTC)
    return Batch(
        "b-1", f"{name}-source", LoadMode.SNAPSHOT, DAY, moment, {name: 2}, "d", notes, BatchState.CURRENT
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    """A victim whose compensation is unknown and whose wife is on a list; another was relieved already."""
    folder: Path = tmp_path_factory.mktemp("models")
    (folder / "hurt-and-poor.yaml").write_text(MODEL, encoding="utf-8")
    hurt = {"role": "victim", "harm_grade": "serious_1"}
    other = 32099919900101003
    data = {
        "party": table(
            "party",
            {
                "person_id": VICTIM,
                "name": "王小明",
                "case_no": "虚检刑诉〔2024〕7号",
                "case_id": "c-7",
                "address": "江苏省盐城市虚构县永宁镇红旗村3组12号",
                "awarded": Decimal("80000.00"),
                **hurt,
            },
            {
                "person_id": other,
                "case_no": "虚检刑诉〔2024〕8号",
                "case_id": "c-8",
                "awarded": Decimal(10),
                "received": Decimal(0),
                **hurt,
            },
        ),
        "case": table(
            "case",
            {
                "case_no": "虚检刑诉〔2024〕7号",
                "case_id": "c-7",
                "charge": "故意伤害罪",
                "stage": "prosecution_review",
            },
        ),
        "household_member": table(
            "household_member",
            {"person_id": VICTIM, "household_id": "h"},
            {"person_id": SPOUSE, "household_id": "h"},
        ),
        "hardship": table(
            "hardship",
            {"person_id": SPOUSE, "list": "dibao", "valid_from": date(2021, 3, 1)},
            {"person_id": other, "list": "dibao", "valid_from": date(2021, 3, 1)},
        ),
        "relief_history": table(
            "relief_history", {"person_id": other, "case_id": "c-8", "amount": Decimal(9000)}
        ),
    }
    engine = open_engine("duckdb")
    run = run_models(engine, data, read_models(folder), date(2024, 6, 30))
    made = from_run(
        run,
        [
            batch(
                "party",
                title="审查起诉案件当事人",
                agency="县人民检察院",
                files=["party.csv"],
                read=5,
                accepted=2,
                quarantined=2,
                duplicates=1,
                rejected_by_rule={"SRC-101": 1, "SRC-033": 1},
            ),
            batch(
                "hardship",
                title="最低生活保障家庭成员名册",
                agency="县民政局",
                files=["hardship.csv"],
                read=2,
                accepted=2,
            ),
        ],
        county="江苏省盐城市虚构县",
        made_at=datetime(2024, 7, 1, 9, tzinfo=UTC),
        synthetic=True,
    )
    engine.close()
    return made


def test_the_person_the_case_and_the_place_are_there(report: ReportData) -> None:
    (lead,) = report.leads
    assert (lead.kind, lead.level, lead.outcome) == ("judicial_relief", "red", "possible")
    assert (lead.person.name, lead.person.age, lead.person.sex) == ("王小明", 39, "male")
    assert lead.person.number is not None
    assert lead.person.number.startswith(str(VICTIM))
    assert (lead.case_no, lead.charge, lead.stage) == (
        "虚检刑诉〔2024〕7号",
        "故意伤害罪",
        "prosecution_review",
    )
    assert (lead.town, lead.hardship, lead.role) == ("永宁镇", ("dibao",), "victim")


def test_every_condition_has_its_truth_and_what_it_saw(report: ReportData) -> None:
    conditions = {item.id: item for item in report.leads[0].reasons[0].conditions}
    assert {name: item.truth for name, item in conditions.items()} == {
        "victim": True,
        "hurt": True,
        "unpaid": None,
        "dibao": True,
        "relieved": False,
    }
    assert conditions["hurt"].seen == (("harm_grade", "serious_1"),)
    assert dict(conditions["unpaid"].seen) == {"awarded": "80000.00"}
    assert conditions["unpaid"].settle == "赔偿情况"
    assert conditions["dibao"].settle is None


def test_evidence_leads_to_the_row_of_the_file(report: ReportData) -> None:
    conditions = {item.id: item for item in report.leads[0].reasons[0].conditions}
    (row,) = conditions["dibao"].evidence
    assert (row.table, row.file, row.row, row.data_date) == ("hardship", "hardship.csv", 2, DAY)
    assert (row.source_title, row.agency, row.route, row.sure) == (
        "最低生活保障家庭成员名册",
        "县民政局",
        "household",
        True,
    )
    assert dict(row.values)["list"] == "dibao"
    files = {(item.table, item.file, item.row) for item in report.leads[0].reasons[0].read_at}
    assert files == {("party", "party.csv", 2), ("case", "case.csv", 2)}


def test_what_to_do_is_there(report: ReportData) -> None:
    (reason,) = report.leads[0].reasons
    assert reason.settle == ("赔偿情况",)
    assert reason.questions == ("获赔不足一半",)
    assert [(item.agency, item.says) for item in reason.recommendations] == [("民政局", "申请临时救助")]


def test_excluded_subjects_are_counted_with_their_reason(report: ReportData) -> None:
    (model,) = report.models
    assert (model.subjects, model.excluded) == (2, 1)
    assert model.excluded_by == (("本案已获司法救助", 1),)


def test_quality_comes_from_the_batches(report: ReportData) -> None:
    party = report.sources[0]
    assert (party.read, party.accepted, party.quarantined, party.duplicates) == (5, 2, 2, 1)
    assert party.read == party.accepted + party.quarantined + party.duplicates
    assert set(party.rules) == {"SRC-101", "SRC-033"}
    assert all(party.rules.values())
    assert [step.count for step in report.funnel][:3] == [7, 4, 2]
    assert report.funnel[-1].count == len(report.leads)


def test_it_is_masked_and_written(report: ReportData, tmp_path: Path) -> None:
    page = render(report)
    assert "王*明" in page
    for secret in ("王小明", str(VICTIM), "红旗村"):
        assert secret not in page
        assert secret not in repr(shown(report))
    assert write_leads(report, tmp_path / "leads.parquet").stat().st_size
    assert write_workbook(report, tmp_path / "leads.xlsx").stat().st_size
