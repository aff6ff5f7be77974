"""What people do with requests: open, say, note, take, hand over, close, reopen, rate.

Each use case is one function; what follows from it is written in it. Whoever calls it commits.
"""

from firstline.requests.actions.closing import close, rate, reopen
from firstline.requests.actions.delays import delay
from firstline.requests.actions.moves import (
    give_back,
    give_back_all,
    hand_over,
    send_back,
    skip,
    take_next,
    take_out_of_order,
    transfer,
)
from firstline.requests.actions.opening import open_request, say, seen
from firstline.requests.api.view import PromiseOut, RequestOut, view
from firstline.requests.store import names

__all__ = [
    "PromiseOut",
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
