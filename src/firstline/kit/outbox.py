"""What must leave the desk (mail, webhooks, push): written with the fact, sent after the commit.

At least once: a parcel is sent again when nobody knows whether it arrived, under the same id, so
that the receiver can tell. The schedule of attempts is that of Standard Webhooks.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from firstline.kit import clock
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.ids import uuid7
from firstline.kit.lease import LeaseLoop
from firstline.kit.logs import name_and_cause

log = logging.getLogger(__name__)
# Seconds to wait after the first, second … failed attempt: three days in all, then dead.
SCHEDULE = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
# An away server is asked again all the time, so that what waits goes soon after it is back: after
# a quarter of the time that a parcel waits, within these.
AWAY_SECONDS = (5.0, 30.0)
PATIENCE = timedelta(seconds=sum(SCHEDULE))
ERROR_LENGTH = 500
# One line of the log for all that waits for the same server.
LOG_SECONDS = 60


class Permanent(Exception):
    """Trying again cannot help: the parcel is dead at once, and the keeper sees why."""


class Away(Exception):
    """The server did not take the parcel's first word: no fault of the parcel, and no attempt."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A row of the table outbox, all of it; `state` is waiting, sent or dead.

    `created_at` is when it should have gone first; `not_before` moves with each attempt.
    """

    id: UUID
    kind: str
    dedupe_key: str | None
    payload: dict[str, Any]
    not_before: datetime
    attempts: int
    lease_until: datetime | None
    last_error: str | None
    state: str
    created_at: datetime
    done_at: datetime | None


# A handler may return what to keep of the payload once it is sent (no secret links, no words).
Handler = Callable[[dict[str, Any], UUID], Awaitable[dict[str, Any] | None]]


async def put(
    conn: Conn,
    *,
    kind: str,
    payload: Mapping[str, Any],
    dedupe_key: str | None = None,
    not_before: datetime,
) -> UUID | None:
    """Write a parcel into the caller's transaction; None when `dedupe_key` was used before."""
    parcel_id = uuid7()
    cursor = await conn.execute(
        "insert into outbox (id, kind, dedupe_key, payload, not_before, created_at)"
        " values (%s, %s, %s, %s, %s, %s) on conflict (dedupe_key) do nothing",
        (parcel_id, kind, dedupe_key, Jsonb(dict(payload)), not_before, not_before),
    )
    return parcel_id if cursor.rowcount else None


async def list_dead(conn: Conn, *, limit: int = 100) -> list[Parcel]:
    """Parcels given up, the newest first."""
    async with conn.cursor(row_factory=class_row(Parcel)) as cursor:
        await cursor.execute(
            "select * from outbox where state = 'dead' order by done_at desc limit %s", (limit,)
        )
        return await cursor.fetchall()


async def list_failing(conn: Conn, *, limit: int = 100) -> list[Parcel]:
    """Parcels that failed and are tried again, the next attempt first."""
    async with conn.cursor(row_factory=class_row(Parcel)) as cursor:
        await cursor.execute(
            "select * from outbox where state = 'waiting' and last_error is not null"
            " order by not_before limit %s",
            (limit,),
        )
        return await cursor.fetchall()


async def send_now(conn: Conn, ids: Sequence[UUID] | None, *, now: datetime) -> int:
    """Try these parcels again at once, or all: those given up and those that wait after a failure.

    They keep their id and get all their attempts again; what is being sent is left alone. Returns
    how many.
    """
    cursor = await conn.execute(
        "update outbox set state = 'waiting', attempts = 0, not_before = %(now)s, done_at = null,"
        " lease_until = null, created_at = case state when 'dead' then %(now)s else created_at end,"
        " last_error = case state when 'dead' then null else last_error end"
        " where (state = 'dead' or (state = 'waiting' and last_error is not null"
        " and (lease_until is null or lease_until <= %(now)s)))"
        " and (%(ids)s::uuid[] is null or id = any(%(ids)s))",
        {"now": now, "ids": None if ids is None else list(ids)},
    )
    return cursor.rowcount


async def drop(conn: Conn, ids: Sequence[UUID] | None, *, now: datetime) -> int:
    """Delete these parcels, or all, of those given up and those that wait after a failure."""
    cursor = await conn.execute(
        "delete from outbox where (state = 'dead' or (state = 'waiting' and last_error is not null"
        " and (lease_until is null or lease_until <= %(now)s)))"
        " and (%(ids)s::uuid[] is null or id = any(%(ids)s))",
        {"now": now, "ids": None if ids is None else list(ids)},
    )
    return cursor.rowcount


@dataclass(frozen=True, slots=True)
class Unsent:
    """Parcels that should have gone: how many, since when, and what the last of them met."""

    count: int
    since: datetime | None
    error: str | None


async def find_unsent(conn: Conn, *, before: datetime, failing: bool = False) -> Unsent:
    """What should have gone before then and waits; `failing`: only what was tried in vain."""
    async with conn.cursor(row_factory=class_row(Unsent)) as cursor:
        await cursor.execute(
            "select count(*), min(created_at) as since,"
            " (array_agg(last_error order by not_before desc) filter (where last_error is not null)"
            ")[1] as error from outbox where state = 'waiting' and created_at <= %s"
            " and (not %s or last_error is not null)",
            (before, failing),
        )
        found = await cursor.fetchone()
    assert found is not None, "an aggregate always gives one row"
    return found


async def backlog(conn: Conn, *, now: datetime) -> dict[str, tuple[int, datetime]]:
    """How many parcels of each kind have not left, tried before or not, and when the oldest was
    written. What is to leave later is not among them."""
    cursor = await conn.execute(
        "select kind, count(*), min(created_at) from outbox where state = 'waiting'"
        " and created_at <= %s group by kind",
        (now,),
    )
    return {kind: (count, since) for kind, count, since in await cursor.fetchall()}


