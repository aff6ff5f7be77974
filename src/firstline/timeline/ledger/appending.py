"""Appending to the log: entries get their numbers here, under their requests' row locks.

The only way an entry of a standing request comes into being. What words do to the promise and
to whose turn it is happens in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from firstline.kit.db import Conn
from firstline.matters import Entry, entry_of
from firstline.policy import Policy
from firstline.policy.rules.promises import Answer, ClientWord, Event, StillOurs, step
from firstline.timeline.ledger import appending_store as store
from firstline.timeline.ledger.appending_store import AppendState, TurnRow
from firstline.timeline.model import Draft
from firstline.timeline.turns import turn_after

Key = tuple[int, UUID | None, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a draft: `written` (with its entry), `known`, `moved`, `newer`, `missing`."""

    status: str
    no: int | None
    entry: Entry | None


@dataclass(slots=True)
class Batch:
    """Entries and next steps on their way, and the requests as they will stand then."""

    standing: dict[int, AppendState]
    numbers: dict[Key, int] = field(default_factory=dict[Key, int])
    entries: list[Entry] = field(default_factory=list[Entry])
    turns: dict[int, TurnRow] = field(default_factory=dict[int, TurnRow])

    def add(self, d: Draft) -> Written:
        """Number a draft against its request as it stands, unless something speaks against it."""
        now, key = self.standing.get(d.matter), _key(d)
        if now is None:
            return Written("missing", None, None)
        if key is not None and key in self.numbers:
            return Written("known", self.numbers[key], None)
        if d.generation != now.generation:
            return Written("moved", None, None)
        if d.seen is not None and d.seen < _newest(d, now):
            return Written("newer", None, None)
        now.head += 1
        now.updated_at = d.at
        if key is not None:
            self.numbers[key] = now.head
        if d.event is not None and d.policy is not None:
            self._take_step(d.event, d.policy, now)
        entry = entry_of(d, now.head)
        self.entries.append(entry)
        return Written("written", now.head, entry)

    def _take_step(self, event: Event, policy: Policy, now: AppendState) -> None:
        """What an event does to the promise, and to whose turn it is."""
        before = now.debt
        after = step(before, event, policy)
        turn = turn_after(event, before, after, policy)
        if turn is not None:
            self.turns[now.no] = TurnRow(now.no, turn.at, turn.stage)
        now.owe(after, event.at)
        if isinstance(event, ClientWord):
            now.client_said_no = now.head
            now.state = "waiting" if now.holder is None else "with_us"
        elif isinstance(event, Answer):
            now.staff_said_no = now.head
            now.state = "with_client" if now.holder is not None else now.state
        elif isinstance(event, StillOurs):
            now.still_ours_no = now.head
            now.state = "with_us" if now.state == "with_client" else now.state

    def leave_out(self, numbers: set[int]) -> None:
        """Write nothing of these requests."""
        self.entries = [one for one in self.entries if one.matter not in numbers]
        for no in numbers:
            self.turns.pop(no, None)

    @property
    def moving(self) -> list[AppendState]:
        """The requests that get entries, as they will stand, in order of number."""
        return [self.standing[no] for no in sorted({one.matter for one in self.entries})]


async def append(conn: Conn, drafts: Sequence[Draft]) -> list[Written]:
    """Write drafts to the log, in order, and say what became of each.

    A draft whose request has moved on since it was checked is not written (`moved`), nor one with
    something `newer` than its writer has seen, nor one whose key is `known`: it is told the number
    that the key made.
    """
    results, _ = await append_locked(conn, drafts)
    return results


async def append_locked(
    conn: Conn, drafts: Sequence[Draft]
) -> tuple[list[Written], list[AppendState]]:
    """`append`, which also tells how the requests stand that were written to."""
    standing = await store.lock(conn, sorted({d.matter for d in drafts}))
    keys = [key for d in drafts if (key := _key(d)) is not None]
    batch = Batch(standing, await store.numbers_by_key(conn, keys))
    results = [batch.add(d) for d in drafts]
    if not batch.entries:
        return results, []
    moving = batch.moving
    moved = await store.write(conn, batch.entries, moving, [*batch.turns.values()])
    assert len(moved) == len(moving), "their rows are held"
    return results, moved


def _key(draft: Draft) -> Key | None:
    return (draft.matter, draft.by_id, draft.key) if draft.key is not None else None


def _newest(d: Draft, now: AppendState) -> int:
    """The newest number that the writer can have seen: notes do not stop a client's words."""
    words = now.client_said_no, now.staff_said_no, now.still_ours_no
    return now.head if d.side == "staff" else max(words)
