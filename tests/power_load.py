"""The process that a power cut would hit: real submissions through `Database.write`, each acknowledged aloud.

Run under `strace` by `power_cut`: every acknowledgement is a write to a file of its own, so that it stands in
the record among the writes of the database, in the order in which they happened.

    python power_load.py FOLDER ANSWERS FULL|NORMAL
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

from factories import NOON, desk_id, kiosk_submission, make_submission
from sqlalchemy import event

from survey import group_writer
from survey.clock import office_day
from survey.db import Database, Role
from survey.seal import Keyring
from survey.services.answers import responses
from survey.services.intake import mixing
from survey.services.inviting import invitations
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings

CLIENTS = 4
# Often enough that a short record holds several foldings of the WAL.
COMMITS_PER_CHECKPOINT = 10


def submission_key(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()[:16]


def main(folder: Path, answers: int, synchronous: str) -> None:
    group_writer.COMMITS_PER_CHECKPOINT = COMMITS_PER_CHECKPOINT
    settings = Settings.for_folder(folder)
    database = Database.open(settings, role=Role.SERVER)
    if synchronous != "FULL":
        event.listen(
            database.engine, "connect", lambda one, _record: one.execute(f"PRAGMA synchronous={synchronous}")
        )
    keyring, store = Keyring.open(settings.data), InstrumentStore()
    with database.read() as session:
        instrument = store.current(session).instrument
    today = office_day(NOON, settings.zone)
    desk = desk_id(database)
    slips = database.write(
        lambda session: invitations.issue_roll(
            session, keyring=keyring, desk_id=desk, count=answers, today=today
        )
    )
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def submit(number: int) -> None:
        key = submission_key(number)
        if number % 2:
            submission = kiosk_submission(database, store, key=key)
        else:
            hashed = invitations.token_hash(keyring, slips[number].token)
            submission = make_submission(database, store, key=key, token_hash=hashed, comment="Ghế chờ ít")
        work = partial(
            responses.submit,
            submission=submission,
            instrument=instrument,
            keyring=keyring,
            zone=settings.zone,
            now=NOON + timedelta(seconds=number),
        )
        # Every tenth is delivered twice, as after a reply that was lost.
        for _ in range(2 if number % 10 == 0 else 1):
            database.write(lambda session: work(session))
            os.write(acknowledged, keyring.mac("submission-key", key).hex().encode() + b"\n")

    def client(first: int) -> None:
        for number in range(first, answers, CLIENTS):
            submit(number)
            if number % 20 == 0:
                database.write(lambda session: mixing.mix(session, keyring=keyring, store=store, today=today))

    threads = [threading.Thread(target=client, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
