"""The worker as a whole, on a database of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from firstline import worker
from firstline.app import Desk
from firstline.kit import clock, due, outbox
from firstline.kit.errors import Unavailable
from firstline.kit.mail import FolderMail, list_letters
from firstline.people.store import who_by_email
from firstline.requests import open_request
from firstline.requests.model import NewRequest
from firstline.settings import Settings

from .hands import until


@asynccontextmanager
async def at_work(*desks: Desk) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run(desk)) for desk in desks]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        async with asyncio.timeout(10):
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task


@pytest.fixture
async def live_desk(live_database: str, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(Settings(data=tmp_path, secret=b"s" * 32, database_url=live_database))
    await desk.open()
    yield desk
    await desk.close()


async def opened(desk: Desk) -> int:
    async with desk.db.connection() as conn:
        vera = await who_by_email(conn, "vera@acme.example")
    assert vera
    _, made = await open_request(desk.call(vera), NewRequest("web", "403"))
    return made.no


async def count(desk: Desk, query: Any) -> int:
    async with desk.db.connection() as conn:
        row = await (await conn.execute(query)).fetchone()
    assert row
    return row[0]


async def test_two_workers_send_fire_and_index_each_thing_once(
    live_desk: Desk, live_database: str, tmp_path: Path
) -> None:
    other = Desk(Settings(data=tmp_path, secret=b"s" * 32, database_url=live_database))
    await other.open()
    no = await opened(live_desk)
    now = clock.now()
    async with live_desk.db.transaction() as tx:
        for index in range(20):
            payload = {"to": "vera@acme.example", "subject": f"Letter {index}", "text": "words"}
            await outbox.put(tx.conn, kind="mail", payload=payload, not_before=now)
        await due.arm(tx.conn, no, "turn", now, "missed")

    async def done() -> bool:
        waiting = await count(live_desk, "select count(*) from outbox where state = 'waiting'")
        unread = await count(live_desk, "select count(*) from unread")
        missed = await count(
            live_desk, "select count(*) from entries where kind = 'promise_missed'"
        )
        return (waiting, unread, missed) == (0, 0, 1)

    async with at_work(live_desk, other):
        await until(done)
    await other.close()
    assert isinstance(live_desk.mail, FolderMail)
    letters = list_letters(live_desk.mail.folder)
    assert sorted(each.subject for each in letters) == sorted(f"Letter {i}" for i in range(20))
    kept = await count(live_desk, "select count(*) from outbox where payload ? 'text'")
    assert kept == 0, "words do not stay in the outbox"


async def test_the_worker_survives_a_database_that_goes_away(
    live_desk: Desk, live_database: str
) -> None:
    async with at_work(live_desk):
        await asyncio.sleep(0.3)
        async with await psycopg.AsyncConnection.connect(live_database, autocommit=True) as conn:
            await conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        async with await psycopg.AsyncConnection.connect(live_database) as conn:
            payload = {"to": "vera@acme.example", "subject": "After", "text": "words"}
            await outbox.put(conn, kind="mail", payload=payload, not_before=clock.now())

        async def gone() -> bool:
            with suppress(Unavailable):
                sent = "select count(*) from outbox where state = 'sent'"
                return await count(live_desk, sent) == 1
            return False

        await until(gone, 20)


async def test_what_has_run_out_is_swept(live_desk: Desk) -> None:
    async with live_desk.db.transaction() as tx:
        await tx.conn.execute(
            "insert into preauth_used values ('old', now() - interval '1 hour'),"
            " ('young', now() + interval '1 hour')"
        )
        await outbox.put(tx.conn, kind="mail", payload={}, not_before=clock.now())
        await tx.conn.execute(
            "update outbox set state = 'sent', done_at = now() - interval '31 days'"
        )
    for chore in worker.chores(live_desk):
        await chore.do(clock.now())
    assert await count(live_desk, "select count(*) from preauth_used") == 1
    assert await count(live_desk, "select count(*) from outbox") == 0


async def test_a_told_past_mails_nobody(live_desk: Desk) -> None:
    now = clock.now()
    async with live_desk.db.transaction() as tx:
        await outbox.put(tx.conn, kind="mail", payload={"to": "x"}, not_before=now)
        assert await outbox.hush(tx.conn, before=now) == 0
        assert await outbox.hush(tx.conn, before=clock.now()) == 1
    assert await worker.outbox_runner(live_desk).step() == 0
