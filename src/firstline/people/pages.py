"""The pages by which people come in: sign-in, second factor, invitation, reset, sign-out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from firstline.kit.db import Db
from firstline.kit.errors import NotSignedIn, Refused
from firstline.kit.web import Page, Web, page
from firstline.people.access import links, preauth, sign_in
from firstline.people.access.model import LinkKind, SignedIn
from firstline.people.access.sessions import sign_out, sign_out_everywhere
from firstline.people.model import Who
from firstline.people.web import (
    Http,
    caller_of,
    no_cookie,
    provide_visitor,
    safe_next,
    session_cookie,
)

Answer = Response[Any]


async def fields(http: Http, *names: str) -> list[str]:
    """The texts of a form by name; a file or an absent field is the empty text."""
    form = await http.form()
    values = [form.get(name, "") for name in names]
    return [value if isinstance(value, str) else "" for value in values]


def _next(http: Http) -> str:
    return http.query_params.get("next", "")


def home(who: Who) -> str:
    return "/desk" if who.is_staff else "/"


@get("/sign-in")
async def sign_in_form(http: Http) -> Answer:
    visitor = await provide_visitor(http)
    if visitor is not None:
        return Redirect(safe_next(_next(http), home(visitor)), status_code=303)
    return page(
        http, "people/sign_in.html", next=safe_next(_next(http), ""), email="", refused=None
    )


@post("/sign-in", status_code=303)
async def do_sign_in(http: Http, db: Db, now: datetime) -> Answer:
    email, password, wanted = await fields(http, "email", "password", "next")
    wanted = safe_next(wanted, "")
    try:
        signed = await sign_in.sign_in(db, email, password, caller_of(http), now=now)
    except Refused as refused:
        return _again(http, "people/sign_in.html", refused, next=wanted, email=email[:254])
    return _enter(http, signed, wanted)


@get("/sign-in/code")
async def code_form(http: Http, db: Db, now: datetime) -> Answer:
    async with db.connection() as conn:
        if await sign_in.half_signed_in(conn, caller_of(http).cookie, now=now) is None:
            return Redirect("/sign-in", status_code=303)
    return page(http, "people/code.html", next=safe_next(_next(http), ""), refused=None)


@post("/sign-in/code", status_code=303)
async def give_code(http: Http, db: Db, now: datetime) -> Answer:
    code, wanted = await fields(http, "code", "next")
    wanted = safe_next(wanted, "")
    try:
        signed = await sign_in.give_second_factor(db, code, caller_of(http), now=now)
    except NotSignedIn:
        return Redirect("/sign-in", status_code=303)
    except Refused as refused:
        return _again(http, "people/code.html", refused, next=wanted)
    return _enter(http, signed, wanted)


@get("/sign-in/with")
async def sign_in_with(http: Http, db: Db, now: datetime) -> Answer:
    """The panel sends the browser here. The exchange is done by this GET, because the panel's
    link or redirect can do nothing else; a browser that only fetches ahead says so and is turned
    away with the token unspent. No word of the token reaches the page it leads to.
    """
    ahead = http.headers.get("sec-purpose", http.headers.get("purpose", ""))
    if "prefetch" in ahead or "prerender" in ahead:
        return Response(None, status_code=204)
    web: Web = http.app.state["web"]
    try:
        await db.run(preauth.count_exchange, caller_of(http), now=now)
        signed = await db.run(
            preauth.exchange,
            http.query_params.get("token", ""),
            caller_of(http),
            public_url=web.public_url,
            now=now,
        )
    except Refused as refused:
        return _again(
            http, "people/sign_in.html", refused, next=safe_next(_next(http), ""), email=""
        )
    return _enter(http, signed, safe_next(_next(http), ""))


@post("/sign-out", status_code=303)
async def do_sign_out(http: Http, db: Db) -> Answer:
    cookie = caller_of(http).cookie
    if cookie:
        await db.run(sign_out, cookie)
    return _leave(http)


@post("/sign-out-everywhere", status_code=303)
async def do_sign_out_everywhere(http: Http, db: Db, who: Who) -> Answer:
    await db.run(sign_out_everywhere, who)
    return _leave(http)


@get("/reset")
async def reset_form(http: Http) -> Page:
    return page(http, "people/ask_reset.html", email="", sent=False, refused=None)


@post("/reset", status_code=200)
async def ask_reset(http: Http, db: Db, now: datetime) -> Answer:
    (email,) = await fields(http, "email")
    web: Web = http.app.state["web"]
    try:
        await links.ask_reset(db, email, caller_of(http), public_url=web.public_url, now=now)
    except Refused as refused:
        return _again(http, "people/ask_reset.html", refused, email=email[:254], sent=False)
    return page(http, "people/ask_reset.html", email=email[:254], sent=True, refused=None)


@get("/reset/{word:str}")
async def reset_link(http: Http, db: Db, now: datetime, word: FromPath[str]) -> Answer:
    return await _link(http, db, "reset", word, now)


@post("/reset/{word:str}", status_code=303)
async def do_reset(http: Http, db: Db, now: datetime, word: FromPath[str]) -> Answer:
    return await _redeem(http, db, "reset", word, now)


@get("/invitation/{word:str}")
async def invitation_link(http: Http, db: Db, now: datetime, word: FromPath[str]) -> Answer:
    return await _link(http, db, "invitation", word, now)


@post("/invitation/{word:str}", status_code=303)
async def do_invitation(http: Http, db: Db, now: datetime, word: FromPath[str]) -> Answer:
    return await _redeem(http, db, "invitation", word, now)


async def _link(http: Http, db: Db, kind: LinkKind, word: str, now: datetime) -> Answer:
    try:
        async with db.connection() as conn:
            invited = await links.link_owner(conn, word, kind, now=now)
    except Refused as refused:
        return _again(http, "people/link.html", refused, kind=kind, invited=None)
    return page(http, "people/link.html", kind=kind, invited=invited, refused=None)


async def _redeem(http: Http, db: Db, kind: LinkKind, word: str, now: datetime) -> Answer:
    (password,) = await fields(http, "password")
    try:
        signed = await links.redeem(db, word, kind, password, caller_of(http), now=now)
    except Refused as refused:
        async with db.connection() as conn:
            invited = await links.find_owner(conn, word, kind, now=now)
        return _again(http, "people/link.html", refused, kind=kind, invited=invited)
    return _enter(http, signed, "")


def _enter(http: Http, signed: SignedIn, wanted: str) -> Answer:
    """Set the new session's cookie and go where the person wanted, or to the second factor."""
    address = wanted or home(signed.who)
    if not signed.passed:
        address = "/sign-in/code" + (f"?next={quote(wanted, safe='/')}" if wanted else "")
    return Redirect(address, status_code=303, cookies=[session_cookie(http, signed)])


def _leave(http: Http) -> Answer:
    return Redirect("/sign-in", status_code=303, cookies=[no_cookie(http)])


def _again(http: Http, template: str, refused: Refused, **values: Any) -> Page:
    """The same form with the refusal in place and what was typed still there."""
    headers: Mapping[str, str] = refused.headers
    return page(http, template, status=refused.status, headers=headers, refused=refused, **values)


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
            do_sign_out,
            do_sign_out_everywhere,
            reset_form,
            ask_reset,
            reset_link,
            do_reset,
            invitation_link,
            do_invitation,
        ],
    )
]
