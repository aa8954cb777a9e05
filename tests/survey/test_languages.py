"""Languages of an office: texts go out, come back checked, and stand beside what we publish, never in its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import made_up
import pytest
from babel.messages.pofile import read_po

from survey import clock, i18n
from survey.db import Database
from survey.exceptions import ImportRejected, InvalidInput
from survey.instrument import Instrument
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.spoken import language_files, languages, tiles
from survey.services.spoken.languages import Languages, Spoken
from survey.services.spoken.tiles import FieldTile
from survey.settings import Settings

HEAD = 'msgid ""\nmsgstr ""\n"Language: rad\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
CONTEXT = languages.questionnaire_context("level-4")
THANKS = "Cảm ơn ông/bà! Đã ghi nhận câu trả lời."


@pytest.fixture
def published(database: Database, store: InstrumentStore) -> Published:
    with database.read() as session:
        return store.current(session)


@pytest.fixture
def sources(database: Database, published: Published) -> tuple[Instrument, Sequence[FieldTile]]:
    with database.read() as session:
        return published.instrument, list(tiles.fields_offered(session))


def entry(source: str, text: str, *, context: str = "", flags: str = "") -> str:
    head = f'msgctxt "{context}"\n' if context else ""
    return f'{flags}{head}msgid "{source}"\nmsgstr "{text}"\n\n'


def file(*entries: str) -> bytes:
    return (HEAD + "".join(entries)).encode()


# --- out --------------------------------------------------------------------------------------------


def test_the_file_holds_questions_options_fields_and_pages_with_english_as_a_help(sources):
    content = language_files.export("rad", Spoken(), *sources)
    catalogue = read_po(content.decode().splitlines(keepends=True))
    ids = {(message.context, message.id) for message in catalogue}
    for wanted in (
        (languages.questionnaire_context("A1"), "Biển hiệu, bảng chỉ dẫn rõ ràng, dễ thấy, dễ tìm"),
        (CONTEXT, "Hài lòng"),
        (languages.questionnaire_context("na"), "Tôi không biết hoặc không áp dụng với tôi"),
        (languages.questionnaire_context("stage-filing"), "Nộp hồ sơ"),
        (languages.questionnaire_context("field-land"), sources[1][2].names["vi"]),
        (None, THANKS),
        (None, "Gửi đánh giá"),
    ):
        assert wanted in ids, wanted
    assert "#. English: Satisfied" in content.decode()
    assert not any("cán bộ đăng nhập" in str(source) for _, source in ids)
    name = next(message for message in catalogue if message.context == languages.NAME_CONTEXT)
    assert name.string == "Êđê"
    assert all(not message.string for message in catalogue if message.id and message is not name)


@pytest.mark.parametrize("code", ["vi", "en", "", "../x", "EN", "abcd"])
def test_only_a_language_that_can_be_added_has_a_file(sources, code):
    with pytest.raises(InvalidInput):
        language_files.export(code, Spoken(), *sources)


def test_what_is_translated_comes_out_again(database, settings, sources):
    made_up.lay(settings.data, made_up.po(database))
    spoken = languages.read(languages.folder(settings.data))
    again = language_files.check(language_files.export(made_up.CODE, spoken, *sources), *sources)
    assert (again.missing, again.problems, again.name) == (0, (), made_up.NAME)
    assert again.translated > 250


# --- in ---------------------------------------------------------------------------------------------


def test_what_is_missing_doubtful_unknown_or_decomposed_is_counted(sources):
    decomposed = unicodedata.normalize("NFD", "Ê̆ ơ̆ ư̆ ô̆ ế")
    checked = language_files.check(
        file(
            entry("Hài lòng", decomposed, context=CONTEXT),
            entry("Bỏ qua câu này", ""),
            entry(THANKS, "ƀ", flags="#, fuzzy\n"),
            entry("Một câu đã bỏ", "ƀ"),
        ),
        *sources,
    )
    assert (checked.translated, checked.doubtful, checked.unknown, checked.composed) == (1, 1, 1, 1)
    assert checked.missing > 250
    text = next(m.string for m in checked.catalogue if m.context == CONTEXT)
    assert text == unicodedata.normalize("NFC", "Ê̆ ơ̆ ư̆ ô̆ ế")
    assert text.count("\N{COMBINING BREVE}") == 4, "the breve has no composed letter and stays"


@pytest.mark.parametrize(
    ("source", "text", "context", "problem", "detail"),
    [
        ("Đường dây nóng: {number}", "ƀ", "", "placeholders", "{number}"),
        ("Đường dây nóng: {number}", "ƀ {nubmer}", "", "placeholders", "{number}"),
        ("Bỏ qua câu này", "ƀ {n}", "", "placeholders", "–"),
        ("Phần %(step)s/%(total)s", "ƀ %(step)s", "", "placeholders", "%(step)s, %(total)s"),
        ("Gửi đánh giá", "100% ƀ", "", "percent", ""),
        ("Bỏ qua câu này", "<b>ƀ</b>", "", "markup", ""),
        ("Hài lòng", "{uôn", CONTEXT, "old-font", "{u"),
        ("Hài lòng", "R^t", CONTEXT, "old-font", "R^"),
        ("Hài lòng", r"u\\l", CONTEXT, "old-font", "u\\"),
        ("Hài lòng", "EÂ ÑEÂ Aø", CONTEXT, "strange-letters", "ø"),
        ("Hài lòng", "Ƀuôn ш", CONTEXT, "strange-letters", "ш"),
        ("Hài lòng", "a\N{REPLACEMENT CHARACTER}", CONTEXT, "strange-letters", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_text_that_would_break_a_page_is_named_and_left_out(
    sources, source, text, context, problem, detail
):
    checked = language_files.check(file(entry(source, text, context=context)), *sources)
    (found,) = checked.problems
    assert (found.code, found.source, found.detail) == (problem, source, detail)
    assert checked.translated == 0


@pytest.mark.parametrize("text", [*made_up.LETTERS, *made_up.CAPITALS, "Êđê: 100, “ƀ” (ñ) – ư̆!"])
def test_every_letter_of_both_alphabets_is_taken(sources, text):
    checked = language_files.check(file(entry("Hài lòng", text, context=CONTEXT)), *sources)
    assert (checked.problems, checked.translated) == ((), 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD.encode() + 'msgid "a"\nmsgstr "đ"'.encode("cp1258"), "not-utf8"),
        (file(entry("a", "b")).decode().encode("utf-16"), "not-utf8"),
        (HEAD.replace("utf-8", "cp1258").encode() + b'msgid "a"\nmsgstr "b"\n', "not-utf8"),
        (b"", "not-po"),
        ("Chỉ là một bức thư.".encode(), "not-po"),
        (b"PK\x03\x04", "not-po"),
        (b"x" * 500_000, "too-large"),
        (file(entry("a", "b")).replace(b"rad", b"en"), "no-language"),
        (file(entry("a", "b")).replace(b'"Language: rad\\n"\n', b""), "no-language"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(sources, content, reason):
    with pytest.raises(ImportRejected) as refused:
        language_files.check(content, *sources)
    assert refused.value.data["reason"] == reason


def test_where_the_first_wrong_byte_stands_is_said(sources):
    with pytest.raises(ImportRejected) as refused:
        language_files.check(HEAD.encode() + b'msgid "a"\nmsgstr "\xe9"\n', *sources)
    assert refused.value.data["row"] == 7


# --- spoken -----------------------------------------------------------------------------------------


def keep(database: Database, settings: Settings, sources, content: bytes, *, keep_good: bool = False) -> None:
    checked = language_files.check(content, *sources)
    database.write(
        lambda session: language_files.store(
            session, checked, data=settings.data, keep_good=keep_good, login="x", now=clock.now()
        )
    )


def test_a_stored_language_is_spoken_at_once_and_what_it_lacks_is_marked(
    database, settings, sources, published
):
    speaking = Languages(settings.data)
    assert speaking.now().codes == i18n.LOCALES
    keep(database, settings, sources, file(entry("Hài lòng", "Ƀê̆", context=CONTEXT), entry(THANKS, "Čŭ")))
    speaking.look_again()
    spoken = speaking.now()
    assert (spoken.codes, spoken.name("rad")) == (("vi", "en", "rad"), "Êđê")
    assert spoken.gettext("rad", THANKS) == "Čŭ"
    assert spoken.gettext("rad", "Bỏ qua câu này") == i18n.stand_in("Bỏ qua câu này")
    assert spoken.gettext("en", "Bỏ qua câu này") == "Skip this question"
    theirs = spoken.published(published).instrument
    assert theirs.levels[3].text == {"vi": "Hài lòng", "en": "Satisfied", "rad": "Ƀê̆"}
    assert theirs.levels[0].text["rad"] == i18n.stand_in("Rất không hài lòng")
    # What is published is what it was, and answers are stored as before.
    assert "rad" not in published.instrument.levels[3].text
    assert theirs.digest == published.instrument.digest
    assert [item.position for item in theirs.items] == list(range(16))


def test_an_office_never_replaces_what_we_publish(database, settings, sources, published):
    content = made_up.po(database)
    for code in ("vi", "en"):
        made_up.lay(settings.data, content, code=code)
    assert languages.read(languages.folder(settings.data)) == Spoken()


def test_a_new_wording_is_not_given_an_old_translation(database, settings, sources, published):
    keep(database, settings, sources, file(entry("Hài lòng!", "Ƀê̆", context=CONTEXT)))
    spoken = languages.read(languages.folder(settings.data))
    assert spoken.published(published).instrument.levels[3].text["rad"] == i18n.stand_in("Hài lòng")


def test_faulty_texts_keep_the_whole_file_out_unless_the_good_ones_are_wanted(database, settings, sources):
    content = file(entry("Hài lòng", "Ƀê̆", context=CONTEXT), entry("Bỏ qua câu này", "<i>"))
    with pytest.raises(InvalidInput):
        keep(database, settings, sources, content)
    assert languages.read(languages.folder(settings.data)).added == {}
    keep(database, settings, sources, content, keep_good=True)
    added = languages.read(languages.folder(settings.data)).added["rad"]
    assert set(added.texts.values()) == {"Ƀê̆"}


def test_a_file_that_was_spoiled_later_takes_nobody_with_it(settings: Settings, tmp_path: Path):
    made_up.lay(settings.data, b"\xff\xfe\x00", code="rad")
    assert languages.read(languages.folder(settings.data)) == Spoken()


def test_the_made_up_language_uses_every_letter(database):
    written = made_up.po(database).decode()
    assert [one for one in made_up.LETTERS if one not in written] == []
