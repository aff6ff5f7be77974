"""The pages by which people come in: sign-in, second factor, invitation, reset, sign-out."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from litestar import Response, Router, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from firstline.kit.db import Db
from firstline.kit.errors import NotSignedIn, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.seal import Seal
from firstline.kit.web import Page, page, web_of
from firstline.people.access import links, preauth, sign_in
from firstline.people.access.model import LinkKind, SignedIn
from firstline.people.access.sessions import sign_out, sign_out_everywhere
from firstline.people.model import Who
from firstline.people.web import (
    Http,
    HttpAnswer,
    browser_cookie,
    caller_of,
    fields,
    no_cookie,
    provide_visitor,
    safe_next,
    session_cookie,
)

SENT = "cookie-sent"  # in the address of the sign-in page: the answer before it set the cookie


def _next(request: Http) -> str:
    return request.query_params.get("next", "")


def home(who: Who) -> str:
    return "/desk" if who.is_staff else "/"


@get("/sign-in")
async def sign_in_form(request: Http) -> HttpAnswer:
    visitor = await provide_visitor(request)
    if visitor is not None:
        return Redirect(safe_next(_next(request), home(visitor)), status_code=303)
    wanted, refused = safe_next(_next(request), ""), None
    if SENT in request.query_params:
        if web_of(request).session in request.cookies:  # it waits for the second factor
            return Redirect(wanted or "/", status_code=303)
        refused = NotSignedIn(
            _(
                "Your browser did not keep the cookie that signs you in. "
                "Allow cookies for this site and sign in again."
            )
        )
    return page(request, "people/sign_in.html", next=wanted, email="", refused=refused)


@post("/sign-in", status_code=303)
async def do_sign_in(request: Http, db: Given[Db], now: Given[datetime]) -> HttpAnswer:
    email, password, wanted = await fields(request, "email", "password", "next")
    wanted = safe_next(wanted, "")
    try:
        signed = await sign_in.sign_in(db, email, password, caller_of(request), now=now)
    except Refused as refused:
        return _again(request, "people/sign_in.html", refused, next=wanted, email=email[:254])
    return _enter(request, signed, wanted)


@get("/sign-in/code")
async def code_form(request: Http, db: Given[Db], now: Given[datetime]) -> HttpAnswer:
    async with db.connection() as conn:
        if await sign_in.half_signed_in(conn, caller_of(request).cookie, now=now) is None:
            return Redirect("/sign-in", status_code=303)
    return page(request, "people/code.html", next=safe_next(_next(request), ""), refused=None)


@post("/sign-in/code", status_code=303)
async def give_code(
    request: Http, db: Given[Db], seal: Given[Seal], now: Given[datetime]
) -> HttpAnswer:
    code, wanted = await fields(request, "code", "next")
    wanted = safe_next(wanted, "")
    try:
        signed = await sign_in.give_second_factor(db, seal, code, caller_of(request), now=now)
    except NotSignedIn:
        return Redirect("/sign-in", status_code=303)
    except Refused as refused:
        return _again(request, "people/code.html", refused, next=wanted)
    return _enter(request, signed, wanted)


@get("/sign-in/with")
async def sign_in_with(
    request: Http, db: Given[Db], seal: Given[Seal], now: Given[datetime]
) -> HttpAnswer:
    """The panel sends the browser here. The exchange is done by this GET, because the panel's
    link or redirect can do nothing else; a browser that only fetches ahead says so and is turned
    away with the token unspent. No word of the token reaches the page it leads to. Where somebody
    else is signed in here, nothing is done before they agree: any site may send a browser here.
    """
    ahead = request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    if "prefetch" in ahead or "prerender" in ahead:
        return Response(None, status_code=204)
    token, wanted = request.query_params.get("token", ""), safe_next(_next(request), "")
    present = await provide_visitor(request)
    if present is None:
        return await _take_token(request, db, seal, token, wanted, now)
    url = web_of(request).public_url
    try:
        contact = await preauth.look_at_token(
            db, seal, token, caller_of(request), public_url=url, now=now
        )
    except Refused as refused:
        return _again(request, "people/sign_in.html", refused, next=wanted, email="")
    if contact.id == present.id:
        return await _take_token(request, db, seal, token, wanted, now)
    return _ask_instead(request, present, contact, token=token, wanted=wanted)


@post("/sign-in/with", status_code=303)
async def sign_in_instead(
    request: Http, db: Given[Db], seal: Given[Seal], now: Given[datetime]
) -> HttpAnswer:
    """Who was asked agrees: the session that is here ends, the contact's begins."""
    token, wanted = await fields(request, "token", "next")
    return await _take_token(request, db, seal, token, safe_next(wanted, ""), now)


async def _take_token(
    request: Http, db: Db, seal: Seal, token: str, wanted: str, now: datetime
) -> HttpAnswer:
    url = web_of(request).public_url
    try:
        signed = await preauth.take_token(
            db, seal, token, caller_of(request), public_url=url, now=now
        )
    except Refused as refused:
        return _again(request, "people/sign_in.html", refused, next=wanted, email="")
    return _enter(request, signed, wanted)


@post("/sign-out", status_code=303)
async def do_sign_out(request: Http, db: Given[Db]) -> HttpAnswer:
    cookie = caller_of(request).cookie
    if cookie:
        await db.run(sign_out, cookie)
    return _leave(request)


