"""Entries by POST, and new requests by POST, each acknowledged after its durable commit."""

import asyncio
import itertools
import time

import msgspec

from bench.http import Connection, bearer, connect
from bench.stand import Stand, served, stand

AT_ONCE = 64
# Path, headers and body of one call after the other.
Calls = itertools.chain[tuple[str, str, bytes]]
encode = msgspec.json.encode


async def measure(seconds: float = 8) -> list[str]:
    """Rows of the report."""
    async with stand(requests=1000) as on, served(on):
        entries, bad = await _flood(on, _entry(on), seconds)
        opened, worse = await _flood(on, _opening(on), seconds)
    return [
        f"entries by POST: {entries:,.0f}/s (limit: at least 2,000), refused {bad}",
        f"new requests by POST: {opened:,.0f}/s (limit: at least 1,000), refused {worse}",
    ]


async def _flood(on: Stand, calls: "Calls", seconds: float) -> tuple[float, int]:
    connections = [await connect(on.port) for _ in range(AT_ONCE)]
    until = time.perf_counter() + 1
    await asyncio.gather(*(_call(c, calls, until) for c in connections))  # warms up
    began = time.perf_counter()
    done = await asyncio.gather(*(_call(c, calls, began + seconds) for c in connections))
    spent = time.perf_counter() - began
    for connection in connections:
        connection.transport.close()
    good, bad = sum(g for g, _ in done), sum(b for _, b in done)
    return good / spent, bad


async def _call(connection: Connection, calls: "Calls", until: float) -> tuple[int, int]:
    good = bad = 0
    while time.perf_counter() < until:
        path, headers, body = next(calls)
        answer = await connection.call("POST", path, headers, body)
        if answer.status == 201:
            good += 1
        else:
            bad += 1
    return good, bad


def _entry(on: Stand) -> "Calls":
    pairs = on.pairs
    return itertools.chain(
        (f"/api/v1/requests/{no}/entries", bearer(token),
         encode({"body": f"It happens on every page since noon, number {n}", "key": f"p{n}"}))
        for n in itertools.count()
        for token, no in [pairs[n % len(pairs)]]
    )  # fmt: skip


def _opening(on: Stand) -> "Calls":
    return itertools.chain(
        ("/api/v1/requests", bearer(on.openers[n % len(on.openers)]),
         encode({"topic": "web", "body": f"The page number {n} answers 403", "key": f"o{n}"}))
        for n in itertools.count()
    )  # fmt: skip


if __name__ == "__main__":
    print("\n".join(asyncio.run(measure())))
