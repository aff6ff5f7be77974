import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firstline.kit import clock, due
from firstline.kit.db import Db, Tx
from firstline.kit.due import DueRunner, DueTime

from .hands import START, Turned, lock_row, requests, running, until

WORKER = Path(__file__).with_name("one_worker.py")


async def arm(db: Db, no: int, at: datetime = START, kind: str = "promise") -> int:
    async with db.transaction() as tx:
        return await due.arm(tx.conn, no, kind, at)


async def fired(db: Db) -> list[tuple[int, str, int]]:
    async with db.connection() as conn:
        cursor = await conn.execute("select matter, kind, generation from fired")
        return await cursor.fetchall()


async def any_fired(db: Db) -> bool:
    return bool(await fired(db))


async def state(db: Db, no: int, kind: str = "promise") -> tuple[str, int, int]:
    async with db.connection() as conn:
        cursor = await conn.execute(
            "select state, generation, attempts from due_times where matter = %s and kind = %s",
            (no, kind),
        )
        row = await cursor.fetchone()
        assert row
        return row


async def note(tx: Tx, row: DueTime, now: datetime) -> None:
    await tx.conn.execute(
        "insert into fired values (%s, %s, %s)", (row.matter, row.kind, row.generation)
    )


async def test_what_is_due_fires_once_and_what_is_not_due_waits(post_db: Db) -> None:
    first, second = await requests(post_db, 2)
    await arm(post_db, first)
    await arm(post_db, second, START + timedelta(minutes=1))
    time = Turned()
    runner = DueRunner(post_db, {"promise": note}, time, lock=lock_row)
    assert await runner.step() == 1
    assert await runner.step() == 0
    time.turn(minutes=1)
    assert await runner.step() == 1
    assert await fired(post_db) == [(first, "promise", 1), (second, "promise", 1)]
    assert await state(post_db, first) == ("done", 1, 0)


async def test_arming_again_or_disarming_makes_the_leased_firing_a_no_op(post_db: Db) -> None:
    moved, called_off = await requests(post_db, 2)
    await arm(post_db, moved)
    await arm(post_db, called_off)
    runner = DueRunner(post_db, {"promise": note}, Turned(), lock=lock_row)
    leased = await runner.lease(10)
    assert await arm(post_db, moved, START + timedelta(hours=1)) == 2
    async with post_db.transaction() as tx:
        assert await due.disarm(tx.conn, called_off, "promise")
        assert not await due.disarm(tx.conn, called_off, "promise")
    for row in leased:
        await runner.work(row)
    assert await fired(post_db) == []
    assert await state(post_db, moved) == ("armed", 2, 0)


async def test_a_handler_may_arm_its_kind_again(post_db: Db) -> None:
    (no,) = await requests(post_db, 1)
    await arm(post_db, no)
    time = Turned()

    async def repeat(tx: Tx, row: DueTime, now: datetime) -> None:
        await note(tx, row, now)
        await due.arm(tx.conn, row.matter, row.kind, now + timedelta(minutes=5), "again")

    runner = DueRunner(post_db, {"promise": repeat}, time, lock=lock_row)
    assert await runner.step() == 1
    assert await state(post_db, no) == ("armed", 2, 0)
    time.turn(minutes=5)
    assert await runner.step() == 1
    assert await fired(post_db) == [(no, "promise", 1), (no, "promise", 2)]


