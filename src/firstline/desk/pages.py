"""The desk itself: three panes, and the pieces of them that are fetched anew."""

import asyncio
from datetime import timedelta
from typing import Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody

from firstline.desk import store
from firstline.desk.fields import editable_rows, field_rows
from firstline.desk.news import OperatorNews
from firstline.desk.refusing import refusal_form
from firstline.desk.work import (
    Panes,
    entry_rows,
    labels,
    queue,
    work,
)
from firstline.kit import web
from firstline.kit.db import Conn
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.live import Hub
from firstline.people.web import wait_for_news
from firstline.requests import may_move, refusals, title_from
from firstline.timeline import Entry, entries_after, entry_at, seen_request, transcript_text

MOVES = (
    "skip",
    "take",
    "take-over",
    "transfer",
    "hand-over",
    "send-back",
    "delay",
    "close",
    "refuse",
    "reopen",
)
DIALOGS = frozenset([*MOVES, "link", "amend", "edit", "redact", "split", "fields"])
LATER = (0, 60, 120, 240, 1440)  # minutes that a delay notice offers
LONGEST_WAIT, MOST = 20, 200
HIGHEST = 2**31 - 1


@get("/")
async def desk_page(panes: Given[Panes]) -> web.Page:
    """The desk with nothing opened yet: the queue, and the way to the next request."""
    async with panes.db.connection() as conn:
        me = await store.me(conn, panes.who.id)
        left = await queue(conn, panes.call, me)
    return _whole(panes, me=me, queue=left, request=None)


