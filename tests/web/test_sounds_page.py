"""The page of recordings, how they are handed out, and the speaker buttons of the phone form."""

from __future__ import annotations

import io
import re

import pytest
import recordings
from browser import Chromium, axe_problems, guarded_page, wait_until_said, watch
from pages import elements, parse
from phone import below, issue, opened, post
from playwright.sync_api import expect
from server import LiveServer

from survey.enums import Role
from survey.services.spoken import sounds

PATH = "/can-bo/quan-tri/am-thanh"


@pytest.fixture
def send(officer_client):
    client = officer_client(Role.ADMINISTRATOR)

    def post_form(path: str, **data: object):
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PATH).text)[1]
        body = {"csrf_token": token, **data}
        return client.post(PATH + path, data=body, content_type="multipart/form-data", follow_redirects=True)

    return post_form


def test_files_are_taken_in_by_their_code_each_for_itself(send, settings):
    files = [(io.BytesIO(recordings.wav()), name) for name in ("A1.wav", "moon.wav", "level-4.wav")]
    page = send("", **{"sounds-language": "en", "sounds-files": files})
    assert page.status_code == 422
    assert "Đã ghi 2 tệp âm thanh" in page.text
    assert "Tên tệp moon.wav không phải mã" in page.text
    folder = sounds.folder(settings.data) / "en"
    assert sorted(one.name for one in folder.glob("*.wav")) == ["A1.wav", "level-4.wav"]
    assert page.text.count(">Nghe<span") == 2
    assert "Hãy chọn ít nhất một tệp" in send("", **{"sounds-language": "en"}).text
    assert send("", **{"sounds-language": "xx", "sounds-files": []}).status_code == 422


def test_files_that_were_put_into_the_folder_are_noted_by_a_button(send, settings):
    recordings.lay(settings.data, "vi", "A1")
    page = send("/ghi-loi")
    assert "Đã ghi lời cho 1 tệp mới" in page.text
    assert "mới, chưa ghi lời" not in page.text


def test_only_playable_files_are_handed_out_whole_and_in_part(client, app, settings):
    path = recordings.lay(settings.data, "vi", "A1")
    (path.parent / "secret.txt").write_text("x", encoding="utf-8")
    recordings.lay(settings.data, "vi", "moon")
    whole = client.get("/am-thanh/vi/A1.wav")
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/wav", recordings.wav())
    part = client.get("/am-thanh/vi/A1.wav", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    version = re.search(r"v=(\w+)", str(app.url_map) and _address(app)).group(1)
    kept = client.get(f"/am-thanh/vi/A1.wav?v={version}")
    assert "max-age" in kept.headers["Cache-Control"]
    for wrong in (
        "vi/A1.mp3",
        "vi/secret.txt",
        "vi/texts.json",
        "vi/moon.wav",
        "en/A1.wav",
        "vi/..%2f..%2fx",
    ):
        assert client.get(f"/am-thanh/{wrong}").status_code == 404, wrong
    for one in (whole, part, kept):
        one.close()


def _address(app) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.globals["sound"]("A1")


def test_a_speaker_stands_beside_what_has_a_recording_and_nowhere_else(
    client, settings, database, keyring, today
):
    for code in ("access-stem", "A1", "level-4", "na"):
        recordings.lay(settings.data, "vi", code)
    url = opened(client, issue(database, keyring, today)[0])
    stage = client.get(url)
    assert 'class="listen"' not in stage.text
    assert "listen.js" in stage.text
    url = post(client, url, {"stage": "result"})
    root = parse(client.get(url).text)
    speakers = [one for one in elements(root, "a") if one.get("class") == "listen"]
    # The heading, the first item, and of three items the fourth level and "does not apply".
    assert len(speakers) == 2 + 3 * 2
    english = parse(client.get(f"{url}?lang=en", follow_redirects=True).text)
    assert [one for one in elements(english, "a") if one.get("class") == "listen"] == []
    assert post(client, below(url, "access"), {"A1": "4"})


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_phone_plays_on_a_tap_and_never_by_itself(
    chromium: Chromium, live_server: LiveServer, settings, database, keyring, today, scripts: bool
):
    recordings.lay_all(database, settings.data, "vi")
    slip = issue(database, keyring, today)[0]
    with guarded_page(chromium, viewport={"width": 360, "height": 740}, java_script_enabled=scripts) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url) if "/am-thanh/" in one.url else None)
        page.goto(f"{live_server.url}/P/{slip.token}")
        page.check("[name=stage][value=result]")
        page.click("main form button")
        speaker = page.locator("h1 + .listen")
        expect(speaker).to_be_visible()
        if scripts:
            assert axe_problems(page) == []
            assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        assert asked == []
        if scripts:
            watch(speaker, "data-playing")
        speaker.click()
        if scripts:
            wait_until_said(page, "", None)
            assert page.url.endswith("/access")
        else:
            page.wait_for_url("**/am-thanh/vi/access-stem.wav*")
        assert asked
