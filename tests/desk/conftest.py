"""Operators in browsers, and requests made by the use cases themselves."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import psycopg
import pytest

from firstline.app import Desk
from firstline.kit.db import BoundDb
from firstline.people import Who
from firstline.people.access.sessions import COOKIE, start_session
from firstline.requests import NewRequest, moves, open_request

TOKEN = re.compile(r'<meta name="csrf" content="([0-9a-f]+)">')
HTMX = {"HX-Request": "true", "Accept": "text/html"}


class Browser:
    """An operator's browser: the session's cookie, and the form token of the desk's page."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.csrf = ""

    async def get(self, address: str, **more: Any) -> httpx.Response:
        answer = await self.http.get(address, **more)
        if found := TOKEN.search(answer.text):
            self.csrf = found[1]
        return answer

    async def act(self, address: str, **fields: Any) -> httpx.Response:
        """Send a form as htmx does."""
        headers = {**HTMX, "X-CSRF-Token": await self._token()}
        return await self.http.post(address, data=fields, headers=headers)

    async def form(self, address: str, **fields: Any) -> httpx.Response:
        """Send a form as a browser without scripts does."""
        return await self.http.post(address, data={"csrf": await self._token(), **fields})

    async def send(self, address: str, **json: Any) -> httpx.Response:
        """Send JSON as the desk's own scripts do."""
        headers = {"X-CSRF-Token": await self._token(), "Accept": "application/json"}
        return await self.http.post(address, json=json, headers=headers)

    async def _token(self) -> str:
        if not self.csrf:
            await self.get("/sign-in", follow_redirects=True)
        return self.csrf


Browsers = Callable[[str | None], Awaitable[Browser]]
Opens = Callable[..., Awaitable[int]]


@pytest.fixture
async def browser_for(
    app: Any, db: BoundDb, world: dict[str, Who], clock: Any
) -> AsyncIterator[Browsers]:
    """`await browser_for("anna")`: her browser, signed in; None for a stranger's."""
    opened: list[httpx.AsyncClient] = []

    async def make(name: str | None) -> Browser:
        cookies = {}
        if name is not None:
            async with db.connection() as conn:
                cookies[COOKIE] = await start_session(conn, world[name], now=clock())
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://desk.example",
            cookies=cookies,
        )
        opened.append(http)
        return Browser(http)

    yield make
    for http in opened:
        await http.aclose()


@pytest.fixture
def opens(desk: Desk, world: dict[str, Who], clock: Any) -> Opens:
    """`await opens("vera", "words", holder="anna")`: the number of a request, taken if asked."""

    async def make(name: str, body: str, holder: str | None = None, **more: Any) -> int:
        _, opened = await open_request(
            desk.call(world[name]), NewRequest(more.pop("topic", "web"), body, **more)
        )
        if holder:
            taken = await desk.call(world[holder]).run(moves.take_next, "first")
            assert taken is not None
            assert taken.no == opened.no
        return opened.no

    return make


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that pages send, as they send them."""
    sent: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noting(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        sent.append(str(query))
        return await execute(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noting)
    return sent
