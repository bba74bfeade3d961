"""The translations are whole, and the process speaks one language throughout."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
from babel.messages.pofile import read_po
from pydantic import Field

from yingjiu.declarations import Declaration, DeclarationError, read_declaration

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "messages.py"
PACKAGE = ROOT / "src" / "yingjiu"


def run(*arguments: str, language: str = "zh", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "YINGJIU_LANGUAGE": language, **environment},
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )


def test_every_message_is_translated_with_its_placeholders() -> None:
    """If this fails: python tools/messages.py update, then translate what `missing` lists."""
    done = run(str(TOOL), "check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("message", "translation", "faults"),
    [
        ("the file is empty", "文件是空的", 0),
        ("the file is empty", "", 1),
        ("{count} rows", "{count} 行", 0),
        ("{count} rows", "{n} 行", 1),
        ("{count} rows", "行", 1),
        ("{key!r} is unknown", "未知的键 {key}", 1),
    ],
)
def test_the_check_finds_what_is_wrong(tmp_path: Path, message: str, translation: str, faults: int) -> None:
    po = tmp_path / "src" / "yingjiu" / "locale" / "zh_CN" / "LC_MESSAGES" / "yingjiu.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        f'msgid "{message}"\nmsgstr "{translation}"\n',
        encoding="utf-8",
    )
    (tmp_path / "src" / "yingjiu" / "code.py").write_text(f"_({message!r})\n", encoding="utf-8")
    code = (
        "import runpy, sys, pathlib\n"
        f"tool = runpy.run_path({str(TOOL)!r})\n"
        "names = tool['check'].__globals__\n"
        f"root = pathlib.Path({str(tmp_path)!r})\n"
        "names.update(ROOT=root, PACKAGE=root / 'src/yingjiu', LOCALE=root / 'src/yingjiu/locale')\n"
        "names['TARGETS'] = {'yingjiu': 'zh_CN'}\n"
        "print(*tool['check'](), sep='\\n')\n"
    )
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip().splitlines()) == faults, done.stdout


def test_every_po_file_is_compiled() -> None:
    for po in (ROOT / "src" / "yingjiu" / "locale").rglob("*.po"):
        with po.open("rb") as file:
            assert len(read_po(file)) > 0
        assert po.with_suffix(".mo").is_file(), "run: python hatch_build.py"


@pytest.mark.parametrize(
    ("language", "surroundings", "said"),
    [
        ("zh", {}, "没有选项 '--no-such'"),
        ("zh", {"LANGUAGE": "en_US:en", "LANG": "en_US.UTF-8"}, "没有选项 '--no-such'"),
        ("en", {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}, "No such option '--no-such'"),
    ],
    ids=["chinese", "chinese on an English desktop", "english on a Chinese desktop"],
)
def test_click_speaks_the_same_language(language: str, surroundings: dict[str, str], said: str) -> None:
    code = (
        "from yingjiu.language import speak_for_process\n"
        "speak_for_process()\n"
        "import click\n"
        "click.command()(lambda: None)(['--no-such'])\n"
    )
    done = run("-c", code, language=language, **surroundings)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "文件是空的"), ("en", "the file is empty"), ("fr", "文件是空的"), ("en_US", "the file")],
)
def test_messages_follow_the_setting(language: str, said: str) -> None:
    done = run("-c", "from yingjiu.language import _; print(_('the file is empty'))", language=language)
    assert done.stdout.startswith(said), done.stderr


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "被害人近亲属"), ("en", "near relative of the victim")]
)
def test_catalogue_texts_follow_the_setting(language: str, said: str) -> None:
    code = "from yingjiu.language import catalogue_text; print(catalogue_text('被害人近亲属'))"
    assert run("-c", code, language=language).stdout.strip() == said


class Sample(Declaration):
    """One key of each kind of value."""

    choice: Literal["a", "b"] = "a"
    count: Annotated[int, Field(ge=1)] = 1
    amount: Annotated[Decimal, Field(gt=0, lt=10)] = Decimal(1)
    text: Annotated[str, Field(min_length=2, max_length=3, pattern="^x")] = "xx"
    flag: bool = True
    names: Annotated[tuple[str, ...], Field(min_length=1)] = ("a",)


@pytest.mark.parametrize(
    "text",
    [
        "choice: z",
        "count: q",
        "count: 0",
        "amount: 0",
        "amount: 10",
        "amount: x",
        "text: x",
        "text: xxxx",
        "text: yy",
        "text: 1",
        "flag: 7",
        "names: []",
        "names: a",
    ],
)
def test_wrong_values_are_told_in_our_own_words(text: str) -> None:
    """Pydantic says it in English only, and always begins with one of these words."""
    with pytest.raises(DeclarationError) as caught:
        read_declaration(Sample, "sample.yaml", text=text)
    fault = caught.value.faults[0]
    assert fault.code == "DCL-006"
    assert not fault.message.startswith(("Input", "Value", "String", "Tuple", "Decimal"))
    assert "{" not in fault.message


def test_no_message_hides_inside_an_f_string() -> None:
    hidden = [
        f"{file.relative_to(PACKAGE)}:{inner.lineno}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in {"_", "N_"}
    ]
    assert hidden == []  # where they stand the extraction does not see them
