"""SQL of what a client has asked lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.people import Who
from firstline.timeline import scope_sql

MOST_REQUESTS, MOST_ENTRIES = 60, 400


@dataclass(frozen=True, slots=True)
class AskedWords:
    """Words of a client, and the request that holds them."""

    no: int
    title: str
    topic: str
    service: UUID | None
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A request that asks nearly the same, and when those words were written."""

    no: int
    title: str
    at: datetime


async def same_opening(conn: Conn, who: Who, no: int, within: timedelta) -> Duplicate | None:
    """The first open request that the opener of this one opened with the same words shortly before
    it, of those that `who` may see.
    """
    sight, values = scope_sql(who)
    async with conn.cursor(row_factory=class_row(Duplicate)) as cursor:
        await cursor.execute(
            "with mine as (select q.no, q.client_id, q.opened_by, q.arrived_at, e.body"
            "  from requests q join entries e on e.matter = q.no and e.no = 1"
            "  where q.no = %s and e.salts is not null) "
            "select r.no, r.title, r.arrived_at as at from requests r"
            " join mine m on m.client_id = r.client_id and m.opened_by = r.opened_by"
            " join entries e on e.matter = r.no and e.no = 1 and e.body = m.body"
            " where r.no < m.no and r.arrived_at >= m.arrived_at - %s and r.closed_at is null"
            f" and e.salts is not null and {sight} order by r.no limit 1",
            (no, within, *values),
        )
        return await cursor.fetchone()


async def words_lately(
    conn: Conn,
    who: Who,
    client: UUID,
    since: datetime,
    until: datetime,
    *,
    below: int | None = None,
) -> list[AskedWords]:
    """The client's own words of a time in the requests that `who` may see, the newest first.

    Of the open requests; with a number, of those `below` it, open or not.
    """
    sight, values = scope_sql(who)
    async with conn.cursor(row_factory=class_row(AskedWords)) as cursor:
        await cursor.execute(
            "with asked as materialized (select r.no, r.title, r.topic, r.service_id"
            " from requests r where r.client_id = %s and r.updated_at >= %s"
            "  and (r.closed_at is null or r.no < %s) and r.no < coalesce(%s, r.no + 1)"
            f"  and {sight} order by r.no desc limit %s) "
            "select a.no, a.title, a.topic, a.service_id as service, e.at,"
            " left(e.body, 6000) as body "
            "from asked a join entries e on e.matter = a.no "
            "where e.side = 'client' and e.salts is not null and e.at >= %s and e.at <= %s"
            " and (e.kind in ('opened', 'said') or e.kind = 'edited' and e.data ? 'of') "
            "order by e.at desc, e.matter desc, e.no desc limit %s",
            (client, since, below, below, *values, MOST_REQUESTS, since, until, MOST_ENTRIES),
        )
        return await cursor.fetchall()
