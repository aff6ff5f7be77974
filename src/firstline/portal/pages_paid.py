"""Paid help for clients: what they say to an offer, and their statement by month."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import _
from firstline.kit.web import Page, page
from firstline.paid import (
    STATEMENT_TYPES,
    Statement,
    decide,
    download,
    may_read,
    month_of,
    paid_words,
    statement,
    statement_bytes,
)
from firstline.people.web import Http, HttpAnswer, fields, for_clients, go_on_at, lang_of
from firstline.regulations import Policies
from firstline.timeline import Call


@post(
    "/requests/{no:int}/offers/{offer_id:uuid}/decision",
    guards=[for_clients], status_code=303, include_in_schema=False,
)  # fmt: skip
async def decision(
    request: Http, call: Given[Call], no: FromPath[int], offer_id: FromPath[UUID]
) -> HttpAnswer:
    agree, key = await fields(request, "agree", "key")
    if agree not in ("yes", "no"):
        raise Invalid(_("Agree to the offer, or say that you do not want it."), field="agree")
    lang_of(request, call.who)
    await decide(call, no, offer_id, agree=agree == "yes", key=key or None)
    return go_on_at(request, f"/requests/{no}")


@get("/statement", guards=[for_clients], include_in_schema=False)
async def own_statement(
    request: Http,
    call: Given[Call],
    policies: Given[Policies],
    month: FromQuery[str | None] = None,
) -> Page:
    """What one's own company owes for a month."""
    lang_of(request, call.who)
    found = await _statement(call, policies, month)
    words = paid_words(policies.current(call.now)[1])
    return page(request, "portal/statement.html", who=call.who, found=found, **words)


@get(["/statement.csv", "/statement.json"], guards=[for_clients], include_in_schema=False)
async def own_statement_file(
    request: Http,
    call: Given[Call],
    policies: Given[Policies],
    month: FromQuery[str | None] = None,
) -> Response[bytes]:
    found = await _statement(call, policies, month)
    kind = request.scope["path"].rpartition(".")[2]
    return Response(
        statement_bytes(found, kind),
        media_type=STATEMENT_TYPES[kind],
        headers=download(f"statement-{found.month}.{kind}"),
    )


async def _statement(call: Call, policies: Policies, month: str | None) -> Statement:
    own = call.who.client_id
    if own is None or not may_read(call.who, own):
        raise Missing(_("There is nothing here."))
    async with call.db.connection() as conn:
        first = month_of(call.policy, month, call.now)
        return await statement(conn, policies, own, first, call.now)


routes = [decision, own_statement, own_statement_file]