async def test_a_firing_that_fails_writes_nothing_comes_back_and_holds_nobody_up(
    post_db: Db, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = await requests(post_db, 2)
    await arm(post_db, bad, START - timedelta(hours=1))
    await arm(post_db, good)
    time = Turned()

    async def picky(tx: Tx, row: DueTime, now: datetime) -> None:
        await note(tx, row, now)
        if row.matter == bad:
            raise ValueError("poison")

    runner = DueRunner(post_db, {"promise": picky}, time, lock=lock_row)
    assert await runner.step() == 2
    assert await fired(post_db) == [(good, "promise", 1)]
    assert await state(post_db, bad) == ("armed", 1, 1)
    assert f"promise of matter {bad} failed (attempt 1), again in 2 s" in caplog.text
    for attempt, seconds in ((2, 2), (3, 10)):
        assert await runner.step() == 0
        time.turn(seconds=seconds)
        assert await runner.step() == 1
        assert await state(post_db, bad) == ("armed", 1, attempt)
    assert await arm(post_db, bad) == 2
    assert await state(post_db, bad) == ("armed", 2, 0)


async def test_the_request_is_locked_before_its_due_time_is_read(post_db: Db) -> None:
    (no,) = await requests(post_db, 1)
    await arm(post_db, no)
    runner = DueRunner(post_db, {"promise": note}, Turned(), lock=lock_row)
    (row,) = await runner.lease(1)
    async with post_db.transaction() as tx:
        await tx.conn.execute("select 1 from requests where no = %s for update", (no,))
        firing = asyncio.create_task(runner.work(row))
        await asyncio.sleep(0.1)
        await due.disarm(tx.conn, no, "promise")
    await firing
    assert await fired(post_db) == []


async def test_several_workers_fire_each_once_and_soon_after_it_is_due(post_db: Db) -> None:
    numbers = await requests(post_db, 300)
    start = clock.now() + timedelta(seconds=0.6)
    async with post_db.transaction() as tx:
        for index, no in enumerate(numbers):
            await due.arm(tx.conn, no, "promise", start + timedelta(milliseconds=5 * index))
    late: dict[int, float] = {}
    count: Counter[int] = Counter()

    async def measure(tx: Tx, row: DueTime, now: datetime) -> None:
        await note(tx, row, now)
        count[row.matter] += 1
        late[row.matter] = (now - row.due_at).total_seconds()

    async def all_measured() -> bool:
        return len(late) == len(numbers)

    runners = [DueRunner(post_db, {"promise": measure}, width=3, lock=lock_row) for _ in range(3)]
    async with running(*runners):
        await until(all_measured)
    assert set(count.values()) == {1}
    assert len(await fired(post_db)) == len(numbers)
    assert min(late.values()) >= 0
    assert sorted(late.values())[len(late) // 2] < 0.5


async def worker(url: str, lease: float, pause: float) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, WORKER, url, "due", str(lease), str(pause), stdout=PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"leased\n"
    return process


async def fire_all(db: Db) -> None:
    async with running(DueRunner(db, {"promise": note}, poll=0.1, lock=lock_row)):
        await until(lambda: any_fired(db))


async def test_what_a_killed_worker_had_leased_fires_elsewhere(post_db: Db, post_url: str) -> None:
    (no,) = await requests(post_db, 1)
    await arm(post_db, no, clock.now())
    process = await worker(post_url, 1, 30)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await fired(post_db) == []
    await fire_all(post_db)
    assert await fired(post_db) == [(no, "promise", 1)]


async def test_a_stopped_worker_that_wakes_up_does_not_fire_again(
    post_db: Db, post_url: str
) -> None:
    (no,) = await requests(post_db, 1)
    await arm(post_db, no, clock.now())
    process = await worker(post_url, 1, 0.3)
    process.send_signal(signal.SIGSTOP)
    await fire_all(post_db)
    process.send_signal(signal.SIGCONT)
    await asyncio.sleep(1.0)
    process.send_signal(signal.SIGTERM)
    await process.wait()
    assert await fired(post_db) == [(no, "promise", 1)]
    assert (await state(post_db, no))[0] == "done"


async def test_a_worker_whose_cancellation_is_lost_on_the_way_ends_all_the_same() -> None:
    class Swallowing(DueRunner):
        """As a library may: what it awaited had just ended when it was cancelled."""

        looks = 0

        async def lease(self, limit: int) -> list[DueTime]:
            self.looks += 1
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            return []

        async def earliest(self) -> datetime | None:
            return None

    runner = Swallowing(Db(""), {}, lock=lock_row, poll=0.01)
    task = asyncio.create_task(runner.run())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0.1)
    ended, looks = task.done(), runner.looks
    task.cancel()  # whatever it was doing must not outlive the test
    assert (ended, looks) == (True, 1)
