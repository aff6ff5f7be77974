"""What the index takes at a time, and that it does not hold up anybody's commit."""

from typing import Any

from firstline.kit.db import Db
from firstline.kit.ids import uuid7
from firstline.timeline import tidy_index
from firstline.timeline.search.store import AT_ONCE, take_unread


async def leave(conn: Any, batches: int, size: int) -> None:
    for _ in range(batches):
        await conn.execute(
            "insert into unread (id, matters, entries) values (%s, %s, %s)",
            (uuid7(), [1] * size, list(range(size))),
        )


async def test_many_small_batches_are_read_together(conn: Any) -> None:
    await conn.execute("delete from unread")
    await leave(conn, batches=3 * AT_ONCE, size=1)
    taken, _ = await take_unread(conn)
    assert len(taken) == AT_ONCE
    cursor = await conn.execute("select id from unread order by id")
    assert taken == [row[0] for row in (await cursor.fetchall())[:AT_ONCE]], "the oldest first"


async def test_a_large_batch_is_read_alone(conn: Any) -> None:
    await conn.execute("delete from unread")
    await leave(conn, batches=2, size=3 * AT_ONCE)
    taken, _ = await take_unread(conn)
    assert len(taken) == 1


async def source(conn: Any) -> str:
    cursor = await conn.execute("select source from pg_settings where name = 'synchronous_commit'")
    (found,) = await cursor.fetchone()
    return found


async def test_only_what_can_be_made_again_does_not_wait_for_the_disk(live_database: str) -> None:
    db = Db(live_database, size=1)
    await db.open()
    async with db.derived() as tx:
        cursor = await tx.conn.execute("show synchronous_commit")
        assert await cursor.fetchone() == ("off",)
        assert await source(tx.conn) == "session"
    async with db.transaction() as tx:  # on the same connection
        assert await source(tx.conn) != "session"
    await db.close()


async def test_what_was_added_lately_is_brought_to_its_place(conn: Any, db: Any) -> None:
    await conn.execute(
        "insert into matters (no, kind) select i, 'request' from generate_series(9001, 9050) i"
    )
    await conn.execute(
        "insert into search_words (matter, words) select i, to_tsvector('simple', 'word' || i) "
        "from generate_series(9001, 9050) i"
    )
    assert await tidy_index(db) > 0
    assert await tidy_index(db) == 0
