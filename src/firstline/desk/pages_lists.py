"""Lists of the desk: departures, clients with their card, history with search, a new request."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline import people
from firstline.conduct import steps_of_client
from firstline.desk import store
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.ids import uuid_or_none
from firstline.kit.typed import start_or_none, time_or_none
from firstline.paid import has_offers
from firstline.people.pages.clients import of_client
from firstline.policy.rules.conduct import has_conduct
from firstline.requests import NewRequest, names, open_request
from firstline.timeline import STATES, Filters, list_requests, search_requests

PAGE = 50
DEPARTURES = ("out_of_order", "skipped", "language")


@get("/departures")
async def departures(
    panes: Given[Panes], kind: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> web.Page:
    """Everything that went out of the order of arrival, with its reason (clause order.arrival)."""
    until = time_or_none(before or "", UTC)
    wanted = kind if kind in DEPARTURES else None
    async with panes.db.connection() as conn:
        found = await store.departures(conn, kind=wanted, before=until, limit=PAGE + 1)
    more = found[PAGE - 1].at.isoformat() if len(found) > PAGE else None
    return panes.page(
        "desk/departures.html", rows=found[:PAGE], kind=wanted, more=more, kinds=DEPARTURES
    )


@get("/clients/{client_id:uuid}")
async def client(
    panes: Given[Panes], client_id: FromPath[UUID], after: FromQuery[int | None] = None
) -> web.Page:
    """One client: services, contacts, and everything that was ever between us (history.saved)."""
    found = await of_client(panes, client_id)
    async with panes.db.connection() as conn:
        page = await list_requests(
            conn, panes.who, Filters(client=client_id), after=after, limit=PAGE
        )
        record = await steps_of_client(conn, client_id) if has_conduct(panes.policy) else []
        sells = bool(panes.policy.source.paid) or await has_offers(conn, client_id)
    return panes.page("desk/client.html", page=page, sells=sells, conduct=record, **found)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The filters of the search page as they came; empty ones do not narrow."""

    q: str = ""
    state: str = ""
    line: str = ""
    mode: str = ""
    topic: str = ""
    operator: str = ""
    since: str = ""
    until: str = ""

    def filters(self, panes: Panes) -> Filters:
        return Filters(
            state=self.state if self.state in STATES else None,
            line=self.line or None,
            mode=self.mode if self.mode in ("chat", "ticket") else None,
            topic=self.topic or None,
            operator=uuid_or_none(self.operator),
            since=start_or_none(self.since, panes.policy.zone),
            until=start_or_none(self.until, panes.policy.zone, timedelta(days=1)),
        )


@get("/history")
async def history_page(panes: Given[Panes], after: FromQuery[int | None] = None) -> web.Page:
    """Everything that was ever said, newest first; words are found as soon as they are said."""
    asked = web.from_query(SearchQuery, panes.http)
    filters = asked.filters(panes)
    async with panes.db.connection() as conn:
        if asked.q.strip():
            found = await search_requests(conn, panes.who, asked.q, filters, after=after)
            requests = [hit.request for hit in found.items]
        else:
            found = await list_requests(conn, panes.who, filters, after=after)
            requests = found.items
        named = await names(conn, requests)
        operators = await people.operators(conn)
    hits = found.items if asked.q.strip() else []
    return panes.page(
        "desk/history.html", asked=asked, hits=hits, requests=requests, named=named,
        operators=operators, found=found, more=found.after, policy=panes.policy, states=STATES,
    )  # fmt: skip


@get("/new")
async def new_form(panes: Given[Panes], client: FromQuery[UUID]) -> web.Page:
    """Open a request for a client: abuse, a hacked site, overload, a call."""
    async with panes.db.connection() as conn:
        found = await people.client(conn, client)
        services = await people.services(conn, [client])
    if found is None:
        raise Missing(_("There is no such client; look in the list."))
    return panes.page("desk/new.html", client=found, services=services, policy=panes.policy)


@dataclass(frozen=True, slots=True)
class New:
    client: str = ""
    topic: str = ""
    title: str = ""
    service: str = ""
    body: str = ""
    key: str = ""


@post("/new", status_code=303)
async def new(panes: Given[Panes], data: URLEncodedBody[New]) -> Redirect:
    _, opened = await open_request(
        panes.call,
        NewRequest(
            data.topic,
            data.body,
            title=data.title or None,
            service=uuid_or_none(data.service),
            client=uuid_or_none(data.client),
            key=data.key or None,
        ),
    )
    return Redirect(f"/desk/requests/{opened.no}", status_code=303)


handlers = [departures, client, history_page, new_form, new]
