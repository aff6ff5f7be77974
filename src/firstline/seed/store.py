"""SQL of the demo's beginning."""

from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn


async def is_empty(conn: Conn) -> bool:
    """Whether nobody is known to this desk yet."""
    cursor = await conn.execute("select not exists (select from people)")
    row = await cursor.fetchone()
    return bool(row and row[0])


async def services_of(conn: Conn, client_id: UUID) -> list[tuple[UUID, str, str]]:
    """A client's services: (id, host, server), hosting first."""
    cursor = await conn.execute(
        "select id, host, server from services where client_id = %s "
        "order by kind <> 'hosting', name",
        (client_id,),
    )
    return await cursor.fetchall()


async def analyze(conn: Conn) -> None:
    """Tell the planner how much there is now, rather than wait until it finds out."""
    await conn.execute("analyze")


async def promise_broken(conn: Conn, at: datetime) -> bool:
    """Whether an answer that is owed would be late at `at`."""
    cursor = await conn.execute(
        "select exists (select from requests where closed_at is null and promise_due_at <= %s)",
        (at,),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])
