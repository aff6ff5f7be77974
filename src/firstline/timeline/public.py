"""An entry as other programs read it: JSON for staff, and a plainer one for clients."""

from datetime import datetime
from typing import Any

import msgspec

from firstline.matters import Entry
from firstline.timeline.visibility import INTERNAL_WORDS

# What clients may read of an entry's data; everything else in it is the staff's.
CLIENT_DATA = frozenset(
    "until reason outcome code files article score line line_from secret "
    "of edited redacted field old".split()
)


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
        if entry.kind in INTERNAL_WORDS:
            body, data = "", {k: v for k, v in data.items() if k in ("line", "line_from")}
        elif data:
            data = {k: v for k, v in data.items() if k in CLIENT_DATA}
    by = By(entry.by_name, entry.side)
    return EntryOut(
        entry.no, entry.kind, by, entry.audience, entry.channel, body, entry.at, entry.key, data
    )
