"""Typing paper forms in: quick, forgiving, looked through, sent once, and by nobody in particular."""

from __future__ import annotations

import re
from datetime import date, timedelta

import made_up
import pytest
from factories import desk_id
from flask.testing import FlaskClient
from pages import elements, parse, text_of
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey import clock
from survey.enums import Form, Role, Stage, TrustClass
from survey.exceptions import Conflict
from survey.instrument import NOT_APPLICABLE
from survey.models import AuditEvent, EntryBatch, HourTally, Intake, Response
from survey.services.answers import entry_batches, responses, typed_forms
from survey.services.answers.typed_forms import TypedForm
from survey.services.intake import mixing

START = "/can-bo/quan-tri/nhap-phieu"
ITEMS = ("A1", "A2", "A3", "B1", "B2", "B3", "B4", "C1", "C2", "C3", "D1", "D2", "D3", "E1", "E2", "E3")
SATISFIED = {"q-stage": "2", "q-feedback": "1", **{f"q-{item}": "4" for item in ITEMS}}


class Desk:
    """An officer at the page, as a browser without scripts sends its forms."""

    def __init__(self, client: FlaskClient, desk: int) -> None:
        self.client, self.desk = client, desk

    def send(self, at: str, to: str, **data: object) -> TestResponse:
        page = self.client.get(at).get_data(as_text=True)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.client.post(to, data={"csrf_token": csrf, **data})

    def begin(self, source: str = "E", day: str = "") -> TestResponse:
        return self.send(START, START, source=source, desk_id=self.desk, day=day or f"{clock.now():%d/%m/%Y}")

    def pile(self) -> str:
        return self.begin().location.removesuffix("/phieu")

    def type(self, pile: str, **marks: str) -> TestResponse:
        page = self.client.get(f"{pile}/phieu").get_data(as_text=True)
        key = re.search(r'name="key" value="([0-9a-f]{32})"', page)[1]
        return self.send(
            f"{pile}/phieu",
            f"{pile}/phieu",
            **{"key": key, "day": f"{clock.now():%d/%m/%Y}", **SATISFIED, **marks},
        )


@pytest.fixture
def desk(officer_client, database) -> Desk:
    return Desk(officer_client(Role.OFFICER), desk_id(database))


def waiting(database, keyring) -> list[responses.Waiting]:
    with database.read() as session:
        return responses.waiting(session, keyring=keyring)[0]


def value_of(page: str, name: str) -> str | None:
    field = next(one for one in elements(parse(page), "input") if one.get("name") == name)
    return field.get("value")


def test_pile_is_typed_and_sent_as_paper(desk, database, keyring, settings):
    pile = desk.pile()
    marks = {"q-A1": "n", "q-A2": "", "q-B1": "1", "q-visits": "3", "q-late": "1", "q-apology": "2"}
    assert desk.type(pile, comment="Chờ\r\nlâu.", field="land", **marks).status_code == 303
    for _ in range(5):
        assert desk.type(pile).location.endswith("/phieu"), "goes on with the next form"
    assert waiting(database, keyring) == []
    sent = desk.send(pile, f"{pile}/gui")
    assert sent.location == START
    found = waiting(database, keyring)
    assert len(found) == 6
    assert {(one.trust_class, one.form, one.stage) for one in found} == {
        (TrustClass.PAPER, Form.FULL, Stage.RESULT)
    }
    (odd,) = [one for one in found if one.comment]
    assert odd.levels == bytes([NOT_APPLICABLE, 0, 4, 1, *[4] * 12])
    assert (odd.service_use, odd.field_id is None) == ((3, 1, 2, 0), False)
    assert [one.device_id for one in found] == [None] * 6
    assert desk.client.get(pile).status_code == 404
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert session.scalar(select(func.count()).select_from(EntryBatch)) == 0
    assert (events.action, events.detail) == ("paper-forms-entered", {"desk": "MC", "count": 6})


