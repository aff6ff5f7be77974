"""Secrets at rest: AES-256-GCM with a key derived from the installation's secret (HKDF)."""

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


def _key(secret: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"firstline/seal/1").derive(secret)
