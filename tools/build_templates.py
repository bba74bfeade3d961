"""Build the Word templates of the office's forms into ``src/yingjiu/catalogue/documents``.

::

    python tools/build_templates.py          write every template
    python tools/build_templates.py check    exit 1 if one is not what this file says

The forms are those that public sources on 人民检察院开展国家司法救助工作细则 name; no official template
numbers are known, so none is claimed. An office replaces any of them with its own.
"""

# ruff: noqa: E501 - the words of the forms stand as they are printed
from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
from paper import Paper  # found beside this file, which is also run by path

FOLDER: Final = Path(__file__).resolve().parent.parent / "src" / "yingjiu" / "catalogue" / "documents"

APPLICANT: Final = (
    "{{ applicant_name }}，{{ applicant_sex }}，{{ applicant_birth_date }}出生，居民身份证号码"
    "{{ applicant_id_number }}，住{{ applicant_address }}，与原案被害人的关系：{{ relation_to_victim }}。"
)
AGENT: Final = (
    "{%p if agent_name is given %}",
    (
        "{{ agent_title }}：{{ agent_name }}，与申请人的关系：{{ agent_relation }}，联系电话："
        "{{ agent_phone }}。"
    ),
    "{%p endif %}",
)
CONTACT: Final = "联系人：{{ contact_name }}　　联系电话：{{ contact_phone }}"
PERSON: Final = (
    "{{ person_name }}，{{ person_sex }}，{{ person_birth_date }}出生，居民身份证号码{{ person_id_number }}，"
    "住{{ person_address }}，联系电话：{{ person_phone }}。"
)


def relief_application(paper: Paper) -> None:
    """国家司法救助申请书."""
    paper.grid(
        (5, 6, 4, 4, 5, 7),
        [
            (
                "#申请人",
                "{{ applicant_name }}",
                "#性别",
                "{{ applicant_sex }}",
                "#民族",
                "{{ applicant_ethnicity }}",
            ),
            ("#出生日期", "{{ applicant_birth_date }}", ("#身份证号码", 2), ("{{ applicant_id_number }}", 2)),
            (
                "#联系电话",
                "{{ applicant_phone }}",
                ("#职业或者工作单位", 2),
                ("{{ applicant_occupation }}", 2),
            ),
            ("#住址", ("{{ applicant_address }}", 5)),
            ("#与被害人关系", "{{ relation_to_victim }}", ("#原案被害人", 2), ("{{ victim_name }}", 2)),
            ("#代理人", "{{ agent_name }}", "#关系", "{{ agent_relation }}", "#电话", "{{ agent_phone }}"),
            ("#原案案由", "{{ case_title }}", ("#原案案号", 2), ("{{ case_no }}", 2)),
            (("#犯罪嫌疑人、被告人或者侵权人", 2), ("{{ suspect_name }}", 4)),
            ("#开户银行", "{{ bank_name }}", ("#银行账号", 2), ("{{ bank_account }}", 2)),
        ],
    )
    paper.section(
        "一、申请事项",
        "{{ request }}",
        "申请金额：{% if requested_amount is given %}{{ requested_amount_words }}（{{ requested_amount }}元）{% else %}由人民检察院依法确定{% endif %}。",
    )
    paper.section("二、原案基本事实和受到的侵害", "{{ case_facts }}")
    paper.section(
        "三、伤情、伤残等级或者财产损失",
        "{{ harm }}",
        "实际损失：{% if loss_amount is given %}{{ loss_amount }}元{% else %}未填数额，见所附材料{% endif %}。",
    )
    paper.section("四、获得赔偿的情况", "{{ compensation }}")
    paper.section("五、获得其他救助的情况", "{{ other_relief }}")
    paper.section("六、家庭生活困难情况", "{{ hardship }}")
    paper.table(
        "family_members",
        [
            ("name", "姓名", 12),
            ("relation", "关系", 10),
            ("age", "年龄", 8),
            ("work", "劳动能力和就业", 30),
            ("income", "月收入（元）", 16),
        ],
    )
    paper.heading("七、所附材料")
    paper.table("materials", [("name", "材料名称", 60), ("copies", "份数", 12)])
    paper.body(
        "本人承诺以上内容和所附材料真实。已知悉：提供虚假情况或者伪造证据的，一般不予救助；"
        "骗取救助金的，检察机关依法追回并追究责任。",
        "本人同意检察机关为审查救助条件，依法查询、核实本人及共同生活的家庭成员的相关信息。",
    )
    paper.to("此致")
    paper.to("{{ organisation_name }}")
    paper.sign("申请人（签名、捺印）：", "代理人（签名、捺印）：", "申请日期：{{ applied_on }}")


