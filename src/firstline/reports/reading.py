"""Reading the log on: evidence follows it, and a page reads the rest before it counts."""

import asyncio
import time
from datetime import datetime

from firstline.kit.db import Conn, Db, Tx
from firstline.promises import read_logs
from firstline.regulations import Policies
from firstline.reports import store
from firstline.reports.judging import DEFINITION, is_whole, judge
from firstline.reports.model import Evidence
from firstline.timeline import HIGHEST

BATCH = 200


async def read_on(
    db: Db,
    policies: Policies,
    now: datetime,
    *,
    most: int = BATCH,
    batch: int = BATCH,
    rest: float = 0,
) -> int:
    """Read up to `most` requests whose log has gone on, the newest first; returns how many.

    Several readers may run at once: each replaces what it read, and what it missed stays unread.
    After each `batch` everybody else gets `rest` times as long as it took.
    """
    await policies.fresh(now)
    done, below = 0, HIGHEST
    while done < most:
        began, wanted = time.perf_counter(), min(batch, most - done)
        numbers = await db.run(_read, policies, below, wanted)
        done += len(numbers)
        if len(numbers) < wanted:
            break
        below = min(numbers)
        await asyncio.sleep(rest * (time.perf_counter() - began))
    return done


async def _read(tx: Tx, policies: Policies, below: int, limit: int) -> list[int]:
    found = dict(await store.unread_requests(tx.conn, DEFINITION, below, limit))
    if found:
        read = await read_logs(tx.conn, list(found))
        evidence: list[Evidence] = []
        for request, entries in read:
            evidence += judge(policies.version(request.policy_version), request, entries)
        await store.put(tx.conn, found, DEFINITION, evidence)
    return list(found)


async def count_unread(conn: Conn) -> int:
    """How many requests the figures do not know yet, or not to their end."""
    return await store.waiting(conn, DEFINITION)


async def read_sample_again(
    conn: Conn, since: datetime, until: datetime, *, most: int = 50
) -> tuple[int, list[int]]:
    """Requests of a period drawn by lot and read once more: how many, and which are not whole."""
    numbers = await store.sample(conn, since, until, most)
    found = await read_logs(conn, numbers)
    broken = [request.no for request, entries in found if not is_whole(request, entries)]
    return len(found), broken
