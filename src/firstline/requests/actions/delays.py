"""Giving a delay notice, and the letter that carries it to a client who is away."""

from datetime import datetime

from firstline.kit.db import Tx
from firstline.promises import delay_notice
from firstline.requests.entrance.linked import articles_in
from firstline.requests.entrance.words import safe_text
from firstline.requests.letters.plan import delay_letter
from firstline.timeline import Call, Entry, Request


async def delay(
    tx: Tx, call: Call, no: int, reason: str, until: datetime, text: str
) -> tuple[Request, Entry]:
    """Give a delay notice (clause answer.delay); refusals are those of `promises.delay_notice`."""
    text = safe_text(text, "text")
    await articles_in(tx.conn, text, "text")  # to refuse what the client could not open
    request, entry = await delay_notice(tx, call, no, reason, until, text)
    await delay_letter(tx, request, entry, now=call.now)
    return request, entry
