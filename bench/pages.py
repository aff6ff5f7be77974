"""The desk's page and the search, with 10,000 and with 100,000 requests in the database."""

import asyncio
import re
import time
from urllib.parse import urlencode

import psycopg

from bench.filling import COMMON, Words, fill
from bench.http import Connection, bearer, connect
from bench.stand import Stand, served, stand
from firstline.kit import clock
from firstline.kit.db import Db, Tx
from firstline.people import who_by_email
from firstline.people.access.sessions import COOKIE, start_session

TIMES = 60
FIRST = 100_000


async def measure() -> list[str]:
    """Rows of the report."""
    rows: list[str] = []
    async with stand(requests=200) as on:
        await _hold_little(on)
        for size, first in ((10_000, FIRST), (90_000, FIRST + 10_000)):
            await fill(on.database, size, first, clock.now())
            cookie = await _cookie(on)
            async with served(on):
                rows += await _rows(on, cookie, first - FIRST + size)
    return rows


async def _hold_little(on: Stand) -> None:
    """Half of the open requests wait, the operator holds three: a busy day, not a flood."""
    async with await psycopg.AsyncConnection.connect(on.database, autocommit=True) as conn:
        await conn.execute(
            "update requests set holder = null, state = 'waiting' where closed_at is null "
            "and no not in (select no from requests order by no limit 3)"
        )


async def _cookie(on: Stand) -> str:
    db = Db(on.database)
    await db.open()

    async def begin(tx: Tx) -> str:
        anna = await who_by_email(tx.conn, "anna@firstline.example")
        assert anna is not None
        return await start_session(tx.conn, anna, agent="bench", now=clock.now())

    try:
        return f"Cookie: {COOKIE}={await db.run(begin)}\r\n"
    finally:
        await db.close()


async def _rows(on: Stand, cookie: str, size: int) -> list[str]:
    connection = await connect(on.port)
    words = Words(FIRST)
    rare = words.rare[5_000 : 5_000 + TIMES]
    pairs = [" ".join((COMMON[n % 20 + 3], COMMON[(n * 7) % 20 + 5])) for n in range(TIMES)]
    api = bearer(on.operator)
    desk = await _times(connection, ["/desk"] * TIMES, cookie)
    found = await _times(connection, [_search(word) for word in rare], api)
    common = await _times(connection, [_search(pair) for pair in pairs], api)
    connection.transport.close()
    return [
        f"{size:,} requests: desk page {_told(desk)} (limit p95 35 ms)",
        f"{size:,} requests: search for a rare word {_told(found)} (limit p95 25 ms)",
        f"{size:,} requests: search for two common words {_told(common)} (limit p95 80 ms)",
    ]


def _search(words: str) -> str:
    return "/api/v1/requests?" + urlencode({"q": words, "limit": 20})


async def _times(connection: Connection, paths: list[str], headers: str) -> list[float]:
    times: list[float] = []
    for path in [*paths[:5], *paths]:
        began = time.perf_counter()
        answer = await connection.call("GET", path, headers)
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status == 200, (path, answer.status, re.sub(rb"\s+", b" ", answer.body)[:200])
    return sorted(times[5:])


def _told(times: list[float]) -> str:
    return f"p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms"


if __name__ == "__main__":
    print("\n".join(asyncio.run(measure())))
