"""Writing to support, and the thread of a request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from firstline import wiki
from firstline.kit.db import Conn, Db
from firstline.kit.errors import Invalid, Refused
from firstline.kit.i18n import _
from firstline.kit.ids import uuid_or_none
from firstline.kit.keys import check_key
from firstline.kit.live import Hub
from firstline.kit.problems import wants_problem
from firstline.kit.web import Page, page, web_of
from firstline.paid import paid_words
from firstline.people import Who
from firstline.people.web import (
    Http,
    HttpAnswer,
    fields,
    for_clients,
    go_on_at,
    lang_of,
    wait_for_news,
)
from firstline.portal import store
from firstline.portal.advice import advice, priorities, refuse_unread, wiki_first
from firstline.portal.coach import lacks
from firstline.portal.looking import LAST, as_html, entries_above, look
from firstline.requests import (
    BODY_LIMIT,
    Attachment,
    NewRequest,
    UnsentWords,
    Words,
    find_ban,
    forget_draft,
    keep_draft,
    mask_secrets,
    open_request,
    say_with_files,
    unsent_words,
    uploaded_by,
)
from firstline.timeline import Call, Request, seen_request

LONGEST_WAIT = 25
NEW = "new"
SEARCHED = f"{NEW}/~search"  # of whoever comes from a search of the wiki; no article has a ~
LONGEST_SOUGHT = 200
MOST_FILES = 20


class NewForm(msgspec.Struct):
    """What stands in the form of a new request, as drafts keep it."""

    topic: str = ""
    service: str = ""
    body: str = ""
    priority: str = ""
    files: list[UUID] = []
    # The topic that the coach has proposed, and the lines of the coach that were said.
    proposed: str = ""
    done: str = ""


class ClientDraftIn(msgspec.Struct, forbid_unknown_fields=True):
    place: str
    body: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A form of a new request: where it is kept, the key it is sent with, what stands in it, and
    whether the desk keeps it."""

    place: str
    key: str
    typed: NewForm
    kept: bool = True


@get("/requests/new", guards=[for_clients], include_in_schema=False)
async def new_form(
    request: Http,
    call: Given[Call],
    article: FromQuery[str] = "",
    about: FromQuery[int] = 0,
    words: FromQuery[str] = "",
) -> Page:
    async with call.db.connection() as conn:
        older = await unsent_words(conn, call.who.id, NEW)
        place, first = await _beginning(conn, request, call.who, article, about)
        if not first and (sought := words.replace("\0", "").strip()[:LONGEST_SOUGHT]):
            place, first = SEARCHED, _sought_words(sought)
        unsent = await unsent_words(conn, call.who.id, place) if first else older
    typed = _kept_form(unsent.body) if unsent.body else NewForm(body=first)
    if place == SEARCHED and first.strip() not in typed.body:
        typed = msgspec.structs.replace(typed, body=f"{typed.body.rstrip()}\n\n{first}")
    draft = NewDraft(place, unsent.key or str(uuid4()), typed, bool(unsent.body))
    return await new_page(request, call, draft, older=bool(first and older.body))


def _kept_form(draft: str) -> NewForm:
    try:
        return msgspec.json.decode(draft, type=NewForm)
    except msgspec.MsgspecError:
        return NewForm(body=draft)


async def _beginning(conn: Conn, request: Http, who: Who, slug: str, about: int) -> tuple[str, str]:
    """The place of the draft, and the first words for somebody who comes from an article or from a
    request closed long ago: such a draft leaves the one that was begun without either alone.
    """
    lang = lang_of(request, who)
    article = await wiki.article_for(conn, slug, lang, who) if slug else None
    if article is not None:
        address = f"{web_of(request).public_url}/wiki/{article.slug}"
        said = _("I read “%(title)s” (%(address)s). What is different in my case:")
        return f"{NEW}/{article.slug}", said % {"title": article.title, "address": address} + " "
    if 0 < about < 2**53:
        return f"{NEW}/{about}", _("This continues request %(no)d:") % {"no": about} + " "
    return NEW, ""


