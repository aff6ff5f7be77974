"""The priority of a standing request: who may change it, and what follows for the promise."""

from datetime import datetime

from firstline.kit.db import Tx
from firstline.people import Who
from firstline.policy import Policy
from firstline.policy.rules.promises import PriorityChange
from firstline.requests.actions import steps
from firstline.requests.entrance.doors import unfit_priority
from firstline.timeline import Request, change, draft, situation_of


async def set_priority(
    tx: Tx, policy: Policy, who: Who, request: Request, new: str, *, now: datetime
) -> Request:
    """Give a request another priority; the entry keeps the old one.

    An answer that is owed is owed by the new priority's rule, counted from now, if that is sooner:
    nothing but a delay notice moves a promise later. Raises what `entrance.unfit_priority` says.
    """
    old = request.priority
    refusal = unfit_priority(policy, who, old, new)
    if refusal is not None:
        raise refusal
    if new == old:
        return request
    # The next words are promised by the priority they are checked with, so it counts as a move.
    request = await change(tx.conn, request, priority=new)
    event = PriorityChange(now, situation_of(request))
    entry = draft(request, who, "edited", now, body=new, event=event, policy=policy)
    entry.data = {"field": "priority", "old": old or ""}
    return await steps.write_entry(tx, request, entry)
