"""The API of paid help: offers, consent, time, and the statement for billing."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from firstline import people
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import creates, shows
from firstline.paid.model import Offer, TimeRecord
from firstline.paid.offers import OfferWish, decide, offer_help, withdraw
from firstline.paid.reading import paid_help
from firstline.paid.statements import (
    STATEMENT_TYPES,
    download,
    may_read,
    month_of,
    statement,
    statement_bytes,
)
from firstline.paid.times import WorkSpan, correct_time, record_time, start_time, stop_time
from firstline.people.posts import Keyed, answer_once, key_of
from firstline.people.web import Http, requires_staff
from firstline.regulations import Policies
from firstline.timeline import Call, seen_request

encode = msgspec.json.encode


class OfferOut(msgspec.Struct, kw_only=True):
    """Help for money; `minutes` and `amount` are the most that it costs, `entry` is the answer that
    offers it. `spent` are its minutes so far, told to staff alone.
    """

    id: UUID
    entry: int
    purpose: str
    item: str
    minutes: int | None
    rule: str
    model: str
    amount: Decimal
    currency: str
    vat: str | None
    state: str
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    spent: float | None = None


class TimeOut(msgspec.Struct, kw_only=True):
    """Time that was spent; `stopped_at` null while it runs."""

    id: UUID
    offer: UUID
    operator: str
    started_at: datetime
    stopped_at: datetime | None
    minutes: float
    corrects: UUID | None
    void: bool


class SoldOut(msgspec.Struct):
    """What the price table sells."""

    purpose: str
    item: str
    model: str
    price: str | None


class PaidOut(msgspec.Struct):
    """The paid help of a request; `times` and `sold` are told to staff alone."""

    offers: list[OfferOut]
    times: list[TimeOut]
    sold: list[SoldOut]


class OfferIn(Keyed, kw_only=True):
    purpose: str = ""
    item: str = ""
    minutes: int | None = None
    words: str = ""


class DecisionIn(Keyed, kw_only=True):
    agree: bool


class TimeIn(Keyed, kw_only=True):
    started_at: datetime
    stopped_at: datetime
    words: str = ""


class StopIn(Keyed, kw_only=True):
    words: str = ""


class CorrectionIn(Keyed, kw_only=True):
    """Without times the record is taken away."""

    started_at: datetime | None = None
    stopped_at: datetime | None = None
    reason: str


@get("/requests/{no:int}/paid", summary="Paid help: offers, time, what is sold")
async def show_paid(call: Given[Call], no: FromPath[int]) -> PaidOut:
    async with call.db.connection() as conn:
        found = await paid_help(conn, call, await seen_request(conn, call.who, no))
    if found is None:
        return PaidOut([], [], [])
    spent = found.minutes_spent if call.who.is_staff else None
    return PaidOut(
        [_offer(one, float(spent(one.id)) if spent else None) for one in found.offers],
        [_time(one) for one in found.times],
        [SoldOut(one.purpose, one.item, one.model, one.price) for one in found.sold],
    )


def _offer(one: Offer, spent: float | None = None) -> OfferOut:
    return OfferOut(
        id=one.id,
        entry=one.entry_no,
        purpose=one.purpose,
        item=one.item,
        minutes=one.minutes,
        rule=one.rule,
        model=one.model,
        amount=one.amount,
        currency=one.currency,
        vat=one.vat,
        state=one.state,
        by=one.by_name,
        at=one.at,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        spent=None if spent is None else round(spent, 2),
    )


def _time(one: TimeRecord) -> TimeOut:
    return TimeOut(
        id=one.id,
        offer=one.offer_id,
        operator=one.operator,
        started_at=one.started_at,
        stopped_at=one.stopped_at,
        minutes=round(float(one.minutes), 2),
        corrects=one.corrects,
        void=one.void,
    )


@post(
    "/requests/{no:int}/offers",
    guards=[requires_staff],
    responses=creates(OfferOut),
    summary="Offer paid help",
)
async def offer(
    request: Http, data: JSONBody[OfferIn], call: Given[Call], no: FromPath[int]
) -> Response[OfferOut]:
    wish = OfferWish(data.purpose, data.item, data.minutes, data.words, key_of(request, data.key))
    made, again = await offer_help(call, no, wish)
    return Response(_offer(made), status_code=200 if again else 201)


@post(
    "/requests/{no:int}/offers/{offer_id:uuid}/decision",
    status_code=200,
    responses=shows(OfferOut),
    summary="Agree to an offer, or not",
)
async def decision(
    request: Http,
    data: JSONBody[DecisionIn],
    call: Given[Call],
    no: FromPath[int],
    offer_id: FromPath[UUID],
) -> OfferOut:
    key = key_of(request, data.key)
    return _offer(await decide(call, no, offer_id, agree=data.agree, key=key))


@post(
    "/requests/{no:int}/offers/{offer_id:uuid}/withdrawal",
    guards=[requires_staff],
    status_code=200,
    responses=shows(OfferOut),
    summary="Take back an offer",
)
async def withdrawal(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    offer_id: FromPath[UUID],
    data: JSONBody[Keyed | None] = None,
) -> OfferOut:
    key = key_of(request, data.key if data else None)
    return _offer(await withdraw(call, no, offer_id, key))


@post(
    "/requests/{no:int}/offers/{offer_id:uuid}/start",
    guards=[requires_staff],
    responses=creates(TimeOut),
    summary="Begin to work on an agreed offer",
)
async def start(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    offer_id: FromPath[UUID],
    data: JSONBody[Keyed | None] = None,
) -> Response[bytes]:
    async def act(tx: Tx) -> StoredAnswer:
        return 201, encode(_time(await start_time(tx, call, no, offer_id)))

    return await answer_once(request, data or Keyed(), act)


@post(
    "/requests/{no:int}/offers/{offer_id:uuid}/times",
    guards=[requires_staff],
    responses=creates(TimeOut),
    summary="Write down time that was spent",
)
async def write_down(
    request: Http,
    data: JSONBody[TimeIn],
    call: Given[Call],
    no: FromPath[int],
    offer_id: FromPath[UUID],
) -> Response[bytes]:
    span = _span(data.started_at, data.stopped_at)

    async def act(tx: Tx) -> StoredAnswer:
        made = await record_time(tx, call, no, offer_id, span, data.words)
        return 201, encode(_time(made))

    return await answer_once(request, data, act)


def _span(started_at: datetime, stopped_at: datetime) -> WorkSpan:
    for name, at in (("started_at", started_at), ("stopped_at", stopped_at)):
        if at.tzinfo is None:
            raise Invalid(_("Give the time with its offset, such as Z or +02:00."), field=name)
    return WorkSpan(started_at, stopped_at)


@post(
    "/requests/{no:int}/times/{time_id:uuid}/stop",
    guards=[requires_staff],
    status_code=200,
    responses=shows(TimeOut),
    summary="Stop one's running time",
)
async def stop(
    request: Http,
    call: Given[Call],
    no: FromPath[int],
    time_id: FromPath[UUID],
    data: JSONBody[StopIn | None] = None,
) -> Response[bytes]:
    words = data.words if data else ""

    async def act(tx: Tx) -> StoredAnswer:
        return 200, encode(_time(await stop_time(tx, call, no, time_id, words)))

    return await answer_once(request, data or Keyed(), act)


@post(
    "/requests/{no:int}/times/{time_id:uuid}/correction",
    guards=[requires_staff],
    responses=creates(TimeOut),
    summary="Correct a record, or take it away",
)
async def correct(
    request: Http,
    data: JSONBody[CorrectionIn],
    call: Given[Call],
    no: FromPath[int],
    time_id: FromPath[UUID],
) -> Response[bytes]:
    if (data.started_at is None) != (data.stopped_at is None):
        raise Invalid(_("Give both times, or none to take the record away."), field="stopped_at")
    both = data.started_at and data.stopped_at
    span = _span(data.started_at, data.stopped_at) if both else None  # type: ignore[arg-type]

    async def act(tx: Tx) -> StoredAnswer:
        return 201, encode(_time(await correct_time(tx, call, no, time_id, span, data.reason)))

    return await answer_once(request, data, act)


@get("/clients/{client_id:uuid}/statement", summary="What a client owes for a month")
async def client_statement(
    call: Given[Call],
    policies: Given[Policies],
    client_id: FromPath[UUID],
    month: FromQuery[str | None] = None,
    wanted: Annotated[Literal["json", "csv"], QueryParameter(name="format")] = "json",
) -> Response[bytes]:
    """`month` is YYYY-MM, the present one without it; clients read their own."""
    async with call.db.connection() as conn:
        if not may_read(call.who, client_id) or await people.client(conn, client_id) is None:
            raise Missing(_("There is no such client; look in the list."))
        first = month_of(call.policy, month, call.now)
        found = await statement(conn, policies, client_id, first, call.now)
    return Response(
        statement_bytes(found, wanted),
        media_type=STATEMENT_TYPES[wanted],
        headers=download(f"statement-{found.month}.{wanted}"),
    )


routes = [
    show_paid,
    offer,
    decision,
    withdrawal,
    start,
    write_down,
    stop,
    correct,
    client_statement,
]
