"""SQL of live news: how far followed topics have come, and whether rights still stand."""

from collections.abc import Sequence
from uuid import UUID

from firstline.kit.db import Conn

# Numbers that JavaScript can hold.
LARGEST = 2**53 - 1


async def request_heads(conn: Conn, numbers: Sequence[int]) -> dict[int, int]:
    """The number of the newest entry of each request."""
    cursor = await conn.execute(
        "select no, head from requests where no = any(%s::bigint[])", (list(numbers),), prepare=True
    )
    return dict(await cursor.fetchall())


async def line_marks(conn: Conn, lines: Sequence[str]) -> dict[str, int]:
    """A number per line that is another one when its queue has changed; never 0, no order."""
    cursor = await conn.execute(
        "select l.id, (1 + coalesce(sum(r.no * 7919 + r.generation * 104729 "
        " + coalesce(extract(epoch from r.promise_due_at)::bigint, 0)), 0) %% %s)::bigint "
        "from lines l left join requests r "
        " on r.line = l.id and r.holder is null and r.closed_at is null "
        "where l.id = any(%s) group by l.id",
        (LARGEST - 1, list(lines)),
        prepare=True,
    )
    return dict(await cursor.fetchall())


async def epochs(conn: Conn, people: Sequence[UUID]) -> dict[UUID, int]:
    """The rights epoch of each of these people who is still active."""
    cursor = await conn.execute(
        "select id, epoch from people where id = any(%s::uuid[]) and active",
        (list(people),),
        prepare=True,
    )
    return dict(await cursor.fetchall())
