"""POSTs of the API, each answered once for its key: in the body, or in `Idempotency-Key`."""

import re
from collections.abc import Awaitable, Callable

import msgspec
from litestar import Response

from firstline.kit.db import Db, Tx
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import StoredAnswer, check_key, once
from firstline.kit.seal import Seal
from firstline.kit.web import moment
from firstline.people.web import Http, who_of

HEADER = "idempotency-key"
LEADING_ZEROS = re.compile(r"/0+(?=\d+(?:/|$))")
encode = msgspec.json.Encoder(order="deterministic").encode


class Keyed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The body of a POST, closed, so that an unknown field is an error and changes nothing."""

    key: str | None = None


def key_of(http: Http, in_body: str | None) -> str | None:
    """The key of a call, wherever it stands. Raises `Invalid`, also where two keys differ."""
    in_headers = http.headers.getall(HEADER, [])
    keys = {*in_headers} if in_body is None else {*in_headers, in_body}
    if len(keys) > 1:
        raise Invalid(
            _("The key in the body differs from the header Idempotency-Key; send one of them."),
            field="key",
        )
    return check_key(next(iter(keys), None))


async def answer_once(
    http: Http, data: Keyed, act: Callable[[Tx], Awaitable[StoredAnswer]]
) -> Response[bytes]:
    """Send what `act` gives as JSON, or what it gave when the caller's key came here first.

    An answer without a body is 204. Raises `Invalid` for a key that came with another body.
    """
    db: Db = http.app.state.db
    seal: Seal = http.app.state.desk.seal
    who, key = await who_of(http), key_of(http, data.key)
    # 01042 is the request 1042.
    route = f"{http.method} {LEADING_ZEROS.sub('/', http.scope['path'])}"
    # What came is compared by its meaning: neither the order of members nor the key counts.
    asked = encode(msgspec.structs.replace(data, key=None))
    status, answer = await once(db, seal, who.id, route, key, asked, act, now=moment(http))
    return Response(answer, status_code=status if answer else 204, media_type="application/json")
