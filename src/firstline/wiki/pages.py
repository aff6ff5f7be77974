"""The wiki as everybody reads it: articles, found by their words."""

from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from firstline import wiki
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.web import Page
from firstline.people.visit import PublicVisit
from firstline.wiki import votes_store
from firstline.wiki.model import Article, AudienceName, Votes
from firstline.wiki.reading import related_articles
from firstline.wiki.rendering import html
from firstline.wiki.sections import SECTION_TITLES

PUBLIC = {"public": True}
WIKI = MenuItem("/wiki", lambda: _("Wiki"), "book")


@get("/wiki", opt=PUBLIC, include_in_schema=False)
async def wiki_list(public_visit: Given[PublicVisit], q: FromQuery[str] = "") -> Page:
    """All articles by section, or those that have the words asked for."""
    lang, audiences = public_visit.lang, _audiences(public_visit)
    q = q.strip()[:200]
    async with public_visit.db.connection() as conn:
        if q:
            found = await wiki.find_articles(conn, q, lang, audiences=audiences)
            return public_visit.page("wiki/list.html", q=q, articles=found)
        every = await wiki.best_articles(conn, lang, audiences)
    return public_visit.page("wiki/list.html", q=q, sections=_by_section(every))


def _audiences(visit: PublicVisit) -> list[AudienceName]:
    return wiki.audiences_of(visit.who.side if visit.who else None)


def _by_section(found: Sequence[Article]) -> list[tuple[str, str, list[Article]]]:
    """Code, title and articles of each section that has any, in the order of the index."""
    shelves = {code: [one for one in found if one.section == code] for code in SECTION_TITLES}
    return [(code, SECTION_TITLES[code](), some) for code, some in shelves.items() if some]


@get("/wiki/{slug:str}", opt=PUBLIC, include_in_schema=False)
async def wiki_article(public_visit: Given[PublicVisit], slug: FromPath[str]) -> Page | Redirect:
    """One article, in the reader's language or in the best that it has (clauses wiki.helpful,
    wiki.related); an address of before leads to today's."""
    visit, lang = public_visit, public_visit.lang
    async with visit.db.connection() as conn:
        article = await wiki.article_for(conn, slug, lang, visit.who)
        if article is None:
            raise Missing(_("There is no such article; look through the wiki."))
        if article.slug != slug:
            return Redirect(f"/wiki/{article.slug}", status_code=301)
        related = await related_articles(conn, article, _audiences(visit))
        votes = (await votes_store.votes(conn, [slug])).get(slug, Votes())
    return visit.page(
        "wiki/article.html",
        article=article,
        body=await html(article.body),
        related=related,
        votes=votes,
    )


routes = [wiki_list, wiki_article]
