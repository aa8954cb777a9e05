"""A preview that travels with its page: nothing of an uploaded file stays on the server.

The rows come back as they were shown: compressed, sealed, bound to the account that saw them, for an hour.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from survey.enums import FilingChannel
from survey.exceptions import Conflict, InvalidInput
from survey.seal import Keyring, SealBroken
from survey.services.inviting.dossier_files import DossierRow
from survey.services.inviting.dossiers import ImportPreview
from survey.services.sheets.table_files import RowError

PURPOSE = "dossier-import"
VALID = timedelta(hours=1)
# A form may carry half a megabyte beside its files.
MAX_CHARACTERS = 450_000
# What a sealed text of that size can unpack to, many times over.
_MAX_UNPACKED = 64 * 1024 * 1024


def seal(preview: ImportPreview, *, keyring: Keyring, login: str, now: datetime) -> str:
    """Pack the rows of a preview for the page.

    Raises
    ------
    InvalidInput
        More rows than a page can carry.
    """
    rows = (*preview.rows_good, *preview.rows_known)
    packed = {
        "until": (now + VALID).timestamp(),
        "desk": preview.desk_id,
        "digest": preview.digest,
        "wrong": sorted({error.row for error in preview.errors}),
        # Column by column: what repeats stands together and packs well.
        "code": [row.code for row in rows],
        "procedure": [row.procedure for row in rows],
        "field": [row.field_id for row in rows],
        "received": [row.received_on.toordinal() for row in rows],
        "due": [row.due_on and row.due_on.toordinal() for row in rows],
        "returned": [row.returned_on and row.returned_on.toordinal() for row in rows],
        "channel": [row.filing_channel.value for row in rows],
    }
    plain = zlib.compress(json.dumps(packed, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    text = base64.urlsafe_b64encode(keyring.seal(PURPOSE, plain, bound_to=login.encode())).decode()
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(field="file", reason="too-many-rows", value=len(rows))
    return text


def unseal(text: str, *, keyring: Keyring, login: str, now: datetime) -> ImportPreview:
    """Give back what the page showed, as far as storing needs it.

    Raises
    ------
    Conflict
        Changed, of somebody else, or older than an hour.
    """
    try:
        sealed = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        opened = zlib.decompressobj()
        plain = opened.decompress(keyring.unseal(PURPOSE, sealed, bound_to=login.encode()), _MAX_UNPACKED)
    except (SealBroken, binascii.Error, UnicodeEncodeError, zlib.error) as error:
        raise Conflict(what="preview") from error
    packed = json.loads(plain)
    if packed["until"] < now.timestamp():
        raise Conflict(what="preview-expired")
    return _preview(packed)


def _preview(packed: dict[str, Any]) -> ImportPreview:
    names = ("code", "procedure", "field", "received", "due", "returned", "channel")
    rows = tuple(
        DossierRow(
            row=0,
            code=code,
            procedure=procedure,
            field_name="",
            field_id=field_id,
            received_on=date.fromordinal(received),
            due_on=_day(due),
            returned_on=_day(returned),
            filing_channel=FilingChannel(channel),
        )
        for code, procedure, field_id, received, due, returned, channel in zip(
            *(packed[name] for name in names), strict=True
        )
    )
    empty = ImportPreview(packed["digest"], packed["desk"], "", (), (), (), (), 0, 0, (), ())
    wrong = tuple(RowError(row, "", "", "") for row in packed["wrong"])
    return replace(empty, rows_good=rows, errors=wrong)


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
