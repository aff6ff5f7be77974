"""The ledger: everything said in this process goes through here, and is durable when it answers.

While one batch commits the next one gathers. Who waits goes on after the commit, never before.
Openings have a batch of their own: one lock of the counter row numbers them all.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from firstline.kit.batch import GroupCommit
from firstline.kit.db import Db, Tx
from firstline.matters import Entry
from firstline.timeline.ledger import appending_store as store
from firstline.timeline.ledger.appending import Written, append, append_locked
from firstline.timeline.ledger.memory import Memory
from firstline.timeline.ledger.opening import Opened, open_requests
from firstline.timeline.model import Draft, Opening, Request
from firstline.timeline.store import get_request

MOST = 20_000
# While the database writes these the process works on others: with all that is under way in one
# batch, each would wait for the other.
TOGETHER = 128


class Ledger:
    """Writes words and openings in batches; remembers requests for the check of rights.

    `words.put(draft)` and `openings.put(opening)` return after the commit.
    """

    def __init__(self, db: Db) -> None:
        self.db = db
        self.words = GroupCommit[Draft, Written](
            self._from_memory, self._under_locks, self._one_by_one, limit=TOGETHER
        )
        self.openings = GroupCommit[Opening, Opened](self._together, self._each_opening, limit=300)
        self._requests: OrderedDict[int, Request] = OrderedDict()
        self._memory = Memory(MOST)

    async def request(self, no: int, *, fresh: bool = False) -> Request | None:
        """The request as last read here: good for a check that `generation` guards, no more."""
        request = None if fresh else self._requests.get(no)
        if request is not None:
            return request
        async with self.db.connection() as conn:
            found = await get_request(conn, no)
        if found is not None:
            self._requests[no] = found
            if len(self._requests) > MOST:
                self._requests.popitem(last=False)
        return found

    # -- words: the ways to write them --------------------------------------------------------

    async def _from_memory(self, drafts: list[Draft]) -> Sequence[Written | None]:
        """What one statement could write; None for each draft whose request must be asked for."""
        batch, results = self._memory.decide(drafts)
        if not batch.entries:
            return [None] * len(drafts)
        self._memory.forget(drafts)
        async with self.db.statement() as tx:
            standing = await store.write(
                tx.conn, batch.entries, batch.moving, [*batch.turns.values()]
            )
            numbers = {one.no for one in standing}
            note_news(tx, [one for one in batch.entries if one.matter in numbers])
        self._memory.keep(standing)
        return [
            result if draft.matter in numbers else None
            for draft, result in zip(drafts, results, strict=True)
        ]

    async def _under_locks(self, drafts: list[Draft]) -> Sequence[Written]:
        """All in one transaction that locks their requests and looks at them."""
        async with self.db.batch() as tx:
            results, standing = await append_locked(tx.conn, drafts)
            note_news(tx, [result.entry for result in results if result.entry is not None])
        self._memory.keep(standing)
        return results

    async def _one_by_one(self, drafts: list[Draft]) -> Sequence[Written | Exception]:
        """Requests apart from each other, and the drafts of each in their order."""
        results: dict[int, Written | Exception] = {}

        async def in_order(no: int) -> None:
            for i, draft in enumerate(drafts):
                if draft.matter == no:
                    results[i] = await self._alone(draft)

        await asyncio.gather(*(in_order(no) for no in {draft.matter for draft in drafts}))
        return [results[i] for i in range(len(drafts))]

    async def _alone(self, draft: Draft) -> Written | Exception:
        try:
            return (await self.db.run(write, [draft]))[0]
        except Exception as error:
            return error

    # -- openings -----------------------------------------------------------------------------

    async def _together(self, openings: list[Opening]) -> Sequence[Opened | Exception]:
        async with self.db.batch() as tx:
            return await open_requests(tx, openings)

    async def _each_opening(self, openings: list[Opening]) -> Sequence[Opened | Exception]:
        results: list[Opened | Exception] = []
        for opening in openings:
            try:
                results += await self.db.run(open_requests, [opening])
            except Exception as error:
                results.append(error)
        return results


async def write(tx: Tx, drafts: Sequence[Draft]) -> list[Written]:
    """Append drafts in one transaction and note the news of each request for its followers."""
    results = await append(tx.conn, drafts)
    note_news(tx, [result.entry for result in results if result.entry is not None])
    return results


async def record(tx: Tx, request: Request, draft: Draft) -> tuple[Request, Entry]:
    """Write a draft against a request whose row is held; returns how it stands then, and the entry.

    What the draft's event does to the promise is in it. Its words count for its writer, for whom
    it raises `TooMany`.
    """
    tx.volume.spend(draft.by_id, f"{draft.body}{draft.data or ''}", draft.at)
    (result,), standing = await append_locked(tx.conn, [draft])
    assert result.entry is not None, "the request's row is held, so nothing can have moved"
    note_news(tx, [result.entry])
    now = standing[0]
    request = replace(
        request, head=now.head, answered=now.answered, answered_at=now.answered_at,
        promise_kind=now.promise_kind, promise_since=now.promise_since,
        promise_due_at=now.promise_due_at,
    )  # fmt: skip
    return request, result.entry


def note_news(tx: Tx, entries: list[Entry]) -> None:
    """Note the news of these entries, request by request."""
    by_request: dict[int, list[Entry]] = {}
    for entry in entries:
        by_request.setdefault(entry.matter, []).append(entry)
    for no, items in by_request.items():
        tx.tell(f"request/{no}", items[-1].no, tuple(items))
