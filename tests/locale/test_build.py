"""What a build adds: the assets of the lock file, and compiled translations."""

from __future__ import annotations

import gettext
import json
import os
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOOK = ROOT / "hatch_build.py"
REPORT = "src/yingjiu/report/vendor"
OFFICE = "src/yingjiu/office/frame/static/vendor"
TESTS = "tests/vendor"


@pytest.fixture
def hook() -> dict[str, Any]:
    return runpy.run_path(str(HOOK))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Only what the hook needs, with the assets already there."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in (REPORT, OFFICE, TESTS):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    po = tmp_path / "src/yingjiu/locale/zh_CN/LC_MESSAGES/yingjiu.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "yes"\nmsgstr "是"\n',
        encoding="utf-8",
    )
    return tmp_path


def test_the_lock_names_no_registry_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: told for name, told in lock["packages"].items() if name}
    assert {"node_modules/echarts", "node_modules/zrender"} <= set(packages)
    for told in packages.values():
        assert "resolved" not in told
        assert told["integrity"].startswith("sha512-")


def test_assets_that_are_there_are_left_alone(hook: dict[str, Any], checkout: Path) -> None:
    assert hook["fetch_assets"](checkout) is False


def test_a_tree_without_tests_does_not_want_what_only_they_need(hook: dict[str, Any], checkout: Path) -> None:
    shutil.rmtree(checkout / "tests")
    assert hook["fetch_assets"](checkout) is False
    assert not (checkout / "tests").exists()


@pytest.mark.parametrize("spoil", ["delete an asset", "delete an asset of the office", "change the lock"])
def test_assets_that_are_not_as_locked_are_fetched(
    hook: dict[str, Any], checkout: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Node out of reach the attempt shows; the stamp of the old assets must be gone or unchanged."""
    if spoil == "delete an asset":
        (checkout / REPORT / "echarts.common.min.js").unlink()
    elif spoil == "delete an asset of the office":
        (checkout / OFFICE / "htmx.min.js").unlink()
    else:
        lock = checkout / "package-lock.json"
        lock.write_text(lock.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    tried: list[Path] = []

    def npm_ci(root: Path, work: Path) -> Path:
        tried.append(root)
        raise SystemExit("no network")

    fetch: Callable[[Path], bool] = hook["fetch_assets"]
    monkeypatch.setitem(fetch.__globals__, "_npm_ci", npm_ci)
    with pytest.raises(SystemExit):
        fetch(checkout)
    assert tried == [checkout]


def test_translations_are_compiled_once(hook: dict[str, Any], checkout: Path) -> None:
    assert hook["compile_messages"](checkout) == 1
    assert hook["compile_messages"](checkout) == 0
    found = gettext.translation("yingjiu", checkout / "src/yingjiu/locale", ["zh_CN"])
    assert found.gettext("yes") == "是"
    po = checkout / "src/yingjiu/locale/zh_CN/LC_MESSAGES/yingjiu.po"
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    assert hook["compile_messages"](checkout) == 1


def test_translations_of_the_office_are_compiled_too(hook: dict[str, Any], checkout: Path) -> None:
    hook["compile_messages"](checkout)
    po = checkout / "src/yingjiu/office/desk/locale/zh_Hans/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    shutil.copy(checkout / "src/yingjiu/locale/zh_CN/LC_MESSAGES/yingjiu.po", po)
    assert hook["compile_messages"](checkout) == 1
    assert po.with_suffix(".mo").is_file()


def _made(hook: dict[str, Any], checkout: Path, tmp_path: Path) -> None:
    """Fetch everything anew from packages that were made up."""
    modules = tmp_path / "made_up"
    for folder in hook["ASSETS"].values():
        for source in folder:
            (modules / source).parent.mkdir(parents=True, exist_ok=True)
            (modules / source).write_bytes(
                b'a{src:url("./fonts/a.woff2?1") format("woff2"),url("./fonts/a.woff?") format("woff")}'
                b"/*# sourceMappingURL=a.map */"
            )
    fetch: Callable[[Path], bool] = hook["fetch_assets"]
    fetch.__globals__["_npm_ci"] = lambda _root, _work: modules
    shutil.rmtree(checkout / OFFICE)
    assert fetch(checkout) is True


def test_style_sheets_and_scripts_name_no_file_that_is_not_there(
    hook: dict[str, Any], checkout: Path, tmp_path: Path
) -> None:
    _made(hook, checkout, tmp_path)
    assert (checkout / OFFICE / "tabler.min.css").read_bytes() == (
        b'a{src:url("./fonts/a.woff2?1") format("woff2")}'
    )
    for path in (ROOT / OFFICE).glob("*.min.*"):
        assert b"sourceMappingURL" not in path.read_bytes(), path.name


@pytest.mark.parametrize("folder", [REPORT, OFFICE, TESTS])
def test_every_asset_comes_with_its_licence(hook: dict[str, Any], folder: str) -> None:
    """Each npm package that gives a script, a style sheet or a font gives its licence or a notice too."""
    assets = hook["ASSETS"][Path(folder)]

    def package(source: str) -> str:
        return "/".join(source.split("/")[: 2 if source.startswith("@") else 1])

    licensed = {package(source) for source, name in assets.items() if "LICENSE" in name}
    licensed |= {package(source) for source, name in assets.items() if name in hook["NOTICES"]}
    assert {package(source) for source in assets} <= licensed
    for name in assets.values():
        assert (ROOT / folder / name).is_file()


def test_the_notice_of_tabler_names_what_it_contains() -> None:
    text = (ROOT / OFFICE / "tabler.LICENSE.txt").read_text(encoding="utf-8")
    assert all(word in text for word in ("The Tabler Authors", "The Bootstrap Authors", "MIT License"))
