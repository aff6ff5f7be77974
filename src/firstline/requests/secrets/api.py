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
from firstline.people.posts import Keyed, answer_once, key_of
from firstline.people.web import Http, requires_staff
from firstline.requests.api.bodies import SecretIn
from firstline.requests.entrance.words import safe_title
from firstline.requests.secrets.actions import LABEL_LIMIT, give_secret, show_secret
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
        label = safe_title(data.label, "label", limit=LABEL_LIMIT)
        _, id = await give_secret(tx, call, seal, no, label, data.secret)
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
    """The words of a secret; every view is an entry, so a key stands for nothing here."""
    key_of(request, data.key if data else None)
    return ShownOut(await call.run(show_secret, seal, no, secret))


routes = [give, show]
