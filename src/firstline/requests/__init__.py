"""What people do with requests: open, say, note, take, hand over, close, reopen, rate.

Each use case is one function; what follows from it is written in it. Whoever calls it commits.
"""

from firstline.requests.actions import open_request, say, seen
from firstline.requests.closing import close, rate, reopen
from firstline.requests.delays import delay
from firstline.requests.moves import (
    give_back,
    give_back_all,
    hand_over,
    send_back,
    skip,
    take_next,
    take_out_of_order,
    transfer,
)
from firstline.requests.store import names
from firstline.requests.view import RequestOut, view

__all__ = [
    "RequestOut",
    "close",
    "delay",
    "give_back",
    "give_back_all",
    "hand_over",
    "names",
    "open_request",
    "rate",
    "reopen",
    "say",
    "seen",
    "send_back",
    "skip",
    "take_next",
    "take_out_of_order",
    "transfer",
    "view",
]