def test_paper_tells_no_hour(desk, database, keyring, store):
    pile = desk.pile()
    for _ in range(5):
        desk.type(pile)
    desk.send(pile, f"{pile}/gui")
    later = clock.now().date() + timedelta(days=40)
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=later))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 5
        assert session.scalar(select(func.count()).select_from(HourTally)) == 0


def test_what_was_typed_waits_sealed_and_names_nobody(desk, database):
    desk.type(desk.pile(), comment="lời viết trên giấy")
    with database.read() as session:
        row = session.scalars(select(EntryBatch)).one()
    assert {column.name for column in EntryBatch.__table__.columns} == {"id", "desk_id", "sealed"}
    assert b"q-A1" not in row.sealed
    assert "lời viết".encode() not in row.sealed


@pytest.mark.parametrize(
    ("marks", "question", "words"),
    [
        ({"q-A1": "7"}, "q-A1", "Chỉ gõ 1, 2, 3, 4, 5, n, hoặc để trống."),
        ({"q-feedback": "3"}, "q-feedback", "Chỉ gõ 1, 2, hoặc để trống."),
        ({"q-stage": ""}, "q-stage", "Hãy gõ 1, 2, 3."),
        ({"q-stage": "1"}, "q-D1", "Câu này chỉ hỏi người nhận kết quả."),
        (dict.fromkeys(SATISFIED, "") | {"q-stage": "2"}, "q-A1", "Phiếu chưa có câu nào"),
        ({"day": "hôm qua"}, "day", "Hãy ghi một ngày đã qua"),
        ({"day": "01/01/2090"}, "day", "Hãy ghi một ngày đã qua"),
        ({"day": "01/01/2020"}, "day", "Hãy ghi một ngày đã qua"),
    ],
)
def test_wrong_mark_is_named_and_nothing_typed_is_lost(desk, database, marks, question, words):
    pile = desk.pile()
    answer = desk.type(pile, comment="Nhà xa.", field="land", **{"q-C2": "5", **marks})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page
    links = [one.get("href") for one in elements(parse(page), "a")]
    assert f"#{question}" in links
    for name, typed in {**SATISFIED, "q-C2": "5", **marks}.items():
        if name != "q-C2" or "q-C2" not in marks:
            assert value_of(page, name) == typed
    assert [text_of(one) for one in elements(parse(page), "textarea")] == ["Nhà xa."]
    assert 'value="land" selected' in page
    key = value_of(page, "key")
    again = desk.send(
        f"{pile}/phieu", f"{pile}/phieu", **{"key": key, "day": f"{clock.now():%d/%m/%Y}", **SATISFIED}
    )
    assert again.status_code == 303


def test_form_sent_twice_is_kept_once_and_pile_sent_twice_is_stored_once(desk, database, keyring):
    pile = desk.pile()
    data = {"key": "ab" * 16, "day": f"{clock.now():%d/%m/%Y}", **SATISFIED}
    for _ in range(2):
        desk.send(f"{pile}/phieu", f"{pile}/phieu", **data)
    assert "1 phiếu chưa gửi" in desk.client.get(pile).get_data(as_text=True)
    desk.send(pile, f"{pile}/gui")
    # The same paper, typed by a window that was left open, into another pile.
    other = desk.pile()
    desk.send(f"{other}/phieu", f"{other}/phieu", **data)
    desk.send(other, f"{other}/gui")
    assert len(waiting(database, keyring)) == 1
    assert desk.send(START, f"{pile}/gui").status_code == 404


def test_earlier_day_is_the_day_of_the_answer(desk, database, keyring):
    earlier = clock.now().date() - timedelta(days=40)
    pile = desk.begin(day=f"{earlier:%d/%m/%Y}").location.removesuffix("/phieu")
    page = desk.client.get(f"{pile}/phieu").get_data(as_text=True)
    assert value_of(page, "day") == f"{earlier:%d/%m/%Y}"
    desk.type(pile, day=f"{earlier:%d/%m/%Y}")
    desk.send(pile, f"{pile}/gui")
    assert [one.day for one in waiting(database, keyring)] == [earlier]


