"""The interface for the one-stop software: a slip is handed over once, repeated on purpose, told to nobody else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import zxingcpp
from api import api_client, make_token
from factories import desk_id
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey import clock
from survey.api.specification import DOCUMENT
from survey.app import create_app
from survey.context import API, access_rule_of
from survey.db import Database
from survey.enums import InvitationWay, Role
from survey.models import ApiRequest, ApiToken, AuditEvent, Desk, Dossier, Invitation, InvitationCount
from survey.services.inviting import invitations
from survey.services.office import codes, desks
from survey.services.people import api_tokens
from survey.settings import Settings

INVITATIONS = "/api/v1/invitations"
DOSSIERS = "/api/v1/dossiers"
CODE = "H15.1-260302-0001"


@pytest.fixture
def program(app: Flask, database: Database, keyring) -> FlaskClient:
    return api_client(app, database, keyring)


def put_dossier(program: FlaskClient, code: str = CODE, **days: str) -> TestResponse:
    return program.post(DOSSIERS, json={"dossiers": [{"code": code, "returned_on": "2026-03-04", **days}]})


def states(database: Database) -> dict[str, int]:
    with database.read() as session:
        rows = session.execute(select(Invitation.state, func.count()).group_by(Invitation.state))
        return {state.value: n for state, n in rows}


def decoded(svg: str) -> str:
    """Draw the path of a code and read it as a phone does."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    image = Image.new("L", (side * 8, side * 8), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h", svg.rpartition("<path")[2]):
        left, top = int(x) * 8, int(y) * 8
        draw.rectangle((left, top, left + int(length) * 8 - 1, top + 7), fill=0)
    return zxingcpp.read_barcode(image).text


def test_slip_of_a_dossier_opens_the_form(program, client, database):
    put_dossier(program)
    answer = program.post(INVITATIONS, json={"dossier": f" {CODE.lower()} "})
    assert answer.status_code == 201
    given = answer.get_json()
    assert set(given) == set(DOCUMENT["components"]["schemas"]["Invitation"]["required"])
    assert (given["replaced"], given["repeated"], given["office_network_only"]) == (False, False, True)
    assert given["desk"]["code"] == "MC"
    assert decoded(given["svg"]) == given["url"]
    assert codes.is_code(codes.normalise(given["code"]))
    assert CODE not in answer.get_data(as_text=True)
    path = "/" + given["url"].split("/", 3)[3]
    assert client.get(path).status_code == 200
    with database.read() as session:
        counted = session.execute(select(InvitationCount.way, InvitationCount.n)).all()
    assert [tuple(row) for row in counted] == [(InvitationWay.API, 1)]


def test_second_call_is_a_reprint_and_says_so(program, database):
    put_dossier(program)
    first, second = (program.post(INVITATIONS, json={"dossier": CODE}).get_json() for _ in range(2))
    assert first["code"] != second["code"]
    assert second["replaced"]
    assert "đã bị hủy" in second["notice"]
    assert states(database) == {"open": 1, "void": 1}


