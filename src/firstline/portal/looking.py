"""Looking a request up for its client's page: the request, its standing, its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from firstline.kit import html
from firstline.kit.db import Conn
from firstline.kit.web import Connection, web_of
from firstline.paid import Offer, paid_help
from firstline.people import Who
from firstline.policy import Policy
from firstline.portal import store
from firstline.portal.standing import Standing, standing, usual_wait
from firstline.requests import Duplicate, RequestOut, ban_of, entries_html, sent_twice, view
from firstline.timeline import Call, Entry, Request, entries_after

LAST = 80
MOST = 5_000
REMEMBERED = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Overview:
    """A request with everything its page says of where it stands."""

    request: Request
    view: RequestOut
    standing: Standing
    offers: list[Offer]
    # Why its client may not write, in a sentence; empty where they may.
    ban: str
    # The request in which the same was sent a moment before, from a second window.
    same: Duplicate | None = None


async def look(
    conn: Conn, connection: Connection, call: Call, request: Request, lang: str
) -> Overview:
    """The request's view and standing; the queue is looked at only while it waits in it."""
    policy, now = call.policy_of(request), call.now
    request_view = await view(conn, call.who, request, call.order)
    queue = wait = None
    if request_view.position is not None:
        queue = await store.queue(conn, request)
        wait = await _wait(conn, connection.app.state, request.line, policy, now)
    stand = standing(request_view, policy, lang, now, queue=queue, wait=wait)
    paid, ban = await paid_help(conn, call, request), await ban_of(conn, call)
    offers = paid.open_offers if paid else []
    same = await sent_twice(conn, call.who, request)
    return Overview(request, request_view, stand, offers, ban.detail if ban else "", same)


async def _wait(
    conn: Conn, state: Any, line: str, policy: Policy, now: datetime
) -> timedelta | None:
    """The usual wait of the line within a day; remembered, as every waiting client asks again."""
    waits: dict[str, tuple[datetime, timedelta | None]] = state.setdefault("usual_waits", {})
    at, wait = waits.get(line, (None, None))
    if at is None or abs(now - at) > REMEMBERED:
        since = now - timedelta(days=1)
        wait = usual_wait(await store.recent_waits(conn, line, policy.first_line, since))
        waits[line] = (now, wait)
    return wait


async def entries_above(
    conn: Conn, who: Who, no: int, after: int, limit: int = MOST
) -> Sequence[Entry]:
    """The entries numbered above `after` that this person may see."""
    return await entries_after(conn, no, max(0, after), limit, staff=who.is_staff)


async def as_html(
    connection: Connection,
    entries: Sequence[Entry],
    who: Who,
    policy: Policy,
    lang: str,
    now: datetime,
    *,
    days: bool,
) -> Markup:
    """The entries as the live socket would send them; `days` puts the date between two days."""
    url = web_of(connection).public_url
    parts: list[str] = []
    last = None
    texts = await entries_html(entries, who, policy, now=now, lang=lang, public_url=url)
    for entry, text in zip(entries, texts, strict=True):
        day = entry.at.astimezone(policy.zone).date()
        if days and day != last:
            parts.append(
                html.render("portal/day.html", lang, at=entry.at, now=now, zone=policy.zone)
            )
        last = day
        parts.append(text)
    return Markup("".join(parts))  # noqa: S704 — each was rendered by a template that escapes
