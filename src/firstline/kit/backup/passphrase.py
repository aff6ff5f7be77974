"""The desk's secret under a passphrase, so that an archive alone opens nothing that is sealed."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from firstline.kit.backup.errors import BackupError

SALT_BYTES, NONCE_BYTES = 16, 12
SHORTEST = 12
CONTEXT = b"firstline/backup/1"


def lock(secret: bytes, passphrase: str) -> bytes:
    """Salt, nonce and the secret by AES-256-GCM; raises BackupError for a short passphrase."""
    if len(passphrase) < SHORTEST:
        raise BackupError(f"A passphrase has at least {SHORTEST} characters.")
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    return salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, secret, CONTEXT)


def unlock(locked: bytes, passphrase: str) -> bytes:
    """The secret again; raises BackupError where the passphrase is another one."""
    salt, rest = locked[:SALT_BYTES], locked[SALT_BYTES:]
    nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, CONTEXT)
    except (InvalidTag, ValueError) as error:
        raise BackupError("This is not the passphrase of the backup; try another one.") from error


def _key(passphrase: str, salt: bytes) -> bytes:
    # RFC 7914: 64 MB and about a fifth of a second a guess.
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())
