"""Keys outside the database: keyed hashes of tokens, and sealing of what waits or travels.

One secret of 32 random bytes lives in `keys/secret.key` of the data folder, apart from the database
and from its daily copy. Every use derives its own key, so that no two uses can be confused.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import zlib
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
NONCE_BYTES = 12
# Made once: `json.dumps` makes an encoder for every draft that a phone sends.
_COMPACT: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
# How a compressed text begins; no JSON does.
_COMPRESSED: Final = b"x"


class SealBroken(Exception):
    """A sealed text was changed, or sealed for another purpose or with another key."""


class Keyring:
    """Derives one key per purpose from the secret of the installation."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"the secret needs {SECRET_BYTES} bytes, got {len(secret)}")
        self._secret = secret
        self._derived: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> Keyring:
        """Read the secret of a data folder, making it once."""
        path = folder / "keys" / "secret.key"
        if not path.exists():
            if not create:
                raise FileNotFoundError(path)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Written aside and renamed: a power cut leaves either no key or a whole one.
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(SECRET_BYTES)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        return cls(base64.b64decode(path.read_bytes()))

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sipas/{purpose}/1".encode())
            self._derived[purpose] = kdf.derive(self._secret)
        return self._derived[purpose]

    def mac(self, purpose: str, message: bytes) -> bytes:
        """Give the keyed hash (HMAC-SHA-256, 32 bytes) of a message for one purpose."""
        return hmac.digest(self._key(purpose), message, "sha256")

    def text_key(self, purpose: str) -> str:
        """Give a derived key as text, for libraries that want a secret string."""
        return base64.urlsafe_b64encode(self._key(purpose)).decode()

    def _cipher(self, purpose: str) -> AESGCM:
        if purpose not in self._ciphers:
            self._ciphers[purpose] = AESGCM(self._key(purpose))
        return self._ciphers[purpose]

    def seal(self, purpose: str, plain: bytes, *, bound_to: bytes = b"") -> bytes:
        """Encrypt and authenticate (AES-256-GCM, random nonce first); `bound_to` must match on opening."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, plain, bound_to)

    def unseal(self, purpose: str, sealed: bytes, *, bound_to: bytes = b"") -> bytes:
        try:
            return self._cipher(purpose).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(purpose) from error

    def seal_json(self, purpose: str, value: Any, *, bound_to: bytes = b"", size: int = 0) -> bytes:
        """Seal a value as JSON; with `size`, its length is a multiple of that and tells hardly anything."""
        plain = _COMPACT.encode(value).encode()
        if len(plain) > size > 0:
            plain = zlib.compress(plain)
        if size:
            plain = plain.ljust(-(-len(plain) // size) * size)
        return self.seal(purpose, plain, bound_to=bound_to)

    def unseal_json(self, purpose: str, sealed: bytes, *, bound_to: bytes = b"") -> Any:
        plain = self.unseal(purpose, sealed, bound_to=bound_to)
        if plain.startswith(_COMPRESSED):
            plain = zlib.decompressobj().decompress(plain)  # what fills it up comes after its end
        return json.loads(plain)
