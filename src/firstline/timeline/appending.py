"""Appending to the log: entries get their numbers here, under their requests' row locks.

The only way an entry of a standing request comes into being. What words do to the promise and
to whose turn it is happens in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from firstline.kit.db import Conn
from firstline.timeline import appending_store as store
from firstline.timeline.appending_store import Row, Standing, TurnRow
from firstline.timeline.digest import digest
from firstline.timeline.model import Draft, Entry

Key = tuple[int, UUID | None, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a draft: `written` (with its entry), `known`, `moved`, `newer`, `missing`."""

    status: str
    no: int | None
    entry: Entry | None


async def append(conn: Conn, drafts: Sequence[Draft]) -> list[Written]:
    """Write drafts to the log, in order, and say what became of each.

    A draft whose request has moved on since it was checked is not written (`moved`), nor one with
    something `newer` than its writer has seen, nor one whose key is `known`: it is told the number
    that the key made.
    """
    standing = await store.lock(conn, sorted({d.request_no for d in drafts}))
    known = await store.known(conn, [k for d in drafts if (k := _key(d)) is not None])
    rows: list[Row] = []
    turns: dict[int, TurnRow] = {}
    results = [_append(d, standing.get(d.request_no), known, rows, turns) for d in drafts]
    if rows:
        touched = {row.request_no for row in rows}
        moved = [standing[no] for no in sorted(touched)]
        await store.write(conn, rows, moved, list(turns.values()))
    return results


def _key(draft: Draft) -> Key | None:
    return (draft.request_no, draft.by_id, draft.key) if draft.key is not None else None


def _append(
    d: Draft,
    now: Standing | None,
    known: dict[Key, int],
    rows: list[Row],
    turns: dict[int, TurnRow],
) -> Written:
    key = _key(d)
    if now is None:
        return Written("missing", None, None)
    if key is not None and key in known:
        return Written("known", known[key], None)
    if d.generation != now.generation:
        return Written("moved", None, None)
    if d.seen is not None and d.seen < _newest(d, now):
        return Written("newer", None, None)
    now.head += 1
    now.updated_at = d.at
    if key is not None:
        known[key] = now.head
    if d.effect is not None:
        _turn(d, now, turns)
    sha = digest(d.kind, d.by_id, d.audience, d.channel, d.body, d.data, d.at)
    rows.append(
        Row(d.request_no, now.head, d.kind, d.by_id, d.by_name, d.side, d.audience, d.channel,
            d.body, d.data, d.key, d.at, sha.hex())
    )  # fmt: skip
    entry = Entry(
        d.request_no, now.head, d.kind, d.by_id, d.by_name, d.side, d.audience, d.channel, d.body,
        d.data, d.key, d.at, sha,
    )  # fmt: skip
    return Written("written", now.head, entry)


def _newest(d: Draft, now: Standing) -> int:
    """The newest number that the writer can have seen: notes do not stop a client's words."""
    return now.head if d.side == "staff" else max(now.client_said_no, now.staff_said_no)


def _turn(d: Draft, now: Standing, turns: dict[int, TurnRow]) -> None:
    """Words change whose turn it is: the client's are owed an answer, a person's answer them."""
    if d.effect == "owed":
        now.client_said_no = now.head
        now.state = "waiting" if now.holder is None else "with_us"
        waits = now.promise_kind is not None and not (d.restarts and now.promise_kind == "answer")
        if waits or d.rule is None:
            return
        due_at, turn = d.rule(now.answered)
        if due_at is not None:
            now.promise_kind, now.promise_since, now.promise_due_at = "answer", d.at, due_at
    else:
        now.staff_said_no = now.head
        now.state = "with_client" if now.holder is not None else now.state
        now.answered, now.answered_at = True, now.answered_at or d.at
        now.promise_kind = now.promise_since = now.promise_due_at = None
        turn = d.rule(now.answered)[1] if d.rule else None
    if turn is not None:
        turns[d.request_no] = TurnRow(d.request_no, turn.at, turn.stage)
