"""The API of requests and their entries (design: names fixed for other programs)."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from firstline.kit.db import Db
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.live import Hub
from firstline.kit.openapi import creates
from firstline.kit.typed import number_or_none
from firstline.lines import line_ids
from firstline.people import Who
from firstline.people.posts import key_of
from firstline.people.web import Http, wait_for_news
from firstline.requests.actions import changes
from firstline.requests.actions.opening import open_request
from firstline.requests.api.bodies import AmendIn, OpenIn, SayIn
from firstline.requests.api.view import (
    RequestOut,
    just_opened,
    opened_before,
    view,
    views,
    whole_view,
)
from firstline.requests.files.uploads import say_with_files
from firstline.requests.model import NewRequest, Words
from firstline.timeline import (
    STATES,
    Call,
    EntryOut,
    Filters,
    HistoryPage,
    entries_after,
    list_requests,
    public,
    search_requests,
    seen_request,
)

PAGE, MOST = 50, 100
ENTRIES, MOST_ENTRIES, LONGEST_WAIT = 100, 500, 25


class RequestList(msgspec.Struct, omit_defaults=True):
    """`unused` are words of `q` that cannot be looked for; in place of those in `guessed`, which
    stand nowhere, words that differ by a letter were found. Both are left out when empty."""

    items: list[RequestOut]
    after: str | None
    unused: list[str] = []
    guessed: list[str] = []


class EntryList(msgspec.Struct):
    entries: list[EntryOut]
    head: int


@post("/requests", responses=creates(RequestOut), summary="Open a request")
async def open_one(request: Http, data: JSONBody[OpenIn], call: Given[Call]) -> Response[Any]:
    opening, opened = await open_request(
        call,
        NewRequest(
            data.topic,
            data.body,
            title=data.title,
            service=data.service,
            client=data.client,
            priority=data.priority,
            key=key_of(request, data.key),
            channel="api",
        ),
    )
    if opened.known:
        async with call.db.connection() as conn:
            found = await seen_request(conn, call.who, opened.no)
            request_view = await view(conn, call.who, found, call.order)
            return Response(opened_before(request_view), status_code=200)
    return Response(just_opened(opening, opened), status_code=201)


@get("/requests", summary="Requests that the caller may see, newest first")
async def list_all(
    call: Given[Call],
    of_state: Annotated[str | None, QueryParameter(name="state")] = None,
    line: FromQuery[str | None] = None,
    mode: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[int] = PAGE,
) -> RequestList:
    _one_of("state", of_state, STATES)
    _one_of("mode", mode, ("chat", "ticket"))
    narrowed = Filters(state=of_state, line=line, mode=mode)
    limit = max(1, min(limit, MOST))
    who = call.who
    async with call.db.connection() as conn:
        if line is not None:
            _one_of("line", line, tuple(await line_ids(conn)))
        if q and q.strip():
            hits = await search_requests(conn, who, q, narrowed, after=_cursor(after), limit=limit)
            page = HistoryPage(
                [h.request for h in hits.items], hits.after, hits.unused, hits.guessed
            )
        else:
            page = await list_requests(conn, who, narrowed, after=_cursor(after), limit=limit)
        items = await views(conn, who, page.items, call.order)
    cursor = str(page.after) if page.after is not None else None
    return RequestList(items, cursor, list(page.unused), list(page.guessed))


def _one_of(field: str, value: str | None, values: tuple[str, ...]) -> None:
    if value is not None and value not in values:
        raise Invalid(
            _("%(field)s must be one of %(known)s.") % {"field": field, "known": ", ".join(values)},
            field=field,
        )


def _cursor(after: str | None) -> int | None:
    if after is None:
        return None
    number = number_or_none(after)
    if number is None:
        raise Invalid(
            _("after must be the value that an earlier page returned; leave it out."), field="after"
        )
    return number


@get("/requests/{no:int}", summary="One request")
async def one(call: Given[Call], no: FromPath[int]) -> RequestOut:
    async with call.db.connection() as conn:
        found = await seen_request(conn, call.who, no)
        return await whole_view(conn, call.who, found, call.order)


@patch("/requests/{no:int}", summary="Change its title, topic, service, priority or fields")
async def amend(data: JSONBody[AmendIn], call: Given[Call], no: FromPath[int]) -> RequestOut:
    request = await call.run(
        changes.amend,
        no,
        title=data.title,
        topic=data.topic,
        service=data.service,
        priority=data.priority,
        fields=data.fields,
        setter="program",
    )
    async with call.db.connection() as conn:
        return await whole_view(conn, call.who, request, call.order)


@get("/requests/{no:int}/entries", summary="Its entries after a number")
async def entries(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    after: FromQuery[int] = 0,
    limit: FromQuery[int] = ENTRIES,
    wait: FromQuery[float] = 0,
) -> EntryList:
    after = max(0, min(after, 2**31 - 1))
    limit = max(1, min(limit, MOST_ENTRIES))
    found = await _entries(call.db, call.who, no, after, limit)
    if not found.entries and wait > 0:
        # Not a dependency: a second one would make each call slower, and few wait.
        hub: Hub = request.app.state.desk.hub
        seconds = min(wait, LONGEST_WAIT)
        who = await wait_for_news(request, hub, f"request/{no}", found.head, seconds)
        found = await _entries(call.db, who, no, after, limit)
    return found


async def _entries(db: Db, who: Who, no: int, after: int, limit: int) -> EntryList:
    async with db.connection() as conn:
        request = await seen_request(conn, who, no)
        found = await entries_after(conn, no, after, limit, staff=who.is_staff)
    return EntryList([public(entry, staff=who.is_staff) for entry in found], request.head)


@post(
    "/requests/{no:int}/entries",
    responses=creates(EntryOut),
    summary="Say something in it, or leave a note",
)
async def post_entry(
    request: Http, data: JSONBody[SayIn], call: Given[Call], no: FromPath[int]
) -> Response[EntryOut]:
    key = key_of(request, data.key)
    words = Words(data.body, key, data.audience, channel="api", seen=data.seen, turn=data.turn)
    entry, again = await say_with_files(call, no, words, data.files)
    return Response(public(entry, staff=call.who.is_staff), status_code=200 if again else 201)


routes = [open_one, list_all, one, amend, entries, post_entry]
