"""Ids made in the application: sortable, and no database sequence to agree on."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a UUID version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


def uuid_or_none(text: str) -> uuid.UUID | None:
    """The UUID that a text is; None for an empty text and for any other."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
