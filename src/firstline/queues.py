"""What waits in each queue of the desk, and since when: for machines, and for the doctor.

A queue that stands still makes no noise of its own: letters do not leave, a search finds nothing
new. Its age tells.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from firstline import reports
from firstline.kit import due, outbox
from firstline.kit.db import Conn, Db
from firstline.kit.errors import Unavailable
from firstline.kit.sessions import cut_after
from firstline.requests import LETTER
from firstline.timeline import index_backlog

# Younger than these a queue of a working desk is merely busy. Evidence of a whole desk is read
# anew after some releases, by night and day.
LATE = {
    "index": timedelta(minutes=5),
    "outbox": timedelta(minutes=15),
    "due": timedelta(minutes=1),
    "evidence": timedelta(hours=6),
}
PARCELS = ("mail", LETTER)
# Whoever balances load gives up after two seconds.
PATIENCE_SECONDS = 1.5
FRESH_SECONDS = 1.0  # strangers may ask for the figures as often as they like


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue's name, what kind of things wait in it (of the outbox), how many, and for how many
    seconds the oldest has waited; 0 where nothing waits."""

    name: str
    kind: str
    count: int
    seconds: float

    @property
    def late(self) -> bool:
        """Whether something waits longer than on a working desk."""
        return self.seconds > LATE[self.name].total_seconds()


async def queue_states(conn: Conn, now: datetime) -> list[QueueState]:
    """Every queue, empty ones too."""
    parcels = dict.fromkeys(PARCELS, (0, None)) | await outbox.backlog(conn, now=now)
    return [
        _state("index", await index_backlog(conn), now),
        *(_state("outbox", parcels[kind], now, kind) for kind in sorted(parcels)),
        _state("due", await due.overdue(conn, now=now), now),
        _state("evidence", await reports.backlog(conn), now),
    ]


def _state(
    name: str, backlog: tuple[int, datetime | None], now: datetime, kind: str = ""
) -> QueueState:
    count, since = backlog
    seconds = (now - since).total_seconds() if since is not None else 0.0
    return QueueState(name, kind, count, round(max(seconds, 0.0), 3))


def ages(states: Iterable[QueueState]) -> dict[str, float]:
    """The age in seconds of each queue by its name, that of its oldest kind."""
    found: dict[str, float] = {}
    for state in states:
        found[state.name] = max(found.get(state.name, 0.0), state.seconds)
    return found


async def _ask(db: Db, now: datetime) -> list[QueueState]:
    async with db.connection() as conn:
        with cut_after(conn, PATIENCE_SECONDS):
            await conn.execute("select 1")
        return await queue_states(conn, now)


class QueueWatch:
    """The states as they stood within the last second, however many ask."""

    def __init__(self) -> None:
        self._began = float("-inf")
        self._task: asyncio.Task[list[QueueState]] | None = None
        self._states: list[QueueState] = []

    async def look(self, db: Db, now: datetime) -> list[QueueState]:
        """The states, or those of before where a busy database is slow to count; 503 for one that
        takes a call and says nothing to it."""
        task = self._asking(db, now)
        await asyncio.wait((task,), timeout=PATIENCE_SECONDS)
        if task.done():
            self._states = task.result()
        elif not db.presence.heard_since(self._began):
            raise Unavailable("The database does not answer; look at its log.")
        return self._states

    def _asking(self, db: Db, now: datetime) -> asyncio.Task[list[QueueState]]:
        clock = time.monotonic()
        if self._task is None or (self._task.done() and clock >= self._began + FRESH_SECONDS):
            self._began, self._task = clock, asyncio.create_task(_ask(db, now))
            # Where it fails after everybody has gone, nobody else looks at why.
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._task


_watches: WeakKeyDictionary[Db, QueueWatch] = WeakKeyDictionary()


async def look_at_queues(db: Db, now: datetime) -> list[QueueState]:
    """The state of the queues in this database, asked of it once a second at most."""
    return await _watches.setdefault(db, QueueWatch()).look(db, now)
