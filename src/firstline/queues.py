"""What waits in each queue of the desk, and since when: for machines, and for the doctor.

A queue that stands still makes no noise of its own: letters do not leave, a search finds nothing
new. Its age tells.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from firstline import reports
from firstline.kit import due, outbox
from firstline.kit.db import Conn, Db
from firstline.kit.errors import Unavailable
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
PATIENCE_SECONDS = 5.0
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


async def _within_patience(db: Db, now: datetime) -> list[QueueState]:
    """The states, or 503 where the database takes a call and says nothing to it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), db.connection() as conn:
            return await queue_states(conn, now)
    except TimeoutError:
        raise Unavailable("The database does not answer; look at its log.") from None


class QueueWatch:
    """The states as they stood within the last second, however many ask."""

    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._until = 0.0
        self._states: list[QueueState] = []

    async def look(self, db: Db, now: datetime) -> list[QueueState]:
        async with self._asking:
            clock = asyncio.get_running_loop().time()
            if clock >= self._until:
                self._states = await _within_patience(db, now)
                self._until = clock + FRESH_SECONDS
            return self._states


_watches: WeakKeyDictionary[Db, QueueWatch] = WeakKeyDictionary()


async def look_at_queues(db: Db, now: datetime) -> list[QueueState]:
    """The state of the queues in this database, asked of it once a second at most."""
    return await _watches.setdefault(db, QueueWatch()).look(db, now)