def oral_record(paper: Paper) -> None:
    """口头申请笔录."""
    paper.grid(
        (6, 9, 6, 9),
        [
            ("#开始时间", "{{ recorded_from }}", "#结束时间", "{{ recorded_to }}"),
            ("#地点", ("{{ place }}", 3)),
            ("#询问人", "{{ inquirer_name }}", "#记录人", "{{ recorder_name }}"),
            ("#申请人", "{{ applicant_name }}", "#性别", "{{ applicant_sex }}"),
            ("#出生日期", "{{ applicant_birth_date }}", "#身份证号码", "{{ applicant_id_number }}"),
            ("#住址", ("{{ applicant_address }}", 3)),
            ("#联系电话", "{{ applicant_phone }}", "#与被害人关系", "{{ relation_to_victim }}"),
            ("#代理人", "{{ agent_name }}", "#与申请人关系", "{{ agent_relation }}"),
            ("#代理人电话", ("{{ agent_phone }}", 3)),
        ],
    )
    for question, answer in (
        (
            (
                "我们是{{ organisation_name }}的工作人员。你可以口头申请国家司法救助，由我们记录。你应当如实陈述；"
                "故意作虚假陈述或者伪造证据的，一般不予救助，骗取的救助金依法追回。听明白了吗？"
            ),
            "听明白了。",
        ),
        ("你因哪个案件申请国家司法救助？", "{{ case_title }}。"),
        ("请讲一下案件的经过和你受到的侵害。", "{{ case_facts }}"),
        ("伤情、伤残或者损失情况如何？", "{{ harm }}"),
        ("有没有得到赔偿？", "{{ compensation }}"),
        ("有没有得到其他救助？", "{{ other_relief }}"),
        ("家庭生活有哪些困难？", "{{ hardship }}"),
        ("你的请求是什么？", "{{ request }}"),
        ("还有什么补充？", "{{ further_statement }}"),
    ):
        paper.body(f"问：{question}", f"答：{answer}")
    paper.body("以上笔录已向申请人宣读或者由申请人阅看，与申请人所述一致。")
    paper.sign("申请人（签名、捺印）：", "询问人（签名）：", "记录人（签名）：", "日期：{{ made_on }}")


def materials_receipt(paper: Paper) -> None:
    """申请材料收讫单."""
    paper.body(
        "申请人{{ applicant_name }}因{{ case_title }}一案申请国家司法救助（案件编号：{{ relief_number }}）。"
        "{{ submitted_on }}，{{ submitted_by }}当面提交下列材料，本院已经收到："
    )
    paper.table(
        "materials",
        [("name", "材料名称", 44), ("form", "原件/复印件", 18), ("copies", "份数", 10), ("note", "备注", 20)],
    )
    paper.body("本单一式二份，一份交提交人，一份附卷。")
    paper.sign("提交人（签名）：", "接收人（签名）：{{ receiver_name }}")
    paper.seal("submitted_on")


