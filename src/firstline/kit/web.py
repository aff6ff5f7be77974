"""The web's own matters: pages, errors in place, headers, forgery guard, static files.

The composition root passes one `Web` to Litestar as a plugin; page handlers answer with `page`.
Nothing here runs for `/api` beyond one path test and two headers.
"""

import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, TypeVar

from litestar import Request, Response, Router, get
from litestar.config.app import AppConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath
from litestar.plugins import InitPlugin
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler, Message, Scope

from firstline.kit import clock, errors, html, i18n, problems
from firstline.kit.assets import FOREVER, SHORTLY, assets
from firstline.kit.forgery import is_foreign
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem, Menus
from firstline.kit.problems import Http
from firstline.kit.reading import StrictRequest, forget_long_head

log = logging.getLogger(__name__)
Page = Response[str]
Asked = TypeVar("Asked")
# What a template shows: of any kind, and no checker looks into templates.
Values = dict[str, Any]
Connection = ASGIConnection[Any, Any, Any, Any]
SESSION = "firstline"
LONGEST_TEXT = 500
LANGUAGE = "firstline-lang"
THEME = "firstline-theme"
YEAR = 365 * 24 * 3600
SECURITY_SPAN = timedelta(days=180)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
DIGITS = re.compile("[0-9]{1,40}")
# 20,000 characters may be six bytes each in a form; files have limits of their own.
BODY_LIMIT = 256 * 1024
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types htmx firstline"
)
BARE_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    b"content-security-policy": BARE_POLICY,
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@dataclass(frozen=True, eq=False)
class Web(InitPlugin):
    """What pages need to know of the installation.

    `secret` signs form tokens; `zone` and `languages` answer with the policy's present values;
    `menus` are the ways of each frame by its name; `security_contact` is told of weaknesses;
    `for_strangers` is what people are told in a language whom nobody here knows.
    """

    secret: bytes
    public_url: str
    zone: Callable[[], tzinfo] = lambda: UTC
    languages: Callable[[], Sequence[str]] = lambda: i18n.LANGUAGES
    menus: Menus = field(default_factory=dict[str, Sequence[MenuItem]])
    security_contact: str = ""
    for_strangers: Callable[[str], str] = lambda _language: ""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.state["web"] = self
        app_config.exception_handlers.setdefault(Exception, refuse)  # pyright: ignore[reportUnknownMemberType]
        app_config.before_send.append(self.send_headers)
        app_config.request_class = StrictRequest
        # The limit stands on a router: Litestar does not read it from a plugin's AppConfig.
        api = [one for one in app_config.route_handlers if _is_api(one)]
        rest = [
            *(one for one in app_config.route_handlers if not _is_api(one)),
            static,
            security_text,
        ]
        pages = Router("/", route_handlers=rest, guards=[guard])
        app_config.route_handlers = [
            Router("/", route_handlers=[*api, pages], request_max_body_size=BODY_LIMIT)
        ]
        return app_config

    def speak_as_asked(self, scope: Scope) -> None:
        """Before every call of the API that names a language (`?lang=`): refusals are in it."""
        if scope["type"] != "http" or not scope["query_string"]:
            return
        connection: Connection = ASGIConnection(scope)
        if scope["path"].startswith("/api/") and "lang" in connection.query_params:
            i18n.use(self.language(connection))

    def language(self, connection: Connection, person: str | None = None) -> str:
        """As the function of this name."""
        cookie = connection.cookies.get(LANGUAGE, "")
        return i18n.choose(
            asked=connection.query_params.get("lang") or (cookie if cookie[:1] != "~" else None),
            person=person,
            cookie=cookie.removeprefix("~"),
            accept=connection.headers.get("accept-language", ""),
            offered=self.languages(),
        )

    @property
    def https(self) -> bool:
        """Whether people reach the desk by https, so that cookies must travel by it alone."""
        return self.public_url.startswith("https:")

    @property
    def session(self) -> str:
        """The name of the session's cookie."""
        return session_name(self.public_url)

    def token(self, session: str) -> str:
        """The form token that belongs to a session's cookie value."""
        return hmac.digest(self.secret, b"csrf\0" + session.encode(), "sha256").hex()

    def menu(self, name: str, who: Any) -> list[MenuItem]:
        """The items of a menu that this person (None: a stranger) may open."""
        return [item for item in self.menus.get(name, ()) if item.allowed(who)]

    async def send_headers(self, message: Message, scope: Scope) -> None:
        """Add what every answer carries; what a handler has set stands."""
        forget_long_head(scope)
        if message["type"] != "http.response.start":
            return
        headers: list[tuple[bytes, bytes]] = message["headers"]  # type: ignore[assignment]
        headers.append((b"x-content-type-options", b"nosniff"))
        headers.append((b"x-request-id", request_id(scope).encode()))
        present = {name for name, _value in headers}
        if scope["path"].startswith("/api/"):
            if b"cache-control" not in present:
                headers.append((b"cache-control", b"no-store"))
            return
        headers.extend((n, v) for n, v in HEADERS.items() if n not in present)
        if web_of(ASGIConnection(scope)).https:
            headers.append((b"strict-transport-security", b"max-age=31536000"))


