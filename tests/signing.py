"""A tablet with a key of its own, without a browser: it signs as the tablet's program does."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import clock

CURVE = ec.SECP256R1()


class SigningTablet:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.key = ec.generate_private_key(CURVE)
        self.device = 0
        self.server = ""

    @property
    def public_key(self) -> str:
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def introduce(self) -> TestResponse:
        """Hand over the public half, with the cookie of the enrolment."""
        answer = self.client.post("/kiosk/key", json={"key": self.public_key})
        if answer.status_code == 200:
            said = answer.get_json()
            self.device, self.server = said["device"], said["server"]
        return answer

    def header(self, method: str, path: str, body: str, *, stamp: int | None = None) -> str:
        if stamp is None:
            stamp = int(clock.now().timestamp() * 1000)
        said = f"{method} {path}\n{stamp}\n{body}".encode()
        r, s = decode_dss_signature(self.key.sign(said, ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32) + s.to_bytes(32)
        return f"Sipas {self.device} {stamp} {base64.b64encode(raw).decode()}"

    def post(self, path: str, value: Any, *, stamp: int | None = None, **headers: str) -> TestResponse:
        body = json.dumps(value)
        signed = {"Authorization": self.header("POST", path, body, stamp=stamp), **headers}
        return self.client.post(path, data=body, content_type="application/json", headers=signed)

    def rescue_file(self, entries: list[dict[str, Any]]) -> bytes:
        """Seal entries as the technician's page does."""
        text = json.dumps(entries)
        plain = json.dumps({"header": self.header("RESCUE", "", text), "text": text}).encode()
        return json.dumps(sealed_parts(self.server, plain, b"sipas/rescue/1")).encode()


def sealed_parts(server: str, plain: bytes, purpose: bytes) -> dict[str, str]:
    """Seal as a tablet does: ECDH with a key made for it, HKDF, AES-GCM."""
    sender = ec.generate_private_key(CURVE)
    shared = sender.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, base64.b64decode(server))
    )
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"", info=purpose).derive(shared)
    point = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    parts = {"sender": point, "nonce": b"n" * 12, "sealed": AESGCM(key).encrypt(b"n" * 12, plain, purpose)}
    return {name: base64.b64encode(part).decode() for name, part in parts.items()}
