"""SQL of drafts that were discarded, or made way for other words, until they are forgotten."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.wiki.model import ArticleText


@dataclass(frozen=True, slots=True)
class LeftDraft:
    """What somebody was writing until `left_at`."""

    language: str
    person_id: UUID
    left_at: datetime
    title: str
    summary: str
    body: str
    seen: int

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.title, self.summary, self.body)


async def leave_words(
    conn: Conn, article_id: UUID, language: str, person: UUID, text: ArticleText, seen: int,
    now: datetime,
) -> None:  # fmt: skip
    """Keep words that make way; nothing where none were written."""
    if any((text.title, text.summary, text.body)):
        # Each has a moment of its own, by which it is brought back.
        await conn.execute(
            "insert into article_drafts_left (article_id, language, person_id, left_at, title,"
            " summary, body, seen) select %(article)s, %(language)s, %(person)s,"
            " greatest(%(now)s, (select max(left_at) + interval '1 microsecond'"
            " from article_drafts_left where article_id = %(article)s"
            " and language = %(language)s and person_id = %(person)s)),"
            " %(title)s, %(summary)s, %(body)s, %(seen)s",
            {
                "article": article_id, "language": language, "person": person, "now": now,
                "title": text.title, "summary": text.summary, "body": text.body, "seen": seen,
            },
        )  # fmt: skip


async def left_drafts(
    conn: Conn, article_id: UUID, person: UUID, language: str | None = None
) -> list[LeftDraft]:
    """What somebody has left of an article, the latest first."""
    async with conn.cursor(row_factory=class_row(LeftDraft)) as cursor:
        await cursor.execute(
            "select language, person_id, left_at, title, summary, body, seen"
            " from article_drafts_left where article_id = %s and person_id = %s"
            " and (%s::text is null or language = %s) order by left_at desc limit 20",
            (article_id, person, language, language),
        )
        return await cursor.fetchall()


async def take_left(
    conn: Conn, article_id: UUID, language: str, person: UUID, left_at: datetime
) -> LeftDraft | None:
    """Take what somebody left at a moment out of what is kept."""
    async with conn.cursor(row_factory=class_row(LeftDraft)) as cursor:
        await cursor.execute(
            "delete from article_drafts_left where article_id = %s and language = %s"
            " and person_id = %s and left_at = %s"
            " returning language, person_id, left_at, title, summary, body, seen",
            (article_id, language, person, left_at),
        )
        return await cursor.fetchone()


async def forget_left(conn: Conn, before: datetime) -> list[UUID]:
    """Forget what was left before a moment; returns the articles that it was about."""
    cursor = await conn.execute(
        "delete from article_drafts_left where left_at < %s returning article_id", (before,)
    )
    return list({row[0] for row in await cursor.fetchall()})
