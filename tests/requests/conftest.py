"""Hands of the cast on a desk whose every change is rolled back."""

from typing import Any

import httpx
import psycopg
import pytest

from firstline.app import Desk
from firstline.people import Who

from .hands import Hands


@pytest.fixture
def hands(desk: Desk, clock: Any, world: dict[str, Who]) -> Hands:
    return Hands(desk, clock, world)


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are sent, as they are sent."""
    sent: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noting(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        sent.append(str(query))
        return await execute(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noting)
    return sent


@pytest.fixture
async def vera(client_for: Any) -> httpx.AsyncClient:
    return await client_for("vera")


@pytest.fixture
async def anna(client_for: Any) -> httpx.AsyncClient:
    return await client_for("anna")
