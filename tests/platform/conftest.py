"""Folders, empty databases and processes of this suite's own: it kills what it starts."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.platform.running import Command, Running, address


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account of the machine can pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="fl-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
async def empty() -> AsyncIterator[str]:
    """An empty database of its own for one test, on the run's cluster."""
    server, name = os.environ["FIRSTLINE_TEST_URL"], f"empty_{uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        await conn.execute(f"create database {name}".encode())
        yield psycopg.conninfo.make_conninfo(server, dbname=name)
        await conn.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def command(folder: Path) -> Command:
    keep = ("HOME", "PATH", "LANG", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name in keep}
    return Command(folder / "data", {**environment, "FIRSTLINE_DATA": str(folder / "data")})


@pytest.fixture
def demo(command: Command) -> Iterator[Callable[..., Running]]:
    """Starts demos on free ports and stops those that the test leaves."""
    started: list[Running] = []

    def start(*words: str) -> Running:
        process = command.start("demo", "--port", "0", *words)
        running = Running(process, address(process))
        started.append(running)
        return running

    yield start
    for running in started:
        if running.process.poll() is None:
            running.stop()
