"""SQL of what is read of the wiki."""

from collections.abc import Collection, Sequence
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import kwargs_row

from firstline.kit.db import Conn
from firstline.wiki.model import Article, AudienceName

_RELATED: LiteralString = (
    "coalesce((select array_agg(o.slug order by p.place) from article_pins p"
    " join articles o on o.id = p.other_id and o.archived_at is null"
    " where p.article_id = a.id), '{}') as related"
)
COLUMNS: LiteralString = (
    "a.slug, t.language, r.title, a.section, a.topics, r.summary, "
    f"{_RELATED}, r.body, a.audience, r.revision, r.at as updated_at"
)
READ: LiteralString = (
    "from articles a join article_texts t on t.article_id = a.id"
    " join article_revisions r on r.article_id = a.id and r.language = t.language"
    " and r.revision = t.revision"
)
# Of each article the language that was asked for, or English, or its original.
BEST: LiteralString = (
    "(t.language = %(language)s) desc, (t.language = 'en') desc, (t.language = a.original) desc,"
    " t.language"
)


def make_article(**row: Any) -> Article:
    """Build an Article from a row (arrays become tuples)."""
    row["topics"], row["related"] = tuple(row["topics"]), tuple(row["related"])
    return Article(**row)


# -- what is read -----------------------------------------------------------------------------


def storable(name: str) -> str:
    """A name that somebody typed, as it may be looked for: PostgreSQL has no place for NUL, and
    nothing bears the sign that stands for it here."""
    return name.replace("\0", "\ufffd")


async def article(
    conn: Conn, slug: str, language: str, audiences: Sequence[AudienceName]
) -> Article | None:
    """What this address, or one that it had before, leads to, in the best language."""
    async with conn.cursor(row_factory=kwargs_row(make_article)) as cursor:
        await cursor.execute(
            f"select {COLUMNS} {READ} where a.archived_at is null"
            " and a.audience = any(%(audiences)s) and (a.slug = %(slug)s or a.id ="
            " (select article_id from article_addresses where slug = %(slug)s))"
            f" order by (a.slug = %(slug)s) desc, {BEST} limit 1",
            {"slug": storable(slug), "language": storable(language), "audiences": list(audiences)},
        )
        return await cursor.fetchone()


async def unpublished_article(conn: Conn, slug: str, language: str) -> Article | None:
    """The newest draft of an article of which nothing is read yet, as its revision 0."""
    async with conn.cursor(row_factory=kwargs_row(make_article)) as cursor:
        await cursor.execute(
            "select a.slug, d.language, d.title, a.section, a.topics, d.summary,"
            f" {_RELATED}, d.body, a.audience, 0 as revision, d.updated_at"
            " from articles a join article_drafts d on d.article_id = a.id where a.slug = %s"
            " and a.archived_at is null"
            " and not exists (select from article_texts where article_id = a.id)"
            " order by d.language = %s desc, d.updated_at desc limit 1",
            (storable(slug), storable(language)),
        )
        return await cursor.fetchone()


async def best_articles(
    conn: Conn,
    language: str,
    audiences: Sequence[AudienceName],
    *,
    slugs: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Article]:
    """All articles, or those with these slugs, or the first `limit`, each in its best language; by
    title, those in `language` first."""
    async with conn.cursor(row_factory=kwargs_row(make_article)) as cursor:
        await cursor.execute(
            f"select * from (select distinct on (a.id) {COLUMNS} {READ}"
            " where a.archived_at is null and a.audience = any(%(audiences)s)"
            " and (%(slugs)s::text[] is null or a.slug = any(%(slugs)s))"
            f" order by a.id, {BEST}) found order by language <> %(language)s, lower(title), slug"
            " limit %(limit)s",
            {
                "language": language,
                "audiences": list(audiences),
                "slugs": None if slugs is None else list(slugs),
                "limit": limit,
            },
        )
        return await cursor.fetchall()


async def languages_of(conn: Conn, slug: str) -> list[str]:
    """The languages in which an article is read."""
    cursor = await conn.execute(
        "select t.language from article_texts t join articles a on a.id = t.article_id"
        " where a.slug = %s order by t.language",
        (slug,),
    )
    return [language for (language,) in await cursor.fetchall()]


async def languages(conn: Conn) -> list[str]:
    """The languages in which anything is read."""
    cursor = await conn.execute("select distinct language from article_texts order by language")
    return [language for (language,) in await cursor.fetchall()]


async def known_slugs(conn: Conn, slugs: Sequence[str]) -> set[str]:
    """Those that lead to an article."""
    cursor = await conn.execute(
        "select slug from articles where slug = any(%s) union"
        " select slug from article_addresses where slug = any(%s)",
        (list(slugs), list(slugs)),
    )
    return {slug for (slug,) in await cursor.fetchall()}


async def former_slugs(conn: Conn, article_id: UUID) -> list[str]:
    """Addresses that an article had before."""
    cursor = await conn.execute(
        "select slug from article_addresses where article_id = %s order by slug", (article_id,)
    )
    return [slug for (slug,) in await cursor.fetchall()]


async def leads_to(
    conn: Conn, slugs: Sequence[str], audiences: Sequence[AudienceName]
) -> dict[str, str]:
    """Those of these addresses, today's and former ones, that lead to what such people read; with
    the address of today."""
    cursor = await conn.execute(
        "select w.slug, a.slug from unnest(%s::text[]) w(slug)"
        " left join article_addresses f on f.slug = w.slug"
        " join articles a on a.slug = w.slug or a.id = f.article_id"
        " where a.archived_at is null and a.audience = any(%s)"
        " and exists (select from article_texts t where t.article_id = a.id)",
        (list(slugs), list(audiences)),
    )
    return dict(await cursor.fetchall())


async def stamp(conn: Conn) -> UUID:
    """Another one after every change of what is read."""
    cursor = await conn.execute("select stamp from wiki_state")
    row = await cursor.fetchone()
    assert row is not None, "its row comes with the tables"
    return row[0]
