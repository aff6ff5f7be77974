"""SQL of synonyms."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words that mean the same, as an editor wrote them."""

    id: UUID
    words: list[str]


async def groups(conn: Conn) -> list[SynonymGroup]:
    """All groups, by their first word."""
    async with conn.cursor(row_factory=class_row(SynonymGroup)) as cursor:
        await cursor.execute("select id, words from article_synonyms order by lower(words[1]), id")
        return await cursor.fetchall()


async def write_group(conn: Conn, group: SynonymGroup) -> None:
    """Put in a group, or other words in its place."""
    await conn.execute(
        "insert into article_synonyms (id, words) values (%s, %s)"
        " on conflict (id) do update set words = excluded.words",
        (group.id, list(group.words)),
    )


async def delete_group(conn: Conn, group_id: UUID) -> None:
    await conn.execute("delete from article_synonyms where id = %s", (group_id,))


async def count_groups(conn: Conn) -> int:
    """How many groups there are."""
    cursor = await conn.execute("select count(*) from article_synonyms")
    row = await cursor.fetchone()
    return row[0] if row else 0


async def lock_group(conn: Conn, group_id: UUID) -> list[str] | None:
    """The words of a group, held against other writers; None where there is none."""
    cursor = await conn.execute(
        "select words from article_synonyms where id = %s for update", (group_id,)
    )
    row = await cursor.fetchone()
    return row[0] if row else None
