"""A database that cannot hold a desk is refused in a sentence, and nothing is made in it."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.platform.running import Command

from firstline.kit.migrate import SchemaError, migrate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def run(url: str, query: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(query.encode())


async def refusal(url: str) -> str:
    with pytest.raises(SchemaError) as found:
        await migrate(url, now=NOW)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        row = await (await conn.execute("select to_regclass('schema_versions')")).fetchone()
    assert row == (None,)
    return str(found.value)


@pytest.fixture
async def role(empty: str) -> AsyncIterator[str]:
    """A role that owns nothing."""
    name = f"guest_{uuid4().hex[:8]}"
    await run(
        empty, f"create role {name} login password 'x'; revoke create on schema public from public"
    )
    yield name
    await run(empty, f"drop owned by {name}; drop role {name}")


async def test_a_role_without_rights_is_told_what_it_lacks(empty: str, role: str) -> None:
    await run(empty, f"grant {role} to current_user")
    said = await refusal(make_conninfo(empty, options=f"-c role={role}"))
    assert f"owner to {role}" in said


async def test_a_database_of_another_encoding_is_refused_before_the_first_step() -> None:
    server, name = os.environ["FIRSTLINE_TEST_URL"], f"latin_{uuid4().hex[:8]}"
    await run(server, f"create database {name} encoding 'LATIN1' locale 'C' template template0")
    try:
        assert "--encoding UTF8" in await refusal(make_conninfo(server, dbname=name))
    finally:
        await run(server, f"drop database {name} with (force)")


async def test_a_database_that_takes_no_writes_says_why(empty: str, command: Command) -> None:
    reading = make_conninfo(empty, options="-c default_transaction_read_only=on")
    assert "takes no writes: default_transaction_read_only" in await refusal(reading)
    await migrate(empty, now=NOW)
    command.environment["FIRSTLINE_DATABASE_URL"] = reading
    for words in (("migrate",), ("operator", "new", "k@firstline.example", "--name", "K")):
        assert "takes no writes" in command.run(*words, code=1)


async def test_tables_of_others_are_named(empty: str) -> None:
    await run(empty, "create table requests (mine text)")
    with pytest.raises(SchemaError, match='"requests" already exists'):
        await migrate(empty, now=NOW)
