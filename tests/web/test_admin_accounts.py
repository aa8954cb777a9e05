"""Accounts: made, renamed, put out of use."""

from __future__ import annotations

import re

import pytest
from admin import HOME, one, send, text
from sqlalchemy import select

from survey.enums import Role
from survey.models import (
    Officer,
)


def test_account_is_made_and_its_password_shown_once(administrator, database, app):
    made = send(administrator, "/tai-khoan", {"new-login": "motcua1", "new-role": "officer"})
    assert made.status_code == 200
    shown = re.search(r'class="shown-once"><strong>([^<]+)<', text(made))
    assert shown
    assert shown[1] not in text(administrator.get(f"{HOME}/tai-khoan"))
    newcomer = app.test_client()
    page = newcomer.get("/can-bo/dang-nhap").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"login": "motcua1", "password": shown[1], "csrf_token": token}
    assert newcomer.post("/can-bo/dang-nhap", data=data).status_code == 303
    assert newcomer.get(f"{HOME}/ho-so").location.endswith("/can-bo/mat-khau")


@pytest.mark.parametrize(("login", "said"), [("Văn thư", "3–40 chữ thường"), ("administrator", "đã có")])
def test_account_needs_a_free_plain_name(administrator, login, said):
    answer = send(administrator, "/tai-khoan", {"new-login": login, "new-role": "viewer"})
    assert answer.status_code == 422
    assert said in text(answer)


def test_last_administrator_is_kept(administrator, database):
    me = one(database, select(Officer.id))
    answer = send(administrator, f"/tai-khoan/{me}", {f"account-{me}-role": "viewer"})
    assert answer.status_code == 422
    assert "quản trị viên cuối cùng" in text(answer)
    assert one(database, select(Officer.active)) is True


def test_account_is_put_out_of_use_and_its_session_ends(administrator, officer_client, database):
    viewer = officer_client(Role.OFFICER)
    them = one(database, select(Officer.id).where(Officer.login == "officer"))
    assert send(administrator, f"/tai-khoan/{them}", {f"account-{them}-role": "officer"}).status_code == 303
    assert viewer.get(f"{HOME}/ho-so").status_code == 302
    assert send(administrator, f"/tai-khoan/{them}/mat-khau", {}).status_code == 409
