"""PostgreSQL: a pool, transactions that commit at the edge, retries of what may be retried."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Concatenate, LiteralString, ParamSpec, TypeVar, cast

import psycopg
from psycopg import AsyncCursor
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from firstline.kit.errors import Unavailable
from firstline.kit.i18n import gettext as _
from firstline.kit.sessions import (
    Conn,
    ConnectionAway,
    Presence,
    WatchedConnection,
    connect,
    prepare,
    with_patience,
)
from firstline.kit.volume import Volume

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
RETRIED = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
ATTEMPTS = 6
AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    PoolTimeout,
    ConnectionAway,
)


def columns(row: type, alias: str = "") -> LiteralString:
    """The columns of a dataclass that stands for a table's row, for a select list."""
    names = ", ".join(f"{alias}.{field.name}" if alias else field.name for field in fields(row))
    return cast("LiteralString", names)  # names of our own attributes, never a caller's words


@dataclass(frozen=True, slots=True)
class News:
    """What readers of a topic should learn after the commit: its head and the items up to it."""

    topic: str
    head: int
    items: tuple[Any, ...] = ()


@dataclass(slots=True)
class Tx:
    """One transaction: its connection, whom its words count for, and the news to tell once it has
    committed.
    """

    conn: Conn
    volume: Volume = field(default_factory=Volume)
    news: list[News] = field(default_factory=list[News])

    def tell(self, topic: str, head: int = 0, items: tuple[Any, ...] = ()) -> None:
        """Note news for the readers of `topic`; told after the commit, never before."""
        self.news.append(News(topic, head, items))


def _nothing(_news: list[News]) -> None:
    """Nobody listens: a command, a test."""