def supplement_notice(paper: Paper) -> None:
    """补正告知书."""
    paper.to("{{ applicant_name }}：")
    paper.body(
        "你因{{ case_title }}一案于{{ applied_on }}向本院申请国家司法救助。经审查，申请材料不齐全，现一次性告知你需要补充的材料："
    )
    paper.table(
        "missing_materials",
        [("name", "材料名称", 32), ("requirement", "具体要求", 36), ("source", "出具单位", 24)],
    )
    paper.body(
        "请你于{{ due_on }}前补充提交。无正当理由逾期不补充的，视为放弃申请。补充材料的时间不计入审查期限。"
    )
    paper.body("下列材料由本院依职权调取，不需要你提交：")
    paper.table("fetched_materials", [("name", "材料名称", 52), ("source", "调取单位", 40)])
    paper.body(
        "提交材料有困难的，请告诉我们，本院可以协助调取。",
        "提交地点：{{ contact_address }}",
        CONTACT,
    )
    paper.seal("made_on")


def review_report(paper: Paper) -> None:
    """审查报告."""
    paper.section(
        "一、案件来源和受理",
        "{{ source }}。本院于{{ accepted_on }}受理，案件编号：{{ relief_number }}。承办人：{{ handler_name }}。",
    )
    paper.section("二、申请人基本情况", f"申请人{APPLICANT}联系电话：{{{{ applicant_phone }}}}。")
    paper.section(
        "三、原案情况",
        "被害人：{{ victim_name }}。案由：{{ case_title }}。案号：{{ case_no }}。诉讼阶段：{{ case_stage }}。",
        "{{ case_facts }}",
    )
    paper.section("四、伤情、伤残等级或者财产损失", "{{ harm }}")
    paper.section("五、赔偿和执行情况", "{{ compensation }}")
    paper.section("六、其他救助情况", "{{ other_relief }}")
    paper.section("七、家庭生活困难情况", "{{ hardship }}")
    paper.heading("八、审查核实情况")
    paper.table(
        "checks",
        [("date", "日期", 16), ("way", "方式", 16), ("by", "核实人", 14), ("finding", "核实结果", 46)],
    )
    paper.heading("九、一般不予救助情形的审查")
    paper.table("exclusions", [("question", "情形", 42), ("answer", "审查结论", 16), ("note", "说明", 34)])
    paper.section("十、是否符合救助条件", "{{ eligibility }}", "依据：{{ basis }}。")
    paper.heading("十一、救助金额的计算")
    paper.table(
        "award_steps",
        [("step", "步骤", 24), ("rule", "依据", 24), ("formula", "算式", 25), ("value", "结果", 19)],
    )
    paper.body(
        "{% if proposed_amount is given %}建议救助金额：{{ proposed_amount_words }}（{{ proposed_amount }}元）。{% else %}不建议给予救助金。{% endif %}",
        "{%p if proposed_amount is given %}",
        "与测算金额不一致的理由：{{ deviation_reason }}",
        "{%p endif %}",
    )
    paper.section("十二、社会救助和其他帮扶建议", "{{ assistance }}")
    paper.section("十三、审查意见", "{{ opinion }}")
    paper.sign("承办人（签名）：{{ handler_name }}", "日期：{{ made_on }}")


def approval_form(paper: Paper) -> None:
    """审批表."""
    paper.grid(
        (6, 9, 6, 9),
        [
            ("#案件编号", ("{{ relief_number }}", 3)),
            ("#申请人", "{{ applicant_name }}", "#性别", "{{ applicant_sex }}"),
            ("#出生日期", "{{ applicant_birth_date }}", "#身份证号码", "{{ applicant_id_number }}"),
            ("#联系电话", "{{ applicant_phone }}", "#与被害人关系", "{{ relation_to_victim }}"),
            ("#住址", ("{{ applicant_address }}", 3)),
            ("#原案案由", ("{{ case_title }}", 3)),
            ("#伤情、伤残或者损失", ("{{ harm }}", 3)),
            ("#赔偿和执行情况", ("{{ compensation }}", 3)),
            ("#家庭困难情况", ("{{ hardship }}", 3)),
            (
                "#建议救助金额",
                (
                    "{% if proposed_amount is given %}{{ proposed_amount_words }}（{{ proposed_amount }}元）{% else %}不予救助，没有金额{% endif %}",
                    3,
                ),
            ),
            ("#发放方式", ("{{ payment_way }}", 3)),
            ("#承办人意见", ("{{ opinion }}", 3)),
            ("#承办人", "{{ handler_name }}", "#制表日期", "{{ made_on }}"),
        ],
        least=10,
    )
    paper.table(
        "approvals",
        [("step", "审批环节", 20), ("name", "审批人", 14), ("opinion", "意见", 42), ("date", "日期", 16)],
    )


