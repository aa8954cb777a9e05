"""Copies of the embedded database, made while it is used and opened again before they count.

The secret key is not in a copy: what waits in intake stays sealed for whoever finds it. The key has a copy
of its own, locked with a passphrase (escrow), that a restore on another machine needs.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey.db import sqlite_module
from survey.exceptions import InvalidInput, NotFound, StorageUnavailable

# Pages copied between two reports of progress.
PAGES_PER_STEP = 512
MINIMUM_PASSPHRASE = 12
# Folders of the data folder with files that the office itself put there.
OWN_FOLDERS = ("languages", "sounds")
# How the log names a copy that was made and opened again.
ACTION = "backup"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in a copy that was opened again."""

    path: Path
    size_bytes: int
    revision: str
    responses: int
    waiting: int


def database_file(database_url: str) -> Path:
    if not database_url.startswith("sqlite:///"):
        raise InvalidInput(field="SIPAS_DATABASE_URL", reason="not-embedded")
    return Path(database_url.removeprefix("sqlite:///"))


def make(
    source: Path, folder: Path, *, now: datetime, progress: Callable[[int, int], None] | None = None
) -> Verified:
    """Copy the database into a folder under a dated name; nothing is left behind where it fails."""
    if not source.exists():
        raise NotFound(what="database", value=str(source))
    target = folder / f"sipas-{now:%Y%m%d-%H%M%S}.sqlite"
    draft = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(source, draft, progress)
        verified = verify(draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except (OSError, sqlite_module().OperationalError) as error:
        raise StorageUnavailable(path=str(folder)) from error
    finally:
        _remove(draft)
    return replace(verified, path=target)


def copy_own_files(source: Path, target: Path, *, replace_known: bool) -> int:
    """Copy the office's own files (translations, recordings) beside a copy, or back; give how many.

    What is gone from the source stays in the target: nobody loses a recording by mistake.
    """
    copied = 0
    try:
        for path in sorted(
            one for name in OWN_FOLDERS for one in (source / name).rglob("*") if one.is_file()
        ):
            kept = target / path.relative_to(source)
            if kept.exists() and (not replace_known or kept.read_bytes() == path.read_bytes()):
                continue
            kept.parent.mkdir(parents=True, exist_ok=True)
            draft = kept.with_name(kept.name + ".part")
            shutil.copyfile(path, draft)
            draft.replace(kept)
            copied += 1
    except OSError as error:
        raise StorageUnavailable(path=str(target)) from error
    return copied


def _remove(draft: Path) -> None:
    """Remove an unfinished copy; where that is impossible too, the error before it says why."""
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def _copy(source: Path, target: Path, progress: Callable[[int, int], None] | None) -> None:
    driver = sqlite_module()
    reading = driver.connect(_read_only(source), uri=True)
    writing = driver.connect(target)
    try:
        # One view for the whole copy: without it the copy starts anew at every commit of the server.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        reading.backup(
            writing,
            pages=PAGES_PER_STEP,
            progress=(lambda _status, left, total: progress(total - left, total)) if progress else None,
        )
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        writing.close()
        reading.close()


def _read_only(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro"


def verify(path: Path) -> Verified:
    """Open a copy, check it whole and count what is in it."""
    if not path.exists():
        raise NotFound(what="backup", value=str(path))
    driver = sqlite_module()
    connection = driver.connect(_read_only(path), uri=True)
    try:
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise InvalidInput(field="backup", value=str(path), reason="damaged", found=found[:200])
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        responses = connection.execute("SELECT count(*) FROM response").fetchone()[0]
        waiting = connection.execute("SELECT count(*) FROM intake").fetchone()[0]
    except driver.DatabaseError as error:
        raise InvalidInput(field="backup", value=str(path), reason="damaged", found=str(error)) from error
    finally:
        connection.close()
    return Verified(path, path.stat().st_size, revision, responses, waiting)


def restore(backup: Path, target: Path, *, now: datetime) -> Path | None:
    """Put a verified copy in the place of the database; give where the one before was kept.

    The caller owns the data folder: no server runs. At every moment of it, a power cut leaves a whole
    database in its place: the one before or the copy.
    """
    verify(backup)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".restoring")
    shutil.copyfile(backup, draft)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    kept = _keep(target, now) if target.exists() else None
    # The log of the database before would be taken for that of the copy.
    for companion in ("-wal", "-shm"):
        side = target.with_name(target.name + companion)
        if side.exists():
            side.replace(f"{kept or f'{target}.orphan'}{companion}")
    draft.replace(target)
    return kept


def _keep(target: Path, now: datetime) -> Path:
    """Keep the database under another name, whole: what stands in its log is folded in first."""
    driver = sqlite_module()
    connection = driver.connect(target)
    with closing(connection), suppress(driver.DatabaseError):  # damaged: it is kept as it is, with its log
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = target.with_name(f"{target.name}.before-{now:%Y%m%d-%H%M%S}")
    shutil.copyfile(target, kept)
    return kept


# --- the key ----------------------------------------------------------------------------------------


def _lock(passphrase: str, salt: bytes) -> AESGCM:
    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise InvalidInput(field="passphrase", reason="too-short", minimum=MINIMUM_PASSPHRASE)
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def escrow_key(secret_file: Path, target: Path, *, passphrase: str) -> None:
    """Write the secret key locked with a passphrase, to be kept away from the database and its copies."""
    if not secret_file.exists():
        raise NotFound(what="key", value=str(secret_file))
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = _lock(passphrase, salt).encrypt(nonce, secret_file.read_bytes(), b"sipas-key/1")
    body = {
        "sipas-key": 1,
        **{
            name: base64.b64encode(value).decode()
            for name, value in (("salt", salt), ("nonce", nonce), ("sealed", sealed))
        },
    }
    try:
        target.write_text(json.dumps(body, indent=1) + "\n", encoding="ascii")
    except OSError as error:
        raise StorageUnavailable(path=str(target)) from error
    if read_escrow(target, passphrase=passphrase) != secret_file.read_bytes():
        raise StorageUnavailable(path=str(target))


def read_escrow(escrow: Path, *, passphrase: str) -> bytes:
    """Unlock an escrowed key."""
    try:
        body: dict[str, Any] = json.loads(escrow.read_text(encoding="ascii"))
        salt, nonce, sealed = (base64.b64decode(body[name]) for name in ("salt", "nonce", "sealed"))
        return _lock(passphrase, salt).decrypt(nonce, sealed, b"sipas-key/1")
    except (ValueError, KeyError, TypeError, InvalidTag) as error:
        raise InvalidInput(field="key", value=str(escrow), reason="wrong-passphrase") from error


def put_key(secret: bytes, secret_file: Path, *, now: datetime) -> Path | None:
    """Put a recovered key into a data folder; give where another one that was there is kept."""
    kept = None
    if secret_file.exists() and secret_file.read_bytes() != secret:
        kept = secret_file.with_name(f"{secret_file.name}.before-{now:%Y%m%d-%H%M%S}")
        secret_file.replace(kept)
    secret_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = secret_file.with_suffix(".tmp")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(secret_file)
    return kept
