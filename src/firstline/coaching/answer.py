"""What the coach says of a message, as programs read it, with articles that may answer already."""

import asyncio
from collections.abc import Sequence

import msgspec

from firstline import wiki
from firstline.coach import AskedFact, CoachAdvice, FirstMessage, KnownFact, ScopeNote, advise
from firstline.kit.db import Conn, Db
from firstline.policy import Policy

ARTICLES = 3
MOST_CHARACTERS = 4_000  # of a message that articles are sought for


class ArticleLink(msgspec.Struct):
    """An article that may answer already."""

    slug: str
    title: str


class OutageNote(msgspec.Struct):
    """An outage that the client may be in: its number and title."""

    no: int
    title: str


class CoachAnswer(msgspec.Struct):
    """What a message says and lacks; places count characters, `matters` what is asked for apart."""

    topic: str | None
    known: tuple[KnownFact, ...]
    missing: tuple[AskedFact, ...]
    articles: tuple[ArticleLink, ...]
    scope: ScopeNote | None
    matters: int
    # None until the desk knows of outages.
    outage: OutageNote | None = None


async def answer(
    db: Db,
    policy: Policy,
    message: FirstMessage,
    plan: str | None = None,
    reader: str | None = None,
) -> CoachAnswer:
    """Read a message (clauses request.good, request.wiki-first); some 30 ms for a long one, beside
    the loop. Titles of articles are in the language of the `reader`, else of the message."""
    advice = await asyncio.to_thread(advise, policy, message, plan)
    if not _seeks_articles(policy, advice):
        return _answer(advice, ())
    text, audiences = message.text[:MOST_CHARACTERS], wiki.audiences_of("client")
    async with db.connection() as conn:
        found = await wiki.search_articles(
            conn, text, advice.language, advice.topic, audiences=audiences, limit=ARTICLES
        )
        links = [ArticleLink(one.article.slug, one.article.title) for one in found]
        if links and reader not in (None, advice.language):
            links = await _links_in(conn, reader, links)
    return _answer(advice, links)


async def _links_in(
    conn: Conn, language: str, links: Sequence[ArticleLink]
) -> Sequence[ArticleLink]:
    """The same articles with their titles in another language, as far as they have it."""
    audiences, slugs = wiki.audiences_of("client"), [one.slug for one in links]
    found = await wiki.best_articles(conn, language, audiences, slugs=slugs)
    titles = {one.slug: one.title for one in found}
    return [ArticleLink(one.slug, titles.get(one.slug, one.title)) for one in links]


def answer_without_desk(policy: Policy, message: FirstMessage) -> CoachAnswer:
    """The same with the articles of the package."""
    advice = advise(policy, message, None)
    if not _seeks_articles(policy, advice):
        return _answer(advice, ())
    text = message.text[:MOST_CHARACTERS]
    found = wiki.search_shipped(text, advice.language, advice.topic, limit=ARTICLES)
    return _answer(advice, [ArticleLink(one.article.slug, one.article.title) for one in found])


def _seeks_articles(policy: Policy, advice: CoachAdvice) -> bool:
    return policy.source.request.kb_first != "no" and advice.topic is not None


def _answer(advice: CoachAdvice, links: Sequence[ArticleLink]) -> CoachAnswer:
    return CoachAnswer(
        advice.topic,
        advice.known,
        advice.missing,
        tuple(links),
        advice.scope,
        advice.matters,
    )
