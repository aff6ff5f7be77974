"""The page of one's own account: name, language, password, second factor, tokens, browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.seal import Seal
from firstline.kit.typed import number_or_none
from firstline.kit.web import Page, Values, page
from firstline.people import store as people
from firstline.people.access import second_factor, sessions, sign_in, store, tokens
from firstline.people.access.model import browser_name, digest
from firstline.people.actions import change_self, switch_coach
from firstline.people.coach_store import wants_coach
from firstline.people.model import SCOPES, Who
from firstline.people.posts import form_once
from firstline.people.web import Http, HttpAnswer, caller_of, fields

TEMPLATE = "people/account.html"


@get("/account")
async def account(request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]) -> Page:
    return await _account_page(request, db, who, now)


@post("/account", status_code=200)
async def change(request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]) -> HttpAnswer:
    name, language = await fields(request, "name", "language")
    try:
        await db.run(change_self, who, name=name, language=language)
    except Refused as refused:
        return await _account_page(request, db, who, now, refused, form="self")
    async with db.connection() as conn:
        after = await people.who(conn, who.id)
    return await _account_page(request, db, after or who, now, form="self", done=_("Saved."))


@post("/account/coach", status_code=200)
async def change_coach(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    (wanted,) = await fields(request, "coach")
    await db.run(switch_coach, who, wanted=wanted == "on")
    return await _account_page(request, db, who, now, form="coach", done=_("Saved."))


@post("/account/password", status_code=200)
async def change_password(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    current, password = await fields(request, "current", "password")
    try:
        await sign_in.change_password(db, who, current, password, caller_of(request), now=now)
    except Refused as refused:
        return await _account_page(request, db, who, now, refused, form="password")
    done = _("Your password was changed; other browsers were signed out and API tokens revoked.")
    return await _account_page(request, db, who, now, form="password", done=done)


@get("/account/second-factor")
async def set_up(request: Http, who: Given[Who]) -> Page:
    return _set_up(request, who, second_factor.new_totp_secret(), None)


@post("/account/second-factor", status_code=200)
async def turn_on(
    request: Http, db: Given[Db], seal: Given[Seal], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    secret, code, current = await fields(request, "secret", "code", "current")
    caller = caller_of(request)
    try:
        await sign_in.confirm_password(db, who, current, caller, now=now)
        codes = await db.run(
            second_factor.turn_on, seal, who, secret, code, keep=caller.cookie, now=now
        )
    except Refused as refused:
        return _set_up(request, who, secret, refused)
    return page(request, "people/codes.html", who=who, codes=codes)


@post("/account/second-factor/off", status_code=200)
async def turn_off(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    (current,) = await fields(request, "current")
    try:
        await sign_in.confirm_password(db, who, current, caller_of(request), now=now)
    except Refused as refused:
        return await _account_page(request, db, who, now, refused, form="second-factor")
    await db.run(second_factor.turn_off, who, now=now)
    done = _("The second factor is off.")
    return await _account_page(request, db, who, now, form="second-factor", done=done)


@post("/account/recovery-codes", status_code=200)
async def new_codes(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    (current,) = await fields(request, "current")
    try:
        await sign_in.confirm_password(db, who, current, caller_of(request), now=now)
        codes = await db.run(second_factor.new_recovery_codes, who)
    except Refused as refused:
        return await _account_page(request, db, who, now, refused, form="second-factor")
    return page(request, "people/codes.html", who=who, codes=codes)


@dataclass(frozen=True, slots=True)
class TokenForm:
    """A form in which scopes may stand once, often or not at all; `days` None: without an end."""

    name: str
    current: str
    scopes: list[str]
    days: int | None

    @classmethod
    async def from_http(cls, request: Http) -> "TokenForm":
        name, current, days = await fields(request, "name", "current", "days")
        form = await request.form()
        scopes = [str(value) for value in form.getall("scopes", [])]
        return cls(name, current, scopes, number_or_none(days, most=3650))


@post("/account/tokens", status_code=200)
async def new_token(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime]
) -> HttpAnswer:
    form = await TokenForm.from_http(request)
    try:
        await sign_in.confirm_password(db, who, form.current, caller_of(request), now=now)
        words = await _make_token(request, who, form, now)
    except Refused as refused:
        return await _account_page(request, db, who, now, refused, form="tokens")
    done = "" if words else _("This token already exists; its text was shown once.")
    return await _account_page(request, db, who, now, form="tokens", done=done, words=words)


async def _make_token(request: Http, who: Who, form: TokenForm, now: datetime) -> str:
    """A new token's words; empty where the form came again, as they are kept nowhere."""
    words = ""

    async def act(tx: Tx) -> None:
        nonlocal words
        _token, words = await tokens.new_named_token(
            tx,
            who.id,
            form.name,
            scopes=form.scopes,
            expires_at=now + timedelta(days=form.days) if form.days else None,
            now=now,
            by=who,
        )

    await form_once(request, act)
    return words


