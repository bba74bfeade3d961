"""The page: what it shows, what it hides, and that nothing on it can do harm."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from yingjiu.report import Person, ReportData, Reveal, render, write_page
from yingjiu.report.errors import ReportError
from yingjiu.report.words import level_label, outcome_label


class Page(HTMLParser):
    """What a browser would see of a page: its texts, its inline code, and whatever it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.fetches: list[str] = []
        self.handlers: list[str] = []
        self.policy = ""
        self.cards: list[dict[str, str | None]] = []
        self._inside: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.handlers += [name for name in found if name.startswith("on") or name == "style"]
        self.fetches += [
            value for name in ("src", "href", "action") if (value := found.get(name)) and value[0] != "#"
        ]
        if tag == "meta" and found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"] or ""
        if tag == "details" and "card" in (found.get("class") or ""):
            self.cards.append(found)
        self._inside = "data" if tag == "script" and found.get("type") == "application/json" else tag

    def handle_data(self, data: str) -> None:
        if self._inside in self.inline:
            self.inline[self._inside].append(data)
        elif self._inside != "data":
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def test_shows_every_lead_with_its_reasons(small: ReportData) -> None:
    page = Page(render(small))
    assert [card["data-level"] for card in page.cards] == ["red", "orange", "yellow", "yellow"]
    for text in (
        "江苏省盐城市虚构县",
        "重伤",
        "县民政局",
        "民政局_低保_202405.xlsx",
        "1287",
        "2024-05-31",
        "申请临时救助",
    ):
        assert text in page.text
    for mark in ("✓", "✗", "?"):
        assert mark in page.text


def test_names_levels_and_outcomes_in_words(small: ReportData) -> None:
    text = Page(render(small)).text
    assert level_label("red") in text
    assert outcome_label("possible") in text


def test_hides_personal_data(small: ReportData) -> None:
    html = render(small)
    for secret in ("王小明", "32099919850607001X", "13812345678", "幸福村", "1985-06-07"):
        assert secret not in html
    assert "王*明" in html
    assert "3209**********001X" in html


def test_reveals_for_a_stated_purpose_and_prints_it(small: ReportData) -> None:
    reveal = Reveal("核实低保情况", datetime(2024, 7, 2, 10, 0, 5, tzinfo=UTC), "李检察官")
    text = Page(render(replace(small, reveal=reveal))).text
    for shown in ("王小明", "32099919850607001X", "核实低保情况", "2024-07-02 10:00:05", "李检察官"):
        assert shown in text


@pytest.mark.parametrize("purpose", ["", "  "], ids=["nothing", "blanks"])
def test_reveals_nothing_without_a_purpose(purpose: str) -> None:
    with pytest.raises(ValueError, match="purpose"):
        Reveal(purpose, datetime(2024, 7, 2, tzinfo=UTC))


def test_a_person_named_script_is_harmless(small: ReportData) -> None:
    evil = "<script>alert(1)</script>"
    lead = replace(
        small.leads[0], person=Person(name=evil), town=evil, charge=f'"><img src=x onerror=alert(1)>{evil}'
    )
    reveal = Reveal(evil, datetime(2024, 7, 2, tzinfo=UTC))
    data = replace(small, leads=(lead,), county=evil, notes=(evil,), reveal=reveal)
    page = Page(render(data))
    assert evil in page.text
    assert len(page.inline["script"]) == len(Page(render(small)).inline["script"])
    assert not page.handlers
    assert not page.fetches


def test_policy_allows_exactly_the_inline_code(small: ReportData) -> None:
    page = Page(render(small))
    directives = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in page.policy
    for directive, element in (("script-src", "script"), ("style-src", "style")):
        hashes = {
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for text in page.inline[element]
        }
        assert hashes == set(directives[directive].split())


def test_fetches_nothing(small: ReportData) -> None:
    page = Page(render(small))
    assert page.fetches == []
    assert "@import" not in page.inline["style"][0]
    assert "url(" not in page.inline["style"][0]


def test_800_leads_stay_below_6_megabytes(large: Callable[[int], ReportData]) -> None:
    html = render(large(800))
    assert len(html.encode()) < 6_000_000
    assert len(Page(html).cards) == 800


def test_says_when_it_does_not_show_all(large: Callable[[int], ReportData]) -> None:
    data = large(30)
    page = Page(render(data, max_cards=20))
    assert len(page.cards) == 20
    order = {"red": 0, "orange": 1, "yellow": 2}
    levels = [order[card["data-level"] or ""] for card in page.cards]
    assert levels == sorted(levels)
    assert "leads.xlsx" in page.text
    assert "leads.xlsx" not in Page(render(data)).text


def test_an_empty_run_is_told_plainly(small: ReportData) -> None:
    page = Page(render(replace(small, leads=(), sources=(), funnel=(), scores=(), models=())))
    assert page.cards == []
    assert page.text.count("0") >= 1


def test_tells_an_unknown_person_from_a_masked_one(small: ReportData) -> None:
    page = Page(render(replace(small, leads=(replace(small.leads[0], person=Person()),))))
    assert "None" not in page.text


def test_speaks_chinese_and_english(small: ReportData) -> None:
    told = {}
    for language in ("zh", "en"):
        code = "from yingjiu.report.words import kind_label; print(kind_label('judicial_relief'))"
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            env={**os.environ, "YINGJIU_LANGUAGE": language},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        told[language] = done.stdout.strip()
    assert told == {"zh": "司法救助", "en": "Judicial relief"}


def test_writes_whole_or_not_at_all(small: ReportData, tmp_path: Path) -> None:
    path = write_page(small, tmp_path / "demo" / "report.html")
    before = path.read_bytes()
    assert [item.name for item in path.parent.iterdir()] == ["report.html"]
    occupied = tmp_path / "occupied"
    occupied.mkdir()
    (occupied / "x").touch()
    with pytest.raises(ReportError) as caught:
        write_page(small, occupied)
    assert caught.value.code == "RPT-002"
    assert path.read_bytes() == before
    assert sorted(item.name for item in tmp_path.iterdir()) == ["demo", "occupied"]


def _luminance(colour: str) -> float:
    colour = colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("red", "red-ground"),
        ("orange", "orange-ground"),
        ("yellow", "yellow-ground"),
        ("soft", "ground"),
        ("ink", "ground"),
        ("good", "paper"),
        ("orange", "paper"),
        ("accent", "paper"),
        ("red", "paper"),
    ],
)
def test_colours_have_contrast(small: ReportData, ink: str, ground: str) -> None:
    """WCAG 2 level AA asks for 4.5 : 1."""
    style = Page(render(small)).inline["style"][0]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", style))
    tones = [
        colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
        for colour in (colours[ink], colours[ground])
    ]
    dark, light = sorted(_luminance(tone) for tone in tones)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
