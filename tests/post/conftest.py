"""The post's tests commit: leases, several workers and kills cannot be seen inside a rollback."""

import os
from collections.abc import AsyncIterator

import psycopg
import pytest

from firstline.kit.db import Db


@pytest.fixture(scope="session")
async def post_url(template: str) -> AsyncIterator[str]:
    """A database for this worker's tests, with a table of what has fired."""
    server, name = os.environ["FIRSTLINE_TEST_URL"], f"post_{os.getpid()}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        await conn.execute(f"create database {name} template {template}")
    url = server.rpartition("/")[0] + "/" + name
    async with await psycopg.AsyncConnection.connect(url) as conn:
        await conn.execute("create table fired (matter bigint, kind text, generation int)")
    yield url
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        await conn.execute(f"drop database {name} with (force)")


@pytest.fixture
async def post_db(post_url: str) -> AsyncIterator[Db]:
    db = Db(post_url, size=12)
    await db.open()
    async with db.transaction() as tx:
        await tx.conn.execute("truncate outbox, due_times, fired")
    yield db
    await db.close()
