"""The ways to articles, by which it is known whether they were opened: from an answer that links
them, from a form of a new request, and from a search.
"""

from urllib.parse import quote

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Redirect

from firstline.kit.keys import check_key
from firstline.people.posts import Keyed, check_once
from firstline.people.visit import PublicVisit
from firstline.people.web import Http
from firstline.requests import note_article, note_way
from firstline.timeline import Call


@get("/requests/{no:int}/wiki/{slug:str}", opt={"public": True}, include_in_schema=False)
async def article_way(
    public_visit: Given[PublicVisit], no: FromPath[int], slug: FromPath[str]
) -> Redirect:
    """On to the article, whoever asks; that a client of the request did so is noted (clause
    answer.wiki).
    """
    visit = public_visit
    if visit.who is not None:
        await visit.db.run(note_article, visit.who, no, slug, now=visit.now)
    query = visit.http.scope["query_string"].decode("latin-1")
    return _on_to(slug, query)


@get("/requests/new/wiki/{slug:str}", opt={"public": True}, include_in_schema=False)
async def suggested_way(
    public_visit: Given[PublicVisit], slug: FromPath[str], draft: FromQuery[str] = ""
) -> Redirect:
    """On to an article that was suggested for a `draft`, or without one was found by a search; that
    a client went there is noted (clause request.wiki-first).
    """
    visit = public_visit
    if visit.who is not None:
        await visit.db.run(note_way, visit.who, draft.replace("\0", ""), slug, now=visit.now)
    return _on_to(slug)


def _on_to(slug: str, query: str = "") -> Redirect:
    address = f"/wiki/{quote(slug, safe='')}"
    return Redirect(f"{address}?{query}" if query else address, status_code=303)


class WayIn(Keyed, kw_only=True):
    draft: str


@post("/wiki/{slug:str}", status_code=204, include_in_schema=False)
async def note_suggested(
    request: Http, call: Given[Call], slug: FromPath[str], data: JSONBody[WayIn]
) -> None:
    """An article that was suggested for a draft is opened from the widget's frame, whose session
    the opened page does not know. However often it is said, it is noted once.
    """
    await check_once(request, data)
    if draft := check_key(data.draft or None, "draft"):
        await call.db.run(note_way, call.who, draft, slug, now=call.now)


routes = [article_way, suggested_way]
