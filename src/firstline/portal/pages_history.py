"""A client's history: every request, searchable (clause history.saved)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery, QueryParameter

from firstline.kit.db import Conn, Db
from firstline.kit.i18n import _
from firstline.kit.typed import number_or_none
from firstline.kit.web import Page, page
from firstline.people import Who
from firstline.people.web import Http, for_clients
from firstline.policy import Policy
from firstline.policy.rules.conduct import has_conduct
from firstline.portal.pages_conduct import own_rows
from firstline.regulations import Policies
from firstline.timeline import (
    STATES,
    Filters,
    HistoryPage,
    Hit,
    Request,
    SearchPage,
    list_requests,
    search_requests,
)

PAGE = 20
PERIODS = {"week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """What the page was asked for; unknown values of a filter narrow nothing."""

    q: str
    state: str
    topic: str
    period: str

    def filters(self, now: datetime) -> Filters:
        days = PERIODS.get(self.period)
        return Filters(
            state=self.state or None,
            topic=self.topic or None,
            since=now - timedelta(days=days) if days else None,
        )

    @property
    def any(self) -> bool:
        return bool(self.q or self.state or self.topic or self.period)

    def address(self, **more: object) -> str:
        """The address of the same list, `after` a number."""
        asked = {"q": self.q, "state": self.state, "topic": self.topic, "period": self.period}
        return "/requests?" + urlencode({k: v for k, v in {**asked, **more}.items() if v})


@get("/requests", guards=[for_clients], include_in_schema=False)
async def my_requests(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    now: Given[datetime],
    q: FromQuery[str] = "",
    of_state: Annotated[str, QueryParameter(name="state")] = "",
    topic: FromQuery[str] = "",
    period: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Page:
    policy = policies.current(now)[1]
    query = _query(policy, q, of_state, topic, period)
    async with db.connection() as conn:
        items, found = await _find(conn, who, query, now, number_or_none(after))
        recorded = has_conduct(policy) and bool(await own_rows(conn, who))
    return page(
        request,
        "portal/history.html",
        who=who,
        query=query,
        items=items,
        found=found,
        next=query.address(after=found.after) if found.after is not None else None,
        first=not number_or_none(after),
        states=STATES,
        topics=policy.topics,
        periods={
            "week": _("The last 7 days"),
            "month": _("The last 30 days"),
            "year": _("The last year"),
        },
        label=policy.label,
        recorded=recorded,
        sells=bool(policy.source.paid) and who.access != "limited",
    )


def _query(policy: Policy, q: str, state: str, topic: str, period: str) -> HistoryQuery:
    return HistoryQuery(
        q.replace("\0", "").strip()[:200],
        state if state in STATES else "",
        topic if topic in policy.topics else "",
        period if period in PERIODS else "",
    )


async def _find(
    conn: Conn, who: Who, query: HistoryQuery, now: datetime, after: int | None
) -> tuple[list[tuple[Request, Hit | None]], SearchPage | HistoryPage]:
    """Requests, newest first, each with what was found in it when words were searched for."""
    filters = query.filters(now)
    if query.q:
        found = await search_requests(conn, who, query.q, filters, after=after, limit=PAGE)
        return [(hit.request, hit) for hit in found.items], found
    listed = await list_requests(conn, who, filters, after=after, limit=PAGE)
    return [(one, None) for one in listed.items], listed


routes = [my_requests]
