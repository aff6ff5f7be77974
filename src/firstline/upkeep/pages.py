"""The editors' page of the wiki's figures: what articles did, and what lacks one."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from urllib.parse import urlencode

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from firstline import reports, wiki
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.kit.typed import number_or_none
from firstline.people.visit import Visit, desk_pages
from firstline.regulations import Policies
from firstline.reports import EvidenceFilters, Period
from firstline.upkeep.gaps import DAYS, Gaps
from firstline.upkeep.model import EntryPlace
from firstline.upkeep.tasks import dismiss_task, open_task, take_task
from firstline.upkeep.worth import article_worths

FIGURES = MenuItem("/desk/wiki/figures", lambda: _("Wiki figures"), "list")
# As much of the log as the page reads itself before it counts; the worker reads the rest.
READ_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class FiguresQuery:
    """What the page was asked for, as it came: the period; of a list article and figure."""

    period: str = ""
    since: str = ""
    until: str = ""
    slug: str = ""
    view: str = ""
    what: str = ""
    page: str = ""

    def whole(self, visit: Visit) -> Period:
        """The period that was chosen."""
        zone = visit.policy.zone
        return reports.period(self.period, self.since, self.until, zone=zone, now=visit.now)

    @property
    def number(self) -> int:
        """Which page of a list, from 0."""
        return number_or_none(self.page, most=10_000) or 0

    def address(self, **changes: str) -> str:
        """The query of the same page with some of it changed."""
        asked = asdict(replace(self, **changes))
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@get("/wiki/figures")
async def wiki_figures(visit: Given[Visit], policies: Given[Policies]) -> web.Page:
    """Articles by harm and help; questions and answers without one (clause answer.wiki)."""
    asked = web.from_query(FiguresQuery, visit.http)
    period = asked.whole(visit)
    await reports.read_on(visit.db, policies, visit.now, most=READ_AT_ONCE)
    gaps = _gaps(visit)
    async with visit.db.connection() as conn:
        worths = await article_worths(conn, visit.policy, period, visit.lang, visit.now)
        questions = await gaps.rows(conn, "question", visit.now)
        answers = await gaps.rows(conn, "answer", visit.now)
        unread = await reports.count_unread(conn)
    return visit.page(
        "upkeep/figures.html", asked=asked, period=period, periods=reports.PERIODS,
        worths=worths, questions=questions, answers=answers, days=DAYS, unread=unread,
        may_edit=wiki.may_publish(visit.who),
    )  # fmt: skip


def _gaps(visit: Visit) -> Gaps:
    """What this process remembers of them."""
    gaps: Gaps = visit.http.app.state.setdefault("gaps", Gaps())
    return gaps


@get("/wiki/figures/links")
async def article_links(visit: Given[Visit]) -> web.Page:
    """The answers behind a figure of an article."""
    asked = web.from_query(FiguresQuery, visit.http)
    views = reports.link_views(visit.policy)
    view = next((view for view in views if view.measure == asked.view), views[0])
    what = asked.what if asked.what in reports.VERDICTS else None
    skip, period = asked.number * reports.PAGE, asked.whole(visit)
    async with visit.db.connection() as conn:
        slugs = await wiki.addresses_of(conn, asked.slug)
        filters = EvidenceFilters(what, parts=tuple(slugs))
        rows = await reports.list_items(conn, view, period, filters, visit.now, skip=skip)
        article = await wiki.article_for(conn, asked.slug, visit.lang, visit.who)
    return visit.page(
        "upkeep/links.html", asked=asked, period=period, view=view, what=what, article=article,
        words=reports.words(view, visit.policy, visit.lang),
        length=partial(reports.length, lang=visit.lang), rows=rows[: reports.PAGE],
        more=asked.number + 1 if len(rows) > reports.PAGE else None,
    )  # fmt: skip


@get("/wiki/figures/votes")
async def article_votes(visit: Given[Visit]) -> web.Page:
    """The votes on an article, with what its readers missed (clause wiki.helpful)."""
    asked = web.from_query(FiguresQuery, visit.http)
    helpful = {"kept": True, "broken": False}.get(asked.what)
    skip, period = asked.number * reports.PAGE, asked.whole(visit)
    async with visit.db.connection() as conn:
        rows = await wiki.list_votes(
            conn, period.since, period.until, slug=asked.slug, helpful=helpful,
            limit=reports.PAGE + 1, offset=skip,
        )  # fmt: skip
        article = await wiki.article_for(conn, asked.slug, visit.lang, visit.who)
    return visit.page(
        "upkeep/votes.html", asked=asked, period=period, article=article,
        rows=rows[: reports.PAGE], more=asked.number + 1 if len(rows) > reports.PAGE else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskForm:
    reason: str = ""


@post("/wiki/figures/tasks/{no:int}/{entry:int}/{step:str}", status_code=303)
async def change_task(
    visit: Given[Visit],
    no: FromPath[int],
    entry: FromPath[int],
    step: FromPath[str],
    data: URLEncodedBody[TaskForm],
) -> Redirect:
    """Take a writing task, give it back, or say why it needs no article."""
    place = EntryPlace(min(no, 2**53), min(entry, 2**31 - 1))

    async def act(tx: Tx) -> None:
        await _step(visit, step, data.reason)(tx, place)

    await visit.once(act)
    return Redirect("/desk/wiki/figures#gaps", status_code=303)


def _step(visit: Visit, name: str, reason: str) -> Callable[[Tx, EntryPlace], Awaitable[None]]:
    who, now = visit.who, visit.now
    steps: dict[str, Callable[[Tx, EntryPlace], Awaitable[None]]] = {
        "take": lambda tx, place: take_task(tx, who, place, now=now),
        "dismiss": lambda tx, place: dismiss_task(tx, who, place, reason, now=now),
        "open": lambda tx, place: open_task(tx, who, place),
    }
    if name not in steps:
        raise Missing(_("There is nothing here."))
    return steps[name]


routes = [desk_pages(wiki_figures, article_links, article_votes, change_task)]
