"""Every text on a screen has an English translation with the same placeholders, and none is left over."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from survey import i18n
from survey.i18n import extraction

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%\(\w+\)d|\{\w*\}")
TRANSLATED = [locale for locale in i18n.LOCALES if locale != "vi"]


def placeholders(text: str) -> list[str]:
    return sorted(set(_PLACEHOLDER.findall(text)))


@pytest.fixture(scope="module")
def texts():
    return extraction.extract()


@pytest.mark.parametrize("locale", TRANSLATED)
def test_catalogue_is_complete(locale, texts):
    assert extraction.problems(locale, texts) == [], "type: python -m survey.i18n.extraction, then translate"


def test_new_text_would_be_missed(texts):
    texts.add("Một câu vừa được viết thêm", None)
    try:
        assert extraction.problems("en", texts) == ["en: not in the catalogue: 'Một câu vừa được viết thêm'"]
    finally:
        texts.delete("Một câu vừa được viết thêm")


@pytest.mark.parametrize("locale", TRANSLATED)
def test_translations_keep_their_placeholders(locale):
    """A placeholder that a translation misspells would break the page in that language alone."""
    path = i18n.catalogue_path(locale)
    assert path is not None
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    wrong = [
        message.id
        for message in catalogue
        if isinstance(message.id, str)
        and message.id
        and placeholders(message.id) != placeholders(str(message.string))
    ]
    assert wrong == []


def test_placeholders_are_told_apart():
    assert placeholders("%(n)s người, {name}") == ["%(n)s", "{name}"]
    assert placeholders("%(n)s people") != placeholders("%(number)s người")
