"""What the coach says of a message, as programs read it, with articles that may answer already."""

import msgspec

from firstline.coach import AskedFact, FirstMessage, KnownFact, ScopeNote, advise
from firstline.policy import Policy
from firstline.wiki import search_articles

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


def answer(policy: Policy, message: FirstMessage, plan: str | None = None) -> CoachAnswer:
    """Read a message (clauses request.good, request.wiki-first); some 30 ms for a long one."""
    advice = advise(policy, message, plan)
    links = _articles(policy, message.text, advice.language, advice.topic)
    return CoachAnswer(
        advice.topic,
        advice.known,
        advice.missing,
        links,
        advice.scope,
        advice.matters,
    )


def _articles(
    policy: Policy, text: str, language: str, topic: str | None
) -> tuple[ArticleLink, ...]:
    if policy.source.request.kb_first == "no" or topic is None:
        return ()
    found = search_articles(text[:MOST_CHARACTERS], language, topic, limit=ARTICLES)
    return tuple(ArticleLink(one.article.slug, one.article.title) for one in found)