def _is_api(handlers: ControllerRouterHandler) -> bool:
    """The API as a whole: it needs no guard, and each guard costs a copy of the handler."""
    return isinstance(handlers, Router) and handlers.path.startswith("/api/")


def session_name(public_url: str) -> str:
    """The name of the session's cookie: under https one that no neighbour's host can set
    (`__Host-`, RFC 6265bis).
    """
    return host_cookie(public_url, SESSION)


def host_cookie(public_url: str, name: str) -> str:
    """The name of a cookie that proves something, as `session_name` has it."""
    return f"__Host-{name}" if public_url.startswith("https:") else name


def web_of(connection: Connection) -> Web:
    """The app's own `Web`."""
    return connection.app.state["web"]


def request_id(scope: Scope) -> str:
    """The id of this call, made on first use; it stands in the answer and in the log."""
    state: dict[str, Any] = scope["state"]
    if "request_id" not in state:
        state["request_id"] = secrets.token_hex(8)
    return state["request_id"]


async def provide_now(request: Http) -> datetime:
    """The moment of this call; tests set a clock of their own in the app's state."""
    return moment(request)


def moment(connection: Connection) -> datetime:
    """The present moment by the app's own clock where one is set, else by the machine's."""
    tell: Callable[[], datetime] = connection.app.state.get("clock", clock.now)
    return tell()


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Before every page: its language, and no write that another site has caused.

    A route that does not go by the cookie opts out with `opt={"csrf": False}`.
    """
    scope = connection.scope
    refuse_odd_numbers(connection)
    if scope["type"] != "http" or scope["path"].startswith("/api/"):
        return
    i18n.use(language(connection))
    if scope["method"] in SAFE:
        return
    if handler.opt.get("csrf") is not False:
        await _refuse_forgery(connection)
    if isinstance(connection, Request) and _plain(connection):
        await connection.form()  # by our reader, before the handler's own parameters are read


def refuse_odd_numbers(connection: Connection) -> None:
    """A number in an address is ASCII digits: `int` reads signs, spaces, underlines and digits of
    other scripts as well, and what is known by several addresses slips through rules for one.
    """
    digits = {int(part) for part in connection.scope["path"].split("/") if DIGITS.fullmatch(part)}
    numbers = {value for value in connection.path_params.values() if isinstance(value, int)}
    if not numbers <= digits:
        raise errors.Missing(
            _("There is nothing at this address; check it or go back to the home page.")
        )


def _plain(request: Http) -> bool:
    """Whether the token may stand among the fields. A body of parts may be a large file: it is
    never spooled to look for a token, so whoever sends one says the token in the header.
    """
    return request.content_type[0] == RequestEncodingType.URL_ENCODED


async def _refuse_forgery(connection: Connection) -> None:
    web = web_of(connection)
    headers = connection.headers
    foreign = is_foreign(headers, web.public_url)
    token = headers.get("x-csrf-token")
    if token is None and not foreign and isinstance(connection, Request) and _plain(connection):
        token = (await connection.form()).get("csrf")
    expected = web.token(connection.cookies.get(web.session, ""))
    if foreign or not hmac.compare_digest(str(token or ""), expected):
        raise errors.Forbidden(
            _("This page is out of date or was opened from another site; reload it and try again."),
            title="forged",
        )


def language(connection: Connection, person: str | None = None) -> str:
    """The language of this call: `?lang=`, a cookie chosen by hand, the person's, the browser's."""
    return web_of(connection).language(connection, person)


def _language_cookie(request: Http, spoken: str, person: str | None) -> list[Cookie]:
    """Remember a language asked for by hand; keep the person's at hand for sentences of errors."""
    before = request.cookies.get(LANGUAGE, "")
    wanted = before
    if request.query_params.get("lang") == spoken:
        wanted = spoken
    elif person and before[:1] in ("", "~"):
        wanted = f"~{spoken}"
    if wanted == before:
        return []
    return [Cookie(LANGUAGE, value=wanted, max_age=YEAR, samesite="lax", path="/")]


