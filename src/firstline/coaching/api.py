"""The API of the coach: for clients while they write, and for staff on what clients wrote."""

from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody

from firstline.coaching.answer import CoachAnswer
from firstline.coaching.reading import read_words
from firstline.coaching.writers import writer_of
from firstline.kit.openapi import shows
from firstline.people.posts import Keyed, check_once
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
        writer = await writer_of(conn, call.who, data.service)
    await check_once(request, data)
    made = to_json(await read_words(call.db, policy, writer, body, topic, call.now))
    return Response(made, media_type="application/json")


routes = [coach]
