"""What a client does in a request: speak, mend, leave a secret, close, reopen, rate."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit.errors import Conflict, Invalid, Missing
from firstline.kit.i18n import _
from firstline.kit.seal import Seal
from firstline.kit.web import Page, page
from firstline.people.posts import form_once
from firstline.people.web import Http, HttpAnswer, fields, for_clients, go_on_at, lang_of
from firstline.portal.looking import MOST, entries_above
from firstline.requests import Words, changes, closing, give_secret, say, say_with_files
from firstline.timeline import (
    Call,
    Entry,
    Request,
    Transcript,
    seals,
    seen_request,
    transcript_json,
    transcript_text,
)


class ClientWordsIn(msgspec.Struct, forbid_unknown_fields=True):
    body: str
    key: str | None = None
    seen: int | None = None
    files: list[UUID] = []


@post("/requests/{no:int}/entries", guards=[for_clients], include_in_schema=False)
async def say_words(
    data: JSONBody[ClientWordsIn],
    call: Given[Call],
    no: FromPath[int],
) -> Response[dict[str, int]]:
    """Words by the page's script, where the socket is away or files go along."""
    words = Words(data.body, data.key, seen=data.seen)
    entry, again = await say_with_files(call, no, words, data.files)
    return Response({"no": entry.no}, status_code=200 if again else 201)


@post("/requests/{no:int}/say", guards=[for_clients], status_code=303, include_in_schema=False)
async def say_form(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
) -> HttpAnswer:
    """The same by a plain form, where no script runs."""
    body, key = await fields(request, "body", "key")
    entry, _known = await say(call, no, Words(body, key or None))
    return go_on_at(request, f"/requests/{no}#e{entry.no}")


@get("/requests/{no:int}/entries/{entry:int}/edit", guards=[for_clients], include_in_schema=False)
async def edit_form(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    entry: FromPath[int],
) -> Page:
    who = call.who
    async with call.db.connection() as conn:
        found = await seen_request(conn, who, no)
        words = await entries_above(conn, who, no, min(entry, 2**31 - 1) - 1, 1)
    own = words[0] if words and words[0].no == entry else None
    if own is None or own.by_id != who.id or own.kind not in ("opened", "said"):
        raise Missing(_("There is no message of yours here."))
    window = call.policy_of(found).edit_window
    if found.closed or call.now > own.at + window:
        raise Conflict(_("The time for editing is over; write a correction below."))
    return page(request, "portal/edit.html", who=who, no=no, entry=own)


@post(
    "/requests/{no:int}/entries/{entry:int}/edit",
    guards=[for_clients], status_code=303, include_in_schema=False,
)  # fmt: skip
async def edit(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    entry: FromPath[int],
) -> HttpAnswer:
    (body,) = await fields(request, "body")
    await form_once(request, lambda tx: changes.edit(tx, call, no, min(entry, 2**31 - 1), body))
    return go_on_at(request, f"/requests/{no}#e{entry}")


@post("/requests/{no:int}/secret", guards=[for_clients], status_code=303, include_in_schema=False)
async def leave_secret(
    request: Http,
    call: Given[Call],
    seal: Given[Seal],
    no: FromPath[int],
) -> HttpAnswer:
    label, secret = await fields(request, "label", "secret")
    await form_once(request, lambda tx: give_secret(tx, call, seal, no, label, secret))
    return go_on_at(request, f"/requests/{no}")


@post("/requests/{no:int}/close", guards=[for_clients], status_code=303, include_in_schema=False)
async def close(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
) -> HttpAnswer:
    (text,) = await fields(request, "text")
    await form_once(request, lambda tx: closing.close(tx, call, no, "withdrawn", text))
    return go_on_at(request, f"/requests/{no}")


@post("/requests/{no:int}/reopen", guards=[for_clients], status_code=303, include_in_schema=False)
async def reopen(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
) -> HttpAnswer:
    await form_once(request, lambda tx: closing.reopen(tx, call, no))
    return go_on_at(request, f"/requests/{no}")


@post("/requests/{no:int}/rating", guards=[for_clients], status_code=303, include_in_schema=False)
async def rate(request: Http, call: Given[Call], no: FromPath[int]) -> HttpAnswer:
    score, text = await fields(request, "score", "text")
    if score not in ("1", "2", "3", "4", "5"):
        raise Invalid(_("Choose from 1 to 5."), field="score")
    await form_once(request, lambda tx: closing.rate(tx, call, no, int(score), text))
    return go_on_at(request, f"/requests/{no}")


@get("/requests/{no:int}/transcript.txt", guards=[for_clients], include_in_schema=False)
async def text_file(request: Http, call: Given[Call], no: FromPath[int]) -> Response[str]:
    """The request to keep, as text (clause history.saved)."""
    found, entries = await _everything(call, no)
    lang, policy = lang_of(request, call.who), call.policy_of(found)
    label = partial(policy.label, lang=lang)
    return Response(
        await asyncio.to_thread(transcript_text, call.who, found, entries, policy.zone, label),
        media_type="text/plain",
        headers={"content-disposition": f'attachment; filename="request-{no}.txt"'},
    )


@get("/requests/{no:int}/transcript.json", guards=[for_clients], include_in_schema=False)
async def json_file(call: Given[Call], no: FromPath[int]) -> Response[Transcript]:
    """The same for programs."""
    found, entries = await _everything(call, no)
    async with call.db.connection() as conn:
        every = await seals(conn, no)
    return Response(
        await asyncio.to_thread(transcript_json, call.who, found, entries, every),
        headers={"content-disposition": f'attachment; filename="request-{no}.json"'},
    )


async def _everything(call: Call, no: int) -> tuple[Request, list[Entry]]:
    who = call.who
    async with call.db.connection() as conn:
        found = await seen_request(conn, who, no)
        entries: list[Entry] = []
        while more := await entries_above(conn, who, no, entries[-1].no if entries else 0):
            entries += more
            if len(more) < MOST:
                break
    return found, entries


routes: list[Any] = [
    say_words,
    say_form,
    edit_form,
    edit,
    leave_secret,
    close,
    reopen,
    rate,
    text_file,
    json_file,
]