def grant_decision(paper: Paper) -> None:
    """国家司法救助决定书."""
    paper.body(f"救助申请人{APPLICANT}", *AGENT)
    paper.body(
        "救助申请人{{ applicant_name }}因{{ case_title }}一案，于{{ applied_on }}{{ started }}，本院现已审查终结。",
        "本院查明：{{ findings }}",
        "本院认为：{{ reasons }}",
        "依照{{ basis }}的规定，决定如下：",
        "给予救助申请人{{ applicant_name }}国家司法救助金{{ decided_amount_words }}（￥{{ decided_amount }}元），"
        "发放方式：{{ payment_way }}。",
        "{%p if conditions is given %}",
        "{{ conditions }}",
        "{%p endif %}",
        "本次救助为一次性救助。救助金应当用于解决因案造成的生活急迫困难；提供虚假情况、伪造证据骗取救助金的，本院依法追回。",
    )
    paper.seal("decided_on")


def refusal_decision(paper: Paper) -> None:
    """不予救助决定书."""
    paper.body(f"救助申请人{APPLICANT}", *AGENT)
    paper.body(
        "救助申请人{{ applicant_name }}因{{ case_title }}一案，于{{ applied_on }}申请国家司法救助，本院现已审查终结。",
        "本院查明：{{ findings }}",
        "本院认为：{{ reasons }}",
        "依照{{ basis }}的规定，决定对救助申请人{{ applicant_name }}不予国家司法救助。",
        "{%p if assistance is given %}",
        "本院已经协调的社会救助和其他帮扶：{{ assistance }}",
        "{%p endif %}",
    )
    paper.seal("decided_on")


def payment_notice(paper: Paper) -> None:
    """领取通知书."""
    paper.to("{{ applicant_name }}：")
    paper.body(
        "本院于{{ decided_on }}作出{{ decision_number }}国家司法救助决定书，决定给予你国家司法救助。救助资金已经到位，本次发放"
        "{{ amount_words }}（￥{{ amount }}元）。",
        "发放方式：{{ payment_way }}。收款人：{{ payee_name }}。开户银行：{{ bank_name }}。银行账号：{{ bank_account }}。",
        "请携带下列材料到{{ contact_address }}办理；行动不便的，请与我们联系，由工作人员上门办理：",
    )
    paper.table("bring", [("name", "材料名称", 80)])
    paper.body(CONTACT)
    paper.seal("made_on")


def receipt(paper: Paper) -> None:
    """收据."""
    paper.grid(
        (6, 9, 6, 9),
        [
            ("#被救助人", "{{ applicant_name }}", "#决定书文号", "{{ decision_number }}"),
            ("#收款人", "{{ payee_name }}", "#与被救助人关系", "{{ payee_relation }}"),
            ("#身份证号码", "{{ payee_id_number }}", "#期次", "{{ instalment }}"),
            ("#金额（大写）", ("{{ amount_words }}", 3)),
            ("#金额（小写）", "￥{{ amount }}元", "#发放日期", "{{ paid_on }}"),
            ("#发放方式", ("{{ payment_way }}", 3)),
            ("#开户银行", "{{ bank_name }}", "#银行账号", "{{ bank_account }}"),
        ],
        least=12,
    )
    paper.body("今收到{{ organisation_name }}发放的国家司法救助金，金额和方式如上。")
    paper.sign(
        "收款人（签名、捺印）：",
        "承办人（签名）：{{ handler_name }}",
        "财务经办人（签名）：{{ finance_name }}",
        "日期：",
    )