@pytest.mark.parametrize(
    "order", [{"dossier": CODE}, {"desk": "MC"}, {}], ids=["dossier", "desk", "only desk"]
)
def test_same_key_gets_the_same_slip(program, database, order):
    put_dossier(program)
    key = {"Idempotency-Key": "hen-tra-1"}
    first = program.post(INVITATIONS, json=order, headers=key)
    again = program.post(INVITATIONS, json=order, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    told = {"repeated", "notice"}
    assert {k: v for k, v in first.get_json().items() if k not in told} == {
        k: v for k, v in again.get_json().items() if k not in told
    }
    assert again.get_json()["repeated"]
    assert states(database) == {"open": 1}
    other = program.post(INVITATIONS, json=order, headers={"Idempotency-Key": "hen-tra-2"}).get_json()
    assert other["code"] != first.get_json()["code"]


def test_repeated_call_does_not_tell_that_the_slip_was_answered(program, database, keyring, today):
    put_dossier(program)
    key = {"Idempotency-Key": "1"}
    before = program.post(INVITATIONS, json={"dossier": CODE}, headers=key).get_json()
    token = before["url"].rpartition("/")[2]
    database.write(lambda s: invitations.spend(s, hashed=invitations.token_hash(keyring, token), today=today))
    after = [program.post(INVITATIONS, json={"dossier": CODE}, headers=key).get_json() for _ in range(2)]
    assert after[0] == after[1]
    assert after[0]["url"] == before["url"]
    reprint = program.post(INVITATIONS, json={"dossier": CODE})
    assert reprint.status_code == 201
    assert states(database) == {"spent": 1, "void": 1}, "one dossier, one answer"


def test_key_of_another_request_and_of_a_replaced_slip_is_refused(program):
    put_dossier(program)
    key = {"Idempotency-Key": "1"}
    program.post(INVITATIONS, json={"dossier": CODE}, headers=key)
    other = program.post(INVITATIONS, json={"desk": "MC"}, headers=key)
    assert (other.status_code, other.get_json()["code"]) == (409, "conflict/idempotency-key")
    program.post(INVITATIONS, json={"dossier": CODE})
    replaced = program.post(INVITATIONS, json={"dossier": CODE}, headers=key)
    assert (replaced.status_code, replaced.get_json()["code"]) == (409, "conflict/slip-replaced")


def test_keys_are_forgotten_and_nothing_of_the_slip_is_kept(program, database):
    put_dossier(program)
    program.post(INVITATIONS, json={"dossier": CODE}, headers={"Idempotency-Key": "1"})
    database.write(
        lambda s: s.query(ApiRequest).update({ApiRequest.made_on: clock.now().date() - timedelta(days=9)})
    )
    program.post(INVITATIONS, json={"desk": "MC"}, headers={"Idempotency-Key": "2"})
    with database.read() as session:
        (kept,) = session.scalars(select(ApiRequest)).all()
        logged = repr([(event.action, event.detail) for event in session.scalars(select(AuditEvent))])
    assert kept.generation == 0
    assert CODE not in logged


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["title"] != code, "no words for this refusal"
    return body


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"json": {"dossier": "H15.1-260302-9999"}}, 404, "not-found/dossier"),
        ({"json": {"desk": "XX"}}, 422, "invalid-input"),
        ({"json": {"desk": 7}}, 422, "invalid-input"),
        ({"json": {"applicant": "Ai đó"}}, 422, "invalid-input/unknown-name"),
        ({"json": []}, 422, "invalid-input"),
        ({"data": "{", "content_type": "application/json"}, 400, "http-400"),
        ({"data": "desk=MC"}, 415, "http-415"),
        ({"json": {}, "headers": {"Idempotency-Key": "x" * 201}}, 422, "invalid-input"),
    ],
)
def test_refusals_are_problems_and_issue_nothing(program, database, sent, status, code):
    problem(program.post(INVITATIONS, **sent), status, code)
    assert states(database) == {}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer sipas_é"])
def test_without_a_token_nothing_is_answered(client, database, header):
    answer = client.post(
        INVITATIONS, json={"desk": "MC"}, headers={"Authorization": header} if header else {}
    )
    problem(answer, 401, "api-token-unknown")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/v1/phieu"), ("GET", INVITATIONS), ("PUT", DOSSIERS)]
)
def test_address_that_is_none_is_a_problem_too(client, method, path):
    problem(client.open(path, method=method), 404, "http-404")


def test_calls_at_the_same_moment_leave_one_open_slip(app, program, database, keyring):
    """Ten threads ask for one dossier: with one key they get one slip, without a key the last one is open."""
    put_dossier(program)
    token = make_token(database, keyring)

    def call(key: str | None) -> tuple[int, str]:
        client = app.test_client()
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        answer = client.post(INVITATIONS, json={"dossier": CODE}, headers=headers)
        return answer.status_code, answer.get_json()["code"]

    with ThreadPoolExecutor(10) as threads:
        same = list(threads.map(call, ["k"] * 10))
        assert len({code for _, code in same}) == 1
        assert sorted(status for status, _ in same) == [200] * 9 + [201]
        assert states(database) == {"open": 1}
        assert len({code for _, code in threads.map(call, [None] * 10)}) == 10
    assert states(database) == {"open": 1, "void": 10}


def test_signed_in_administrator_is_no_program(officer_client):
    answer = officer_client(Role.ADMINISTRATOR).post(INVITATIONS, json={"desk": "MC"})
    problem(answer, 401, "api-token-unknown")


def test_token_of_a_desk_reaches_no_other(app, database, keyring):
    with database.read() as session:
        unit_id = session.scalar(select(Desk.unit_id))
    database.write(
        lambda s: desks.add(s, unit_id=unit_id, code="MC2", name="Hai", login="a", now=clock.now())
    )
    whole = api_client(app, database, keyring)
    own = api_client(app, database, keyring, desk_id=desk_id(database))
    assert [d["code"] for d in whole.get("/api/v1/desks").get_json()["desks"]] == ["MC", "MC2"]
    assert [d["code"] for d in own.get("/api/v1/desks").get_json()["desks"]] == ["MC"]
    problem(whole.post(INVITATIONS, json={}), 422, "invalid-input")
    whole.post(DOSSIERS, json={"desk": "MC2", "dossiers": [{"code": CODE}]})
    problem(own.post(INVITATIONS, json={"dossier": CODE}), 404, "not-found/dossier")
    problem(own.post(INVITATIONS, json={"desk": "MC2"}), 422, "invalid-input")
    assert whole.post(INVITATIONS, json={"dossier": CODE}).status_code == 201


