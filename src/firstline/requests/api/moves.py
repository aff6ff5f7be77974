"""The API of what moves a request: take, skip, hand over, delay notice, close, rate."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request as Http
from litestar import Response, delete, post
from litestar.di import NamedDependency as Given
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import Answer
from firstline.kit.openapi import done, made
from firstline.people import who_by_email
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import requires_staff
from firstline.requests.actions import changes, closing, moves
from firstline.requests.actions.delays import delay as give_delay
from firstline.requests.actions.opening import seen_up_to as mark_seen
from firstline.requests.api.bodies import (
    CloseIn,
    DelayIn,
    EditIn,
    LinkIn,
    RateIn,
    ReasonIn,
    SeenIn,
    SummaryIn,
    TransferIn,
)
from firstline.requests.api.view import RequestOut, view
from firstline.requests.call import Call
from firstline.requests.entrance.words import checked
from firstline.timeline import EntryOut, Request, public

Wire = Http[Any, Any, Any]
Act = Callable[..., Awaitable[Request | None]]
encode = msgspec.json.encode
DONE, MADE = done(RequestOut), made(RequestOut)
NONE = {204: ResponseSpec(None, description="Nobody waits")}
move = partial(post, guards=[requires_staff], status_code=200, responses=DONE)


async def _moved(
    http: Wire, call: Call, data: Keyed | None, act: Act, status: int = 200
) -> Response[bytes]:
    """Run one move, once for a key, and answer with the request as it stands after it."""

    async def answer(tx: Tx) -> Answer:
        request = await act(tx, who=call.who, now=call.now)
        if request is None:
            return 204, b""
        return status, encode(await view(tx.conn, call.who, request, call.order))

    return await answer_once(http, data or Keyed(), answer)


@move("/lines/{line:str}/take", responses=DONE | NONE, summary="Take the next of the line")
async def take_next(
    request: Wire, call: Given[Call], line: FromPath[str], data: JSONBody[Keyed | None] = None
) -> Response[bytes]:
    act = partial(moves.take_next, policies=call.policies, line=line)
    return await _moved(request, call, data, act)


@move("/requests/{no:int}/take", summary="Take it before its turn")
async def take(
    request: Wire, data: JSONBody[ReasonIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(moves.take_out_of_order, policies=call.policies, no=no, reason=data.reason)
    return await _moved(request, call, data, act)


@move("/requests/{no:int}/skip", summary="Decline it, with a reason")
async def skip(
    request: Wire, data: JSONBody[ReasonIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(moves.skip, policies=call.policies, no=no, reason=data.reason)
    return await _moved(request, call, data, act)


@move("/requests/{no:int}/release", summary="Give it back to its line")
async def release(
    request: Wire, call: Given[Call], no: FromPath[int], data: JSONBody[Keyed | None] = None
) -> Response[bytes]:
    act = partial(moves.give_back, no=no)
    return await _moved(request, call, data, act)


@move("/requests/{no:int}/transfer", summary="Pass it to a colleague")
async def transfer(
    request: Wire, data: JSONBody[TransferIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    async def act(tx: Tx, **by: Any) -> Request:
        to = await _colleague(tx, data.to)
        return await moves.transfer(tx, call.policies, no=no, to=to, **by)

    return await _moved(request, call, data, act)


async def _colleague(tx: Tx, to: str) -> UUID:
    """An operator's id, given as id or as e-mail address."""
    to = checked(to, "to", limit=254)
    try:
        return UUID(to)
    except ValueError:
        found = await who_by_email(tx.conn, checked(to, "to", limit=254).strip().lower())
    if found is None or not found.is_staff:
        raise Invalid(_("to is neither the id nor the address of an operator."), field="to")
    return found.id


@move("/requests/{no:int}/handover", summary="Hand it over, one line up")
async def handover(
    request: Wire, data: JSONBody[SummaryIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(moves.hand_over, policies=call.policies, no=no, summary=data.summary)
    return await _moved(request, call, data, act)


@move("/requests/{no:int}/return", summary="Send back a hand-over")
async def send_back(
    request: Wire, data: JSONBody[ReasonIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(moves.send_back, policies=call.policies, no=no, reason=data.reason)
    return await _moved(request, call, data, act)


@post(
    "/requests/{no:int}/delay-notice",
    guards=[requires_staff],
    responses=made(EntryOut),
    summary="Say why and until when",
)
async def delay(
    request: Wire, data: JSONBody[DelayIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    async def answer(tx: Tx) -> Answer:
        _, entry = await give_delay(
            tx, call.policies, call.who, no, data.reason, data.until, data.text, now=call.now
        )
        return 201, encode(public(entry))

    return await answer_once(request, data, answer)


@post("/requests/{no:int}/closure", responses=MADE, summary="Close it")
async def close(
    request: Wire, data: JSONBody[CloseIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(
        closing.close,
        policies=call.policies,
        no=no,
        outcome=data.outcome,
        text=data.text,
        code=data.code,
    )
    return await _moved(request, call, data, act, 201)


@delete("/requests/{no:int}/closure", status_code=200, responses=DONE, summary="Reopen it")
async def reopen(request: Wire, call: Given[Call], no: FromPath[int]) -> Response[bytes]:
    act = partial(closing.reopen, policies=call.policies, no=no)
    return await _moved(request, call, None, act)


@post("/requests/{no:int}/rating", responses=MADE, summary="Rate it")
async def rate(
    request: Wire, data: JSONBody[RateIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(closing.rate, no=no, score=data.score, text=data.text)
    return await _moved(request, call, data, act, 201)


@post(
    "/requests/{no:int}/entries/{entry:int}/edits", responses=MADE, summary="Mend one's own words"
)
async def edit(
    request: Wire,
    data: JSONBody[EditIn],
    call: Given[Call],
    no: FromPath[int],
    entry: FromPath[int],
) -> Response[bytes]:
    act = partial(changes.edit, policies=call.policies, no=no, entry_no=entry, body=data.body)
    return await _moved(request, call, data, act, 201)


@post(
    "/requests/{no:int}/entries/{entry:int}/redaction",
    guards=[requires_staff],
    responses=MADE,
    summary="Take words out of sight",
)
async def redact(
    request: Wire,
    data: JSONBody[ReasonIn],
    call: Given[Call],
    no: FromPath[int],
    entry: FromPath[int],
) -> Response[bytes]:
    act = partial(changes.redact, no=no, entry_no=entry, reason=data.reason)
    return await _moved(request, call, data, act, 201)


@post(
    "/requests/{no:int}/links",
    guards=[requires_staff],
    responses=MADE,
    summary="Link it with another",
)
async def link(
    request: Wire, data: JSONBody[LinkIn], call: Given[Call], no: FromPath[int]
) -> Response[bytes]:
    act = partial(changes.link, no=no, other=data.to)
    return await _moved(request, call, data, act, 201)


@post("/requests/{no:int}/seen", status_code=204, summary="Mark entries as seen")
async def seen(request: Wire, data: JSONBody[SeenIn], call: Given[Call], no: FromPath[int]) -> None:
    async def answer(tx: Tx) -> Answer:
        await mark_seen(tx, call.who, no, max(0, min(data.no, 2**31 - 1)), now=call.now)
        return 204, b""

    await answer_once(request, data, answer)


routes = [
    seen,
    take_next,
    take,
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
]
