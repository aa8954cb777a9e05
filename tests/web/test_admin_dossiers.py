"""A list of dossiers: shown first, stored on request, explained where it cannot be read."""

from __future__ import annotations

import io
import re

from admin import one, send, text
from factories import desk_id
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from survey.enums import Role
from survey.models import (
    Dossier,
)

GOOD = "Mã hồ sơ;Họ tên;Ngày tiếp nhận;Ngày trả\nH15.1-260302-0001;Người nộp 001;02/03/2026;03/03/2026\n"
BAD = GOOD + "H15.1-260302-0002;Người nộp 002;02/03/2026;hôm qua\n"


def upload(client: FlaskClient, database, content: str | bytes, name: str = "x.csv") -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    data = {"upload-desk_id": desk_id(database), "upload-file": FileStorage(io.BytesIO(raw), name)}
    return send(client, "/ho-so/xem-truoc", data)


def sealed_in(response: TestResponse) -> str:
    found = re.search(r'name="store-sealed"[^>]*value="([^"]+)"', text(response))
    assert found
    return found[1]


def dossiers_stored(database) -> int:
    return one(database, select(func.count()).select_from(Dossier))


def test_upload_is_shown_first_and_stored_on_request(officer_client, database):
    client = officer_client(Role.OFFICER)
    shown = upload(client, database, GOOD)
    assert shown.status_code == 200
    assert dossiers_stored(database) == 0
    assert "Không đọc: Họ tên." in text(shown)
    assert "Người nộp 001" not in text(shown)
    stored = send(client, "/ho-so", {"store-sealed": sealed_in(shown)})
    assert stored.status_code == 303
    assert dossiers_stored(database) == 1
    assert "thêm 1 hồ sơ" in text(client.get(stored.location))
    again = upload(client, database, GOOD)
    send(client, "/ho-so", {"store-sealed": sealed_in(again)})
    assert dossiers_stored(database) == 1


def test_wrong_rows_are_named_and_good_ones_kept_if_told(officer_client, database):
    client = officer_client(Role.OFFICER)
    shown = upload(client, database, BAD)
    page = text(shown)
    assert "hôm qua" in page
    assert "không phải ngày; cần ngày/tháng/năm" in page
    assert send(client, "/ho-so", {"store-sealed": sealed_in(shown)}).status_code == 409
    assert dossiers_stored(database) == 0
    kept = send(client, "/ho-so", {"store-sealed": sealed_in(shown), "store-keep_good": "y"})
    assert kept.status_code == 303
    assert dossiers_stored(database) == 1


def test_preview_of_another_account_or_changed_is_refused(officer_client, database):
    head, officer = officer_client(Role.HEAD), officer_client(Role.OFFICER)
    sealed = sealed_in(upload(head, database, GOOD))
    assert send(officer, "/ho-so", {"store-sealed": sealed}).status_code == 409
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    for forged in (changed, "", "x", "ă"):
        assert send(head, "/ho-so", {"store-sealed": forged}).status_code == 409
    assert dossiers_stored(database) == 0


def test_file_that_cannot_be_read_is_explained(officer_client, database):
    client = officer_client(Role.OFFICER)
    answer = upload(client, database, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cu.xls")
    assert answer.status_code == 422
    assert "Lưu thành" in text(answer)
    assert send(client, "/ho-so/xem-truoc", {"upload-desk_id": desk_id(database)}).status_code == 422


def test_twenty_thousand_rows_travel_with_their_page(officer_client, database):
    client = officer_client(Role.OFFICER)
    days = [(1 + n // 2500, 1 + n % 28) for n in range(20_000)]
    rows = "".join(
        f"H15.46.12-26{month:02d}{day:02d}-{n:05d};x;{day:02d}/{month:02d}/2026;\n"
        for n, (month, day) in enumerate(days)
    )
    shown = upload(client, database, GOOD + rows)
    sealed = sealed_in(shown)
    assert len(sealed) < 450_000
    assert send(client, "/ho-so", {"store-sealed": sealed}).status_code == 303
    assert dossiers_stored(database) == 20_001


def test_upload_is_read_in_memory_however_large(app):
    file = FileStorage(io.BytesIO(b"x" * 2_000_000), "x.csv")
    boundary, content = encode_multipart({"file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    with app.test_request_context("/", method="POST", data=content, content_type=kind) as context:
        assert isinstance(context.request.files["file"].stream, io.BytesIO)