def test_calls_are_limited_by_token(app, program, database, keyring, monkeypatch):
    monkeypatch.setattr(api_tokens, "MOST_A_MINUTE", 3)
    assert [program.post(INVITATIONS, json={}).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert 1 <= int(program.post(INVITATIONS, json={}).headers["Retry-After"]) <= 61
    assert api_client(app, database, keyring).post(INVITATIONS, json={}).status_code == 201
    database.write(
        lambda s: s.query(ApiToken).update({ApiToken.minute_utc: clock.now() - timedelta(minutes=1)})
    )
    assert program.post(INVITATIONS, json={}).status_code == 201


def test_address_that_is_too_long_issues_nothing(settings, database, keyring):
    long = Settings.for_folder(
        settings.data,
        database_url=settings.database_url,
        public_url="https://khao-sat-hai-long.daklak.gov.vn",
    )
    program = api_client(create_app(long, database=database), database, keyring)
    problem(program.post(INVITATIONS, json={}), 503, "qr-too-long")
    assert states(database) == {}


def test_dossiers_are_stored_updated_and_refused_row_by_row(program, database):
    put_dossier(program, returned_on="")
    rows = [
        {"code": CODE, "returned_on": "2026-03-04", "field": "Đất đai"},
        {"code": "H15.1-260302-0002", "received_on": "2026-03-02", "filing_channel": "online"},
        {"code": "khong phai ma", "procedure": 'Có, dấu phẩy và "nháy"\nxuống dòng'},
        {"code": "H15.1-260302-0003", "due_on": "hôm qua"},
        {"code": "H15.1-260302-0004", "field": "Lĩnh vực lạ"},
    ]
    assert program.post(DOSSIERS, json={"dossiers": rows}).get_json() == {
        "added": 2,
        "updated": 1,
        "unchanged": 0,
        "refused": [
            {"index": 2, "field": "code", "reason": "code-form"},
            {"index": 3, "field": "due_on", "reason": "not-a-day"},
        ],
        "unknown_fields": [{"name": "Lĩnh vực lạ", "dossiers": 1}],
    }
    with database.read() as session:
        found = {one.code: one for one in session.scalars(select(Dossier))}
    assert found[CODE].returned_on == date(2026, 3, 4)
    assert set(found) == {CODE, "H15.1-260302-0002", "H15.1-260302-0004"}


def test_name_of_an_applicant_is_refused_not_passed_over(program, database):
    answer = program.post(DOSSIERS, json={"dossiers": [{"code": CODE, "nguoi_nop": "Ai đó"}]})
    problem(answer, 422, "invalid-input/unknown-name")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 0


def test_specification_names_every_route_and_its_answers(app, client):
    with app.app_context():
        routes = {
            (rule.rule.removeprefix("/api/v1"), method.lower())
            for rule in app.url_map.iter_rules()
            if access_rule_of(rule.endpoint) == API
            for method in (rule.methods or set()) & {"GET", "POST"}
        }
    served = client.get("/api/v1/openapi.json").get_json()
    assert {(path, method) for path, one in served["paths"].items() for method in one} == routes
    named = set(re.findall(r"#/components/schemas/(\w+)", str(served)))
    assert named == set(served["components"]["schemas"])


def test_token_is_shown_once_and_revoked(officer_client, app, database, keyring):
    admin = officer_client(Role.ADMINISTRATOR)
    path = "/can-bo/quan-tri/khoa-api"

    def send(address: str, **data: object) -> TestResponse:
        page = admin.get(path).get_data(as_text=True)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return admin.post(address, data={**data, "csrf_token": csrf})

    assert send(path, name=" ", desk_id=0).status_code == 422
    made = send(path, name="Một cửa", desk_id=0).get_data(as_text=True)
    (secret,) = set(re.findall(r"sipas_[\w-]{43}", made))
    assert "sipas_" not in admin.get(path).get_data(as_text=True)
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    assert program.get("/api/v1/desks").get_json()["token"] == "Một cửa"
    with database.read() as session:
        stored = session.scalars(select(ApiToken)).one()
        assert secret.encode() not in stored.token_hash
    assert send(f"{path}/{stored.id}/thu-hoi").status_code == 303
    problem(program.get("/api/v1/desks"), 401, "api-token-unknown")
    assert "Đã thu hồi lúc" in admin.get(path).get_data(as_text=True)