@post("/sign-out-everywhere", status_code=303)
async def do_sign_out_everywhere(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    await db.run(sign_out_everywhere, who, now=now)
    return _leave(request)


@get("/reset")
async def reset_form(request: Http) -> Page:
    return page(request, "people/ask_reset.html", email="", sent=False, refused=None)


@post("/reset", status_code=200)
async def ask_reset(request: Http, db: Given[Db], now: Given[datetime]) -> HttpAnswer:
    (email,) = await fields(request, "email")
    try:
        await links.ask_reset(
            db, email, caller_of(request), public_url=web_of(request).public_url, now=now
        )
    except Refused as refused:
        return _again(request, "people/ask_reset.html", refused, email=email[:254], sent=False)
    return page(request, "people/ask_reset.html", email=email[:254], sent=True, refused=None)


@get("/reset/{word:str}")
async def reset_link(
    request: Http, db: Given[Db], now: Given[datetime], word: FromPath[str]
) -> HttpAnswer:
    return await _link(request, db, "reset", word, now)


@post("/reset/{word:str}", status_code=303)
async def do_reset(
    request: Http, db: Given[Db], now: Given[datetime], word: FromPath[str]
) -> HttpAnswer:
    return await _redeem(request, db, "reset", word, now)


@get("/invitation/{word:str}")
async def invitation_link(
    request: Http, db: Given[Db], now: Given[datetime], word: FromPath[str]
) -> HttpAnswer:
    return await _link(request, db, "invitation", word, now)


@post("/invitation/{word:str}", status_code=303)
async def do_invitation(
    request: Http, db: Given[Db], now: Given[datetime], word: FromPath[str]
) -> HttpAnswer:
    return await _redeem(request, db, "invitation", word, now)


async def _link(request: Http, db: Db, kind: LinkKind, word: str, now: datetime) -> HttpAnswer:
    try:
        async with db.connection() as conn:
            invited = await links.link_owner(conn, word, kind, now=now)
    except Refused as refused:
        return _again(request, "people/link.html", refused, kind=kind, invited=None)
    if (present := await _somebody_else(request, invited)) is not None:
        return _ask_instead(request, present, invited, kind=kind)
    return page(request, "people/link.html", kind=kind, invited=invited, instead="", refused=None)


async def _redeem(request: Http, db: Db, kind: LinkKind, word: str, now: datetime) -> HttpAnswer:
    """`instead` names the person whose session may end: who came after them is asked anew."""
    password, instead = await fields(request, "password", "instead")
    async with db.connection() as conn:
        invited = await links.find_owner(conn, word, kind, now=now)
    present = await _somebody_else(request, invited)
    if present is not None and instead != str(present.id):
        return _ask_instead(request, present, invited, kind=kind)
    form = partial(page, request, "people/link.html", kind=kind, invited=invited, instead=instead)
    if present is not None and not password:
        return form(refused=None)
    try:
        signed = await links.redeem(db, word, kind, password, caller_of(request), now=now)
    except Refused as refused:
        return form(refused=refused, status=refused.status, headers=refused.headers)
    return _enter(request, signed, "")


async def _somebody_else(request: Http, invited: Who | None) -> Who | None:
    """Who is signed in here, where the link is another's: any site may send a browser to it."""
    present = await provide_visitor(request) if invited is not None else None
    return present if invited and present and present.id != invited.id else None


def _ask_instead(
    request: Http,
    present: Who,
    other: Who | None,
    *,
    kind: LinkKind | None = None,
    token: str = "",
    wanted: str = "",
) -> Page:
    template = "people/instead.html"
    return page(request, template, who=present, other=other, kind=kind, token=token, next=wanted)


def _enter(request: Http, signed: SignedIn, wanted: str) -> HttpAnswer:
    """Set the new session's cookie and go where the person wanted, or to the second factor.

    A browser that has sent no cookie may keep none: it goes by the sign-in page, which says so.
    """
    address = wanted or home(signed.who)
    if not signed.passed:
        address = "/sign-in/code" + (f"?next={quote(wanted, safe='/')}" if wanted else "")
    if "sec-fetch-mode" in request.headers and web_of(request).session not in request.cookies:
        address = f"/sign-in?{SENT}=yes&next={quote(address)}"
    cookies = [session_cookie(request, signed)]
    if signed.passed:
        cookies.append(browser_cookie(request, signed.who))
    return Redirect(address, status_code=303, cookies=cookies)


def _leave(request: Http) -> HttpAnswer:
    return Redirect("/sign-in", status_code=303, cookies=[no_cookie(request)])


def _again(request: Http, template: str, refused: Refused, **values: Any) -> Page:
    """The same form with the refusal in place and what was typed still there."""
    headers: Mapping[str, str] = refused.headers
    return page(
        request, template, status=refused.status, headers=headers, refused=refused, **values
    )


routes = [
    Router(
        "/",
        include_in_schema=False,
        route_handlers=[
            sign_in_form,
            do_sign_in,
            code_form,
            give_code,
            sign_in_with,
            sign_in_instead,
            do_sign_out,
            do_sign_out_everywhere,
            reset_form,
            ask_reset,
            reset_link,
            do_reset,
            invitation_link,
            do_invitation,
        ],
    ),
]
