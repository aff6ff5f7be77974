"""What the client's page handlers share: who may enter, answers of forms, published texts."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect

from firstline.kit.errors import Forbidden, Refused
from firstline.kit.i18n import _, use
from firstline.kit.problems import wants_problem
from firstline.kit.web import SAFE, language
from firstline.people import Who
from firstline.people.web import who_of
from firstline.policy import Policy, page

Http = Request[Any, Any, Any]
Answer = Response[Any]


async def for_clients(
    connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
) -> None:
    """Guard: contacts. The staff is sent to the same place of the desk, and writes nothing here."""
    who = await who_of(connection)
    if not who.is_staff:
        return
    if connection.scope["type"] == "http" and connection.scope["method"] not in SAFE:
        raise Forbidden(_("This is for clients; the staff works on the desk."))
    no = connection.path_params.get("no")
    address = f"/desk/requests/{no}" if no else "/desk"
    raise Refused(_("The staff works on the desk."), status=303, headers={"Location": address})


def lang_of(request: Http, who: Who | None) -> str:
    """The language of the page that is about to be shown; spoken from now on."""
    lang = language(request, who.language if who else None)
    use(lang)
    return lang


def done(request: Http, address: str) -> Answer:
    """Where to go after a form: a redirect, or for our script its address."""
    if wants_problem(request):
        return Response({"next": address}, status_code=200)
    return Redirect(address, status_code=303)


async def fields(request: Http, *names: str) -> list[str]:
    """The texts of a form by name; a file or an absent field is the empty text.

    Browsers send line ends as CR LF; people typed LF.
    """
    form = await request.form()
    values = [form.get(name, "") for name in names]
    return [v.replace("\r\n", "\n") if isinstance(v, str) else "" for v in values]


@dataclass(frozen=True, slots=True)
class Hours:
    """A channel and its present state. `opens` is known while it is closed and will open, `closes`
    while it is open and will close.
    """

    title: str
    words: str
    official: bool
    open: bool
    opens: datetime | None
    closes: datetime | None


def hours(policy: Policy, lang: str, now: datetime) -> list[Hours]:
    """The channels with their hours (clauses hours.chat, hours.calls); doors of others left out."""
    return [
        Hours(
            policy.label("channel", channel.id, lang),
            _calendars(policy, lang)[channel.calendar].removesuffix(f" ({policy.zone.key})"),
            channel.status == "official",
            (opened := policy.is_open(channel.id, now)),
            None if opened else policy.opens_at(channel.id, now),
            policy.closes_at(channel.id, now),
        )
        for channel in policy.source.channels
        if channel.calendar and channel.door_of is None and channel.opened_by == "client"
    ]


# A version of the policy never changes, and laying out its page takes milliseconds.
@lru_cache(32)
def as_data(policy: Policy, lang: str) -> dict[str, Any]:
    """The regulations as JSON."""
    return page(policy, lang)


def _calendars(policy: Policy, lang: str) -> dict[str, str]:
    return as_data(policy, lang)["calendars"]
