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


@dataclass(frozen=True, slots=True)
class Twin:
    """The same words in another request: they were moved from one to the other."""

    no: int
    entry_no: int


async def find_twins(conn: Conn, no: int, entry_no: int) -> list[Twin]:
    """Where else an entry's words stand because a request was split, as often as it was."""
    async with conn.cursor(row_factory=class_row(Twin)) as cursor:
        await cursor.execute(
            "with recursive twin (no, entry_no) as (values (%s::bigint, %s::int) union ("
            " select w.no, w.entry_no from twin t, lateral ("
            "  select (e.data->'of'->>'request')::bigint as no,"
            "   (e.data->'of'->>'no')::int as entry_no from entries e"
            "   where e.matter = t.no and e.no = t.entry_no and e.data->'of' ? 'no'"
            "  union all select c.matter, c.no from entries s join entries c"
            "   on c.matter = (s.data->>'moved_to')::bigint"
            "   and (c.data->'of'->>'no')::int = t.entry_no"
            "   and (c.data->'of'->>'request')::bigint = t.no"
            "   where s.matter = t.no and s.kind = 'split' and s.data ? 'moved_to') w)) "
            "select no, entry_no from twin where (no, entry_no) <> (%s, %s) order by no",
            (no, entry_no, no, entry_no),
        )
        return await cursor.fetchall()


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
