"""The API of the secret field."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request as Http
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit.db import Tx
from firstline.kit.keys import Answer
from firstline.kit.openapi import made
from firstline.kit.seal import Seal
from firstline.people.web import requires_staff
from firstline.requests.api_moves import keyed
from firstline.requests.bodies import PlainIn, SecretIn
from firstline.requests.call import Call
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
    call: Given[Call],
    seal: Given[Seal],
    no: FromPath[int],
) -> Response[bytes]:
    async def answer(tx: Tx) -> Answer:
        label, words = data.label, data.secret
        _, id = await give_secret(tx, seal, call.who, no, label, words, now=call.now)
        return 201, msgspec.json.encode(SecretOut(id, label))

    return await keyed(request, call, data, answer)


@post("/requests/{no:int}/secrets/{secret:uuid}/view", guards=[requires_staff], status_code=200)
async def show(
    call: Given[Call],
    seal: Given[Seal],
    no: FromPath[int],
    secret: FromPath[UUID],
    data: JSONBody[PlainIn | None] = None,  # noqa: ARG001 — a key may come, and changes nothing
) -> ShownOut:
    return ShownOut(await call.db.run(show_secret, seal, call.who, no, secret, now=call.now))


routes = [give, show]
