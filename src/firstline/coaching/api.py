"""The API of the coach: for clients while they write, and for staff on what clients wrote."""

import asyncio
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody

from firstline.coach import FirstMessage
from firstline.coaching.answer import CoachAnswer, answer
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import shows
from firstline.people import Service, Who, client, service, services
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import READS, Http
from firstline.requests import check_text, known_topic
from firstline.timeline import Call

to_json = msgspec.json.Encoder(order="deterministic").encode


class CoachIn(Keyed, kw_only=True):
    """Words as they are written; `service` is one of the client's."""

    body: str
    topic: str | None = None
    service: UUID | None = None


@post(
    "/coach",
    opt=READS,
    status_code=200,
    responses=shows(CoachAnswer),
    summary="What a first message says, and what it lacks",
)
async def coach(request: Http, call: Given[Call], data: JSONBody[CoachIn]) -> Response[bytes]:
    """Reads words and keeps nothing of them (clauses request.good, request.specific)."""
    policy, body = call.policy, check_text(data.body)
    topic = known_topic(policy, data.topic) if data.topic is not None else None

    async with call.db.connection() as conn:
        theirs = await _services(conn, call.who, data.service)
        plan = await _plan(conn, theirs, call.who)
    await answer_once(request, data, _nothing)
    message = FirstMessage(body, None, topic, tuple(_names(theirs)))
    # In a thread, as a long message takes longer than others should wait.
    made = to_json(await asyncio.to_thread(answer, policy, message, plan))
    return Response(made, media_type="application/json")


async def _nothing(_tx: Tx) -> StoredAnswer:
    """What is kept of a key: that it came with these words, and none of them."""
    return 204, b""


async def _services(conn: Conn, who: Who, wanted: UUID | None) -> list[Service]:
    """The service that is named, else all of the client that the contact may use."""
    if wanted is not None:
        found = await service(conn, wanted)
        own = found is not None and (who.is_staff or found.client_id == who.client_id)
        if found is None or not own or not (who.is_staff or who.may_use(wanted)):
            raise Invalid(_("That service is not the client's; choose another."), field="service")
        return [found]
    if who.client_id is None:
        return []
    return [one for one in await services(conn, [who.client_id]) if who.may_use(one.id)]


def _names(theirs: list[Service]) -> list[str]:
    """Names and hosts, of which the coach makes examples."""
    return [name for one in theirs for name in (one.name, one.host) if name]


async def _plan(conn: Conn, theirs: list[Service], who: Who) -> str | None:
    """The plan of the client whose words these are, None where nobody knows."""
    owner = theirs[0].client_id if theirs else who.client_id
    found = await client(conn, owner) if owner else None
    return (found.plan or None) if found else None


routes = [coach]
