"""What somebody reads: an article with what belongs to it, and what stands beside it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from firstline.kit.db import Conn
from firstline.people import Who
from firstline.wiki import related_store, store
from firstline.wiki.finding.search import search_articles
from firstline.wiki.memory import WikiMemory
from firstline.wiki.model import Article, AudienceName, audiences_of

MOST_RELATED, MOST_CONSIDERED = 5, 10
MOST_LINKS = 5_000  # answers that link articles
LINKS_LAST = 600  # seconds for which they are not counted anew


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


_pairs: WikiMemory[dict[str, Counter[str]]] = WikiMemory(2)


async def related_articles(
    conn: Conn, article: Article, audiences: Sequence[AudienceName], now: datetime
) -> list[Article]:
    """Those that editors pinned, then those that speak of the same, or that were linked in the
    same requests (clause wiki.related)."""
    named = await store.best_articles(conn, article.language, audiences, slugs=article.related)
    pinned = sorted(named, key=lambda one: article.related.index(one.slug))
    known = {article.slug, *(one.slug for one in pinned)}
    room = MOST_RELATED - len(pinned)
    if room <= 0:
        return pinned
    computed = await _near_articles(conn, article, audiences, now)
    return [*pinned, *(one for one in computed if one.slug not in known)][: len(pinned) + room]


async def _near_articles(
    conn: Conn, article: Article, audiences: Sequence[AudienceName], now: datetime
) -> list[Article]:
    """By words and by links: as much as the best of either counts each."""
    words = f"{article.title} {article.summary}"
    near = await search_articles(
        conn, words, article.language, audiences=audiences, limit=MOST_CONSIDERED
    )
    together = (await _linked_pairs(conn, now)).get(article.slug, Counter())
    best = max((one.score for one in near if one.article.slug != article.slug), default=1.0)
    scores = {one.article.slug: one.score / best for one in near}
    for slug, count in together.most_common(MOST_CONSIDERED):
        scores[slug] = scores.get(slug, 0.0) + count / together.most_common(1)[0][1]
    found = {one.article.slug: one.article for one in near}
    more = [slug for slug in scores if slug not in found]
    linked = await store.best_articles(conn, article.language, audiences, slugs=more)
    found |= {one.slug: one for one in linked}
    return sorted(found.values(), key=lambda one: -scores.get(one.slug, 0.0))


async def _linked_pairs(conn: Conn, now: datetime) -> dict[str, Counter[str]]:
    """What was linked together, counted anew every ten minutes."""

    async def make() -> dict[str, Counter[str]]:
        return await related_store.linked_pairs(conn, MOST_LINKS)

    return await _pairs.get(conn, int(now.timestamp()) // LINKS_LAST, make)
