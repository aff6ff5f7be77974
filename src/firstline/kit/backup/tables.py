"""What a database holds, and its rows as text that reads the same on every server."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, BinaryIO, Literal, LiteralString

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from firstline.kit.backup.errors import BackupError

CHUNK = 1024 * 1024
Conn = psycopg.Connection[Any]
Kind = Literal["table", "view", "sequence", "routine"]
VERSIONS = "schema_versions"
# What a role or a database sets for itself must not change how rows are written and read, end the
# work in the middle, or turn a table's order around.
STEADY = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "synchronize_seqscans": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


@dataclass(frozen=True, slots=True)
class DatabaseObject:
    """What stands in a schema by itself; `arguments` tell a routine from its namesakes."""

    kind: Kind
    word: LiteralString
    name: str
    arguments: str | None

    def move(self, schema: str, to: str) -> Composed:
        moving = SQL("alter {} {} set schema {}")
        return moving.format(SQL(self.word), self._full(schema), Identifier(to))

    def drop(self, schema: str) -> Composed:
        return SQL("drop {} {}").format(SQL(self.word), self._full(schema))

    def _full(self, schema: str) -> Composed:
        full = SQL("{}").format(Identifier(schema, self.name))
        if self.arguments is None:
            return full
        # The server's own words, which it reads back.
        return full + SQL("({})").format(SQL(self.arguments))  # pyright: ignore[reportArgumentType]


def connect(url: str) -> Conn:
    """A connection whose rows as text are the same wherever it leads."""
    conn = psycopg.connect(url, autocommit=True)
    for name, value in STEADY.items():
        conn.execute("select set_config(%s, %s, false)", (name, value))
    conn.autocommit = False
    return conn


def home_of(conn: Conn) -> str:
    """The schema where the desk's tables stand, or would be made: the role may have its own."""
    return _text(
        conn,
        "select coalesce((select nspname::text from pg_class c join pg_namespace n"
        " on n.oid = relnamespace where c.oid = to_regclass(%s)), current_schema(), 'public')",
        (VERSIONS,),
    )


def version_of(conn: Conn) -> int:
    return int(_text(conn, "select coalesce(max(version), 0)::text from schema_versions"))


def tables_of(conn: Conn, schema: str) -> list[str]:
    """Every table of the schema; a partition comes with its table."""
    rows = conn.execute(
        "select relname from pg_class where relnamespace = to_regnamespace(%s)"
        " and relkind in ('r', 'p') and not relispartition order by relname",
        (_quote(schema),),
    )
    return [row[0] for row in rows]


def objects_of(conn: Conn, schema: str) -> list[DatabaseObject]:
    """All that stands in the schema by itself; indexes and owned sequences go with their table."""
    rows = conn.execute(
        "select case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'view'"
        " else 'table' end, case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm'"
        " then 'materialized view' else 'table' end, relname, null from pg_class c"
        " where relnamespace = to_regnamespace(%(schema)s) and not relispartition"
        " and (relkind in ('r', 'p', 'v', 'm') or (relkind = 'S' and not exists (select from"
        " pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))))"
        " union all select 'routine', 'routine', proname, pg_get_function_identity_arguments(oid)"
        " from pg_proc where pronamespace = to_regnamespace(%(schema)s) order by 1, 3",
        {"schema": _quote(schema)},
    )
    return [DatabaseObject(*row) for row in rows]


def tables_in_order(conn: Conn, schema: str) -> list[str]:
    """The tables with rows of ours, those referred to before those that refer to them."""
    mine = set(tables_of(conn, schema)) - {VERSIONS}
    graph = TopologicalSorter(dict.fromkeys(sorted(mine), ()))
    rows = conn.execute(
        "select a.relname, b.relname from pg_constraint c join pg_class a on a.oid = c.conrelid"
        " join pg_class b on b.oid = c.confrelid where c.contype = 'f'"
        " and c.connamespace = to_regnamespace(%s) and c.conrelid <> c.confrelid order by 1, 2",
        (_quote(schema),),
    )
    for table, needed in rows:
        if table in mine and needed in mine:
            graph.add(table, needed)
    return list(graph.static_order())


def columns_of(conn: Conn, schema: str, table: str) -> tuple[str, ...]:
    """The columns that are stored, not computed by the database."""
    rows = conn.execute(
        "select attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = to_regnamespace(%s) and c.relname = %s and attnum > 0"
        " and not attisdropped and attgenerated = '' order by attnum",
        (_quote(schema), table),
    )
    return tuple(row[0] for row in rows)


def copy_out(conn: Conn, schema: str, table: str, columns: tuple[str, ...]) -> Iterator[bytes]:
    """The rows of a table as COPY text, in the order in which they stand."""
    with conn.cursor() as cursor, cursor.copy(_copy(schema, table, columns, "to stdout")) as copy:
        for data in copy:
            yield bytes(data)


def copy_in(conn: Conn, schema: str, table: str, columns: tuple[str, ...], stream: BinaryIO) -> int:
    """Put COPY text into a table; returns how many rows. Raises BackupError."""
    try:
        with conn.cursor() as cursor:
            with cursor.copy(_copy(schema, table, columns, "from stdin")) as copy:
                while data := stream.read(CHUNK):
                    copy.write(data)
            return cursor.rowcount
    except psycopg.Error as error:
        reason = str(error).splitlines()[0]
        raise BackupError(f"The backup's rows of {table} do not fit here: {reason}.") from error


def digest(conn: Conn, schema: str, table: str, columns: tuple[str, ...]) -> str:
    """The SHA-256 of a table's rows as COPY text."""
    sha = hashlib.sha256()
    for data in copy_out(conn, schema, table, columns):
        sha.update(data)
    return sha.hexdigest()


def _copy(schema: str, table: str, columns: tuple[str, ...], way: str) -> Composed:
    return SQL("copy {} ({}) {}").format(
        Identifier(schema, table),
        SQL(", ").join(map(Identifier, columns)),
        SQL("to stdout") if way == "to stdout" else SQL("from stdin"),
    )


def _quote(schema: str) -> str:
    """A name as to_regnamespace() reads it."""
    return '"' + schema.replace('"', '""') + '"'


def _text(conn: Conn, query: str, values: tuple[Any, ...] = ()) -> str:
    row = conn.execute(query.encode(), values).fetchone()
    assert row is not None, "the query always gives one row"
    return str(row[0])
