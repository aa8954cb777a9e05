"""Tokens sent again and again, at once and in any order: each counts once, and no other counts at all.

Phones fill the form up to its last button; then many threads press it, phones and slips drawn at random. Among
the slips are some that were voided or have expired since they were opened, among the requests drafts that
somebody changed and tokens that nobody issued. On both databases, over HTTP against the served process.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from process import Served
from respondent import Respondent, satisfied
from sqlalchemy import func, select, text, update

from survey import clock
from survey.db import Database
from survey.enums import InvitationState
from survey.models import Intake, Invitation, Response, SubmissionKey
from survey.seal import Keyring
from survey.services.inviting import invitations
from survey.services.office import codes
from survey.settings import Settings

logger = logging.getLogger(__name__)

CLIENTS = 16
SEED = 20261125


@pytest.fixture
def served(tmp_path, postgresql_cluster) -> Iterator[Served]:
    environ = {} if postgresql_cluster is None else {"SIPAS_DATABASE_URL": postgresql_cluster.new_database()}
    process = Served(tmp_path / "data", environ=environ)
    process.start()
    yield process
    process.stop()


@dataclass(frozen=True)
class Attempt:
    """One request that wants to be counted: how it should end, and the slip that may be spent by it."""

    kind: str
    slip: int
    method: str
    url: str
    cookies: dict[str, str]


class Office:
    """The served process and, beside it, its database as a technician sees it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        url = served.environ.get("SIPAS_DATABASE_URL", "").replace("postgresql:", "postgresql+psycopg:")
        self.settings = Settings.for_folder(served.data, **({"database_url": url} if url else {}))
        self.database = Database.open(self.settings)
        self.keyring = Keyring.open(served.data)
        self.chance = random.Random(SEED)

    def attempts(self, tokens: int) -> list[Attempt]:
        """Make every kind of request that a slip can be behind, two phones for each slip."""
        kinds = ["valid"] * tokens + ["void"] * (tokens // 5) + ["expired"] * (tokens // 5)
        slips = self.served.invite(len(kinds))
        found: list[Attempt] = []
        for number, (kind, slip) in enumerate(zip(kinds, slips, strict=True)):
            for _ in range(2):
                phone = Respondent(self.served.url)
                page = phone.open(slip["url"])
                while "<textarea" not in page.body:
                    page = phone.fill(page, satisfied)
                phone.close()
                found.append(Attempt(kind, number, "POST", page.url, dict(phone.cookies)))
            # Whoever opens the slip anew begins anew; what is spent, void or expired does not open.
            found.append(Attempt("opened", number, "GET", slip["url"], {}))
        found += [self._changed(self.chance.choice(found[::3])) for _ in range(tokens // 2)]
        found += [Attempt("unissued", -1, "GET", f"/P/{codes.new_token()}", {}) for _ in range(tokens // 2)]
        self._end([slip["token"] for kind, slip in zip(kinds, slips, strict=True) if kind == "void"], "void")
        self._end(
            [slip["token"] for kind, slip in zip(kinds, slips, strict=True) if kind == "expired"], "expired"
        )
        return found

    def _changed(self, one: Attempt) -> Attempt:
        """Change a draft in one place, as somebody would who wants a second answer from a slip."""
        cookies = {}
        for name, value in one.cookies.items():
            at = self.chance.randrange(len(value) - 2)
            cookies[name] = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
        return Attempt("changed", one.slip, one.method, one.url, cookies)

    def _end(self, tokens: list[str], how: str) -> None:
        hashes = [invitations.token_hash(self.keyring, token) for token in tokens]
        values: dict[str, object] = {"expires_on": (clock.now() - timedelta(days=3)).date()}
        if how == "void":
            values = {"state": InvitationState.VOID, "desk_id": None, "field_id": None, "expires_on": None}
        self.database.write(
            lambda session: session.execute(
                update(Invitation).where(Invitation.token_hash.in_(hashes)).values(**values)
            )
        )

    def counted(self) -> tuple[int, int, int]:
        """Give how many answers, submission keys and spent slips are stored."""
        with self.database.read() as session:
            if self.settings.is_sqlite:
                assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            rows = [session.scalar(select(func.count()).select_from(one)) for one in (Intake, Response)]
            keys = session.scalar(select(func.count()).select_from(SubmissionKey))
            spent = session.scalar(
                select(func.count()).select_from(Invitation).where(Invitation.state == InvitationState.SPENT)
            )
        return sum(int(one or 0) for one in rows), int(keys or 0), int(spent or 0)


def send_all(base: str, jobs: list[Attempt]) -> Counter[tuple[str, int, bool]]:
    """Send from many threads; count by kind, status and whether it was thanked for."""
    queue = iter(jobs)
    lock = threading.Lock()
    outcomes: Counter[tuple[str, int, bool]] = Counter()

    def work() -> None:
        phone = Respondent(base)
        while True:
            with lock:
                job = next(queue, None)
            if job is None:
                phone.close()
                return
            phone.cookies = dict(job.cookies)
            body = "comment=" if job.method == "POST" else None
            status, headers, _body = phone.request(job.method, job.url, body)
            with lock:
                outcomes[job.kind, status, "/thanks" in headers.get("Location", "")] += 1

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def replay(served: Served, *, tokens: int, sends: int) -> None:
    office = Office(served)
    possible = office.attempts(tokens)
    jobs = [office.chance.choice(possible) for _ in range(sends)]
    began = time.monotonic()
    outcomes = send_all(served.url, jobs)
    took = time.monotonic() - began
    answers, keys, spent = office.counted()
    asked = {job.slip for job in jobs if job.kind == "valid"}
    office.database.close()
    logger.info("%d requests in %.0f s (%.0f/s): %s", sends, took, sends / took, dict(outcomes))
    assert outcomes.total() == sends
    assert (answers, keys, spent) == (len(asked), len(asked), len(asked))
    assert {kind for kind, _status, thanked in outcomes if thanked} == {"valid"}
    assert not any(status >= 500 for _kind, status, _thanked in outcomes), outcomes
    kinds = Counter({kind: sum(n for (one, _, _), n in outcomes.items() if one == kind) for kind in
                     ("valid", "void", "expired", "opened", "changed", "unissued")})  # fmt: skip
    assert min(kinds.values()) > 0, kinds


def test_concurrent_replays_count_each_token_once_and_nothing_else(served):
    replay(served, tokens=20, sends=1_000)


@pytest.mark.soak
def test_a_hundred_thousand_replays_count_each_token_once(served):
    replay(served, tokens=500, sends=100_000)
