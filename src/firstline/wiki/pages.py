"""The wiki as everybody reads it: articles, found by their words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from firstline import wiki
from firstline.kit.aside import Aside
from firstline.kit.errors import Missing
from firstline.kit.forgery import is_foreign
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.web import Page
from firstline.people.visit import PublicVisit
from firstline.wiki import pages_votes, public_store, store
from firstline.wiki.contents import table_of_contents
from firstline.wiki.describing import feed, json_ld, site_map
from firstline.wiki.finding.hits import find_hits
from firstline.wiki.finding.unfound import note_unfound
from firstline.wiki.model import Article, AudienceName
from firstline.wiki.pages_votes import reader_votes
from firstline.wiki.public_store import ShelfRow
from firstline.wiki.reading import related_articles
from firstline.wiki.rendering import page_html
from firstline.wiki.sections import SECTION_TITLES
from firstline.wiki.web import voter_of

PUBLIC = {"public": True}
LONGEST_SEARCH = 200
OF_EACH_SECTION, PAGE, FARTHEST = 12, 50, 100_000
MOST_MAPPED = 12_000  # articles: of 50,000 addresses a map may have, in some languages each
IN_FEED = 50
NOT_FOR_ROBOTS = tuple(
    "/desk /requests /api/ /account /sign-in /sign-out /reset /invitation /widget$ /wiki?q=".split()
)
SHORTLY = {"cache-control": "public, max-age=300"}
ROBOT = re.compile("(?i)bot|crawl|spider|slurp|preview|monitor|scan")
_aside = Aside("wiki")
WIKI = MenuItem("/wiki", lambda: _("Wiki"), "book")


@get("/wiki", opt=PUBLIC, include_in_schema=False)
async def wiki_list(
    public_visit: Given[PublicVisit],
    q: FromQuery[str] = "",
    section: FromQuery[str] = "",
    skip: FromQuery[int] = 0,
) -> Page:
    """Articles by section, those of one section, or those that have the words asked for."""
    visit, q = public_visit, q.replace("\0", "").strip()[:LONGEST_SEARCH]
    if q:
        return await _found_page(visit, q)
    chosen = section if section in SECTION_TITLES else None
    skip = max(0, min(skip, FARTHEST)) if chosen else 0
    async with visit.db.connection() as conn:
        rows = await public_store.shelves(
            conn,
            visit.lang,
            audiences_for(visit),
            section=chosen,
            skip=skip,
            limit=PAGE if chosen else OF_EACH_SECTION,
        )
    shelves = _by_section(rows)
    return visit.page(
        "wiki/list.html", q="", shelves=shelves, chosen=chosen, skip=skip, per_page=PAGE
    )


async def _found_page(visit: PublicVisit, q: str) -> Page:
    async with visit.db.connection() as conn:
        found = await find_hits(conn, q, visit.lang, audiences=audiences_for(visit))
    if not found.items and _is_by_reader(visit):
        voter = voter_of(visit.http, visit.who)
        await note_unfound(visit.db, q, visit.lang, voter.address or voter.name, visit.now)
    return visit.page("wiki/found.html", q=q, found=found)


def _is_by_reader(visit: PublicVisit) -> bool:
    """Whether somebody typed it here: no robot, and no page of another site."""
    headers = visit.http.headers
    robot = ROBOT.search(headers.get("user-agent", ""))
    return robot is None and not is_foreign(headers, visit.public_url)


def audiences_for(visit: PublicVisit) -> list[AudienceName]:
    """What the visitor may read."""
    return wiki.audiences_of(visit.who.side if visit.who else None)


@dataclass(frozen=True, slots=True)
class IndexSection:
    """A section of the index: some of its articles, and how many it has."""

    code: str
    title: str
    rows: list[ShelfRow]
    count: int


def _by_section(found: Sequence[ShelfRow]) -> list[IndexSection]:
    """Each section that has any article, in the order of the index."""
    rows = {code: [one for one in found if one.section == code] for code in SECTION_TITLES}
    return [
        IndexSection(code, SECTION_TITLES[code](), some, some[0].count)
        for code, some in rows.items()
        if some
    ]


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
        related = await related_articles(conn, article, audiences_for(visit), visit.now)
        languages = await store.languages_of(conn, slug)
        votes = await reader_votes(conn, visit, article)
    body, headings = await page_html(article.body)
    return visit.page(
        "wiki/article.html",
        article=article,
        body=body,
        contents=table_of_contents(headings),
        section=SECTION_TITLES.get(article.section, lambda: article.section)(),
        related=related,
        translations=languages,
        votes=votes,
        public_url=visit.public_url,
        json_ld=await _json_ld(visit, article, body),
    )


async def _json_ld(visit: PublicVisit, article: Article, body: str) -> str | None:
    """What search engines read: of what everybody may read alone."""
    if article.audience != "public" or not article.revision:
        return None
    title = SECTION_TITLES.get(article.section, lambda: article.section)()
    company = visit.policy.company
    return await _aside.run(json_ld, article, body, visit.public_url, company, title)


@get("/sitemap.xml", opt=PUBLIC, include_in_schema=False)
async def wiki_map(public_visit: Given[PublicVisit]) -> Response[str]:
    """The addresses of everything that everybody may read."""
    async with public_visit.db.connection() as conn:
        rows = await public_store.map_rows(conn, MOST_MAPPED)
    text = await _aside.run(site_map, rows, public_visit.public_url)
    return Response(text, media_type="application/xml", headers=SHORTLY)


@get("/robots.txt", opt=PUBLIC, include_in_schema=False)
async def robots(public_visit: Given[PublicVisit]) -> Response[str]:
    """What search engines leave alone (RFC 9309), and where they read of every article."""
    closed = "\n".join(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)
    text = f"User-agent: *\n{closed}\n\nSitemap: {public_visit.public_url}/sitemap.xml\n"
    return Response(text, media_type="text/plain", headers=SHORTLY)


@get("/wiki/changes.atom", opt=PUBLIC, include_in_schema=False)
async def wiki_changes(public_visit: Given[PublicVisit]) -> Response[str]:
    """New editions of articles in the reader's language, as a feed."""
    visit = public_visit
    async with visit.db.connection() as conn:
        found = await public_store.newest_revisions(conn, visit.lang, IN_FEED)
    title = _("Wiki of %(company)s") % {"company": visit.policy.company}
    text = feed(found, visit.public_url, title, visit.lang, visit.now)
    return Response(text, media_type="application/atom+xml", headers=SHORTLY)


routes = [wiki_list, wiki_changes, wiki_article, wiki_map, robots, *pages_votes.routes]