@get("/requests/{no:int}")
async def request_page(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    """The desk with a request opened; for htmx its two panes alone."""
    async with panes.db.connection() as conn:
        values = await work(panes.http, conn, panes.call, no)
        await store.done_with_mentions(conn, no, panes.who.id, panes.now)
        if panes.by_htmx:
            return panes.page("desk/work.html", **values)
        me = await store.me(conn, panes.who.id)
        left = await queue(conn, panes.call, me)
    return _whole(panes, me=me, queue=left, **values)


def _whole(panes: Panes, **values: Any) -> web.Page:
    news = panes.news_json(values["me"], values["queue"])
    return panes.page("desk/desk.html", news=news, **values)


@get("/news")
async def show_news(panes: Given[Panes]) -> Response[OperatorNews]:
    """What is new, for the bell of pages without a queue."""
    return Response(await panes.news())


@get("/queue")
async def queue_pane(panes: Given[Panes], opened: FromQuery[int | None] = None) -> web.Page:
    """The left pane anew, after news of a line or of one's own work."""
    return await panes.show_queue(opened)


@get("/requests/{no:int}/head")
async def head(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    """Title, promise, actions and card anew; what is being written stays untouched."""
    return await panes.show_head(no)


@get("/requests/{no:int}/entries-html")
async def entries_html(
    panes: Given[Panes],
    hub: Given[Hub],
    no: FromPath[int],
    after: FromQuery[int] = 0,
    limit: FromQuery[int] = MOST,
    last: FromQuery[int] = 0,
    wait: FromQuery[float] = 0,
) -> web.Page:
    """Entries above `after`, or the `last` so many, as HTML; waits for the first if asked to."""
    after, limit = max(0, min(after, HIGHEST)), max(1, min(limit, MOST))
    who = panes.who
    async with panes.db.connection() as conn:
        request = await seen_request(conn, who, no)
    if wait > 0 and request.head <= after:
        seconds = min(wait, LONGEST_WAIT)
        who = await wait_for_news(panes.http, hub, f"request/{no}", after, seconds)
    if last:
        after, limit = max(0, request.head - min(last, MOST)), MOST
    async with panes.db.connection() as conn:
        await seen_request(conn, who, no)
        entries = await entries_after(conn, no, after, limit, staff=True)
    rows = await entry_rows(entries, who, panes.policy, panes.lang, panes.now)
    return panes.page("desk/entries.html", entries=rows, days=bool(last))


@get("/requests/{no:int}/older")
async def older(panes: Given[Panes], no: FromPath[int], before: FromQuery[int]) -> web.Page:
    """The entries up to number `before`, for those who look further back."""
    before = max(1, min(before, HIGHEST))
    first = max(0, before - MOST)
    async with panes.db.connection() as conn:
        await seen_request(conn, panes.who, no)
        entries = await entries_after(conn, no, first, before - first, staff=True)
    rows = await entry_rows(entries, panes.who, panes.policy, panes.lang, panes.now)
    return panes.page("desk/older.html", entries=rows, request_no=no, older=first or None)


@get("/requests/{no:int}/dialogs/{name:str}")
async def dialog(
    panes: Given[Panes],
    no: FromPath[int],
    name: FromPath[str],
    entry: FromQuery[int | None] = None,
) -> web.Page:
    """The form of one action, fetched when it is asked for."""
    if name not in DIALOGS:
        raise Missing(_("There is no such form."))
    found: web.Values = {}
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
        policy = panes.call.policy_of(request)
        if name == "transfer":
            since = panes.now - policy.presence_grace
            found["colleagues"] = await store.colleagues(conn, request.line, panes.who.id, since)
        if name == "delay":
            found["later"] = {m: _wall(panes, m) for m in LATER}
        if name in ("close", "refuse"):
            found["refusals"] = refusals(policy, request.plan, panes.lang, panes.now)
        if name == "refuse":
            found |= await refusal_form(panes, conn, request)
        if name in ("amend", "take-over"):
            found["card"] = await store.card(conn, request, panes.who.id)
        if name == "split":
            found |= await _splitting(conn, no, request.head, entry or 0)
        if name == "fields":
            card = await store.card(conn, request, panes.who.id)
            rows = field_rows(request, policy, card, panes.lang)
            found["fields"] = editable_rows(policy, rows, panes.lang)
        if name in ("edit", "redact"):
            found["entry"] = await _present_entry(conn, no, entry or 0)
    label = labels(policy, panes.lang)
    return panes.page(
        f"desk/dialogs/{name}.html", request=request, policy=policy, label=label, **found
    )


async def _splitting(conn: Conn, no: int, head: int, chosen: int) -> web.Values:
    """The messages of a request that can go on apart, the newest last, and a title for them."""
    entries = await entries_after(conn, no, max(0, head - MOST), MOST, staff=True)
    words = [one for one in entries if may_move(one)]
    last = next((one for one in reversed(words) if one.no == chosen or one.side == "client"), None)
    of = next((one for one in words if one.no == chosen), last)
    return {"words": words, "chosen": of and of.no, "title": title_from(of.body) if of else ""}


def _wall(panes: Panes, minutes: int) -> str:
    """The wall clock of the policy's zone in so many minutes, as a form's time field wants it."""
    then = panes.now.astimezone(panes.policy.zone) + timedelta(minutes=minutes)
    return f"{then:%Y-%m-%dT%H:%M}"


async def _present_entry(conn: Conn, no: int, entry: int) -> Entry:
    """The entry as it stands after its mending."""
    if await entry_at(conn, no, entry) is None:
        raise Missing(_("There is no such entry."))
    return (await entries_after(conn, no, entry - 1, 1, staff=True))[0]


@get("/requests/{no:int}/transcript.txt")
async def transcript(panes: Given[Panes], no: FromPath[int]) -> Response[str]:
    """The whole thread as text, notes included: for staff (clause history.saved)."""
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
        entries = await entries_after(conn, no, 0, request.head, staff=True)
    label, zone = labels(panes.policy, panes.lang), panes.policy.zone
    text = await asyncio.to_thread(transcript_text, panes.who, request, entries, zone, label)
    name = {"content-disposition": f'attachment; filename="request-{no}.txt"'}
    return Response(text, media_type="text/plain", headers=name)


class LookingIn(msgspec.Struct, forbid_unknown_fields=True):
    """What stands unsent in the operator's field."""

    writing: Literal["", "answer", "note"] = ""


@post("/requests/{no:int}/looking", status_code=204)
async def looking(
    panes: Given[Panes],
    hub: Given[Hub],
    no: FromPath[int],
    data: JSONBody[LookingIn | None] = None,
) -> None:
    """This operator has the request on the screen: told to colleagues, never stored."""
    async with panes.db.connection() as conn:
        await seen_request(conn, panes.who, no)
    by = {"id": str(panes.who.id), "name": panes.who.name, "side": panes.who.side}
    hub.whisper(
        f"request/{no}",
        {
            "request": no,
            "by": by,
            "audience": "staff",
            "looking": True,
            "writing": data.writing if data else "",
        },
    )


handlers = [
    desk_page,
    request_page,
    show_news,
    queue_pane,
    head,
    entries_html,
    older,
    dialog,
    transcript,
    looking,
]
