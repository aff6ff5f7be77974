"""The API of the secret field."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request as Http
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit.db import Db, Tx
from firstline.kit.keys import Answer
from firstline.kit.openapi import made
from firstline.kit.seal import Seal
from firstline.people import Who
from firstline.people.web import requires_staff
from firstline.requests.api_moves import keyed
from firstline.requests.bodies import PlainIn, SecretIn
from firstline.requests.secrets import give_secret, show_secret

Wire = Http[Any, Any, Any]


class SecretOut(msgspec.Struct):
    id: UUID
    label: str


class ShownOut(msgspec.Struct):
    secret: str


@post(
    "/requests/{no:int}/secrets",
    responses=made(SecretOut),
    summary="Leave a secret for the operator",
)
async def give(
    request: Wire,
    data: JSONBody[SecretIn],
    db: Given[Db],
    seal: Given[Seal],
    who: Given[Who],
    no: FromPath[int],
    now: Given[datetime],
) -> Response[bytes]:
    async def answer(tx: Tx) -> Answer:
        _, id = await give_secret(tx, seal, who, no, data.label, data.secret, now=now)
        return 201, msgspec.json.encode(SecretOut(id, data.label))

    return await keyed(request, db, who, data, answer, now)


@post("/requests/{no:int}/secrets/{secret:uuid}/view", guards=[requires_staff], status_code=200)
async def show(
    db: Given[Db],
    seal: Given[Seal],
    who: Given[Who],
    no: FromPath[int],
    secret: FromPath[UUID],
    now: Given[datetime],
    data: JSONBody[PlainIn | None] = None,  # noqa: ARG001 — a key may come, and changes nothing
) -> ShownOut:
    return ShownOut(await db.run(show_secret, seal, who, no, secret, now=now))


routes = [give, show]