def _sought_words(sought: str) -> str:
    """The first words of somebody whom the wiki's search did not help."""
    said = _("I looked for “%(words)s” in the wiki and did not find what I need.")
    return said % {"words": mask_secrets(sought)} + "\n"


async def new_page(
    request: Http,
    call: Call,
    draft: NewDraft,
    *,
    refused: Refused | None = None,
    older: bool = False,
) -> Page:
    lang, typed, policy = lang_of(request, call.who), draft.typed, call.policy
    status = refused.status if refused else 200
    refused = refused or await find_ban(call)
    async with call.db.connection() as conn:
        plan, services, hints = await store.form_needs(conn, call.who)
    return page(
        request,
        "portal/new.html",
        who=call.who,
        status=status,
        topics=policy.topics,
        services=services,
        label=policy.label,
        good=policy.source.request.good.get(lang, ""),
        advice=advice(policy, call.who, plan, typed.topic, typed.priority, lang, call.now),
        priorities=priorities(policy),
        wiki_first=wiki_first(policy),
        draft=draft,
        typed=typed,
        hints=hints,
        older=older,
        files=await own_files(call, typed.files),
        refused=refused,
        limit=BODY_LIMIT,
    )


async def own_files(call: Call, ids: Sequence[UUID]) -> list[Attachment]:
    """Of these files those that the person has uploaded and not sent yet."""
    if not ids:
        return []
    async with call.db.connection() as conn:
        files = await uploaded_by(conn, call.who.id, list(ids[:MOST_FILES]))
    return [file for file in files if file.entry_no is None]


@post("/requests", guards=[for_clients], status_code=303, include_in_schema=False)
async def open_one(
    request: Http,
    call: Given[Call],
) -> HttpAnswer:
    topic, service, body, key, priority, read, place = await fields(
        request, "topic", "service", "body", "key", "priority", "read", "place"
    )
    files, key = await files_of(request), draft_key(key)
    try:
        refuse_unread(call.policy, bool(read))
        new = NewRequest(
            topic, body, service=uuid_or_none(service), priority=priority or None, key=key or None
        )
        _opening, opened = await open_request(in_page_language(request, call), new)
        if files:
            words = Words(_("Files"), f"{key}-files")
            await say_with_files(call, opened.no, words, files)
    except Refused as refused:
        if wants_problem(request):
            raise
        draft = NewDraft(place or NEW, key, NewForm(topic, service, body, priority, files))
        return await new_page(request, call, draft, refused=refused)
    async with call.db.connection() as conn:
        await forget_draft(conn, call.who.id, place or NEW, key)
    return go_on_at(request, f"/requests/{opened.no}")


async def files_of(request: Http) -> list[UUID]:
    """The files of a form, as many as one message may have."""
    form = await request.form()
    sent = [uuid_or_none(str(value)) for value in form.getall("files", [])][:MOST_FILES]
    return [found for found in sent if found]


def draft_key(key: str) -> str:
    """The key of a draft as it can be kept, with room for what is made of it."""
    return key[:180].replace("\0", "")


def in_page_language(request: Http, call: Call) -> Call:
    """The call by somebody who speaks the language of the page: the request is led in it."""
    return replace(call, who=replace(call.who, language=lang_of(request, call.who)))


@post("/drafts", guards=[for_clients], status_code=204, include_in_schema=False)
async def write_draft(
    request: Http,
    data: JSONBody[ClientDraftIn],
    db: Given[Db],
    who: Given[Who],
    now: Given[datetime],
) -> None:
    """Keep what is being typed, so that no browser and no sign-out loses it."""
    body = _safe_draft(data.place, data.body.replace("\0", "")[: 2 * BODY_LIMIT])
    words = UnsentWords(body, check_key(data.key or None) or "")
    async with db.transaction() as tx:
        await _check_place(tx.conn, request, who, data.place)
        await keep_draft(tx, who.id, data.place, words, now=now)


