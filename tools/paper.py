"""Official paper as GB/T 9704-2012 lays it out, for :mod:`build_templates`.

A4 with margins of 37, 35, 28 and 26 mm; the title in 小标宋 of size 二号, the body in 仿宋 of size 三号, 28
points a line, two characters' indent; page numbers outside at the foot. A computer without 小标宋 falls back
to 宋体.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

SONG_TITLE: Final = "方正小标宋简体"
FANG_SONG: Final = "仿宋"
HEI: Final = "黑体"
KAI: Final = "楷体"
SONG: Final = "宋体"
INSTEAD: Final = {SONG_TITLE: SONG, FANG_SONG: "仿宋_GB2312", KAI: "楷体_GB2312"}
"""Fonts a computer may lack, and what stands in for them."""

WIDTH: Final = 156
"""Millimetres between the margins."""

LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
BOTH = WD_ALIGN_PARAGRAPH.JUSTIFY

Cell = tuple[str, int] | str
"""A text with the number of columns it spans; a label if it begins with ``#``."""


class Paper:
    """One template as it is written.

    Args:
        title: name of the form, printed below the office's name.
        numbered: whether a line with the number stands below the title.
    """

    def __init__(self, title: str, *, numbered: bool) -> None:
        self._document = Document()
        self._set_page()
        self._set_styles()
        self._set_page_number()
        self._document.core_properties.title = title
        self._document.core_properties.author = ""
        self._write("{{ organisation_name }}", "公文单位")
        self._write(title, "公文标题")
        if numbered:
            self._write("{{ number }}", "公文文号")
        else:
            self._write("", "公文空行")

    # -- page ----------------------------------------------------------------------------------------------

    def _set_page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        self._document.settings.odd_and_even_pages_header_footer = True

    def _set_styles(self) -> None:
        normal = self._document.styles["Normal"]
        _set_font(normal, FANG_SONG, 16)
        normal.paragraph_format.space_after = Pt(0)
        self._style("公文单位", SONG_TITLE, 22, CENTRE, line=36)
        self._style("公文标题", SONG_TITLE, 22, CENTRE, line=36, after=6)
        self._style("公文文号", FANG_SONG, 16, RIGHT, line=28, after=14)
        self._style("公文空行", FANG_SONG, 16, LEFT, line=14)
        self._style("公文正文", FANG_SONG, 16, LEFT, line=28, indent=2)
        self._style("公文主送", FANG_SONG, 16, LEFT, line=28)
        self._style("公文层次", HEI, 16, LEFT, line=28, indent=2)
        self._style("公文落款", FANG_SONG, 16, RIGHT, line=28, right=64)
        self._style("公文签名", FANG_SONG, 16, LEFT, line=32, indent=2)
        self._style("公文附注", FANG_SONG, 12, BOTH, line=20)
        self._style("表格栏目", HEI, 12, CENTRE, line=18, tight=True)
        self._style("表格内容", FANG_SONG, 12, LEFT, line=18, tight=True)

    def _style(
        self,
        name: str,
        font: str,
        size: int,
        align: WD_ALIGN_PARAGRAPH,
        *,
        line: int,
        indent: int = 0,
        right: int = 0,
        after: int = 0,
        tight: bool = False,
    ) -> None:
        style: Any = self._document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self._document.styles["Normal"]
        _set_font(style, font, size)
        layout = style.paragraph_format
        layout.alignment = align
        layout.line_spacing = Pt(line)
        layout.line_spacing_rule = WD_LINE_SPACING.AT_LEAST if tight else WD_LINE_SPACING.EXACTLY
        layout.space_before, layout.space_after = Pt(3 if tight else 0), Pt(3 if tight else after)
        layout.right_indent = Pt(right)
        if indent:
            layout.first_line_indent = Pt(indent * size)
            style.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), str(indent * 100))

    def _set_page_number(self) -> None:
        section = self._document.sections[0]
        for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            layout = paragraph.paragraph_format
            if align is RIGHT:
                layout.right_indent = Pt(14)
            else:
                layout.left_indent = Pt(14)
            for kind, text in (("text", "— "), ("field", "PAGE"), ("text", " —")):
                run = paragraph.add_run(text if kind == "text" else "")
                _set_font(run, SONG, 14)
                if kind == "field":
                    _add_field(run, text)

    # -- content -------------------------------------------------------------------------------------------

    def _write(self, text: str, style: str) -> Any:
        paragraph = self._document.add_paragraph(style=style)
        if text:
            paragraph.add_run(text)
        return paragraph

    def to(self, text: str) -> None:
        """Whom it is addressed to."""
        self._write(text, "公文主送")

    def body(self, *texts: str) -> None:
        """Paragraphs of the body; one that begins with ``{%p`` steers and is not printed."""
        for text in texts:
            self._write(text, "公文正文")

    def heading(self, text: str) -> None:
        """A heading of the first level (一、)."""
        self._write(text, "公文层次")

    def section(self, heading: str, *texts: str) -> None:
        """A heading and what stands below it."""
        self.heading(heading)
        self.body(*texts)

    def note(self, text: str) -> None:
        """A small remark."""
        self._write(text, "公文附注")

    def gap(self) -> None:
        """An empty line."""
        self._write("", "公文空行")

    def sign(self, *texts: str) -> None:
        """Lines for signatures."""
        self.gap()
        for text in texts:
            self._write(text, "公文签名")

    def seal(self, day: str) -> None:
        """The office's name and the day, at the right, where the seal is set."""
        self._write("", "公文正文")
        self._write("", "公文正文")
        for text in ("{{ organisation_name }}", f"{{{{ {day} }}}}"):
            paragraph = self._write(text, "公文落款")
            paragraph.paragraph_format.keep_together = True
            paragraph.paragraph_format.keep_with_next = text.startswith("{{ organisation")

    def table(self, rows: str, columns: Sequence[tuple[str, str, int]], *, numbered: bool = True) -> None:
        """A table of the rows of a field.

        Args:
            rows: name of the field.
            columns: column name, heading, and share of the width.
            numbered: whether the rows begin with their number.
        """
        parts = [("no", "序号", 8), *columns] if numbered else list(columns)
        table = self._table([part for _name, _heading, part in parts])
        for place, (_name, heading, _part) in enumerate(parts):
            _fill(table.rows[0].cells[place], heading, "表格栏目")
        _repeat(table.rows[0])
        for texts in (
            [f"{{%tr for row in {rows} %}}"],
            [f"{{{{ row.{name} }}}}" for name, _heading, _part in parts],
            ["{%tr endfor %}"],
        ):
            row = table.add_row()
            _unbroken(row)
            for place, text in enumerate(texts):
                _fill(row.cells[place], text, "表格内容")
        self.gap()

    def grid(self, parts: Sequence[int], lines: Iterable[Sequence[Cell]], *, least: int = 9) -> None:
        """A form of labels and values.

        Args:
            parts: shares of the width of each column.
            lines: cells of each line; together they span all columns.
            least: height of a line, millimetres.
        """
        table = self._table(parts)
        for number, line in enumerate(lines):
            row = table.rows[0] if number == 0 else table.add_row()
            row.height = Mm(least)
            place = 0
            for cell in line:
                text, span = cell if isinstance(cell, tuple) else (cell, 1)
                target = row.cells[place]
                if span > 1:
                    target = target.merge(row.cells[place + span - 1])
                label = text.startswith("#")
                _fill(target, text.removeprefix("#"), "表格栏目" if label else "表格内容")
                target.vertical_alignment = 1  # centre
                place += span
        self.gap()

    def _table(self, parts: Sequence[int]) -> Any:
        table = self._document.add_table(rows=1, cols=len(parts))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        whole = sum(parts)
        for column, part in zip(table.columns, parts, strict=True):
            column.width = Mm(WIDTH * part / whole)
        return table

    def content(self) -> bytes:
        """The Word file, the same bytes whenever it is written."""
        written = io.BytesIO()
        self._document.save(written)
        return _same_bytes(written.getvalue())


def _set_font(holder: Any, font: str, size: int) -> None:
    holder.font.name = font
    holder.font.size = Pt(size)
    holder.font.color.rgb = None
    fonts = holder.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:hAnsi", "w:ascii", "w:cs"):
        fonts.set(qn(kind), font if kind == "w:eastAsia" else "Times New Roman")


def _add_field(run: Any, code: str) -> None:
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.element.append(element)


def _fill(cell: Any, text: str, style: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text)


def _repeat(row: Any) -> None:
    """Repeat a heading row on every page."""
    element = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(element)
    _unbroken(row)


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _same_bytes(content: bytes) -> bytes:
    """The package with fixed times, and with the fonts that stand in for those a computer lacks."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = source.read(name)
            if name == "word/fontTable.xml":
                data = _font_table(data)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*<", rb"\g<1>2025-01-01T00:00:00Z<", data)
            if name == "docProps/thumbnail.jpeg":
                continue
            entry = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name == "_rels/.rels":
                data = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data)
            target.writestr(entry, data)
    return written.getvalue()


def _font_table(data: bytes) -> bytes:
    fonts = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for font, instead in INSTEAD.items()
    )
    return data.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")
