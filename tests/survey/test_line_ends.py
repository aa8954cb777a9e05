"""Lines of Vietnamese do not end inside a word of two syllables."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pages import as_read, elements, parse, text_of

from survey import i18n
from survey.i18n.line_ends import NO_BREAK


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


def test_where_nothing_but_people_reads_they_hold_together_by_themselves() -> None:
    assert i18n.with_no_break("Phục vụ thế nào?") == f"Phục{NO_BREAK}vụ thế{NO_BREAK}nào?"
    assert i18n.with_no_break("How satisfied are you?") == "How satisfied are you?"


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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("≥ 80%: đạt", "≥_80%: đạt"),
        ("≥ 80 % và ± 3,1 điểm", "≥_80_% và ±_3,1_điểm"),
        ("n = 45; n < 5", "n_=_45; n_<_5"),
        ("Trong 1.240 người, 12 phiếu", "Trong 1.240_người, 12_phiếu"),
        ("85,1–88,9% (từ −1,2–+3,4)", "85,1–88,9% (từ −1,2–+3,4)"),
        ("Hình 2, tháng 10 năm 2024", "Hình_2, tháng_10 năm_2024"),
        ("within 12 persons", "within 12_persons"),
        ("12 ngườix; A1 – biển hiệu; 5 > x", "12 ngườix; A1 – biển hiệu; 5 > x"),
    ],
)
def test_a_figure_stays_with_its_sign_and_its_unit(text: str, kept: str) -> None:
    made = i18n.whole_figures(text)
    assert made.replace(NO_BREAK, "_") == kept
    assert as_read(made) == text


def test_on_a_page_tags_and_what_is_typed_keep_plain_spaces() -> None:
    page = '<p title="≥ 80%">&lt; 85,0%</p><textarea name="a">12 người</textarea><code>n = 5</code> 4 câu <b>3 phiếu</b>'
    made = i18n.whole_figures_of_page(page)
    assert made.replace(NO_BREAK, "_") == page.replace("&lt; 85", "&lt;_85").replace(
        "3 phiếu", "3_phiếu"
    ).replace("4 câu", "4_câu")
