"""SQL of the queue. Waiting means: no holder, not closed. The order of arrival is the number; an
order that looks at anything else is `order_store`'s.
"""

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.kit.typed import HIGHEST
from firstline.lines import order_store
from firstline.policy.file.doors import Order
from firstline.timeline import REQUEST, Request

WAITING = "holder is null and closed_at is null"


async def lock_line(conn: Conn, line: str) -> bool:
    """Hold the line's row, so that takes from it follow each other; False for an unknown line."""
    cursor = await conn.execute(
        "select 1 from lines where id = %s for no key update", (line,), prepare=True
    )
    return await cursor.fetchone() is not None


async def lock_line_of(conn: Conn, no: int) -> str | None:
    """Hold the row of the line that request `no` stands in; None for an unknown number."""
    if not 0 < no <= HIGHEST:
        return None
    cursor = await conn.execute("select line from requests where no = %s", (no,), prepare=True)
    row = await cursor.fetchone()
    if row is None:
        return None
    await lock_line(conn, row[0])
    return row[0]


async def earliest(
    conn: Conn,
    order: Order,
    line: str,
    operator: UUID,
    languages: list[str],
    skipped_after: datetime,
    *,
    hold: bool = True,
) -> Request | None:
    """The earliest waiting request that this operator can serve and did not skip just now; with
    its row held unless it is only to be shown.
    """
    if not order.by_arrival:
        return await order_store.earliest(
            conn, order, line, operator, languages, skipped_after, hold=hold
        )
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"select {REQUEST} from requests r where line = %s and {WAITING} "
            "and (cardinality(%s::text[]) = 0 or language = any(%s)) "
            "and not exists (select from skips s where s.request_no = r.no "
            "  and s.operator_id = %s and s.at > %s) "
            "order by no limit 1" + (" for no key update" if hold else ""),
            (line, languages, languages, operator, skipped_after),
            prepare=True,
        )
        return await cursor.fetchone()


async def ahead(conn: Conn, order: Order, line: str, no: int) -> list[int]:
    """Numbers of the requests that wait in the line before `no`: at most twenty."""
    if not order.by_arrival:
        return await order_store.ahead(conn, order, line, no)
    cursor = await conn.execute(
        f"select no from requests where line = %s and {WAITING} and no < %s order by no limit 20",
        (line, no),
        prepare=True,
    )
    return [row[0] for row in await cursor.fetchall()]


async def place(conn: Conn, order: Order, request: Request) -> int | None:
    """Place in the line, from 1; None for a request that does not wait."""
    if request.holder is not None or request.closed:
        return None
    if not order.by_arrival:
        return (await order_store.places(conn, order, [request])).get(request.no)
    cursor = await conn.execute(
        f"select count(*) from requests where line = %s and {WAITING} and no <= %s",
        (request.line, request.no),
        prepare=True,
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else None


async def places(conn: Conn, order: Order, requests: list[Request]) -> dict[int, int]:
    """Places of those of the requests that wait, by number, in one query."""
    waiting = [r for r in requests if r.holder is None and not r.closed]
    if not waiting:
        return {}
    if not order.by_arrival:
        return await order_store.places(conn, order, waiting)
    cursor = await conn.execute(
        "select q.no, count(*) from unnest(%s::bigint[], %s::text[]) as q(no, line) "
        "join requests r on r.line = q.line and r.holder is null and r.closed_at is null "
        "  and r.no <= q.no group by q.no",
        ([r.no for r in waiting], [r.line for r in waiting]),
    )
    return dict(await cursor.fetchall())


async def open_chats(conn: Conn, operator: UUID) -> int:
    """How many chats this operator holds that wait for a word of ours."""
    cursor = await conn.execute(
        "select count(*) from requests where holder = %s and closed_at is null "
        "and mode = 'chat' and state = 'with_us'",
        (operator,),
        prepare=True,
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def held_by(conn: Conn, operator: UUID) -> list[Request]:
    """The operator's open requests, earliest first, with their rows held."""
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(
            f"select {REQUEST} from requests where holder = %s and closed_at is null "
            "order by no for no key update",
            (operator,),
        )
        return await cursor.fetchall()


async def present_operators(conn: Conn, line: str, seen_after: datetime) -> list[UUID]:
    """Operators of the line who were heard of since `seen_after`: any call is presence."""
    cursor = await conn.execute(
        "select o.person_id from operators o join people p on p.id = o.person_id "
        "where p.active and o.seen_at > %s and %s = any(o.lines)",
        (seen_after, line),
        prepare=True,
    )
    return [row[0] for row in await cursor.fetchall()]


async def record_skip(conn: Conn, no: int, operator: UUID, reason: str, at: datetime) -> None:
    """Remember that the operator declined this request."""
    await conn.execute(
        "insert into skips values (%s, %s, %s, %s) on conflict (request_no, operator_id) "
        "do update set at = excluded.at, reason = excluded.reason",
        (no, operator, at, reason),
    )


async def skipped_by(conn: Conn, operator: UUID, numbers: list[int], after: datetime) -> set[int]:
    """Those of the requests that the operator has skipped since a moment."""
    cursor = await conn.execute(
        "select request_no from skips where operator_id = %s and request_no = any(%s) and at > %s",
        (operator, numbers, after),
    )
    return {row[0] for row in await cursor.fetchall()}


async def left_chats(conn: Conn, seen_before: datetime) -> list[int]:
    """Chats that owe a word and whose holder was last heard of before `seen_before`."""
    cursor = await conn.execute(
        "select r.no from requests r join operators o on o.person_id = r.holder "
        "where r.closed_at is null and r.mode = 'chat' and r.promise_due_at is not null "
        "and o.seen_at < %s and r.held_since < %s order by r.no",
        (seen_before, seen_before),
    )
    return [row[0] for row in await cursor.fetchall()]


async def line_ids(conn: Conn) -> list[str]:
    """The lines that any published policy has named."""
    cursor = await conn.execute("select id from lines order by id")
    return [row[0] for row in await cursor.fetchall()]
