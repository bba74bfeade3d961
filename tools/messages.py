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
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "src" / "yingjiu"
LOCALE: Final = PACKAGE / "locale"
TARGETS: Final = {"yingjiu": "zh_CN", "catalogue": "en", "messages": "zh_CN"}
"""From each domain to the language it is translated into."""

# keys of catalogue files whose texts are shown to people; what is matched against data is not translated
SHOWN: Final = frozenset(
    {"title", "after", "rule", "article", "says", "settle", "agency", "system", "source"}
)
SKIPPED: Final = frozenset({"cases", "fields", "into", "codes"})
CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
# what click says to the programmer of a command or in shells and editors, not to its user
CLICK_SKIPPED: Final = ("_winconsole.py", "shell_completion.py", "_termui_impl.py")
CLICK_IGNORED: Final = re.compile(
    r"DeprecationWarning|defined twice|declaration|a name was passed|Unknown (color|stand)"
)
HEADER: Final = """# Translations of the domain {domain}. Kept by tools/messages.py.
msgid ""
msgstr ""
"Project-Id-Version: yingjiu\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""

Fault = str


def extract(domain: str) -> Catalog:
    """Every message of a domain, with the files it is in."""
    catalog = Catalog(locale=TARGETS[domain], domain=domain, project="yingjiu", fuzzy=False)
    for ident, place in {"yingjiu": _code, "catalogue": _shipped, "messages": _click}[domain]():
        catalog.add(ident, locations=[(place, 0)])
    return catalog


def _code() -> Iterator[tuple[str | tuple[str, ...], str]]:
    methods = [("**.py", "python"), ("**/page/*.j2", "jinja2.ext.babel_extract")]
    for name, _line, ident, _comments, _context in extract_from_dir(PACKAGE, methods):
        yield ident, f"src/yingjiu/{name}"


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
        for text in _shown(yaml.safe_load(path.read_text(encoding="utf-8"))):
            yield text, place
    sys.path.insert(0, str(PACKAGE.parent))
    from yingjiu.pool.tables import PROVENANCE, TABLES  # noqa: PLC0415 - the package is not needed otherwise

    for table in TABLES.values():
        yield table.zh, "src/yingjiu/pool/tables.py"
        for column in table.columns.values():
            yield column.zh, "src/yingjiu/pool/tables.py"
    for column in PROVENANCE:
        yield column.zh, "src/yingjiu/pool/tables.py"


def _shown(node: Any, key: str = "") -> Iterator[str]:
    """The Chinese texts below a node of a catalogue file that people are shown."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name not in SKIPPED:
                yield from _shown(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _shown(value, key)
    elif isinstance(node, str) and key in SHOWN and CHINESE.search(node):
        yield node.strip()


def po_path(domain: str) -> Path:
    """Where a domain's translation stands."""
    return LOCALE / TARGETS[domain] / "LC_MESSAGES" / f"{domain}.po"


def read(domain: str) -> Catalog:
    """The translation of a domain as it is."""
    path = po_path(domain)
    if not path.is_file():
        return Catalog(locale=TARGETS[domain], domain=domain, project="yingjiu", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=TARGETS[domain], domain=domain)


def write(domain: str, catalog: Catalog) -> None:
    """Write a translation, without line numbers and dates that would change with every edit of the code."""
    path = po_path(domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(
        text,
        catalog,
        width=110,
        omit_header=True,
        sort_output=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    header = HEADER.format(domain=domain, language=TARGETS[domain], plural=catalog.plural_forms)
    path.write_bytes(header.encode() + text.getvalue())


def update() -> None:
    """Add new messages, drop those that are gone, keep every translation; then compile."""
    for domain in TARGETS:
        catalog = read(domain)
        catalog.update(extract(domain), no_fuzzy_matching=True)
        write(domain, catalog)
        print(f"{domain}: {len(catalog)} messages, {len(_missing(catalog))} to be translated")
    sys.path.insert(0, str(ROOT))
    from hatch_build import compile_messages  # noqa: PLC0415 - the build hook compiles, here and in builds

    compile_messages(ROOT)


def check() -> list[Fault]:
    """Everything that is wrong with the translations."""
    faults = []
    for domain in TARGETS:
        catalog = read(domain)
        known, wanted = ({item.id for item in some if item.id} for some in (catalog, extract(domain)))
        if domain != "messages":  # click's own messages differ from version to version
            faults += [f"{domain}: not in the .po: {ident!r}" for ident in wanted - known]
            faults += [f"{domain}: no longer used: {ident!r}" for ident in known - wanted]
        faults += [f"{domain}: {fault}" for item in catalog if item.id for fault in _faults(item)]
    return faults


def _missing(catalog: Catalog) -> list[Message]:
    return [item for item in catalog if item.id and (item.fuzzy or not all(_texts(item.string)))]


def _texts(found: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The forms of a message id or of its translation; none is one empty form."""
    return (found,) if isinstance(found, str) else tuple(found or ("",))


def _faults(item: Message) -> Iterator[Fault]:
    ids, texts = _texts(item.id), _texts(item.string)
    if item.fuzzy:
        yield f"fuzzy: {item.id!r}"
    if not all(texts):
        yield f"not translated: {item.id!r}"
        return
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for text in texts:
        if set(PLACEHOLDER.findall(text)) != wanted:
            yield f"placeholders differ: {item.id!r} → {text!r}"


def missing(domain: str) -> dict[str, str]:
    """What is still to be translated; a counted message stands under its plural."""
    return {_texts(item.id)[-1]: "" for item in _missing(read(domain))}


def fill(domain: str, translations: Mapping[str, str]) -> int:
    """Take translations; a counted message is named by its plural (Chinese has one form).

    Returns:
        How many were taken.
    """
    catalog = read(domain)
    count = 0
    for item in catalog:
        text = translations.get(_texts(item.id)[-1]) if item.id else None
        if text:
            item.string = (text,) if isinstance(item.id, (tuple, list)) else text
            item.flags.discard("fuzzy")
            count += 1
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
