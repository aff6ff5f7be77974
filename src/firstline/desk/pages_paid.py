"""Paid help on the desk: offering it, time spent on it, a client's statement by month."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody

from firstline import people
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import _
from firstline.kit.typed import number_or_none, time_or_none
from firstline.paid import (
    STATEMENT_TYPES,
    OfferWish,
    Statement,
    WorkSpan,
    correct_time,
    download,
    month_of,
    offer_help,
    paid_help,
    paid_words,
    record_time,
    start_time,
    statement,
    statement_bytes,
    stop_time,
    withdraw,
)
from firstline.people import Client
from firstline.regulations import Policies
from firstline.timeline import seen_request


@dataclass(frozen=True, slots=True)
class OfferForm:
    help: str = "/"
    minutes: str = ""
    words: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class TimeForm:
    started_at: str = ""
    stopped_at: str = ""
    words: str = ""
    void: str = ""


@dataclass(frozen=True, slots=True)
class StopForm:
    words: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawalForm:
    key: str = ""


@get("/requests/{no:int}/paid/{name:str}")
async def paid_dialog(
    panes: Given[Panes],
    no: FromPath[int],
    name: FromPath[str],
    of: FromQuery[UUID | None] = None,
) -> web.Page:
    """The form of an offer, of time (`of` an offer), or of a correction (`of` a record)."""
    if name not in ("offer", "time", "correction"):
        raise Missing(_("There is no such form."))
    async with panes.db.connection() as conn:
        request = await seen_request(conn, panes.who, no)
        found = await paid_help(conn, panes.call, request)
    if found is None:
        raise Missing(_("The regulations sell no help."))
    return panes.page(
        f"desk/paid/{name}.html",
        request=request,
        paid=found,
        of=of,
        record=next((one for one in found.times if one.id == of), None),
        clock=partial(_clock, panes),
        **paid_words(panes.call.policy_of(request)),
    )


@post("/requests/{no:int}/offers", status_code=200)
async def offer(
    panes: Given[Panes], no: FromPath[int], data: URLEncodedBody[OfferForm]
) -> web.Page:
    purpose, _slash, item = data.help.partition("/")
    minutes = number_or_none(data.minutes.strip()) if data.minutes.strip() else None
    wish = OfferWish(purpose, item, minutes, data.words, data.key or None)
    await offer_help(panes.call, no, wish)
    return await panes.show_request(no)


@post("/requests/{no:int}/offers/{offer_id:uuid}/withdrawal", status_code=200)
async def take_back_offer(
    panes: Given[Panes],
    no: FromPath[int],
    offer_id: FromPath[UUID],
    data: URLEncodedBody[WithdrawalForm],
) -> web.Page:
    await withdraw(panes.call, no, offer_id, data.key or None)
    return await panes.show_request(no)


@post("/requests/{no:int}/offers/{offer_id:uuid}/start", status_code=200)
async def start(panes: Given[Panes], no: FromPath[int], offer_id: FromPath[UUID]) -> web.Page:
    await panes.do(start_time, no, offer_id)
    return await panes.show_request(no)


@post("/requests/{no:int}/offers/{offer_id:uuid}/times", status_code=200)
async def write_down(
    panes: Given[Panes],
    no: FromPath[int],
    offer_id: FromPath[UUID],
    data: URLEncodedBody[TimeForm],
) -> web.Page:
    await panes.do(record_time, no, offer_id, _span(panes, data), data.words)
    return await panes.show_request(no)


def _span(panes: Panes, data: TimeForm) -> WorkSpan:
    return WorkSpan(
        _wall(panes, data.started_at, "started_at"), _wall(panes, data.stopped_at, "stopped_at")
    )


def _clock(panes: Panes, at: datetime) -> str:
    """A moment as a form's time field wants it: the wall clock of the policy's zone."""
    return f"{at.astimezone(panes.policy.zone):%Y-%m-%dT%H:%M}"


def _wall(panes: Panes, text: str, field: str) -> datetime:
    """What a form's time field holds is the wall clock of the policy's zone."""
    if at := time_or_none(text, panes.policy.zone):
        return at
    raise Invalid(_("Enter the date and the time."), field=field)


@post("/requests/{no:int}/times/{time_id:uuid}/stop", status_code=200)
async def stop(
    panes: Given[Panes],
    no: FromPath[int],
    time_id: FromPath[UUID],
    data: URLEncodedBody[StopForm],
) -> web.Page:
    await panes.do(stop_time, no, time_id, data.words)
    return await panes.show_request(no)


@post("/requests/{no:int}/times/{time_id:uuid}/correction", status_code=200)
async def correct(
    panes: Given[Panes],
    no: FromPath[int],
    time_id: FromPath[UUID],
    data: URLEncodedBody[TimeForm],
) -> web.Page:
    span = None if data.void else _span(panes, data)
    await panes.do(correct_time, no, time_id, span, data.words)
    return await panes.show_request(no)


@get("/clients/{client_id:uuid}/statement")
async def statement_page(
    panes: Given[Panes],
    policies: Given[Policies],
    client_id: FromPath[UUID],
    month: FromQuery[str | None] = None,
) -> web.Page:
    """What a client owes for a month, with the way to its files."""
    client, found = await _statement(panes, policies, client_id, month)
    return panes.page(
        "desk/paid/statement.html", client=client, found=found, **paid_words(panes.policy)
    )


@get(["/clients/{client_id:uuid}/statement.csv", "/clients/{client_id:uuid}/statement.json"])
async def statement_file(
    panes: Given[Panes],
    policies: Given[Policies],
    client_id: FromPath[UUID],
    month: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The same as a file for billing."""
    _client, found = await _statement(panes, policies, client_id, month)
    kind = panes.http.scope["path"].rpartition(".")[2]
    return Response(
        statement_bytes(found, kind),
        media_type=STATEMENT_TYPES[kind],
        headers=download(f"statement-{found.month}.{kind}"),
    )


async def _statement(
    panes: Panes, policies: Policies, client_id: UUID, month: str | None
) -> tuple[Client, Statement]:
    async with panes.db.connection() as conn:
        client = await people.client(conn, client_id)
        if client is None:
            raise Missing(_("There is no such client; look in the list."))
        first = month_of(panes.policy, month, panes.now)
        return client, await statement(conn, policies, client_id, first, panes.now)


handlers = [
    paid_dialog,
    offer,
    take_back_offer,
    start,
    write_down,
    stop,
    correct,
    statement_page,
    statement_file,
]