def social_assistance_letter(paper: Paper) -> None:
    """社会救助建议函."""
    paper.to("{{ agency_name }}：")
    paper.body(
        "本院在办理案件中发现，下列当事人因案生活困难，可能符合社会救助条件。为做好国家司法救助与社会救助的衔接，现将情况函告如下："
    )
    paper.section("一、当事人基本情况", PERSON)
    paper.section(
        "二、案件基本情况",
        "{{ case_summary }}",
        "{%p if harm is given %}",
        "受到的侵害：{{ harm }}",
        "{%p endif %}",
    )
    paper.section("三、家庭生活困难情况", "{{ hardship }}")
    paper.section("四、司法救助情况", "{{ relief_given }}")
    paper.heading("五、建议给予的救助")
    paper.table(
        "measures", [("measure", "救助措施", 24), ("reason", "符合的条件", 40), ("basis", "依据", 28)]
    )
    paper.body(
        "请依职责审核办理，并于{{ reply_due_on }}前将办理情况函复本院。不符合条件的，请说明理由。",
        "提供上述个人信息的依据：{{ consent }}。请仅用于办理本次救助，依法保密。",
        "{%p if attachments is given %}",
        "附件：{{ attachments }}",
        "{%p endif %}",
        CONTACT,
    )
    paper.seal("made_on")


def lead_transfer(paper: Paper) -> None:
    """线索移送函."""
    paper.to("{{ agency_name }}：")
    paper.body("{{ sender }}在履行职责中发现{{ lead_title }}，属于你单位职责范围，现予移送。")
    paper.section("一、当事人基本情况", PERSON)
    paper.section("二、线索内容", "{{ lead_summary }}")
    paper.heading("三、线索依据")
    paper.table("evidence", [("source", "来源", 26), ("content", "内容", 48), ("date", "数据日期", 18)])
    paper.section("四、移送依据", "{{ basis }}")
    paper.body(
        "请依职责核查处理，并于{{ reply_due_on }}前将处理情况函复{{ sender }}。",
        "提供上述个人信息的依据：{{ consent }}。请仅用于办理本线索，依法保密。",
        "{%p if attachments is given %}",
        "附件：{{ attachments }}",
        "{%p endif %}",
        CONTACT,
    )
    paper.seal("made_on")


def feedback(paper: Paper) -> None:
    """反馈函."""
    paper.to("{{ agency_name }}：")
    paper.body(
        "{{ sender }}于{{ received_on }}收到你单位《{{ received_title }}》{% if received_number is given %}（{{ received_number }}）{% endif %}，移送{{ person_name }}的线索。"
        "现将办理情况反馈如下："
    )
    paper.section("一、办理结果", "{{ result }}")
    paper.section(
        "二、办理情况",
        "{{ details }}",
        "{%p if relief_amount is given %}",
        "救助金额：{{ relief_amount_words }}（{{ relief_amount }}元）。",
        "{%p endif %}",
    )
    paper.body("{%p if suggestion is given %}")
    paper.section("三、后续帮扶建议", "{{ suggestion }}")
    paper.body("{%p endif %}")
    paper.body(CONTACT)
    paper.seal("made_on")


