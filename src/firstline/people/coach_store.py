"""SQL of whether somebody wants the coach to speak while they write."""

from uuid import UUID

from firstline.kit.db import Conn


async def wants_coach(conn: Conn, person_id: UUID) -> bool:
    """Whether the person wants it; who has never said so does."""
    cursor = await conn.execute("select coached from people where id = %s", (person_id,))
    row = await cursor.fetchone()
    return bool(row and row[0])


async def set_coach(conn: Conn, person_id: UUID, wanted: bool) -> None:
    """Want it from now on, or not any more."""
    await conn.execute("update people set coached = %s where id = %s", (wanted, person_id))
