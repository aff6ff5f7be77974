"""The list of articles at the desk, and a new one."""

from dataclasses import dataclass
from datetime import date

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.typed import number_or_none
from firstline.people.visit import Visit
from firstline.wiki import actions, erasures_store
from firstline.wiki.model import AUDIENCES
from firstline.wiki.sections import section_words
from firstline.wiki.writing import listing_store as store
from firstline.wiki.writing.drafts import allow_drafting, may_draft
from firstline.wiki.writing.listing_store import SHOWS, ListFilter
from firstline.wiki.writing.pages.common import audience_names

PAGE = 50
ON_DESK = MenuItem("/desk/wiki", lambda: _("Wiki"), "note")
ARTICLES = MenuItem("/desk/wiki", lambda: _("Articles"), "book", below=("/desk/wiki/articles",))


def show_names() -> dict[str, str]:
    """What people read for each choice of the list."""
    names = (
        _("All"),
        _("Mine"),
        _("In review"),
        _("Drafts"),
        _("Scheduled"),
        _("Missing in a language"),
        _("Outdated translations"),
        _("To be read again"),
        _("Archived"),
    )
    return dict(zip(SHOWS, names, strict=True))


def today(visit: Visit) -> date:
    """The day by the clock on the company's wall."""
    return visit.now.astimezone(visit.policy.zone).date()


@get("/wiki")
async def list_page(visit: Given[Visit], request: web.Http) -> web.Page:
    """Articles, of which everybody of the staff sees how they stand."""
    asked = request.query_params
    show = asked.get("show", "")
    wanted = ListFilter(
        show if show in SHOWS else "",
        asked.get("section", "") if asked.get("section", "") in section_words() else "",
        asked.get("language", "") if asked.get("language", "") in visit.policy.languages else "",
        asked.get("q", "").strip()[:200].replace("\0", ""),
    )
    offset = number_or_none(asked.get("after", ""), 10**6) or 0
    languages = list(visit.policy.languages)
    async with visit.db.connection() as conn:
        found = await store.list_articles(
            conn, wanted, lang=visit.lang, languages=languages, person=visit.who.id,
            today=today(visit), offset=offset, limit=PAGE + 1,
        )  # fmt: skip
        erased = await erasures_store.erased_slugs(conn)
        counts = await store.count_waiting(conn, languages, visit.who.id, today(visit))
    return visit.page(
        "wiki/desk/list.html",
        found=found[:PAGE],
        following=offset + PAGE if len(found) > PAGE else None,
        wanted=wanted,
        counts=counts,
        erased=erased,
        shows=show_names(),
        today=today(visit),
        **choices(visit),
    )


def choices(visit: Visit) -> web.Values:
    """What forms and lists of the wiki choose from, for a template."""
    return {
        "sections": section_words(),
        "audiences": audience_names(),
        "spoken": list(visit.policy.languages),
        "may_draft": may_draft(visit.who),
        "may_publish": actions.may_publish(visit.who),
    }


@get("/wiki/new")
async def new_page(visit: Given[Visit]) -> web.Page:
    """The form of a new article."""
    allow_drafting(visit.who)
    return visit.page("wiki/desk/new.html", **choices(visit))


@dataclass(frozen=True, slots=True)
class NewArticleForm:
    title: str = ""
    language: str = ""
    section: str = ""
    audience: str = AUDIENCES[0]


@post("/wiki/new", status_code=303)
async def begin_article(visit: Given[Visit], data: URLEncodedBody[NewArticleForm]) -> Redirect:
    """Begin an article as a draft, and go on in the editor."""
    allow_drafting(visit.who)

    async def act(tx: Tx) -> str:
        return await actions.begin_article(
            tx, visit.who, section=data.section, language=data.language, title=data.title,
            audience=data.audience, languages=visit.policy.languages, now=visit.now,
        )  # fmt: skip

    slug = await visit.once(act)
    return Redirect(f"/desk/wiki/articles/{slug}/{data.language}", status_code=303)


handlers = [list_page, new_page, begin_article]
