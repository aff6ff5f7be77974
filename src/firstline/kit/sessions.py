"""Connections to PostgreSQL as the desk needs them, whatever role, database and network bring."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection, pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from firstline.kit.logs import cause_of
from firstline.kit.tasks import Rarely, goes_on, pause

log = logging.getLogger(__name__)
Conn = AsyncConnection[Any]
# A server that does not answer is away after seconds, not after the minutes of TCP.
PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
# What `alter role … set` and `alter database … set` may say otherwise, and what is read depends on.
SESSION = (
    "set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = 'postgres';"
    " set client_encoding = 'UTF8'; set default_transaction_isolation = 'read committed'"
)
PROBE_PAUSE = 0.5
PROBE_SECONDS = 3.0
FULL_SECONDS = 60.0
# Whoever waits longer than this for a word of the database has it looked for.
SILENCE_SECONDS = 1.0
# A statement ends by itself after 30 seconds; who says nothing after these is not there.
ANSWER_SECONDS = 35.0


def with_patience(url: str) -> str:
    """The address with limits of time where it names none itself."""
    own = conninfo_to_dict(url)
    return make_conninfo(url, **{key: value for key, value in PATIENCE.items() if key not in own})


class WatchedConnection(AsyncConnection[Any]):
    """A connection that notes since when it waits for the server, and when that last answered
    (seconds of `time.monotonic`)."""

    waiting_since: float | None = None
    answered_at = 0.0

    async def wait(self, *args: Any, **kwargs: Any) -> Any:
        self.waiting_since = time.monotonic()
        try:
            answer = await super().wait(*args, **kwargs)
        finally:
            self.waiting_since = None
        self.answered_at = time.monotonic()
        return answer

    def silence(self) -> float:
        """For how many seconds the server owes it an answer."""
        return 0.0 if self.waiting_since is None else time.monotonic() - self.waiting_since


def cut(conn: Conn) -> None:
    """End the talk as a broken line would: whoever waits for the server's answer hears it at once.

    A server that stands still answers nothing, not even that it should stop.
    """
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(conn.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_after(conn: Conn, seconds: float) -> Generator[None]:
    """Let nothing inside wait longer than `seconds` for the server."""
    timer = asyncio.get_running_loop().call_later(seconds, cut, conn)
    try:
        yield
    finally:
        timer.cancel()


async def connect(url: str, seconds: float | None = None) -> Conn:
    """A connection of its own that commits each statement, at the latest after `seconds`.

    Raises psycopg.OperationalError, TimeoutError.
    """
    async with asyncio.timeout(seconds):
        conn = await AsyncConnection.connect(with_patience(url), autocommit=True)
    await prepare(conn)
    return conn


async def prepare(conn: Conn, words: LiteralString = "") -> None:
    """Set what the desk depends on and `words`; a server that takes the call must answer soon."""
    with cut_after(conn, PROBE_SECONDS):
        await conn.execute(f"{SESSION}; {words}")


async def wait_for_server(url: str, *, away: bool) -> None:
    """Wait while the server starts or stops, and then until it is there; a line a minute says so.

    With `away` for one that is not there at all as well; otherwise that is for the caller to find.
    """
    rarely, waits = Rarely(), away
    while goes_on():
        answer = await asyncio.to_thread(pq.PGconn.ping, with_patience(url).encode())
        waits = waits or answer == pq.Ping.REJECT
        if answer == pq.Ping.OK or not waits:
            return
        if rarely.may():
            doing = "starts or stops" if answer == pq.Ping.REJECT else "is away"
            log.warning("the database %s; waiting for it", doing)
        await pause(PROBE_PAUSE)


class ConnectionAway(Exception):
    """Nobody can get a connection now; the text is the cause."""


class Presence:
    """Whether the database is there; while it is not, one task asks again and again.

    `cause` says why it is away, and nobody waits for it meanwhile; `heal` runs before it counts as
    there again. One that stands still is away too: it is looked for when somebody waits long.
    """

    def __init__(self, url: str, heal: Callable[[], Awaitable[None]]) -> None:
        self.cause: str | None = None
        self._url = url
        self._heal = heal
        self._waits: dict[asyncio.Timeout, float] = {}
        self._busy: set[WatchedConnection] = set()
        self._answered_at = 0.0
        self._full_at = float("-inf")
        self._broken = False
        self._task: asyncio.Task[None] | None = None
        self._beat: asyncio.Task[None] | None = None
        self._log = Rarely()

    def open(self) -> None:
        """Look from now on whether the database still answers; once is enough."""
        if self._beat is None:
            self._beat = asyncio.create_task(self._listen())

    @asynccontextmanager
    async def wait(self) -> AsyncGenerator[None]:
        """Whoever waits for a connection inside waits no longer than one may come.

        Raises ConnectionAway.
        """
        if self.cause is not None:
            raise ConnectionAway(self.cause)
        limit = asyncio.timeout(None)
        try:
            async with limit:
                self._waits[limit] = time.monotonic()
                yield
        except TimeoutError:
            raise ConnectionAway(self.cause or "it went away") from None
        finally:
            self._waits.pop(limit, None)

    @contextmanager
    def hold(self, conn: WatchedConnection) -> Generator[None]:
        """Whoever talks to the database inside waits no longer than it may answer."""
        self._busy.add(conn)
        try:
            yield
        finally:
            self._busy.discard(conn)
            self._answered_at = max(self._answered_at, conn.answered_at)

    def doubt(self, error: Exception) -> None:
        """Look for it, as something met trouble with it; at most one line a minute tells."""
        if isinstance(error, psycopg.errors.DiskFull):
            self._full_at = time.monotonic()
        self._say(cause_of(error))
        self._broken = True
        self._look()

    @property
    def full(self) -> bool:
        """Whether it had no room for something within the last minute."""
        return time.monotonic() < self._full_at + FULL_SECONDS

    async def close(self) -> None:
        tasks = [task for task in (self._beat, self._task) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        while goes_on():
            await asyncio.sleep(PROBE_PAUSE)
            if self._longest_wait() > SILENCE_SECONDS:
                self._look()
            for conn in [one for one in self._busy if one.silence() > ANSWER_SECONDS]:
                cut(conn)

    def _longest_wait(self) -> float:
        """Seconds for which somebody has waited for a connection, or for an answer on one."""
        now = time.monotonic()
        waits = [now - since for since in self._waits.values()]
        return max([0.0, *waits, *(one.silence() for one in self._busy)])

    def _look(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while goes_on() and (cause := await self._trouble()) is not None:
            self._note(cause)
            await asyncio.sleep(PROBE_PAUSE)
        if self._broken:
            self._broken = False
            await self._heal()
        if self.cause is not None:
            log.warning("the database is back")
        self.cause = None

    def _note(self, cause: str) -> None:
        self._say(cause)
        self._broken = True
        self.cause = cause
        for limit in self._waits:
            limit.reschedule(asyncio.get_running_loop().time())
        self._waits.clear()
        for conn in self._busy:
            cut(conn)

    def _say(self, cause: str) -> None:
        if self._log.may():
            log.warning("database away: %s", cause)

    async def _trouble(self) -> str | None:
        """Why no connection can be made, or None; one too many means that it is there, and so do
        answers that others get meanwhile."""
        began = time.monotonic()
        try:
            async with await connect(self._url, PROBE_SECONDS):
                return None
        except psycopg.errors.TooManyConnections:
            return None
        except (psycopg.Error, OSError, TimeoutError) as error:
            if time.monotonic() - began >= PROBE_SECONDS:
                return None if self.heard_since(began) else f"silent for {PROBE_SECONDS:.0f} s"
            return cause_of(error)

    def heard_since(self, moment: float) -> bool:
        """Whether the database has answered anybody since (seconds of `time.monotonic`)."""
        return max([self._answered_at, *(one.answered_at for one in self._busy)]) > moment
