"""What a client does in a request: speak, mend, leave a secret, close, reopen, rate."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit.db import Db
from firstline.kit.errors import Conflict, Invalid, Missing
from firstline.kit.i18n import _
from firstline.kit.seal import Seal
from firstline.kit.web import Page, page
from firstline.people import Who
from firstline.people.web import Answer, Http, done, fields, for_clients, lang_of
from firstline.portal.looking import MOST, told_entries
from firstline.regulations.versions import Policies
from firstline.requests import say
from firstline.requests.actions import changes, closing
from firstline.requests.files.attachments import say_with_files
from firstline.requests.secrets.actions import give_secret
from firstline.timeline import Entry, Ledger, Request, seen_request
from firstline.timeline.transcripts import Transcript, as_json, as_text


class SayIn(msgspec.Struct, forbid_unknown_fields=True):
    body: str
    key: str | None = None
    seen: int | None = None
    files: list[UUID] = []


@post("/requests/{no:int}/entries", guards=[for_clients], include_in_schema=False)
async def say_words(
    data: JSONBody[SayIn],
    db: Given[Db],
    ledger: Given[Ledger],
    policies: Given[Policies],
    who: Given[Who],
    no: FromPath[int],
    now: Given[datetime],
) -> Response[dict[str, int]]:
    """Words by the page's script, where the socket is away or files go along."""
    words: dict[str, Any] = {"body": data.body, "key": data.key, "seen": data.seen, "now": now}
    if data.files:
        entry, known = await say_with_files(
            db, ledger, policies, who, no, files=data.files, **words
        )
    else:
        entry, known = await say(db, ledger, policies, who, no, **words)
    return Response({"no": entry.no}, status_code=200 if known else 201)


@post("/requests/{no:int}/say", guards=[for_clients], status_code=303, include_in_schema=False)
async def say_form(
    request: Http,
    db: Given[Db],
    ledger: Given[Ledger],
    policies: Given[Policies],
    who: Given[Who],
    no: FromPath[int],
    now: Given[datetime],
) -> Answer:
    """The same by a plain form, where no script runs."""
    (body,) = await fields(request, "body")
    entry, _known = await say(db, ledger, policies, who, no, body=body, now=now)
    return done(request, f"/requests/{no}#e{entry.no}")


@get("/requests/{no:int}/entries/{entry:int}/edit", guards=[for_clients], include_in_schema=False)
async def edit_form(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    no: FromPath[int],
    entry: FromPath[int],
    now: Given[datetime],
) -> Page:
    async with db.connection() as conn:
        found = await seen_request(conn, who, no)
        words = await told_entries(conn, who, no, min(entry, 2**31 - 1) - 1, 1)
    own = words[0] if words and words[0].no == entry else None
    if own is None or own.by_id != who.id or own.kind not in ("opened", "said"):
        raise Missing(_("There are no words of yours here."))
    window = policies.version(found.policy_version).edit_window
    if found.closed or now > own.at + window:
        raise Conflict(_("The time for editing is over; write a correction below."))
    return page(request, "portal/edit.html", who=who, no=no, entry=own)


@post(
    "/requests/{no:int}/entries/{entry:int}/edit",
    guards=[for_clients], status_code=303, include_in_schema=False,
)  # fmt: skip
async def edit(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    no: FromPath[int],
    entry: FromPath[int],
    now: Given[datetime],
) -> Answer:
    (body,) = await fields(request, "body")
    await db.run(changes.edit, policies, who, no, min(entry, 2**31 - 1), body, now=now)
    return done(request, f"/requests/{no}#e{entry}")


@post("/requests/{no:int}/secret", guards=[for_clients], status_code=303, include_in_schema=False)
async def leave_secret(
    request: Http,
    db: Given[Db],
    seal: Given[Seal],
    who: Given[Who],
    no: FromPath[int],
    now: Given[datetime],
) -> Answer:
    label, secret = await fields(request, "label", "secret")
    await db.run(give_secret, seal, who, no, label, secret, now=now)
    return done(request, f"/requests/{no}")


@post("/requests/{no:int}/close", guards=[for_clients], status_code=303, include_in_schema=False)
async def close(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    no: FromPath[int],
    now: Given[datetime],
) -> Answer:
    (text,) = await fields(request, "text")
    await db.run(closing.close, policies, who, no, "withdrawn", text, now=now)
    return done(request, f"/requests/{no}")


@post("/requests/{no:int}/reopen", guards=[for_clients], status_code=303, include_in_schema=False)
async def reopen(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    no: FromPath[int],
    now: Given[datetime],
) -> Answer:
    await db.run(closing.reopen, policies, who, no, now=now)
    return done(request, f"/requests/{no}")


@post("/requests/{no:int}/rating", guards=[for_clients], status_code=303, include_in_schema=False)
async def rate(
    request: Http, db: Given[Db], who: Given[Who], no: FromPath[int], now: Given[datetime]
) -> Answer:
    score, text = await fields(request, "score", "text")
    if score not in ("1", "2", "3", "4", "5"):
        raise Invalid(_("Choose from 1 to 5."), field="score")
    await db.run(closing.rate, who, no, int(score), text, now=now)
    return done(request, f"/requests/{no}")


@get("/requests/{no:int}/transcript.txt", guards=[for_clients], include_in_schema=False)
async def transcript_text(
    request: Http, db: Given[Db], policies: Given[Policies], who: Given[Who], no: FromPath[int]
) -> Response[str]:
    """The request to keep, as text (clause history.saved)."""
    found, entries = await _everything(db, who, no)
    lang_of(request, who)
    zone = policies.version(found.policy_version).zone
    return Response(
        as_text(who, found, entries, zone),
        media_type="text/plain",
        headers={"content-disposition": f'attachment; filename="request-{no}.txt"'},
    )


@get("/requests/{no:int}/transcript.json", guards=[for_clients], include_in_schema=False)
async def transcript_json(
    db: Given[Db], who: Given[Who], no: FromPath[int]
) -> Response[Transcript]:
    """The same for programs."""
    found, entries = await _everything(db, who, no)
    return Response(
        as_json(who, found, entries),
        headers={"content-disposition": f'attachment; filename="request-{no}.json"'},
    )


async def _everything(db: Db, who: Who, no: int) -> tuple[Request, list[Entry]]:
    async with db.connection() as conn:
        found = await seen_request(conn, who, no)
        entries: list[Entry] = []
        while more := await told_entries(conn, who, no, entries[-1].no if entries else 0):
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
    transcript_text,
    transcript_json,
]
