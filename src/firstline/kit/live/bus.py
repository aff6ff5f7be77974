"""Hints between processes: a topic and its head. A bus may lose, repeat and reorder them."""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import psycopg
from psycopg import AsyncConnection, sql

from firstline.kit.logs import cause_of
from firstline.kit.sessions import connect
from firstline.kit.tasks import Rarely, goes_on, pause

log = logging.getLogger(__name__)
Hint = Callable[[str, int], None]
Whisper = Callable[[str, Mapping[str, Any]], None]
CHANNEL = "firstline_live"
GATHER = 0.015
PAYLOAD = 7900
HINTS = 10_000
WHISPERS = 1000
BEAT = 20.0
PATIENCE = 5.0
BACKOFF = (0.1, 0.2, 0.5, 1.0)


class Bus(Protocol):
    """What a hub tells the hubs of other processes, and hears from them; never its own words."""

    async def open(self, hint: Hint, whisper: Whisper) -> None: ...

    async def close(self) -> None: ...

    def hint(self, topic: str, head: int) -> None: ...

    def whisper(self, topic: str, message: Mapping[str, Any]) -> None: ...

    @property
    def alive(self) -> bool:
        """Does it carry at this moment? Readers lose nothing when not, they wait for the poll."""
        ...


class LocalBus:
    """For one process: hubs made with the same `street` hear each other."""

    def __init__(self, street: "list[LocalBus] | None" = None) -> None:
        self._street = street if street is not None else []
        self.ears: tuple[Hint, Whisper] | None = None

    async def open(self, hint: Hint, whisper: Whisper) -> None:
        self.ears = hint, whisper
        self._street.append(self)

    async def close(self) -> None:
        self._street.remove(self)

    def hint(self, topic: str, head: int) -> None:
        for hint, _ in self._others():
            hint(topic, head)

    def whisper(self, topic: str, message: Mapping[str, Any]) -> None:
        for _, pass_on in self._others():
            pass_on(topic, message)

    def _others(self) -> list[tuple[Hint, Whisper]]:
        return [bus.ears for bus in self._street if bus is not self and bus.ears]

    @property
    def alive(self) -> bool:
        return self in self._street


class PostgresBus:
    """NOTIFY, in batches, by one task on its own connection, never in anybody's transaction.

    A commit that has queued a NOTIFY is serialised with all others of the cluster; one small
    transaction of our own every few milliseconds does not matter there. The connection must be
    a session of its own (no transaction pooling between). A lost one is opened again; what was
    hinted meanwhile is found by the hubs' poll. A `silent` one hears, and says nothing.
    """

    def __init__(self, url: str, *, channel: str = CHANNEL, silent: bool = False) -> None:
        self._url = url
        self._silent = silent
        self._channel = channel
        self._name = f"{os.getpid()}-{os.urandom(4).hex()}"
        self._hints: dict[str, int] = {}
        self._whispers: list[tuple[str, Mapping[str, Any]]] = []
        self._stirred = asyncio.Event()
        self._readable = False
        self._alive = False
        self._log = Rarely()
        self._task: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self._alive

    async def open(self, hint: Hint, whisper: Whisper) -> None:
        """Connect in the background: a desk starts without its bus, and says so at /ready."""
        self._pass_hint, self._pass_whisper = hint, whisper
        self._task = asyncio.create_task(self._live())

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def hint(self, topic: str, head: int) -> None:
        if self._silent:
            return
        hints = self._hints
        if topic in hints:
            hints[topic] = max(head, hints[topic])
        elif len(hints) < HINTS:
            hints[topic] = head
        self._stirred.set()

    def whisper(self, topic: str, message: Mapping[str, Any]) -> None:
        if self._alive and not self._silent and len(self._whispers) < WHISPERS:
            self._whispers.append((topic, message))
            self._stirred.set()

    # -- the task ---------------------------------------------------------------------------

    async def _live(self) -> None:
        failures = 0
        while goes_on():
            try:
                async with await self._connect() as conn:
                    failures = 0
                    await self._carry(conn)
            except (psycopg.Error, OSError, TimeoutError) as error:
                wait = BACKOFF[min(failures, len(BACKOFF) - 1)]
                failures += 1
                # That the database is away, kit/sessions says for all who need it.
                if not isinstance(error, psycopg.OperationalError) and self._log.may():
                    log.warning("no bus, tried again all the time: %s", cause_of(error))
                await pause(wait)

    async def _connect(self) -> AsyncConnection[Any]:
        conn = await connect(self._url)
        await conn.execute(sql.SQL("listen {}").format(sql.Identifier(self._channel)))
        return conn

    async def _carry(self, conn: AsyncConnection[Any]) -> None:
        self._alive = True
        try:
            while goes_on():
                await self._turn(conn)
        finally:
            self._alive = False

    async def _turn(self, conn: AsyncConnection[Any]) -> None:
        """Hear and say once, when something stirs or the beat is due."""
        loop = asyncio.get_running_loop()
        # psycopg watches the same descriptor while it works: ours is set only between.
        descriptor = conn.fileno()
        loop.add_reader(descriptor, self._wake_writer)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._stirred.wait()
        finally:
            loop.remove_reader(descriptor)
        beat = not self._stirred.is_set()
        self._stirred.clear()
        async with asyncio.timeout(PATIENCE):
            if beat:
                await conn.execute("select 1")
            await self._hear(conn)
        if self._hints or self._whispers:
            await asyncio.sleep(GATHER)
            async with asyncio.timeout(PATIENCE):
                await self._say(conn)
                await self._hear(conn)

    def _wake_writer(self) -> None:
        self._stirred.set()

    async def _hear(self, conn: AsyncConnection[Any]) -> None:
        async for note in conn.notifies(timeout=0):
            with contextlib.suppress(ValueError, TypeError, KeyError):
                self._pass_on(json.loads(note.payload))

    def _pass_on(self, words: Mapping[str, Any]) -> None:
        if words["from"] == self._name:
            return
        for topic, head in words.get("heads", ()):
            self._pass_hint(topic, head)
        for topic, message in words.get("words", ()):
            self._pass_whisper(topic, message)

    async def _say(self, conn: AsyncConnection[Any]) -> None:
        hints, self._hints = self._hints, {}
        whispers, self._whispers = self._whispers, []
        payloads = [
            *pack_payloads(self._name, "heads", hints.items()),
            *pack_payloads(self._name, "words", whispers),
        ]
        await conn.execute(
            "select pg_notify(%s, payload) from unnest(%s::text[]) payload",
            [self._channel, payloads],
        )


def pack_payloads(name: str, kind: str, pairs: Iterable[tuple[str, Any]]) -> list[str]:
    """JSON payloads of at most PAYLOAD bytes; a pair too long for one is left out."""
    payloads: list[str] = []
    parts: list[str] = []
    start = f'{{"from":{json.dumps(name)},"{kind}":['
    size = len(start)
    for pair in pairs:
        part = json.dumps(pair, separators=(",", ":"))  # ASCII: characters are bytes
        if len(start) + len(part) + 2 > PAYLOAD:
            continue
        if parts and size + len(part) + 3 > PAYLOAD:
            payloads.append(start + ",".join(parts) + "]}")
            parts, size = [], len(start)
        parts.append(part)
        size += len(part) + 1
    if parts:
        payloads.append(start + ",".join(parts) + "]}")
    return payloads
