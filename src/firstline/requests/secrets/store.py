"""SQL of secrets: words that an operator needs once, sealed, and erased at closing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.kit.keys import forget_asked


@dataclass(frozen=True, slots=True)
class Secret:
    """A sealed secret of a request; `sealed` is None once it was erased."""

    id: UUID
    request_no: int
    entry_no: int
    label: str
    sealed: bytes | None
    created_at: datetime
    erased_at: datetime | None


async def keep(
    conn: Conn, id: UUID, no: int, entry_no: int, label: str, sealed: bytes, now: datetime
) -> None:
    """Store a sealed secret that entry `entry_no` speaks of."""
    await conn.execute(
        "insert into secrets (id, request_no, entry_no, label, sealed, created_at) "
        "values (%s, %s, %s, %s, %s, %s)",
        (id, no, entry_no, label, sealed, now),
    )


async def secret(conn: Conn, no: int, id: UUID) -> Secret | None:
    """A secret of this request."""
    async with conn.cursor(row_factory=class_row(Secret)) as cursor:
        await cursor.execute(
            "select id, request_no, entry_no, label, sealed, created_at, erased_at "
            "from secrets where id = %s and request_no = %s",
            (id, no),
        )
        return await cursor.fetchone()


async def erase(conn: Conn, no: int, now: datetime) -> None:
    """Erase the request's secrets for good, and what could tell one again; that there were any
    stays in the log.
    """
    await forget_asked(conn, f"POST %/requests/{no}/secret%")
    await conn.execute(
        "update secrets set sealed = null, erased_at = %s "
        "where request_no = %s and sealed is not null",
        (now, no),
    )
