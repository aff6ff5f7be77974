"""A backup loaded beside the desk that stands, in a schema of its own, and then put in its place.

Nothing of the standing desk is touched before everything of the backup is there, and all of it
changes in one transaction. What is not the desk's (tables, views of others) is left alone.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import psycopg
from psycopg.sql import SQL, Identifier
from psycopg.sql import Literal as Quoted

from firstline.kit.backup.archive import Manifest, members
from firstline.kit.backup.errors import BackupError
from firstline.kit.backup.tables import (
    VERSIONS,
    Conn,
    connect,
    copy_in,
    digest,
    home_of,
    objects_of,
    tables_in_order,
    tables_of,
)
from firstline.kit.migrate import SchemaError, count_applied, migrate, migrations

SCHEMA = "firstline_restore"
# A connection that we have just closed ourselves is seen for a moment longer.
LEAVE_SECONDS = 2.0
# Of all that lock something in this database by a number, whoever exchanges its tables has this.
EXCHANGE_LOCK = 0x46697273746C696E
# The server goes on for a moment with what a killed restore asked of it, a commit even.
LOCK_WAIT = "10s"
# Where an exchange stands: committed, only loaded beside, or not of this database.
ExchangeStage = Literal["exchanged", "beside", "unknown"]


def refuse_newer(source: Path, manifest: Manifest) -> None:
    """Raise BackupError for an archive whose tables this release does not know."""
    newest = len(migrations())
    if not 0 < manifest.schema <= newest:
        raise BackupError(
            f"{source} was written by a newer release ({manifest.release}, schema "
            f"{manifest.schema}; this one knows {newest}); restore it with that one."
        )


async def fill(
    url: str, schema: str, source: Path, manifest: Manifest, *, now: datetime, compare: bool = False
) -> None:
    """Make the archive's tables in `schema`, put its rows in, and bring both to this release.

    `compare` reads every row back before the later migrations. Raises BackupError.
    """
    await migrate(url, now=now, upto=manifest.schema, schema=schema)
    await asyncio.to_thread(load, url, schema, source, manifest)
    if compare and (wrong := await asyncio.to_thread(_tables_that_differ, url, schema, manifest)):
        raise BackupError(f"{source} does not come back as it was in {', '.join(wrong)}.")
    await migrate(url, now=now, schema=schema)


def load(url: str, schema: str, source: Path, manifest: Manifest) -> None:
    """Put the archive's rows into tables of its version, all or none; raises BackupError."""
    with connect(url) as conn:
        order = tables_in_order(conn, schema)
        if unknown := sorted(manifest.tables.keys() - set(order)):
            raise BackupError(f"This release has no table for tables/{unknown[0]} of the backup.")
        # What the migrations put there is in the archive as well.
        tables = SQL(", ").join(Identifier(schema, table) for table in order)
        conn.execute(SQL("truncate {}").format(tables))
        # The archive keeps the order in which rows may refer to each other.
        for name, stream in members(source):
            kind, _, table = name.partition("/")
            if kind == "tables":
                part = manifest.parts[name]
                rows = copy_in(conn, schema, table, part.columns, stream)
                if rows != part.rows:
                    raise BackupError(f"Table {table} took {rows} of {part.rows} rows.")


def _tables_that_differ(url: str, schema: str, manifest: Manifest) -> list[str]:
    with connect(url) as conn:
        return [
            table
            for table, part in manifest.tables.items()
            if digest(conn, schema, table, part.columns) != part.sha
        ]


