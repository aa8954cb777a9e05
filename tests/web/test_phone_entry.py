"""The ways into the phone form, and the pages for who cannot go in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from factories import desk_id
from flask import Flask
from flask.testing import FlaskClient
from pages import elements, parse
from phone import RESULT, action_of, below, draft_cookies, issue, opened, post, waiting, walk

from survey import clock
from survey.db import Database
from survey.enums import TrustClass
from survey.models import Desk
from survey.seal import Keyring
from survey.services.inviting import invitations
from survey.services.office import codes


def test_the_qr_shows_the_first_screen_whose_form_goes_where_no_token_is(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    response = client.get(f"/P/{slip.token}")
    assert response.status_code == 200
    assert action_of(response.text).endswith("/stage")
    assert slip.token.lower() not in response.text.lower()
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "strict-origin"
    stage = action_of(response.text)
    here = main_of(response.text).replace(f' action="{stage}"', "").replace(stage.removesuffix("stage"), "")
    assert here == main_of(client.get(stage).text)


def main_of(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("answered", "leads_to"), [([], "stage"), (["stage"], "stage"), (["stage", "access"], "procedure")]
)
def test_the_token_is_looked_at_once(
    client: FlaskClient, database: Database, keyring: Keyring, today: date, answered: list[str], leads_to: str
) -> None:
    """Later it leads on; whoever goes back to it from the second screen finds the first, with what was chosen."""
    slip = issue(database, keyring, today)[0]
    url = opened(client, slip)
    for step in answered:
        post(client, below(url, step), RESULT[step])
    again = client.get(f"/P/{slip.token}")
    assert (again.status_code, again.location) == (303, below(url, leads_to))
    english = client.get(f"/P/{slip.token}?lang=en")
    assert (english.status_code, english.location) == (303, below(url, leads_to))
    assert '<html lang="en"' in client.get(english.location).text


@pytest.mark.parametrize("prefix", ["/P/", "/p/"])
@pytest.mark.parametrize("write", [str.upper, str.lower], ids=["upper", "lower"])
def test_case_does_not_matter(
    client: FlaskClient, database: Database, keyring: Keyring, today: date, prefix: str, write: object
) -> None:
    slip = issue(database, keyring, today)[0]
    assert callable(write)
    assert client.get(prefix + write(slip.token)).status_code == 200


def test_the_cookie_is_closed_to_scripts_and_other_sites(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    cookie = client.get(f"/P/{slip.token}").headers["Set-Cookie"]
    assert cookie.startswith("sipas-p-")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert 0 < int(cookie.split("Max-Age=")[1].split(";")[0]) <= 24 * 3600


def test_over_https_the_cookie_is_bound_to_the_host(
    app: Flask, database: Database, keyring: Keyring, today: date
) -> None:
    client = app.test_client()
    slip = issue(database, keyring, today)[0]
    response = client.get(f"/P/{slip.token}", base_url="https://localhost")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sipas-p-")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert client.get(action_of(response.text), base_url="https://localhost").status_code == 200


def test_scanning_again_goes_on_where_one_was(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    url = post(client, opened(client, slip), {"stage": "result"})
    post(client, url, {"A1": "3"})
    again = opened(client, slip)
    assert again == below(url, "procedure")
    assert 'name="A1" value="3" checked' in client.get(below(url, "access")).text


def test_two_receipts_on_one_phone_do_not_mix(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    first, second = issue(database, keyring, today, 2)
    one, two = opened(client, first), opened(client, second)
    assert one != two
    post(client, post(client, one, {"stage": "result"}), {"A1": "1"})
    post(client, post(client, two, {"stage": "filing"}), {"A1": "5"})
    assert 'value="1" checked' in client.get(below(one, "access")).text
    assert 'value="5" checked' in client.get(below(two, "access")).text
    walk(client, one)
    walk(client, two, {"stage": {"stage": "filing"}})
    stored = {(answer.stage.value, answer.levels[0]) for answer in waiting(database, keyring)}
    assert stored == {("result", 5), ("filing", 0)}


def test_a_phone_keeps_few_unfinished_forms(
    client: FlaskClient,
    database: Database,
    keyring: Keyring,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = clock.now()
    slips = issue(database, keyring, today, 6)
    urls = []
    for minute, slip in enumerate(slips):
        monkeypatch.setattr(clock, "now", lambda at=start + timedelta(minutes=minute): at)
        urls.append(opened(client, slip))
    assert len(draft_cookies(client)) == 4
    assert client.get(urls[0]).status_code == 400
    assert client.get(urls[-1]).status_code == 200


def test_a_typed_code_leads_to_the_same_form_as_the_qr(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    typed = codes.spoken(slip.code).lower()
    response = client.post("/", data={"code": f" {typed} "})
    assert response.status_code == 303
    assert response.location == opened(client, slip)


@pytest.mark.parametrize("typed", ["", "   ", "7K3Q", "7K3Q-9M2X-4TBC", "<script>"])
def test_a_mistyped_code_is_shown_again_with_what_to_do(client: FlaskClient, typed: str) -> None:
    response = client.post("/", data={"code": typed})
    assert response.status_code == 422
    field = next(one for one in elements(parse(response.text), "input") if one.get("name") == "code")
    assert field.get("value") == typed.strip()
    assert "code-error" in (field.get("aria-describedby") or "")


def test_a_mistyped_code_is_shown_as_slips_print_it(client: FlaskClient) -> None:
    """Grouped, and with the letters that were typed: the two can be compared symbol by symbol."""
    assert 'value="7K3Q-9M2X-4TU"' in client.post("/", data={"code": "7k3q9m2x4tu"}).text


def test_a_code_that_is_too_short_or_too_long_is_told_so(client: FlaskClient) -> None:
    assert "mã có 11 chữ và số, ở đây có 4" in client.post("/", data={"code": "7k-3q"}).text
    assert "ở đây có 12" in client.post("/", data={"code": "7K3Q-9M2X-4TBC"}).text
    assert "có chỗ gõ nhầm" in client.post("/", data={"code": "7K3Q-9M2X-4TU"}).text


def test_a_well_formed_code_of_no_slip_is_told_from_a_mistyped_one(client: FlaskClient) -> None:
    response = client.post("/", data={"code": codes.new_code()})
    assert response.status_code == 422
    assert "không có phiếu nào mang mã này" in response.text


@pytest.mark.parametrize("token", ["X", "0" * 16, "é" * 16, "0" * 400])
def test_an_unknown_token_explains_what_to_do(client: FlaskClient, token: str) -> None:
    response = client.get(f"/P/{token}")
    assert response.status_code == 404
    assert "Hãy quét lại mã" in response.text


def test_a_void_slip_explains_what_to_do(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    database.write(lambda session: invitations.void(session, keyring=keyring, token=slip.token))
    response = client.get(f"/P/{slip.token}")
    assert response.status_code == 410
    assert "Hãy dùng tờ phiếu mới nhất" in response.text


def test_an_expired_slip_names_its_last_day(
    client: FlaskClient, database: Database, keyring: Keyring
) -> None:
    slip = issue(database, keyring, date(2026, 1, 1))[0]
    response = client.get(f"/P/{slip.token}")
    assert response.status_code == 410
    assert slip.expires_on.strftime("%d/%m/%Y") in response.text


def test_a_spent_slip_says_so_kindly(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    walk(client, opened(client, slip))
    response = client.get(f"/P/{slip.token}")
    assert response.status_code == 200
    assert "đã được ghi nhận trước đó" in response.text
    typed = client.post("/", data={"code": slip.code})
    assert typed.status_code == 200
    assert "đã được ghi nhận trước đó" in typed.text


@pytest.mark.parametrize("path", ["/D/MC", "/d/mc"])
def test_a_poster_opens_a_form_of_class_p(
    client: FlaskClient, database: Database, keyring: Keyring, path: str
) -> None:
    first, second = (action_of(client.get(path).text) for _ in range(2))
    assert first != second
    walk(client, first)
    stored = waiting(database, keyring)
    assert [answer.trust_class for answer in stored] == [TrustClass.POSTER]


def test_the_poster_of_a_closed_desk_opens_nothing(client: FlaskClient, database: Database) -> None:
    identity = desk_id(database)

    def close(session: object) -> None:
        desk = session.get(Desk, identity)  # type: ignore[attr-defined]
        desk.active = False

    database.write(close)
    assert client.get("/D/MC").status_code == 404
    assert client.get("/D/NOWHERE").status_code == 404


def test_without_cookies_the_first_screen_says_so(
    app: Flask, database: Database, keyring: Keyring, today: date
) -> None:
    client = app.test_client(use_cookies=False)
    response = client.get(opened(client, issue(database, keyring, today)[0]))
    assert response.status_code == 400
    assert "không giữ cookie" in response.text


def test_a_form_of_another_phone_is_not_opened_by_its_address(
    app: Flask, database: Database, keyring: Keyring, today: date
) -> None:
    url = opened(app.test_client(), issue(database, keyring, today)[0])
    assert app.test_client().get(url).status_code == 400
    assert app.test_client().get(below(url, "access")).status_code == 410
