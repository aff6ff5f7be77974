"""Who is calling: the provider of `who` for handlers, and guards for routes.

Calls below /api are known by their bearer alone (so a foreign page can never act with a
cookie), pages by the cookie alone. Within one call the answer is found once, and again where the
call lasts.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect

from firstline.kit.errors import Forbidden, Missing, NotSignedIn, Refused
from firstline.kit.forgery import is_foreign
from firstline.kit.i18n import gettext, use
from firstline.kit.live import Hub, wait_for
from firstline.kit.problems import wants_problem
from firstline.kit.web import (
    SAFE,
    YEAR,
    Connection,
    Http,
    host_cookie,
    language,
    moment,
    refuse_odd_numbers,
    web_of,
)
from firstline.people.access import browsers
from firstline.people.access.bearers import FRESH, forget_credential, identify_bearer
from firstline.people.access.browsers import Browser, read_browser
from firstline.people.access.model import LONGEST, Caller, SignedIn, digest
from firstline.people.access.sessions import identify_cookie
from firstline.people.limits import TokenLimiter
from firstline.people.model import Role, TokenScope, Who
from firstline.people.rights import demand_scope
from firstline.people.roles import role_names

HttpAnswer = Response[Any]
KNOWN = "firstline_who"
# For a route that changes clients, keys, regulations or one's own access; and for one that asks by
# POST and changes nothing.
MANAGES: dict[str, TokenScope] = {"scope": "manage"}
READS: dict[str, TokenScope] = {"scope": "read"}
LIMITER = "token_limiter"


async def provide_who(request: Http) -> Who:
    """Dependency `who`: the signed-in person. Raises NotSignedIn (a page sends to sign-in)."""
    return await who_of(request)


async def provide_visitor(request: Http) -> Who | None:
    """Dependency for public pages that greet a signed-in person: None for a stranger.

    Who shows a token to the API is no stranger: raises NotSignedIn where it is good for nothing.
    """
    try:
        return await who_of(request)
    except NotSignedIn:
        if shows_token(request):
            raise
        return None


def shows_token(connection: Connection) -> bool:
    """Whether the call is one of the API and bears a token, good or not."""
    scheme = connection.headers.get("authorization", "").partition(" ")[0]
    return connection.scope["path"].startswith("/api/") and scheme.lower() == "bearer"


async def refuse_other_sites(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard of what strangers write by the API: no other site's page has them do it unawares.

    A page of any site may send a form or plain text anywhere, but not JSON that is called so.
    """
    if shows_token(connection):
        return
    if is_foreign(connection.headers, web_of(connection).public_url):
        raise Forbidden(
            gettext("This was sent from a page of another site; do it at the desk itself."),
            title="forged",
        )
    if isinstance(connection, Request) and connection.content_type[0] != "application/json":
        raise Refused(
            gettext("Send JSON, with Content-Type: application/json."),
            status=415,
            title="unsupported-media-type",
        )


async def who_of(connection: Connection) -> Who:
    """The person behind this call.

    A call of the API that names a language (`?lang=`) is by somebody who speaks it: such is the
    language of the page that the widget stands on. Raises NotSignedIn, TooMany (calls a second of
    a token), Forbidden where the token is not good for this route.
    """
    state, now = connection.scope["state"], moment(connection)
    at, who = state.get(KNOWN, (now, None))
    # A call may last: a body that trickles in, a wait, a download. Its right may end meanwhile.
    if who is None or not timedelta(0) <= now - at < FRESH:
        by_bearer = connection.scope["path"].startswith("/api/")
        if by_bearer:
            refuse_odd_numbers(connection)  # the API passes no guard
        identify = _by_bearer if by_bearer else _by_cookie
        who = await identify(connection, now)
        demand_scope(who, scope_of(connection))
        if by_bearer and "lang" in connection.query_params:
            who = replace(who, language=language(connection, who.language))
        state[KNOWN] = now, who
    return who


async def wait_for_news(
    connection: Connection, hub: Hub, topic: str, after: int, seconds: float
) -> Who:
    """Wait as `wait_for` does, and no longer than the right to it lasts.

    Returns the caller as they stand then. Raises NotSignedIn.
    """
    who = await who_of(connection)
    await wait_for(hub, topic, after, seconds, owner=who.credential, epoch=who.epoch)
    del connection.scope["state"][KNOWN]
    forget_credential(who.credential)
    return await who_of(connection)


def scope_of(connection: Connection) -> TokenScope:
    """What a token must be good for here: a route says so (`opt`), else its method does."""
    stated: TokenScope | None = connection.route_handler.opt.get("scope")
    scope = connection.scope
    return stated or ("read" if scope["type"] == "http" and scope["method"] in SAFE else "write")


