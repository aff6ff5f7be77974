"""Backups: everything comes back, damage is noticed, an older one fits a newer release."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from firstline.kit import backup
from firstline.kit.backup import BackupError, Manifest
from firstline.kit.files import FolderFiles, bytes_of, read
from firstline.kit.migrate import migrate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def take(url: str, folder: Path, name: str = "desk.backup") -> tuple[Path, Manifest]:
    secret = folder / "secret"
    secret.write_text("5ec2e7")
    target = folder / name
    return target, backup.write(
        url, target, files=folder / "files", secret=secret, now=NOW, release="0.1.0"
    )


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as text."""
    with psycopg.connect(url) as conn:
        names = [
            row[0]
            for row in conn.execute("select tablename from pg_tables where schemaname = 'public'")
        ]
        return {
            name: sorted(conn.execute(f"select t::text from {name} t".encode()).fetchall())
            for name in names
            if name != "schema_versions"
        }


async def bring_back(url: str, file: Path, folder: Path) -> None:
    manifest = backup.verify(file)
    backup.make_room(url, force=False)
    await migrate(url, now=NOW, upto=manifest.schema)
    backup.load(url, file, manifest)
    backup.unpack(file, files=folder / "files", secret=folder / "secret", force=False)
    await migrate(url, now=NOW)


async def test_rows_files_and_secret_come_back_as_they_were(
    live_database: str, empty: str, tmp_path: Path
) -> None:
    stored = await FolderFiles(tmp_path / "files").put(bytes_of(b"a screenshot"))
    file, manifest = take(live_database, tmp_path)
    assert manifest.count("files") == 1
    (tmp_path / "other").mkdir()
    await bring_back(empty, file, tmp_path / "other")
    assert contents(empty) == contents(live_database)
    assert await read(FolderFiles(tmp_path / "other/files"), stored.key) == b"a screenshot"
    assert (tmp_path / "other/secret").read_text() == "5ec2e7"
    assert (tmp_path / "other/secret").stat().st_mode & 0o777 == 0o600


async def test_an_older_backup_is_brought_to_this_release(
    empty: str, live_database: str, tmp_path: Path
) -> None:
    await migrate(empty, now=NOW, upto=2)
    with psycopg.connect(empty) as conn:
        conn.execute(
            "insert into clients (id, name, created_at) values (gen_random_uuid(), 'Acme', now())"
        )
    file, manifest = take(empty, tmp_path)
    assert manifest.schema == 2
    backup.make_room(live_database, force=True)
    (tmp_path / "other").mkdir()
    await bring_back(live_database, file, tmp_path / "other")
    with psycopg.connect(live_database) as conn:
        assert conn.execute("select name from clients").fetchall() == [("Acme",)]
        assert conn.execute("select max(version) > 2 from schema_versions").fetchone() == (True,)


async def test_a_database_that_holds_something_is_refused(live_database: str) -> None:
    with pytest.raises(BackupError, match="not empty"):
        backup.make_room(live_database, force=False)


async def test_a_database_in_use_is_refused_even_by_force(live_database: str) -> None:
    with psycopg.connect(live_database), pytest.raises(BackupError, match="running"):
        backup.make_room(live_database, force=True)


async def test_every_damage_is_noticed(live_database: str, tmp_path: Path) -> None:
    file, _ = take(live_database, tmp_path)
    whole = gzip.decompress(file.read_bytes())
    spots = [whole.index(b"vera@acme.example"), whole.index(b'"rows"'), 257]
    for spot in spots:
        changed = bytearray(whole)
        changed[spot] ^= 1
        file.write_bytes(gzip.compress(bytes(changed)))
        with pytest.raises(BackupError, match="take another"):
            backup.verify(file)
    packed = gzip.compress(whole)
    for size in (0, 100, len(packed) // 2):
        file.write_bytes(packed[:size])
        with pytest.raises(BackupError):
            backup.verify(file)


async def test_a_backup_that_fails_leaves_the_earlier_one(
    live_database: str, tmp_path: Path
) -> None:
    file, _ = take(live_database, tmp_path)
    before = file.read_bytes()
    with psycopg.connect(live_database) as conn:
        conn.execute("drop table schema_versions")
    with pytest.raises(psycopg.errors.UndefinedTable):
        take(live_database, tmp_path)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".desk*"))
