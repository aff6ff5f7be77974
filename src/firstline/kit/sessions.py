"""Connections to PostgreSQL as the desk needs them, whatever role, database and network bring."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from firstline.kit.tasks import Rarely, goes_on

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


def with_patience(url: str) -> str:
    """The address with limits of time where it names none itself."""
    own = conninfo_to_dict(url)
    return make_conninfo(url, **{key: value for key, value in PATIENCE.items() if key not in own})


async def connect(url: str) -> Conn:
    """A connection of its own that commits each statement. Raises psycopg.OperationalError."""
    conn = await AsyncConnection.connect(with_patience(url), autocommit=True)
    await conn.execute(SESSION)
    return conn


class ConnectionAway(Exception):
    """Nobody can get a connection now; the text is the cause."""


class Presence:
    """Whether the database is there; while it is not, one task asks again and again.

    `cause` says why it is away, and nobody waits for it meanwhile; `heal` runs before it counts as
    there again.
    """

    def __init__(self, url: str, heal: Callable[[], Awaitable[None]]) -> None:
        self.cause: str | None = None
        self._url = url
        self._heal = heal
        self._waits: set[asyncio.Timeout] = set()
        self._task: asyncio.Task[None] | None = None
        self._log = Rarely()

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
                self._waits.add(limit)
                yield
        except TimeoutError:
            raise ConnectionAway(self.cause or "it went away") from None
        finally:
            self._waits.discard(limit)

    def doubt(self, error: Exception) -> None:
        """Look for it, as something met trouble with it; at most one line a minute tells."""
        self._say(cause_of(error))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while goes_on() and (cause := await self._trouble()) is not None:
            self._note(cause)
            await asyncio.sleep(PROBE_PAUSE)
        await self._heal()
        if self.cause is not None:
            log.warning("the database is back")
        self.cause = None

    def _note(self, cause: str) -> None:
        self._say(cause)
        self.cause = cause
        while self._waits:
            self._waits.pop().reschedule(asyncio.get_running_loop().time())

    def _say(self, cause: str) -> None:
        if self._log.may():
            log.warning("database away: %s", cause)

    async def _trouble(self) -> str | None:
        """Why no connection can be made, or None; one too many means that it is there."""
        try:
            async with asyncio.timeout(PROBE_SECONDS), await connect(self._url):
                return None
        except psycopg.errors.TooManyConnections:
            return None
        except (psycopg.Error, OSError, TimeoutError) as error:
            return cause_of(error)


def cause_of(error: Exception) -> str:
    """What an error says, as a line of the log."""
    return " ".join(str(error).split()) or type(error).__name__
