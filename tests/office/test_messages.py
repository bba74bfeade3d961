"""The office's translations are whole, and the tool that keeps them reads what the office is written in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import override

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "office_messages.py"
OFFICE = ROOT / "src" / "yingjiu" / "office"
APPS = sorted(path.parent.name for path in OFFICE.glob("*/__init__.py"))

TEMPLATE = """{% load i18n %}
  {% translate "Cases" %} {# a remark #}
      <c-card title="{% translate 'Members' %}" :note="_('Note')">
  {% blocktranslate count n=n %}{{ n }} lead{% plural %}{{ n }} leads{% endblocktranslate %}
{{ name|default:_("nobody") }} {% translate "May" context "month" %}
"""


def tool(code: str, root: Path = ROOT) -> str:
    """Run a piece of code with the tool's functions, on a checkout at ``root``."""
    names = (
        "import json, pathlib, runpy\n"
        f"tool = runpy.run_path({str(TOOL)!r})\n"
        f"root = pathlib.Path({str(root)!r})\n"
        "tool['check'].__globals__.update(ROOT=root, OFFICE=root / 'src/yingjiu/office')\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", names + code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("app", APPS)
def test_a_template_joins_words_by_filters_and_messages_only(app: str) -> None:
    """What Chinese puts between words stands in the catalogue: ``listed``, ``clauses``, ``then``."""
    found = [
        f"{path.name}: {mark}"
        for path in OFFICE.glob(f"{app}/templates/**/*.html")
        for mark in re.findall("[，。；：、？！（）]", path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.fixture(scope="module")
def faults() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(
        tool(f"print(json.dumps({{app: tool['check'](app) for app in {APPS!r}}}))")
    )
    return found


@pytest.mark.parametrize("app", APPS)
def test_every_message_of_the_app_is_translated(app: str, faults: dict[str, list[str]]) -> None:
    """If this fails: python tools/office_messages.py missing APP, translate, then fill APP FILE."""
    assert faults[app] == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    app = tmp_path / "src" / "yingjiu" / "office" / "leads"
    (app / "templates" / "cotton").mkdir(parents=True)
    (app / "__init__.py").write_text("", encoding="utf-8")
    (app / "views.py").write_text(
        "_('Lead {number}'), gettext_lazy('Deadline'), ngettext('{n} day', '{n} days', n)\n"
        "pgettext('state', 'Open'), other('not a message')\n",
        encoding="utf-8",
    )
    (app / "templates" / "cotton" / "x.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def test_python_and_templates_are_read(checkout: Path) -> None:
    said = json.loads(tool("print(json.dumps(tool['missing']('leads')))", checkout))
    assert sorted(said) == sorted(
        [
            "Lead {number}",
            "Deadline",
            "{n} days",
            "state|Open",
            "Cases",
            "Members",
            "Note",
            "%(n)s leads",
            "nobody",
            "month|May",
        ]
    )


def test_a_filled_file_is_whole_and_compiled(checkout: Path) -> None:
    code = (
        "words = {key: '译' + ''.join(__import__('re').findall(r'%\\(n\\)s|\\{\\w+\\}', key))"
        " for key in tool['missing']('leads')}\n"
        "tool['fill']('leads', words)\n"
        "print(json.dumps(tool['check']('leads')))\n"
    )
    assert json.loads(tool(code, checkout)) == []
    folder = checkout / "src/yingjiu/office/leads/locale/zh_Hans/LC_MESSAGES"
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("线索 {number}", None),
        ("", "not translated"),
        ("线索", "placeholders differ"),
        ("线索 {no}", "placeholders differ"),
    ],
)
def test_the_check_finds_what_is_wrong(checkout: Path, translation: str, fault: str | None) -> None:
    folder = checkout / "src/yingjiu/office/leads"
    (folder / "views.py").write_text("_('Lead {number}')\n", encoding="utf-8")
    (folder / "templates/cotton/x.html").unlink()
    po = folder / "locale/zh_Hans/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        f'msgid "Lead {{number}}"\nmsgstr "{translation}"\n',
        encoding="utf-8",
    )
    said = json.loads(tool("print(json.dumps(tool['check']('leads')))", checkout))
    assert len(said) == (0 if fault is None else 1)
    assert fault is None or fault in said[0]


@pytest.mark.parametrize(
    ("here", "there", "fault"),
    [
        ('msgid "false"\nmsgstr "否"', 'msgid "false"\nmsgstr "否"', None),
        ('msgid "false"\nmsgstr "否"', 'msgid "false"\nmsgstr "假"', "假 in relief"),
        ('msgid "false"\nmsgstr "否"', 'msgctxt "truth"\nmsgid "false"\nmsgstr "假"', None),
        (
            'msgctxt "truth"\nmsgid "false"\nmsgstr "否"',
            'msgctxt "truth"\nmsgid "false"\nmsgstr "假"',
            "假 in relief",
        ),
        (
            'msgid "false"\nmsgstr "否"',
            'msgid "false"\nmsgid_plural "falses"\nmsgstr[0] "假"',
            "假 in relief",
        ),
        ('msgid "false"\nmsgstr "否"', 'msgid "false"\nmsgstr ""', None),
    ],
)
def test_two_apps_say_one_message_alike(checkout: Path, here: str, there: str, fault: str | None) -> None:
    """Django merges the catalogues of all apps: the first would win on the pages of both."""
    for app, text in (("leads", here), ("relief", there)):
        folder = checkout / "src/yingjiu/office" / app
        po = folder / "locale/zh_Hans/LC_MESSAGES/django.po"
        po.parent.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
        po.write_text(
            f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n{text}\n', encoding="utf-8"
        )
    said = json.loads(tool("print(json.dumps(list(tool['conflicts']('leads'))))", checkout))
    assert len(said) == (0 if fault is None else 1)
    assert fault is None or fault in said[0]


def test_every_po_file_is_compiled() -> None:
    for po in OFFICE.rglob("*.po"):
        assert po.with_suffix(".mo").is_file(), "run: python hatch_build.py"


def test_every_record_has_a_chinese_name() -> None:
    """The audit log tells by it what was read."""
    with override("zh-hans"):
        told = {model._meta.label: str(model._meta.verbose_name) for model in apps.get_models()}
    ours = {label: name for label, name in told.items() if label.partition(".")[0] in APPS}
    assert ours
    assert [label for label, name in ours.items() if name.isascii()] == []
