"""A restore that is killed at any of its steps: the next command finds all of the old desk, or all
of the restored one, says which, and leaves nothing lying about."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.platform.running import Command

URL = "FIRSTLINE_DATABASE_URL"
KILLED = Path(__file__).with_name("killed.py")
# Each step with what the next command must find: the last four follow the commit.
STEPS = [
    ("firstline.cli.exchange:Exchange.begin", 1, "old"),
    ("firstline.kit.backup:unpack_files", 1, "old"),
    ("firstline.kit.backup.beside:Beside.fill", 1, "old"),
    ("firstline.kit.backup.beside:Beside._exchange", 1, "old"),
    ("pathlib:Path.rename", 1, "old"),
    ("pathlib:Path.rename", 2, "old"),
    ("firstline.cli.exchange:write_secret", 1, "old"),
    ("firstline.cli.exchange:Exchange.put_in_place", 1, "old"),
    ("firstline.kit.backup.beside:Beside.exchange", 1, "new"),
    ("firstline.cli.exchange:settle", 1, "new"),
    ("os:rmdir", 1, "new"),
]


@dataclass(frozen=True)
class Contents:
    """What a data folder and its database hold, as far as a restore changes it."""

    people: int
    desk: str
    noted: str
    file: str
    secret: str


@dataclass
class World:
    """A desk that differs in everything from the archive beside it."""

    data: Path
    url: str
    archive: Path
    old: Contents
    new: Contents

    def command(self) -> Command:
        keep = ("HOME", "PATH", "LANG", "PYTHONPATH")
        environment = {name: value for name, value in os.environ.items() if name in keep}
        return Command(self.data, {**environment, "FIRSTLINE_DATA": str(self.data), URL: self.url})

    def contents(self) -> Contents:
        return contents(self.data, self.url)

    def die(self, step: str, nth: int, *words: str) -> None:
        """Run a command that is killed after its step."""
        done = subprocess.run(
            [sys.executable, str(KILLED), step, str(nth), *words],
            env=self.command().environment, check=False, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr

    def restore_and_die(self, step: str, nth: int) -> None:
        self.die(step, nth, "restore", "--force", str(self.archive))

    def next_command(self) -> tuple[str, str]:
        """What `doctor` prints, and what it says beside that."""
        out, err = self.command().start("doctor").communicate(timeout=120)
        return out, err

    def rests(self) -> list[str]:
        with psycopg.connect(self.url) as conn:
            schemas = conn.execute(
                "select nspname from pg_namespace where nspname like 'firstline%'"
            ).fetchall()
        hidden = [path.name for path in self.data.iterdir() if path.name.startswith(".")]
        return [*hidden, *(name for (name,) in schemas)]


def contents(data: Path, url: str) -> Contents:
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "select (select count(*) from people), (select value->>'id' from settings"
            " where name = 'desk')"
        ).fetchone()
    assert row is not None
    noted = json.loads((data / "desk.json").read_text())["desk"]
    file, secret = (data / "files/ab/cd").read_text(), (data / "secret").read_text()
    return Contents(*row, noted, file, secret)


def _make(data: Path, url: str, archive: Path) -> World:
    """A desk, its archive, and then everything about the desk another one."""
    world = World(data, url, archive, Contents(0, "", "", "", ""), Contents(0, "", "", "", ""))
    command = world.command()
    command.run("migrate")
    command.run("operator", "new", "kate@firstline.example", "--name", "Kate", "--role", "keeper")
    (data / "files/ab").mkdir(parents=True)
    (data / "files/ab/cd").write_text("of the archive")
    command.run("backup", str(archive))
    world.new = world.contents()
    command.run("operator", "new", "lena@firstline.example", "--name", "Lena")
    (data / "files/ab/cd").write_text("of the desk")
    (data / "secret").write_text("ab" * 32 + "\n")
    with psycopg.connect(url) as conn:
        conn.execute("update settings set value = value || '{\"id\": \"old\"}' where name = 'desk'")
    (data / "desk.json").unlink()
    command.run("migrate", "--new-secret")
    world.old = world.contents()
    return world


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    """The desk that every test of this file gets a copy of."""
    server, name = os.environ["FIRSTLINE_TEST_URL"], f"cut_{uuid4().hex[:12]}"
    folder = Path(tempfile.mkdtemp(prefix="fl-"))
    url = psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"create database {name}".encode())
    yield _make(folder / "data", url, folder / "desk.backup")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"drop database {name} with (force)".encode())
    shutil.rmtree(folder)


@pytest.fixture
async def world(made: World, folder: Path) -> AsyncIterator[World]:
    server, name = os.environ["FIRSTLINE_TEST_URL"], f"cut_{uuid4().hex[:12]}"
    url = psycopg.conninfo.make_conninfo(server, dbname=name)
    model = str(psycopg.conninfo.conninfo_to_dict(made.url)["dbname"])
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"create database {name} template {model}".encode())
        shutil.copytree(made.data, folder / "data")
        yield World(folder / "data", url, made.archive, made.old, made.new)
        conn.execute(f"drop database {name} with (force)".encode())


def test_the_two_desks_differ_in_everything(made: World) -> None:
    pairs = zip(vars(made.old).items(), vars(made.new).items(), strict=True)
    assert all(one != other for one, other in pairs)


@pytest.mark.parametrize(("step", "nth", "left"), STEPS)
def test_a_killed_restore_leaves_all_of_one_desk_and_the_next_command_says_which(
    world: World, step: str, nth: int, left: str
) -> None:
    world.restore_and_die(step, nth)
    out, err = world.next_command()
    assert world.contents() == (world.old if left == "old" else world.new)
    assert ("undone" if left == "old" else "finished") in err
    assert (out, err.count("\n")) == ("All is well.\n", 1)
    assert world.rests() == []


@pytest.mark.parametrize(
    ("step", "nth", "again", "left"),
    [
        ("firstline.cli.exchange:Exchange.put_in_place", 1, ("pathlib:Path.rename", 1), "old"),
        ("firstline.cli.exchange:Exchange.put_in_place", 1, ("pathlib:Path.rename", 2), "old"),
        ("firstline.kit.backup.beside:Beside.exchange", 1, ("os:rmdir", 1), "new"),
    ],
)
def test_what_puts_a_killed_restore_right_may_be_killed_as_well(
    world: World, step: str, nth: int, again: tuple[str, int], left: str
) -> None:
    world.restore_and_die(step, nth)
    world.die(*again, "doctor")
    assert world.next_command()[0] == "All is well.\n"
    assert world.contents() == (world.old if left == "old" else world.new)
    assert world.rests() == []


def test_a_killed_restore_may_simply_be_done_again(world: World) -> None:
    world.restore_and_die("firstline.cli.exchange:Exchange.put_in_place", 1)
    out, err = world.command().start("restore", "--force", str(world.archive)).communicate()
    assert "is restored" in out
    assert "undone" in err
    assert world.contents() == world.new
    assert world.rests() == []


def test_another_database_decides_nothing_about_a_killed_restore(world: World, made: World) -> None:
    world.restore_and_die("firstline.kit.backup.beside:Beside.exchange", 1)
    command = world.command()
    command.environment[URL] = made.url
    assert "another database" in command.run("doctor", code=1)
    assert "finished" in world.next_command()[1]
    assert world.contents() == world.new


def test_nothing_runs_on_a_folder_that_is_being_restored_into(world: World) -> None:
    world.restore_and_die("firstline.cli.exchange:Exchange.put_in_place", 1)
    with (world.data / "restore.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in (("doctor",), ("serve", "--port", "0"), ("restore", str(world.archive))):
            assert "is running; wait for its end" in world.command().run(*words, code=1)
    assert "undone" in world.next_command()[1]


def test_what_a_killed_backup_leaves_goes_with_the_next_one(world: World, folder: Path) -> None:
    room = folder / "backups"
    room.mkdir()
    world.die("firstline.kit.backup.archive:verify", 1, "backup", str(room / "monday"))
    assert [path.stat().st_size > 0 for path in room.iterdir()] == [True]
    world.command().run("backup", str(room / "tuesday"))
    assert [path.name for path in room.iterdir()] == ["tuesday"]


def test_what_a_killed_verification_leaves_goes_with_the_next_one(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = folder / "tmp"
    room.mkdir(mode=0o755)
    command = world.command()
    command.environment["TMPDIR"] = str(room)
    words = ("backup", "--verify", str(world.archive))
    monkeypatch.setattr(World, "command", lambda _: command)
    world.die("firstline.kit.backup:fill", 1, *words)
    (left,) = room.iterdir()
    pid = int((left / "data/postgres/cluster/postmaster.pid").read_text().split()[0])
    assert "as it was written" in command.run(*words)
    assert not list(room.iterdir())
    assert not Path(f"/proc/{pid}").exists()
