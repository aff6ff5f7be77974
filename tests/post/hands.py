"""What the post's tests share: a clock to turn, and requests made without the rest of the house."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from firstline.kit.db import Conn, Db
from firstline.kit.ids import uuid7
from firstline.kit.lease import LeaseLoop

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Turned:
    """A clock that stands until it is turned."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


async def until(met: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Wait for what other tasks or processes bring about."""
    async with asyncio.timeout(seconds):
        while not await met():
            await asyncio.sleep(0.03)


@contextlib.asynccontextmanager
async def running(*runners: LeaseLoop[Any]) -> AsyncIterator[None]:
    """The runners at work for the length of the block."""
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def requests(db: Db, count: int) -> list[int]:
    """Write `count` bare requests of one new client; returns their numbers."""
    async with db.transaction() as tx:
        client, person = await _somebody(tx.conn)
        cursor = await tx.conn.execute(
            "update counters set value = value + %s where name = 'request' returning value",
            (count,),
        )
        row = await cursor.fetchone()
        assert row
        numbers = list(range(row[0] - count + 1, row[0] + 1))
        async with tx.conn.cursor() as cursor:
            await cursor.executemany(
                "insert into matters (no, kind) values (%s, 'request')", [(no,) for no in numbers]
            )
            await cursor.executemany(
                "insert into requests (no, client_id, opened_by, topic, title, language, channel,"
                " mode, line, state, arrived_at, line_since, policy_version, updated_at) values"
                " (%s, %s, %s, 'web', 'A matter', 'en', 'chat', 'chat', 'first', 'waiting',"
                " %s, %s, 1, %s)",
                [(no, client, person, START, START, START) for no in numbers],
            )
    return numbers


async def _somebody(conn: Conn) -> tuple[object, object]:
    client, person = uuid7(), uuid7()
    await conn.execute("insert into lines values ('first') on conflict do nothing")
    await conn.execute(
        "insert into clients (id, name, created_at) values (%s, 'Acme', %s)", (client, START)
    )
    await conn.execute(
        "insert into people (id, side, email, name, created_at) values"
        " (%s, 'client', %s, 'Vera', %s)",
        (person, f"{person}@acme.example", START),
    )
    return client, person


async def lock_row(conn: Conn, matter: int) -> None:
    """Hold the matter's row, as `DueRunner` wants it."""
    await conn.execute("select from requests where no = %s for no key update", (matter,))