def page(
    request: Http,
    template: str,
    /,
    *,
    who: Any = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    frame_ancestors: str = "'none'",
    **values: Any,
) -> Page:
    """Answer with `template`; for pages and htmx fragments alike.

    `who` is the signed-in person or None, only its `language` is read here. Templates also get
    lang, nonce, csrf, theme, now (unless given), zone, path, languages, menu (by its name).
    """
    person = getattr(who, "language", None)
    lang = language(request, person)
    i18n.use(lang)
    nonce = secrets.token_urlsafe(16)
    stranger = {} if who else {"for_strangers": web_of(request).for_strangers(lang)}
    values = {"who": who, "nonce": nonce, **stranger, **_around(request, who), **values}
    return Response(
        html.render(template, lang, **values),
        status_code=status,
        media_type="text/html",
        headers={
            "content-security-policy": POLICY.format(nonce=nonce, ancestors=frame_ancestors),
            **(headers or {}),
        },
        cookies=_language_cookie(request, lang, person),
    )


def _around(request: Http, who: Any) -> dict[str, Any]:
    """What the frame of every page shows."""
    web = web_of(request)
    theme = request.cookies.get(THEME, "")
    return {
        "csrf": web.token(request.cookies.get(web.session, "")),
        "theme": theme if theme in ("light", "dark") else "",
        "now": moment(request),
        "zone": web.zone(),
        "path": problems.own_path(request),
        "languages": {code: i18n.NAMES[code] for code in web.languages() if code in i18n.NAMES},
        "menu": partial(web.menu, who=who),
    }


def from_query(kind: type[Asked], request: Http) -> Asked:
    """A dataclass of texts filled from the query of an address; what is absent is empty."""
    query = request.query_params
    # Python has no public name for the type of dataclasses.
    names = [each.name for each in fields(kind)]  # pyright: ignore[reportArgumentType]
    return kind(*(query.get(name, "").replace("\0", "")[:LONGEST_TEXT] for name in names))


def refuse(request: Http, error: Exception) -> Response[Any]:
    """Every error's answer: a problem, a page, or for htmx a sentence in the alert region."""
    _speak_unrouted(request)
    refused = problems.refusal(request, error)
    if problems.wants_problem(request):
        return problems.problem(refused)
    if request.headers.get("hx-request") == "true":
        return page(
            request,
            "alert.html",
            status=refused.status,
            headers={**refused.headers, "HX-Retarget": "#alerts", "HX-Reswap": "innerHTML"},
            refused=refused,
            sign_in="/sign-in",
        )
    if refused.status == 303 or (refused.status == 401 and request.method in SAFE):
        address = refused.headers.get("Location") or problems.sign_in_address(request)
        return Redirect(address, status_code=303)
    return page(
        request,
        "error.html",
        status=refused.status,
        headers=refused.headers,
        refused=refused,
        typed=request.method not in SAFE,
        back=problems.page_before(request),
    )


def _speak_unrouted(request: Http) -> None:
    """An address that leads nowhere, or takes another method, passes no guard that chooses one."""
    if "route_handler" in request.scope:
        return
    if not request.scope["path"].startswith("/api/") or "lang" in request.query_params:
        i18n.use(language(request))


@get("/.well-known/security.txt", include_in_schema=False, opt={"public": True})
async def security_text(request: Http) -> Response[str]:
    """Whom to tell of a weakness (RFC 9116)."""
    web, until = web_of(request), moment(request).astimezone(UTC) + SECURITY_SPAN
    fields = (
        f"Contact: {web.security_contact}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(web.languages())}",
        f"Canonical: {web.public_url}/.well-known/security.txt",
    )
    return Response("\n".join(fields) + "\n", media_type="text/plain")


@get("/static/{stamp:str}/{name:path}", include_in_schema=False, opt={"public": True})
async def static(request: Http, stamp: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A static file: for ever under the present hash, a minute under an older one."""
    everything = assets()
    asset = everything.files.get(name.lstrip("/"))
    if asset is None:
        raise NotFoundException
    headers = {
        "cache-control": FOREVER if stamp == everything.hash else SHORTLY,
        "vary": "accept-encoding",
        "cross-origin-resource-policy": "cross-origin",
    }
    content = asset.content
    if asset.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        content = asset.gzipped
    return Response(content, media_type=asset.media_type, headers=headers)
