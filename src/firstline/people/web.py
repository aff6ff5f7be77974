"""Who is calling: the provider of `who` for handlers, and guards for routes.

Calls below /api are known by their bearer alone (so a foreign page can never act with a
cookie), pages by the cookie alone. Within one call the answer is found once.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from firstline.kit.errors import Forbidden, Missing, NotSignedIn
from firstline.kit.i18n import gettext as _t
from firstline.kit.web import moment
from firstline.people.access.bearers import identify_bearer
from firstline.people.access.sessions import COOKIE, identify_cookie
from firstline.people.model import Role, Who

Connection = ASGIConnection[Any, Any, Any, Any]
_KEY = "firstline_who"


async def provide_who(request: Request[Any, Any, Any]) -> Who:
    """Dependency `who`: the signed-in person. Raises NotSignedIn (API 401, pages 303)."""
    return await who_of(request)


async def provide_visitor(request: Request[Any, Any, Any]) -> Who | None:
    """Dependency for public pages that greet a signed-in person: None for a stranger."""
    try:
        return await who_of(request)
    except NotSignedIn:
        return None


async def who_of(connection: Connection) -> Who:
    """The person behind this call. Raises NotSignedIn."""
    state: dict[str, Any] = connection.scope.setdefault("state", {})
    if _KEY not in state:
        identify = _by_bearer if connection.scope["path"].startswith("/api/") else _by_cookie
        state[_KEY] = await identify(connection, moment(connection))
    return state[_KEY]


async def requires_staff(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: operators, management, keeper. To a client the route does not exist."""
    if not (await who_of(connection)).is_staff:
        raise Missing("There is nothing here.")


def requires_role(*roles: Role) -> Any:
    """Guard: staff with one of the roles; other staff 403, clients 404."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        who = await who_of(connection)
        if not who.is_staff:
            raise Missing("There is nothing here.")
        if who.roles.isdisjoint(roles):
            raise Forbidden(f"This needs the role {' or '.join(roles)}; ask the keeper.")

    return guard


async def requires_client(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: contacts of clients."""
    if (await who_of(connection)).is_staff:
        raise Forbidden("This is for clients; the staff works on the desk.")


def safe_next(address: str | None, otherwise: str = "/") -> str:
    """Where to go after signing in: a path of this site, or `otherwise`.

    Browsers read `\\` as `/`, drop tabs and line ends, and take `//host` for another site.
    """
    if not address or not address.startswith("/") or len(address) > 2000:
        return otherwise
    if address[1:2] in ("/", "\\") or any(ord(letter) < 33 or letter == "\\" for letter in address):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


async def _by_bearer(connection: Connection, now: datetime) -> Who:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(
            "Send an API token: Authorization: Bearer fl_…",
            headers={"WWW-Authenticate": 'Bearer realm="firstline"'},
        )
    return await identify_bearer(connection.app.state.db, token.strip(), now=now)


async def _by_cookie(connection: Connection, now: datetime) -> Who:
    return await identify_cookie(connection.app.state.db, connection.cookies.get(COOKIE), now=now)
