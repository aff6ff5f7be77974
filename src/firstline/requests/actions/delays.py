"""Giving a delay notice, and the letter that carries it to a client who is away."""

from datetime import datetime

from firstline.kit.db import Tx
from firstline.people import Who
from firstline.promises import delay_notice
from firstline.regulations.versions import Policies
from firstline.requests.entrance.words import checked, masked
from firstline.requests.letters.plan import delay_letter
from firstline.timeline import Entry, Request


async def delay(
    tx: Tx,
    policies: Policies,
    who: Who,
    no: int,
    reason: str,
    until: datetime,
    text: str,
    *,
    now: datetime,
) -> tuple[Request, Entry]:
    """Give a delay notice (clause answer.delay); refusals are those of `promises.delay_notice`."""
    text = masked(checked(text, "text"))
    request, entry = await delay_notice(tx, policies, who, no, reason, until, text, now=now)
    await delay_letter(tx, request, entry, now=now)
    return request, entry
