"""The API of the wiki: articles found and read by everybody, written by editors, voted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency as Given
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import creates, shows
from firstline.kit.typed import number_or_none
from firstline.kit.web import Http
from firstline.people import Who
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import lang_of, refuse_other_sites, requires_staff
from firstline.policy import Policy
from firstline.wiki import actions, reading, store, votes_store
from firstline.wiki.checks import check_language
from firstline.wiki.finding.search import find_in_all_languages
from firstline.wiki.model import BODY_LIMIT, Article, ArticleText, Votes, audiences_of, summary_of
from firstline.wiki.rendering import html
from firstline.wiki.voting import Vote, vote
from firstline.wiki.web import set_reader_cookie, voter_of

PUBLIC = {"public": True}
PAGE, MOST, FARTHEST = 50, 200, 10**8
encode = msgspec.json.encode


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleItem:
    """An article in one language; votes are those of all its languages, of each person the last."""

    slug: str
    language: str
    title: str
    summary: str
    audience: str
    revision: int
    updated_at: datetime | None
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleOut(ArticleItem):
    """`body` is Markdown, `html` what may stand in a page as it is."""

    section: str
    body: str
    html: str
    related: list[RelatedArticle]
    languages: list[str]


class ArticleList(msgspec.Struct):
    items: list[ArticleItem]
    after: str | None


class ArticleIn(Keyed, kw_only=True):
    """A known `slug` with a new language is a translation of it."""

    title: str
    body: str
    language: str
    section: str
    slug: str | None = None
    summary: str | None = None
    audience: str | None = None
    draft: bool = False


class ArticleEditIn(Keyed, kw_only=True):
    """`revision` is the one that the writer knew; `summary` left out stays as it is."""

    title: str
    body: str
    revision: int
    summary: str | None = None


class VoteIn(Keyed, kw_only=True):
    helpful: bool
    missing: str = ""


class EditionOut(msgspec.Struct):
    slug: str
    language: str
    revision: int


class VotesOut(msgspec.Struct):
    helpful: int
    unhelpful: int


@get("/articles", opt=PUBLIC, summary="Articles, or those in which words stand")
async def list_articles(
    request: Http,
    db: Given[Db],
    visitor: Given[Who | None],
    policy: Given[Policy],
    q: FromQuery[str] = "",
    language: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> ArticleList:
    """By title, or the best match first; only what the caller may read."""
    audiences = audiences_of(visitor.side if visitor else None)
    limit, start = max(1, min(limit, MOST)), _start(after)
    if language:
        check_language(language, policy.languages)
    async with db.connection() as conn:
        own = store.storable(language or lang_of(request, visitor))
        if q.strip():
            found = await find_in_all_languages(conn, q[:200], own, audiences)
        else:
            found = await store.best_articles(conn, own, audiences)
        if language:
            found = [one for one in found if one.language == language]
        items = await _items(conn, found[start : start + limit])
    more = len(found) > start + limit
    return ArticleList(items, str(start + limit) if more else None)


def _start(after: str) -> int:
    """Where a page begins. Raises Invalid for what no page has returned."""
    start = number_or_none(after, FARTHEST) if after else 0
    if start is None:
        raise Invalid(
            _("after must be the value that an earlier page returned; leave it out."), field="after"
        )
    return start


async def _items(conn: Conn, found: Sequence[Article]) -> list[ArticleItem]:
    votes = await votes_store.votes(conn, [one.slug for one in found])
    return [ArticleItem(**_fields(one, votes.get(one.slug, Votes()))) for one in found]


def _fields(one: Article, votes: Votes) -> dict[str, Any]:
    names = "slug language title summary audience revision updated_at".split()
    fields = {name: getattr(one, name) for name in names}
    return fields | {"helpful": votes.helpful, "unhelpful": votes.unhelpful}


@get("/articles/{slug:str}", opt=PUBLIC, summary="One article")
async def show_article(
    request: Http,
    db: Given[Db],
    visitor: Given[Who | None],
    now: Given[datetime],
    slug: FromPath[str],
    language: FromQuery[str | None] = None,
) -> ArticleOut:
    """In the language asked for, or in the best that it has; to those who may not read it 404.

    To the staff also what is a draft so far, as revision 0.
    """
    own = language or lang_of(request, visitor)
    async with db.connection() as conn:
        found = await reading.article_for(conn, slug, own, visitor)
        if found is None:
            raise Missing(_("There is no such article; look through the wiki."))
        audiences = audiences_of(visitor.side if visitor else None)
        related = await reading.related_articles(conn, found, audiences, now)
        votes = (await votes_store.votes(conn, [found.slug])).get(found.slug, Votes())
        languages = await store.languages_of(conn, found.slug)
    return ArticleOut(
        **_fields(found, votes),
        section=found.section,
        body=found.body,
        html=await html(found.body),
        related=[RelatedArticle(one.slug, one.title) for one in related],
        languages=languages,
    )


@post(
    "/articles",
    guards=[requires_staff],
    request_max_body_size=BODY_LIMIT,
    responses=creates(EditionOut),
    summary="Write an article, or translate one",
)
async def write_article(
    request: Http,
    data: JSONBody[ArticleIn],
    policy: Given[Policy],
    who: Given[Who],
    now: Given[datetime],
) -> Response[bytes]:
    """Published at once by editors and management; by operators as a draft alone."""
    new = actions.NewArticle(
        section=data.section,
        language=data.language,
        title=data.title,
        body=data.body,
        slug=data.slug or "",
        summary=data.summary or "",
        audience=data.audience or "",
        draft=data.draft,
    )

    async def act(tx: Tx) -> StoredAnswer:
        edition = await actions.new_article(tx, who, new, policy.languages, now=now)
        return 201, _edition(edition)

    return await answer_once(request, data, act)


@put(
    "/articles/{slug:str}/{language:str}",
    guards=[requires_staff],
    request_max_body_size=BODY_LIMIT,
    responses=shows(EditionOut),
    summary="Publish another edition of an article",
)
async def publish_article(
    request: Http,
    data: JSONBody[ArticleEditIn],
    who: Given[Who],
    now: Given[datetime],
    slug: FromPath[str],
    language: FromPath[str],
) -> Response[bytes]:
    """Refused (409) with the present revision where somebody has published meanwhile."""

    async def act(tx: Tx) -> StoredAnswer:
        summary = data.summary
        if summary is None:
            summary = await _standing_summary(tx.conn, slug, language)
        text = ArticleText(data.title, summary, data.body)
        edition = await actions.publish(tx, who, slug, language, text, data.revision, now=now)
        return 200, _edition(edition)

    return await answer_once(request, data, act)


async def _standing_summary(conn: Conn, slug: str, language: str) -> str:
    """The summary that somebody wrote; empty where it was made of the body."""
    found = await store.article(conn, slug, language, audiences_of("staff"))
    if found is None or found.language != language:
        return ""
    return "" if found.summary in (summary_of(found.body), found.title) else found.summary


def _edition(edition: actions.Edition) -> bytes:
    return encode(EditionOut(edition.slug, edition.language, edition.revision))


@post(
    "/articles/{slug:str}/votes",
    opt=PUBLIC,
    guards=[refuse_other_sites],
    responses={
        201: ResponseSpec(VotesOut, generate_examples=False, description="Counted"),
        200: ResponseSpec(VotesOut, generate_examples=False, description="Changed"),
    },
    summary="Say whether an article helped",
)
async def vote_on_article(
    request: Http,
    data: JSONBody[VoteIn],
    db: Given[Db],
    visitor: Given[Who | None],
    now: Given[datetime],
    slug: FromPath[str],
    language: FromQuery[str | None] = None,
) -> Response[bytes]:
    """One vote of a person on a revision; again changes it (200). Strangers have a cookie."""
    voter = voter_of(request, visitor)
    own = language or lang_of(request, visitor)

    async def act(tx: Tx) -> StoredAnswer:
        given = Vote(data.helpful, data.missing)
        first, votes = await vote(tx, voter, slug, own, given, now=now)
        return (201 if first else 200), encode(VotesOut(votes.helpful, votes.unhelpful))

    if visitor is not None:
        return await answer_once(request, data, act)
    status, body = await db.run(act)
    answer = Response(body, status_code=status, media_type="application/json")
    set_reader_cookie(request, answer, voter)
    return answer


routes = [list_articles, show_article, write_article, publish_article, vote_on_article]
