"""Keep the office's translations whole: one ``django.po`` an app, English message ids, Chinese texts.

::

    python tools/office_messages.py update APP       bring the app's .po up to date, and compile it
    python tools/office_messages.py check APP        exit 1 if a translation is missing, fuzzy or wrong, or if
                                                     another app translates the same message otherwise
    python tools/office_messages.py missing APP      print what is still to be translated, as JSON
    python tools/office_messages.py fill APP FILE    take translations from a JSON object (message id → 中文)

APP is a folder of ``src/yingjiu/office`` or ``all``; the files beside the apps belong to ``frame``. Python is
read for ``_`` and its relatives, templates for ``translate`` and ``blocktranslate`` (cotton's too, and their
``:title="_('...')"``). A message with a context is listed as ``context|message``.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract as babel_extract
from django.utils.translation.template import templatize

sys.path.insert(0, str(Path(__file__).resolve().parent))
import po_files  # found beside this file, which is also run by path

ROOT: Final = Path(__file__).resolve().parent.parent
OFFICE: Final = ROOT / "src" / "yingjiu" / "office"
DOMAIN: Final = "django"
LANGUAGE: Final = "zh_Hans"
KEYWORDS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
ROOT_FILES: Final = "frame"
"""The app that keeps the messages of ``settings.py`` and the other files beside the apps."""
ATTRIBUTE: Final = re.compile(r""":[\w-]+="[^"]*?_\('((?:[^'\\]|\\.)+)'\)""")

Found = tuple[str | tuple[str, ...], str | None]
Fault = str


def apps() -> tuple[str, ...]:
    """The apps of the office, by name."""
    return tuple(sorted(path.parent.name for path in OFFICE.glob("*/__init__.py")))


def po_path(app: str) -> Path:
    """Where an app's translation stands."""
    return OFFICE / app / "locale" / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"


def extract(app: str) -> Catalog:
    """Every message of an app, with the files it is in."""
    catalog = Catalog(locale=LANGUAGE, domain=DOMAIN, project="yingjiu", fuzzy=False)
    for path in _files(app):
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(ROOT).as_posix()
        for ident, context in _python(text) if path.suffix == ".py" else _template(text, place):
            catalog.add(ident, locations=[(place, 0)], context=context)
    return catalog


def _files(app: str) -> Iterator[Path]:
    if app == ROOT_FILES:
        yield from sorted(OFFICE.glob("*.py"))
    yield from sorted((OFFICE / app).rglob("*.py"))
    for suffix in ("html", "txt"):
        yield from sorted((OFFICE / app).glob(f"templates/**/*.{suffix}"))


def _python(text: str) -> Iterator[Found]:
    source = io.BytesIO(text.encode())
    options = {"encoding": "utf-8"}
    for _line, ident, _comments, context in babel_extract("python", source, KEYWORDS, (), options):
        yield (tuple(ident) if isinstance(ident, (tuple, list)) else ident), context


def _template(text: str, place: str) -> Iterator[Found]:
    code = templatize(text, origin=place)
    yield from _python(f"(\n{code}\n)")  # in brackets the template's indentation is no Python block
    for match in ATTRIBUTE.finditer(text):
        yield match[1].replace("\\'", "'"), None


def read(app: str) -> Catalog:
    """The translation of an app as it is."""
    return po_files.read(po_path(app), domain=DOMAIN, language=LANGUAGE)


def write(app: str, catalog: Catalog) -> None:
    """Write and compile the translation of an app; an app that says nothing needs none."""
    path = po_path(app)
    if not len(catalog) and not path.is_file():
        return
    po_files.write(path, catalog, domain=DOMAIN, language=LANGUAGE, tool="office_messages.py")
    sys.path.insert(0, str(ROOT))
    from hatch_build import compile_file  # noqa: PLC0415 - the build hook compiles, here and in builds

    compile_file(path)


def update(app: str) -> None:
    """Add new messages, drop those that are gone, keep every translation; then compile."""
    catalog = read(app)
    catalog.update(extract(app), no_fuzzy_matching=True)
    write(app, catalog)
    print(f"{app}: {len(catalog)} messages, {len(po_files.missing(catalog))} to be translated")


def check(app: str, others: Sequence[str] | None = None) -> list[Fault]:
    """Everything that is wrong with an app's translation; ``others`` as for :func:`conflicts`."""
    catalog = read(app)
    faults = [*po_files.unlisted(catalog, extract(app)), *po_files.faults_of(catalog)]
    return [f"{app}: {fault}" for fault in (*faults, *conflicts(app, others))]


def conflicts(app: str, others: Sequence[str] | None = None) -> Iterator[Fault]:
    """Messages of an app that another app translates otherwise; all others are asked unless some are named.

    Django merges the catalogues of all apps, and the first app of ``INSTALLED_APPS`` wins on every page:
    where a message has two meanings, give it a context,
    with ``pgettext`` or ``{% translate "From" context "period" %}``.
    """
    asked = apps() if others is None else others
    for said, text in _said(app).items():
        for other in asked:
            if other != app and _said(other).get(said, text) != text:
                there = _said(other)[said]
                yield f"{said[-1]!r} is {text} here, {there} in {other}: choose one, or give a context"


@cache
def _said(app: str) -> dict[tuple[str, str], str]:
    """Each form of each translated message, by context and form: gettext finds it by its singular."""
    return {
        (item.context or "", po_files.texts(item.id)[0]): text
        for item in read(app)
        if item.id and (text := " / ".join(po_files.texts(item.string))).strip()
    }


def missing(app: str) -> dict[str, str]:
    """What is still to be translated; a counted message stands under its plural."""
    catalog = read(app)
    catalog.update(extract(app), no_fuzzy_matching=True)
    return {po_files.key_of(item): "" for item in po_files.missing(catalog)}


def fill(app: str, translations: Mapping[str, str]) -> int:
    """Bring an app's file up to date and take translations; see :func:`po_files.fill`."""
    catalog = read(app)
    catalog.update(extract(app), no_fuzzy_matching=True)
    count = po_files.fill(catalog, translations)
    write(app, catalog)
    return count


def main(arguments: list[str]) -> int:
    """Run one command; see the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("update", "check", "missing", "fill"))
    parser.add_argument("app", choices=(*apps(), "all"))
    parser.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args(arguments)
    chosen = apps() if given.app == "all" else (given.app,)
    if given.command == "check":
        after = {app: [other for other in chosen if other > app] for app in chosen}  # each pair once
        faults = [fault for app in chosen for fault in check(app, after[app] if given.app == "all" else None)]
        print("\n".join(faults) if faults else "translations are complete")
        return 1 if faults else 0
    if given.command == "missing":
        listed = {key: text for app in chosen for key, text in missing(app).items()}
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    if given.command == "fill":
        if given.file is None:
            parser.error("fill needs a JSON file")
        translations = json.loads(given.file.read_text(encoding="utf-8"))
        print(f"{sum(fill(app, translations) for app in chosen)} translations taken")
    for app in chosen:
        update(app)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