async def requires_staff(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: operators, management, keeper. To a client the route does not exist."""
    if not (await who_of(connection)).is_staff:
        raise Missing(gettext("There is nothing here."))


def requires_role(*roles: Role) -> Any:
    """Guard: staff with one of the roles; other staff 403, clients 404."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        who = await who_of(connection)
        if not who.is_staff:
            raise Missing(gettext("There is nothing here."))
        if who.roles.isdisjoint(roles):
            raise Forbidden(
                gettext("This is only for: %(roles)s. Ask the desk administrator.")
                % {"roles": ", ".join(role_names()[role] for role in roles)}
            )

    return guard


async def requires_client(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: contacts of clients."""
    if (await who_of(connection)).is_staff:
        raise Forbidden(gettext("This is for clients; staff work on the desk."))


async def for_clients(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard of pages: contacts. The staff is sent to the same place of the desk, and writes nothing
    here.
    """
    if not (await who_of(connection)).is_staff:
        return
    if connection.scope["type"] == "http" and connection.scope["method"] not in SAFE:
        raise Forbidden(gettext("This is for clients; staff work on the desk."))
    no = connection.path_params.get("no")
    address = f"/desk/requests/{no}" if no else "/desk"
    sentence = gettext("Staff work on the desk.")
    raise Refused(sentence, status=303, headers={"Location": address})


def lang_of(request: Http, who: Who | None) -> str:
    """The language of the page that is about to be shown; spoken from now on."""
    lang = language(request, who.language if who else None)
    use(lang)
    return lang


def go_on_at(request: Http, address: str) -> HttpAnswer:
    """Where to go after a form: a redirect, or for our script its address."""
    if wants_problem(request):
        return Response({"next": address}, status_code=200)
    return Redirect(address, status_code=303)


def safe_next(address: str | None, otherwise: str = "/") -> str:
    """Where to go after signing in: a path of this site, or `otherwise`.

    Browsers read `\\` as `/`, drop tabs and line ends, and take `//host` for another site.
    """
    if not address or len(address) > 2000 or not address.isprintable():
        return otherwise
    if not address.startswith("/") or address[1:2] == "/" or "\\" in address or " " in address:
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


async def fields(request: Http, *names: str) -> list[str]:
    """The texts of a form by name; a file or an absent field is the empty text.

    Browsers send line ends as CR LF; people typed LF.
    """
    form = await request.form()
    values = [form.get(name, "") for name in names]
    return [v.replace("\r\n", "\n") if isinstance(v, str) else "" for v in values]


def caller_of(request: Http) -> Caller:
    """Address, browser and cookie of a call; the server has read the trusted proxies' headers."""
    return Caller(
        address=request.client.host if request.client else None,
        agent=request.headers.get("user-agent", ""),
        cookie=request.cookies.get(web_of(request).session),
        browser=_browser(request),
    )


def session_cookie(request: Http, signed: SignedIn) -> Cookie:
    """The cookie of a new session; the server's own record decides when it ends."""
    web = web_of(request)
    return Cookie(
        web.session,
        value=signed.word,
        max_age=int(LONGEST[signed.who.side].total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=web.https,
    )


def browser_cookie(request: Http, who: Who) -> Cookie:
    """What this browser is known by from now on, after a whole sign-in of `who`."""
    web = web_of(request)
    return Cookie(
        host_cookie(web.public_url, browsers.COOKIE),
        value=_browser(request).remember(who.email).word,
        max_age=YEAR,
        path="/",
        httponly=True,
        samesite="lax",
        secure=web.https,
    )


def _browser(request: Http) -> Browser:
    web = web_of(request)
    cookie = request.cookies.get(host_cookie(web.public_url, browsers.COOKIE), "")
    return read_browser(web.secret, cookie)


def no_cookie(request: Http) -> Cookie:
    """The same cookie, ended."""
    web = web_of(request)
    return Cookie(
        web.session, value="", max_age=0, path="/", httponly=True, samesite="lax", secure=web.https
    )


async def _by_bearer(connection: Connection, now: datetime) -> Who:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise _unknown(connection)
    who = await identify_bearer(connection.app.state.db, token, now=now)
    await _limiter(connection).spend(digest(token).hex(), now=now)
    return who


def _unknown(connection: Connection) -> NotSignedIn:
    """Nobody is named; where people become clients, if the regulations say so (not.strangers)."""
    refused = NotSignedIn(
        gettext("Send an API token: Authorization: Bearer fl_…"),
        headers={"WWW-Authenticate": 'Bearer realm="firstline"'},
    )
    if words := web_of(connection).for_strangers(language(connection)):
        refused.extra["newcomers"] = words
    return refused


async def _by_cookie(connection: Connection, now: datetime) -> Who:
    return await identify_cookie(
        connection.app.state.db, connection.cookies.get(web_of(connection).session), now=now
    )


def _limiter(connection: Connection) -> TokenLimiter:
    """The process's one limiter of calls, made with the first call."""
    state = connection.app.state
    limiter = state.get(LIMITER)
    if limiter is None:
        most = state.settings.token_calls_per_second
        limiter = state[LIMITER] = TokenLimiter(state.db, per_second=most)
    return limiter
