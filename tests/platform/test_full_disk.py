"""A full disk: what could not be written is refused, never acknowledged, and goes on when there is
room again. A real one: the cluster lives in a small file system of its own."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from tests.apps import app_of
from tests.platform.running import Command, address

from firstline.app import Desk
from firstline.cli.doctor import disks, examine
from firstline.kit.db import Db, Tx
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.migrate import migrate
from firstline.people import new_token, who_by_email
from firstline.people.cast import make_cast
from firstline.regulations.versions import begin
from firstline.settings import Settings

SIZE = 160  # MB: a new cluster takes about 70
# Random letters, so that the database cannot press them together.
LARGE = [os.urandom(9000).hex() for _ in range(8)]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="firstline-disk-"))
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "tmpfs", str(folder)]
    known = shutil.which("mount") is not None
    if not known or subprocess.run(mount, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
async def database(small_disk: Path) -> AsyncIterator[str]:
    """A desk's database with the cast, on the small disk."""
    postgres = EmbeddedPostgres(small_disk / "data", {"wal_recycle": "off"})
    url = await postgres.start()
    try:
        now = datetime.now(UTC)
        await migrate(url, now=now)
        db = Db(url, size=2)
        await db.open()

        async def fill(tx: Tx) -> None:
            await begin(tx.conn, now)
            await make_cast(tx, now=now)

        await db.run(fill)
        await db.close()
        yield url
    finally:
        await postgres.destroy()


def filled(folder: Path) -> Path:
    """A file that takes all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                os.write(file.fileno(), b"\0" * 4096)
        except OSError:
            return filler


async def test_nothing_is_acknowledged_that_a_full_disk_did_not_take(
    small_disk: Path, database: str, tmp_path: Path
) -> None:
    settings = Settings(
        data=tmp_path, secret=b"s" * 32, public_url="http://desk.example", database_url=database
    )
    desk = Desk(settings)
    await desk.open()
    try:
        async with desk.db.connection() as conn:
            vera = await who_by_email(conn, "vera@acme.example")
        assert vera is not None
        token = await desk.db.run(new_token, vera.id, "disk", now=datetime.now(UTC))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app_of(settings, desk)),
            base_url="http://desk.example",
            headers={"Authorization": f"Bearer {token}"},
        ) as door:
            await story(door, desk, small_disk)
    finally:
        await desk.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def upload(url: str, token: str) -> httpx.Response:
    return httpx.post(
        f"{url}/api/v1/attachments",
        headers=bearer(token),
        files={"file": ("log.txt", b"x" * 200_000)},
        timeout=60,
    )


@pytest.fixture
def small(small_disk: Path, command: Command, empty: str, tmp_path: Path) -> Command:
    """Commands of a desk whose data folder is on the small disk, and its database elsewhere."""
    command.data = small_disk / "data"
    command.environment |= {"FIRSTLINE_DATA": str(command.data), "FIRSTLINE_DATABASE_URL": empty}
    command.run("migrate")
    clients = tmp_path / "clients.json"
    contact = {"email": "vera@acme.example", "name": "Vera", "access": "owner"}
    client = {"external_id": "1", "name": "Acme", "plan": "", "contacts": [contact]}
    clients.write_text(json.dumps([client]))
    command.run("import", "clients", str(clients))
    return command


@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_desk_whose_folder_takes_nothing_serves_without_files_until_it_does(
    small: Command, small_disk: Path, state: str
) -> None:
    token = small.run("token", "new", "vera@acme.example").split()[-1]
    filler = filled(small_disk)
    if state == "read-only":
        filler.unlink()
        remount(small_disk, "ro")
    process = small.start("serve", "--port", "0")
    url = address(process)
    try:
        ready = httpx.get(f"{url}/ready").json()
        assert (ready["disk"], ready["status"]) == (state, "disk")
        assert ("can only be read" if state == "read-only" else "0 MB left") in small.run(
            "doctor", code=1
        )
        refused = upload(url, token)
        assert (refused.status_code, refused.json()["title"]) == (503, "unavailable")
        assert "Files cannot be saved" in refused.json()["detail"]
        words = {"topic": "web", "body": "The page is away"}
        opened = httpx.post(f"{url}/api/v1/requests", headers=bearer(token), json=words)
        assert opened.status_code == 201
        if state == "read-only":
            remount(small_disk, "rw")
        else:
            filler.unlink()
        assert upload(url, token).status_code == 201
    finally:
        process.terminate()
        _out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert "no files, no letters" in err


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def test_a_command_on_a_full_disk_says_so_in_a_sentence(small: Command, small_disk: Path) -> None:
    (small.data / "desk.json").unlink()
    filler = filled(small_disk)
    assert "No space left" in small.run("migrate", code=1)
    filler.unlink()
    assert small.run("migrate") == "The database is up to date.\n"


def test_the_doctor_sees_a_disk_that_is_nearly_full(small_disk: Path) -> None:
    (found,) = disks(small_disk)
    assert (found.code, found.count) == ("disk", 1)
    assert f"{small_disk} has {SIZE} MB left" in found.message


async def story(door: httpx.AsyncClient, desk: Desk, disk: Path) -> None:
    made = await door.post("/api/v1/requests", json={"topic": "web", "body": "Down"})
    path = f"/api/v1/requests/{made.json()['no']}/entries"
    filler = filled(disk)
    acknowledged, refused = set[str](), dict[str, str]()
    for i in range(400):
        key, body = f"k{i}", LARGE[i % len(LARGE)]
        answer = await door.post(path, json={"body": body, "key": key})
        if answer.status_code == 201:
            acknowledged.add(key)
            continue
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) > 0
        refused[key] = body
        if len(refused) > 5:
            break
    assert refused, "the disk was never full"
    ready = (await door.get("/ready")).json()
    assert (ready["status"], ready["database"]) == ("disk", "full")
    faults = await examine(desk.db, desk.settings, now=datetime.now(UTC))
    assert "PostgreSQL's own disk is full; make room there." in {one.message for one in faults}
    assert await keys(door, path) == acknowledged, "reading goes on, and shows what was said alone"

    filler.unlink()
    for key, body in refused.items():
        assert (await door.post(path, json={"body": body, "key": key})).status_code == 201
    assert await keys(door, path) == acknowledged | set(refused)


async def keys(door: httpx.AsyncClient, path: str) -> set[str]:
    """The keys of what stands in the request, each once."""
    found: list[str] = []
    after = 0
    while True:
        answer = await door.get(path, params={"after": after, "limit": 500})
        entries = answer.json()["entries"]
        if not entries:
            break
        found += [entry["key"] for entry in entries if entry["kind"] == "said"]
        after = entries[-1]["no"]
    assert len(found) == len(set(found))
    return set(found)
