"""Canonical rows: what the loader fills by itself."""

from __future__ import annotations

from datetime import date

from yingjiu.codes import certificate_number, make_number

from .agency import Office, csv_bytes

HEAD = """\
source: {source}
title: 测试
agency: 县法院
legal_basis: [{{rule: 政府信息共享, article: 1}}]
files: "*.csv"
data_date: 2024-05-31
"""
CASES = (
    HEAD.format(source="court-cases")
    + """\
fields:
  case_no: {header: 案号, type: text, required: true}
  article: {header: 条文, type: text}
  charge: {header: 罪名, type: text}
  victim: {header: 被害人身份证号, type: id, on_invalid: keep}
  victim_name: {header: 被害人, type: text}
  accused: {header: 被告人身份证号, type: id}
  role: {header: 身份, type: code, list: role, codes: {被害: victim, 家属: near_relative}}
into:
  case: {case_no: case_no, article: article, charge: charge, kind: {value: criminal}}
  party:
    - {person_id: victim, name: victim_name, case_no: case_no, role: role,
       when: {role: [victim, near_relative]}}
    - {person_id: accused, case_no: case_no, role: {value: suspect}}
contract: {same_id_one_name: false}
"""
)


def test_cases_and_parties_from_one_row(office: Office) -> None:
    victim, accused = make_number("320999", date(1990, 1, 1), 1), make_number("320999", date(1985, 1, 1), 3)
    headers = ["案号", "条文", "罪名", "被害人身份证号", "被害人", "被告人身份证号", "身份"]
    rows = [
        ["（2024）苏0999刑初1号", "第二百三十四条", "故意伤害", victim, "王明", accused, "被害"],
        ["(2024)苏0999刑初2号", "", "诈骗罪", "", "李四", accused, "家属"],
        ["(2024)苏0999刑初3号", "", "", victim, "王明", "", ""],
    ]
    office.put("案件.csv", csv_bytes(rows, headers))
    report = office.load(CASES)
    assert report.rows == {"case": 3, "party": 4}
    cases = sorted(office.rows("case"), key=lambda row: row["case_id"])
    assert [row["case_id"] for row in cases] == [f"(2024)苏0999刑初{n}号" for n in (1, 2, 3)]
    assert cases[0]["case_no"] == "（2024）苏0999刑初1号"
    assert [row["offence_group"] for row in cases] == ["injury", "fraud_property", None]
    parties = {(row["role"], row["case_id"][-2:]): row for row in office.rows("party")}
    assert set(parties) == {
        ("victim", "1号"),
        ("near_relative", "2号"),
        ("suspect", "1号"),
        ("suspect", "2号"),
    }
    assert parties["victim", "1号"]["birth_date"] == date(1990, 1, 1)
    assert parties["near_relative", "2号"]["person_id"] < 0
    assert parties["near_relative", "2号"]["id_status"] == "missing"


def test_a_person_without_a_number_has_the_same_key_in_every_load(office: Office) -> None:
    headers = ["案号", "条文", "罪名", "被害人身份证号", "被害人", "被告人身份证号", "身份"]
    rows = [[f"(2024)苏0999刑初{n}号", "", "", "", f"王{n}", "", "被害"] for n in range(3)]
    office.put("案件.csv", csv_bytes(rows, headers))
    office.load(CASES)
    first = {row["name"]: row["person_id"] for row in office.rows("party")}
    office.put("案件.csv", csv_bytes([*rows[::-1], [*rows[0][:5], "", "家属"]], headers))
    office.load(CASES)
    assert {row["name"]: row["person_id"] for row in office.rows("party")} == first
    assert len(set(first.values())) == 3


def test_people_of_whom_nothing_is_known_stay_apart(office: Office) -> None:
    headers = ["案号", "条文", "罪名", "被害人身份证号", "被害人", "被告人身份证号", "身份"]
    same = ["(2024)苏0999刑初1号", "", "", "", "", "", "被害"]
    office.put("案件.csv", csv_bytes([same, [*same[:2], "x", *same[3:]]], headers))
    office.load(CASES)
    assert len({row["person_id"] for row in office.rows("party")}) == 2


def test_a_disability_certificate_gives_person_category_and_grade(office: Office) -> None:
    text = HEAD.format(source="disabled") + (
        "fields:\n  card: {header: 残疾人证号, type: id, required: true}\n"
        "  amount: {header: 金额, type: money}\n"
        "into:\n  hardship:\n    {person_id: card, list: {value: disabled}, amount: amount,\n"
        "     category: card.category, grade: card.grade}\n"
    )
    plain = make_number("320999", date(1970, 3, 3), 7)
    rows = [
        [certificate_number(plain, "physical", 2), "1"],
        [make_number("320999", date(1970, 3, 3), 8), "2"],
    ]
    office.put("残联.csv", csv_bytes(rows, ["残疾人证号", "金额"]))
    office.load(text)
    first, second = office.rows("hardship")
    assert (first["person_id"], first["category"], first["grade"]) == (int(plain[:17]), "physical", 2)
    assert (second["category"], second["grade"]) == (None, None)


def test_a_household_named_by_an_id_number_does_not_show_it(office: Office) -> None:
    text = HEAD.format(source="hukou") + (
        "fields:\n  me: {header: 身份证号, type: id, required: true}\n"
        "  head: {header: 户主身份证号, type: id, required: true}\n"
        "into:\n  household_member: {person_id: me, household_id: head}\n"
    )
    head, wife = make_number("320999", date(1970, 3, 3), 7), make_number("320999", date(1971, 3, 3), 8)
    office.put("户籍.csv", csv_bytes([[head, head], [wife, f" {head}"]], ["身份证号", "户主身份证号"]))
    office.load(text)
    households = {row["household_id"] for row in office.rows("household_member")}
    assert len(households) == 1
    assert head[:17] not in households.pop()
