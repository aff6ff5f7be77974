"""The widget for the company's own site: its script, its frame, and what the frame asks for.

Any site may frame `/widget`: the frame never reads a cookie, and shows somebody's requests only
after the site has handed over a token that the company's own server signed for that person. So a
hostile site gains nothing by framing it, and a company needs no list of its own addresses.
"""

from datetime import datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody

from firstline.kit import html, i18n
from firstline.kit.i18n import _
from firstline.kit.live import Hub
from firstline.kit.web import Page, page
from firstline.people.posts import Keyed, key_of
from firstline.people.web import Http, requires_client, wait_for_news
from firstline.policy import Policy
from firstline.portal import store
from firstline.portal.advice import priorities, refuse_unread, to_state, wiki_first
from firstline.portal.looking import LAST, Overview, as_html, entries_above, look
from firstline.portal.pages_articles import note_suggested
from firstline.portal.pages_coach import coach_in_widget
from firstline.portal.standing import standing
from firstline.regulations import Policies
from firstline.requests import (
    BODY_LIMIT,
    NewRequest,
    Words,
    note_article,
    open_request,
    open_several,
    say_with_files,
    views,
)
from firstline.timeline import Call, seen_request

CHANNEL = "widget"
LONGEST_WAIT = 25
MOST_ROWS = 10
LATELY = timedelta(days=3)
PUBLIC = {"public": True}
ANYWHERE = {"cross-origin-resource-policy": "cross-origin"}


class NewIn(Keyed, kw_only=True):
    topic: str
    body: str
    service: UUID | None = None
    priority: str | None = None
    read: bool = False
    files: list[UUID] = msgspec.field(default_factory=list[UUID])


class PieceIn(msgspec.Struct, forbid_unknown_fields=True):
    """One of several matters."""

    topic: str
    body: str


class SeveralIn(Keyed, kw_only=True):
    pieces: list[PieceIn]
    service: UUID | None = None
    priority: str | None = None
    read: bool = False
    files: list[UUID] = msgspec.field(default_factory=list[UUID])


class NumbersOut(msgspec.Struct):
    numbers: list[int]


class WidgetWordsIn(Keyed, kw_only=True):
    body: str
    files: list[UUID] = msgspec.field(default_factory=list[UUID])


class NumberOut(msgspec.Struct):
    no: int


class WidgetService(msgspec.Struct):
    id: UUID
    name: str


class WidgetRow(msgspec.Struct):
    no: int
    title: str
    stand: str
    head: int
    closed: bool


@get("/widget.js", opt=PUBLIC, include_in_schema=False)
async def script() -> Response[str]:
    """The one script that the company's site loads."""
    return Response(
        _script(),
        media_type="text/javascript",
        headers={**ANYWHERE, "cache-control": "public, max-age=300"},
    )


@cache
def _script() -> str:
    """The script with the words of its button in every language."""
    source = files("firstline.portal").joinpath("static/widget.js").read_text("utf-8")
    words: dict[str, dict[str, str]] = {}
    for lang in i18n.LANGUAGES:
        with i18n.speaking(lang):
            words[lang] = {
                "open": _("Write to support"),
                "title": _("Support chat"),
                "unread": _("Support chat, unread: %(count)s") % {"count": "%d"},
            }
    return source.replace("/*WORDS*/ {}", msgspec.json.encode(words).decode())


@get("/widget", opt=PUBLIC, include_in_schema=False)
async def frame(request: Http, policies: Given[Policies], now: Given[datetime]) -> Page:
    """The frame's document: the same for everybody, whoever is signed in elsewhere."""
    policy = policies.current(now)[1]
    answer = page(
        request,
        "portal/widget.html",
        frame_ancestors="*",
        headers={**ANYWHERE, "cross-origin-embedder-policy": "require-corp"},
        company=policy.company,
        topics=policy.topics,
        must=partial(to_state, policy),
        priorities=priorities(policy),
        wiki_first=wiki_first(policy),
        label=policy.label,
        limit=BODY_LIMIT,
    )
    answer.cookies.clear()  # the site's choice of language is not the visitor's own
    return answer


@get("/requests", include_in_schema=False)
async def own_list(
    call: Given[Call],
) -> list[WidgetRow]:
    """What is open, and what was closed lately: its last words and its rating have their place here
    also on the site's next page."""
    who, policy, now = call.who, call.policy, call.now
    async with call.db.connection() as conn:
        found = await store.open_requests(conn, who, MOST_ROWS)
        found += await store.unrated_requests(conn, who, now - LATELY, MOST_ROWS)
        request_views = await views(conn, who, found, call.order)
    with i18n.speaking(who.language):
        headlines = [standing(one, policy, who.language, now).headline for one in request_views]
    return [
        WidgetRow(one.no, one.title, stand, one.head, one.closed_at is not None)
        for one, stand in zip(request_views, headlines, strict=True)
    ]


