"""Reading what a call brings: JSON strictly, and with one sentence for each way of being wrong;
forms and heads without remembering them.

Litestar converts a body as leniently as a query, where everything is text: "5" would do for 5, and
a number for a time. A body has types of its own, so it is decoded here, by its handler's type.
"""

import json
import re
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qs

import msgspec
from litestar import Request
from litestar._parsers import (  # pyright: ignore[reportPrivateUsage] - it has no other way in
    parse_cookie_string,
    parse_query_string,
)
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.types import Empty, Message, Scope, Send

from firstline.kit.errors import Invalid, Refused, TooLarge
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext

WRONG = "wrong_body"
MOST_FIELDS = 1_000  # of a form; a page of ours has a dozen
LONG_HEAD = 4_096
Decoder = msgspec.json.Decoder[Any]
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_NAMED = re.compile(r"(missing required|unknown) field `([^`]*)`")
_AT = re.compile(r" - at `(?:key in )?\$?\.?([^`]*)`$")


class WrongBody:
    """Stands for a body that has wrong types; no handler takes it."""


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is decoded by the type that its handler asks for.

    What is wrong with it is told by `problems` only after it is known who calls: a stranger is
    asked to sign in first.
    """

    async def form(self) -> FormMultiDict:
        """The fields of a form. Raises `TooLarge` for one of more than `MOST_FIELDS`."""
        state, kind = self._connection_state, self.content_type[0]
        if state.form is Empty and kind == RequestEncodingType.URL_ENCODED:
            state.form = read_form(await self.body())
        return await super().form()

    async def json(self) -> Any:
        known = self._connection_state.json
        if known is not Empty:
            return known
        field = self.route_handler.parsed_data_field
        body = await self.body()
        if field is None or not body:
            return await super().json()
        try:
            read = _decoder(field.annotation).decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self.scope["state"][WRONG] = _refusal(error, body)
            read = WrongBody()
        self._connection_state.json = read
        return read


def read_form(body: bytes) -> dict[str, Any]:
    """Fields by name, those that come more than once as lists. Raises `TooLarge`.

    Litestar's own reader remembers the last 1,024 bodies as they came, with passwords, and cuts
    any number of fields, while nobody else is answered.
    """
    if body.count(b"&") >= MOST_FIELDS:
        raise TooLarge(
            ngettext(
                "A form has at most %(most)d field; send fewer.",
                "A form has at most %(most)d fields; send fewer.",
                MOST_FIELDS,
            )
            % {"most": MOST_FIELDS}
        )
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    return {name: each if len(each) > 1 else each[0] for name, each in fields.items()}


def forget_long_head(scope: Scope) -> None:
    """Have Litestar forget queries and cookies once a long one came: it remembers the last 1,024
    of each, in pieces, which a stranger could make gigabytes of.
    """
    cookies = sum(len(value) for name, value in scope["headers"] if name == b"cookie")
    if cookies > LONG_HEAD:
        parse_cookie_string.cache_clear()
    if len(scope["query_string"]) > LONG_HEAD:
        parse_query_string.cache_clear()


def ask_as_get(scope: Scope, send: Send) -> tuple[Scope, Send]:
    """HEAD, by which monitors and checkers of links ask, is a GET whose answer has no body
    (RFC 9110): the same call as a GET, and a way back that lets none through.
    """

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return {**scope, "method": "GET"}, send_head  # type: ignore[return-value] - a union of dicts


@cache
def _decoder(wanted: Any) -> Decoder:
    return msgspec.json.Decoder(wanted)


def _refusal(error: Exception, body: bytes) -> Refused:
    if broken := _broken_text(body):
        return Invalid(
            _("%(field)s holds a broken character; type it again.") % {"field": broken},
            field=broken,
        )
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Refused(
            _("This JSON cannot be read; send it in UTF-8, nested a few levels at most."),
            status=400,
            title="bad-request",
        )
    return refusal_of(str(error))


def _broken_text(body: bytes) -> str | None:
    """The member whose text holds half a character (a lone surrogate), where all else is well."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for name, value in (
        cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    ).items():
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return name
    return None


def refusal_of(message: str, field: str = "") -> Invalid:
    """A message of msgspec as one sentence that names the field, and says what it takes."""
    found = _AT.search(message)
    field = (found[1] if found else "") or field
    if named := _NAMED.search(message):
        missing = named[1].startswith("missing")
        field = f"{field}.{named[2]}" if field else named[2]
        words = _("%(field)s is missing; send it.") if missing else _(
            "There is no field %(field)s here; leave it out.")  # fmt: skip
        return Invalid(words % {"field": field}, field=field)
    if not field:
        words = _("Send a JSON object; its fields are listed in /api/v1/openapi.json.")
        return Invalid(words, field="body")
    return Invalid(_sentence(message) % {"field": field}, field=field)


def _sentence(message: str) -> str:
    expected = _EXPECTED.search(message)
    kind = expected[1].removesuffix(" | null") if expected else _kind_in(message)
    return {
        "str": _("%(field)s must be text."),
        "int": _("%(field)s must be a whole number."),
        "float": _("%(field)s must be a number."),
        "bool": _("%(field)s must be true or false."),
        "datetime": _("%(field)s must be a time such as 2026-03-07T15:00:00+02:00."),
        "uuid": _("%(field)s must be an id, as the API gives it."),
        "array": _("%(field)s must be a list."),
        "object": _("%(field)s must be an object."),
    }.get(kind, _("%(field)s has a value that is not accepted; see /api/v1/openapi.json."))


def _kind_in(message: str) -> str:
    if "UUID" in message:
        return "uuid"
    return "datetime" if "RFC3339" in message else "int" if "Integer" in message else ""