async def hush(conn: Conn, *, before: datetime) -> int:
    """Count as sent what was due before then: a past that was only told (the demo's) mails nobody.

    Returns how many.
    """
    cursor = await conn.execute(
        "update outbox set state = 'sent', done_at = not_before, payload = '{}'"
        " where state = 'waiting' and attempts = 0 and not_before < %s",
        (before,),
    )
    return cursor.rowcount


async def forget(conn: Conn, *, before: datetime) -> int:
    """Delete what was sent or given up before `before`; returns how many."""
    cursor = await conn.execute(
        "delete from outbox where state <> 'waiting' and done_at < %s", (before,)
    )
    return cursor.rowcount


class OutboxRunner(LeaseLoop[Parcel]):
    """Sends parcels by `handlers[kind]`; several runners may share one outbox.

    `patience` ends a handler that hangs; the lease outlives it, so that no other worker sends the
    parcel meanwhile unless this process has died.
    """

    def __init__(
        self,
        db: Db,
        handlers: Mapping[str, Handler],
        *,
        clock: Callable[[], datetime] = clock.now,
        width: int = 8,
        poll: float = 2.0,
        patience: float = 120.0,
        schedule: tuple[int, ...] = SCHEDULE,
    ) -> None:
        super().__init__(clock=clock, width=width, poll=poll)
        self.db = db
        self.handlers = handlers
        self.patience = patience
        self.schedule = schedule
        self._logged_at: datetime | None = None

    async def lease(self, limit: int) -> list[Parcel]:
        now = self.clock()
        until = now + timedelta(seconds=self.patience * 2)
        return await self.db.run(_lease, list(self.handlers), limit, until, now=now)

    async def earliest(self) -> datetime | None:
        async with self.db.connection() as conn:
            cursor = await conn.execute(
                "select not_before from outbox where state = 'waiting' and lease_until is null"
                " and kind = any(%s) order by not_before limit 1",
                (list(self.handlers),),
            )
            row = await cursor.fetchone()
        return row[0] if row else None

    async def work(self, row: Parcel) -> None:
        try:
            async with asyncio.timeout(self.patience):
                keep = await self.handlers[row.kind](row.payload, row.id)
        except Permanent as error:
            await self._bury(row, _error_line(error))
        except Away as error:
            await self._wait(row, _error_line(error))
        except Exception as error:
            await self._again(row, _error_line(error))
        else:
            now = self.clock()
            payload = row.payload if keep is None else keep
            sent = replace(row, state="sent", done_at=now, last_error=None, payload=payload)
            await self.db.run(_mark, row, sent)

    async def _wait(self, row: Parcel, why: str) -> None:
        now = self.clock()
        waited = now - row.created_at
        if waited > PATIENCE:
            await self._bury(row, why)
            return
        if self._logged_at is None or (now - self._logged_at).total_seconds() >= LOG_SECONDS:
            self._logged_at = now
            log.warning("no %s can be sent: %s", row.kind, why)
        least, most = AWAY_SECONDS
        seconds = min(most, max(least, waited.total_seconds() / 4)) * random.uniform(0.8, 1.2)
        at = now + timedelta(seconds=seconds)
        after = replace(row, not_before=at, last_error=why, attempts=row.attempts - 1)
        await self.db.run(_mark, row, after)

    async def _again(self, row: Parcel, why: str) -> None:
        if row.attempts > len(self.schedule):
            await self._bury(row, why)
            return
        seconds = self.schedule[row.attempts - 1] * random.uniform(0.8, 1.2)
        log.warning("%s %s failed (attempt %d): %s", row.kind, row.id, row.attempts, why)
        at = self.clock() + timedelta(seconds=seconds)
        await self.db.run(_mark, row, replace(row, not_before=at, last_error=why))

    async def _bury(self, row: Parcel, why: str) -> None:
        log.error("%s %s is given up: %s", row.kind, row.id, why)
        dead = replace(row, state="dead", done_at=self.clock(), last_error=why)
        await self.db.run(_mark, row, dead)


def _error_line(error: Exception) -> str:
    """The error in one short line."""
    return name_and_cause(error)[:ERROR_LENGTH]


async def _lease(
    tx: Tx, kinds: list[str], limit: int, until: datetime, *, now: datetime
) -> list[Parcel]:
    # The attempt counts from here: a parcel that kills its worker must run out of attempts too.
    async with tx.conn.cursor(row_factory=class_row(Parcel)) as cursor:
        await cursor.execute(
            "update outbox set lease_until = %(until)s, attempts = attempts + 1 where id in ("
            " select id from outbox where state = 'waiting' and not_before <= %(now)s"
            " and kind = any(%(kinds)s) and (lease_until is null or lease_until <= %(now)s)"
            " order by not_before, id limit %(limit)s for update skip locked)"
            " returning *",
            {"until": until, "now": now, "kinds": kinds, "limit": limit},
        )
        return await cursor.fetchall()


async def _mark(tx: Tx, leased: Parcel, after: Parcel) -> None:
    # Only while this worker's lease stands: attempts and time of the lease both agree.
    await tx.conn.execute(
        "update outbox set state = %s, done_at = %s, not_before = %s, last_error = %s,"
        " payload = %s, attempts = %s, lease_until = null"
        " where id = %s and state = 'waiting' and attempts = %s and lease_until = %s",
        (
            after.state,
            after.done_at,
            after.not_before,
            after.last_error,
            Jsonb(after.payload),
            after.attempts,
            leased.id,
            leased.attempts,
            leased.lease_until,
        ),
    )
