"""SQL of what is being written: drafts of people, and editions planned for later."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.wiki.model import ArticleText


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """What a person is writing; `seen` is the revision that they began from, `review_at` when they
    sent it to the editors, `reply` what an editor said when giving it back.
    """

    language: str
    person_id: UUID
    person: str
    title: str
    summary: str
    body: str
    seen: int
    updated_at: datetime
    review_at: datetime | None
    reply: str

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.title, self.summary, self.body)


_DRAFT: LiteralString = (
    "select d.language, d.person_id, p.name as person, d.title, d.summary, d.body, d.seen,"
    " d.updated_at, d.review_at, d.reply"
    " from article_drafts d join people p on p.id = d.person_id where d.article_id = %s"
)


async def drafts(conn: Conn, article_id: UUID) -> list[ArticleDraft]:
    """Everything that is being written in an article, the newest first."""
    async with conn.cursor(row_factory=class_row(ArticleDraft)) as cursor:
        await cursor.execute(f"{_DRAFT} order by d.updated_at desc", (article_id,))
        return await cursor.fetchall()


async def draft_of(
    conn: Conn, article_id: UUID, language: str, person: UUID
) -> ArticleDraft | None:
    """What a person is writing in a language."""
    async with conn.cursor(row_factory=class_row(ArticleDraft)) as cursor:
        await cursor.execute(
            f"{_DRAFT} and d.language = %s and d.person_id = %s", (article_id, language, person)
        )
        return await cursor.fetchone()


async def keep_draft(
    conn: Conn,
    article_id: UUID,
    language: str,
    person: UUID,
    text: ArticleText,
    seen: int,
    now: datetime,
) -> None:
    """Keep what a person is writing in place of what they had written before."""
    await conn.execute(
        "insert into article_drafts (article_id, language, person_id, title, summary, body, seen,"
        " updated_at) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (article_id, language, person_id) do update set title = excluded.title,"
        " summary = excluded.summary, body = excluded.body, seen = excluded.seen,"
        " updated_at = excluded.updated_at",
        (article_id, language, person, text.title, text.summary, text.body, seen, now),
    )


async def set_review(
    conn: Conn, article_id: UUID, language: str, person: UUID, at: datetime | None, reply: str
) -> bool:
    """Put a draft before the editors, or give it back with words; whether there is one."""
    cursor = await conn.execute(
        "update article_drafts set review_at = %s, reply = %s"
        " where article_id = %s and language = %s and person_id = %s",
        (at, reply, article_id, language, person),
    )
    return cursor.rowcount > 0


async def drop_draft(conn: Conn, article_id: UUID, language: str, person: UUID) -> None:
    """Forget what a person was writing."""
    await conn.execute(
        "delete from article_drafts where article_id = %s and language = %s and person_id = %s",
        (article_id, language, person),
    )


async def drop_empty_article(conn: Conn, article_id: UUID) -> bool:
    """Forget an article of which nothing was published and nothing is being written any more."""
    cursor = await conn.execute(
        "delete from articles a where a.id = %s"
        " and not exists (select from article_revisions where article_id = a.id)"
        " and not exists (select from article_drafts where article_id = a.id)"
        " and not exists (select from article_drafts_left where article_id = a.id)"
        " and not exists (select from article_plans where article_id = a.id)"
        " and not exists (select from article_images where article_id = a.id)"
        " and not exists (select from article_addresses where article_id = a.id)"
        " and not exists (select from article_pins where a.id in (article_id, other_id))",
        (article_id,),
    )
    return cursor.rowcount > 0


# -- editions planned for later ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticlePlan:
    """An edition that is published at `publish_at`; `refused` says why it was not."""

    article_id: UUID
    language: str
    title: str
    summary: str
    body: str
    seen: int
    by_id: UUID
    by: str
    writer_id: UUID | None
    publish_at: datetime
    refused: str

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.title, self.summary, self.body)


_PLAN: LiteralString = (
    "select w.article_id, w.language, w.title, w.summary, w.body, w.seen, w.by_id, p.name as by,"
    " w.writer_id, w.publish_at, w.refused from article_plans w join people p on p.id = w.by_id"
)


async def plans(conn: Conn, article_id: UUID) -> list[ArticlePlan]:
    """The editions of an article that are planned, by language."""
    async with conn.cursor(row_factory=class_row(ArticlePlan)) as cursor:
        await cursor.execute(f"{_PLAN} where w.article_id = %s order by w.language", (article_id,))
        return await cursor.fetchall()


async def article_due(conn: Conn, now: datetime) -> UUID | None:
    """The article of the earliest edition whose time has come."""
    cursor = await conn.execute(
        "select article_id from article_plans where refused = '' and publish_at <= %s"
        " order by publish_at limit 1",
        (now,),
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def add_plan(
    conn: Conn,
    article_id: UUID,
    language: str,
    text: ArticleText,
    *,
    seen: int,
    by: UUID,
    writer: UUID | None,
    publish_at: datetime,
) -> None:
    """Plan an edition in place of one that was planned in this language."""
    await drop_plan(conn, article_id, language)
    await conn.execute(
        "insert into article_plans (article_id, language, title, summary, body, seen, by_id,"
        " writer_id, publish_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(article_id, language, text.title, text.summary, text.body),
            *(seen, by, writer, publish_at),
        ),
    )


async def drop_plan(conn: Conn, article_id: UUID, language: str) -> bool:
    """Publish nothing by itself in this language; whether something was planned."""
    cursor = await conn.execute(
        "delete from article_plans where article_id = %s and language = %s", (article_id, language)
    )
    return cursor.rowcount > 0


async def refuse_plan(conn: Conn, article_id: UUID, language: str, why: str) -> None:
    """Leave a planned edition unpublished, with the reason, until somebody decides."""
    await conn.execute(
        "update article_plans set refused = %s where article_id = %s and language = %s",
        (why, article_id, language),
    )
