"""Backups: everything comes back, damage is noticed, an older one fits a newer release."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from firstline.kit import backup
from firstline.kit.backup import ArchiveContent, BackupError, Beside, Manifest
from firstline.kit.files import FolderFiles, bytes_of, read
from firstline.kit.migrate import migrate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = b"5ec2e7" * 6
ID = "1d"


def take(
    url: str, folder: Path, *, passphrase: str | None = None, allow_empty: bool = False
) -> tuple[Path, Manifest]:
    target = folder / "desk.backup"
    content = ArchiveContent(
        folder / "files", secret=SECRET, made_at=NOW, release="0.1.0", passphrase=passphrase
    )
    return target, backup.write(url, target, content, allow_empty=allow_empty)


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


async def bring_back(url: str, file: Path, folder: Path, *, force: bool = False) -> None:
    manifest = backup.verify(file)
    backup.refuse_newer(file, manifest)
    try:
        with Beside(url, ID) as beside:
            await beside.look(force=force)
            backup.unpack_files(file, folder / "fresh")
            await beside.fill(file, manifest, now=NOW)
            beside.exchange(lambda: None)
    finally:
        backup.drop_beside(url)


async def test_rows_files_and_secret_come_back_as_they_were(
    live_database: str, empty: str, tmp_path: Path
) -> None:
    stored = await FolderFiles(tmp_path / "files").put(bytes_of(b"a screenshot"))
    file, manifest = take(live_database, tmp_path)
    assert manifest.count("files") == 1
    await bring_back(empty, file, tmp_path / "other")
    assert contents(empty) == contents(live_database)
    assert await read(FolderFiles(tmp_path / "other/fresh"), stored.key) == b"a screenshot"
    assert backup.read_secret(file, manifest, None) == SECRET


async def test_an_older_backup_is_brought_to_this_release(
    empty: str, live_database: str, tmp_path: Path
) -> None:
    await migrate(empty, now=NOW, upto=2)
    with psycopg.connect(empty) as conn:
        conn.execute(
            "insert into clients (id, name, created_at) values (gen_random_uuid(), 'Acme', now())"
        )
    file, manifest = take(empty, tmp_path, allow_empty=True)
    assert manifest.schema == 2
    await bring_back(live_database, file, tmp_path / "other", force=True)
    with psycopg.connect(live_database) as conn:
        assert conn.execute("select name from clients").fetchall() == [("Acme",)]
        assert conn.execute("select max(version) > 2 from schema_versions").fetchone() == (True,)


async def test_a_database_that_holds_something_is_refused(live_database: str) -> None:
    with Beside(live_database, ID) as beside, pytest.raises(BackupError, match="not empty"):
        await beside.look(force=False)


async def test_a_database_in_use_is_refused_even_by_force(live_database: str) -> None:
    with (
        psycopg.connect(live_database),
        Beside(live_database, ID) as beside,
        pytest.raises(BackupError, match="running"),
    ):
        await beside.look(force=True)


def test_of_two_restores_at_once_the_second_is_refused(live_database: str) -> None:
    second = Beside(live_database, "2d")
    with Beside(live_database, ID), pytest.raises(BackupError, match="Another restore"):
        second.__enter__()
    with second:
        pass


async def test_an_empty_desk_is_backed_up_only_when_asked_for(empty: str, tmp_path: Path) -> None:
    await migrate(empty, now=NOW)
    with pytest.raises(BackupError, match="0 requests, 0 entries, 0 files"):
        take(empty, tmp_path)
    assert not list(tmp_path.iterdir())
    assert take(empty, tmp_path, allow_empty=True)[1].empty


async def test_a_passphrase_keeps_the_secret_from_who_only_has_the_archive(
    live_database: str, tmp_path: Path
) -> None:
    file, manifest = take(live_database, tmp_path, passphrase="a long walk home")
    assert SECRET.hex().encode() not in gzip.decompress(file.read_bytes())
    assert backup.read_secret(file, manifest, "a long walk home") == SECRET
    with pytest.raises(BackupError, match="--passphrase-file"):
        backup.read_secret(file, manifest, None)
    with pytest.raises(BackupError, match="not the passphrase"):
        backup.read_secret(file, manifest, "a long walk out")
    with pytest.raises(BackupError, match="at least 12"):
        take(live_database, tmp_path, passphrase="short")


@pytest.mark.parametrize("schema", [0, 99])
async def test_an_archive_of_an_unknown_schema_is_refused(schema: int) -> None:
    with pytest.raises(BackupError, match="newer release"):
        backup.refuse_newer(Path("x"), Manifest(NOW.isoformat(), "9.0", schema))


async def test_what_is_not_the_desks_stays_when_a_desk_is_replaced(
    live_database: str, tmp_path: Path
) -> None:
    file, _ = take(live_database, tmp_path)
    before = contents(live_database)
    with psycopg.connect(live_database) as conn:
        conn.execute("create table accounts (id integer)")
        conn.execute("insert into accounts values (7)")
        conn.execute("delete from tokens; update people set name = 'Nobody'")
    await bring_back(live_database, file, tmp_path / "other", force=True)
    after = contents(live_database)
    assert after.pop("accounts") == [("(7)",)]
    assert after == before


async def test_what_others_built_on_the_desks_tables_is_not_dropped_with_them(
    live_database: str, tmp_path: Path
) -> None:
    file, _ = take(live_database, tmp_path)
    with psycopg.connect(live_database) as conn:
        conn.execute("create view monthly as select name from clients")
        conn.execute("update people set name = 'Nobody'")
    before = contents(live_database)
    with pytest.raises(BackupError, match="monthly"):
        await bring_back(live_database, file, tmp_path / "other", force=True)
    assert contents(live_database) == before


@pytest.mark.parametrize(
    "damage",
    [
        "insert into schema_versions values (99, 'later', '', now())",
        "update schema_versions set sha = '' where version = 2",
    ],
)
async def test_a_desk_of_another_release_is_not_replaced(live_database: str, damage: str) -> None:
    with psycopg.connect(live_database) as conn:
        conn.execute(damage.encode())
    before = contents(live_database)
    with (
        Beside(live_database, ID) as beside,
        pytest.raises(BackupError, match="empty database"),
    ):
        await beside.look(force=True)
    assert contents(live_database) == before


async def test_rows_that_do_not_fit_leave_the_standing_desk(
    live_database: str, empty: str, tmp_path: Path
) -> None:
    await migrate(empty, now=NOW)
    with psycopg.connect(empty) as conn:
        conn.execute("alter table clients add column colour text")
    file, _ = take(empty, tmp_path, allow_empty=True)
    before = contents(live_database)
    with pytest.raises(BackupError, match="rows of clients do not fit"):
        await bring_back(live_database, file, tmp_path / "other", force=True)
    assert contents(live_database) == before


async def test_a_last_step_that_fails_leaves_the_standing_desk(
    live_database: str, tmp_path: Path
) -> None:
    file, manifest = take(live_database, tmp_path)
    with psycopg.connect(live_database) as conn:
        conn.execute("update people set name = 'Nobody'")
    before = contents(live_database)

    def fail() -> None:
        raise OSError("no room")

    with Beside(live_database, ID) as beside:
        await beside.look(force=True)
        await beside.fill(file, manifest, now=NOW)
        with pytest.raises(OSError, match="no room"):
            beside.exchange(fail)
    assert backup.stage_of(live_database, ID) == "beside"
    backup.drop_beside(live_database)
    assert backup.stage_of(live_database, ID) == "unknown"
    assert contents(live_database) == before


async def test_what_a_role_sets_for_itself_does_not_change_an_archive(
    live_database: str, empty: str, tmp_path: Path
) -> None:
    with psycopg.connect(live_database, autocommit=True) as conn:
        for name in (conn.info.dbname, psycopg.conninfo.conninfo_to_dict(empty)["dbname"]):
            for setting in (
                "datestyle = 'German, DMY'", "timezone = 'Asia/Tokyo'", "bytea_output = 'escape'",
                "extra_float_digits = -10", "client_encoding = 'latin1'",
            ):  # fmt: skip
                conn.execute(f"alter database {name} set {setting}".encode())
        conn.execute("update people set name = 'Віра'")
    file, manifest = take(live_database, tmp_path)
    await bring_back(empty, file, tmp_path / "other")
    await backup.fill(empty, "public", file, manifest, now=NOW, compare=True)


async def test_tables_in_a_schema_of_the_role_are_backed_up_and_replaced_there(
    empty: str, live_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(empty, autocommit=True) as conn:
        conn.execute("create schema desk")
        conn.execute(f"alter database {conn.info.dbname} set search_path = desk".encode())
    file, manifest = take(live_database, tmp_path)
    await bring_back(empty, file, tmp_path / "other")
    again, second = take(empty, tmp_path)
    assert second.parts == manifest.parts
    await bring_back(empty, again, tmp_path / "once more", force=True)
    with psycopg.connect(empty) as conn:
        found = conn.execute("select distinct schemaname from pg_tables where tablename = 'people'")
        assert found.fetchall() == [("desk",)]


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
