"""SQL of smaller changes."""

from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn
from firstline.people import Who


async def kind_of(conn: Conn, client: UUID, service: UUID | None, who: Who) -> str | None:
    """The kind of the client's service; None when it is not theirs or beyond a limited contact.

    No service is of no kind, and beyond a limited contact as well: they would lose the request.
    """
    if service is None:
        return None if who.access == "limited" else ""
    if who.access == "limited" and service not in who.services:
        return None
    cursor = await conn.execute(
        "select kind from services where id = %s and client_id = %s", (service, client)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def link(conn: Conn, low: int, high: int, now: datetime) -> bool:
    """Link two requests; False when they are linked already."""
    cursor = await conn.execute(
        "insert into request_links values (%s, %s, %s) on conflict do nothing", (low, high, now)
    )
    return cursor.rowcount == 1


async def moved_entries(conn: Conn, no: int) -> dict[int, int]:
    """The entries of a request that went on in others, each with the number of that request."""
    cursor = await conn.execute(
        "select m.entry::int, (e.data->>'moved_to')::bigint from entries e, "
        "jsonb_array_elements_text(e.data->'moved') as m(entry) "
        "where e.matter = %s and e.kind = 'split' and e.data ? 'moved'",
        (no,),
    )
    return dict(await cursor.fetchall())


async def has_unanswered(conn: Conn, no: int, answered: int, moved: list[int]) -> bool:
    """Whether words of the client after the entry `answered` stay in a request when these move;
    its first words may be about several matters, and stay in any case.
    """
    cursor = await conn.execute(
        "select from entries where matter = %s and side = 'client' and no > %s "
        "and kind in ('opened', 'said') and (kind = 'opened' or no <> all(%s)) limit 1",
        (no, answered, moved),
    )
    return await cursor.fetchone() is not None


async def mention(conn: Conn, no: int, entry_no: int, names: set[str], now: datetime) -> list[UUID]:
    """Write a mention for each active operator whose address, or its first part, is in `names`."""
    cursor = await conn.execute(
        "insert into mentions (request_no, entry_no, person_id, at) "
        "select %s, %s, p.id, %s from people p where p.side = 'staff' and p.active "
        "and (p.email = any(%s) or split_part(p.email, '@', 1) = any(%s)) "
        "on conflict do nothing returning person_id",
        (no, entry_no, now, list(names), list(names)),
    )
    return [row[0] for row in await cursor.fetchall()]
