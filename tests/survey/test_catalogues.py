"""Languages: which catalogue speaks, and to whom."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, TemplateSyntaxError

from survey import i18n
from survey.i18n import extraction

PO_HEAD = """msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


@pytest.fixture(autouse=True)
def _forget_catalogues():
    i18n.translations.cache_clear()
    yield
    i18n.translations.cache_clear()


def add_language(folder: Path, locale: str, texts: dict[str, str], *, flags: str = "") -> None:
    path = folder / locale / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    entries = (f'{flags}msgid "{source}"\nmsgstr "{text}"\n' for source, text in texts.items())
    path.write_text(PO_HEAD.format(locale=locale) + "\n".join(entries), encoding="utf-8")


def test_english_is_read_and_what_it_lacks_stays_vietnamese():
    english = i18n.translations("en")
    assert english.gettext("%(number)s điểm") == "%(number)s points"
    assert english.gettext("Một câu chưa ai dịch") == "Một câu chưa ai dịch"


def test_vietnamese_needs_no_catalogue():
    assert i18n.catalogue_path("vi") is None
    assert i18n.translations("vi").gettext("Hài lòng") == "Hài lòng"
    assert i18n.translations("vi").ngettext("%(num)d người", "%(num)d người", 2) == "%(num)d người"


@pytest.mark.parametrize("locale", ["rad", "jra"])
def test_office_adds_a_language_in_its_own_folder(tmp_path, locale):
    add_language(tmp_path, locale, {"Cảm ơn": "ê̆ ô̆ ơ̆ ư̆", "Hài lòng": ""})
    assert i18n.available(tmp_path) == ("vi", "en", locale)
    added = i18n.translations(locale, tmp_path)
    assert added.gettext("Cảm ơn") == "ê̆ ô̆ ơ̆ ư̆"
    assert added.gettext("Hài lòng") == "Hài lòng"


def test_doubtful_translation_is_not_shown(tmp_path):
    add_language(tmp_path, "rad", {"Cảm ơn": "?"}, flags="#, fuzzy\n")
    assert i18n.translations("rad", tmp_path).gettext("Cảm ơn") == "Cảm ơn"


def test_folder_of_an_office_does_not_replace_our_languages(tmp_path):
    add_language(tmp_path, "en", {"%(number)s điểm": "spoiled"})
    assert i18n.available(tmp_path) == i18n.LOCALES
    assert i18n.translations("en", tmp_path).gettext("%(number)s điểm") == "%(number)s points"


def test_name_that_is_no_language_reaches_no_file(tmp_path):
    add_language(tmp_path / "outside", "rad", {"Cảm ơn": "đã thoát ra"})
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "notes").mkdir()
    assert i18n.available(tmp_path / "languages") == i18n.LOCALES
    assert i18n.catalogue_path("../outside/rad", tmp_path / "languages") is None
    assert i18n.available(tmp_path / "nowhere") == i18n.LOCALES


@pytest.mark.parametrize(
    ("requested", "cookie", "header", "expected"),
    [
        ("en", "vi", "vi", "en"),
        ("xx", "en", "vi", "en"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "fr;q=0.9, en;q=0.4, vi-VN;q=0.5", "vi"),
        (None, None, "en;q=0, fr", "vi"),
        (None, None, "en;q=?", "vi"),
        (None, None, "fr, de", "vi"),
        (None, None, "", "vi"),
        (None, None, None, "vi"),
        ("../en", "", "*", "vi"),
    ],
)
def test_negotiation(requested, cookie, header, expected):
    assert i18n.negotiate(requested, cookie, header) == expected


def test_negotiation_among_added_languages():
    assert i18n.negotiate("rad", None, None, among=("vi", "en", "rad")) == "rad"
    assert i18n.negotiate("rad", None, None) == "vi"


@pytest.fixture
def checkout(tmp_path) -> Path:
    (tmp_path / "survey").mkdir()
    (tmp_path / "templates" / "public").mkdir(parents=True)
    (tmp_path / "survey" / "words.py").write_text('from x import _\nA = _("Lời cảm ơn")\n', encoding="utf-8")
    (tmp_path / "templates" / "public" / "thanks.html").write_text(
        "<h1>{{ _('Cảm ơn') }}</h1>\n{% trans n=2 %}\n  {{ n }} người\n  {% endtrans %}\n", encoding="utf-8"
    )
    return tmp_path


def test_extraction_finds_texts_of_pages_and_code(checkout):
    texts = extraction.extract(checkout)
    assert {message.id for message in texts if message.id} == {"Lời cảm ơn", "Cảm ơn", "  %(n)s người\n"}


def test_page_asks_for_the_text_that_extraction_found(checkout):
    asked: list[str] = []

    def ask(text, *_others):
        asked.append(text)
        return text

    pages = Environment(
        loader=FileSystemLoader(checkout / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.install_gettext_callables(ask, ask, newstyle=True)
    pages.get_template("public/thanks.html").render()
    assert set(asked) == {"Cảm ơn", "  %(n)s người\n"}


def test_extraction_does_not_pass_over_a_broken_page(checkout):
    (checkout / "templates" / "public" / "broken.html").write_text("{{ _('Hết", encoding="utf-8")
    with pytest.raises(TemplateSyntaxError):
        extraction.extract(checkout)


def test_incomplete_catalogue_is_named_and_update_repairs_it(checkout):
    texts = extraction.extract(checkout)
    found = extraction.problems("en", texts)
    assert "en: not in the catalogue: 'Cảm ơn'" in found
    assert "en: no longer in the code: '%(number)s điểm'" in found
    updated = extraction.update("en", texts)
    assert {message.id for message in updated if message.id} == {m.id for m in texts if m.id}
    assert not updated.obsolete


def test_catalogue_file_says_its_language_and_plural_rule():
    path = i18n.catalogue_path("en")
    assert path is not None
    with path.open("rb") as source:
        catalogue = read_po(source, locale="en")
    assert catalogue.num_plurals == 2
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
