"""People in browsers: clients with a session cookie, who send forms as a browser does."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from firstline.kit.db import BoundDb
from firstline.people import Who
from firstline.people.access.sessions import COOKIE, start_session

TOKEN = re.compile(r'<meta name="csrf" content="([0-9a-f]+)">')


class Browser:
    """A person's browser: the cookie of their session, and the form token of the last page."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.csrf = ""

    async def get(self, address: str, **more: Any) -> httpx.Response:
        answer = await self.http.get(address, **more)
        if found := TOKEN.search(answer.text):
            self.csrf = found[1]
        return answer

    async def post(self, address: str, data: Any = None, **more: Any) -> httpx.Response:
        """Send a form of the page that was looked at last."""
        if not self.csrf:
            await self.get("/")
        fields = {"csrf": self.csrf, **(data or {})}
        return await self.http.post(address, data=fields, **more)

    async def send(self, address: str, json: Any) -> httpx.Response:
        """Send JSON as the page's scripts do."""
        if not self.csrf:
            await self.get("/")
        headers = {"X-CSRF-Token": self.csrf, "Accept": "application/json"}
        return await self.http.post(address, json=json, headers=headers)


Browsers = Callable[[str | None], Awaitable[Browser]]


@pytest.fixture
async def browser_for(
    app: Any, db: BoundDb, world: dict[str, Who], clock: Any
) -> AsyncIterator[Browsers]:
    """`await browser_for("vera")`: her browser, signed in; None for a stranger's."""
    opened: list[httpx.AsyncClient] = []

    async def make(name: str | None) -> Browser:
        cookies = {}
        if name is not None:
            async with db.connection() as conn:
                cookies[COOKIE] = await start_session(conn, world[name], now=clock())
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://desk.example", cookies=cookies
        )
        opened.append(http)
        return Browser(http)

    yield make
    for http in opened:
        await http.aclose()


@pytest.fixture
async def vera(browser_for: Browsers) -> Browser:
    return await browser_for("vera")


class Counted:
    """How many statements ran since it was last asked."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def taken(self) -> list[str]:
        found, self.statements = self.statements, []
        return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Counts every statement of the test's connection."""
    counter = Counted()
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        counter.statements.append(str(query))
        return await execute(self, query, *args, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noted)
    return counter


async def opened(browser: Browser, body: str = "403 on https://acme.example/page/") -> int:
    """The number of a request that was opened by the form."""
    answer = await browser.post("/requests", {"topic": "web", "body": body, "key": str(uuid4())})
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])
