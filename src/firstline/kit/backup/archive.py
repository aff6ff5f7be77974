"""The archive: a tar of tables, files and secret, with a manifest of their sizes and digests."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import psycopg

from firstline.kit.backup import passphrase as locks
from firstline.kit.backup.errors import BackupError
from firstline.kit.backup.tables import (
    CHUNK,
    Conn,
    columns_of,
    connect,
    copy_out,
    home_of,
    tables_in_order,
    version_of,
)
from firstline.kit.halves import half_file

# 2 has the secret in use, or the same under a passphrase.
FORMAT = 2
READABLE = (1, 2)
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
SECRET, LOCKED = "secret", "secret.locked"


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
    def file_keys(self) -> set[str]:
        """The keys of the files in it, as `FolderFiles` spreads them over folders: ab/cdef…"""
        found = (name.partition("/") for name in self.parts)
        return {path.replace("/", "") for kind, _, path in found if kind == "files"}

    def rows_of(self, table: str) -> int:
        part = self.parts.get(f"tables/{table}")
        return part.rows if part else 0

    @property
    def tables(self) -> dict[str, ArchiveMember]:
        """The parts that are tables, by the table's name."""
        found = ((name.partition("/"), part) for name, part in self.parts.items())
        return {table: part for (kind, _, table), part in found if kind == "tables"}

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts.values())

    @property
    def empty(self) -> bool:
        """Whether nothing was ever said, stored or known on this desk."""
        return not any(map(self.rows_of, ("requests", "entries", "people"))) and not self.count(
            "files"
        )


@dataclass(frozen=True, slots=True)
class ArchiveContent:
    """What goes into an archive beside the database: the folder of files, the secret in use.

    With a `passphrase` the secret goes in under it. `made_at` and `release` say when and by whom.
    """

    files: Path
    secret: bytes
    made_at: datetime
    release: str
    passphrase: str | None = None


def write(
    url: str, target: Path, content: ArchiveContent, *, allow_empty: bool = False
) -> Manifest:
    """Write the archive beside `target`, read it back, and only then give it that name.

    Every table comes from one moment. Files are read after it: what a row names is there by then.
    Raises BackupError for an empty desk, which is nearly always the wrong one, and where the file
    cannot be written.
    """
    if target.is_dir():
        raise BackupError(f"{target} is a folder; name a file in it.")
    try:
        return _write(url, target, content, allow_empty=allow_empty)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error


def _write(url: str, target: Path, content: ArchiveContent, *, allow_empty: bool) -> Manifest:
    with half_file(target) as half:
        with (
            closing(_snapshot(url)) as conn,
            half.open("wb") as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive,
        ):
            manifest = Manifest(content.made_at.isoformat(), content.release, version_of(conn))
            _add_tables(archive, conn, manifest.parts, half.parent)
            _add_content(archive, content, manifest.parts)
            _refuse_empty(manifest, allow_empty=allow_empty)
            text = json.dumps(asdict(manifest), indent=1).encode()
            _add(archive, MANIFEST, io.BytesIO(text), len(text))
            seal = hashlib.sha256(text).hexdigest().encode()
            _add(archive, SEAL, io.BytesIO(seal), len(seal))
            archive.close()
            raw.flush()
            os.fsync(raw.fileno())
        verify(half)
        half.replace(target)
    return manifest


def verify(source: Path) -> Manifest:
    """Read the whole archive; raises BackupError when anything is missing or differs."""
    found: dict[str, tuple[int, str]] = {}
    about = {MANIFEST: b"", SEAL: b""}
    try:
        for name, stream in members(source):
            if name in about:
                about[name] = stream.read()
            else:
                found[name] = _measure(stream)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BackupError(f"{source} is damaged ({error}); take another backup.") from error
    if hashlib.sha256(about[MANIFEST]).hexdigest().encode() != about[SEAL]:
        raise BackupError(f"{source} is no whole backup; take another one.")
    manifest = _manifest(source, about[MANIFEST])
    wanted = {name: (part.size, part.sha) for name, part in manifest.parts.items()}
    if wrong := sorted(name for name in wanted | found if wanted.get(name) != found.get(name)):
        raise BackupError(f"{source} is damaged at {wrong[0]}; take another backup.")
    return manifest


