"""The pages everybody may read: start and wiki."""

from datetime import datetime
from typing import Any

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from firstline import wiki
from firstline.kit.db import Db
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.web import Page, page
from firstline.people import Who
from firstline.portal import (
    pages_history,
    pages_moves,
    pages_proof,
    pages_regulations,
    pages_requests,
    store,
    widget,
)
from firstline.portal.common import Http, hours, lang_of
from firstline.portal.standing import standing
from firstline.regulations.versions import Policies
from firstline.requests.api.view import views

PUBLIC = {"public": True}


@get("/", opt=PUBLIC, include_in_schema=False)
async def start(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    visitor: Given[Who | None],
    now: Given[datetime],
) -> Page:
    lang = lang_of(request, visitor)
    policy = policies.current(now)[1]
    mine: list[Any] = []
    if visitor is not None and not visitor.is_staff:
        async with db.connection() as conn:
            found = await store.open_requests(conn, visitor)
            shown = await views(conn, visitor, found, policy.order)
        mine = [(one, standing(one, policy, lang, now)) for one in shown]
    return page(
        request,
        "portal/start.html",
        who=visitor,
        company=policy.company,
        hours=hours(policy, lang, now),
        articles=wiki.articles(lang)[:6],
        mine=mine,
        label=policy.label,
    )


@get("/wiki", opt=PUBLIC, include_in_schema=False)
async def wiki_list(
    request: Http,
    policies: Given[Policies],
    visitor: Given[Who | None],
    now: Given[datetime],
    q: FromQuery[str] = "",
) -> Page:
    lang = lang_of(request, visitor)
    q = q.strip()[:200]
    if q:
        found = [hit.article for hit in wiki.search_articles(q, lang, limit=20)]
    else:
        found = wiki.articles(lang)
    policy = policies.current(now)[1]
    return page(request, "portal/wiki.html", who=visitor, q=q, articles=found, label=policy.label)


@get("/wiki/{slug:str}", opt=PUBLIC, include_in_schema=False)
async def wiki_article(request: Http, visitor: Given[Who | None], slug: FromPath[str]) -> Page:
    lang = lang_of(request, visitor)
    article = wiki.article(slug, lang)
    if article is None:
        raise Missing(_("There is no such article; look through the wiki."))
    related = [other for name in article.related if (other := wiki.article(name, lang))]
    return page(
        request,
        "portal/article.html",
        who=visitor,
        article=article,
        body=wiki.html(article),
        related=related,
    )


routes = [
    start,
    wiki_list,
    wiki_article,
    *pages_requests.routes,
    *pages_history.routes,
    *pages_regulations.routes,
    *pages_proof.routes,
    *pages_moves.routes,
    *widget.routes,
]
