"""PostgreSQL starts and stops while the desk starts and runs: whoever finds it so waits for it and
says so in a line a minute, and what is asked meanwhile is answered soon."""

import os
import signal
import subprocess
import time
import urllib.error
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.platform.running import Command, get, until

from firstline import __version__
from firstline.kit.db import Db
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.errors import Unavailable
from firstline.queues import look_at_queues

NOW = datetime(2026, 3, 11, 8, tzinfo=UTC)
Serve = Callable[[], "Served"]


class Served:
    """A desk that was told to serve; what it says goes into a file."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.log = folder / "serve.log"
        self.data = command.data
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command.words("serve", "--port", "0", "--workers", "2"),
                cwd="/", env=command.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def ready(self) -> bool:
        try:
            url = (self.data / "address").read_text().strip()
            return get(f"{url}/ready")["status"] in ("ready", "late")
        except (OSError, urllib.error.HTTPError):
            return False

    def says(self) -> str:
        return self.log.read_text()

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
async def cluster(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(folder / "server", {"fsync": "off"})
    yield postgres
    await postgres.destroy()


@pytest.fixture
def serve(command: Command, folder: Path) -> Iterator[Serve]:
    started: list[Served] = []

    def start() -> Served:
        started.append(Served(command, folder))
        return started[-1]

    yield start
    for served in started:
        served.process.terminate()
        served.process.wait(60)


def postmaster(folder: Path) -> int:
    return int((folder / "server/postgres/cluster/postmaster.pid").read_text().split()[0])


def refuses(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError as error:
        return "shutting down" in str(error)
    return False


@contextmanager
def stopping(url: str, folder: Path) -> Generator[None]:
    """The server is told to stop, which it does at the end, and takes no connection until then."""
    with psycopg.connect(url):
        os.kill(postmaster(folder), signal.SIGTERM)
        until(lambda: refuses(url))
        yield


async def test_a_desk_that_starts_beside_a_server_that_stops_waits_for_its_return(
    cluster: EmbeddedPostgres, command: Command, serve: Serve, folder: Path
) -> None:
    url = command.environment["FIRSTLINE_DATABASE_URL"] = await cluster.start()
    command.run("migrate")
    with stopping(url, folder):
        assert "cannot be reached" in command.run("doctor", code=1)
        served = serve()
        until(lambda: "starts or stops; waiting" in served.says())
    until(lambda: not (folder / "server/postgres/cluster/postmaster.pid").exists())
    await cluster.start()
    until(served.ready)
    words = served.says()
    assert "Traceback" not in words
    assert words.count("waiting for it") == 1
    address = (command.data / "address").read_text().strip()
    assert f"Firstline {__version__} is ready at {address} (on the database firstline at" in words


async def test_what_waits_for_a_server_that_stops_is_told_to_stop_itself(
    cluster: EmbeddedPostgres, command: Command, serve: Serve, folder: Path
) -> None:
    url = command.environment["FIRSTLINE_DATABASE_URL"] = await cluster.start()
    command.run("migrate")
    with stopping(url, folder):
        served = serve()
        until(lambda: "waiting for it" in served.says())
        served.process.terminate()
        assert served.process.wait(20) == 0


async def test_processes_that_start_anew_while_the_database_is_away_wait_for_it(
    cluster: EmbeddedPostgres, command: Command, serve: Serve
) -> None:
    command.environment["FIRSTLINE_DATABASE_URL"] = await cluster.start()
    command.run("migrate")
    served = serve()
    until(served.ready)
    await cluster.stop()
    for _ in range(2):
        for pid in (before := served.children()):
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(served.children()) == 3 and not {*before} & {*served.children()})
    until(lambda: "is away; waiting for it" in served.says())
    await cluster.start()
    until(served.ready)
    assert "Traceback" not in served.says()
    assert served.process.poll() is None


async def seconds_until_refused(db: Db) -> float:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await look_at_queues(db, NOW)
    return time.monotonic() - began


@pytest.mark.parametrize("who", ["all", "backends"])
async def test_a_silent_database_is_said_to_be_within_two_seconds(
    cluster: EmbeddedPostgres, command: Command, folder: Path, who: str
) -> None:
    url = command.environment["FIRSTLINE_DATABASE_URL"] = await cluster.start()
    command.run("migrate")
    db = Db(url, size=2)
    await db.open()
    await look_at_queues(db, NOW)
    pid = postmaster(folder)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    titles = {int(n): Path(f"/proc/{n}/cmdline").read_bytes() for n in children}
    backends = [n for n, title in titles.items() if title.startswith(b"postgres: firstline")]
    stopped = [pid, *titles] if who == "all" else backends
    for one in stopped:
        os.kill(one, signal.SIGSTOP)
    try:
        for _ in range(3):
            time.sleep(1.1)  # the figures of the last second are told as they stand
            assert await seconds_until_refused(db) < 2
            if who == "backends":
                break
        if who == "backends":
            until_heard = time.monotonic() + 10
            while time.monotonic() < until_heard:
                try:
                    await look_at_queues(db, NOW)
                    break
                except Unavailable:
                    pass
            assert time.monotonic() < until_heard, "new connections take the place of the silent"
    finally:
        for one in stopped:
            os.kill(one, signal.SIGCONT)
    await db.close()
