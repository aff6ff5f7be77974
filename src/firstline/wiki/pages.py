"""The wiki as everybody reads it: articles, found by their words."""

from collections.abc import Callable, Sequence

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from firstline import wiki
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.web import Page
from firstline.people.visit import PublicVisit
from firstline.wiki.model import Article

PUBLIC = {"public": True}
WIKI = MenuItem("/wiki", lambda: _("Wiki"), "book")
SECTION_TITLES: dict[str, Callable[[], str]] = {
    "web": lambda: _("Websites"),
    "mail": lambda: _("Mailboxes and e-mail"),
    "dns": lambda: _("Domains and DNS"),
    "ssl": lambda: _("SSL certificates"),
    "databases": lambda: _("Databases"),
    "ftp": lambda: _("Files: FTP and SSH"),
    "panel": lambda: _("Control panel"),
    "billing": lambda: _("Payments and documents"),
    "support": lambda: _("Working with support"),
}


@get("/wiki", opt=PUBLIC, include_in_schema=False)
async def wiki_list(public_visit: Given[PublicVisit], q: FromQuery[str] = "") -> Page:
    """All articles by section, or those that have the words asked for."""
    lang = public_visit.lang
    q = q.strip()[:200]
    if q:
        return public_visit.page("wiki/list.html", q=q, articles=wiki.find_articles(q, lang))
    return public_visit.page("wiki/list.html", q=q, sections=_by_section(wiki.articles(lang)))


def _by_section(found: Sequence[Article]) -> list[tuple[str, str, list[Article]]]:
    """Code, title and articles of each section, in the order of the index."""
    return [
        (code, title(), [one for one in found if one.section == code])
        for code, title in SECTION_TITLES.items()
    ]


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
