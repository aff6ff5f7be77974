"""Secrets at rest: AES-256-GCM with a key derived from the installation's secret (HKDF)."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE_BYTES = 12


class Unsealable(ValueError):
    """Sealed with another installation's secret, for another place, or changed since."""


class Seal:
    """Seals bytes for one place: what is sealed for `context` opens with the same only.

    `older` are secrets of former times, still good for opening.
    """

    def __init__(self, secret: bytes, *older: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("the installation's secret needs at least 16 bytes")
        self._ciphers = [AESGCM(_key(each)) for each in (secret, *older)]
        self._marks = [_key(each, b"firstline/fingerprint/1") for each in (secret, *older)]

    def seal(self, data: bytes, context: str) -> bytes:
        """Return version, nonce and ciphertext; `context` names the row, such as secret/ID."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._ciphers[0].encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed; raises Unsealable."""
        if sealed[:1] != VERSION:
            raise Unsealable("sealed by an unknown version")
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, rest, context.encode())
            except (InvalidTag, ValueError):
                continue
        raise Unsealable("sealed with another secret, for another place, or changed since")

    def fingerprint(self, data: bytes) -> bytes:
        """32 bytes that tell the same data again, and that nobody makes from a guess without the
        installation's secret (HMAC-SHA-256).
        """
        return hmac.digest(self._marks[0], data, "sha256")

    def is_fingerprint(self, mark: bytes, data: bytes) -> bool:
        """Whether the mark was made of this data, now or with a former secret."""
        marks = [hmac.digest(key, data, "sha256") for key in self._marks]
        return any(hmac.compare_digest(mark, one) for one in marks)


def _key(secret: bytes, info: bytes = b"firstline/seal/1") -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
