"""The database goes and comes back, or is set up otherwise than we would: the desk goes on."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from firstline.kit.db import Db
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.errors import Unavailable
from firstline.kit.live.bus import PostgresBus
from firstline.kit.migrate import migrate
from firstline.queues import look_at_queues

NOW = datetime(2026, 3, 11, 8, tzinfo=UTC)
OTHERWISE = {
    "datestyle": "German",
    "timezone": "America/St_Johns",
    "intervalstyle": "sql_standard",
    "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable",
}


@pytest.fixture
async def cluster(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(folder / "data", {"fsync": "off"})
    yield postgres
    await postgres.destroy()


async def _said_at_once(db: Db) -> bool:
    """Whether a read is refused, and within a fraction of a second."""
    began = time.monotonic()
    refused = await _refused(db)
    assert not refused or time.monotonic() - began < 1
    return refused


async def test_an_absent_database_is_told_at_once_and_used_within_two_seconds_of_its_return(
    cluster: EmbeddedPostgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    url = await cluster.start()
    db, bus = Db(url, size=4), PostgresBus(url)
    await db.open()
    await bus.open(lambda _topic, _head: None, lambda _topic, _message: None)
    await asyncio.gather(*(_said_at_once(db) for _ in range(4)))  # four connections that will die
    await cluster.stop()
    for _ in range(40):
        assert all(await asyncio.gather(*(_said_at_once(db) for _ in range(8))))
        await asyncio.sleep(0.1)
    await cluster.start()
    await asyncio.sleep(2)
    assert not any(await asyncio.gather(*(_said_at_once(db) for _ in range(8))))
    assert bus.alive
    async with db.batch() as tx:
        await tx.conn.execute("select 1")
    await bus.close()
    await db.close()
    lines = [one.message for one in caplog.records if "away" in one.message]
    assert len(lines) == 1
    assert "connection" in lines[0]


def _processes(folder: Path) -> list[int]:
    """The postmaster and all that it has started."""
    pid = int((folder / "data/postgres/cluster/postmaster.pid").read_text().split()[0])
    tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *map(int, tasks.split())]


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


async def test_a_database_that_stands_still_is_away_as_well(
    cluster: EmbeddedPostgres, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    db = Db(await cluster.start(), size=4)
    await db.open()
    await asyncio.gather(*(_said_at_once(db) for _ in range(4)))
    pids = _processes(folder)
    _signal(pids, signal.SIGSTOP)
    try:
        # Whoever asks first finds out for all; those who hold a connection are set free too.
        found = await asyncio.wait_for(asyncio.gather(*(_refused(db) for _ in range(8))), 15)
        assert all(found)
        for _ in range(10):
            assert await _said_at_once(db)
    finally:
        _signal(pids, signal.SIGCONT)
    await asyncio.sleep(2)
    assert not any(await asyncio.gather(*(_said_at_once(db) for _ in range(8))))
    await db.close()
    (line,) = [one.message for one in caplog.records if "database away" in one.message]
    assert "silent" in line


async def test_one_long_question_is_no_absence_of_the_database(
    cluster: EmbeddedPostgres, caplog: pytest.LogCaptureFixture
) -> None:
    db = Db(await cluster.start(), size=2)
    await db.open()
    async with db.connection() as conn:
        await conn.execute("select pg_sleep(5)")
    assert not await _said_at_once(db)
    await db.close()
    assert not [one for one in caplog.records if "away" in one.message]


async def test_lines_that_died_unseen_are_not_tried_one_by_one(
    cluster: EmbeddedPostgres, folder: Path
) -> None:
    db = Db(await cluster.start(), size=4)
    await db.open()
    await asyncio.gather(*(_said_at_once(db) for _ in range(4)))
    mine = [pid for pid in _processes(folder) if _title(pid).startswith(b"postgres: firstline")]
    assert mine
    _signal(mine, signal.SIGSTOP)
    try:
        db.presence.doubt(psycopg.OperationalError("the line is dead"))
        await asyncio.sleep(2)
        assert not any(await asyncio.gather(*(_said_at_once(db) for _ in range(8))))
    finally:
        _signal(mine, signal.SIGCONT)
    await db.close()


def _title(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


async def _refused(db: Db) -> bool:
    try:
        async with db.connection() as conn:
            await conn.execute("select 1")
    except Unavailable:
        return True
    return False


async def test_what_role_and_database_set_for_themselves_never_reaches_the_desk(empty: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(empty)["dbname"]
    async with await psycopg.AsyncConnection.connect(empty, autocommit=True) as conn:
        for key, value in OTHERWISE.items():
            await conn.execute(f"alter database {name} set {key} = '{value}'".encode())
    await migrate(empty, now=NOW)
    db = Db(empty, size=2)
    await db.open()
    for way in (db.connection, db.statement):
        async with way() as found:
            conn = found if isinstance(found, psycopg.AsyncConnection) else found.conn
            row = await (
                await conn.execute(
                    "select timestamptz '2026-03-11 08:00Z', interval '1 day 2:00', 'Ґедзь',"
                    " (timestamptz '2026-03-11 08:00Z')::text, current_setting('server_encoding'),"
                    " current_setting('default_transaction_isolation')"
                )
            ).fetchone()
        assert row is not None
        assert row[0] == NOW
        assert row[0].utcoffset().total_seconds() == 0
        assert (row[1].days, row[1].seconds, row[2]) == (1, 7200, "Ґедзь")
        assert row[3] == "2026-03-11 08:00:00+00"
        assert row[5] == "read committed"
    await look_at_queues(db, NOW)
    await db.close()
