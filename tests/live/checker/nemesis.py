"""What goes wrong: processes die, connections break, the bus falls silent."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable
from random import Random

import psutil
import psycopg
from tests.live.checker.history import History
from tests.live.checker.people import Someone
from tests.live.checker.stand import Stand
from tests.live.checker.wire import Line

BACKENDS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
BUS = BACKENDS + " and (query ilike 'listen%' or query ilike '%pg_notify%')"
EARLIEST = """
select no from requests where line = 'first' and holder is null and closed_at is null
order by no limit 1 for update
"""
SILENCE, TUNNEL = 5.0, 4.0
HOLDS, HELD = 4, 0.6


class Nemesis:
    """Breaks things one after the other, in an order of its own, and mends what does not mend
    itself: only a killed desk is started again from here."""

    def __init__(
        self,
        stand: Stand,
        history: History,
        crowd: list[Someone],
        lines: list[Line],
        faults: tuple[str, ...],
        random: Random,
        pause: float,
    ) -> None:
        self.stand = stand
        self.history = history
        self.crowd = crowd
        self.lines = lines
        self.faults = faults
        self.random = random
        self.pause = pause
        self.rounds = 0

    async def run(self, rounds: int, over: Callable[[], bool]) -> None:
        """Until `over` and every fault has had its turn `rounds` times."""
        while self.rounds < rounds or not over():
            for name in self.random.sample(self.faults, len(self.faults)):
                await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.pause)
                if self.rounds >= rounds and over():
                    return
                self.history.faults.append((time.monotonic(), name))
                act: Callable[[], Awaitable[None]] = getattr(self, name)
                await act()
            self.rounds += 1

    async def kill_desk(self) -> None:
        """kill -9 of all its processes; PostgreSQL goes on by itself."""
        await self.stand.kill()
        await self.stand.start()

    async def kill_child(self) -> None:
        """kill -9 of one process of several; the supervisor starts another."""
        children = self.stand.family[1:]
        if children:
            with contextlib.suppress(psutil.NoSuchProcess):
                self.random.choice(children).kill()

    async def kill_postgres(self) -> None:
        """kill -9 of the postmaster; the desk's own watch starts it again."""
        pid = self.stand.postmaster
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        await self.stand.ready()

    async def end_backends(self) -> None:
        """pg_terminate_backend of half of all connections."""
        await asyncio.to_thread(self.stand.sql, BACKENDS + " and random() < 0.5")

    async def cut(self) -> None:
        """Half of the people lose their connections, with calls under way."""
        for someone in self.crowd:
            if self.random.random() < 0.5:
                someone.caller.cut()
            if self.random.random() < 0.5:
                someone.line.cut()

    async def silence(self) -> None:
        """The bus between the processes is cut again and again."""
        until = time.monotonic() + SILENCE
        while time.monotonic() < until:
            await asyncio.to_thread(self.stand.sql, BUS)
            await asyncio.sleep(0.3)

    async def tunnel(self) -> None:
        """Those who read slowly read nothing at all."""
        slow = [line for line in self.lines if line.reader.slow]
        await asyncio.gather(*(line.pause(TUNNEL) for line in slow))

    async def hold(self) -> None:
        """Somebody else's transaction holds the row of the request whose turn it is."""
        for _ in range(HOLDS):
            await asyncio.to_thread(self._hold)
            await asyncio.sleep(0.1)

    def _hold(self) -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.stand.database) as conn,
        ):
            conn.execute(EARLIEST)
            time.sleep(HELD)
