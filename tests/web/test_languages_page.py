"""The page of languages, and the phone form in a language that an office added."""

from __future__ import annotations

import io
import re

import made_up
import pytest
from pages import elements, parse, text_of
from phone import RESULT_SCREENS, below, issue, opened, post, waiting

from survey.services.spoken import languages
from survey.web.untranslated import marked

HOTLINE = made_up.text("Đường dây nóng: {number}")
PATH = "/can-bo/quan-tri/ngon-ngu"


@pytest.fixture
def send(administrator):
    def post_form(path: str, **data: object):
        token = re.search(r'name="csrf_token" value="([^"]+)"', administrator.get(PATH).text)[1]
        body = {"csrf_token": token, **data}
        return administrator.post(
            PATH + path, data=body, content_type="multipart/form-data", follow_redirects=True
        )

    return post_form


def upload(send, content: bytes):
    return send("/xem-truoc", **{"upload-file": (io.BytesIO(content), "sipas-qaa.po")})


def test_a_translation_is_looked_through_stored_and_offered(database, client, send, administrator):
    assert "chưa có" in administrator.get(PATH).text
    page = upload(send, made_up.po(database))
    assert made_up.NAME in page.text
    assert made_up.NAME not in client.get("/").text, "looking is not storing"
    packed = re.search(r'name="store-content"[^>]*value="([^"]+)"', page.text)[1]
    page = send("", **{"store-content": packed})
    assert "Đã ghi" in page.text
    front = client.get("/")
    assert f'lang="{made_up.CODE}" hreflang="{made_up.CODE}">{made_up.NAME}</a>' in front.text
    assert made_up.NAME not in administrator.get("/can-bo/").text, "officers' pages have our languages"
    assert administrator.get(f"/can-bo/?lang={made_up.CODE}").text.count('<html lang="vi"') == 1


def test_faulty_texts_are_shown_with_what_to_do_and_nothing_is_lost(database, client, send):
    content = made_up.po(database).replace(HOTLINE.encode(), HOTLINE.replace("number", "nr").encode())
    page = upload(send, content)
    assert "phải giữ nguyên các chỗ điền sẵn của câu gốc: {number}" in page.text
    packed = re.search(r'name="store-content"[^>]*value="([^"]+)"', page.text)[1]
    page = send("", **{"store-content": packed})
    assert page.status_code == 422
    assert packed in page.text
    assert made_up.NAME not in client.get("/").text
    assert "Đã ghi" in send("", **{"store-content": packed, "store-keep_good": "y"}).text
    assert made_up.NAME in client.get("/").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfea\x00", "không phải UTF-8"),
        (b'msgid "a"\nmsgstr "b"\n', "không ghi ngôn ngữ nào thêm được"),
        (b"hello", "không phải tệp PO"),
        (b"", "Hãy chọn tệp"),
    ],
)
def test_what_is_no_translation_is_refused_in_words(send, content, said):
    page = upload(send, content) if content else send("/xem-truoc")
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.parametrize("packed", ["", "!", "eJw=", "aGVsbG8="])
def test_what_our_page_did_not_send_stores_nothing(send, settings, packed):
    assert send("", **{"store-content": packed}).status_code == 422
    assert languages.read(languages.folder(settings.data)).added == {}


def test_files_are_handed_out_for_the_languages_here_and_any_other(administrator, send):
    file = administrator.get(f"{PATH}/jra.po")
    assert 'filename="sipas-jra.po"' in file.headers["Content-Disposition"]
    assert 'msgstr "Jrai"' in file.text
    assert b"bdq" in send("/khac", **{"other-code": "bdq"}).data
    for wrong in ("vi", "x", "Ba Na"):
        page = send("/khac", **{"other-code": wrong})
        assert page.status_code == 422
        assert f'value="{wrong}"' in page.text
    assert administrator.get(f"{PATH}/en.po").status_code == 422


# --- the phone form -----------------------------------------------------------------------------------


def speak(app, settings, content: bytes) -> None:
    made_up.lay(settings.data, content)
    app.extensions["sipas"].languages.look_again()


def test_the_phone_form_speaks_it_from_the_first_screen_to_the_answer(
    app, client, database, settings, keyring, today
):
    speak(app, settings, made_up.po(database))
    url = opened(client, issue(database, keyring, today)[0])
    page = client.get(f"{url}?lang={made_up.CODE}", follow_redirects=True)
    for step in RESULT_SCREENS:
        page = client.get(below(url, step))
        assert f'<html lang="{made_up.CODE}"' in page.text
        root = parse(page.text)
        assert [text_of(one) for one in elements(root, "span") if one.get("class") == "untranslated"] == []
        following = post(client, below(url, step), {"stage": "result"} if step == "stage" else {})
    assert made_up.text("Hài lòng") in client.get(below(url, "access")).text or "/thanks" in following
    thanks = client.get(following)
    assert made_up.text("Đã ghi nhận. Cảm ơn ông/bà.") in thanks.text
    assert waiting(database, keyring)[0].language == made_up.CODE


def test_a_missing_text_is_vietnamese_seen_and_heard_as_such(app, client, database, settings, keyring, today):
    speak(app, settings, made_up.po(database, leave_out="Lần này ông/bà"))
    url = opened(client, issue(database, keyring, today)[0])
    page = client.get(f"{url}?lang={made_up.CODE}", follow_redirects=True)
    root = parse(page.text)
    heading = elements(root, "h1")[0]
    inside = elements(heading, "span")[0]
    assert (inside.get("lang"), inside.get("class")) == ("vi", "untranslated")
    assert text_of(inside) == "Lần này ông/bà đến làm việc gì?"
    title = text_of(elements(root, "title")[0])
    assert title.startswith("Lần này ông/bà")
    assert not set(title) & {"\N{INVISIBLE SEPARATOR}", "\N{INVISIBLE PLUS}"}
    assert "Phiếu không hỏi tên" not in page.text


def test_markup_in_an_office_s_file_stays_text(app, client, database, settings):
    content = made_up.po(database)
    source = "Ông/bà được phục vụ thế nào?"
    assert made_up.text(source).encode() in content
    speak(app, settings, content.replace(made_up.text(source).encode(), b"<i>A & B</i>"))
    assert "&lt;i&gt;A &amp; B&lt;/i&gt;" in client.get(f"/?lang={made_up.CODE}").text


def test_signs_become_elements_in_running_text_and_go_elsewhere():
    sign, end = "\N{INVISIBLE SEPARATOR}", "\N{INVISIBLE PLUS}"
    html = f'<title>{sign}A{end}</title><p title="{sign}B{end}">{sign}C{end} c</p><textarea>{sign}D{end}</textarea>'
    assert marked(html) == (
        '<title>A</title><p title="B"><span class="untranslated" lang="vi">C</span> c</p><textarea>D</textarea>'
    )
