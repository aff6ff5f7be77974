"""Reading the log on: evidence follows it, and a page reads the rest before it counts."""

from datetime import datetime

from firstline.kit.db import Conn, Db, Tx
from firstline.promises import logs
from firstline.regulations.versions import Policies
from firstline.reports import store
from firstline.reports.judging import DEFINITION, is_whole, judge

BATCH = 200


async def read_on(db: Db, policies: Policies, now: datetime, *, most: int = BATCH) -> int:
    """Read up to `most` requests whose log has gone on; returns how many were read.

    Several readers may run at once: each replaces what it read, and what it missed stays unread.
    """
    await policies.fresh(now)
    done = 0
    while done < most:
        read = await db.run(_read, policies, min(BATCH, most - done))
        done += read
        if read < BATCH:
            break
    return done


async def _read(tx: Tx, policies: Policies, limit: int) -> int:
    found = await store.unread(tx.conn, DEFINITION, limit)
    if not found:
        return 0
    evidence = [
        one
        for request, entries in await logs(tx.conn, [no for no, _, _ in found])
        for one in judge(policies.version(request.policy_version), request, entries)
    ]
    await store.put(tx.conn, {no: head for no, head, _ in found}, DEFINITION, evidence)
    return len(found)


async def still_unread(conn: Conn) -> int:
    """How many requests the figures do not know yet, or not to their end."""
    return await store.waiting(conn, DEFINITION)


async def looked_at_again(
    conn: Conn, since: datetime, until: datetime, *, most: int = 50
) -> tuple[int, list[int]]:
    """Requests of a period drawn by lot and read once more: how many, and which are not whole."""
    numbers = await store.sample(conn, since, until, most)
    found = await logs(conn, numbers)
    broken = [request.no for request, entries in found if not is_whole(request, entries)]
    return len(found), broken
