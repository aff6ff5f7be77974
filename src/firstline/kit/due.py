"""Due times: something is due for a matter at a moment, and its action fires once.

Arming moves the row's generation, in the transaction that changes the facts. A firing locks the
matter first, then compares the generation: what was leased before a change is a no-op after it.
A crash or a stopped process only lets the lease end; then another worker fires.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from firstline.kit import clock
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.lease import LeaseLoop

log = logging.getLogger(__name__)
LEASE_SECONDS = 60.0
# Seconds until a firing that failed is tried again; the last one repeats for ever.
SCHEDULE = (2, 10, 60, 300, 900, 3600)


@dataclass(frozen=True, slots=True)
class DueTime:
    """A row of the table due_times, all of it, as leased; `stage` is the arming side's mark."""

    matter: int
    kind: str
    due_at: datetime
    generation: int
    state: str
    stage: str
    lease_until: datetime | None
    attempts: int

    @property
    def key(self) -> str:
        """The key of the entry that this firing writes, so that it can stand only once."""
        return f"due:{self.matter}:{self.kind}:{self.generation}"


Handler = Callable[[Tx, DueTime, datetime], Awaitable[None]]
Lock = Callable[[Conn, int], Awaitable[object]]


async def arm(conn: Conn, matter: int, kind: str, due_at: datetime, stage: str = "") -> int:
    """Set when `kind` is due for the matter, in place of any time before; returns its generation.

    Lock the matter's row first: that is the order everywhere.
    """
    cursor = await conn.execute(
        "insert into due_times (matter, kind, due_at, generation, state, stage)"
        " values (%s, %s, %s, 1, 'armed', %s) on conflict (matter, kind) do update set"
        " due_at = excluded.due_at, generation = due_times.generation + 1, state = 'armed',"
        " stage = excluded.stage, lease_until = null, attempts = 0 returning generation",
        (matter, kind, due_at, stage),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0]


async def disarm(conn: Conn, matter: int, kind: str) -> bool:
    """Nothing of `kind` is due any more; False when nothing was."""
    cursor = await conn.execute(
        "update due_times set state = 'done', generation = generation + 1, lease_until = null,"
        " attempts = 0 where matter = %s and kind = %s and state = 'armed'",
        (matter, kind),
    )
    return cursor.rowcount == 1


async def overdue(conn: Conn, *, now: datetime) -> tuple[int, datetime | None]:
    """How many due times have passed unfired, and the earliest of them (for the doctor)."""
    cursor = await conn.execute(
        "select count(*), min(due_at) from due_times where state = 'armed' and due_at <= %s",
        (now,),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1]


class DueRunner(LeaseLoop[DueTime]):
    """Fires due times by `handlers[kind](tx, due, now)`, in a transaction that it commits.

    `lock(conn, matter)` holds the matter's row, whatever table that stands in.
    A handler may arm its kind again: the new generation then stands. One that raises is tried
    again later and later, and never in the way of others. Kinds without a handler stay armed.
    """

    def __init__(
        self,
        db: Db,
        handlers: Mapping[str, Handler],
        clock: Callable[[], datetime] = clock.now,
        *,
        lock: Lock,
        width: int = 4,
        poll: float = 1.0,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        super().__init__(clock=clock, width=width, poll=poll)
        self.db = db
        self.handlers = handlers
        self.lock = lock
        self.lease_seconds = lease_seconds

    async def lease(self, limit: int) -> list[DueTime]:
        now = self.clock()
        until = now + timedelta(seconds=self.lease_seconds)
        return await self.db.run(_lease, list(self.handlers), limit, until, now=now)

    async def earliest(self) -> datetime | None:
        async with self.db.connection() as conn:
            cursor = await conn.execute(
                "select due_at from due_times where state = 'armed' and lease_until is null"
                " and kind = any(%s) order by due_at limit 1",
                (list(self.handlers),),
            )
            row = await cursor.fetchone()
        return row[0] if row else None

    async def work(self, row: DueTime) -> None:
        try:
            await self.db.run(_fire, row, self.lock, self.handlers[row.kind], now=self.clock())
        except Exception:
            seconds = SCHEDULE[min(row.attempts, len(SCHEDULE)) - 1]
            log.exception(
                "%s of matter %d failed (attempt %d), again in %d s",
                row.kind,
                row.matter,
                row.attempts,
                seconds,
            )
            await self.db.run(_push_back, row, self.clock() + timedelta(seconds=seconds))


async def _lease(
    tx: Tx, kinds: list[str], limit: int, until: datetime, *, now: datetime
) -> list[DueTime]:
    async with tx.conn.cursor(row_factory=class_row(DueTime)) as cursor:
        await cursor.execute(
            "update due_times set lease_until = %(until)s, attempts = attempts + 1"
            " where (matter, kind) in (select matter, kind from due_times"
            " where state = 'armed' and due_at <= %(now)s and kind = any(%(kinds)s)"
            " and (lease_until is null or lease_until <= %(now)s)"
            " order by due_at limit %(limit)s for update skip locked)"
            " returning *",
            {"until": until, "now": now, "kinds": kinds, "limit": limit},
        )
        return await cursor.fetchall()


async def _fire(tx: Tx, due: DueTime, lock: Lock, handler: Handler, *, now: datetime) -> bool:
    # A worker that is stopped in here would hold the matter's row; the server lets go of it.
    await tx.conn.execute("set local idle_in_transaction_session_timeout = '15s'")
    await lock(tx.conn, due.matter)
    # Done first: the handler may arm its kind again, and that is what then stands.
    cursor = await tx.conn.execute(
        "update due_times set state = 'done', lease_until = null, attempts = 0"
        " where matter = %s and kind = %s and generation = %s and state = 'armed'",
        (due.matter, due.kind, due.generation),
    )
    if cursor.rowcount == 0:
        return False
    await handler(tx, due, now)
    return True


async def _push_back(tx: Tx, due: DueTime, until: datetime) -> None:
    await tx.conn.execute(
        "update due_times set lease_until = %s where matter = %s and kind = %s"
        " and generation = %s and state = 'armed' and lease_until = %s",
        (until, due.matter, due.kind, due.generation, due.lease_until),
    )
