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


@pytest.fixture
def hook() -> dict[str, Any]:
    return runpy.run_path(str(HOOK))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Only what the hook needs, with the assets already there."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "src/yingjiu/report/vendor", tmp_path / "src/yingjiu/report/vendor")
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


@pytest.mark.parametrize("spoil", ["delete an asset", "change the lock"])
def test_assets_that_are_not_as_locked_are_fetched(
    hook: dict[str, Any], checkout: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Node out of reach the attempt shows; the stamp of the old assets must be gone or unchanged."""
    if spoil == "delete an asset":
        (checkout / "src/yingjiu/report/vendor/echarts.common.min.js").unlink()
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


def test_every_asset_comes_with_its_licence() -> None:
    names = {path.name for path in (ROOT / "src/yingjiu/report/vendor").iterdir()}
    assert {
        "echarts.common.min.js",
        "echarts.LICENSE.txt",
        "echarts.NOTICE.txt",
        "zrender.LICENSE.txt",
    } <= names
