"""Values in documents, templates that offices write, and previews."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from docx import Document as WordFile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.office.documents.conftest import VALUES, words
from yingjiu.office.documents import rendering
from yingjiu.office.documents.declared import OURS, form_of, forms, shipped_template
from yingjiu.office.documents.errors import FieldsError, TemplateError, UnknownFormError
from yingjiu.office.documents.preview import KEPT_HTML, as_html, clean, kept_html
from yingjiu.office.documents.wording import EMPTY, chinese_date, money_words

ROOT = Path(__file__).resolve().parents[3]
MONEY = yaml.safe_load((Path(__file__).parent / "money.yaml").read_text(encoding="utf-8"))
OUR_VALUES = {name: f"〔{means}〕" for name, means in OURS.items()}
DECISION = form_of("grant_decision")


def rendered(template: str, values: dict[str, object]) -> bytes:
    form = form_of(template)
    return rendering.render(shipped_template(template), rendering.filled(form, values, OUR_VALUES))


def word_file(*paragraphs: str) -> bytes:
    document = WordFile()
    for text in paragraphs:
        document.add_paragraph(text)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w") as target:
        for each in source.namelist():
            if each != name:
                target.writestr(each, source.read(each))
        target.writestr(name, data)
    return written.getvalue()


# -- values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "text"), MONEY, ids=[str(row[0]) for row in MONEY])
def test_money_is_written_in_capital_numerals(amount: float, text: str) -> None:
    assert money_words(Decimal(str(amount))) == text


@given(st.decimals(0, 999_999_999_999, places=2))
def test_capital_numerals_say_the_amount(amount: Decimal) -> None:
    """Read back: every group of four digits, then jiao and fen."""
    text = money_words(amount).removeprefix("人民币").removesuffix("整")
    digits = {digit: number for number, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    yuan, _mark, rest = text.rpartition("元")
    total = group = digit = 0
    for sign in yuan:
        if sign in digits:
            digit = digits[sign]
        elif sign in places:
            group, digit = group + digit * places[sign], 0
        else:
            total += (group + digit) * {"万": 10**4, "亿": 10**8}[sign]
            group = digit = 0
    total += group + digit
    cents = 0
    for mark, worth in (("角", 10), ("分", 1)):
        found = re.search(f"([零壹贰叁肆伍陆柒捌玖]){mark}", rest)
        cents += digits[found[1]] * worth if found else 0
    assert Decimal(total) + Decimal(cents) / 100 == amount


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal(10) ** 12])
def test_money_beyond_words_is_refused(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="from 0"):
        money_words(amount)


def test_dates_are_written_in_chinese() -> None:
    assert chinese_date(date(2025, 3, 4)) == "2025年3月4日"


def test_every_missing_field_is_told_at_once() -> None:
    values = {**VALUES, "reasons": "  ", "decided_amount": None, "applicant_name": ""}
    with pytest.raises(FieldsError) as caught:
        rendering.check_fields(DECISION, values)
    assert [(fault.code, fault.path) for fault in caught.value.faults] == [
        ("DOC-001", "applicant_name"),
        ("DOC-001", "reasons"),
        ("DOC-001", "decided_amount"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("decided_amount", "20000", "DOC-002"),
        ("decided_amount", 20000.0, "DOC-002"),
        ("decided_amount", Decimal(-1), "DOC-002"),
        ("decided_on", "2025-03-04", "DOC-002"),
        ("findings", ["one"], "DOC-002"),
        ("colour", "red", "DOC-003"),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused(name: str, value: object, code: str) -> None:
    with pytest.raises(FieldsError) as caught:
        rendering.check_fields(DECISION, {**VALUES, name: value})
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_column_that_the_form_lacks_is_refused() -> None:
    form = form_of("materials_receipt")
    values = {**rendering.sample(form), "materials": [{"name": "身份证", "colour": "red"}]}
    with pytest.raises(FieldsError) as caught:
        rendering.check_fields(form, values)
    assert [fault.path for fault in caught.value.faults] == ["materials[1].colour"]


# -- rendering ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", sorted(forms()))
def test_every_shipped_template_prints_every_field(template: str) -> None:
    form, content = form_of(template), shipped_template(template)
    rendering.check_template(form, content)
    assert rendering.unused(form, content) == []
    text = words(rendered(template, rendering.sample(form)))
    for name, field in form.fields.items():
        if field.type == "text" and not field.columns:
            assert f"〔{field.means}〕" in text, name
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize("template", sorted(forms()))
def test_an_optional_field_that_is_not_given_is_printed_as_such(template: str) -> None:
    form = form_of(template)
    sample = rendering.sample(form)
    values = {name: sample[name] for name, field in form.fields.items() if field.required}
    text = words(rendered(template, values))
    printed_anyway = {
        "grant_decision": "agent and conditions are left out of a decision",
        "refusal_decision": "as above",
        "feedback": "number, amount and suggestion are left out of an answer that has none",
        "custody_agreement": "has no optional field",
        "materials_receipt": "as above",
    }
    optional = any(not field.required for field in form.fields.values())
    assert (EMPTY in text) == (optional and template not in printed_anyway)


def test_a_name_is_printed_as_it_is_and_never_as_markup() -> None:
    text = words(rendered("grant_decision", dict(VALUES)))
    assert f"救助申请人{VALUES['applicant_name']}" in text
    assert "49" not in text


def test_a_new_line_is_a_new_paragraph() -> None:
    document = WordFile(io.BytesIO(rendered("grant_decision", dict(VALUES))))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "本院查明：第一段。" in texts
    assert "第二段。" in texts


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_breaks_a_document(text: str) -> None:
    values = {**VALUES, "reasons": f"甲{text}乙"}
    assert "甲" in words(rendered("grant_decision", values))


def test_templates_are_what_the_tool_builds() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "build_templates.py"), "check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# -- templates of offices ----------------------------------------------------------------------------------


def test_an_office_may_write_its_own_template() -> None:
    content = word_file("{{ applicant_name }} {{ decided_amount_words }} {{ number }}")
    rendering.check_template(DECISION, content)
    assert "reasons" in rendering.unused(DECISION, content)
    assert "decided_amount" not in rendering.unused(DECISION, content)


def test_unknown_fields_of_a_template_are_all_listed() -> None:
    with pytest.raises(TemplateError) as caught:
        rendering.check_template(DECISION, word_file("{{ applicant }} {{ amount }}", "{{ reasons }}"))
    assert [fault.code for fault in caught.value.faults] == ["DOC-011", "DOC-011"]
    assert all(name in str(caught.value) for name in ("applicant", "amount"))


def test_unknown_columns_of_a_template_are_listed() -> None:
    form = form_of("materials_receipt")
    content = word_file("{%p for row in materials %}", "{{ row.name }} {{ row.colour }}", "{%p endfor %}")
    with pytest.raises(TemplateError, match=re.escape("materials.colour")):
        rendering.check_template(form, content)


@pytest.mark.parametrize(
    "text",
    [
        "{{ applicant_name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(1000000) }}",
        "{{ lipsum.__globals__ }}",
        "{{ applicant_name * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ applicant_name|attr('__class__') }}",
        "{% include 'x' %}",
        "{{ applicant_name ",
        "{% for row in reasons %}",
    ],
)
def test_a_template_cannot_run_code(text: str) -> None:
    with pytest.raises(TemplateError):
        rendering.check_template(DECISION, word_file(text))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 cut short",
        b"<html></html>",
        with_part(word_file("x"), "word/vbaProject.bin", b"macro"),
        with_part(word_file("x"), "word/embeddings/oleObject1.bin", b"object"),
        with_part(
            word_file("x"),
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship TargetMode="External" Target="http://example.org/x.dotm"/>'
            b"</Relationships>",
        ),
        b"0" * (rendering.MOST + 1),
    ],
    ids=["empty", "cut short", "html", "macro", "embedded object", "remote template", "too large"],
)
def test_a_file_that_is_more_than_a_template_is_refused(content: bytes) -> None:
    with pytest.raises(TemplateError) as caught:
        rendering.check_template(DECISION, content)
    assert caught.value.code == "DOC-010"


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UnknownFormError):
        form_of("../settings")


# -- preview -----------------------------------------------------------------------------------------------


def test_a_preview_reads_as_the_paper() -> None:
    text = as_html(rendered("grant_decision", dict(VALUES)))
    assert '<p class="paper-title">国家司法救助决定书</p>' in text
    assert "张&lt;b&gt;三&lt;/b&gt;" in text


def test_what_was_read_last_is_kept_by_its_digest_and_not_much_of_it() -> None:
    KEPT_HTML.clear()
    content = rendered("grant_decision", dict(VALUES))
    text = kept_html(content, "0")
    for number in range(1, 64):
        KEPT_HTML[str(number)] = ""
    assert kept_html(b"not read again", "0") == text
    assert kept_html(content, "64") == text
    assert "1" not in KEPT_HTML
    assert len(KEPT_HTML) == 64


@pytest.mark.parametrize(
    ("dirty", "left"),
    [
        ("<p onclick='x()' style='color:red'>a</p>", "<p>a</p>"),
        ("<script>x()</script><p>a</p>", "<p>a</p>"),
        ("<a href='javascript:x()'>a</a>", "a"),
        ("<h1>a</h1>", '<p class="paper-heading">a</p>'),
        ("<img src='https://example.org/x.png'>", ""),
        ("<img src='data:image/svg+xml;base64,AA=='>", ""),
        ("<img src='data:image/png;base64,AA=='>", '<img src="data:image/png;base64,AA==" alt="">'),
        ("<table><tr><td colspan='2' class='x'>a</td></tr></table>", '<td colspan="2">a</td>'),
        ("<svg><script>x()</script></svg>", ""),
        ("", ""),
    ],
)
def test_a_preview_carries_nothing_but_text(dirty: str, left: str) -> None:
    cleaned = clean(dirty)
    assert left in cleaned
    assert not re.search(r"script|onclick|style|javascript|svg|https", cleaned)
