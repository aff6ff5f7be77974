"""SQL of attachments: a row a file; without an entry it is a draft of whoever uploaded it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row, scalar_row

from firstline.kit.db import Conn


@dataclass(frozen=True, slots=True)
class Attachment:
    """A row of the table attachments, all of it. The file's key is `id` in hexadecimal."""

    id: UUID
    matter: int | None
    entry_no: int | None
    by_id: UUID
    name: str
    media_type: str
    size: int
    sha: bytes
    inline: bool
    audience: str
    created_at: datetime

    @property
    def key(self) -> str:
        return self.id.hex


async def add(conn: Conn, row: Attachment) -> None:
    """Write a draft."""
    await conn.execute(
        "insert into attachments (id, by_id, name, media_type, size, sha, inline, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            row.id,
            row.by_id,
            row.name,
            row.media_type,
            row.size,
            row.sha,
            row.inline,
            row.created_at,
        ),
    )


async def get(conn: Conn, attachment_id: UUID) -> Attachment | None:
    """The row, or None."""
    async with conn.cursor(row_factory=class_row(Attachment)) as cursor:
        await cursor.execute("select * from attachments where id = %s", (attachment_id,))
        return await cursor.fetchone()


async def uploaded_by(conn: Conn, person_id: UUID, ids: list[UUID]) -> list[Attachment]:
    """Those of `ids` that this person uploaded, in the order of `ids`."""
    async with conn.cursor(row_factory=class_row(Attachment)) as cursor:
        await cursor.execute(
            "select * from attachments where id = any(%s) and by_id = %s"
            " order by array_position(%s, id)",
            (ids, person_id, ids),
        )
        return await cursor.fetchall()


async def bind(
    conn: Conn, person_id: UUID, ids: list[UUID], matter: int, entry_no: int, audience: str
) -> int:
    """Make drafts of this person part of an entry; returns how many were drafts still."""
    cursor = await conn.execute(
        "update attachments set matter = %s, entry_no = %s, audience = %s"
        " where id = any(%s) and by_id = %s and entry_no is null",
        (matter, entry_no, audience, ids, person_id),
    )
    return cursor.rowcount


async def bytes_in(conn: Conn, matter: int) -> int:
    """How many bytes of files the request holds."""
    return await _sum(conn, "select sum(size) from attachments where matter = %s", (matter,))


async def bytes_by(conn: Conn, person_id: UUID, since: datetime) -> int:
    """How many bytes this person has uploaded since then and has still here."""
    return await _sum(
        conn,
        "select sum(size) from attachments where by_id = %s and created_at > %s",
        (person_id, since),
    )


async def _sum(conn: Conn, query: str, values: tuple[object, ...]) -> int:
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(query.encode(), values)
        return int(await cursor.fetchone() or 0)


async def is_redacted(conn: Conn, matter: int, entry_no: int) -> bool:
    """Whether the entry was taken out of everybody's sight."""
    cursor = await conn.execute(
        "select 1 from entries where matter = %s and no = %s and salts is null", (matter, entry_no)
    )
    return await cursor.fetchone() is not None


async def drop_drafts(conn: Conn, before: datetime, limit: int) -> list[UUID]:
    """Delete drafts uploaded before then that nobody has said; returns their ids."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "delete from attachments where id in (select id from attachments"
            " where entry_no is null and created_at < %s order by created_at limit %s"
            " for update skip locked) returning id",
            (before, limit),
        )
        return await cursor.fetchall()


async def drop_erased(conn: Conn, limit: int) -> list[UUID]:
    """Delete files of words that were taken back; returns their ids."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute(
            "delete from attachments where id in (select a.id from entries e"
            " join attachments a on a.matter = e.matter and a.entry_no = e.no"
            " where e.salts is null limit %s) returning id",
            (limit,),
        )
        return await cursor.fetchall()


async def existing(conn: Conn, ids: list[UUID]) -> set[UUID]:
    """Those of `ids` that have a row."""
    async with conn.cursor(row_factory=scalar_row) as cursor:
        await cursor.execute("select id from attachments where id = any(%s)", (ids,))
        return set(await cursor.fetchall())
