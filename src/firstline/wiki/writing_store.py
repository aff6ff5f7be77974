"""SQL of writing articles: their cards, editions and drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import class_row, kwargs_row

from firstline.kit.db import Conn
from firstline.wiki.model import ArticleCard, ArticleText
from firstline.wiki.store import storable

_CARD: LiteralString = (
    "a.id, a.slug, a.section, a.topics, a.audience, a.original, a.owner_id, a.read_again,"
    " a.archived_at"
)


def _make_card(**row: Any) -> ArticleCard:
    row["topics"] = tuple(row["topics"])
    return ArticleCard(**row)


async def lock_state(conn: Conn) -> set[str]:
    """Hold the wiki against others who take in shipped articles; the digests taken in so far."""
    cursor = await conn.execute("select shipped from wiki_state for update")
    row = await cursor.fetchone()
    return set(row[0]) if row else set()


async def note_change(conn: Conn, *, shipped: str | None = None) -> None:
    """What is read has changed; `shipped` names a package that was taken in."""
    await conn.execute(
        "update wiki_state set stamp = gen_random_uuid(),"
        " shipped = shipped || case when %(new)s::text is null then '{}'::text[]"
        " else array[%(new)s::text] end",
        {"new": shipped},
    )


async def lock_card(conn: Conn, slug: str) -> ArticleCard | None:
    """An article by its address or one of before, archived ones too; held."""
    async with conn.cursor(row_factory=kwargs_row(_make_card)) as cursor:
        await cursor.execute(
            f"select {_CARD} from articles a where a.slug = %(slug)s or (a.id = (select article_id"
            " from article_addresses where slug = %(slug)s)"
            " and not exists (select from articles where slug = %(slug)s)) for update",
            {"slug": storable(slug)},
        )
        return await cursor.fetchone()


async def known_card(conn: Conn, slug: str) -> ArticleCard | None:
    """The same, to be looked at alone."""
    async with conn.cursor(row_factory=kwargs_row(_make_card)) as cursor:
        await cursor.execute(
            f"select {_CARD} from articles a where a.slug = %(slug)s or a.id = (select article_id"
            " from article_addresses where slug = %(slug)s) order by a.slug = %(slug)s desc"
            " limit 1",
            {"slug": storable(slug)},
        )
        return await cursor.fetchone()


async def lock_card_by_id(conn: Conn, article_id: UUID) -> ArticleCard | None:
    """An article, held."""
    async with conn.cursor(row_factory=kwargs_row(_make_card)) as cursor:
        await cursor.execute(
            f"select {_CARD} from articles a where a.id = %s for update", (article_id,)
        )
        return await cursor.fetchone()


async def every_card(conn: Conn) -> list[ArticleCard]:
    """All articles, archived ones too, by address."""
    async with conn.cursor(row_factory=kwargs_row(_make_card)) as cursor:
        await cursor.execute(f"select {_CARD} from articles a order by a.slug")
        return await cursor.fetchall()


async def lock_cards(conn: Conn) -> dict[str, ArticleCard]:
    """All articles, by address and by those of before; held."""
    async with conn.cursor(row_factory=kwargs_row(_make_card)) as cursor:
        await cursor.execute(f"select {_CARD} from articles a order by a.id for update")
        cards = {card.id: card for card in await cursor.fetchall()}
    former = await (await conn.execute("select slug, article_id from article_addresses")).fetchall()
    return {slug: cards[id] for slug, id in former} | {c.slug: c for c in cards.values()}


async def add_article(conn: Conn, card: ArticleCard, now: datetime) -> bool:
    """Put in a new article; its slug, free until now, is no former one any more. False where
    somebody has just taken the slug.
    """
    await conn.execute("delete from article_addresses where slug = %s", (card.slug,))
    cursor = await conn.execute(
        "insert into articles (id, slug, section, topics, audience, original, owner_id, read_again,"
        " created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (slug) do nothing",
        (
            card.id,
            card.slug,
            card.section,
            list(card.topics),
            card.audience,
            card.original,
            card.owner_id,
            card.read_again,
            now,
        ),
    )
    return cursor.rowcount > 0


@dataclass(frozen=True, slots=True)
class Revision:
    """An edition as it was published; `by` is a name, None for the console and the package,
    `writer` who wrote it where another published it.
    """

    language: str
    revision: int
    title: str
    summary: str
    body: str
    based_on: int
    shipped: bool
    by: str | None
    writer: str | None
    at: datetime

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.title, self.summary, self.body)


_REVISION: LiteralString = (
    "r.language, r.revision, r.title, r.summary, r.body, r.based_on, r.shipped, p.name as by,"
    " (select w.name from people w where w.id = r.writer_id) as writer, r.at"
)


async def current(conn: Conn, article_id: UUID) -> dict[str, Revision]:
    """What is read of an article, by language."""
    async with conn.cursor(row_factory=class_row(Revision)) as cursor:
        await cursor.execute(
            f"select {_REVISION} from article_texts t join article_revisions r"
            " on r.article_id = t.article_id and r.language = t.language"
            " and r.revision = t.revision left join people p on p.id = r.by_id"
            " where t.article_id = %s order by r.language",
            (article_id,),
        )
        return {one.language: one for one in await cursor.fetchall()}


Currents = dict[tuple[UUID, str], tuple[int, bool, ArticleText]]


async def every_current(conn: Conn) -> Currents:
    """Revision, whether it is shipped, and text of everything that is read."""
    cursor = await conn.execute(
        "select r.article_id, r.language, r.revision, r.shipped, r.title, r.summary, r.body"
        " from article_texts t join article_revisions r on r.article_id = t.article_id"
        " and r.language = t.language and r.revision = t.revision"
    )
    return {
        (id, language): (revision, shipped, ArticleText(title, summary, body))
        for id, language, revision, shipped, title, summary, body in await cursor.fetchall()
    }


async def checked_revisions(conn: Conn, article_id: UUID) -> dict[str, int]:
    """By language the revision of the original against which it was looked at last."""
    cursor = await conn.execute(
        "select language, checked from article_texts where article_id = %s", (article_id,)
    )
    return dict(await cursor.fetchall())


async def set_checked(conn: Conn, article_id: UUID, language: str, revision: int) -> None:
    """A translation fits this revision of the original."""
    await conn.execute(
        "update article_texts set checked = %s where article_id = %s and language = %s",
        (revision, article_id, language),
    )


async def revision(conn: Conn, article_id: UUID, language: str, number: int) -> Revision | None:
    """One edition in a language."""
    async with conn.cursor(row_factory=class_row(Revision)) as cursor:
        await cursor.execute(
            f"select {_REVISION} from article_revisions r left join people p on p.id = r.by_id"
            " where r.article_id = %s and r.language = %s and r.revision = %s",
            (article_id, language, number),
        )
        return await cursor.fetchone()


@dataclass(frozen=True, slots=True)
class RevisionHead:
    """An edition without its words."""

    revision: int
    title: str
    shipped: bool
    by: str | None
    writer: str | None
    at: datetime


async def revision_heads(
    conn: Conn, article_id: UUID, language: str, *, limit: int = 500
) -> list[RevisionHead]:
    """The latest editions in a language, the newest first."""
    async with conn.cursor(row_factory=class_row(RevisionHead)) as cursor:
        await cursor.execute(
            "select r.revision, r.title, r.shipped, p.name as by, w.name as writer, r.at"
            " from article_revisions r left join people p on p.id = r.by_id"
            " left join people w on w.id = r.writer_id where r.article_id = %s"
            " and r.language = %s order by r.revision desc limit %s",
            (article_id, language, limit),
        )
        return await cursor.fetchall()


@dataclass(frozen=True, slots=True)
class NewRevision:
    article_id: UUID
    language: str
    revision: int
    text: ArticleText
    based_on: int = 0
    shipped: bool = False
    by_id: UUID | None = None
    writer_id: UUID | None = None


async def add_revisions(conn: Conn, found: Sequence[NewRevision], now: datetime) -> None:
    """Publish editions: what is read from now on."""
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into article_revisions (article_id, language, revision, title, summary, body,"
            " based_on, shipped, by_id, writer_id, at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    *(one.article_id, one.language, one.revision),
                    *(one.text.title, one.text.summary, one.text.body),
                    *(one.based_on, one.shipped, one.by_id, one.writer_id, now),
                )
                for one in found
            ],
        )
        await cursor.executemany(
            "insert into article_texts (article_id, language, revision, checked)"
            " values (%s, %s, %s, %s) on conflict (article_id, language) do update"
            " set revision = excluded.revision, checked = excluded.checked",
            [(one.article_id, one.language, one.revision, one.based_on) for one in found],
        )


async def pins(conn: Conn, article_id: UUID) -> list[str]:
    """The articles that editors put below another one."""
    cursor = await conn.execute(
        "select a.slug from article_pins p join articles a on a.id = p.other_id"
        " where p.article_id = %s order by p.place",
        (article_id,),
    )
    return [slug for (slug,) in await cursor.fetchall()]


async def set_pins(conn: Conn, article_id: UUID, slugs: Sequence[str]) -> None:
    """Put these articles below another, in this order; slugs that are none are left out."""
    await conn.execute("delete from article_pins where article_id = %s", (article_id,))
    await conn.execute(
        "insert into article_pins (article_id, other_id, place) select %s, a.id, w.place"
        " from unnest(%s::text[]) with ordinality w(slug, place) join articles a on a.slug = w.slug"
        " where a.id <> %s on conflict do nothing",
        (article_id, list(slugs), article_id),
    )


async def set_settings(conn: Conn, card: ArticleCard) -> None:
    """Write what of an article belongs to no language, but for its address."""
    await conn.execute(
        "update articles set section = %s, topics = %s, audience = %s, owner_id = %s,"
        " read_again = %s, archived_at = %s where id = %s",
        (
            card.section,
            list(card.topics),
            card.audience,
            card.owner_id,
            card.read_again,
            card.archived_at,
            card.id,
        ),
    )


async def move_article(conn: Conn, article_id: UUID, old: str, new: str) -> bool:
    """Give an article another address; the old one goes on leading to it. False where somebody has
    just taken the new one: the transaction is void then.
    """
    await conn.execute("delete from article_addresses where slug = %s", (new,))
    try:
        await conn.execute("update articles set slug = %s where id = %s", (new, article_id))
    except UniqueViolation:
        return False
    await conn.execute(
        "insert into article_addresses (slug, article_id) values (%s, %s) on conflict (slug)"
        " do update set article_id = excluded.article_id",
        (old, article_id),
    )
    return True
