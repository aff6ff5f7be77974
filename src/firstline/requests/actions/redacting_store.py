"""SQL of taking words back: where copies of them may lie."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.kit.keys import change_answers, forget_asked


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What somebody is writing at a place."""

    person_id: UUID
    place: str
    body: str


async def forget_answers(conn: Conn, no: int, entry_no: int, title: str) -> None:
    """Put a request's present title into the answers of keys, and take an entry's words out."""
    await forget_asked(conn, f"POST %/requests/{no}/%")
    routes = f"POST /api/v1/requests/{no}/%"
    await change_answers(conn, routes, "title", None, {"title": title})
    await change_answers(conn, "POST /api/v1/lines/%", "no", no, {"title": title})
    routes = f"POST /api/v1/requests/{no}/delay-notice"
    await change_answers(conn, routes, "no", entry_no, {"body": ""})


async def forget_secret(conn: Conn, no: int, entry_no: int, now: datetime) -> None:
    """Erase a secret that an entry tells of, and what it was called."""
    cursor = await conn.execute(
        "update secrets set label = '', sealed = null, erased_at = coalesce(erased_at, %s) "
        "where request_no = %s and entry_no = %s returning id",
        (now, no, entry_no),
    )
    for (id,) in await cursor.fetchall():
        routes = f"POST /api/v1/requests/{no}/secrets"
        await change_answers(conn, routes, "id", id, {"label": ""})


async def forget_skip(conn: Conn, no: int, operator: UUID) -> None:
    """Take away the reason of a skip; that it was skipped stays."""
    await conn.execute(
        "update skips set reason = '' where request_no = %s and operator_id = %s", (no, operator)
    )


async def drafts_about(conn: Conn, no: int, writer: UUID | None) -> list[KeptDraft]:
    """What anybody is writing in the request, and what its writer is writing anywhere."""
    async with conn.cursor(row_factory=class_row(KeptDraft)) as cursor:
        await cursor.execute(
            "select person_id, place, body from drafts"
            " where place = any(%s) or person_id = %s for update",
            ([f"request/{no}", f"request/{no}/note"], writer),
        )
        return await cursor.fetchall()


async def drop_draft(conn: Conn, draft: KeptDraft) -> None:
    """Forget a draft."""
    await conn.execute(
        "delete from drafts where person_id = %s and place = %s", (draft.person_id, draft.place)
    )
