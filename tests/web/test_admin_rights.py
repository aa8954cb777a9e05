"""Who may open and send which page of administration, and how forms travel."""

from __future__ import annotations

import re

import pytest
from admin import HOME, one
from sqlalchemy import func, select

from survey.enums import Role
from survey.models import (
    Invitation,
)

pytestmark = pytest.mark.dated

ADMINISTRATORS = ["/", "/bo-phan", "/don-vi", "/don-vi/1", "/linh-vuc", "/thu-tuc/1", "/tai-khoan"]
ADMINISTRATORS += ["/xuat-du-lieu", "/nhat-ky", "/gio-lam-viec"]
HEADS = ["/muc-tieu/2026", "/so-nam-truoc"]
OFFICERS = ["/phieu-moi", "/ho-so"]
PAGES = {Role.ADMINISTRATOR: ADMINISTRATORS, Role.HEAD: HEADS, Role.OFFICER: OFFICERS}
ORDER = [Role.VIEWER, Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR]

SENDS = {
    Role.ADMINISTRATOR: [
        *("/don-vi-va-nam", "/lien-he", "/xac-nhan", "/linh-vuc/da-xem", "/xuat-du-lieu"),
        *("/bo-phan", "/bo-phan/1", "/bo-phan/1/quay", "/quay/1"),
        *("/don-vi", "/don-vi/1", "/don-vi/1/thay-the"),
        *("/linh-vuc", "/linh-vuc/1", "/linh-vuc/1/chuyen", "/thu-tuc", "/thu-tuc/1"),
        *("/gio-lam-viec", "/gio-lam-viec/ngay", "/gio-lam-viec/ngay-co-dinh", "/gio-lam-viec/bo-ngay"),
        *("/tai-khoan", "/tai-khoan/1", "/tai-khoan/1/mat-khau"),
    ],
    Role.HEAD: ["/muc-tieu", "/muc-tieu/2026/access", "/muc-tieu/2026/xac-nhan", "/so-nam-truoc/2025"],
    Role.OFFICER: ["/ho-so", "/ho-so/xem-truoc"],
}
PRINTS = ["/kiosk/phieu-moi/cuon", "/kiosk/phieu-moi/ho-so", "/kiosk/phieu-moi/in-lai", "/kiosk/ap-phich"]


@pytest.mark.parametrize("role", ORDER)
def test_page_opens_for_its_role_and_those_above(officer_client, role):
    client = officer_client(role)
    for needed, pages in PAGES.items():
        expected = 200 if ORDER.index(role) >= ORDER.index(needed) else 403
        assert {p: client.get(HOME + p).status_code for p in pages} == dict.fromkeys(pages, expected)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER, Role.HEAD])
def test_form_of_a_higher_role_is_refused(officer_client, role):
    client = officer_client(role)
    above = [
        path for needed, paths in SENDS.items() if ORDER.index(role) < ORDER.index(needed) for path in paths
    ]
    assert above
    assert {path: client.post(HOME + path).status_code for path in above} == dict.fromkeys(above, 403)


def test_stranger_is_sent_to_sign_in_and_sends_nothing(client):
    for paths in PAGES.values():
        for path in paths:
            assert client.get(HOME + path).status_code == 302
    for path in [HOME + path for paths in SENDS.values() for path in paths] + PRINTS:
        assert client.post(path).status_code == 401, path


def test_every_form_needs_its_token_those_of_the_kiosk_too(administrator, database):
    for path in [HOME + path for paths in SENDS.values() for path in paths] + PRINTS:
        assert administrator.post(path).status_code == 400, path
    assert one(database, select(func.count()).select_from(Invitation)) == 0


def test_forms_work_over_https(app):
    """Our pages send no referrer, which the form library would ask for there."""
    client, base = app.test_client(), "https://localhost"
    page = client.get("/can-bo/dang-nhap", base_url=base).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"login": "nobody", "password": "nothing", "csrf_token": token}
    answer = client.post("/can-bo/dang-nhap", data=data, base_url=base, headers={"Origin": base})
    assert answer.status_code == 401
