"""Reading JSON bodies: strictly, and with one sentence for each way of being wrong.

Litestar converts a body as leniently as a query, where everything is text: "5" would do for 5, and
a number for a time. A body has types of its own, so it is decoded here, by its handler's type.
"""

import json
import re
from functools import cache
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.types import Empty

from firstline.kit.errors import Invalid, Refused
from firstline.kit.i18n import gettext as _

WRONG = "wrong_body"
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
