"""What the coach says of a message, as programs read it, with articles that may answer already."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from firstline import wiki
from firstline.coach import AskedFact, CoachAdvice, FirstMessage, KnownFact, ScopeNote, advise
from firstline.kit.db import Db
from firstline.policy import Policy

ARTICLES = 3
WIKI = "/wiki"
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
        slugs = _in_order(advice, [one.article.slug for one in found])
        titles = {one.article.slug: one.article.title for one in found}
        language = advice.language if reader is None else reader
        if slugs and (language != advice.language or not titles.keys() >= set(slugs)):
            best = await wiki.best_articles(conn, language, audiences, slugs=slugs)
            titles |= {one.slug: one.title for one in best}
    return _answer(advice, _links(slugs, titles))


def _in_order(advice: CoachAdvice, found: Sequence[str]) -> list[str]:
    """The slugs of what was found among those that such messages lead to, each once."""
    before, behind = advice.leads
    return list(dict.fromkeys((*before, *found, *behind)))


def _links(slugs: Sequence[str], titles: Mapping[str, str]) -> list[ArticleLink]:
    """The first few that there are."""
    return [ArticleLink(slug, titles[slug]) for slug in slugs if slug in titles][:ARTICLES]


async def article_instead(db: Db, found: CoachAnswer, reader: str) -> ArticleLink | None:
    """The article that helps where support does not: the one that fits the words, else the one that
    the policy links. None where the policy leads elsewhere, or to what clients cannot read.
    """
    link = (found.scope and found.scope.link) or ""
    slug = link.removeprefix(WIKI).strip("/")
    if not link.startswith(WIKI):
        return None
    fits = next((one for one in found.articles if one.slug == slug), None)
    if fits is not None or found.articles:
        return fits or found.articles[0]
    async with db.connection() as conn:
        links = await wiki.best_articles(conn, reader, wiki.audiences_of("client"), slugs=[slug])
    return next((ArticleLink(one.slug, one.title) for one in links), None)


def answer_without_desk(policy: Policy, message: FirstMessage) -> CoachAnswer:
    """The same with the articles of the package."""
    advice = advise(policy, message, None)
    if not _seeks_articles(policy, advice):
        return _answer(advice, ())
    text = message.text[:MOST_CHARACTERS]
    found = wiki.search_shipped(text, advice.language, advice.topic, limit=ARTICLES)
    titles = wiki.shipped_titles(advice.language)
    return _answer(advice, _links(_in_order(advice, [one.article.slug for one in found]), titles))


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
