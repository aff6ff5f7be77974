import asyncio
import signal
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from firstline.kit import clock, outbox
from firstline.kit.db import Db, Tx
from firstline.kit.ids import uuid7
from firstline.kit.outbox import Away, OutboxRunner, Parcel, Permanent, Unsent

from .hands import START, Turned, running, until

WORKER = Path(__file__).with_name("one_worker.py")


async def put(db: Db, at: datetime = START, **more: Any) -> UUID | None:
    async with db.transaction() as tx:
        return await outbox.put(
            tx.conn,
            kind="mail",
            payload={"to": "v@acme.example", "text": "x"},
            not_before=at,
            **more,
        )


async def rows(db: Db) -> list[Parcel]:
    async with db.connection() as conn:
        cursor = await conn.execute("select * from outbox order by id")
        names = [column.name for column in cursor.description or ()]
        return [Parcel(**dict(zip(names, row, strict=True))) for row in await cursor.fetchall()]


async def test_a_parcel_leaves_only_when_its_transaction_has_committed(post_db: Db) -> None:
    sent: list[UUID] = []

    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        sent.append(parcel_id)

    runner = OutboxRunner(post_db, {"mail": send}, clock=Turned())

    async def failing(tx: Tx) -> None:
        await outbox.put(tx.conn, kind="mail", payload={}, not_before=START)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await post_db.run(failing)
    assert await runner.step() == 0
    kept = await put(post_db)
    assert await runner.step() == 1
    assert sent == [kept]


async def test_a_dedupe_key_is_put_once(post_db: Db) -> None:
    assert await put(post_db, dedupe_key="letter:1001:3")
    assert await put(post_db, dedupe_key="letter:1001:3") is None
    assert len(await rows(post_db)) == 1


async def test_what_the_handler_returns_is_all_that_stays_of_the_payload(post_db: Db) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> dict[str, Any]:
        return {"to": payload["to"]}

    await put(post_db)
    await OutboxRunner(post_db, {"mail": send}, clock=Turned()).step()
    (row,) = await rows(post_db)
    assert (row.state, row.payload, row.done_at) == ("sent", {"to": "v@acme.example"}, START)


async def test_a_failing_parcel_waits_longer_each_time_then_is_dead_and_can_be_replayed(
    post_db: Db,
) -> None:
    tries: list[UUID] = []

    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        tries.append(parcel_id)
        raise ConnectionError("the server is away\0\r\nreally")

    time = Turned()
    runner = OutboxRunner(post_db, {"mail": send}, clock=time, schedule=(5, 300))
    await put(post_db)
    for expected in (5, 300):
        assert await runner.step() == 1
        (row,) = await rows(post_db)
        wait = (row.not_before - time()).total_seconds()
        assert expected * 0.8 <= wait <= expected * 1.2
        assert row.last_error == "ConnectionError: the server is away really"
        assert await runner.step() == 0
        time.turn(seconds=wait)
    async with post_db.connection() as conn:
        assert len(await outbox.list_failing(conn)) == 1
    assert await runner.step() == 1
    async with post_db.connection() as conn:
        (dead,) = await outbox.list_dead(conn)
        assert await outbox.send_now(conn, [dead.id], now=time()) == 1
        assert await outbox.send_now(conn, [uuid7()], now=time()) == 0
    assert dead.attempts == 3
    assert await runner.step() == 1
    assert len(set(tries)) == 1
    assert len(tries) == 4


async def test_what_an_away_server_keeps_waiting_goes_within_half_a_minute_of_its_return(
    post_db: Db,
) -> None:
    sent: list[UUID] = []
    away = True

    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        if away:
            raise Away("connection refused")
        sent.append(parcel_id)

    time = Turned()
    runner = OutboxRunner(post_db, {"mail": send}, clock=time)
    for _ in range(20):
        await put(post_db)
    for _ in range(400):  # an outage of three hours
        await runner.step()
        time.turn(seconds=30)
    async with post_db.connection() as conn:
        found = await outbox.find_unsent(conn, before=time())
    assert (found.count, found.since, found.error) == (20, START, "Away: connection refused")
    assert {row.attempts for row in await rows(post_db)} == {0}
    away = False
    time.turn(seconds=36)
    await runner.step()
    assert len(set(sent)) == len(sent) == 20


async def test_what_waits_for_an_away_server_is_given_up_after_three_days_and_not_before(
    post_db: Db,
) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        raise Away("connection refused")

    time = Turned()
    runner = OutboxRunner(post_db, {"mail": send}, clock=time)
    await put(post_db)
    time.turn(days=3)
    await runner.step()
    assert [row.state for row in await rows(post_db)] == ["waiting"]
    time.turn(hours=6)
    await runner.step()
    assert [row.state for row in await rows(post_db)] == ["dead"]
    async with post_db.connection() as conn:
        await outbox.send_now(conn, None, now=time())
    await runner.step()
    assert [row.state for row in await rows(post_db)] == ["waiting"], "it has its time again"


