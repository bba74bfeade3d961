"""The canonical tables: what every source is mapped to and every model speaks about.

Columns follow domain practice (GB 11643, GB/T 4761, the forms of judicial relief); each text column with a
closed set of values names its code list. NULL means *not known*, never *no*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import pyarrow as pa

__all__ = ["PROVENANCE", "TABLES", "Column", "ColumnType", "Table", "arrow_schema"]


class ColumnType(StrEnum):
    """Types of canonical columns."""

    KEY = "key"
    """``person_id``: the first 17 digits of the resident ID number; negative for a person without one."""
    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    MONEY = "money"
    """Yuan, DECIMAL(14,2)."""
    DATE = "date"
    BOOLEAN = "boolean"

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type in which the pool keeps it."""
        return _ARROW[self]


_ARROW: Final[Mapping[str, pa.DataType]] = {
    "key": pa.int64(),
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int32(),
    "money": pa.decimal128(14, 2),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column.

    Attributes:
        name: identifier, the glossary's term.
        type: its type.
        zh: what it is called in Chinese, on screens and in reports.
        codes: name of the code list whose codes it may hold.
        scale: name of the ordinal scale, for grades that must never be compared with another scale.
        personal: shown masked, and revealed only for a purpose.
        required: never NULL.
    """

    name: str
    type: ColumnType
    zh: str
    codes: str | None = None
    scale: str | None = None
    personal: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    Attributes:
        name: identifier.
        zh: its Chinese name.
        columns: its own columns, without :data:`PROVENANCE`.
        identity: columns that tell which rows speak about the same thing; of those the newest value that
            is known counts. The default key of upsert loads.
    """

    name: str
    zh: str
    columns: Mapping[str, Column]
    identity: tuple[str, ...]


_T = ColumnType


def _key(name: str = "person_id", zh: str = "人员主键", *, required: bool = True) -> Column:
    return Column(name, _T.KEY, zh, personal=True, required=required)


def _text(name: str, zh: str, *, personal: bool = False, required: bool = False) -> Column:
    return Column(name, _T.TEXT, zh, personal=personal, required=required)


def _code(name: str, zh: str, codes: str | None = None, *, required: bool = False) -> Column:
    return Column(name, _T.CODE, zh, codes=codes or name, required=required)


def _date(name: str, zh: str) -> Column:
    return Column(name, _T.DATE, zh)


def _money(name: str, zh: str) -> Column:
    return Column(name, _T.MONEY, zh)


def _flag(name: str, zh: str) -> Column:
    return Column(name, _T.BOOLEAN, zh)


def _grade(name: str, zh: str, scale: str) -> Column:
    return Column(name, _T.INTEGER, zh, scale=scale)


PROVENANCE: Final[tuple[Column, ...]] = (
    _text("source", "来源", required=True),
    _text("batch", "批次", required=True),
    _text("file", "文件", required=True),
    _text("sheet", "工作表"),
    Column("row", _T.INTEGER, "文件行号", required=True),
    Column("data_date", _T.DATE, "数据日期", required=True),
)
"""On every row of every table: where it came from, and the date that the agency's data describe."""


def _table(name: str, zh: str, identity: tuple[str, ...], *columns: Column) -> Table:
    return Table(name, zh, MappingProxyType({column.name: column for column in columns}), identity)


TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "person",
                "人员",
                ("person_id",),
                _key(),
                _text("id_raw", "证件号码原文", personal=True),
                _code("id_status", "证件号码状态"),
                _text("name", "姓名", personal=True),
                _code("sex", "性别"),
                _date("birth_date", "出生日期"),
                _text("region", "户籍地区划"),
                _text("address", "住址", personal=True),
                _text("phone", "电话", personal=True),
                _text("ethnicity", "民族"),
            ),
            _table(
                "household_member",
                "家庭成员",
                ("household_id", "person_id"),
                _key(),
                _text("household_id", "户号", required=True),
                _code("relation", "与户主关系"),
                Column("household_size", _T.INTEGER, "家庭人口"),
                _code("register", "登记来源"),
                _date("valid_from", "起始日期"),
                _date("valid_to", "终止日期"),
            ),
            _table(
                "kinship",
                "亲属关系",
                ("person_id", "kin_id"),
                _key(),
                _key("kin_id", "亲属主键"),
                _code("relation", "亲属是其", "relation", required=True),
                _date("valid_from", "起始日期"),
                _date("valid_to", "终止日期"),
            ),
            _table(
                "person_state",
                "人员状态",
                ("person_id", "state", "since"),
                _key(),
                _code("state", "状态", "person_state", required=True),
                _date("since", "开始日期"),
                _date("until", "结束日期"),
                _text("cause", "原因"),
            ),
            _table(
                "hardship",
                "困难情形",
                ("person_id", "list"),
                _key(),
                _code("list", "名单", "hardship_list", required=True),
                _text("category", "类别"),
                _grade("grade", "残疾等级", "disability_certificate"),
                _money("amount", "月金额"),
                _code("risk", "返贫风险"),
                _date("valid_from", "起始日期"),
                _date("valid_to", "终止日期"),
            ),
            _table(
                "benefit",
                "已享受救助",
                ("person_id", "measure", "paid_on"),
                _key(),
                _code("measure", "救助措施", required=True),
                _money("amount", "金额"),
                _date("paid_on", "发放日期"),
                _text("agency", "发放单位"),
            ),
            _table(
                "medical_expense",
                "医疗费用",
                ("person_id", "started_on", "diagnosis"),
                _key(),
                _text("diagnosis", "诊断", personal=True),
                _date("started_on", "入院日期"),
                _date("ended_on", "出院日期"),
                _money("total", "总费用"),
                _money("insured", "统筹支付"),
                _money("self_paid", "个人负担"),
            ),
            _table(
                "case",
                "案件",
                ("case_no",),
                _text("case_no", "案号", required=True),
                _text("case_id", "案件统一编号", required=True),
                _code("kind", "案件性质", "case_kind"),
                _text("organ", "办案单位"),
                _text("case_region", "办案地区划"),
                _text("article", "刑法条文"),
                _text("charge", "罪名"),
                _code("offence_group", "罪名类别"),
                _code("cause_of_action", "民事案由"),
                _code("stage", "诉讼阶段"),
                _date("incident_on", "发案日期"),
                _date("accepted_on", "受理日期"),
                _date("closed_on", "办结日期"),
                _code("disposal", "处理结果"),
                _code("offender_status", "加害人状况"),
                _flag("offender_can_pay", "加害人有赔偿能力"),
            ),
            _table(
                "party",
                "当事人",
                ("person_id", "case_id", "role"),
                _key(),
                _text("id_raw", "证件号码原文", personal=True),
                _code("id_status", "证件号码状态"),
                _text("name", "姓名", personal=True),
                _code("sex", "性别"),
                _date("birth_date", "出生日期"),
                _text("region", "户籍地区划"),
                _text("address", "住址", personal=True),
                _text("phone", "电话", personal=True),
                _text("case_no", "案号", required=True),
                _text("case_id", "案件统一编号", required=True),
                _code("role", "诉讼地位", required=True),
                _date("recorded_on", "登记日期"),
                _code("harm", "损害类型"),
                _code("harm_grade", "损伤程度", "injury_grade"),
                _grade("injury_disability_grade", "损伤致残等级", "injury_disability"),
                _flag("urgent_treatment", "急需救治"),
                _flag("working_capacity_lost", "丧失劳动能力"),
                _money("loss", "财产损失"),
                _money("medical_cost", "医疗费"),
                _money("awarded", "判决或应赔金额"),
                _money("received", "已获赔偿"),
                _flag("settled", "已和解或调解"),
                _flag("gave_up_claim", "放弃民事赔偿请求"),
                _flag("false_statement", "虚假陈述或伪造证据"),
                _flag("refused_cooperation", "无正当理由拒绝配合"),
                _code("fault", "本人过错"),
                _code("coercive_measure", "强制措施"),
            ),
            _table(
                "enforcement",
                "执行案件",
                ("person_id", "case_id"),
                _key(),
                _key("respondent_id", "被执行人主键", required=False),
                _text("case_no", "执行案号", required=True),
                _text("case_id", "案件统一编号", required=True),
                _code("cause_of_action", "案由"),
                _text("organ", "执行法院"),
                _money("awarded", "执行标的"),
                _money("enforced", "已执行到位"),
                _code("status", "执行状态", "enforcement_status"),
                _date("accepted_on", "立案日期"),
                _date("last_act_on", "最近执行行为日期"),
                _date("closed_on", "结案日期"),
            ),
            _table(
                "petition",
                "信访",
                ("petition_no",),
                _key(),
                _text("petition_no", "信访编号", required=True),
                _text("case_id", "案件统一编号"),
                _code("channel", "信访渠道", "petition_channel"),
                _code("petition_class", "信访类别"),
                _date("submitted_on", "来访日期"),
                _text("topic", "诉求"),
                _date("answered_on", "答复日期"),
            ),
            _table(
                "relief_history",
                "司法救助记录",
                ("person_id", "case_id", "organ_kind"),
                _key(),
                _text("case_no", "案号"),
                _text("case_id", "案件统一编号"),
                _code("organ_kind", "救助机关"),
                _text("organ", "救助单位"),
                _code("outcome", "结果", "relief_outcome"),
                _money("amount", "救助金额"),
                _date("decided_on", "决定日期"),
            ),
        )
    }
)


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table's files: its own columns, then :data:`PROVENANCE`."""
    return pa.schema(
        [
            pa.field(column.name, column.type.arrow, nullable=not column.required)
            for column in (*table.columns.values(), *PROVENANCE)
        ]
    )
