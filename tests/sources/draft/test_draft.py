from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from yingjiu.codes import CODE_LISTS, certificate_number, make_number
from yingjiu.pool.tables import TABLES
from yingjiu.sources import ColumnGuess, SourceDraft, draft_source, read_source
from yingjiu.sources.readers import ReaderError, normalise_header
from yingjiu.sources.synonyms import header_forms, synonyms

IDS = [make_number("320999", date(1950 + n % 60, 1 + n % 12, 1 + n % 28), 1 + n) for n in range(60)]

Maker = Callable[[int], Sequence[object]]


def _file(folder: Path, name: str, headers: str, row: Maker, title: str | None = None) -> Path:
    lines = [title] if title else []
    lines += [headers, *(",".join(map(str, row(n))) for n in range(60))]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return path


def _column(draft: SourceDraft, header: str) -> ColumnGuess:
    (guess,) = [guess for guess in draft.columns if guess.header == header]
    return guess


def _dibao(folder: Path) -> Path:
    relations = ("户主", "配偶", "长子", "次女", "寄养")
    return _file(
        folder,
        "民政局_低保名册_20240531.csv",
        "户号,姓名,身份证号码,与户主关系,性别,家庭人口,月保障金额（元）,批准时间,自编列",
        lambda n: (
            n // 3,
            f"张{n}",
            IDS[n],
            relations[n % 5],
            "男女"[n % 2],
            3,
            f"{300 + n}.50",
            "2020-03-01",
            f"x{n}",
        ),
        title="虚构县最低生活保障家庭成员名册,,,,,,,,",
    )


def _disabled(folder: Path) -> Path:
    return _file(
        folder,
        "残联.csv",
        "姓名,残疾人证号,残疾类别,残疾等级,监护人身份证号,首次发证日期",
        lambda n: (
            f"李{n}",
            certificate_number(IDS[n], "physical", 1 + n % 4),
            "肢体残疾",
            "一二三四"[n % 4] + "级",
            IDS[n - 1],
            f"2020.1.{1 + n % 28}",
        ),
    )


def _parties(folder: Path) -> Path:
    return _file(
        folder,
        "检察院刑事案件当事人.csv",
        "案号,当事人,证件号码,诉讼地位,涉嫌罪名,受理日期,伤情鉴定意见,判赔金额(万元),是否和解",
        lambda n: (
            f"虚检刑诉〔2024〕{n}号",
            f"王{n}",
            IDS[n],
            ("犯罪嫌疑人", "受害人")[n % 2],
            "故意伤害罪",
            f"2024/1/{1 + n % 28}",
            ("轻伤一级", "重伤二级")[n % 2],
            f"{n % 9}.5",
            "是否"[n % 2],
        ),
    )


def _nothing_known(folder: Path) -> Path:
    return _file(folder, "x.csv", "甲,乙,丙", lambda n: (IDS[n], ("男", "女")[n % 2], n * 1000))


def _enforcement(folder: Path) -> Path:
    return _file(
        folder,
        "法院终本案件2024.csv",
        "执行案号,申请执行人,申请执行人证件号码,被执行人证件号码,执行标的额,执行到位金额,执行案件状态,最近一次执行时间",
        lambda n: (f"（2023）虚执{n}号", f"赵{n}", IDS[n], IDS[n - 1], 50000, n, "终本", "2023-05-01"),
    )


def _children(folder: Path) -> Path:
    return _file(
        folder,
        "事实无人抚养儿童.csv",
        "儿童姓名,儿童身份证号,父亲身份证号,母亲身份证号,月基本生活费",
        lambda n: (f"童{n}", IDS[n], IDS[n - 1], IDS[n - 2], 1200),
    )


FILES = {
    "minimum living guarantee": (_dibao, {"person", "household_member", "hardship"}),
    "disabled persons": (_disabled, {"person", "hardship"}),
    "parties of criminal cases": (_parties, {"person", "party", "case"}),
    "nothing known but the values": (_nothing_known, {"person"}),
    "enforcement": (_enforcement, {"person", "enforcement"}),
    "children without support": (_children, {"person", "hardship", "kinship"}),
}


@pytest.mark.parametrize(("make", "tables"), FILES.values(), ids=FILES)
def test_a_draft_reads_as_a_source_file_and_fills_the_tables_it_should(
    make: Callable[[Path], Path], tables: set[str], tmp_path: Path
) -> None:
    draft = draft_source(make(tmp_path))
    declared = read_source("draft.yaml", text=draft.text)
    assert set(declared.into) == tables
    assert set(declared.fields) == {guess.field for guess in draft.columns if guess.field}


def test_names_dates_and_topic_come_from_the_file_name_and_title(tmp_path: Path) -> None:
    draft = draft_source(_dibao(tmp_path))
    assert draft.source == "civil-affairs-dibao"
    assert draft.title == "虚构县最低生活保障家庭成员名册"
    assert draft.agency is not None
    assert draft.agency.name == "县民政局"
    assert draft.files == "民政局_低保名册_*.csv"
    assert draft.dated