async def test_what_fails_is_sent_now_or_dropped_and_what_only_waits_is_left_alone(
    post_db: Db,
) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        raise ConnectionError("not now")

    time = Turned()
    runner = OutboxRunner(post_db, {"mail": send}, clock=time)
    failing = await put(post_db)
    assert failing is not None
    await runner.step()
    later = await put(post_db, time() + timedelta(hours=1))
    async with post_db.connection() as conn:
        assert await outbox.send_now(conn, None, now=time()) == 1
    (one, other) = await rows(post_db)
    assert (one.id, one.not_before, one.attempts) == (failing, time(), 0)
    leased = await runner.lease(1)
    async with post_db.connection() as conn:
        assert await outbox.drop(conn, None, now=time()) == 0, "it is being sent"
    await runner.work(leased[0])
    async with post_db.connection() as conn:
        assert await outbox.drop(conn, [failing], now=time()) == 1
    assert [row.id for row in await rows(post_db)] == [later] == [other.id]


async def test_a_permanent_error_ends_it_at_once(post_db: Db) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        raise Permanent("550 no such person")

    await put(post_db)
    await OutboxRunner(post_db, {"mail": send}, clock=Turned()).step()
    (row,) = await rows(post_db)
    assert (row.state, row.attempts) == ("dead", 1)
    assert row.last_error == "Permanent: 550 no such person"


async def test_a_handler_that_hangs_is_ended_and_tried_again(post_db: Db) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        await asyncio.sleep(60)

    await put(post_db)
    await OutboxRunner(post_db, {"mail": send}, clock=Turned(), patience=0.05).step()
    (row,) = await rows(post_db)
    assert (row.state, row.last_error) == ("waiting", "TimeoutError")


async def test_kinds_without_a_handler_wait_for_a_worker_that_has_one(post_db: Db) -> None:
    await put(post_db)
    assert await OutboxRunner(post_db, {}, clock=Turned()).step() == 0
    (row,) = await rows(post_db)
    assert (row.state, row.attempts) == ("waiting", 0)


async def test_several_workers_send_each_parcel_once(post_db: Db) -> None:
    sent: Counter[UUID] = Counter()

    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        sent[parcel_id] += 1
        await asyncio.sleep(0)

    for _ in range(120):
        await put(post_db)
    runners = [OutboxRunner(post_db, {"mail": send}, clock=Turned()) for _ in range(3)]
    await asyncio.gather(*(runner.step() for runner in runners))
    assert len(sent) == 120
    assert set(sent.values()) == {1}


async def test_who_slept_past_the_lease_marks_nothing(post_db: Db) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> None: ...

    time = Turned()
    first = OutboxRunner(post_db, {"mail": send}, clock=time)
    second = OutboxRunner(post_db, {"mail": send}, clock=time)
    await put(post_db)
    (held,) = await first.lease(5)
    assert await second.lease(5) == []
    time.turn(seconds=first.patience * 2)
    (again,) = await second.lease(5)
    await first.work(held)
    assert (await rows(post_db))[0].state == "waiting"
    await second.work(again)
    assert (await rows(post_db))[0].state == "sent"


async def test_a_worker_killed_while_sending_loses_nothing(post_db: Db, post_url: str) -> None:
    kept = await put(post_db, at=clock.now())
    process = await asyncio.create_subprocess_exec(
        sys.executable, WORKER, post_url, "outbox", "1", "30", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"leased\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    sent: list[UUID] = []

    async def send(payload: dict[str, Any], parcel_id: UUID) -> None:
        sent.append(parcel_id)

    runner = OutboxRunner(post_db, {"mail": send}, poll=0.1)

    async def gone() -> bool:
        return (await rows(post_db))[0].state == "sent"

    async with running(runner):
        await until(gone)
    assert sent == [kept]
    assert (await rows(post_db))[0].attempts == 2


async def test_what_is_overdue_and_what_is_old_can_be_asked(post_db: Db) -> None:
    async def send(payload: dict[str, Any], parcel_id: UUID) -> None: ...

    time = Turned(START + timedelta(hours=1))
    await put(post_db)
    async with post_db.connection() as conn:
        assert await outbox.find_unsent(conn, before=time()) == Unsent(1, START, None)
    await OutboxRunner(post_db, {"mail": send}, clock=time).step()
    async with post_db.connection() as conn:
        assert await outbox.find_unsent(conn, before=time()) == Unsent(0, None, None)
        assert await outbox.forget(conn, before=START) == 0
        assert await outbox.forget(conn, before=time() + timedelta(days=1)) == 1
