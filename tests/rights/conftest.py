"""The world of these tests, made once a module."""

from collections.abc import AsyncIterator

import pytest

from tests.rights.world import World, a_world


@pytest.fixture(scope="module")
async def world(
    shared_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with a_world(shared_database, tmp_path_factory.mktemp("world")) as world:
        yield world
