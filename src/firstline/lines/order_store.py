"""SQL of the queue in any order of work; where it is the order of arrival, `store` is quicker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.policy.file.doors import CONDUCT, LAST, Order
from firstline.timeline import REQUEST, Request

# What each key of an order sorts by, as a number.
KEYS: dict[str, LiteralString] = {
    "conduct": "(exists (select from conduct_steps s where s.client_id = r.client_id "
    "  and s.step = 'lowest_priority' and s.back_no is null "
    "  and (s.lapses_at is null or s.lapses_at > %(at)s::timestamptz)))::int",
    "priority": "coalesce(array_position(%(priorities)s::text[], "
    "  coalesce(r.priority, %(usual)s)), %(last)s)",
    "plan": "coalesce((%(ranks)s::int[])[array_position(%(plans)s::text[], r.plan)], %(last)s)",
    "word": "extract(epoch from coalesce((select e.at from entries e "
    "  where e.matter = r.no and e.no = r.client_said_no), r.arrived_at))",
    "arrival": "r.no",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A waiting request and its place in its line, from 1."""

    line: str
    no: int
    place: int


def _places(order: Order) -> LiteralString:
    """The waiting requests of some lines with their places.

    With one at a time of each client, `turn` counts what the client has before it: other waiting
    requests, and those that somebody is working at. Whose turn it is not goes after the others.
    """
    rank = "array[" + ", ".join([KEYS[key] for key in order.keys]) + "]::numeric[]"
    turn = "1"
    if order.one_each:
        turn = (
            "row_number() over (partition by q.client_id order by q.rank) + (select count(*) "
            "from requests h where h.client_id = q.client_id and h.holder is not null "
            "and h.closed_at is null and h.state = 'with_us')"
        )
    # Whom a rule of conduct puts last goes after everybody's second requests, too.
    before: LiteralString = "rank[1], " if order.keys[0] == CONDUCT else ""
    return (
        f"with q as (select r.no, r.line, r.client_id, {rank} as rank from requests r "
        "where r.line = any(%(lines)s) and r.holder is null and r.closed_at is null), "
        f"t as (select q.*, {turn} as turn from q), placed as (select no, line, turn, "
        f"row_number() over (partition by line order by {before}turn, rank) as place from t) "
    )


def _values(order: Order, lines: list[str], **more: Any) -> dict[str, Any]:
    return {
        "priorities": list(order.priorities),
        "usual": order.usual,
        "plans": list(order.plans),
        "ranks": list(order.ranks),
        "last": LAST,
        "at": order.at,
        "lines": lines,
        **more,
    }


async def earliest(
    conn: Conn,
    order: Order,
    line: str,
    operator: UUID,
    languages: list[str],
    skipped_after: datetime,
    *,
    hold: bool,
) -> Request | None:
    """The first in the order that this operator can serve and did not skip just now."""
    query = (
        f"{_places(order)} select {REQUEST} from requests r where r.no = ("
        "select p.no from placed p join requests w on w.no = p.no "
        "where (p.turn = 1 or not %(one_each)s) "
        "and (cardinality(%(languages)s::text[]) = 0 or w.language = any(%(languages)s)) "
        "and not exists (select from skips s where s.request_no = p.no "
        "  and s.operator_id = %(operator)s and s.at > %(skipped)s) "
        "order by p.place limit 1)" + (" for no key update" if hold else "")
    )
    values = _values(
        order, [line], languages=languages, operator=operator, skipped=skipped_after,
        one_each=order.one_each,
    )  # fmt: skip
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchone()


async def ahead(conn: Conn, order: Order, line: str, no: int) -> list[int]:
    """Numbers of the requests that go before `no` in the line: at most twenty."""
    cursor = await conn.execute(
        f"{_places(order)} select no from placed where place < "
        "(select place from placed where no = %(no)s) order by place limit 20",
        _values(order, [line], no=no),
    )
    return [row[0] for row in await cursor.fetchall()]


async def heads(conn: Conn, order: Order, lines: list[str], most: int) -> list[Placed]:
    """The first of each line, at most so many."""
    async with conn.cursor(row_factory=class_row(Placed)) as cursor:
        await cursor.execute(
            f"{_places(order)} select line, no, place from placed where place <= %(most)s "
            "order by line, place",
            _values(order, lines, most=most),
        )
        return await cursor.fetchall()


async def places(conn: Conn, order: Order, requests: list[Request]) -> dict[int, int]:
    """Places of these requests in their lines, by number."""
    cursor = await conn.execute(
        f"{_places(order)} select no, place from placed where no = any(%(numbers)s)",
        _values(order, sorted({r.line for r in requests}), numbers=[r.no for r in requests]),
    )
    return dict(await cursor.fetchall())
