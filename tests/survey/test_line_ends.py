"""Lines of Vietnamese do not end inside a word of two syllables."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from pages import elements, parse, text_of

from survey import i18n


def test_the_syllables_of_a_word_stay_on_one_line() -> None:
    assert (
        i18n.keep_together("Phục vụ thế nào?")
        == '<span class="word">Phục vụ</span> <span class="word">thế nào</span>?'
    )
    assert (
        i18n.keep_together("góp ý, phản ánh")
        == '<span class="word">góp ý</span>, <span class="word">phản ánh</span>'
    )


def test_other_words_and_other_languages_stay_as_they_are() -> None:
    for text in ("Công chứng thực", "Hồ Sơn La", "How satisfied are you?", "Buôn Kô Siêr", ""):
        assert i18n.keep_together(text) == text


def test_what_stands_in_a_tag_stays_as_it_is() -> None:
    assert i18n.keep_together('<b title="góp ý">ý</b>') == '<b title="góp ý">ý</b>'


def test_what_an_office_wrote_is_text_and_nothing_else(app: Flask) -> None:
    with app.test_request_context("/"):
        made = app.jinja_env.from_string("{{ text | unbroken }}").render(text="<i>góp ý</i>")
    assert made == '&lt;i&gt;<span class="word">góp ý</span>&lt;/i&gt;'


def test_the_heading_of_a_page_does_so_and_reads_as_it_was_written(client: FlaskClient) -> None:
    answer = client.get("/?lang=vi").text
    (heading,) = elements(parse(answer), "h1")
    assert text_of(heading) == "Ông/bà được phục vụ thế nào?"
    assert '<span class="word">phục vụ</span>' in answer
