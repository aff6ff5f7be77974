"""SQL of votes on articles."""

from collections.abc import Collection
from datetime import datetime

from firstline.kit.db import Conn
from firstline.wiki.model import Votes


async def vote(
    conn: Conn,
    slug: str,
    language: str,
    revision: int,
    voter: str,
    *,
    helpful: bool,
    missing: str,
    now: datetime,
) -> bool:
    """Count somebody's word on a revision, or change it; whether it is their first on it."""
    cursor = await conn.execute(
        "insert into article_votes (article_id, language, revision, voter, helpful, missing, at)"
        " select id, %s, %s, %s, %s, %s, %s from articles where slug = %s"
        " on conflict (article_id, voter, language, revision) do update"
        " set helpful = excluded.helpful, missing = excluded.missing, at = excluded.at"
        " returning xmax = 0",
        (language, revision, voter, helpful, missing, now, slug),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def votes(conn: Conn, slugs: Collection[str]) -> dict[str, Votes]:
    """How many each of these articles helped: of everybody but the staff their last word."""
    cursor = await conn.execute(
        "select slug, count(*) filter (where helpful), count(*) filter (where not helpful) from ("
        "select distinct on (a.id, v.voter) a.slug, v.helpful from articles a join article_votes v"
        " on v.article_id = a.id where a.slug = any(%s)"
        " and v.voter not like 'staff:%%' order by a.id, v.voter, v.at desc"
        ") last group by slug",
        (list(slugs),),
    )
    return {slug: Votes(yes, no) for slug, yes, no in await cursor.fetchall()}


async def adopt_votes(conn: Conn, reader: str, person: str) -> None:
    """What a browser said is what this person said; where they said something themselves, that
    stands."""
    await conn.execute(
        "with own as (delete from article_votes where voter = %s returning *) insert into"
        " article_votes (article_id, language, revision, voter, helpful, missing, at)"
        " select article_id, language, revision, %s, helpful, missing, at from own"
        " on conflict do nothing",
        (reader, person),
    )


async def vote_of(conn: Conn, slug: str, language: str, revision: int, voter: str) -> bool | None:
    """Somebody's word on a revision; None where they said nothing."""
    cursor = await conn.execute(
        "select v.helpful from article_votes v join articles a on a.id = v.article_id"
        " where a.slug = %s and v.language = %s and v.revision = %s and v.voter = %s",
        (slug, language, revision, voter),
    )
    row = await cursor.fetchone()
    return row[0] if row else None
