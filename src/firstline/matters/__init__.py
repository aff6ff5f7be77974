"""The log itself: entries of matters, each numbered 1, 2, 3 … in its matter and sealed.

A matter is what the log can speak of: a request, the changes of rights and settings. `timeline`
has requests, which do more with an entry than count it.
"""

from firstline.matters.model import Audience, Entry, EntryDraft, entry_of, origin
from firstline.matters.proof import (
    DIGEST,
    INTERNAL_WORDS,
    SALT,
    client_view,
    holds_seal,
    prove,
    read_erasures,
    rest_of,
)
from firstline.matters.store import ENTRIES_SQL, INSERT_SQL, append

__all__ = [
    "DIGEST",
    "ENTRIES_SQL",
    "INSERT_SQL",
    "INTERNAL_WORDS",
    "SALT",
    "Audience",
    "Entry",
    "EntryDraft",
    "append",
    "client_view",
    "entry_of",
    "holds_seal",
    "origin",
    "prove",
    "read_erasures",
    "rest_of",
]