class Beside:
    """The place beside the desk of a database, and the exchange of both, for as long as it is open.

    `id` stands in the database beside what is loaded, and at the desk from the exchange on.
    """

    def __init__(self, url: str, id: str) -> None:
        self.url = url
        self._id = id
        self._version = 0
        self._theirs: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        """Keep every other restore out; raises BackupError where one is at work."""
        self._conn = connect(self.url)
        try:
            _lock(self._conn, "2s")
        except BaseException:
            self._conn.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._conn.close()

    async def look(self, *, force: bool) -> None:
        """Refuse a database in use, one that is not empty unless by `force`, or one whose desk
        this release does not know. Nothing is changed. Raises BackupError."""
        await asyncio.to_thread(self._look, force)
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as conn:
            try:
                version = await count_applied(conn)
            except SchemaError as error:
                raise BackupError(
                    f"What is to be replaced is no desk of this release: {error} Or restore into "
                    "an empty database."
                ) from error
        self._version = version

    async def fill(self, source: Path, manifest: Manifest, *, now: datetime) -> None:
        """Load the archive beside; raises BackupError."""
        if self._version:
            self._clear()
            await migrate(self.url, now=now, upto=self._version, schema=SCHEMA)
            self._theirs = frozenset(await asyncio.to_thread(self._names))
        self._clear()
        await fill(self.url, SCHEMA, source, manifest, now=now)

    def exchange(self, last: Callable[[], None]) -> None:
        """Put what was loaded in place of the desk, call `last`, and commit; all or nothing.

        Raises BackupError, where the standing desk is as it was.
        """
        try:
            with self._conn.transaction():
                self._exchange(self._conn)
                last()
        except psycopg.errors.DependentObjectsStillExist as error:
            raise BackupError(
                "Something of others depends on the desk's tables: drop it, restore, and make it "
                f"again. {error.diag.message_detail or ''}"
            ) from error
        except (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject) as error:
            raise BackupError(
                f"The database holds something of others by a name of the desk's: {error}"
            ) from error
        except psycopg.errors.LockNotAvailable as error:
            raise BackupError("Somebody holds the desk's tables; stop the desk first.") from error

    def _exchange(self, conn: Conn) -> None:
        _limit_waits(conn, LOCK_WAIT)
        home = home_of(conn)
        self._refuse_use(conn)
        self._drop_standing(conn, home)
        for one in objects_of(conn, SCHEMA):
            conn.execute(one.move(SCHEMA, home))
        conn.execute(SQL("drop schema {}").format(Identifier(SCHEMA)))
        note = SQL("comment on table {} is {}")
        conn.execute(note.format(Identifier(home, VERSIONS), Quoted(self._id)))

    def _look(self, force: bool) -> None:
        with self._conn.transaction():
            self._refuse_use(self._conn)
            if tables_of(self._conn, home_of(self._conn)) and not force:
                raise BackupError(
                    "The database is not empty; restore into a new data folder or database, or "
                    "replace the desk in this one with --force."
                )

    def _clear(self) -> None:
        drop_beside(self.url)
        with psycopg.connect(self.url) as conn:
            conn.execute(SQL("create schema {}").format(Identifier(SCHEMA)))
            note = SQL("comment on schema {} is {}")
            conn.execute(note.format(Identifier(SCHEMA), Quoted(self._id)))

    def _names(self) -> list[str]:
        with connect(self.url) as conn:
            return [one.name for one in objects_of(conn, SCHEMA)]

    def _drop_standing(self, conn: Conn, home: str) -> None:
        standing = [one for one in objects_of(conn, home) if one.name in self._theirs]
        tables = [one for one in standing if one.kind == "table"]
        for one in standing:
            if one.kind == "view":
                conn.execute(one.drop(home))
        if tables:
            # At once, for they refer to each other; without cascade, for the sake of others.
            names = SQL(", ").join(Identifier(home, one.name) for one in tables)
            conn.execute(SQL("drop table {}").format(names))
        for one in standing:
            if one.kind in ("sequence", "routine"):
                conn.execute(one.drop(home))

    def _refuse_use(self, conn: Conn) -> None:
        until = time.monotonic() + LEAVE_SECONDS
        while _others(conn):
            if time.monotonic() > until:
                raise BackupError(
                    "A desk is running on this database, or somebody looks into it; stop it first."
                )
            time.sleep(0.1)
            conn.execute("select pg_stat_clear_snapshot()")


def stage_of(url: str, id: str) -> ExchangeStage:
    """How far the exchange of this id came, once nobody is at it any more; raises BackupError."""
    with connect(url) as conn:
        _lock(conn, LOCK_WAIT)
        row = conn.execute(
            "select obj_description(to_regclass(%s), 'pg_class'),"
            " obj_description(to_regnamespace(%s), 'pg_namespace')",
            (VERSIONS, SCHEMA),
        ).fetchone()
    assert row is not None
    return "exchanged" if row[0] == id else "beside" if row[1] == id else "unknown"


def drop_beside(url: str) -> None:
    """Remove what is left of the place beside."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(SQL("drop schema if exists {} cascade").format(Identifier(SCHEMA)))


def analyze(url: str) -> None:
    """Tell the planner what there is now, rather than wait until it finds out."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("analyze")


def _lock(conn: Conn, wait: str) -> None:
    """Be the only one who exchanges, until the connection ends; the server lets a dead one go."""
    try:
        with conn.transaction():
            _limit_waits(conn, wait)
            conn.execute("select pg_advisory_lock(%s)", (EXCHANGE_LOCK,))
    except psycopg.errors.LockNotAvailable as error:
        raise BackupError(
            "Another restore into this database is running; wait for its end."
        ) from error


def _limit_waits(conn: Conn, wait: str) -> None:
    conn.execute("select set_config('lock_timeout', %s, true)", (wait,))


def _others(conn: Conn) -> int:
    # Of another role's connection an ordinary role sees no kind; a process of the server has no
    # role of its own.
    row = conn.execute(
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid() and (backend_type = 'client backend'"
        " or (backend_type is null and usesysid is not null))"
    ).fetchone()
    assert row is not None
    return row[0]
