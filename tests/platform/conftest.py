"""Folders and clusters of this suite's own: it kills what it starts."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from firstline.kit.embedded import EmbeddedPostgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account of the machine can pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="fl-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
async def throwaway() -> AsyncIterator[str]:
    """A running cluster for a module, quick and careless."""
    path = Path(tempfile.mkdtemp(prefix="fl-"))
    path.chmod(0o755)
    postgres = EmbeddedPostgres(path / "data", {"fsync": "off"})
    yield await postgres.start()
    await postgres.stop()
    await postgres.destroy()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
async def empty(throwaway: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty database of its own for one test."""
    name = f"t_{abs(hash(request.node.nodeid))}"
    async with await psycopg.AsyncConnection.connect(throwaway, autocommit=True) as conn:
        await conn.execute(f"create database {name}")
    yield psycopg.conninfo.make_conninfo(throwaway, dbname=name)
    async with await psycopg.AsyncConnection.connect(throwaway, autocommit=True) as conn:
        await conn.execute(f"drop database {name} with (force)")