def test_every_guess_has_its_confidence_and_the_rest_stands_as_comments(tmp_path: Path) -> None:
    draft = draft_source(_dibao(tmp_path))
    lines = draft.text.splitlines()
    fields = lines[lines.index("fields:") + 1 : lines.index("into:")]
    for line in fields:
        if not line.lstrip().startswith("#"):
            assert re.search(r"# .*[01]\.\d\d", line)
    assert any(line.lstrip().startswith("#") and "自编列" in line for line in fields)
    assert any(line.lstrip().startswith("#") and "寄养" in line for line in fields)
    assert "otherwise: other" in draft.text


def test_codes_grades_units_and_dates_are_recognised(tmp_path: Path) -> None:
    parties = draft_source(_parties(tmp_path))
    assert _column(parties, "诉讼地位").codes == {"犯罪嫌疑人": "suspect", "受害人": "victim"}
    assert _column(parties, "判赔金额(万元)").unit == 10_000
    assert _column(parties, "是否和解").type == "boolean"
    disabled = draft_source(_disabled(tmp_path))
    assert _column(disabled, "残疾等级").codes == {"一级": 1, "二级": 2, "三级": 3, "四级": 4}
    assert _column(disabled, "残疾类别").code_list == "disability_category"


def test_a_column_of_id_numbers_recognises_itself(tmp_path: Path) -> None:
    draft = draft_source(_nothing_known(tmp_path))
    guess = _column(draft, "甲")
    assert (guess.field, guess.reason) == ("id_no", "values")
    assert 0.5 < guess.confidence < 0.97


def test_the_number_of_somebody_else_is_not_taken_for_the_person(tmp_path: Path) -> None:
    draft = draft_source(_disabled(tmp_path))
    assert _column(draft, "监护人身份证号").field is None
    assert _column(draft, "残疾人证号").field == "card"


def test_a_header_that_its_values_contradict_is_trusted_less(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", "姓名,身份证号,出生日期", lambda n: (f"张{n}", IDS[n], f"不详{n}"))
    assert (
        _column(draft_source(path), "出生日期").confidence
        < 0.6
        < _column(draft_source(path), "身份证号").confidence
    )


def test_the_sheet_with_the_most_known_headers_is_drafted(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("目录").write_column(0, 0, ["内容", "第一部分", "第二部分"])
        sheet = book.add_worksheet("特困人员")
        sheet.write_row(0, 0, ["姓名", "身份证号", "供养方式"])
        for n in range(20):
            sheet.write_row(n + 1, 0, [f"张{n}", IDS[n], "集中"])
    draft = draft_source(path)
    assert draft.topic is not None
    assert draft.topic.id == "tekun"
    assert set(read_source("d.yaml", text=draft.text).into) == {"person", "hardship"}


def test_signs_in_names_and_headers_are_written_so_that_they_are_read_back(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "名册[一] {2}.csv",
        '姓名,身份证号,"住址: #1, 现",no',
        lambda n: (f"张{n}", IDS[n], "x", "y"),
    )
    declared = read_source("d.yaml", text=draft_source(path).text)
    assert declared.files is not None
    assert path in tmp_path.glob(declared.files)


def test_a_file_that_cannot_be_read_is_a_readers_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(ReaderError, match="SRC-004"):
        draft_source(tmp_path / "a.csv")


def test_a_header_belongs_to_one_field_only() -> None:
    owner: dict[str, str] = {}
    for name, concept in synonyms().fields.items():
        for header in concept.headers:
            assert owner.setdefault(normalise_header(header), name) == name, header


def test_the_table_of_synonyms_speaks_of_columns_and_codes_that_exist() -> None:
    table = synonyms()
    for name, concept in table.fields.items():
        assert concept.list_ is None or concept.list_ in CODE_LISTS, name
        for where, column in concept.fills.items():
            assert where == "*" or column in TABLES[where].columns, name
    for code_list, labels in table.labels.items():
        assert set(labels.values()) <= set(CODE_LISTS[code_list].codes), code_list
    for topic in table.topics:
        for where, constants in topic.into.items():
            for column, code in constants.items():
                assert code in CODE_LISTS[TABLES[where].columns[column].codes or ""].codes, topic.id


def test_every_canonical_column_that_a_file_can_fill_has_headers() -> None:
    by_loader = {"id_raw", "id_status", "case_id", "offence_group", "register", "kin_id", "relation"}
    filled = {
        (table, column) for concept in synonyms().fields.values() for table, column in concept.fills.items()
    }
    for table in TABLES.values():
        for column in set(table.columns) - by_loader:
            assert table.name == "kinship" or filled & {(table.name, column), ("*", column)}, (
                table.name,
                column,
            )


def test_forms_of_a_header_go_from_exact_to_loose() -> None:
    assert header_forms("收入（元）/工资（元）") == ("收入(元)/工资(元)", "工资(元)", "收入/工资", "工资")
