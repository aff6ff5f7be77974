"""SQL of the wiki's public lists: shelves of articles, the map of addresses, editions of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from firstline.kit.db import Conn, fetch_in_turns
from firstline.wiki.model import AudienceName
from firstline.wiki.store import BEST, READ


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """An article as the index lists it; `count` is how many stand in its section."""

    slug: str
    language: str
    title: str
    summary: str
    section: str
    count: int


async def shelves(
    conn: Conn,
    language: str,
    audiences: Sequence[AudienceName],
    *,
    section: str | None = None,
    skip: int = 0,
    limit: int,
) -> list[ShelfRow]:
    """Of each section, or of this one, some articles by title, those in `language` first."""
    async with conn.cursor(row_factory=class_row(ShelfRow)) as cursor:
        await cursor.execute(
            "with best as (select distinct on (a.id) a.slug, a.section, t.language, r.title,"
            f" r.summary {READ} where a.archived_at is null and a.audience = any(%(audiences)s)"
            " and (%(section)s::text is null or a.section = %(section)s)"
            f" order by a.id, {BEST}),"
            " placed as (select *, count(*) over (partition by section) as count, row_number() over"
            " (partition by section order by language <> %(language)s, lower(title), slug) as place"
            " from best) select slug, language, title, summary, section, count from placed"
            " where place > %(skip)s and place <= %(skip)s + %(limit)s order by section, place",
            {
                "language": language,
                "audiences": list(audiences),
                "section": section,
                "skip": skip,
                "limit": limit,
            },
        )
        return await cursor.fetchall()


@dataclass(frozen=True, slots=True)
class MapRow:
    """A public article, the languages in which it is read, and when one of them changed last."""

    slug: str
    languages: list[str]
    updated_at: datetime


async def map_rows(conn: Conn, limit: int) -> list[MapRow]:
    """What everybody may read, by address."""
    async with conn.cursor(row_factory=class_row(MapRow)) as cursor:
        await cursor.execute(
            "select a.slug, array_agg(t.language order by t.language) as languages,"
            f" max(r.at) as updated_at {READ} where a.archived_at is null"
            " and a.audience = 'public' group by a.slug order by a.slug limit %s",
            (limit,),
        )
        return await fetch_in_turns(cursor)


@dataclass(frozen=True, slots=True)
class PublishedRevision:
    """An edition that was published."""

    slug: str
    language: str
    revision: int
    title: str
    summary: str
    at: datetime


async def newest_revisions(conn: Conn, language: str, limit: int) -> list[PublishedRevision]:
    """The newest editions in a language of what everybody may read, each article once."""
    async with conn.cursor(row_factory=class_row(PublishedRevision)) as cursor:
        await cursor.execute(
            f"select a.slug, r.language, r.revision, r.title, r.summary, r.at {READ}"
            " where a.archived_at is null and a.audience = 'public' and t.language = %s"
            " order by r.at desc, a.slug limit %s",
            (language, limit),
        )
        return await cursor.fetchall()
