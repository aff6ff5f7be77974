"""The wiki as everybody reads it: articles, found by their words."""

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from firstline import wiki
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.web import Page
from firstline.people.visit import PublicVisit

PUBLIC = {"public": True}
WIKI = MenuItem("/wiki", lambda: _("Wiki"), "book")


@get("/wiki", opt=PUBLIC, include_in_schema=False)
async def wiki_list(public_visit: Given[PublicVisit], q: FromQuery[str] = "") -> Page:
    """All articles, or those that have the words asked for."""
    lang = public_visit.lang
    q = q.strip()[:200]
    if q:
        found = wiki.find_articles(q, lang)
    else:
        found = wiki.articles(lang)
    return public_visit.page("wiki/list.html", q=q, articles=found)


@get("/wiki/{slug:str}", opt=PUBLIC, include_in_schema=False)
async def wiki_article(public_visit: Given[PublicVisit], slug: FromPath[str]) -> Page:
    """One article, in the reader's language or in English."""
    lang = public_visit.lang
    article = wiki.article(slug, lang)
    if article is None:
        raise Missing(_("There is no such article; look through the wiki."))
    related = [other for name in article.related if (other := wiki.article(name, lang))]
    return public_visit.page(
        "wiki/article.html", article=article, body=wiki.html(article), related=related
    )


routes = [wiki_list, wiki_article]
