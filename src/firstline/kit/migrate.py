"""The schema's versions: `migrations/0001_….sql`, applied in order, forward only."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.sql import SQL

from firstline.kit.db import Conn

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
OLDEST = 15
# What PostgreSQL says to the later of two that create one table: the name, its type, its row.
MADE_MEANWHILE = (
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateObject,
    psycopg.errors.UniqueViolation,
)


class SchemaError(RuntimeError):
    """The database and this release do not fit; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name without the number, its text and the SHA-256 of that."""

    version: int
    name: str
    text: str
    sha: bytes


@dataclass(frozen=True, slots=True)
class Applied:
    """A row of schema_versions."""

    version: int
    name: str
    sha: bytes


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """The release's migrations; their numbers run from 1 without gaps."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        if int(number) != len(found) + 1:
            raise SchemaError(f"Migration {path.name} is out of sequence; reinstall Firstline.")
        body = path.read_bytes()
        found.append(Migration(int(number), name, body.decode(), hashlib.sha256(body).digest()))
    return found


async def migrate(
    url: str,
    *,
    now: datetime,
    upto: int | None = None,
    folder: Path = FOLDER,
    schema: str | None = None,
) -> list[str]:
    """Bring the database at `url` to this release, or to version `upto`; return what was applied.

    `schema` names the one to work in, in place of that of the role.

    Safe when two processes start at once: each step holds the table of versions. Raises
    SchemaError when the server is too old, a past migration differs, the database is newer, or
    cannot hold a desk.
    """
    release = migrations(folder)
    applied: list[str] = []
    # The files are UTF-8, whatever the role sets for itself.
    async with await psycopg.AsyncConnection.connect(
        url, autocommit=True, client_encoding="utf8"
    ) as conn:
        if conn.info.server_version < OLDEST * 10000:
            raise SchemaError(
                f"PostgreSQL {conn.info.server_version // 10000} is too old; "
                f"Firstline needs {OLDEST} or newer."
            )
        if schema:
            await conn.execute(
                "select set_config('search_path', quote_ident(%s), false)", (schema,)
            )
        standing = await count_applied(conn, folder)
        await _refuse_unfit(conn, fresh=not standing, complete=standing >= len(release[:upto]))
        await _make_table(conn)
        while name := await _step(conn, release[:upto], release, now):
            applied.append(name)
    return applied


async def count_applied(conn: Conn, folder: Path = FOLDER) -> int:
    """How many of this release's migrations a database has; raises SchemaError for others."""
    done = await _read_versions(conn) if await _has_versions(conn) else []
    _compare(migrations(folder), done)
    return len(done)


async def findings(conn: Conn, folder: Path = FOLDER) -> list[str]:
    """What keeps the schema from being this release's, a sentence each; nothing is changed."""
    try:
        missing = migrations(folder)[await count_applied(conn, folder) :]
    except SchemaError as error:
        return [str(error)]
    return [
        f"Migration {one.version:04}_{one.name} is not applied; run migrate." for one in missing
    ]


async def _refuse_unfit(conn: Conn, *, fresh: bool, complete: bool) -> None:
    """Before anything is made in a database that could not hold the desk; raises SchemaError.

    One that holds a desk already is asked for no more than the next step needs.
    """
    await refuse_read_only(conn)
    cursor = await conn.execute(
        "select current_user, current_database(), current_setting('server_encoding'), "
        "coalesce(has_schema_privilege(current_schema(), 'create'), false)"
    )
    row = await cursor.fetchone()
    assert row is not None
    role, name, encoding, may_create = row
    if fresh and encoding != "UTF8":
        raise SchemaError(
            f"The database {name} is encoded in {encoding}, which cannot hold every text; make it "
            "anew: createdb --encoding UTF8 --template template0."
        )
    if not (complete or may_create):
        raise SchemaError(
            f"The role {role} may make no tables in the database {name}; let it own the database: "
            f"alter database {name} owner to {role}."
        )


async def refuse_read_only(conn: Conn) -> None:
    """Raises SchemaError for a database that takes no writes."""
    cursor = await conn.execute(
        "select current_database(), pg_is_in_recovery(), current_setting('transaction_read_only')"
    )
    row = await cursor.fetchone()
    assert row is not None
    name, standby, read_only = row
    if standby or read_only == "on":
        why = "it is a standby" if standby else "default_transaction_read_only is set for it"
        raise SchemaError(f"The database {name} takes no writes: {why}. Name one that does.")


async def _has_versions(conn: Conn) -> bool:
    row = await (await conn.execute("select to_regclass('schema_versions') is not null")).fetchone()
    return bool(row and row[0])


async def _make_table(conn: Conn) -> None:
    try:
        await conn.execute(
            "create table if not exists schema_versions (version integer primary key, "
            "name text not null, sha bytea not null, applied_at timestamptz not null)"
        )
    except MADE_MEANWHILE:
        # Two processes made it at the same moment; the other one was first.
        await conn.execute("select from schema_versions limit 0")


async def _step(
    conn: Conn, wanted: list[Migration], release: list[Migration], now: datetime
) -> str | None:
    """Apply the first missing migration in a transaction of its own; return its name."""
    async with conn.transaction():
        await conn.execute("lock table schema_versions in share row exclusive mode")
        done = await _read_versions(conn)
        _compare(release, done)
        if len(done) >= len(wanted):
            return None
        step = wanted[len(done)]
        try:
            await conn.execute(SQL(step.text))  # pyright: ignore[reportArgumentType]  # our own
        except psycopg.errors.DuplicateTable as error:
            raise SchemaError(
                f"The database holds something of others ({error.diag.message_primary}); give "
                "Firstline a database of its own."
            ) from error
        await conn.execute(
            "insert into schema_versions values (%s, %s, %s, %s)",
            (step.version, step.name, step.sha, now),
        )
    return f"{step.version:04}_{step.name}"


async def _read_versions(conn: Conn) -> list[Applied]:
    rows = await conn.execute("select version, name, sha from schema_versions order by version")
    return [Applied(*row) for row in await rows.fetchall()]


def _compare(release: list[Migration], done: list[Applied]) -> None:
    if len(done) > len(release):
        raise SchemaError(
            f"The database is at version {len(done)} and this release knows {len(release)}; "
            "start the newer release."
        )
    for ours, theirs in zip(release, done, strict=False):
        if (ours.version, ours.sha) != (theirs.version, theirs.sha):
            raise SchemaError(
                f"Migration {ours.version:04}_{ours.name} differs from the one this database was "
                "made with; start the release that made it, or restore a backup into a new one."
            )
