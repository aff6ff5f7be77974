"""SQL of published policies and of the files that are being written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn


@dataclass(frozen=True, slots=True)
class Version:
    """A published version without its text. `published_by` and `withdrawn_by` are names, None for
    the console. `again_of` is the older version whose text it repeats.
    """

    version: int
    effective_at: datetime
    published_at: datetime
    published_by: str | None
    note: str
    again_of: int | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_note: str


@dataclass(frozen=True, slots=True)
class FileDraft:
    """The file that a person is writing; `seen` is the newest version they knew when they began."""

    body: str
    seen: int
    updated_at: datetime


HIGHEST = 2**31 - 1
LISTED = """
select v.version, v.effective_at, v.published_at, p.name as published_by, v.note, v.again_of,
  v.withdrawn_at, w.name as withdrawn_by, v.withdrawn_note
from policies v
left join people p on p.id = v.published_by
left join people w on w.id = v.withdrawn_by
"""


async def published_versions(
    conn: Conn, numbers: list[int]
) -> list[tuple[int, str | None, datetime, datetime | None]]:
    """All versions as (version, text, in force since, withdrawn at); no text of those `known`."""
    cursor = await conn.execute(
        "select version, case when version = any(%s) then null else body end, effective_at, "
        "withdrawn_at from policies order by version",
        (numbers,),
    )
    return await cursor.fetchall()


async def versions(conn: Conn, above: int = 0, upto: int = HIGHEST) -> list[Version]:
    """What is told of the versions numbered above `above` and up to `upto`, the newest first."""
    async with conn.cursor(row_factory=class_row(Version)) as cursor:
        await cursor.execute(
            f"{LISTED} where v.version > %s and v.version <= %s order by v.version desc",
            (above, upto),
        )
        return await cursor.fetchall()


async def text(conn: Conn, version: int) -> str | None:
    """The file of a version, None where there is no such version."""
    cursor = await conn.execute("select body from policies where version = %s", (version,))
    row = await cursor.fetchone()
    return row[0] if row else None


async def lock(conn: Conn) -> int:
    """Hold the table against other publishers; the newest version, 0 where there is none."""
    await conn.execute("lock table policies in share row exclusive mode")
    cursor = await conn.execute("select coalesce(max(version), 0) from policies")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def add(
    conn: Conn,
    version: int,
    body: str,
    effective_at: datetime,
    by: UUID | None,
    now: datetime,
    *,
    note: str = "",
    again_of: int | None = None,
) -> None:
    """Put a version into the table, unless it stands there already."""
    await conn.execute(
        "insert into policies (version, body, effective_at, published_by, published_at, note, "
        "again_of) values (%s, %s, %s, %s, %s, %s, %s) on conflict (version) do nothing",
        (version, body, effective_at, by, now, note, again_of),
    )


async def withdraw(conn: Conn, version: int, by: UUID | None, note: str, now: datetime) -> bool:
    """Take a coming version back; False when it is in force, gone by, or withdrawn already."""
    cursor = await conn.execute(
        "update policies set withdrawn_at = %s, withdrawn_by = %s, withdrawn_note = %s "
        "where version = %s and withdrawn_at is null and effective_at > %s",
        (now, by, note, version, now),
    )
    return cursor.rowcount == 1


async def add_lines(conn: Conn, lines: list[str]) -> None:
    """Lay out lines that were not there yet; lines of older versions stay, for their requests."""
    await conn.execute(
        "insert into lines (id) select unnest(%s::text[]) on conflict do nothing", (lines,)
    )


async def draft(conn: Conn, person: UUID) -> FileDraft | None:
    """What this person is writing, if anything."""
    async with conn.cursor(row_factory=class_row(FileDraft)) as cursor:
        await cursor.execute(
            "select body, seen, updated_at from policy_drafts where person_id = %s", (person,)
        )
        return await cursor.fetchone()


async def keep_draft(conn: Conn, person: UUID, body: str, seen: int, now: datetime) -> None:
    """Keep what this person is writing in place of what they had written before."""
    await conn.execute(
        "insert into policy_drafts (person_id, body, seen, updated_at) values (%s, %s, %s, %s) "
        "on conflict (person_id) do update set body = excluded.body, seen = excluded.seen, "
        "updated_at = excluded.updated_at",
        (person, body, seen, now),
    )


async def drop_draft(conn: Conn, person: UUID) -> None:
    """Forget what this person was writing."""
    await conn.execute("delete from policy_drafts where person_id = %s", (person,))
