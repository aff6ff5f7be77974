"""Lines and the order of arrival (clause order.arrival): who is next, and where one stands."""

from firstline.lines.model import Departure
from firstline.lines.store import (
    ahead,
    earliest,
    held_by,
    left_chats,
    line_ids,
    lock_line,
    lock_line_of,
    open_chats,
    place,
    places,
    present_operators,
    record_skip,
    skipped_by,
)

__all__ = [
    "Departure",
    "ahead",
    "earliest",
    "held_by",
    "left_chats",
    "line_ids",
    "lock_line",
    "lock_line_of",
    "open_chats",
    "place",
    "places",
    "present_operators",
    "record_skip",
    "skipped_by",
]