def test_form_is_corrected_and_dropped_before_sending(desk):
    pile = desk.pile()
    desk.type(pile)
    desk.type(pile)
    page = desk.client.get(pile).get_data(as_text=True)
    edit = next(one.get("href") for one in elements(parse(page), "a") if "/phieu/" in (one.get("href") or ""))
    shown = desk.client.get(edit).get_data(as_text=True)
    assert value_of(shown, "q-A1") == "4"
    changed = {**SATISFIED, "q-A1": "2", "key": value_of(shown, "key"), "day": value_of(shown, "day")}
    assert desk.send(edit, f"{pile}/phieu", **changed).location == pile
    assert value_of(desk.client.get(edit).get_data(as_text=True), "q-A1") == "2"
    desk.send(pile, f"{edit}/bo")
    assert "1 phiếu chưa gửi" in desk.client.get(pile).get_data(as_text=True)


def test_one_form_in_ten_is_typed_again_blind_and_compared(desk):
    pile = desk.pile()
    desk.type(pile)
    page = desk.client.get(pile).get_data(as_text=True)
    (again,) = [
        one.get("href") for one in elements(parse(page), "a") if "/kiem-tra/" in (one.get("href") or "")
    ]
    blank = desk.client.get(again).get_data(as_text=True)
    assert value_of(blank, "q-A1") == "", "the first typing is not shown"
    second = {**SATISFIED, "q-A1": "2", "day": value_of(blank, "day")}
    differing = desk.send(again, again, **second).get_data(as_text=True)
    assert "khác nhau ở 1 câu" in differing
    assert "lần đầu 4, lần này 2" in differing
    assert desk.send(again, again, looked="1", **second).location == pile
    assert "lần đầu nhầm 1 câu" in desk.client.get(pile).get_data(as_text=True)


def test_forms_to_be_checked_are_drawn_and_cannot_be_drawn_anew():
    def pile(count: int) -> entry_batches.Batch:
        forms = tuple(TypedForm(date(2026, 3, 2), {}, key=f"{n:032x}") for n in range(count))
        return entry_batches.Batch(b"0" * 16, 1, "", 1, date(2026, 3, 2), forms)

    assert [len(pile(count).to_check) for count in (0, 1, 10, 11, 40)] == [0, 1, 1, 2, 4]
    assert pile(40).to_check == pile(40).to_check


def test_helped_citizen_is_stored_at_once_as_assisted(desk, database, keyring):
    address = desk.begin(source="D").location
    page = desk.client.get(address).get_data(as_text=True)
    form = {**SATISFIED, "key": value_of(page, "key"), "day": value_of(page, "day")}
    for _ in range(2):
        assert desk.send(address, address, **form).status_code == 303
    (stored,) = waiting(database, keyring)
    assert (stored.trust_class, stored.form) == (TrustClass.ASSISTED, Form.FULL)
    refused = desk.send(address, address, **{**form, "q-A1": "x", "key": "cd" * 16})
    assert refused.status_code == 422
    assert "Chỉ gõ 1, 2, 3, 4, 5, n" in refused.get_data(as_text=True)


def test_everything_is_typed_with_one_key_in_the_order_of_the_paper(desk):
    page = parse(desk.client.get(f"{desk.pile()}/phieu").get_data(as_text=True))
    keys = [one for one in elements(page, "input") if (one.get("name") or "").startswith("q-")]
    assert [one.get("name")[2:] for one in keys] == [
        "stage", *ITEMS[:-2], "feedback", "E2", "E3", "visits", "late", "apology", "extra_money",
    ]  # fmt: skip
    assert {one.get("maxlength") for one in keys} == {"1"}
    assert keys[0].get("autofocus") is not None


