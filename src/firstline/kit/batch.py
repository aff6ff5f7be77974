"""Group commit: while one batch is being written the next one gathers; there is no timer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Hands waiting items to `write(items) -> results` in batches, one batch at a time.

    `write` returns a result or an exception per item, in order; it has committed by then.
    """

    def __init__(
        self,
        write: Callable[[list[Item]], Awaitable[list[Result | Exception]]],
        *,
        limit: int = 512,
    ) -> None:
        self._write = write
        self._limit = limit
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._busy: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop

    def put(self, item: Item) -> "asyncio.Future[Result]":
        """Add `item` to the batch that gathers now; the future resolves after its commit."""
        if self._busy is None or self._busy.done():
            self._loop = (
                asyncio.get_running_loop()
            )  # asked once a batch: each time is a system call
            self._busy = self._loop.create_task(self._drain())
        future: asyncio.Future[Result] = self._loop.create_future()
        self._waiting.append((item, future))
        return future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            try:
                results = await self._write([item for item, _ in batch])
            except Exception as error:
                results = [error] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
