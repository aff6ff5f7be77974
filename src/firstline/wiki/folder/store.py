"""SQL of the wiki as a folder."""

from collections.abc import Collection
from uuid import UUID

from firstline.kit.db import Conn


async def owner_addresses(conn: Conn) -> dict[UUID, str]:
    """The addresses of the staff, by id."""
    cursor = await conn.execute("select id, email from people where side = 'staff' and active")
    return dict(await cursor.fetchall())


async def every_former_slug(conn: Conn) -> dict[UUID, list[str]]:
    """Former addresses of every article."""
    cursor = await conn.execute(
        "select article_id, array_agg(slug order by slug) from article_addresses"
        " group by article_id"
    )
    return dict(await cursor.fetchall())


async def every_pin(conn: Conn) -> dict[UUID, list[str]]:
    """The pinned articles of every article, in their order."""
    cursor = await conn.execute(
        "select p.article_id, array_agg(a.slug order by p.place) from article_pins p"
        " join articles a on a.id = p.other_id group by p.article_id"
    )
    return dict(await cursor.fetchall())


async def every_outdated(conn: Conn) -> set[tuple[UUID, str]]:
    """Translations whose original has a later edition than they were made from."""
    cursor = await conn.execute(
        "select t.article_id, t.language from article_texts t join articles a on a.id ="
        " t.article_id join article_texts o on o.article_id = a.id and o.language = a.original"
        " where t.language <> a.original and t.checked < o.revision"
    )
    return {(article_id, language) for article_id, language in await cursor.fetchall()}


async def set_former_slugs(conn: Conn, article_id: UUID, slugs: Collection[str]) -> None:
    """Let these addresses, and those that did before, lead to an article."""
    await conn.execute(
        "insert into article_addresses (slug, article_id) select slug, %s from unnest(%s::text[])"
        " w(slug) where not exists (select from articles a where a.slug = w.slug)"
        " on conflict (slug) do nothing",
        (article_id, list(slugs)),
    )


async def set_original(conn: Conn, article_id: UUID, language: str) -> None:
    """The language from which the others are translated."""
    await conn.execute("update articles set original = %s where id = %s", (language, article_id))
