"""Take in what a rescue file holds, as if the tablet had delivered it: each key once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.blueprint import kiosk_bp
from kiosk.sync import MOST_AT_ONCE, take_comments, take_responses
from survey.context import Runtime
from survey.exceptions import InvalidInput
from survey.services.tablets import device_keys, devices, rescue
from survey.services.tablets.device_keys import Signature

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState
    from sqlalchemy.orm import Session

    from survey.services.tablets.devices import Device

_TAKE = {"responses": take_responses, "comments": take_comments}


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of the entries of a file; `results` counts accepted, duplicate and rejected."""

    device_name: str
    results: Counter[str]


def import_file(kit: Runtime, file: bytes, *, now: datetime) -> Rescued:
    """Store what a tablet could not deliver; a tablet that was revoked meanwhile is still believed.

    Raises
    ------
    InvalidInput
        The file is none, or was sealed to another server.
    DeviceUnknown
        No tablet of this server vouches for it.
    """
    opened = rescue.unseal(kit.keyring, file)
    signature = Signature.read(opened.header)
    if signature is None:
        raise InvalidInput(field="file", reason="no-rescue-file")
    with kit.database.read() as session:
        public_key = device_keys.kept_key(session, signature.device_id)
        device_keys.check(public_key, signature, method="RESCUE", path="", body=opened.text)
        device = devices.get_device(session, signature.device_id)
    return Rescued(device.name, _take_all(kit, device, json.loads(opened.text), now))


def _take_all(kit: Runtime, device: Device, entries: list[dict[str, Any]], now: datetime) -> Counter[str]:
    counted: Counter[str] = Counter()
    for kind, take in _TAKE.items():
        mine: list[object] = [entry for entry in entries if entry.get("kind") == kind]
        for start in range(0, len(mine), MOST_AT_ONCE):
            some = mine[start : start + MOST_AT_ONCE]

            def store(session: Session, some: list[object] = some, take: Any = take) -> Any:
                return take(session, some, kit, device, now)

            counted.update(str(result["result"]) for result in kit.database.write(store))
    return counted


@kiosk_bp.record_once
def _offer(state: BlueprintSetupState) -> None:
    """Let the command find this by name: `survey` never imports the kiosk."""
    state.app.extensions["sipas-rescue"] = import_file
