"""Hands of the cast, and the demo's month read through."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from firstline.app import Desk
from firstline.kit.migrate import migrate
from firstline.people import Who
from firstline.reports import read_on
from firstline.seed import seed_if_empty
from firstline.settings import Settings
from tests.conftest import _create, _drop
from tests.requests.hands import Hands

MONTH_ENDS = datetime(2026, 3, 11, 10, 30, tzinfo=UTC)


@pytest.fixture
def hands(desk: Desk, clock: Any, world: dict[str, Who]) -> Hands:
    return Hands(desk, clock, world)


@pytest.fixture(scope="module")
async def month(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A desk with the demo's month, its evidence read."""
    name = f"month_{uuid4().hex[:12]}"
    url = await _create(name)
    await migrate(url, now=MONTH_ENDS)
    settings = Settings(data=tmp_path_factory.mktemp("data"), secret=b"s" * 32, database_url=url)
    desk = Desk(settings, tell=lambda: MONTH_ENDS)
    assert await seed_if_empty(desk, now=MONTH_ENDS)
    while await read_on(desk.db, desk.policies, MONTH_ENDS):
        pass
    yield desk
    await desk.db.close()
    await _drop(name)
