"""POSTs, each answered once for its key: of the API in the body, or in `Idempotency-Key`; of pages
in a field of the form.
"""

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
# What no form is known again by: what changes with the session, and what could be guessed at.
PASSED_OVER = {"csrf", "key", "current", "password"}


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
    # What came is compared by its meaning: neither the order of members nor the key counts.
    asked = encode(msgspec.structs.replace(data, key=None))
    status, answer = await once(db, seal, who.id, _route(http), key, asked, act, now=moment(http))
    return Response(answer, status_code=status if answer else 204, media_type="application/json")


async def check_once(http: Http, data: Keyed) -> None:
    """Take note of the key of a call that changes nothing: that it came with these words, and none
    of them. Raises `Invalid` for a key that came with another body.
    """
    await answer_once(http, data, _nothing)


async def _nothing(_tx: Tx) -> StoredAnswer:
    return 204, b""


def _route(http: Http) -> str:
    """Where a key counts: 01042 is the request 1042."""
    return f"{http.method} {LEADING_ZEROS.sub('/', http.scope['path'])}"


async def form_once(http: Http, act: Callable[[Tx], Awaitable[object]], step: str = "") -> str:
    """Run `act` in a transaction, once for the key of the form that has come.

    Returns the word that `act` gives (empty for anything but a text), or gave when the form came
    first: a double click, or sent again after a lost answer. `step` tells the transactions of one
    form apart. Raises `Invalid` for a key that came with other words before.
    """
    db: Db = http.app.state.db
    seal: Seal = http.app.state.desk.seal
    who, form = await who_of(http), await http.form()
    key = str(form.get("key") or "") or None

    async def word_of(tx: Tx) -> StoredAnswer:
        word = await act(tx)
        return 200, word.encode() if isinstance(word, str) else b""

    typed = sorted((name, str(v)) for name, v in form.multi_items() if name not in PASSED_OVER)
    route = _route(http) + (f" {step}" if step else "")
    try:
        _status, word = await once(
            db, seal, who.id, route, key, encode(typed), word_of, now=moment(http)
        )
    except Invalid as refused:
        if key is None or refused.extra.get("field") != "key":
            raise
        raise Invalid(
            _(
                "This form has already been sent with different data. If the new data is "
                "right, send it again."
            ),
            field="key",
        ) from None
    return word.decode()
