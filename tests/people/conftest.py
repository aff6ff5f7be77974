"""Browsers for the tests of people: real cookies, real forms, over the ASGI application."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from firstline.kit.db import Conn
from firstline.people.access import bearers

BASE = "http://desk.example"


@pytest.fixture(autouse=True)
def _nobody_remembered() -> None:
    """Tests share a process; what one has remembered of a token is not the next one's."""
    bearers._remembered.clear()


@pytest.fixture
async def conn(conn: Conn) -> Conn:
    """Inside a transaction from the start: on an idle connection a savepoint would commit."""
    await conn.execute("select")
    return conn


class Browser(httpx.AsyncClient):
    """A browser: keeps cookies, and fills in forms as they stand on the page."""

    async def submit(self, address: str, *, on: str | None = None, **fields: str) -> httpx.Response:
        page = await self.get(on or address)
        return await self.post(address, data={"csrf": csrf(page.text), **fields})

    async def sign_in(self, email: str, password: str = "firstline", **more: str) -> httpx.Response:
        return await self.submit("/sign-in", email=email, password=password, **more)


def csrf(page: str) -> str:
    found = re.search(r'<meta name="csrf" content="([0-9a-f]*)"', page)
    assert found, page[:500]
    return found.group(1)


@pytest.fixture
async def browser(app: Any) -> AsyncIterator[Callable[..., Browser]]:
    """`browser()`: a new browser; `browser(address="10.0.0.9")` from another network."""
    opened: list[Browser] = []

    def make(address: str = "127.0.0.1", **headers: str) -> Browser:
        transport = httpx.ASGITransport(app=app, client=(address, 1234))
        made = Browser(transport=transport, base_url=BASE, headers=headers)
        opened.append(made)
        return made

    yield make
    for each in opened:
        await each.aclose()
