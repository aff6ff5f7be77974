"""SQL of published policies."""

from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn


async def published(conn: Conn, known: list[int]) -> list[tuple[int, str | None, datetime]]:
    """All published versions as (version, text, in force since); no text of those `known`."""
    cursor = await conn.execute(
        "select version, case when version = any(%s) then null else body end, effective_at "
        "from policies order by version",
        (known,),
    )
    return await cursor.fetchall()


async def lock(conn: Conn) -> int:
    """Hold the table against other publishers; the newest version, 0 where there is none."""
    await conn.execute("lock table policies in share row exclusive mode")
    cursor = await conn.execute("select coalesce(max(version), 0) from policies")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def add(
    conn: Conn, version: int, body: str, effective_at: datetime, by: UUID | None, now: datetime
) -> None:
    """Put a version into the table, unless it stands there already."""
    await conn.execute(
        "insert into policies (version, body, effective_at, published_by, published_at) "
        "values (%s, %s, %s, %s, %s) on conflict (version) do nothing",
        (version, body, effective_at, by, now),
    )


async def add_lines(conn: Conn, lines: list[str]) -> None:
    """Lay out lines that were not there yet; lines of older versions stay, for their requests."""
    await conn.execute(
        "insert into lines (id) select unnest(%s::text[]) on conflict do nothing", (lines,)
    )
