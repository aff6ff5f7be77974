"""SQL of articles that were drafted from requests."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from firstline.kit.db import Conn


async def note_source(conn: Conn, slug: str, no: int, person_id: UUID, now: datetime) -> None:
    """An article was drafted from a request."""
    await conn.execute(
        "insert into article_sources (article_id, request_no, person_id, at)"
        " select id, %s, %s, %s from articles where slug = %s on conflict do nothing",
        (no, person_id, now, slug),
    )


async def articles_from(conn: Conn, no: int) -> list[str]:
    """Addresses of the articles that were drafted from a request, the newest first."""
    cursor = await conn.execute(
        "select a.slug from article_sources s join articles a on a.id = s.article_id"
        " where s.request_no = %s order by s.at desc, a.slug",
        (no,),
    )
    return [slug for (slug,) in await cursor.fetchall()]


async def unpublished_from(
    conn: Conn, *, no: int | None = None, article_id: UUID | None = None
) -> list[tuple[UUID, str, str]]:
    """Articles drafted from a request (or the one of them that is named) of which nothing was
    published and whose address nobody has chosen: id, address, title as it is being written.
    """
    cursor = await conn.execute(
        "select distinct a.id, a.slug, coalesce((select d.title from article_drafts d"
        " where d.article_id = a.id order by d.language = a.original desc, d.updated_at desc"
        " limit 1), '') from article_sources s join articles a on a.id = s.article_id"
        " where (%(no)s::int is null or s.request_no = %(no)s)"
        " and (%(id)s::uuid is null or a.id = %(id)s)"
        " and not exists (select from article_revisions r where r.article_id = a.id)"
        " and not exists (select from article_addresses o where o.article_id = a.id)",
        {"no": no, "id": article_id},
    )
    return await cursor.fetchall()


async def set_address(conn: Conn, article_id: UUID, slug: str) -> None:
    """Give an article that nobody could read yet another address; the old one is forgotten."""
    await conn.execute("update articles set slug = %s where id = %s", (slug, article_id))


# An article, a language, and whose draft it is; nobody's: what is going to be published by itself.
DraftKey = tuple[UUID, str, UUID | None]
_FROM: LiteralString = (
    "article_id in (select article_id from article_sources where request_no = %s)"
    " order by article_id, language"
)


async def lock_drafts_from(conn: Conn, no: int) -> dict[DraftKey, tuple[str, str, str]]:
    """Title, summary and text of everything that is not published yet of the articles that a
    request was made into; held.
    """
    drafts = await conn.execute(
        "select article_id, language, person_id, title, summary, body from article_drafts"
        f" where {_FROM}, person_id for update",
        (no,),
    )
    rows = await drafts.fetchall()
    plans = await conn.execute(
        "select article_id, language, null, title, summary, body from article_plans"
        f" where {_FROM} for update",
        (no,),
    )
    rows += await plans.fetchall()
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


async def forget_left_of(conn: Conn, no: int) -> None:
    """Forget what was put away of the articles that a request was made into."""
    await conn.execute(
        "delete from article_drafts_left where article_id in"
        " (select article_id from article_sources where request_no = %s)",
        (no,),
    )


async def set_draft_words(conn: Conn, key: DraftKey, title: str, summary: str, body: str) -> None:
    """Put other words into a draft, or into what is going to be published."""
    article_id, language, person = key
    await conn.execute(
        "update article_drafts set title = %s, summary = %s, body = %s"
        " where article_id = %s and language = %s and person_id = %s"
        if person
        else "update article_plans set title = %s, summary = %s, body = %s"
        " where article_id = %s and language = %s",
        (title, summary, body, article_id, language, *([person] if person else [])),
    )
