"""An entry as other programs read it: JSON for staff, and a plainer one for clients."""

from datetime import datetime
from typing import Any

import msgspec

from firstline.matters import Entry, client_view


class By(msgspec.Struct):
    name: str
    side: str


class EntryOut(msgspec.Struct):
    """An entry of `GET /requests/{no}/entries` and of the socket."""

    no: int
    kind: str
    by: By
    audience: str
    channel: str
    body: str
    at: datetime
    key: str | None
    data: dict[str, Any]


def public(entry: Entry, *, staff: bool = True) -> EntryOut:
    """The entry as told to staff, or to a client."""
    body, data = entry.body, entry.data
    if not staff:
        body, data = client_view(entry.kind, body, data)
    by = By(entry.by_name, entry.side)
    return EntryOut(
        entry.no, entry.kind, by, entry.audience, entry.channel, body, entry.at, entry.key, data
    )
