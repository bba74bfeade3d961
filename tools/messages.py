"""Keep the translations whole: extract, update, check and fill the ``.po`` files.

::

    python tools/messages.py extract            how many messages each domain has
    python tools/messages.py update             bring every .po up to date, and compile
    python tools/messages.py check              exit 1 if a translation is missing, fuzzy or wrong
    python tools/messages.py missing DOMAIN     print what is still to be translated, as JSON
    python tools/messages.py fill DOMAIN FILE   take translations from a JSON object (message id → text)

Three domains: ``yingjiu``, English message ids in the code and the page's template, translated into Chinese;
``catalogue``, Chinese texts of the shipped catalogue and of the canonical tables, translated into English;
``messages``, what click itself says to a user, translated into Chinese.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

sys.path.insert(0, str(Path(__file__).resolve().parent))
import po_files  # found beside this file, which is also run by path

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "src" / "yingjiu"
LOCALE: Final = PACKAGE / "locale"
TARGETS: Final = {"yingjiu": "zh_CN", "catalogue": "en", "messages": "zh_CN"}
"""From each domain to the language it is translated into."""

# keys of catalogue files whose texts are shown to people; what is matched against data is not translated
SHOWN: Final = frozenset(
    {"title", "after", "rule", "article", "says", "settle", "agency", "system", "source"}
)
# more of the folders whose texts the office shows
SHOWN_IN: Final = {
    "clocks": frozenset({"begins", "note"}),
    "measures": frozenset({"citation", "note"}),
    "reviews": frozenset({"basis"}),
}
SKIPPED: Final = frozenset({"cases", "fields", "into", "codes"})
# the office writes 第…条 around the bare numbers of articles in these folders, whatever the language
NUMBERED: Final = frozenset({"calendar", "clocks", "measures"})
NUMBER: Final = re.compile(r"[〇一二三四五六七八九十百零、至]+")
CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
# what click says to the programmer of a command or in shells and editors, not to its user
CLICK_SKIPPED: Final = ("_winconsole.py", "shell_completion.py", "_termui_impl.py")
CLICK_IGNORED: Final = re.compile(
    r"DeprecationWarning|defined twice|declaration|a name was passed|Unknown (color|stand)"
)
Fault = str


def extract(domain: str) -> Catalog:
    """Every message of a domain, with the files it is in."""
    catalog = Catalog(locale=TARGETS[domain], domain=domain, project="yingjiu", fuzzy=False)
    for ident, place in {"yingjiu": _code, "catalogue": _shipped, "messages": _click}[domain]():
        catalog.add(ident, locations=[(place, 0)])
    return catalog


def _code() -> Iterator[tuple[str | tuple[str, ...], str]]:
    methods = [("**.py", "python"), ("**/page/*.j2", "jinja2.ext.babel_extract")]
    found = extract_from_dir(PACKAGE, methods, directory_filter=_not_the_office)
    for name, _line, ident, _comments, _context in found:
        yield ident, f"src/yingjiu/{name}"


def _not_the_office(folder: str | os.PathLike[str]) -> bool:
    """The office has its own translations, see office_messages.py."""
    path = Path(folder)
    return path != PACKAGE / "office" and not path.name.startswith((".", "_"))


def _click() -> Iterator[tuple[str | tuple[str, ...], str]]:
    import click  # noqa: PLC0415 - needed for this domain only

    folder = Path(click.__file__).parent
    for name, _line, ident, _comments, _context in extract_from_dir(folder, [("**.py", "python")]):
        if name in CLICK_SKIPPED or CLICK_IGNORED.search(str(ident)) or len(str(ident)) < 2:
            continue
        yield ident, f"click/{name}"


def _shipped() -> Iterator[tuple[str, str]]:
    for path in sorted((PACKAGE / "catalogue").rglob("*.yaml")):
        place = path.relative_to(ROOT).as_posix()
        shown = SHOWN | SHOWN_IN.get(path.parent.name, frozenset())
        for text in _shown(yaml.safe_load(path.read_text(encoding="utf-8")), shown):
            if path.parent.name not in NUMBERED or not NUMBER.fullmatch(text):
                yield text, place
    sys.path.insert(0, str(PACKAGE.parent))
    from yingjiu.pool.tables import PROVENANCE, TABLES  # noqa: PLC0415 - the package is not needed otherwise

    for table in TABLES.values():
        yield table.zh, "src/yingjiu/pool/tables.py"
        for column in table.columns.values():
            yield column.zh, "src/yingjiu/pool/tables.py"
    for column in PROVENANCE:
        yield column.zh, "src/yingjiu/pool/tables.py"


def _shown(node: Any, shown: frozenset[str], key: str = "") -> Iterator[str]:
    """The Chinese texts below a node of a catalogue file that people are shown."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name not in SKIPPED:
                yield from _shown(value, shown, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _shown(value, shown, key)
    elif isinstance(node, str) and key in shown and CHINESE.search(node):
        yield node.strip()


def po_path(domain: str) -> Path:
    """Where a domain's translation stands."""
    return LOCALE / TARGETS[domain] / "LC_MESSAGES" / f"{domain}.po"


def read(domain: str) -> Catalog:
    """The translation of a domain as it is."""
    return po_files.read(po_path(domain), domain=domain, language=TARGETS[domain])


def write(domain: str, catalog: Catalog) -> None:
    """Write the translation of a domain."""
    language = TARGETS[domain]
    po_files.write(po_path(domain), catalog, domain=domain, language=language, tool="messages.py")


def update() -> None:
    """Add new messages, drop those that are gone, keep every translation; then compile."""
    for domain in TARGETS:
        catalog = read(domain)
        catalog.update(extract(domain), no_fuzzy_matching=True)
        write(domain, catalog)
        print(f"{domain}: {len(catalog)} messages, {len(po_files.missing(catalog))} to be translated")
    sys.path.insert(0, str(ROOT))
    from hatch_build import compile_messages  # noqa: PLC0415 - the build hook compiles, here and in builds

    compile_messages(ROOT)


def check() -> list[Fault]:
    """Everything that is wrong with the translations."""
    faults = []
    for domain in TARGETS:
        catalog = read(domain)
        if domain != "messages":  # click's own messages differ from version to version
            faults += [f"{domain}: {fault}" for fault in po_files.unlisted(catalog, extract(domain))]
        faults += [f"{domain}: {fault}" for fault in po_files.faults_of(catalog)]
    return faults


def missing(domain: str) -> dict[str, str]:
    """What is still to be translated; a counted message stands under its plural."""
    return {po_files.key_of(item): "" for item in po_files.missing(read(domain))}


def fill(domain: str, translations: Mapping[str, str]) -> int:
    """Take translations; see :func:`po_files.fill`."""
    catalog = read(domain)
    count = po_files.fill(catalog, translations)
    write(domain, catalog)
    return count


def main(arguments: list[str]) -> int:
    """Run one command; see the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("extract", "update", "check", "missing", "fill"))
    parser.add_argument("domain", nargs="?", choices=tuple(TARGETS))
    parser.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args(arguments)
    commands: Mapping[str, Callable[[], int]] = {
        "extract": _extract_command,
        "update": _update_command,
        "check": _check_command,
        "missing": lambda: _missing_command(given.domain),
        "fill": lambda: _fill_command(given.domain, given.file),
    }
    return commands[given.command]()


def _extract_command() -> int:
    for domain in TARGETS:
        print(f"{domain}: {len(extract(domain))} messages")
    return 0


def _update_command() -> int:
    update()
    return 0


def _check_command() -> int:
    faults = check()
    print("\n".join(faults) if faults else "translations are complete")
    return 1 if faults else 0


def _missing_command(domain: str) -> int:
    print(json.dumps(missing(domain), ensure_ascii=False, indent=1))
    return 0


def _fill_command(domain: str, file: Path) -> int:
    print(f"{fill(domain, json.loads(file.read_text(encoding='utf-8')))} translations taken")
    update()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
