"""Work that several processes share: rows are leased, done, marked; a lost worker's lease ends.

A lease commits alone, so that nobody else waits while the work runs. The mark at the end compares
what was leased: a worker that slept past its lease marks nothing.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from firstline.kit.errors import Unavailable
from firstline.kit.tasks import goes_on

Row = TypeVar("Row")
log = logging.getLogger(__name__)
SHORTEST_PAUSE = 0.005
# A row is due but could not be leased: somebody holds it for a moment.
HELD_PAUSE = 0.05
# The database is away, and has said so in the log.
AWAY_PAUSE = 2.0
GRACE_SECONDS = 5.0


class LeaseLoop(ABC, Generic[Row]):
    """Sleeps until the earliest row is due, leases rows, works on up to `width` of them at once."""

    def __init__(self, *, clock: Callable[[], datetime], width: int, poll: float) -> None:
        self.clock = clock
        self.width = width
        self.poll = poll
        self._woken = asyncio.Event()

    @abstractmethod
    async def lease(self, limit: int) -> list[Row]:
        """Lease up to `limit` rows that are due, in a transaction of its own."""

    @abstractmethod
    async def work(self, row: Row) -> None:
        """Do the row's work and mark it; never raises for trouble of the row itself."""

    @abstractmethod
    async def earliest(self) -> datetime | None:
        """When the next row that nobody has leased is due; None when there is none."""

    async def step(self) -> int:
        """Work until nothing is due now; returns the number of rows worked on."""
        done = 0
        while rows := await self.lease(self.width):
            await asyncio.gather(*(self.work(row) for row in rows))
            done += len(rows)
        return done

    async def run(self) -> None:
        """Work until cancelled; what runs then gets a few seconds to end."""
        busy: set[asyncio.Task[None]] = set()
        try:
            while goes_on():
                self._woken.clear()
                pause = await self._begin(busy)
                if goes_on():
                    await self._rest(pause)
        finally:
            await _finish(busy)

    async def _begin(self, busy: set[asyncio.Task[None]]) -> float:
        """Start what is due while there is room; returns how long to sleep at most."""
        free = self.width - len(busy)
        # Waiting for half the room keeps a backlog at a few rows a lease, not one.
        if free * 2 < self.width:
            return self.poll
        try:
            rows = await self.lease(free)
            for row in rows:
                self._start(row, busy)
            return 0 if len(rows) == free else await self._pause()
        except Unavailable:
            return max(self.poll, AWAY_PAUSE)
        except Exception:
            log.exception("cannot look for work now, looking again")
            return max(self.poll, AWAY_PAUSE)

    def _start(self, row: Row, busy: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(self.work(row))
        busy.add(task)
        task.add_done_callback(lambda done: self._note_end(done, busy))

    def _note_end(self, task: asyncio.Task[None], busy: set[asyncio.Task[None]]) -> None:
        busy.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # The row stays leased and comes back when its lease has ended.
            log.error("leased work ended badly", exc_info=error)
        self._woken.set()

    async def _pause(self) -> float:
        due = await self.earliest()
        if due is None:
            return self.poll
        seconds = (due - self.clock()).total_seconds()
        return HELD_PAUSE if seconds <= 0 else max(SHORTEST_PAUSE, min(self.poll, seconds))

    async def _rest(self, pause: float) -> None:
        try:
            async with asyncio.timeout(pause):
                await self._woken.wait()
        except TimeoutError:
            pass


async def _finish(busy: set[asyncio.Task[None]]) -> None:
    if not busy:
        return
    _, late = await asyncio.wait(set(busy), timeout=GRACE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
