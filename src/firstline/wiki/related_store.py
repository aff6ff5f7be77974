"""SQL of which articles were linked together."""

from collections import Counter

from firstline.kit.db import Conn


async def linked_pairs(conn: Conn, most: int) -> dict[str, Counter[str]]:
    """For each article, in how many requests each other one was linked as well, to their clients:
    of the newest `most` answers that link any."""
    cursor = await conn.execute(
        "with newest as materialized (select matter, data->'articles' as articles from entries"
        " where data ? 'articles' and audience = 'all' order by matter desc limit %s),"
        " linked as (select distinct matter, slug from newest"
        " cross join lateral jsonb_array_elements_text(articles) as a(slug))"
        " select one.slug, other.slug, count(*) from linked one join linked other"
        " on other.matter = one.matter and other.slug <> one.slug group by 1, 2",
        (most,),
    )
    pairs: dict[str, Counter[str]] = {}
    for slug, other, count in await cursor.fetchall():
        pairs.setdefault(slug, Counter())[other] = count
    return pairs