def read_secret(source: Path, manifest: Manifest, passphrase: str | None) -> bytes | None:
    """The desk's secret; None where an older release left it out. Raises BackupError."""
    if LOCKED in manifest.parts:
        if not passphrase:
            raise BackupError(
                f"The secret in {source} is under a passphrase; name a file that holds it with "
                "--passphrase-file."
            )
        return locks.unlock(_read(source, LOCKED), passphrase)
    if SECRET not in manifest.parts:
        return None
    with suppress(ValueError):
        return bytes.fromhex(_read(source, SECRET).decode("ascii"))
    return None


def unpack_files(source: Path, folder: Path) -> None:
    """Put the archive's files into a new folder; raises BackupError."""
    folder.mkdir(mode=0o700, parents=True)
    for name, stream in members(source):
        if name.startswith("files/"):
            # verify() has compared the names with the manifest; they still must stay inside.
            _store(_inside(folder, name.removeprefix("files/")), stream)


def members(source: Path) -> Iterator[tuple[str, BinaryIO]]:
    """Each part's name and content, in the order in which it was written."""
    with tarfile.open(source, "r:gz") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                yield member.name, cast("BinaryIO", stream)


# --- writing --------------------------------------------------------------------------------


def _snapshot(url: str) -> Conn:
    conn = connect(url)
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    conn.read_only = True
    return conn


def _add_tables(
    archive: tarfile.TarFile, conn: Conn, parts: dict[str, ArchiveMember], room: Path
) -> None:
    """Each table as one part; it is gathered in `room`, where the archive needs the place too."""
    home = home_of(conn)
    for table in tables_in_order(conn, home):
        columns = columns_of(conn, home, table)
        with tempfile.TemporaryFile(dir=room) as spool:
            rows = _spool(copy_out(conn, home, table, columns), cast("BinaryIO", spool))
            size, sha = _measure(cast("BinaryIO", spool), rewind=True)
            _add(archive, f"tables/{table}", cast("BinaryIO", spool), size)
            parts[f"tables/{table}"] = ArchiveMember(size, sha, columns, rows)


def _spool(rows: Iterable[bytes], spool: BinaryIO) -> int:
    """Write rows down and count them: in COPY text a line break within a row is escaped."""
    count = 0
    for data in rows:
        spool.write(data)
        count += data.count(b"\n")
    return count


def _add_content(
    archive: tarfile.TarFile, content: ArchiveContent, parts: dict[str, ArchiveMember]
) -> None:
    for path in sorted(path for path in content.files.glob("??/*") if not path.suffix):
        _add_file(archive, path, f"files/{path.relative_to(content.files)}", parts)
    if content.passphrase is None:
        name, words = SECRET, content.secret.hex().encode() + b"\n"
    else:
        name, words = LOCKED, locks.lock(content.secret, content.passphrase)
    _add(archive, name, io.BytesIO(words), len(words))
    parts[name] = ArchiveMember(len(words), hashlib.sha256(words).hexdigest())


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


def _refuse_empty(manifest: Manifest, *, allow_empty: bool) -> None:
    if manifest.empty and not allow_empty:
        raise BackupError(
            "This desk is empty: 0 requests, 0 entries, 0 files, and it knows nobody. Look whether "
            "its folder (--data) and database (FIRSTLINE_DATABASE_URL) are the right ones; to back "
            "it up all the same, say --empty."
        )


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")


# --- reading --------------------------------------------------------------------------------


def _manifest(source: Path, text: bytes) -> Manifest:
    fields = json.loads(text)
    if fields.get("format") not in READABLE:
        raise BackupError(f"{source} was written by a newer release; restore it with that one.")
    parts = {
        name: ArchiveMember(part["size"], part["sha"], tuple(part["columns"]), part["rows"])
        for name, part in fields.pop("parts").items()
    }
    return Manifest(**fields, parts=parts)


def _read(source: Path, wanted: str) -> bytes:
    return next(stream.read() for name, stream in members(source) if name == wanted)


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
