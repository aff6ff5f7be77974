"""Backups: database, files and the desk's secret in one archive, verified when written and read.

Rows travel as COPY text rather than by pg_dump: that needs no program of the server's version, goes
through TLS, and lets a newer release restore an older backup (its schema first, then the rows, then
the later migrations).
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, BinaryIO, cast

import psycopg
from psycopg.sql import SQL, Identifier

FORMAT = 1
CHUNK = 1024 * 1024
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
Conn = psycopg.Connection[Any]


class BackupError(RuntimeError):
    """A backup cannot be written, trusted or put back; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A member of the archive: size in bytes, SHA-256; for a table its columns and rows."""

    size: int
    sha: str
    columns: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `schema` is the number of migrations that made its tables."""

    made_at: str
    release: str
    schema: int
    parts: dict[str, ArchiveMember] = field(default_factory=dict[str, ArchiveMember])
    format: int = FORMAT

    def count(self, folder: str) -> int:
        return sum(name.startswith(f"{folder}/") for name in self.parts)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts.values())


def write(
    url: str, target: Path, *, files: Path, secret: Path, now: datetime, release: str
) -> Manifest:
    """Write the archive beside `target`, read it back, and only then give it that name.

    Every table comes from one moment. Files are read after it: what a row names is there by then.
    """
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with (
            closing(_snapshot(url)) as conn,
            _create(half) as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive,
        ):
            manifest = Manifest(now.isoformat(), release, _schema(conn))
            _add_tables(archive, conn, manifest.parts)
            for path in (*sorted(path for path in files.glob("??/*") if not path.suffix), secret):
                _add_file(archive, path, _member(path, files), manifest.parts)
            text = json.dumps(asdict(manifest), indent=1).encode()
            _add(archive, MANIFEST, io.BytesIO(text), len(text))
            seal = hashlib.sha256(text).hexdigest().encode()
            _add(archive, SEAL, io.BytesIO(seal), len(seal))
            archive.close()
            raw.flush()
            os.fsync(raw.fileno())
        verify(half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return manifest


def verify(source: Path) -> Manifest:
    """Read the whole archive; raises BackupError when anything is missing or differs."""
    found: dict[str, tuple[int, str]] = {}
    members = {MANIFEST: b"", SEAL: b""}
    try:
        for name, stream in _members(source):
            if name in members:
                members[name] = stream.read()
            else:
                found[name] = _measure(stream)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BackupError(f"{source} is damaged ({error}); take another backup.") from error
    if hashlib.sha256(members[MANIFEST]).hexdigest().encode() != members[SEAL]:
        raise BackupError(f"{source} is no whole backup; take another one.")
    manifest = _manifest(source, members[MANIFEST])
    wanted = {name: (part.size, part.sha) for name, part in manifest.parts.items()}
    if wrong := sorted(name for name in wanted | found if wanted.get(name) != found.get(name)):
        raise BackupError(f"{source} is damaged at {wrong[0]}; take another backup.")
    return manifest


def make_room(url: str, *, force: bool) -> None:
    """Refuse a database in use, or one that holds tables; with `force` drop them."""
    with psycopg.connect(url) as conn:
        if _others(conn):
            raise BackupError("A desk is running on this database; stop it first.")
        tables = _tables(conn)
        if tables and not force:
            raise BackupError(
                "The database is not empty; restore into a new data folder or database, or "
                "replace this one with --force."
            )
        for table in tables:
            conn.execute(SQL("drop table {} cascade").format(Identifier(table)))


def load(url: str, source: Path, manifest: Manifest) -> None:
    """Put the archive's rows into a schema of its version, all or none; raises BackupError."""
    with psycopg.connect(url) as conn:
        order = _in_order(conn)
        missing = {name for name in manifest.parts if name.startswith("tables/")} - {
            f"tables/{table}" for table in order
        }
        if missing:
            raise BackupError(f"This release has no table for {min(missing)} of the backup.")
        conn.execute(SQL("truncate {}").format(SQL(", ").join(map(Identifier, order))))
        # The archive keeps the order in which rows may refer to each other.
        for name, stream in _members(source):
            kind, _, table = name.partition("/")
            if kind == "tables":
                _load_table(conn, table, manifest.parts[name], stream)


def unpack(source: Path, *, files: Path, secret: Path, force: bool) -> None:
    """Put the archive's files in place of `files`, and its secret beside; raises BackupError."""
    if files.is_dir() and any(files.iterdir()) and not force:
        raise BackupError(f"{files} is not empty; restore into a new data folder, or use --force.")
    fresh = files.with_name(f".{files.name}.{os.getpid()}")
    fresh.mkdir(mode=0o700)
    for name, stream in _members(source):
        if name.startswith("files/"):
            # verify() has compared the names with the manifest; they still must stay inside.
            _store(_inside(fresh, name.removeprefix("files/")), stream)
        elif name == "secret":
            half = secret.with_name(f".{secret.name}.{os.getpid()}")
            _store(half, stream)
            half.replace(secret)
    shutil.rmtree(files, ignore_errors=True)
    fresh.rename(files)


# --- writing --------------------------------------------------------------------------------


def _snapshot(url: str) -> Conn:
    conn = psycopg.connect(url)
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    conn.read_only = True
    return conn


def _add_tables(archive: tarfile.TarFile, conn: Conn, parts: dict[str, ArchiveMember]) -> None:
    for table in _in_order(conn):
        columns = _columns(conn, table)
        with tempfile.TemporaryFile() as spool, conn.cursor() as cursor:
            query = SQL("copy {} ({}) to stdout").format(
                Identifier(table), SQL(", ").join(map(Identifier, columns))
            )
            with cursor.copy(query) as copy:
                for data in copy:
                    spool.write(data)
            size, sha = _measure(cast("BinaryIO", spool), rewind=True)
            _add(archive, f"tables/{table}", cast("BinaryIO", spool), size)
            parts[f"tables/{table}"] = ArchiveMember(size, sha, columns, cursor.rowcount)


def _add_file(
    archive: tarfile.TarFile, path: Path, name: str, parts: dict[str, ArchiveMember]
) -> None:
    try:
        with path.open("rb") as file:
            size, sha = _measure(file, rewind=True)
            _add(archive, name, file, size)
    except FileNotFoundError:
        return  # removed since the folder was listed
    parts[name] = ArchiveMember(size, sha)


def _add(archive: tarfile.TarFile, name: str, stream: BinaryIO | io.BytesIO, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, stream)


def _member(path: Path, files: Path) -> str:
    return f"files/{path.relative_to(files)}" if path.is_relative_to(files) else path.name


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")


# --- reading --------------------------------------------------------------------------------


def _members(source: Path) -> Iterator[tuple[str, BinaryIO]]:
    with tarfile.open(source, "r:gz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                yield member.name, cast("BinaryIO", stream)


def _manifest(source: Path, text: bytes) -> Manifest:
    fields = json.loads(text)
    if fields.get("format") != FORMAT:
        raise BackupError(f"{source} was written by a newer release; restore it with that one.")
    parts = {
        name: ArchiveMember(part["size"], part["sha"], tuple(part["columns"]), part["rows"])
        for name, part in fields.pop("parts").items()
    }
    return Manifest(**fields, parts=parts)


def _measure(stream: BinaryIO, *, rewind: bool = False) -> tuple[int, str]:
    """Size and SHA-256 of a stream."""
    if rewind:
        stream.seek(0)
    size, sha = 0, hashlib.sha256()
    while data := stream.read(CHUNK):
        size += len(data)
        sha.update(data)
    if rewind:
        stream.seek(0)
    return size, sha.hexdigest()


def _load_table(conn: Conn, table: str, part: ArchiveMember, stream: BinaryIO) -> None:
    query = SQL("copy {} ({}) from stdin").format(
        Identifier(table), SQL(", ").join(map(Identifier, part.columns))
    )
    with conn.cursor() as cursor:
        with cursor.copy(query) as copy:
            while data := stream.read(CHUNK):
                copy.write(data)
        if cursor.rowcount != part.rows:
            raise BackupError(f"Table {table} took {cursor.rowcount} of {part.rows} rows.")


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BackupError(f"The backup holds a file outside its folder ({name}); do not trust it.")
    return path


def _store(path: Path, stream: BinaryIO) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _create(path) as file:
        shutil.copyfileobj(stream, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())


# --- what the database holds ----------------------------------------------------------------


def _schema(conn: Conn) -> int:
    row = conn.execute("select coalesce(max(version), 0) from schema_versions").fetchone()
    assert row is not None
    return row[0]


def _others(conn: Conn) -> int:
    row = conn.execute(
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and backend_type = 'client backend' and pid <> pg_backend_pid()"
    ).fetchone()
    assert row is not None
    return row[0]


def _tables(conn: Conn) -> list[str]:
    rows = conn.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace "
        "and relkind in ('r', 'p') and not relispartition order by relname"
    )
    return [row[0] for row in rows]


def _in_order(conn: Conn) -> list[str]:
    """The tables with rows of ours, those referred to before those that refer to them."""
    graph = TopologicalSorter({table: () for table in _tables(conn) if table != "schema_versions"})
    rows = conn.execute(
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint "
        "where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid"
    )
    for table, needed in rows:
        graph.add(table, needed)
    return list(graph.static_order())


def _columns(conn: Conn, table: str) -> tuple[str, ...]:
    """The columns that are stored, not computed by the database."""
    rows = conn.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 "
        "and not attisdropped and attgenerated = '' order by attnum",
        (f'public."{table}"',),
    )
    return tuple(row[0] for row in rows)
