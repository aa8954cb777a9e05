"""The rescue file: what a tablet still holds, sealed to this server, carried by hand.

A tablet that can no longer reach the server writes it; whoever carries it can read nothing in it. The key
pair is derived from the secret of the installation, so a restored key opens what was sealed before.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey.exceptions import InvalidInput
from survey.seal import Keyring

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4, D.1.2.3)
_PURPOSE = "rescue-file"
_INFO = b"sipas/rescue/1"


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands in a rescue file: a text, and the header with which a tablet vouches for it."""

    header: str
    text: bytes


def _private_key(keyring: Keyring) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(keyring.mac(_PURPOSE, b"P-256"))
    return ec.derive_private_key(number % (_ORDER - 1) + 1, _CURVE)


def public_key(keyring: Keyring) -> str:
    """Give the key that tablets seal to: base64 of the uncompressed point."""
    point = _private_key(keyring).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(point).decode()


def unseal(keyring: Keyring, file: bytes) -> Opened:
    """Open a rescue file: ECDH on P-256, HKDF-SHA-256, AES-256-GCM.

    Raises
    ------
    InvalidInput
        It is no rescue file, was changed, or belongs to another server.
    """
    try:
        opened = json.loads(unseal_parts(keyring, json.loads(file), purpose=_INFO))
        return Opened(opened["header"], opened["text"].encode())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(field="file", reason="no-rescue-file") from error


def unseal_parts(keyring: Keyring, parts: Any, *, purpose: bytes) -> bytes:
    """Open what a tablet sealed to this server for one purpose.

    Raises
    ------
    InvalidInput
        It was sealed to another server or for another purpose, was changed, or is nothing of the kind.
    """
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, base64.b64decode(parts["sender"]))
        nonce, sealed = base64.b64decode(parts["nonce"]), base64.b64decode(parts["sealed"])
        shared = _private_key(keyring).exchange(ec.ECDH(), sender)
        key = HKDF(algorithm=SHA256(), length=32, salt=b"", info=purpose).derive(shared)
        return AESGCM(key).decrypt(nonce, sealed, purpose)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag, binascii.Error) as error:
        raise InvalidInput(field="file", reason="not-sealed-to-us") from error
