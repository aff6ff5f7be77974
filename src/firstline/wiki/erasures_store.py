"""SQL of published editions that hold what was erased in a request since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn

MOST_REVISIONS = 500  # of the articles of one request, the newest


@dataclass(frozen=True, slots=True)
class SourcedRevision:
    """An edition of an article that was drafted from a request."""

    article_id: UUID
    language: str
    revision: int
    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """What of an edition was made of text that is erased in a request: title, summary, `lines` of
    the body, numbered from 0."""

    article_id: UUID
    language: str
    revision: int
    request_no: int
    title: bool
    summary: bool
    lines: list[int]
    at: datetime


async def revisions_from(conn: Conn, no: int) -> list[SourcedRevision]:
    """Every edition of the articles that a request was made into."""
    async with conn.cursor(row_factory=class_row(SourcedRevision)) as cursor:
        await cursor.execute(
            "select article_id, language, revision, title, summary, body from article_revisions"
            " where article_id in (select article_id from article_sources where request_no = %s)"
            " order by at desc limit %s",
            (no, MOST_REVISIONS),
        )
        return await cursor.fetchall()


async def put_erasure(conn: Conn, one: Erasure) -> None:
    """Write down what an edition holds, beside what it was known to hold of the same request."""
    await conn.execute(
        "insert into article_erasures as e (article_id, language, revision, request_no, title,"
        " summary, lines, at) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (article_id, language, revision, request_no) do update set"
        " title = e.title or excluded.title, summary = e.summary or excluded.summary,"
        " lines = array(select distinct unnest(e.lines || excluded.lines) order by 1),"
        " at = excluded.at",
        (
            *(one.article_id, one.language, one.revision, one.request_no),
            *(one.title, one.summary, one.lines, one.at),
        ),
    )


async def erasures(conn: Conn, article_id: UUID) -> list[Erasure]:
    """What editions of an article hold, the newest first."""
    async with conn.cursor(row_factory=class_row(Erasure)) as cursor:
        await cursor.execute(
            "select * from article_erasures where article_id = %s"
            " order by language, revision desc, request_no",
            (article_id,),
        )
        return await cursor.fetchall()


async def erased_slugs(conn: Conn) -> list[str]:
    """Addresses of the articles of which some edition holds what was erased."""
    cursor = await conn.execute(
        "select slug from articles where id in (select article_id from article_erasures)"
        " order by slug"
    )
    return [slug for (slug,) in await cursor.fetchall()]


async def set_revision_text(
    conn: Conn, key: tuple[UUID, str, int], title: str, summary: str, body: str
) -> None:
    """Leave this of an edition: the one change that what was published ever sees."""
    await conn.execute(
        "update article_revisions set title = %s, summary = %s, body = %s"
        " where article_id = %s and language = %s and revision = %s",
        (title, summary, body, *key),
    )


async def forget_erasures(conn: Conn, article_id: UUID) -> None:
    """They are taken out; the search reads the article again."""
    await conn.execute("delete from article_erasures where article_id = %s", (article_id,))
    await conn.execute("update article_words set form = -1 where article_id = %s", (article_id,))


async def revision_texts(
    conn: Conn, article_id: UUID, keys: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], tuple[str, str, str]]:
    """Title, summary and body of these editions, by language and number; held."""
    cursor = await conn.execute(
        "select language, revision, title, summary, body from article_revisions r"
        " where article_id = %s and exists (select from unnest(%s::text[], %s::int[])"
        " as k(language, revision) where k.language = r.language and k.revision = r.revision)"
        " for update",
        (article_id, [language for language, _ in keys], [number for _, number in keys]),
    )
    rows = await cursor.fetchall()
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}
