"""The one log: requests, their entries, and the ledger that writes them.

An entry never changes. An edit, a masking, a redaction is a further entry; whoever reads the log
(page, socket, search, transcript, report) reads the same rows through the same rules of sight.
"""

from firstline.matters import Entry, digest
from firstline.timeline.access import draft, lock_seen_request, seen_request
from firstline.timeline.ledger.appending import Written, append
from firstline.timeline.ledger.batches import Ledger, record, write
from firstline.timeline.model import (
    Draft,
    Opening,
    Quota,
    Request,
    Terms,
)
from firstline.timeline.public import EntryOut, public
from firstline.timeline.store import (
    HIGHEST,
    REQUEST,
    change,
    entries_after,
    entry_at,
    entry_by_key,
    get_request,
    lock_request,
)
from firstline.timeline.turns import LETTER_AFTER, Turn, next_turn, situation_of
from firstline.timeline.visibility import INTERNAL_WORDS, may_see, scope_sql, sees

__all__ = [
    "HIGHEST",
    "INTERNAL_WORDS",
    "LETTER_AFTER",
    "REQUEST",
    "Draft",
    "Entry",
    "EntryOut",
    "Ledger",
    "Opening",
    "Quota",
    "Request",
    "Terms",
    "Turn",
    "Written",
    "append",
    "change",
    "digest",
    "draft",
    "entries_after",
    "entry_at",
    "entry_by_key",
    "get_request",
    "lock_request",
    "lock_seen_request",
    "may_see",
    "next_turn",
    "public",
    "record",
    "scope_sql",
    "seen_request",
    "sees",
    "situation_of",
    "write",
]