@get("/services", include_in_schema=False)
async def open_services(call: Given[Call]) -> list[WidgetService]:
    """What the person may write about."""
    async with call.db.connection() as conn:
        services = (await store.form_needs(conn, call.who)).services
    return [WidgetService(one.id, one.name) for one in services]


@post("/requests", include_in_schema=False)
async def open_one(
    request: Http,
    call: Given[Call],
    data: JSONBody[NewIn],
) -> Response[NumberOut]:
    refuse_unread(call.policy, data.read)
    key = key_of(request, data.key)
    new = NewRequest(
        data.topic,
        data.body,
        service=data.service,
        priority=data.priority or None,
        key=key,
        channel=CHANNEL,
    )
    _opening, opened = await open_request(call, new)
    await _say_files(call, opened.no, key, data.files)
    return Response(NumberOut(opened.no), status_code=200 if opened.known else 201)


@post("/requests/several", include_in_schema=False)
async def open_them(
    request: Http, call: Given[Call], data: JSONBody[SeveralIn]
) -> Response[NumbersOut]:
    """Open requests about several matters in one act: all or none, once for their key."""
    refuse_unread(call.policy, data.read)
    key, priority = key_of(request, data.key), data.priority or None
    pieces = [
        NewRequest(
            one.topic, one.body, service=data.service, priority=priority, key=key, channel=CHANNEL
        )
        for one in data.pieces
    ]
    numbers, known = await open_several(call, pieces)
    await _say_files(call, numbers[0], key, data.files)
    return Response(NumbersOut(numbers), status_code=200 if known else 201)


async def _say_files(call: Call, no: int, key: str | None, files: list[UUID]) -> None:
    if files:
        words = Words(_("Files"), key and f"{key[:180]}-files", channel=CHANNEL)
        await say_with_files(call, no, words, files)


@post("/requests/{no:int}/entries", include_in_schema=False)
async def say_words(
    request: Http,
    call: Given[Call],
    data: JSONBody[WidgetWordsIn],
    no: FromPath[int],
) -> Response[NumberOut]:
    words = Words(data.body, key_of(request, data.key), channel=CHANNEL)
    entry, again = await say_with_files(call, no, words, data.files)
    return Response(NumberOut(entry.no), status_code=200 if again else 201)


@get("/requests/{no:int}/standing", include_in_schema=False)
async def standing_part(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
) -> Response[str]:
    async with call.db.connection() as conn:
        found = await seen_request(conn, call.who, no)
        policy = call.policy_of(found)
        with i18n.speaking(call.who.language):
            overview = await look(conn, request, call, found, call.who.language)
    return _html(_standing(overview, policy, call.who.language, call.now))


def _standing(overview: Overview, policy: Policy, lang: str, now: datetime) -> str:
    return html.render("portal/standing.html", lang, overview=overview, zone=policy.zone, now=now)


@get("/requests/{no:int}/entries-html", include_in_schema=False)
async def entries_part(
    request: Http,
    hub: Given[Hub],
    call: Given[Call],
    no: FromPath[int],
    after: FromQuery[int] = 0,
    last: FromQuery[int] = 0,
    wait: FromQuery[float] = 0,
) -> Response[str]:
    """Entries as HTML, where sockets are blocked and for what was mended."""
    who = call.who
    async with call.db.connection() as conn:
        head = (await seen_request(conn, who, no)).head
    if wait > 0 and head <= after:
        seconds = min(wait, LONGEST_WAIT)
        who = await wait_for_news(request, hub, f"request/{no}", head, seconds)
    async with call.db.connection() as conn:
        found = await seen_request(conn, who, no)
        begin = found.head - min(last, LAST) if last > 0 else min(after, 2**31 - 1)
        entries = await entries_above(conn, who, no, begin, LAST)
    policy = call.policy_of(found)
    return _html(await as_html(request, entries, who, policy, who.language, call.now, days=False))


@post("/requests/{no:int}/wiki/{slug:str}", status_code=204, include_in_schema=False)
async def note_opening(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    slug: FromPath[str],
    data: JSONBody[Keyed | None] = None,
) -> None:
    """An article is opened from the frame, whose session the opened page does not know (clause
    answer.wiki). However often it is said, it is noted once, whatever the key.
    """
    key_of(request, data.key if data else None)
    async with call.db.connection() as conn:
        await seen_request(conn, call.who, no)
    await call.db.run(note_article, call.who, no, slug, now=call.now)


def _html(text: str) -> Response[str]:
    return Response(text, media_type="text/html")


api = Router(
    "/api/v1/widget",
    route_handlers=[
        own_list,
        open_services,
        open_one,
        open_them,
        say_words,
        coach_in_widget,
        standing_part,
        entries_part,
        note_opening,
        note_suggested,
    ],
    guards=[requires_client],
)
routes = [script, frame, api]
