"""What the oldest supported release left behind is brought to this one; released migrations stand.

`old/0.1.0.tar.gz` was written by that release: the demo's people, some requests, a file, and a
secret of a request, a second factor and a key of the panel, all sealed.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from tests.platform.running import Command

from firstline.kit import backup
from firstline.kit.backup.beside import load
from firstline.kit.migrate import FOLDER, migrate
from firstline.kit.seal import Seal

OLDEST = Path(__file__).parent / "old/0.1.0.tar.gz"
HASHES = Path(__file__).parent / "migrations.sha256"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
# What a worker has not done yet, or has passed in the month since then, is no fault of the upgrade.
PASSED = {"due", "outbox", "mail", "index", "evidence", "holder", "nobody", "disk"}


async def test_the_data_of_the_oldest_release_are_brought_to_this_one(
    command: Command, empty: str
) -> None:
    manifest = backup.verify(OLDEST)
    await migrate(empty, now=NOW, upto=manifest.schema)
    load(empty, "public", OLDEST, manifest)
    secret = backup.read_secret(OLDEST, manifest, None)
    assert secret is not None
    command.data.mkdir()
    (command.data / "secret").write_text(secret.hex())
    backup.unpack_files(OLDEST, command.data / "files")
    command.environment["FIRSTLINE_DATABASE_URL"] = empty
    assert "run migrate" in command.run("operator", "new", "k@k.example", "--name", "K", code=1)
    assert "desks" in command.run("migrate")
    process = command.start("doctor", "--json")
    found = json.loads(process.communicate(timeout=120)[0])["findings"]
    assert {one["code"] for one in found} <= PASSED
    with psycopg.connect(empty) as conn:
        for table in ("requests", "entries", "people", "attachments"):
            row = conn.execute(f"select count(*) from {table}".encode()).fetchone()
            assert row == (manifest.rows_of(table),), table
        sealed = conn.execute("select id, sealed from secrets where sealed is not null").fetchone()
    assert sealed is not None
    assert Seal(secret).open(sealed[1], f"secret/{sealed[0]}") == b"words of the old release"


def test_a_backup_of_the_oldest_release_is_restored(command: Command, empty: str) -> None:
    command.environment["FIRSTLINE_DATABASE_URL"] = empty
    assert "restored: 14 requests" in command.run("restore", str(OLDEST))
    assert len(list((command.data / "files").glob("??/*"))) == 1
    assert command.run("migrate") == "The database is up to date.\n"


def test_released_migrations_never_change() -> None:
    released = dict(reversed(line.split()) for line in HASHES.read_text().splitlines())
    files = sorted(path.name for path in FOLDER.glob("*.sql"))
    assert list(released) == files[: len(released)]
    for name, sha in released.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == sha, (
            f"{name} was released and differs now: databases made by it could not be upgraded. "
            "Take the change back, and put it into a new file."
        )
