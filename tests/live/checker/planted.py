"""The desk with a bug planted in it: `python -m tests.live.checker.planted BUG serve …`.

The checker is worth what it catches, so each of these must be caught.
"""

import asyncio
import inspect
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from firstline import lines
from firstline.app import Desk
from firstline.cli import main
from firstline.kit.db import Conn, Db, Tx
from firstline.lines import store as lines_store
from firstline.timeline.ledger import appending_store

LATE = 0.15
_late: set[asyncio.Task[None]] = set()


def early_ack() -> None:
    """Words are acknowledged, and shown, a moment before they are committed."""

    @asynccontextmanager
    async def hasty(self: Db) -> AsyncIterator[Tx]:
        conn = await self.writers.getconn()
        await conn.execute("begin")
        tx = Tx(conn)
        try:
            yield tx
        except BaseException:
            await conn.execute("rollback")
            await self.writers.putconn(conn)
            raise
        self.on_commit(tx.news)
        task = asyncio.create_task(_commit(self, conn))
        _late.add(task)
        task.add_done_callback(_late.discard)

    Db.batch = Db.statement = hasty  # type: ignore[method-assign]


async def _commit(db: Db, conn: Conn) -> None:
    await asyncio.sleep(LATE)
    await conn.execute("commit")
    await db.writers.putconn(conn)


def no_keys() -> None:
    """Keys that were seen are not looked for, and no index refuses them a second time."""

    async def numbers_by_key(_conn: Conn, _keys: Any) -> dict[Any, int]:
        return {}

    whole = Desk.open

    async def opened(self: Desk) -> None:
        await whole(self)
        async with self.db.connection() as conn:
            await conn.execute("drop index if exists entries_key")

    blind = appending_store.WRITE.replace("k.key = e.key", "false")
    assert blind != appending_store.WRITE
    appending_store.WRITE = blind
    appending_store.numbers_by_key = numbers_by_key
    Desk.open = opened  # type: ignore[method-assign]


def skip_locked() -> None:
    """Takes pass over rows that somebody holds, and do not wait for each other."""

    async def lock_line(_conn: Conn, _line: str) -> bool:
        return True

    source = inspect.getsource(lines_store.earliest)
    hasty = source.replace("for no key update", "for no key update skip locked")
    assert hasty != source
    exec(hasty, vars(lines_store))
    lines.earliest = lines_store.earliest
    lines.lock_line = lines_store.lock_line = lock_line


BUGS: dict[str, Callable[[], None]] = {
    "early-ack": early_ack,
    "no-keys": no_keys,
    "skip-locked": skip_locked,
}

if __name__ == "__main__":
    BUGS[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))
