"""SQL of what readers said of articles, counted by day and article, and listed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.wiki.model import Votes


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How many people found an article helpful, or not, on a day of a zone."""

    day: str
    slug: str
    helpful: bool
    count: int


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote on a revision of an article, with its title then and what its reader missed; whose it
    is nobody is told.
    """

    slug: str
    language: str
    revision: int
    title: str
    helpful: bool
    missing: str
    at: datetime


async def votes_by_day(
    conn: Conn, since: datetime, until: datetime, zone: str = "UTC"
) -> list[VoteCount]:
    """Votes of a period by day, article and whether it helped."""
    async with conn.cursor(row_factory=class_row(VoteCount)) as cursor:
        await cursor.execute(
            "select (v.at at time zone %s)::date::text as day, a.slug, v.helpful, count(*) as count"
            " from article_votes v join articles a on a.id = v.article_id"
            " where v.at >= %s and v.at < %s and v.voter not like 'staff:%%'"
            " group by 1, 2, 3 order by 1, 2",
            (zone, since, until),
        )
        return await cursor.fetchall()


async def votes_of_period(conn: Conn, since: datetime, until: datetime) -> dict[str, Votes]:
    """Votes of a period by article."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in await votes_by_day(conn, since, until):
        found[one.slug][0 if one.helpful else 1] += one.count
    return {slug: Votes(*counts) for slug, counts in found.items()}


async def list_votes(
    conn: Conn,
    since: datetime,
    until: datetime,
    *,
    slug: str | None = None,
    helpful: bool | None = None,
    limit: int,
    offset: int = 0,
) -> list[VoteRow]:
    """Votes of a period, of one article or all: those with words first, then the newest."""
    async with conn.cursor(row_factory=class_row(VoteRow)) as cursor:
        await cursor.execute(
            "select a.slug, v.language, v.revision, r.title, v.helpful, v.missing, v.at"
            " from article_votes v join articles a on a.id = v.article_id"
            " join article_revisions r on r.article_id = v.article_id"
            " and r.language = v.language and r.revision = v.revision"
            " where v.at >= %(since)s and v.at < %(until)s"
            " and (%(slug)s::text is null or a.slug = %(slug)s)"
            " and (%(helpful)s::bool is null or v.helpful = %(helpful)s)"
            " order by v.missing = '', v.at desc, a.slug, v.voter"
            " limit %(limit)s offset %(offset)s",
            {
                "since": since, "until": until, "slug": slug, "helpful": helpful,
                "limit": limit, "offset": offset,
            },
        )  # fmt: skip
        return await cursor.fetchall()


async def addresses_of(conn: Conn, slug: str) -> list[str]:
    """An article's address and those that it had before; the address itself where it is none."""
    cursor = await conn.execute(
        "select slug from article_addresses where article_id = (select id from articles"
        " where slug = %s)",
        (slug,),
    )
    return [slug, *(former for (former,) in await cursor.fetchall())]
