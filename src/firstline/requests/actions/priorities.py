"""The priority of a standing request: who may change it, and what follows for the promise."""

from datetime import datetime

from firstline.kit import due
from firstline.kit.db import Tx
from firstline.people import Who
from firstline.policy import Policy
from firstline.promises import next_turn
from firstline.requests.actions import steps
from firstline.requests.entrance.doors import unfit_priority
from firstline.timeline import Request, change, draft


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
    request = await _sooner(tx, policy, request, now)
    entry = draft(request, who, "edited", now, body=new)
    entry.data = {"field": "priority", "old": old or ""}
    return await steps.written(tx, request, entry)


async def _sooner(tx: Tx, policy: Policy, request: Request, now: datetime) -> Request:
    promise = request.promise
    if promise is None or promise.kind != "answer":
        return request
    due_at, _ = steps.owed_from(policy, request, now, again=request.answered)
    if due_at is None or due_at >= promise.due_at:
        return request
    request = await change(tx.conn, request, moved=False, promise_due_at=due_at)
    turn = next_turn(policy, request, now, now)
    if turn is not None:
        await due.arm(tx.conn, request.no, "turn", turn.at, turn.stage)
    return request
