"""Group commit: while one batch is being written the next one gathers; there is no timer.

A batch climbs a ladder of ways to write it, from the quickest to the surest, so that one item that
cannot be written, or one row that somebody holds, does not take the others with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from firstline.kit import i18n
from firstline.kit.db import RETRIED
from firstline.kit.errors import Unavailable
from firstline.kit.i18n import gettext as _

Item = TypeVar("Item")
Result = TypeVar("Result")
Way = Callable[[list[Item]], Awaitable[Sequence[Result | Exception | None]]]
Pair = tuple[Item, asyncio.Future[Result]]


class GroupCommit(Generic[Item, Result]):
    """Hands waiting items to its `ways` in batches of at most `limit`, one batch at a time.

    A way gives a result or an exception for each item, in order, and has committed by then; None
    leaves the item to the next way. A way that raises has written nothing: all it was given goes
    on to the next, or straight to the last where a lock was the trouble. The last gives no None.
    """

    def __init__(self, *ways: Way[Item, Result], limit: int) -> None:
        self._ways = ways
        self._limit = limit
        self._waiting: list[Pair[Item, Result]] = []
        self._busy: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop

    async def put(self, item: Item) -> Result:
        """Write `item` with the batch that gathers now; returns after its commit.

        Raises what its way gave for it; `Unavailable` in the language of who waits here.
        """
        if self._busy is None or self._busy.done():
            # Asked once a batch: each time is a system call.
            self._loop = asyncio.get_running_loop()
            self._busy = self._loop.create_task(self._drain())
        future: asyncio.Future[Result] = self._loop.create_future()
        self._waiting.append((item, future))
        try:
            return await future
        except Unavailable as error:
            raise Unavailable(_(error.detail), headers=error.headers) from error

    async def _drain(self) -> None:
        i18n.use("en")  # nobody's own task: `put` translates for each
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            ways = list(self._ways)
            while batch:
                try:
                    results = await ways.pop(0)([item for item, _ in batch])
                except Exception as error:
                    results = [_result_of(error, ways)] * len(batch)
                pairs, batch = zip(batch, results, strict=True), list[Pair[Item, Result]]()
                for (item, future), result in pairs:
                    if result is None:
                        batch.append((item, future))
                    elif future.done():
                        continue
                    elif isinstance(result, Exception):
                        future.set_exception(result)
                    else:
                        future.set_result(result)


def _result_of(error: Exception, ways: list[Way[Item, Result]]) -> Exception | None:
    """None where one of the ways that are left may do better; only the last waits for locks."""
    if not ways or isinstance(error, Unavailable):
        return error
    if isinstance(error, RETRIED):
        del ways[:-1]
    return None
