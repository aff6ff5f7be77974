"""The start page that everybody may read; the portal's own pages and its items of the menus."""

from dataclasses import replace

from litestar import get
from litestar.di import NamedDependency as Given

from firstline import wiki
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.web import Page
from firstline.people import Who
from firstline.people.visit import PublicVisit
from firstline.portal import (
    pages_articles,
    pages_coach,
    pages_conduct,
    pages_history,
    pages_moves,
    pages_paid,
    pages_requests,
    pages_several,
    store,
    widget,
)
from firstline.portal.standing import Standing, standing
from firstline.regulations.pages.hours import hours
from firstline.requests import RequestOut, views


def _is_client(who: Who | None) -> bool:
    return who is not None and not who.is_staff


def _is_staff(who: Who | None) -> bool:
    return who is not None and who.is_staff


ARTICLES = 6
MY_REQUESTS = MenuItem("/requests", lambda: _("My requests"), below=(), allowed=_is_client)
TO_DESK = MenuItem("/desk", lambda: _("Desk"), allowed=_is_staff)


@get("/", opt={"public": True}, include_in_schema=False)
async def start(public_visit: Given[PublicVisit]) -> Page:
    """Where clients begin: what is open of theirs, articles, hours."""
    visit, lang, policy = public_visit, public_visit.lang, public_visit.policy
    mine: list[tuple[RequestOut, Standing]] = []
    audiences = wiki.audiences_of(visit.who.side if visit.who else None)
    async with visit.db.connection() as conn:
        articles = await wiki.first_articles(conn, lang, audiences, ARTICLES)
    if visit.who is not None and not visit.who.is_staff:
        async with visit.db.connection() as conn:
            found = await store.open_requests(conn, visit.who)
            request_views = await views(conn, visit.who, found, replace(policy.order, at=visit.now))
        mine = [(one, standing(one, policy, lang, visit.now)) for one in request_views]
    return visit.page(
        "portal/start.html",
        company=policy.company,
        hours=hours(policy, lang, visit.now),
        articles=articles,
        mine=mine,
    )


routes = [
    start,
    *pages_requests.routes,
    *pages_several.routes,
    *pages_coach.routes,
    *pages_history.routes,
    *pages_moves.routes,
    *pages_articles.routes,
    *pages_paid.routes,
    *pages_conduct.routes,
    *widget.routes,
]