async def _check_place(conn: Conn, request: Http, who: Who, place: str) -> None:
    """Drafts are kept where something can be written, and nowhere else, so that they stay few."""
    kind, _slash, name = place.partition("/")
    if place in (NEW, SEARCHED):
        return
    if kind in (NEW, "request") and name.isascii() and name.isdigit() and len(name) < 16:
        await seen_request(conn, who, int(name))
    elif kind != NEW or await wiki.article_for(conn, name, lang_of(request, who), who) is None:
        raise Invalid(_("There is no such place for a draft."), field="place")


def _safe_draft(place: str, body: str) -> str:
    """What is kept of a draft: as when it is sent, without secrets."""
    if not place.startswith(NEW) or not body:
        return mask_secrets(body)
    typed = _kept_form(body)
    typed.body = mask_secrets(typed.body)
    return msgspec.json.encode(typed).decode()


@get("/requests/{no:int}", guards=[for_clients], include_in_schema=False)
async def thread(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    whole: FromQuery[bool] = False,
) -> Page:
    lang = lang_of(request, call.who)
    async with call.db.connection() as conn:
        found = await seen_request(conn, call.who, no)
        policy = call.policy_of(found)
        overview = await look(conn, request, call, found, lang)
        after = 0 if whole else found.head - LAST
        entries = await entries_above(conn, call.who, no, after)
        draft = await unsent_words(conn, call.who.id, f"request/{no}", no)
        hints = await _asks_in(conn, call, found)
    return page(
        request,
        "portal/thread.html",
        who=call.who,
        overview=overview,
        log=await as_html(request, entries, call.who, policy, lang, call.now, days=True),
        earlier=after > 0,
        draft=draft,
        hints=hints,
        limit=BODY_LIMIT,
        edit_seconds=int(policy.edit_window.total_seconds()),
        label=policy.label,
        **paid_words(policy),
    )


async def _asks_in(conn: Conn, call: Call, request: Request) -> bool:
    """Whether the box in which its client writes has a place for hints."""
    wanted, known = await store.known_fields(conn, call.who, request.no)
    return wanted and bool(lacks(call, request, known))


@get("/requests/{no:int}/standing", guards=[for_clients], include_in_schema=False)
async def standing_part(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    foot: FromQuery[bool] = False,
) -> Page:
    """What the open page of a request must follow: where it stands, its facts; `foot` adds the
    forms, which change only when it is closed or opened again."""
    lang = lang_of(request, call.who)
    async with call.db.connection() as conn:
        found = await seen_request(conn, call.who, no)
        policy = call.policy_of(found)
        overview = await look(conn, request, call, found, lang)
        hints = foot and await _asks_in(conn, call, found)
    return page(
        request,
        "portal/now.html",
        who=call.who,
        overview=overview,
        label=policy.label,
        **paid_words(policy),
        foot=foot,
        hints=hints,
        draft=UnsentWords(),
        limit=BODY_LIMIT,
    )


@get("/requests/{no:int}/entries-html", guards=[for_clients], include_in_schema=False)
async def entries_part(
    request: Http,
    call: Given[Call],
    hub: Given[Hub],
    no: FromPath[int],
    after: FromQuery[int] = 0,
    limit: FromQuery[int] = LAST,
    last: FromQuery[int] = 0,
    wait: FromQuery[float] = 0,
) -> Response[str]:
    """Entries as HTML, for pages whose socket is away or had to begin anew."""
    who = call.who
    if wait > 0:
        async with call.db.connection() as conn:
            head = (await seen_request(conn, who, no)).head
        if head <= after:
            seconds = min(wait, LONGEST_WAIT)
            who = await wait_for_news(request, hub, f"request/{no}", head, seconds)
    async with call.db.connection() as conn:
        found = await seen_request(conn, who, no)
        begin = found.head - min(last, LAST) if last > 0 else min(after, 2**31 - 1)
        entries = await entries_above(conn, who, no, begin, max(1, min(limit, LAST)))
    policy = call.policy_of(found)
    html = await as_html(
        request, entries, who, policy, lang_of(request, who), call.now, days=bool(last)
    )
    return Response(str(html), media_type="text/html")


routes: list[HTTPRouteHandler] = [
    new_form,
    open_one,
    write_draft,
    thread,
    standing_part,
    entries_part,
]
