"""What people write is made storable on both engines before it is sealed: mixing must never trip over it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from survey.db import Database
from survey.seal import Keyring
from survey.services.answers import responses


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("Ghế\x00 gãy", "Ghế gãy", id="NUL, which PostgreSQL cannot store"),
        pytest.param("Chờ \ud83d lâu", "Chờ ? lâu", id="half of a pair, which has no UTF-8"),
        pytest.param("dòng 1\r\ndòng 2", "dòng 1\ndòng 2", id="line ends of Windows"),
        pytest.param("a\x1b[31mb", "a[31mb", id="terminal control"),
        pytest.param("  Tốt  ", "Tốt", id="spaces around it"),
    ],
)
def test_a_comment_is_kept_as_plain_text(
    database: Database, keyring: Keyring, written: str, kept: str
) -> None:
    day = date(2026, 11, 24)

    def work(session: Session) -> tuple[bool, list[responses.WaitingComment]]:
        stored = responses.leave_comment(
            session, desk_id=1, text=written, language="vi", key=b"k" * 16, day=day, keyring=keyring
        )
        return stored, responses.waiting(session, keyring=keyring)[1]

    stored, comments = database.write(work)
    assert stored
    assert [comment.text for comment in comments] == [kept]


def test_a_comment_without_a_letter_is_none(database: Database, keyring: Keyring) -> None:
    stored = database.write(
        lambda session: responses.leave_comment(
            session,
            desk_id=1,
            text=" \x00\n ",
            language="vi",
            key=b"k" * 16,
            day=date(2026, 11, 24),
            keyring=keyring,
        )
    )
    assert not stored
