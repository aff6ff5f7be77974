"""The wiki with 10,000 articles in three languages: search, suggestion while typing, coach."""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import psycopg

from bench.filling import Words
from bench.stand import stand
from firstline.coach import FirstMessage
from firstline.coaching.answer import answer
from firstline.kit import clock
from firstline.kit.db import Db, Tx
from firstline.kit.ids import uuid7
from firstline.policy import default_text, load
from firstline.wiki import audiences_of, find_articles, search_articles, writing_store
from firstline.wiki.files import LANGUAGES, shipped_articles
from firstline.wiki.finding.index import index_articles
from firstline.wiki.model import ArticleCard, ArticleText

ARTICLES, AT_ONCE = 10_000, 250
RUNS = 300
READER = audiences_of("client")
SEARCHES = {
    "en": "error 500|site down|certif|mail not ariving|dns_probe_finished_nxdomain|550 5.7.26"
    "|how to pay for hosting by card|ssl certificate|mailbox is full|does not open"
    "|password|php memory limit|wordpress",
    "uk": "сайт не працює|сертефікат|листи в спам|помилка 504 gateway timeout|домен|парол"
    "|як підключити домен до хостингу|база даних|поштова скринька|сертифікат безпеки"
    "|оплата карткою|ftp",
    "ru": "сайт не работает|почта не приходит|ошибка соединения с базой данных|страница не найдена"
    "|сменить тариф|хостинг|письмо вернулось 550|почтовый ящик|сайт не открывается"
    "|не могу войти в панель|quokkaa|крон",
}
MESSAGES = {
    "en": "Hello, since this morning my site shop.example shows error 500 when a client pays by"
    " card, nothing was changed, please look, the log says Allowed memory size exhausted",
    "uk": "Доброго дня! Зранку на сайті shop.example з'явилась помилка 500, коли клієнт оплачує"
    " карткою. Нічого не змінювали. У журналі Allowed memory size exhausted, подивіться",
    "ru": "Здравствуйте, с утра на сайте shop.example ошибка 500 при оплате картой, ничего не"
    " меняли, в журнале Allowed memory size exhausted, письма клиентам тоже не уходят",
}


async def measure() -> list[str]:
    """Rows of the report."""
    async with stand(requests=1) as on:
        db = Db(on.database)
        await db.open()
        try:
            seconds = await _fill(db)
            async with await psycopg.AsyncConnection.connect(on.database, autocommit=True) as conn:
                await conn.execute("vacuum analyze")
            rows = [f"{ARTICLES} articles in 3 languages written and indexed in {seconds:.0f} s"]
            return [*rows, await _size(db), *await _times(db)]
        finally:
            await db.close()


async def _fill(db: Db) -> float:
    """Articles of shuffled sections of the shipped ones, each with rare words of its own."""
    began, chance, words = time.perf_counter(), random.Random(1), Words()
    for first in range(0, ARTICLES, AT_ONCE):
        await db.run(partial(_write_some, chance=chance, words=words, first=first))
    return time.perf_counter() - began


async def _write_some(tx: Tx, *, chance: random.Random, words: Words, first: int) -> None:
    new: list[writing_store.NewRevision] = []
    for n in range(first, first + AT_ONCE):
        card = ArticleCard(
            uuid7(), f"article-{n}", "web", ("web",), "public", "en", None, None, None
        )
        await writing_store.add_article(tx.conn, card, clock.now())
        seed, rare = chance.random(), words.text(12)
        new += [
            writing_store.NewRevision(card.id, one, 1, _text(one, seed, rare)) for one in LANGUAGES
        ]
    await writing_store.add_revisions(tx.conn, new, clock.now())
    await index_articles(tx.conn, {one.article_id for one in new})


def _text(language: str, seed: float, rare: str) -> ArticleText:
    chance = random.Random(seed)
    some = chance.sample([one for one in shipped_articles() if one.language == language], 4)
    sections = [chance.choice(one.body.split("\n## ")) for one in some]
    title = f"{some[0].title}: {' '.join(rare.split()[:2])}"
    return ArticleText(title, some[1].summary, "\n\n## ".join([rare, *sections]))


async def _size(db: Db) -> str:
    async with db.connection() as conn:
        cursor = await conn.execute(
            "select pg_total_relation_size('article_words'),"
            " pg_total_relation_size('article_vocabulary'), (select count(*) from"
            " article_vocabulary)"
        )
        row = await cursor.fetchone()
    assert row is not None
    return f"words: {row[0] / 1e6:.0f} MB, vocabulary: {row[1] / 1e6:.0f} MB, {row[2]} rows"


async def _times(db: Db) -> list[str]:
    policy = load(default_text())

    async def find(language: str, text: str) -> None:
        async with db.connection() as conn:
            await find_articles(conn, text, language, audiences=READER, limit=20)

    async def suggest(language: str, text: str) -> None:
        async with db.connection() as conn:
            await search_articles(conn, text, language, "web", audiences=READER, limit=3)

    async def coach(language: str, text: str) -> None:
        await answer(db, policy, FirstMessage(text, language=language))

    searches = [(code, one) for code, some in SEARCHES.items() for one in some.split("|")]
    typing = [(code, text[:cut]) for code, text in MESSAGES.items() for cut in range(9, 165, 4)]
    return [
        await _row("search", find, searches),
        await _row("suggestion while typing", suggest, typing),
        await _row("coach", coach, typing),
    ]


async def _row(
    name: str, act: Callable[[str, str], Awaitable[None]], given: Sequence[tuple[str, str]]
) -> str:
    taken: dict[tuple[str, str], list[float]] = {}
    for run in range(RUNS + len(given)):
        one = given[run % len(given)]
        began = time.perf_counter()
        await act(*one)
        if run >= len(given):  # the first round fills caches
            taken.setdefault(one, []).append((time.perf_counter() - began) * 1e3)
    every = [ms for some in taken.values() for ms in some]
    p95 = statistics.quantiles(every, n=20)[-1]
    slowest = max(taken, key=lambda one: statistics.median(taken[one]))
    return (
        f"{name}: p50 {statistics.median(every):.1f} ms, p95 {p95:.1f} ms (limit 30 ms);"
        f" slowest {statistics.median(taken[slowest]):.1f} ms: “{slowest[1][:60]}”"
    )
