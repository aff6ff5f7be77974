"""A request that goes on from another one: a new number, with words that were said there."""

from dataclasses import asdict
from datetime import datetime

import msgspec

from firstline.kit.db import Tx
from firstline.kit.ids import uuid7
from firstline.matters import entry_of
from firstline.policy import Policy
from firstline.policy.rules.promises import Debt, step
from firstline.timeline.ledger import opening_store as store
from firstline.timeline.ledger.batches import note_news
from firstline.timeline.model import Draft, Request
from firstline.timeline.store import change, get_request
from firstline.timeline.turns import turn_after


async def open_beside(
    tx: Tx, source: Request, first: Draft, title: str, line_due_at: datetime | None, policy: Policy
) -> Request:
    """Number a request beside one whose row is held, with the draft of its first entry.

    It is the same client's, of the same line, topic and service, readable by the same contacts,
    and stays with whoever holds the other. Its promise is counted from the moment of the draft's
    event; without one nothing is owed.
    """
    no = await store.lock_counter(tx.conn) + 1
    first.matter, first.kind = no, "opened"
    entry = entry_of(first, no=1)
    event = first.event
    debt = step(Debt(), event, policy) if event else Debt()
    turn = turn_after(event, Debt(), debt, policy) if event else None
    row = {
        **{name: value for name, value in asdict(source).items() if name in _SAME},
        "no": no, "opened_by": first.by_id, "by_name": first.by_name, "side": first.side,
        "open_key": None, "title": title, "body": first.body, "data": first.data,
        "channel": first.channel, "at": first.at, "line_due_at": line_due_at,
        "due_at": debt.promise and debt.promise.due_at,
        "turn_at": turn and turn.at, "turn": turn and turn.stage,
        "salts": entry.salts, "digests": entry.digests, "sha": entry.sha,
    }  # fmt: skip
    await store.insert(tx.conn, no, msgspec.json.encode([row]).decode(), uuid7())
    note_news(tx, [entry])
    made = await get_request(tx.conn, no)
    assert made is not None, "it was just written"
    return await change(
        tx.conn,
        made,
        moved=False,
        opened_by=source.opened_by,
        channel=source.channel,
        mode=source.mode,
        holder=source.holder,
        held_since=first.at,
        state="with_us",
        promise_since=debt.promise and debt.promise.since,
        # What was answered, or said by us, where it stood before is neither here.
        client_said_no=1 if event else 0,
        staff_said_no=0,
    )


_SAME = frozenset(
    "client_id service_id topic language plan priority service_kind line policy_version".split()
)
