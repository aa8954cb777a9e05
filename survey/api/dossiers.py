"""`POST /api/v1/dossiers`: dossiers and their days, read as an import of a file is. No applicant is taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.api import bodies
from survey.api.blueprint import api_bp
from survey.context import API, access, database, now, the_api_caller, today
from survey.exceptions import InvalidInput
from survey.services.inviting import dossiers
from survey.services.inviting.dossiers import ImportPreview, ImportResult
from survey.services.people import api_tokens

MOST_AT_ONCE = 1000
# Names of fields that nobody here knows, told of one call: a wrong mapping shows in the first few.
MOST_NAMES = 20
# Names of the call → headings that the reading of files knows.
HEADINGS: Mapping[str, str] = {
    "code": "Mã hồ sơ",
    "procedure": "Thủ tục",
    "field": "Lĩnh vực",
    "received_on": "Ngày tiếp nhận",
    "due_on": "Ngày hẹn trả",
    "returned_on": "Ngày trả kết quả",
    "filing_channel": "Hình thức nộp",
}


@api_bp.post("/dossiers")
@access(API)
def store_dossiers() -> ResponseReturnValue:
    """Store new dossiers and new days of known ones; each row that cannot be stored is named."""
    body = bodies.json_object("desk", "dossiers")
    caller, at, day = the_api_caller(), now(), today()
    desk_id = _desk(bodies.text(body, "desk"), caller.desks)
    content = _as_file(body.get("dossiers"))

    def work(session: Session) -> tuple[ImportPreview, ImportResult]:
        api_tokens.count_use(session, caller, now=at, today=day)
        preview = dossiers.preview(session, content=content, filename="api.csv", desk_id=desk_id, today=day)
        login = f"(api) {caller.name}"[:64]
        return preview, dossiers.store(session, preview, keep_good=True, login=login, now=at)

    preview, result = database().write(work)
    return {
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "refused": [
            # The first row of the file is its heading.
            {"index": error.row - 2, "field": _name(error.column), "reason": error.problem}
            for error in preview.errors
        ],
        "unknown_fields": [
            {"name": name, "dossiers": count} for name, count in preview.unknown_fields[:MOST_NAMES]
        ],
    }


def _desk(code: str | None, desks: Mapping[str, int]) -> int:
    if code is None and len(desks) == 1:
        return next(iter(desks.values()))
    if code is None or code not in desks:
        raise InvalidInput(field="desk", value=code, allowed=list(desks))
    return desks[code]


def _as_file(rows: object) -> bytes:
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_AT_ONCE:
        raise InvalidInput(field="dossiers", reason="list", allowed=[f"1 … {MOST_AT_ONCE}"])
    read = [bodies.known_names(row, *HEADINGS) for row in rows]
    return _csv([{name: bodies.text(row, name) or "" for name in HEADINGS} for row in read])


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS.values())
    writer.writerows([row[name] for name in HEADINGS] for row in rows)
    return written.getvalue().encode()


def _name(column: str) -> str:
    return next((name for name, heading in HEADINGS.items() if heading == column), column)
