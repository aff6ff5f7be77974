"""Whether an article helped, asked at its foot (clause wiki.helpful): forms without a script."""

from dataclasses import dataclass

from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from firstline import wiki
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import _
from firstline.people.visit import PublicVisit
from firstline.wiki import votes_store
from firstline.wiki.model import Article, Votes
from firstline.wiki.voting import Vote, vote
from firstline.wiki.web import set_reader_cookie, voter_of

PUBLIC = {"public": True}


@dataclass(frozen=True, slots=True)
class ReaderVotes:
    """How many an article helped, what this reader said of this edition (None: nothing)."""

    votes: Votes
    mine: bool | None
    missing: bool = False  # they have just said what is missing


async def reader_votes(
    conn: Conn, visit: PublicVisit, article: Article, *, missing: bool = False
) -> ReaderVotes:
    """What stands at the foot of an article for this reader."""
    votes = (await votes_store.votes(conn, [article.slug])).get(article.slug, Votes())
    voter = voter_of(visit.http, visit.who)
    where = article.slug, article.language, article.revision
    return ReaderVotes(votes, await votes_store.vote_of(conn, *where, voter.name), missing)


@dataclass(frozen=True, slots=True)
class VoteForm:
    helpful: str = ""
    missing: str = ""


@post("/wiki/{slug:str}/votes", opt=PUBLIC, include_in_schema=False, status_code=303)
async def vote_by_form(
    public_visit: Given[PublicVisit], slug: FromPath[str], data: URLEncodedBody[VoteForm]
) -> Response[str] | Redirect:
    """Count the reader's vote; again on one edition changes it."""
    visit, voter = public_visit, voter_of(public_visit.http, public_visit.who)
    if data.helpful not in ("yes", "no"):
        raise Invalid(_("Say whether the article helped: yes or no."), field="helpful")
    words = Vote(data.helpful == "yes", data.missing)

    async def act(tx: Tx) -> None:
        await vote(tx, voter, slug, visit.lang, words, now=visit.now)

    await visit.db.run(act)
    answer = await _foot(visit, slug, words) if visit.by_htmx else _back(slug)
    set_reader_cookie(visit.http, answer, voter)
    return answer


def _back(slug: str) -> Redirect:
    return Redirect(f"/wiki/{slug}#helpful", status_code=303)


async def _foot(visit: PublicVisit, slug: str, words: Vote) -> Response[str]:
    async with visit.db.connection() as conn:
        article = await wiki.article_for(conn, slug, visit.lang, visit.who)
        if article is None:
            raise Missing(_("There is no such article; look through the wiki."))
        given = await reader_votes(conn, visit, article, missing=bool(words.missing.strip()))
    votes = ReaderVotes(given.votes, words.helpful, given.missing)
    return visit.page("wiki/helpful.html", status=200, article=article, votes=votes)


routes = [vote_by_form]
