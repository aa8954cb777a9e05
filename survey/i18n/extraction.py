"""Keeping catalogues current: `python -m survey.i18n.extraction` gathers every text and updates English.

With `--check` nothing is written: it fails when a text in the code is missing from the catalogue, is there
without a translation, or when the catalogue holds a text that the code no longer has.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from survey.i18n.catalogues import LOCALES, SOURCE, catalogue_path
from survey.paths import PACKAGE_DIR

# Scripts of the kiosk get their texts from the page, so pages and Python files hold all of them.
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
# As the application sets up its templates: a block that is trimmed differently is another text.
_OPTIONS = {
    "**.html": {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
}


def extract(root: Path = PACKAGE_DIR.parent) -> Catalog:
    """Gather the texts of pages and Python files below a checkout (or an installed package)."""
    catalogue = Catalog(project="sipas-survey", charset="utf-8")
    for folder in ("survey", "kiosk", "templates"):
        if not (root / folder).is_dir():
            continue
        found = extract_from_dir(root / folder, _METHODS, _OPTIONS, strip_comment_tags=True)
        for filename, line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
            place = (f"{folder}/{Path(filename).as_posix()}", line)
            catalogue.add(message, None, [place], auto_comments=comments, context=context)
    return catalogue


def update(locale: str, texts: Catalog) -> Catalog:
    """Give the catalogue of a language with exactly these texts: old translations kept, gone ones dropped."""
    current = _read(locale)
    texts.creation_date = current.creation_date  # a new date alone is no change worth a commit
    current.update(texts, no_fuzzy_matching=True)
    current.obsolete.clear()
    return current


def problems(locale: str, texts: Catalog) -> list[str]:
    """Say what keeps a catalogue from being complete, one line each."""
    current = _read(locale)
    wanted = {_key(message): message for message in texts if message.id}
    have = {_key(message): message for message in current if message.id}
    missing = [f"{locale}: not in the catalogue: {_first(key)!r}" for key in wanted if key not in have]
    stale = [f"{locale}: no longer in the code: {_first(key)!r}" for key in have if key not in wanted]
    empty = [
        f"{locale}: not translated: {_first(key)!r}"
        for key, message in have.items()
        if key in wanted and (message.fuzzy or not _complete(message.string))
    ]
    return missing + stale + empty


def _key(message: Message) -> tuple[str, str]:
    """Tell texts apart that are written alike: "Góp ý" is one of them or all of them, as the context says."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", text


def _first(key: tuple[str, str]) -> str:
    context, text = key
    return f"{text} ({context})" if context else text


def _complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if isinstance(string, str | None) else all(string)


def _read(locale: str) -> Catalog:
    path = catalogue_path(locale)
    if path is None:
        raise ValueError(f"{locale} has no catalogue of ours")
    with path.open("rb") as source:
        return read_po(source, locale=locale)


def write(locale: str, catalogue: Catalog) -> None:
    path = catalogue_path(locale)
    if path is None:
        raise ValueError(f"{locale} has no catalogue of ours")
    with path.open("wb") as target:
        # Files without line numbers: moving a text inside its file is no change of the catalogue.
        write_po(target, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def main(arguments: list[str]) -> int:
    texts = extract()
    found: list[str] = []
    for locale in LOCALES:
        if locale == SOURCE:
            continue
        if "--check" not in arguments:
            write(locale, update(locale, texts))
        found += problems(locale, texts)
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