@post("/account/tokens/{token_id:uuid}/revoke", status_code=303)
async def revoke_token(
    request: Http, who: Given[Who], now: Given[datetime], token_id: FromPath[UUID]
) -> HttpAnswer:
    await form_once(request, lambda tx: tokens.revoke_token(tx, who, token_id, now=now))
    return Redirect("/account", status_code=303)


@post("/account/sessions", status_code=303)
async def sign_out_others(request: Http, db: Given[Db], who: Given[Who]) -> HttpAnswer:
    await db.run(sessions.sign_out_others, who, but=caller_of(request).cookie)
    return Redirect("/account", status_code=303)


def _set_up(request: Http, who: Given[Who], secret: str, refused: Refused | None) -> Page:
    """The picture for the app; a wrong code shows the same one again, so that it can be retried."""
    if not second_factor.is_secret(secret):
        secret = second_factor.new_totp_secret()
    address = second_factor.provisioning(secret, who)
    return page(
        request,
        "people/second_factor.html",
        who=who,
        status=refused.status if refused else 200,
        headers=refused.headers if refused else None,
        secret=secret,
        picture=Markup(second_factor.qr(address)),  # noqa: S704 - drawn by segno alone
        refused=refused,
    )


async def _account_page(
    request: Http,
    db: Given[Db],
    who: Given[Who],
    now: Given[datetime],
    refused: Refused | None = None,
    *,
    form: str = "",
    done: str = "",
    words: str = "",
) -> Page:
    """The account page; `refused` or `done` stands in section `form`, `words` is a new token."""
    async with db.connection() as conn:
        values = await _account_values(conn, request, who, now)
    return page(
        request,
        TEMPLATE,
        who=who,
        status=refused.status if refused else 200,
        headers=refused.headers if refused else None,
        refused=refused,
        form=form,
        done=done,
        words=words,
        **values,
    )


async def _account_values(conn: Conn, request: Http, who: Who, now: datetime) -> Values:
    found = await store.credentials(conn, who.id)
    own = digest(caller_of(request).cookie or "")
    open_sessions = await store.sessions(conn, who.id, now)
    return {
        "has_second_factor": found is not None and found.totp_secret is not None,
        "coached": await wants_coach(conn, who.id),
        "codes_left": await store.codes_left(conn, who.id),
        "tokens": await store.tokens(conn, who.id),
        "scopes": SCOPES,
        "sessions": [
            (browser_name(each.agent), each.seen_at, each.hash == own) for each in open_sessions
        ],
    }


routes = [
    Router(
        "/",
        include_in_schema=False,
        route_handlers=[
            account,
            change,
            change_coach,
            change_password,
            set_up,
            turn_on,
            turn_off,
            new_codes,
            new_token,
            revoke_token,
            sign_out_others,
        ],
    )
]
