"""What somebody reads: an article with what belongs to it, and what stands beside it."""

from collections.abc import Sequence

from firstline.kit.db import Conn
from firstline.people import Who
from firstline.wiki import store
from firstline.wiki.finding.search import search_articles
from firstline.wiki.memory import WikiMemory
from firstline.wiki.model import Article, AudienceName, audiences_of

MOST_RELATED = 5


async def article_for(conn: Conn, slug: str, language: str, who: Who | None) -> Article | None:
    """An article in the best language, if `who` (None: a stranger) may read it; to the staff also
    what is not published yet, as revision 0."""
    side = who.side if who else None
    found = await store.article(conn, slug, language, audiences_of(side))
    if found is None and side == "staff":
        return await store.unpublished_article(conn, slug, language)
    return found


_first: WikiMemory[list[Article]] = WikiMemory(100)


async def first_articles(
    conn: Conn, language: str, audiences: Sequence[AudienceName], limit: int
) -> list[Article]:
    """The first articles by title, remembered until the wiki changes."""

    async def make() -> list[Article]:
        return await store.best_articles(conn, language, audiences, limit=limit)

    return await _first.get(conn, (language, *audiences, limit), make)


async def related_articles(
    conn: Conn, article: Article, audiences: Sequence[AudienceName]
) -> list[Article]:
    """Those that editors pinned, then those that speak of the same (clause wiki.related)."""
    named = await store.best_articles(conn, article.language, audiences, slugs=article.related)
    pinned = sorted(named, key=lambda one: article.related.index(one.slug))
    words = f"{article.title} {article.summary}"
    near = await search_articles(
        conn, words, article.language, audiences=audiences, limit=MOST_RELATED + len(pinned) + 1
    )
    known = {article.slug, *(one.slug for one in pinned)}
    computed = [one.article for one in near if one.article.slug not in known]
    return [*pinned, *computed][: max(MOST_RELATED, len(pinned))]