def test_pile_of_another_unit_is_not_found(desk, database, keyring):
    handle = desk.pile().rpartition("/")[2]
    with database.read() as session, pytest.raises(Exception, match="not-found"):
        entry_batches.get(session, keyring=keyring, handle=handle, desk_ids=[999])
    assert desk.client.get(f"{START}/khong-phai-ma").status_code == 404


def test_keys_of_the_form_follow_the_instrument(store, database):
    with database.read() as session:
        instrument = store.current(session).instrument
    allowed = dict(typed_forms.questions(instrument))
    assert allowed["A1"] == ("1", "2", "3", "4", "5", "n")
    assert allowed["extra_money"] == ("1", "2", "3")
    assert len(allowed) == 22


def test_viewer_types_nothing(officer_client, database):
    viewer = officer_client(Role.VIEWER)
    assert viewer.get(START).status_code == 403
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Intake)) == 0


def language_offered(page: str) -> tuple[dict[str, str], str]:
    """Give the languages to choose from and the one that is chosen."""
    (choice,) = [one for one in elements(parse(page), "select") if one.get("name") == "language"]
    options = list(elements(choice, "option"))
    chosen = next(one.get("value") for one in options if one.get("selected") is not None)
    return {one.get("value"): text_of(one) for one in options}, chosen


def test_answer_on_paper_is_of_the_language_the_form_was_printed_in(desk, database, keyring, app, settings):
    made_up.lay(settings.data, made_up.po(database))
    app.extensions["sipas"].languages.look_again()
    pile = desk.pile()
    offered, chosen = language_offered(desk.client.get(f"{pile}/phieu").get_data(as_text=True))
    assert (offered, chosen) == (
        {"vi": "Tiếng Việt", "en": "English", made_up.CODE: made_up.NAME},
        "vi",
    )
    for language in ("en", made_up.CODE, made_up.CODE, "xx"):
        desk.type(pile, language=language)
    # The next form of a pile begins with the language of the one before.
    desk.type(pile, language="en")
    page = desk.client.get(f"{pile}/phieu").get_data(as_text=True)
    assert language_offered(page)[1] == "en"
    again = next(one.get("href") for one in elements(parse(desk.client.get(pile).get_data(as_text=True)), "a")
                 if "/kiem-tra/" in (one.get("href") or ""))  # fmt: skip
    shown = desk.client.get(again).get_data(as_text=True)
    second = {**SATISFIED, "day": value_of(shown, "day"), "language": value_of(shown, "language")}
    assert desk.send(again, again, **second).status_code == 303
    desk.send(pile, f"{pile}/gui")
    languages = sorted(one.language for one in waiting(database, keyring))
    assert languages == sorted(["en", "en", made_up.CODE, made_up.CODE, "vi"])


def test_language_of_a_refused_form_is_kept(desk):
    pile = desk.pile()
    for wrong in ({"q-A1": "7"}, {"day": "hôm qua"}):
        page = desk.type(pile, language="en", **wrong).get_data(as_text=True)
        assert language_offered(page)[1] == "en"


def test_helped_citizen_answers_in_the_language_that_was_spoken(desk, database, keyring):
    address = desk.begin(source="D").location
    page = desk.client.get(address).get_data(as_text=True)
    assert "Đã hỏi bằng tiếng" in page
    form = {**SATISFIED, "key": value_of(page, "key"), "day": value_of(page, "day"), "language": "en"}
    desk.send(address, address, **form)
    assert [one.language for one in waiting(database, keyring)] == ["en"]


def test_an_empty_pile_that_somebody_types_into_is_not_thrown_away(desk, database, keyring):
    handle = desk.pile().rpartition("/")[2]
    with database.read() as session:
        seen = entry_batches.get(session, keyring=keyring, handle=handle, desk_ids=[desk.desk])
    desk.type(f"{START}/{handle}")  # in another window
    with pytest.raises(Conflict):
        database.write(lambda session: entry_batches.discard(session, seen, keyring=keyring))
    with database.read() as session:
        assert (
            len(entry_batches.get(session, keyring=keyring, handle=handle, desk_ids=[desk.desk]).forms) == 1
        )
