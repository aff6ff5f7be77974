"""The ledger: everything said in this process goes through here, and is durable when it answers.

While one batch commits the next one gathers. A caller's future resolves after the commit, never
before. Openings have a batch of their own: one lock of the counter row numbers them all.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from firstline.kit import i18n
from firstline.kit.batch import GroupCommit
from firstline.kit.db import RETRIED, Db, Tx
from firstline.kit.errors import Refused, Unavailable
from firstline.kit.i18n import gettext as _
from firstline.matters import Entry
from firstline.timeline.ledger.appending import Written, append, append_locked
from firstline.timeline.ledger.memory import Memory
from firstline.timeline.ledger.opening import Opened, open_requests
from firstline.timeline.model import Draft, Opening, Request
from firstline.timeline.store import get_request

T = TypeVar("T")
KEPT = 20_000
# While the database writes these the process works on others: with all that is under way in one
# batch, each would wait for the other.
TOGETHER = 128


class Ledger:
    """Writes drafts and openings in batches; remembers requests for the check of rights."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._drafts = GroupCommit[Draft, Written](self._write, limit=TOGETHER)
        self._openings = GroupCommit[Opening, Opened](self._open, limit=300)
        self._requests: OrderedDict[int, Request] = OrderedDict()
        self._memory = Memory(KEPT)

    async def say(self, draft: Draft) -> Written:
        """Write one draft with the batch that gathers now; returns after its commit."""
        return await _spoken(self._drafts.put(draft))

    async def open(self, opening: Opening) -> Opened:
        """Open one request with the batch that gathers now; returns after its commit."""
        return await _spoken(self._openings.put(opening))

    async def request(self, no: int, *, fresh: bool = False) -> Request | None:
        """The request as last read here: good for a check that `generation` guards, no more."""
        known = None if fresh else self._requests.get(no)
        if known is not None:
            return known
        async with self.db.connection() as conn:
            found = await get_request(conn, no)
        if found is not None:
            self._requests[no] = found
            if len(self._requests) > KEPT:
                self._requests.popitem(last=False)
        return found

    async def _write(self, drafts: list[Draft]) -> list[Written | Exception]:
        i18n.use("en")  # the task of a batch is nobody's own; `_spoken` translates for each
        try:
            results = await self._write_from_memory(drafts)
        except Unavailable as error:
            return [error] * len(drafts)
        late = [d for d, result in zip(drafts, results, strict=True) if result is None]
        asked = iter(await self._write_asked(late) if late else ())
        return [result or next(asked) for result in results]

    async def _write_from_memory(self, drafts: list[Draft]) -> Sequence[Written | Exception | None]:
        """What one statement could write; None for each draft whose request must be asked for."""
        batch, results = self._memory.decide(drafts)
        if not batch.entries:
            return [None] * len(drafts)
        self._memory.forget(drafts)
        try:
            async with self.db.statement() as tx:
                standing = await batch.write(tx.conn)
                written = {one.no for one in standing}
                _tell(tx, [one for one in batch.entries if one.matter in written])
        except RETRIED:
            return await self._write_each(drafts)
        except Unavailable:
            raise
        except Exception:
            return [None] * len(drafts)  # whose fault it is comes out when they are asked
        self._memory.keep(standing)
        return [
            result if draft.matter in written else None
            for draft, result in zip(drafts, results, strict=True)
        ]

    async def _write_asked(self, drafts: list[Draft]) -> list[Written | Exception]:
        try:
            async with self.db.batch() as tx:
                results, standing = await append_locked(tx.conn, drafts)
                _tell(tx, [result.entry for result in results if result.entry is not None])
            self._memory.keep(standing)
            return list(results)
        except RETRIED:
            return await self._write_each(drafts)
        except Unavailable as error:
            return [error] * len(drafts)
        except Exception as error:
            if len(drafts) == 1:
                return [error]
            return await self._write_each(drafts)

    async def _write_each(self, drafts: list[Draft]) -> list[Written | Exception]:
        """Write requests apart from each other, and the drafts of each in their order."""
        results: dict[int, Written | Exception] = {}

        async def in_order(no: int) -> None:
            for i, draft in enumerate(drafts):
                if draft.matter == no:
                    results[i] = await self._write_alone(draft)

        await asyncio.gather(*(in_order(no) for no in {draft.matter for draft in drafts}))
        return [results[i] for i in range(len(drafts))]

    async def _write_alone(self, draft: Draft) -> Written | Exception:
        # One poison draft, or one held row, must not take the others with it.
        try:
            return (await self.db.run(write, [draft]))[0]
        except Exception as error:
            return error

    async def _open(self, openings: list[Opening]) -> list[Opened | Exception]:
        i18n.use("en")
        try:
            async with self.db.batch() as tx:
                return await open_requests(tx, openings)
        except Unavailable as error:
            return [error] * len(openings)
        except Exception as error:
            if len(openings) == 1 and not isinstance(error, RETRIED):
                return [error]
            return [await self._open_alone(opening) for opening in openings]

    async def _open_alone(self, opening: Opening) -> Opened | Exception:
        try:
            result = (await self.db.run(open_requests, [opening]))[0]
        except Exception as error:
            return error
        if isinstance(result, Exception) and not isinstance(result, Refused):
            raise result
        return result


async def _spoken(answer: Awaitable[T]) -> T:
    """The answer of a batch; that the database is away is said in the language of who waits."""
    try:
        return await answer
    except Unavailable as error:
        raise Unavailable(_(error.detail), headers=error.headers) from error


async def write(tx: Tx, drafts: Sequence[Draft]) -> list[Written]:
    """Append drafts in one transaction and note the news of each request for its followers."""
    results = await append(tx.conn, drafts)
    _tell(tx, [result.entry for result in results if result.entry is not None])
    return results


def _tell(tx: Tx, entries: list[Entry]) -> None:
    by_request: dict[int, list[Entry]] = {}
    for entry in entries:
        by_request.setdefault(entry.matter, []).append(entry)
    for no, items in by_request.items():
        tx.tell(f"request/{no}", items[-1].no, tuple(items))
