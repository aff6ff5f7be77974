"""The API of what moves a request: take, skip, hand over, delay notice, close, rate."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Concatenate, ParamSpec
from uuid import UUID

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency as Given
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import creates, shows
from firstline.kit.web import web_of
from firstline.people import who_by_email
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import Http, requires_staff
from firstline.requests.actions import changes, closing, moves
from firstline.requests.actions.delays import delay as give_delay
from firstline.requests.actions.redacting import redact as take_back
from firstline.requests.actions.saying import mark_seen
from firstline.requests.actions.splitting import split as split_off
from firstline.requests.api.bodies import (
    CloseIn,
    DelayIn,
    EditIn,
    LinkIn,
    RateIn,
    ReasonIn,
    SeenIn,
    SplitIn,
    SummaryIn,
    TakeIn,
    TransferIn,
)
from firstline.requests.api.view import RequestOut, view
from firstline.requests.entrance.words import check_text
from firstline.timeline import Call, EntryOut, Request, public

P = ParamSpec("P")
encode = msgspec.json.encode
DONE, MADE = shows(RequestOut), creates(RequestOut)
NONE = {204: ResponseSpec(None, description="Nobody waits")}
move = partial(post, guards=[requires_staff], status_code=200, responses=DONE)


async def _move(
    http: Http,
    call: Call,
    data: Keyed | None,
    act: Callable[Concatenate[Tx, Call, P], Awaitable[Request | None]],
    *args: P.args,
    **more: P.kwargs,
) -> Response[bytes]:
    """Do one move, once for a key, and answer with the request as it stands after it.

    The status of success is that of the route: 200 for what changes, 201 for what is added.
    """

    async def answer(tx: Tx) -> StoredAnswer:
        request = await act(tx, call, *args, **more)
        if request is None:
            return 204, b""
        request_view = await view(tx.conn, call.who, request, call.order)
        return http.route_handler.status_code, encode(request_view)

    return await answer_once(http, data or Keyed(), answer)


@move("/lines/{line:str}/take", responses=DONE | NONE, summary="Take the next of the line")
async def take_next(
    request: Http, call: Given[Call], line: FromPath[str], data: JSONBody[Keyed | None] = None
) -> Response[bytes]:
    return await _move(request, call, data, moves.take_next, line)


@move("/requests/{no:int}/take", summary="Take it; before its turn only with a reason")
async def take(
    request: Http, call: Given[Call], no: FromPath[int], data: JSONBody[TakeIn | None] = None
) -> Response[bytes]:
    return await _move(request, call, data, moves.take, no, data.reason if data else "")


@move("/requests/{no:int}/takeover", summary="Take it from the colleague who holds it")
async def take_over(
    request: Http, call: Given[Call], no: FromPath[int], data: JSONBody[TakeIn | None] = None
) -> Response[bytes]:
    return await _move(request, call, data, moves.take_over, no, data.reason if data else "")


@move("/requests/{no:int}/skip", summary="Decline it, with a reason")
async def skip(
    request: Http, data: JSONBody[ReasonIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    return await _move(request, call, data, moves.skip, no, data.reason)


@move("/requests/{no:int}/release", summary="Give it back to its line")
async def release(
    request: Http, call: Given[Call], no: FromPath[int], data: JSONBody[Keyed | None] = None
) -> Response[bytes]:
    return await _move(request, call, data, moves.give_back, no)


@move("/requests/{no:int}/transfer", summary="Pass it to a colleague")
async def transfer(
    request: Http, data: JSONBody[TransferIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    async def act(tx: Tx, call: Call) -> Request:
        return await moves.transfer(tx, call, no, await _colleague(tx, data.to))

    return await _move(request, call, data, act)


async def _colleague(tx: Tx, to: str) -> UUID:
    """An operator's id, given as id or as e-mail address."""
    to = check_text(to, "to", limit=254)
    try:
        return UUID(to)
    except ValueError:
        found = await who_by_email(tx.conn, check_text(to, "to", limit=254).strip().lower())
    if found is None or not found.is_staff:
        raise Invalid(_("to is neither the id nor the address of an operator."), field="to")
    return found.id


@move("/requests/{no:int}/handover", summary="Hand it over, one line up")
async def handover(
    request: Http, data: JSONBody[SummaryIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    return await _move(request, call, data, moves.hand_over, no, data.summary)


@move("/requests/{no:int}/return", summary="Send back a hand-over")
async def send_back(
    request: Http, data: JSONBody[ReasonIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    return await _move(request, call, data, moves.send_back, no, data.reason)


@post(
    "/requests/{no:int}/delay-notice",
    guards=[requires_staff],
    responses=creates(EntryOut),
    summary="Say why and until when",
)
async def delay(
    request: Http, data: JSONBody[DelayIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    async def answer(tx: Tx) -> StoredAnswer:
        _, entry = await give_delay(tx, call, no, data.reason, data.until, data.text)
        return 201, encode(public(entry))

    return await answer_once(request, data, answer)


@post("/requests/{no:int}/closure", responses=MADE, summary="Close it")
async def close(
    request: Http, data: JSONBody[CloseIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    site = web_of(request).public_url
    return await _move(
        request, call, data, closing.close, no, data.outcome, data.text, data.code, site
    )


@delete("/requests/{no:int}/closure", status_code=200, responses=DONE, summary="Reopen it")
async def reopen(request: Http, call: Given[Call], no: FromPath[int]) -> Response[bytes]:
    return await _move(request, call, None, closing.reopen, no)


@post("/requests/{no:int}/rating", responses=MADE, summary="Rate it")
async def rate(
    request: Http, data: JSONBody[RateIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    return await _move(request, call, data, closing.rate, no, data.score, data.text)


@post(
    "/requests/{no:int}/entries/{entry:int}/edits", responses=MADE, summary="Mend one's own words"
)
async def edit(
    request: Http,
    data: JSONBody[EditIn],
    call: Given[Call],
    no: FromPath[int],
    entry: FromPath[int],
) -> Response[bytes]:
    return await _move(request, call, data, changes.edit, no, entry, data.body)


@post(
    "/requests/{no:int}/entries/{entry:int}/redaction",
    guards=[requires_staff],
    responses=MADE,
    summary="Take words out of sight",
)
async def redact(
    request: Http,
    data: JSONBody[ReasonIn],
    call: Given[Call],
    no: FromPath[int],
    entry: FromPath[int],
) -> Response[bytes]:
    return await _move(request, call, data, take_back, no, entry, data.reason)


@post(
    "/requests/{no:int}/links",
    guards=[requires_staff],
    responses=MADE,
    summary="Link it with another",
)
async def link(
    request: Http, data: JSONBody[LinkIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    return await _move(request, call, data, changes.link, no, data.to)


@post(
    "/requests/{no:int}/split",
    guards=[requires_staff],
    responses=MADE,
    summary="Move messages to a request of their own",
)
async def split(
    request: Http, data: JSONBody[SplitIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    return await _move(request, call, data, split_off, no, data.entries, data.title)


@post("/requests/{no:int}/seen", status_code=204, summary="Mark entries as seen")
async def mark(request: Http, data: JSONBody[SeenIn], call: Given[Call], no: FromPath[int]) -> None:
    async def answer(tx: Tx) -> StoredAnswer:
        await mark_seen(tx, call, no, max(0, min(data.no, 2**31 - 1)))
        return 204, b""

    await answer_once(request, data, answer)


routes = [
    mark,
    take_next,
    take,
    take_over,
    skip,
    release,
    transfer,
    handover,
    send_back,
    delay,
    close,
    reopen,
    rate,
    edit,
    redact,
    link,
    split,
]
