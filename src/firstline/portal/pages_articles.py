"""From an answer to the articles that it links."""

from urllib.parse import quote

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from firstline.people.visit import PublicVisit
from firstline.requests import note_article


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
    return Redirect(
        f"/wiki/{quote(slug, safe='')}" + (f"?{query}" if query else ""), status_code=303
    )


routes = [article_way]
