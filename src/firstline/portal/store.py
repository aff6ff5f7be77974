"""SQL of the client's pages: open requests, the queue as its waiting client sees it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.people import Service, Who
from firstline.timeline import Request, scope_sql

REQUEST = ", ".join(field.name for field in fields(Request))
LOOKED_THROUGH = 400  # the newest requests, among which recent waits are looked for
COUNTED = 20


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """The line in which a request waits: how many, since when the oldest, and whether an earlier
    arrival came back to it after this one had joined (the only way in which a place grows).
    """

    waiting: int
    oldest: datetime | None
    came_back: bool


async def open_requests(conn: Conn, who: Who, limit: int = 20) -> list[Request]:
    """The open requests that this contact may see, newest first."""
    scope, values = scope_sql(who)
    query = (
        f"select {REQUEST} from requests r where {scope} and closed_at is null "
        "order by no desc limit %s"
    )
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(query.encode(), [*values, limit])
        return await cursor.fetchall()


async def unrated_requests(conn: Conn, who: Who, since: datetime, limit: int) -> list[Request]:
    """Requests that this contact may see, closed after a moment and not rated, newest first."""
    scope, values = scope_sql(who)
    query = (
        f"select {REQUEST} from requests r where {scope} and closed_at > %s and rating is null "
        "order by no desc limit %s"
    )
    async with conn.cursor(row_factory=class_row(Request)) as cursor:
        await cursor.execute(query.encode(), [*values, since, limit])
        return await cursor.fetchall()


async def queue(conn: Conn, request: Request) -> WaitingLine:
    """The queue of the request's line, as seen from this request."""
    async with conn.cursor(row_factory=class_row(WaitingLine)) as cursor:
        await cursor.execute(
            "select count(*) as waiting, min(r.line_since) as oldest, "
            "coalesce(bool_or(r.no < %(no)s and exists (select from entries e "
            "  where e.matter = r.no and e.at > %(since)s "
            "  and e.kind in ('given_back', 'sent_back', 'reopened', 'handed_over'))), false) "
            "  as came_back "
            "from requests r "
            "where r.line = %(line)s and r.holder is null and r.closed_at is null",
            {"no": request.no, "since": request.line_since, "line": request.line},
        )
        found = await cursor.fetchone()
    assert found is not None, "a count has a row"
    return found


async def recent_waits(conn: Conn, line: str, first: str, since: datetime) -> list[float]:
    """Seconds that the latest takes of the line had waited in it, since a moment; at most twenty.

    Where a request stood when it was taken is what its last hand-over says, else the first line.
    """
    query = (
        "with recent as (select no from requests where no > (select value from counters "
        f"  where name = 'request') - {LOOKED_THROUGH}) "
        "select extract(epoch from t.at - j.at)::float from recent r "
        "join entries t on t.matter = r.no and t.kind = 'taken' and t.at > %(since)s "
        "cross join lateral (select e.at from entries e where e.matter = t.matter "
        "  and e.no < t.no and e.kind in "
        "  ('opened', 'handed_over', 'sent_back', 'given_back', 'reopened') "
        "  order by e.no desc limit 1) j "
        "where %(line)s = coalesce((select e.data->>'line' from entries e "
        "  where e.matter = t.matter and e.no < t.no "
        "  and e.kind in ('handed_over', 'sent_back') order by e.no desc limit 1), %(first)s) "
        f"order by t.at desc limit {COUNTED}"
    )
    cursor = await conn.execute(query.encode(), {"since": since, "line": line, "first": first})
    return [row[0] for row in await cursor.fetchall()]


async def plan(conn: Conn, who: Who) -> str:
    """The support plan of the contact's client; empty for none."""
    cursor = await conn.execute("select plan from clients where id = %s", (who.client_id,))
    row = await cursor.fetchone()
    return row[0] if row else ""


async def known_fields(conn: Conn, who: Who, no: int) -> tuple[bool, frozenset[str]]:
    """Whether the person wants hints while they write, and what is known of a request."""
    cursor = await conn.execute(
        "select coached, array(select field from request_fields where request_no = %s)"
        " from people where id = %s",
        (no, who.id),
    )
    row = await cursor.fetchone()
    return (row[0], frozenset(row[1])) if row else (False, frozenset())


class FormNeeds(NamedTuple):
    """What a form of a new request asks of its contact: the client's plan, its active services that
    they may write about, and whether they want hints while they write.
    """

    plan: str
    services: list[Service]
    hints: bool


async def form_needs(conn: Conn, who: Who) -> FormNeeds:
    """What the form of a new request needs, in one query."""
    cursor = await conn.execute(
        "select c.plan, coalesce((select coached from people where id = %s), true),"
        " s.id, s.client_id, s.external_id, s.name, s.kind, s.server, s.host, "
        "s.active from clients c left join services s on s.client_id = c.id and s.active "
        "where c.id = %s order by lower(s.name), s.id",
        (who.id, who.client_id),
    )
    rows = await cursor.fetchall()
    found = [Service(*row[2:]) for row in rows if row[2] is not None]
    plan, hints = rows[0][:2]
    return FormNeeds(plan, [service for service in found if who.may_use(service.id)], hints)
