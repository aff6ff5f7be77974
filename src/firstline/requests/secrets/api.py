"""The API of the secret field."""

from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from firstline.kit.db import Tx
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import creates
from firstline.kit.seal import Seal
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import Http, requires_staff
from firstline.requests.api.bodies import SecretIn
from firstline.requests.secrets.actions import give_secret, show_secret, shown_before
from firstline.timeline import Call


class SecretOut(msgspec.Struct):
    id: UUID
    label: str


class ShownOut(msgspec.Struct):
    secret: str


@post(
    "/requests/{no:int}/secrets",
    responses=creates(SecretOut),
    summary="Leave a secret for the operator",
)
async def give(
    request: Http,
    data: JSONBody[SecretIn],
    call: Given[Call],
    seal: Given[Seal],
    no: FromPath[int],
) -> Response[bytes]:
    async def answer(tx: Tx) -> StoredAnswer:
        label, words = data.label, data.secret
        _, id = await give_secret(tx, call, seal, no, label, words)
        return 201, msgspec.json.encode(SecretOut(id, label))

    return await answer_once(request, data, answer)


@post("/requests/{no:int}/secrets/{secret:uuid}/view", guards=[requires_staff], status_code=200)
async def show(
    request: Http,
    call: Given[Call],
    seal: Given[Seal],
    no: FromPath[int],
    secret: FromPath[UUID],
    data: JSONBody[Keyed | None] = None,
) -> ShownOut:
    words: list[str] = []

    async def answer(tx: Tx) -> StoredAnswer:
        words.append(await show_secret(tx, call, seal, no, secret))
        return 200, b"{}"  # what is stored beside a key is not sealed, so the words are not in it

    await answer_once(request, data or Keyed(), answer)
    # A repeated call finds its entry written, and reads the words where they lie.
    again = words[-1:] or [await call.run(shown_before, seal, no, secret)]
    return ShownOut(again[0])


routes = [give, show]
