"""Words from the desk: say, note, mend, redact, link; drafts, secrets, snippets at hand."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody

from firstline.desk import store
from firstline.desk.model import fill_variables, find_snippets
from firstline.desk.news import Notice
from firstline.desk.offers import Suggestion, offer_articles
from firstline.desk.pages_moves import ReasonForm
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.errors import Invalid
from firstline.kit.i18n import _
from firstline.kit.keys import check_key
from firstline.kit.seal import Seal
from firstline.kit.typed import number_or_none
from firstline.requests import (
    UnsentWords,
    Words,
    changes,
    keep_draft,
    redacting,
    safe_text,
    say_with_files,
    show_secret,
)
from firstline.timeline import seen_request

DRAFT_PLACE = re.compile(r"new|request/([1-9]\d{0,14})(?:/note)?")


class StaffWordsIn(msgspec.Struct, forbid_unknown_fields=True):
    body: str
    key: str
    audience: str | None = None
    seen: int | None = None
    turn: str | None = None
    files: list[UUID] = []


@post("/requests/{no:int}/say", status_code=200)
async def say_one(
    panes: Given[Panes], no: FromPath[int], data: JSONBody[StaffWordsIn]
) -> dict[str, Any]:
    """Words to the client, or a note; with `seen` refused (409) when something is newer."""
    words = Words(data.body, data.key, data.audience, seen=data.seen, turn=data.turn)
    entry, _known = await say_with_files(panes.call, no, words, data.files)
    return {"no": entry.no}


class DraftBody(msgspec.Struct, forbid_unknown_fields=True):
    place: str
    body: str
    key: str = ""


@post("/drafts", status_code=204)
async def write_draft(panes: Given[Panes], data: JSONBody[DraftBody]) -> None:
    """Keep what is being written, so that no reload, sign-out or colleague loses it."""
    place = DRAFT_PLACE.fullmatch(data.place)
    if place is None:
        raise Invalid(_("There is no such place for a draft."), field="place")
    body = safe_text(data.body, empty=True)
    words = UnsentWords(body, check_key(data.key or None) or "")
    async with panes.db.transaction() as tx:
        if place[1]:
            await seen_request(tx.conn, panes.who, int(place[1]))
        await keep_draft(tx, panes.who.id, data.place, words, now=panes.now)


@dataclass(frozen=True, slots=True)
class Body:
    body: str = ""


@post("/requests/{no:int}/entries/{entry:int}/edit", status_code=200)
async def edit(
    panes: Given[Panes], no: FromPath[int], entry: FromPath[int], data: URLEncodedBody[Body]
) -> web.Page:
    await panes.do(changes.edit, no, entry, data.body)
    return await panes.show_request(no)


@post("/requests/{no:int}/entries/{entry:int}/redact", status_code=200)
async def redact(
    panes: Given[Panes], no: FromPath[int], entry: FromPath[int], data: URLEncodedBody[ReasonForm]
) -> web.Page:
    await panes.do(redacting.redact, no, entry, data.reason)
    return await panes.show_request(no)


@dataclass(frozen=True, slots=True)
class Amend:
    title: str = ""
    topic: str = ""
    service: str = ""
    priority: str = ""


@post("/requests/{no:int}/amend", status_code=200)
async def amend(panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[Amend]) -> web.Page:
    await panes.do(
        changes.amend,
        no,
        title=data.title,
        topic=data.topic,
        service=_uuid(data.service, "service") if data.service else None,
        priority=data.priority or None,
    )
    return await panes.show_request(no)


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("Choose one from the list."), field=field) from None


@post("/requests/{no:int}/fields", status_code=200)
async def set_fields(panes: Given[Panes], no: FromPath[int]) -> web.Page:
    """What is known, as the form has it: an empty field takes the value away."""
    form = await panes.http.form()
    typed = {name: str(value) for name, value in form.items() if name not in ("key", "csrf")}
    wanted = {name: value if value.strip() else None for name, value in typed.items()}
    await panes.do(changes.amend, no, fields=wanted)
    return await panes.show_request(no)


@dataclass(frozen=True, slots=True)
class LinkForm:
    to: str = ""


@post("/requests/{no:int}/links", status_code=200)
async def link(panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[LinkForm]) -> web.Page:
    to = number_or_none(data.to.strip().removeprefix("#"))
    if to is None:
        raise Invalid(_("Give the number of a request, such as 1042."), field="to")
    await panes.do(changes.link, no, to)
    return await panes.show_request(no)


@post("/requests/{no:int}/secrets/{secret:uuid}", status_code=200)
async def secret_view(
    panes: Given[Panes], seal: Given[Seal], no: FromPath[int], secret: FromPath[UUID]
) -> web.Page:
    """Show a secret; that it was shown is written down first."""
    words = await panes.call.run(show_secret, seal, no, secret)
    return panes.page("desk/dialogs/secret.html", words=words)


@get("/requests/{no:int}/suggest")
async def suggest(
    panes: Given[Panes], no: FromPath[int], q: FromQuery[str] = "", at: FromQuery[str] = "/"
) -> Response[list[Suggestion]]:
    """Snippets and articles that hold every part of a word that was typed; people after `@`."""
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
        if at == "@":
            people = await store.operator_names(conn, q[:60])
            return Response([Suggestion("person", p["name"], "", f"@{p['word']} ") for p in people])
        snippets = await store.snippets(conn, line=request.line)
        card = await store.card(conn, request, panes.who.id)
        articles = await offer_articles(conn, q, request, panes.public_url)
    values = {
        "client": card.client["name"],
        "name": card.opener,
        "no": str(no),
        "service": card.service or "",
        "operator": panes.who.name,
    }
    found = [
        Suggestion("snippet", one.title, f"/{one.shortcut}", text, text)
        for one in find_snippets(snippets, q, request.language)[:8]
        for text in [fill_variables(one.body, values)]
    ]
    return Response([*found, *articles])


class Wishes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    keys: bool | None = None
    sound: bool | None = None
    enter: str | None = None
    sounds: set[Notice] | None = None
    notices: set[Notice] | None = None


@post("/wishes", status_code=204)
async def wishes(panes: Given[Panes], data: JSONBody[Wishes]) -> None:
    """How this operator wants the desk; kept on the server, so that it goes where they go."""
    if data.enter not in (None, "send", "line"):
        raise Invalid(_("enter must be send or line."), field="enter")
    wanted = {k: v for k, v in msgspec.to_builtins(data).items() if v is not None}
    async with panes.db.connection() as conn:
        await store.keep_wishes(conn, panes.who.id, wanted)


handlers = [
    say_one,
    write_draft,
    edit,
    redact,
    amend,
    set_fields,
    link,
    secret_view,
    suggest,
    wishes,
]
