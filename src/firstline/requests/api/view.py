"""A request as other programs read it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from firstline import lines
from firstline.kit.db import Conn
from firstline.people import Who
from firstline.policy.file.doors import Order
from firstline.policy.rules.promises import PromiseKind
from firstline.requests.actions.fields import values_of
from firstline.requests.store import RequestNames, names
from firstline.timeline import Opened, Opening, Request

FIRST_FIELDS = "no title topic mode line state arrived_at position promise".split()


class NamedOut(msgspec.Struct):
    id: UUID
    name: str


class PromiseOut(msgspec.Struct):
    """What the client is owed, and by when; from when it is counted is the desk's own matter."""

    kind: PromiseKind
    due_at: datetime


class RequestOut(msgspec.Struct):
    """A request; `position` counts from 1 and is null once it was taken, `promise` when nothing is
    owed. `client` is named to staff only, and to them one request tells its `fields`: what is
    known of it, a value a name."""

    no: int
    title: str
    topic: str
    mode: str
    line: str
    state: str
    arrived_at: datetime
    position: int | None
    promise: PromiseOut | None
    holder: str | None = None
    service: NamedOut | None = None
    client: NamedOut | None = None
    language: str = ""
    head: int = 0
    outcome: str | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    reopened: int = 0
    priority: str | None = None
    fields: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


async def view(conn: Conn, who: Who, request: Request, order: Order) -> RequestOut:
    """The request as this person may read it, with its place in the line by the order of work."""
    position = await lines.place(conn, order, request)
    found = await names(conn, [request])
    return to_view(who, request, position, found[request.no])


async def whole_view(conn: Conn, who: Who, request: Request, order: Order) -> RequestOut:
    """The same with its fields, for staff."""
    found = await view(conn, who, request, order)
    if who.is_staff:
        found.fields = await values_of(conn, request.no)
    return found


async def views(conn: Conn, who: Who, requests: list[Request], order: Order) -> list[RequestOut]:
    """The same for a list, in two queries whatever its length."""
    found = await names(conn, requests)
    places = await lines.places(conn, order, requests)
    return [to_view(who, r, places.get(r.no), found[r.no]) for r in requests]


def to_view(who: Who, request: Request, position: int | None, named: RequestNames) -> RequestOut:
    """Put a request and what was looked up for it together."""
    promise = request.promise
    return RequestOut(
        no=request.no,
        title=request.title,
        topic=request.topic,
        mode=request.mode,
        line=request.line,
        state=request.state,
        arrived_at=request.arrived_at,
        position=position,
        promise=promise and PromiseOut(promise.kind, promise.due_at),
        holder=named.holder if not request.closed else None,
        service=_name_or_none(request.service_id, named.service),
        client=_name_or_none(request.client_id, named.client) if who.is_staff else None,
        language=request.language,
        head=request.head,
        outcome=request.outcome,
        closed_at=request.closed_at,
        rating=request.rating,
        reopened=request.reopened,
        priority=request.priority,
    )


def _name_or_none(id: UUID | None, name: str | None) -> NamedOut | None:
    return NamedOut(id, name) if id is not None and name is not None else None


def just_opened(opening: Opening, opened: Opened) -> dict[str, Any]:
    """What the opener is told at once, from what was just written: no query."""
    promise = None
    if opened.due_at is not None:
        promise = {"kind": "answer", "due_at": opened.due_at}
    return {
        "no": opened.no,
        "title": opening.title,
        "topic": opening.topic,
        "mode": "chat",
        "line": opening.line,
        "state": "waiting",
        "arrived_at": opening.at,
        "position": opened.position,
        "promise": promise,
    }


def opened_before(request: RequestOut) -> dict[str, Any]:
    """What a repeated opening is told: the same members as the first time, as they stand now."""
    return {name: getattr(request, name) for name in FIRST_FIELDS}
