"""SQL of letters: who gets them, and what they have been told already."""

from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Conn
from firstline.timeline import Request


async def readers(conn: Conn, request: Request) -> list[UUID]:
    """The active contacts who opened the request or spoke in it; if none did, the owners."""
    cursor = await conn.execute(
        "select p.id from people p where p.active and p.side = 'client' and p.id in"
        " (select by_id from entries where matter = %(no)s and side = 'client'"
        "  union select %(opened_by)s) order by p.id",
        {"no": request.no, "opened_by": request.opened_by},
    )
    found = [row[0] for row in await cursor.fetchall()]
    return found or await _owners(conn, request.client_id)


async def _owners(conn: Conn, client_id: UUID) -> list[UUID]:
    cursor = await conn.execute(
        "select p.id from contacts c join people p on p.id = c.person_id"
        " where c.client_id = %s and c.access = 'owner' and p.active order by p.id",
        (client_id,),
    )
    return [row[0] for row in await cursor.fetchall()]


async def next_letter_at(
    conn: Conn, no: int, person_id: UUID, quiet: timedelta, now: datetime
) -> datetime | None:
    """When the next letter about answers goes: `quiet` after the last; None when one is on its way.

    Raises nothing; the request's row is held by the caller.
    """
    cursor = await conn.execute(
        "insert into letters as l (matter, person_id, at) values (%s, %s, %s)"
        " on conflict (matter, person_id) do update set at = greatest(excluded.at, l.at + %s)"
        " where l.at <= excluded.at returning at",
        (no, person_id, now, quiet),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def seen_upto(conn: Conn, no: int, person_id: UUID) -> int:
    """The number up to which this person has seen the request; 0 for nothing."""
    cursor = await conn.execute(
        "select no from seen where matter = %s and person_id = %s", (no, person_id)
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def opened_between(conn: Conn, since: datetime, until: datetime) -> list[tuple[int, UUID]]:
    """Requests that a client's person opened in that time and that are open without words of ours:
    number and person, of those whose letter is not planned yet.
    """
    cursor = await conn.execute(
        "select r.no, r.opened_by from requests r join people p on p.id = r.opened_by"
        " where r.no > (select value from counters where name = 'request') - 20000"
        " and r.arrived_at between %s and %s and r.closed_at is null and r.staff_said_no = 0"
        " and p.side = 'client' and p.active and not exists (select from outbox o"
        "  where o.dedupe_key = 'opening:' || r.no || ':' || p.id || ':1')",
        (since, until),
    )
    return await cursor.fetchall()


async def mailed_upto(conn: Conn, no: int, person_id: UUID) -> int:
    """The number of the newest entry that this person's letters have carried; 0 for none."""
    cursor = await conn.execute(
        "select upto from letters where matter = %s and person_id = %s", (no, person_id)
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def mark_mailed(conn: Conn, no: int, person_id: UUID, upto: int, now: datetime) -> None:
    """A letter that carried entries up to `upto` has left."""
    await conn.execute(
        "insert into letters as l (matter, person_id, upto, at) values (%s, %s, %s, %s)"
        " on conflict (matter, person_id) do update set upto = greatest(l.upto, excluded.upto)",
        (no, person_id, upto, now),
    )


async def forget_subjects(conn: Conn, no: int) -> None:
    """Forget the subjects of letters about a request that have left: its title stood in them."""
    await conn.execute(
        "update outbox set payload = payload - 'subject'"
        " where kind = 'letter' and payload ->> 'request' = %s and payload ? 'subject'",
        (str(no),),
    )


async def letters_with(conn: Conn, no: int, entry_no: int | None) -> list[UUID]:
    """Letters about a request that may hold an entry, None for all of them: those that carried it,
    and those of which nobody wrote down what they carried.
    """
    cursor = await conn.execute(
        "select id from outbox where kind = 'letter' and payload ->> 'request' = %(no)s"
        " and (%(entry)s::int is null or not payload ? 'entries'"
        "  or payload -> 'entries' @> to_jsonb(%(entry)s::int))",
        {"no": str(no), "entry": entry_no},
    )
    return [row[0] for row in await cursor.fetchall()]
