"""SQL of searches that found nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from firstline.kit.db import Conn


@dataclass(frozen=True, slots=True)
class UnfoundWords:
    """Words that were looked for in vain, how often, since when and when last."""

    words: str
    language: str
    times: int
    first_at: datetime
    last_at: datetime


async def count_unfound(conn: Conn, words: str, language: str, now: datetime, most: int) -> None:
    """Count these words once more; of more than `most` the rarest and oldest are forgotten."""
    await conn.execute(
        "insert into wiki_unfound as u (words, language, times, first_at, last_at)"
        " values (%s, %s, 1, %s, %s) on conflict (words, language)"
        " do update set times = u.times + 1, last_at = excluded.last_at",
        (words, language, now, now),
    )
    await conn.execute(
        "delete from wiki_unfound where (words, language) in (select words, language"
        " from wiki_unfound order by times, last_at limit greatest(0,"
        " (select count(*) from wiki_unfound) - %s))",
        (most,),
    )


async def listed_words(conn: Conn, language: str) -> list[str]:
    """What is counted in a language, the most frequent first."""
    cursor = await conn.execute(
        "select words from wiki_unfound where language = %s order by times desc, words", (language,)
    )
    return [words for (words,) in await cursor.fetchall()]


async def unfound(conn: Conn, limit: int) -> Sequence[UnfoundWords]:
    """What was looked for most often."""
    async with conn.cursor(row_factory=class_row(UnfoundWords)) as cursor:
        await cursor.execute(
            "select * from wiki_unfound order by times desc, last_at desc, words limit %s",
            (limit,),
        )
        return await cursor.fetchall()


async def forget_unfound(conn: Conn, words: str, language: str) -> None:
    """These words are dealt with."""
    await conn.execute(
        "delete from wiki_unfound where words = %s and language = %s", (words, language)
    )
