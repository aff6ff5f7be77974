"""Lines and the order of work (clause order.arrival): who is next, and where one stands."""

from firstline.lines.model import Departure
from firstline.lines.order_store import Placed, heads
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
    "Placed",
    "ahead",
    "earliest",
    "heads",
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
