"""The screens of the phone form: their order, what they ask, what they remember."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from pages import elements, parse, text_of
from phone import (
    OTHER_SCREENS,
    RESULT,
    RESULT_SCREENS,
    below,
    checked,
    issue,
    opened,
    post,
    waiting,
    walk,
)

from survey import clock
from survey.db import Database
from survey.seal import Keyring
from survey.services.answers import drafts
from survey.services.office import installation
from survey.services.office.instruments import InstrumentStore
from survey.web.rendering import dialled


@pytest.fixture
def url(client: FlaskClient, database: Database, keyring: Keyring, today: date) -> str:
    """The first screen of a fresh slip."""
    return opened(client, issue(database, keyring, today)[0])


@pytest.mark.parametrize(
    ("stage", "screens"),
    [("result", RESULT_SCREENS), ("filing", OTHER_SCREENS), ("other", OTHER_SCREENS)],
)
def test_each_stage_has_its_screens(
    client: FlaskClient, url: str, stage: str, screens: tuple[str, ...]
) -> None:
    assert tuple(walk(client, url, {"stage": {"stage": stage}})) == screens


def test_every_screen_is_one_form_whose_last_button_goes_forward(client: FlaskClient, url: str) -> None:
    while "/thanks" not in url:
        root = parse(client.get(url).text)
        forms = elements(root, "form")
        assert len(forms) == 1
        assert (forms[0].get("method"), forms[0].get("autocomplete")) == ("post", "off")
        controls = elements(forms[0], "input", "textarea", "button")
        assert [one.get("type") for one in elements(root, "button")] == ["submit"]
        assert controls[-1].get("type") == "submit"
        step = url.rpartition("/")[2]
        url = post(client, url, RESULT[step])
    assert not elements(parse(client.get(url).text), "form", "button", "input")


def test_nothing_is_chosen_beforehand(client: FlaskClient, url: str) -> None:
    while "/thanks" not in url:
        response = client.get(url)
        assert checked(response) == {}
        assert "checked" not in response.text
        step = url.rpartition("/")[2]
        url = post(client, url, {"stage": "result"} if step == "stage" else {})


def test_names_and_values_are_those_of_the_questionnaire(
    client: FlaskClient, url: str, database: Database, store: InstrumentStore
) -> None:
    with database.read() as session:
        instrument = store.current(session).instrument
    asked: dict[str, list[str]] = {}
    while "/thanks" not in url:
        root = parse(client.get(url).text)
        for one in elements(root, "input"):
            asked.setdefault(one.get("name") or "", []).append(one.get("value") or "")
        step = url.rpartition("/")[2]
        url = post(client, url, RESULT[step])
    expected = {item.code: ["1", "2", "3", "4", "5", "na"] for item in instrument.items}
    expected["reason"] = [
        code
        for dimension in instrument.dimensions
        for code in [*(reason.code for reason in instrument.reasons_of(dimension.code)), ""]
    ]
    expected |= {
        question.code: [option.code for option in question.options]
        for question in (instrument.stage, instrument.feedback, *instrument.service_use)
    }
    assert asked == expected
    order = list(asked)
    assert order.index("feedback") < order.index("E1")


def test_what_was_chosen_is_stored(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    walk(client, url)
    (answer,) = waiting(database, keyring)
    assert list(answer.levels) == [5, 4, 6, 3, 4, 5, 2, 1, 2, 3, 4, 5, 1, 2, 0, 0]
    assert answer.service_use == (2, 1, 2, 3)
    assert (answer.stage.value, answer.form.value, answer.trust_class.value) == ("result", "full", "A")
    assert (answer.language, answer.comment) == ("vi", "Ghế chờ hơi ít.")


def test_going_back_shows_the_choices_and_keeps_them(client: FlaskClient, url: str) -> None:
    at = post(client, url, RESULT["stage"])
    at = post(client, at, RESULT["access"])
    post(client, at, RESULT["procedure"])
    page = client.get(below(url, "procedure"))
    back = next(one for one in elements(parse(page.text), "a") if "back" in (one.get("class") or ""))
    assert back.get("href") == "access"
    assert checked(page) == dict(RESULT["procedure"])
    assert checked(client.get(below(url, "access"))) == dict(RESULT["access"])
    assert checked(client.get(url)) == {"stage": "result"}


def test_a_changed_choice_takes_the_place_of_the_old_one(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    at = post(client, url, RESULT["stage"])
    post(client, at, {"A1": "1", "A2": "2"})
    post(client, at, {"A1": "5"})
    assert checked(client.get(at)) == {"A1": "5"}
    walk(client, below(url, "comment"), {})
    assert list(waiting(database, keyring)[0].levels)[:2] == [5, 0]


def test_another_stage_drops_what_it_does_not_ask(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    for step in RESULT_SCREENS[:-1]:
        post(client, below(url, step), RESULT[step])
    post(client, url, {"stage": "filing"})
    assert client.get(below(url, "outcome")).status_code == 303
    walk(client, below(url, "comment"), {})
    (answer,) = waiting(database, keyring)
    assert answer.stage.value == "filing"
    assert list(answer.levels) == [5, 4, 6, 3, 4, 5, 0, 1, 2, 3, 0, 0, 0, 2, 0, 0]
    assert answer.service_use == (2, 0, 0, 3)


@pytest.mark.parametrize(("feedback", "stored"), [("no", [3, 0, 0]), ("yes", [3, 2, 1]), ("", [3, 2, 1])])
def test_a_no_to_feedback_drops_the_items_behind_it(
    client: FlaskClient,
    url: str,
    database: Database,
    keyring: Keyring,
    feedback: str,
    stored: list[int],
) -> None:
    post(client, url, {"stage": "other"})
    data = {"feedback": feedback, "E1": "3", "E2": "2", "E3": "1"}
    post(client, below(url, "petitions"), {key: value for key, value in data.items() if value})
    walk(client, below(url, "comment"), {})
    assert list(waiting(database, keyring)[0].levels)[-3:] == stored


def test_blank_screens_are_allowed_but_the_stage_is_needed(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    response = client.post(url, data={})
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    walk(client, url, {"stage": {"stage": "other"}})
    assert list(waiting(database, keyring)[0].levels) == [0] * 16


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("stage", {"stage": "*"}),
        ("stage", {"stage": "tax"}),
        ("access", {"A1": "6"}),
        ("access", {"A1": "0"}),
        ("petitions", {"feedback": "perhaps"}),
        ("use", {"visits": "77"}),
    ],
)
def test_a_value_that_no_form_offers_is_refused(
    client: FlaskClient, url: str, step: str, data: dict[str, str]
) -> None:
    post(client, url, {"stage": "result"})
    assert client.post(below(url, step), data=data).status_code == 422
    assert client.get(below(url, "access")).status_code == 200


def test_a_screen_that_is_not_asked_leads_back_to_where_one_is(client: FlaskClient, url: str) -> None:
    assert client.get(below(url, "comment")).location == url
    assert client.post(below(url, "comment"), data={"comment": "x"}).location == url
    assert client.get(below(url, "nonsense")).location == url


def test_items_of_another_screen_are_not_taken(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    post(client, url, {"stage": "filing"})
    post(client, below(url, "access"), {"A1": "4", "C1": "1", "D1": "1"})
    walk(client, below(url, "comment"), {})
    assert list(waiting(database, keyring)[0].levels) == [4] + [0] * 15


def test_the_language_is_kept_until_the_form_is_sent(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    response = client.get(f"{url}?lang=en")
    assert (response.status_code, response.location) == (303, url)
    page = client.get(url)
    assert parse(page.text).get("lang") == "en"
    assert "To receive a result" in page.text
    at = url
    for step in RESULT_SCREENS:
        at = post(client, below(url, step), RESULT[step])
    assert parse(client.get(at).text).get("lang") == "en"
    assert waiting(database, keyring)[0].language == "en"
    assert parse(client.get("/").text).get("lang") == "vi"


def test_a_language_in_the_address_of_a_form_changes_no_page_of_others(
    client: FlaskClient, url: str, database: Database, keyring: Keyring, today: date
) -> None:
    assert client.post(f"{url}?lang=en", data={}).status_code == 422
    other = opened(client, issue(database, keyring, today)[0])
    assert parse(client.post(other, data={}).text).get("lang") == "vi"


def test_larger_text_is_a_link_and_is_kept(client: FlaskClient, url: str) -> None:
    assert client.get(f"{url}?size=large").location == url
    assert parse(client.get(url).text).get("class") == "large"
    at = post(client, url, {"stage": "other"})
    assert parse(client.get(at).text).get("class") == "large"
    client.get(f"{at}?size=normal")
    assert parse(client.get(at).text).get("class") is None


def test_progress_is_said_in_words_and_dots(client: FlaskClient, url: str) -> None:
    at = post(client, url, {"stage": "result"})
    page = client.get(at).text
    assert "Phần 1/7" in page
    dots = page.partition('class="progress-dots"')[2].partition("</svg>")[0]
    assert (dots.count("<circle"), dots.count('class="full"')) == (7, 1)
    post(client, url, {"stage": "filing"})
    assert "Phần 6/6" in client.get(below(url, "comment")).text


def test_why_somebody_is_not_content_is_asked_on_the_same_screen_and_needs_no_answer(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    access = post(client, url, {"stage": "result"})
    procedure = post(client, access, {"A1": "2", "reason": "access_seats"})
    assert checked(client.get(access))["reason"] == "access_seats"
    # No reason given, a reason without a low level, and one that the form does not offer.
    staff = post(client, procedure, {"B1": "1", "reason": ""})
    outcome = post(client, staff, {"C1": "4", "reason": "staff_manner"})
    assert client.post(outcome, data={"D1": "1", "reason": "staff_manner"}).status_code == 422
    walk(client, outcome, {"outcome": {"D1": "1", "reason": "outcome_late"}})
    (answer,) = waiting(database, keyring)
    assert answer.reasons == ("access_seats", "outcome_late")


def test_a_reason_goes_with_the_low_level_it_was_given_for(
    client: FlaskClient, url: str, database: Database, keyring: Keyring
) -> None:
    access = post(client, url, {"stage": "result"})
    post(client, access, {"A1": "1", "reason": "access_signs"})
    post(client, access, {"A1": "3"})
    walk(client, access, {"access": {"A1": "5"}})
    (answer,) = waiting(database, keyring)
    assert answer.reasons == ()


def test_words_stand_beside_every_face(client: FlaskClient, url: str) -> None:
    root = parse(client.get(post(client, url, {"stage": "result"})).text)
    options = [one for one in elements(root, "label") if "option" in (one.get("class") or "")]
    assert len([one for one in options if elements(one, "input")[0].get("name") != "reason"]) == 18
    assert all(text_of(one) for one in options)


def test_a_draft_older_than_a_day_is_gone(
    client: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = post(client, url, {"stage": "result"})
    late = clock.now() + drafts.LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert client.get(at).status_code == 410
    response = client.post(below(url, "comment"), data={"comment": "Xin đừng mất <câu> này"})
    assert response.status_code == 410
    assert "Xin đừng mất &lt;câu&gt; này" in response.text


def test_a_tampered_cookie_is_no_draft(client: FlaskClient, url: str) -> None:
    name = f"sipas-p-{url.split('/')[-2]}"
    cookie = client.get_cookie(name)
    assert cookie is not None
    client.set_cookie(name, cookie.value[:-6] + "AAAAAA")
    assert client.get(url).status_code == 400


def test_one_receipts_cookie_does_not_open_another(
    client: FlaskClient, url: str, database: Database, keyring: Keyring, today: date
) -> None:
    other = opened(client, issue(database, keyring, today)[0])
    cookie = client.get_cookie(f"sipas-p-{url.split('/')[-2]}")
    assert cookie is not None
    client.set_cookie(f"sipas-p-{other.split('/')[-2]}", cookie.value)
    assert client.get(other).status_code == 400


def test_the_first_screen_says_who_asks(client: FlaskClient, url: str) -> None:
    page = client.get(url).text
    assert "Xã Ea Drăng" in page
    assert "không hỏi tên" in page
    assert "tùy ông/bà" in page


def links(html: str, words: str) -> list[str]:
    return [one.get("href") or "" for one in elements(parse(html), "a") if text_of(one).strip() == words]


def test_from_what_happens_with_answers_one_comes_back_to_the_form_as_it_was(
    client: FlaskClient, database: Database, keyring: Keyring, today: date
) -> None:
    slip = issue(database, keyring, today)[0]
    (privacy,) = links(client.get(f"/P/{slip.token}").text, "Câu trả lời được dùng thế nào")
    url = below(privacy, "stage")
    post(client, url, {"stage": "filing"})
    client.get(f"{url}?size=large")
    assert links(client.get(url).text, "Câu trả lời được dùng thế nào") == ["privacy"]
    assert below(url, "privacy") == privacy
    assert slip.token.lower() not in privacy.lower()
    page = client.get(privacy)
    assert links(page.text, "Quay lại phiếu") == ["stage", "stage"]
    assert parse(page.text).get("class") == "large"
    # Another language holds for the form too.
    assert client.get(f"{privacy}?lang=en").location == privacy
    assert links(client.get(privacy).text, "Back to the form") == ["stage", "stage"]
    back = client.get(url)
    assert checked(back) == {"stage": "filing"}
    assert parse(back.text).get("lang") == "en"
    walk(client, url)
    # Nothing to come back to.
    assert client.get(privacy).location == "/quyen-rieng-tu"
    assert links(client.get("/quyen-rieng-tu").text, "Quay lại phiếu") == []


@pytest.mark.parametrize("path", ["/", "/quyen-rieng-tu"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_around_the_form_are_whole(client: FlaskClient, path: str, language: str) -> None:
    response = client.get(f"{path}?lang={language}")
    assert response.status_code == 200
    assert parse(response.text).get("lang") == language


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0262 3 000 000", "02623000000"),
        ("(0262) 3.000-000", "02623000000"),
        ("+84 262 3000 000 (giờ hành chính)", "+842623000000"),
        ("1022 - 0262 3000 000", "1022"),
        ("0262 3000 000; 0262 3000 001", "02623000000"),
    ],
)
def test_the_phone_dials_the_first_number_of_the_hotline(written: str, number: str) -> None:
    assert dialled(written) == number


def test_a_demo_says_so_on_every_screen(client: FlaskClient, url: str, database: Database) -> None:
    assert "Dữ liệu thử" not in client.get(url).text
    database.write(lambda session: installation.change(session, demo=True))
    client.application.extensions["sipas-phone"]._frontage_until = 0.0
    assert "Dữ liệu thử" in client.get(url).text
    assert "Dữ liệu thử" in client.get("/").text