class Db:
    """The database as the product sees it. `on_commit` is set once, by the composition root."""

    def __init__(self, url: str, *, size: int = 10, timeout: float = 10) -> None:
        self.url = url
        self.on_commit: Callable[[list[News]], None] = _nothing
        self.volume = Volume()
        self.pool = _pool(url, _configure, min_size=1, max_size=size, timeout=timeout)
        self.writers = _pool(url, _configure_writer, min_size=0, max_size=2, timeout=timeout)
        self.presence = Presence(url, self._drop_broken)

    async def open(self) -> None:
        """Connect. Raises psycopg.OperationalError where there is no database to be reached."""
        async with await connect(self.url):
            await self.pool.open()
            await self.writers.open()
        self.presence.open()

    async def close(self) -> None:
        await self.presence.close()
        await self.writers.close()
        await self.pool.close()

    async def _drop_broken(self) -> None:
        # Not tried one by one: a dead line says nothing, and that takes time.
        await asyncio.gather(self.pool.drain(), self.writers.drain())

    @asynccontextmanager
    async def _connection_of(
        self, pool: AsyncConnectionPool[WatchedConnection]
    ) -> AsyncGenerator[Conn]:
        """A connection of the pool; nobody waits for one while the database is away."""
        async with translate_errors(self.presence):
            async with self.presence.wait():
                conn = await pool.getconn()
            try:
                with self.presence.hold(conn):
                    async with conn:
                        yield conn
            finally:
                await pool.putconn(conn)

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        """A connection to read with; what it writes is committed when the block ends."""
        async with self._connection_of(self.pool) as conn:
            yield conn

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """A transaction that commits when the block ends well, then tells its news."""
        async with self._connection_of(self.pool) as conn:
            tx = Tx(conn, self.volume)
            yield tx
            await conn.commit()
        self.on_commit(tx.news)

    @asynccontextmanager
    async def derived(self) -> AsyncGenerator[Tx]:
        """A transaction over what can be made again from the log: it does not wait for the disk.

        A crash may lose it, as a whole. Others' commits would wait behind its own.
        """
        async with self.transaction() as tx:
            await tx.conn.execute("set local synchronous_commit = off")
            yield tx

    @asynccontextmanager
    async def batch(self) -> AsyncGenerator[Tx]:
        """A transaction on a connection whose plans are pinned for small, indexed batches."""
        async with self._connection_of(self.writers) as conn:
            tx = Tx(conn, self.volume)
            async with conn.transaction():
                yield tx
        self.on_commit(tx.news)

    @asynccontextmanager
    async def statement(self) -> AsyncGenerator[Tx]:
        """The same for one statement: it is a transaction, committed when it has answered."""
        async with self._connection_of(self.writers) as conn:
            tx = Tx(conn, self.volume)
            yield tx
        self.on_commit(tx.news)

    async def run(
        self,
        action: Callable[Concatenate[Tx, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `action(tx, …)` in a transaction of its own; lock trouble is tried again."""
        for attempt in range(ATTEMPTS):
            try:
                async with self.transaction() as tx:
                    return await action(tx, *args, **kwargs)
            except RETRIED:
                if attempt == ATTEMPTS - 1:
                    raise Unavailable(
                        _("The server is busy with this; try again in a moment."),
                        headers={"Retry-After": "1"},
                    ) from None
                await asyncio.sleep(random.uniform(0.005, 0.03) * 2**attempt)
        raise AssertionError("unreachable")


class BoundDb(Db):
    """A Db on one connection that the caller owns: a transaction is a savepoint (for tests)."""

    def __init__(self, conn: Conn) -> None:
        self.url = ""
        self.on_commit = _nothing
        self.volume = Volume()
        self.conn = conn
        self.presence = Presence("", self.close)
        self.lock = asyncio.Lock()

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        async with self.lock, self.conn.transaction():
            yield self.conn

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        tx = Tx(self.conn, self.volume)
        async with self.lock, self.conn.transaction():
            yield tx
        self.on_commit(tx.news)

    @asynccontextmanager
    async def derived(self) -> AsyncGenerator[Tx]:
        async with self.transaction() as tx:
            yield tx

    @asynccontextmanager
    async def batch(self) -> AsyncGenerator[Tx]:
        async with self.transaction() as tx:
            yield tx

    @asynccontextmanager
    async def statement(self) -> AsyncGenerator[Tx]:
        async with self.transaction() as tx:
            yield tx


async def fetch_in_turns(cursor: AsyncCursor[T], size: int = 500) -> list[T]:
    """Every row of the answer, with a turn for everybody else after each `size` of them."""
    rows: list[T] = []
    while len(more := await cursor.fetchmany(size)) == size:
        rows += more
        await asyncio.sleep(0)
    return rows + more


def is_away(error: Exception) -> bool:
    """Whether the database itself is the trouble, not what it was asked (SQLSTATE classes of
    PostgreSQL, appendix A): lost or refused connections, a standby that only reads, shutting down,
    out of room, broken disks.
    """
    code = error.sqlstate if isinstance(error, psycopg.Error) else None
    return code is None or code.startswith(("08", "25006", "53", "57P", "58"))


@asynccontextmanager
async def translate_errors(presence: Presence) -> AsyncGenerator[None]:
    """Say 503 in place of a lost or absent database, or of a statement that took too long; the
    caller may try again. What the database says of the data is raised as it is."""
    try:
        yield
    except RETRIED:
        raise
    except psycopg.errors.QueryCanceled as error:
        log.warning("stopped: %s", error)
        raise Unavailable(
            _("That took too long and was stopped; nothing was lost. Ask for less, or try again."),
            headers={"Retry-After": "5"},
        ) from error
    except AWAY as error:
        if not is_away(error):
            raise
        presence.doubt(error)
        raise Unavailable(
            _("The database is unavailable for a moment; nothing was lost. Try again."),
            headers={"Retry-After": "2"},
        ) from error


def _pool(
    url: str, configure: Callable[[Conn], Awaitable[None]], **sizes: Any
) -> AsyncConnectionPool[WatchedConnection]:
    """A pool that gives up at once what cannot be connected: whoever asks next begins anew."""
    return AsyncConnectionPool(
        with_patience(url),
        connection_class=WatchedConnection,
        open=False,
        configure=configure,
        reconnect_timeout=0,
        **sizes,
    )


async def _configure(conn: Conn) -> None:
    # A process that stops in the middle must not hold its rows for ever.
    await prepare(
        conn,
        "set lock_timeout = '5s'; set statement_timeout = '30s';"
        " set idle_in_transaction_session_timeout = '60s'",
    )
    await conn.commit()


async def _configure_writer(conn: Conn) -> None:
    await conn.set_autocommit(True)
    # Left to itself the planner scans whole tables for a batch whose size it cannot know,
    # and plans anew each time; a batch is small and every step of it has an index.
    await prepare(
        conn,
        "set lock_timeout = '250ms'; set statement_timeout = '30s';"
        " set plan_cache_mode = force_generic_plan; set enable_seqscan = off;"
        " set enable_hashjoin = off; set enable_mergejoin = off; set jit = off",
    )
