"""Lines of Vietnamese do not end inside a word of two syllables."""

from __future__ import annotations

from flask.testing import FlaskClient
from pages import elements, parse, text_of

from survey import i18n

NBSP = "\N{NO-BREAK SPACE}"


def test_the_syllables_of_a_word_stay_on_one_line() -> None:
    assert i18n.keep_together("Phục vụ thế nào?") == f"Phục{NBSP}vụ thế{NBSP}nào?"
    assert i18n.keep_together("góp ý, phản ánh") == f"góp{NBSP}ý, phản{NBSP}ánh"


def test_other_words_and_other_languages_stay_as_they_are() -> None:
    for text in ("Công chứng thực", "Hồ Sơn La", "How satisfied are you?", "Buôn Kô Siêr", ""):
        assert i18n.keep_together(text) == text


def test_the_heading_of_a_page_does_so_and_stays_a_heading(client: FlaskClient) -> None:
    answer = client.get("/?lang=vi").text
    assert f"<h1>Ông/bà được phục{NBSP}vụ thế{NBSP}nào?</h1>" in answer
    (heading,) = elements(parse(answer), "h1")
    assert text_of(heading) == "Ông/bà được phục vụ thế nào?"