def custody_agreement(paper: Paper) -> None:
    """三方监管协议."""
    paper.body(
        "甲方：{{ organisation_name }}",
        "乙方：{{ beneficiary_name }}，{{ beneficiary_birth_date }}出生，居民身份证号码{{ beneficiary_id_number }}",
        "乙方监护人：{{ guardian_name }}，与乙方的关系：{{ guardian_relation }}，居民身份证号码{{ guardian_id_number }}，联系电话："
        "{{ guardian_phone }}",
        "丙方：{{ bank_name }}",
        "甲方于{{ decided_on }}作出{{ decision_number }}国家司法救助决定书，决定给予乙方国家司法救助金。为保证救助金用于乙方的生活、"
        "就学和康复，三方协议如下：",
    )
    paper.section(
        "第一条　监管资金",
        "监管资金总额{{ total_amount_words }}（￥{{ total_amount }}元），存入丙方监管账户，账号：{{ bank_account }}。",
    )
    paper.section("第二条　资金用途", "{{ purposes }}。")
    paper.heading("第三条　分期拨付")
    paper.table(
        "instalments",
        [
            ("number", "期次", 12),
            ("date", "拨付日期", 24),
            ("amount", "金额（元）", 22),
            ("purpose", "用途", 42),
        ],
        numbered=False,
    )
    paper.section(
        "第四条　支取和止付",
        "丙方按照前条拨付；提前或者变更用途支取的，由乙方监护人书面申请，经甲方书面同意后办理。"
        "甲方发现资金未用于约定用途的，可以书面通知丙方止付。",
    )
    paper.section(
        "第五条　查询和报告",
        "丙方应甲方要求提供监管账户的收支明细。乙方监护人应当配合甲方回访，说明资金使用情况。",
    )
    paper.section("第六条　监管终止", "监管至{{ ends_on }}终止，账户余额由乙方支配。")
    paper.section("第七条　保密", "甲方和丙方对乙方的个人信息和案件情况依法保密。")
    paper.section("第八条　生效", "本协议自三方签名、盖章之日起生效，一式三份，三方各执一份。")
    paper.body("甲方联系人：{{ contact_name }}　　联系电话：{{ contact_phone }}")
    paper.sign("甲方（盖章）：", "乙方监护人（签名、捺印）：", "丙方（盖章）：", "签订日期：")


def visit_record(paper: Paper) -> None:
    """回访记录."""
    paper.grid(
        (6, 9, 6, 9),
        [
            ("#被救助人", "{{ applicant_name }}", "#案件编号", "{{ relief_number }}"),
            ("#决定书文号", "{{ decision_number }}", "#救助金额", "{{ decided_amount }}元"),
            ("#回访日期", "{{ visited_on }}", "#回访方式", "{{ way }}"),
            ("#回访地点", ("{{ place }}", 3)),
            ("#回访人", "{{ visitors }}", "#受访人", "{{ interviewee }}"),
            ("#救助金使用情况", ("{{ money_use }}", 3)),
            ("#目前生活状况", ("{{ living }}", 3)),
            ("#帮扶落实情况", ("{{ assistance }}", 3)),
            ("#仍存在的困难", ("{{ difficulties }}", 3)),
            ("#意见和要求", ("{{ wishes }}", 3)),
            ("#后续措施", ("{{ next_steps }}", 3)),
        ],
        least=14,
    )
    paper.sign("受访人（签名）：", "回访人（签名）：{{ visitors }}", "日期：{{ visited_on }}")


FORMS: Final[Mapping[str, Callable[[Paper], None]]] = {
    form.__name__: form
    for form in (
        relief_application,
        oral_record,
        materials_receipt,
        supplement_notice,
        review_report,
        approval_form,
        grant_decision,
        refusal_decision,
        payment_notice,
        receipt,
        social_assistance_letter,
        lead_transfer,
        feedback,
        custody_agreement,
        visit_record,
    )
}


def build(name: str) -> bytes:
    """The template of one form."""
    declared = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    paper = Paper(declared["title"], numbered=declared["number_word"] is not None)
    FORMS[name](paper)
    return paper.content()


def main(arguments: list[str]) -> int:
    """Write the templates, or check them; see the module."""
    faults = 0
    for name in FORMS:
        path = FOLDER / f"{name}.docx"
        content = build(name)
        if arguments == ["check"]:
            if not path.is_file() or path.read_bytes() != content:
                print(f"{path.name}: not what tools/build_templates.py says; run it")
                faults += 1
        else:
            path.write_bytes(content)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
