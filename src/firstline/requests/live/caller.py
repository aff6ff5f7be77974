"""Who opens a live socket: by bearer, by a bearer among the subprotocols, or by cookie."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from firstline.kit.db import Db
from firstline.kit.errors import Forbidden, NotSignedIn
from firstline.kit.i18n import gettext as _
from firstline.kit.web import session_name
from firstline.people import Who, identify_bearer, identify_cookie

SUBPROTOCOL = "firstline"
BEARER = "bearer."
Identify = Callable[[datetime], Awaitable[Who]]


def caller(db: Db, scope: dict[str, Any], public_url: str) -> Identify:
    """How to find out who is calling, now and again later.

    A browser sends the cookie along wherever the page that opens the socket comes from, so with
    a cookie the page's origin must be our own. Raises `Forbidden`, `NotSignedIn`.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    token = _bearer(headers.get("authorization", ""), scope.get("subprotocols") or ())
    if token:
        return lambda now: identify_bearer(db, token, now=now)
    cookie = _cookie(headers.get("cookie", ""), session_name(public_url))
    if not cookie:
        raise NotSignedIn(_("Sign in, or send a token."))
    if not same_origin(headers.get("origin"), headers.get("host"), public_url):
        raise Forbidden(_("This page belongs to another site."))
    return lambda now: identify_cookie(db, cookie, now=now)


def _bearer(authorization: str, subprotocols: Iterable[str]) -> str:
    scheme, _space, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    offered = [name for name in subprotocols if name.startswith(BEARER)]
    return offered[0].removeprefix(BEARER) if offered and SUBPROTOCOL in subprotocols else ""


def _cookie(header: str, name: str) -> str:
    try:
        cookie = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def same_origin(origin: str | None, host: str | None, public_url: str) -> bool:
    """Is the page's origin the public address, or the very host that was called?"""
    if not origin:
        return False
    try:
        page, public = urlsplit(origin), urlsplit(public_url)
        if page.scheme not in ("http", "https"):
            return False
        if (page.scheme, page.hostname, _port(page)) == (
            public.scheme,
            public.hostname,
            _port(public),
        ):
            return True
    except ValueError:
        return False
    return bool(host) and page.netloc.lower() == (host or "").lower()


def _port(parts: Any) -> int | None:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)
