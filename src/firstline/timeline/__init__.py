"""The one log: requests, their entries, and the ledger that writes them.

An entry never changes, but for words that are taken back: a redaction erases them and is a further
entry, as an edit is. Whoever reads the log (page, socket, search, transcript, report) reads the
same rows through the same rules of sight.
"""

from firstline.matters import INTERNAL_WORDS, Entry, holds_seal, origin, read_erasures, rest_of
from firstline.timeline.access import draft, lock_seen_request, missing, seen_request
from firstline.timeline.call import Call
from firstline.timeline.ledger.appending import Written, append
from firstline.timeline.ledger.batches import Ledger, record, write
from firstline.timeline.ledger.opening import Opened, open_together, refuse_full
from firstline.timeline.ledger.splitting import open_beside
from firstline.timeline.model import (
    STATES,
    Draft,
    Opening,
    OpeningLimit,
    Request,
    Terms,
)
from firstline.timeline.public import EntryOut, public
from firstline.timeline.search.index import (
    ask_index_again,
    index_again,
    index_backlog,
    index_unread,
    list_unindexed,
    tidy_index,
)
from firstline.timeline.search.model import Filters, HistoryPage, Hit, SearchPage
from firstline.timeline.search.search import list_requests, search_requests
from firstline.timeline.store import (
    REQUEST,
    change,
    entries_after,
    entry_at,
    entry_by_key,
    erase,
    find_copies,
    get_request,
    lock_request,
    mend_entries,
    seals,
)
from firstline.timeline.transcripts import Transcript, transcript_json, transcript_text
from firstline.timeline.turns import LETTER_AFTER, Turn, next_turn, situation_of
from firstline.timeline.visibility import may_see, scope_sql, sees

__all__ = [
    "INTERNAL_WORDS",
    "LETTER_AFTER",
    "REQUEST",
    "STATES",
    "Call",
    "Draft",
    "Entry",
    "EntryOut",
    "Filters",
    "HistoryPage",
    "Hit",
    "Ledger",
    "Opened",
    "Opening",
    "OpeningLimit",
    "Request",
    "SearchPage",
    "Terms",
    "Transcript",
    "Turn",
    "Written",
    "append",
    "ask_index_again",
    "change",
    "draft",
    "entries_after",
    "entry_at",
    "entry_by_key",
    "erase",
    "find_copies",
    "get_request",
    "holds_seal",
    "index_again",
    "index_backlog",
    "index_unread",
    "list_requests",
    "list_unindexed",
    "lock_request",
    "lock_seen_request",
    "may_see",
    "mend_entries",
    "missing",
    "next_turn",
    "open_beside",
    "open_together",
    "origin",
    "public",
    "read_erasures",
    "record",
    "refuse_full",
    "rest_of",
    "scope_sql",
    "seals",
    "search_requests",
    "seen_request",
    "sees",
    "situation_of",
    "tidy_index",
    "transcript_json",
    "transcript_text",
    "write",
]
