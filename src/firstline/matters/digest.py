"""The seal of an entry: what `doctor` takes again to see that nothing was changed since."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

_encode = msgspec.json.Encoder(order="deterministic").encode


def digest(
    kind: str,
    by_id: UUID | None,
    audience: str,
    channel: str,
    body: str,
    data: dict[str, Any],
    at: datetime,
) -> bytes:
    """SHA-256 of what an entry says: 32 bytes over its JSON, the time in microseconds."""
    content = (kind, by_id, audience, channel, body, data, int(at.timestamp() * 1_000_000))
    return hashlib.sha256(_encode(content)).digest()
