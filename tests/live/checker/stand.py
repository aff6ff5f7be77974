"""What is broken and mended: a durable embedded PostgreSQL and the desk's processes."""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import psycopg

from firstline.kit import clock
from firstline.kit.db import Db, Tx
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.embedded.place import locate
from firstline.kit.embedded.postmaster import pid_of
from firstline.kit.migrate import migrate
from firstline.people import Who, new_token, staff
from firstline.people import actions as people
from firstline.regulations.versions import begin

READY_SECONDS = 60
# The most chats that an operator may hold at a time.
CHATS = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token; `line` is None for a contact."""

    name: str
    token: str
    line: str | None


@dataclass(slots=True)
class Stand:
    """A data folder with a running cluster, its people, and the desk's process once started."""

    data: Path
    database: str
    port: int
    workers: int
    bug: str | None
    people: list[Person] = field(default_factory=list[Person])
    process: asyncio.subprocess.Process | None = None

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement on a connection of its own; nothing where the database is away."""
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.database, autocommit=True) as conn,
        ):
            return conn.execute(statement.encode()).fetchall()
        return []

    @property
    def postmaster(self) -> int | None:
        return pid_of(locate(self.data).cluster)

    @property
    def family(self) -> list[psutil.Process]:
        """The desk's processes, the parent first; not PostgreSQL's."""
        if self.process is None or self.process.returncode is not None:
            return []
        parent = psutil.Process(self.process.pid)
        children = parent.children(recursive=True)
        return [parent, *(child for child in children if "postgres" not in child.name())]

    async def start(self) -> None:
        """Start the desk and wait until it answers."""
        module = ["tests.live.checker.planted", self.bug] if self.bug else ["firstline"]
        words = ["--port", str(self.port), "--workers", str(self.workers)]
        environment = {
            **os.environ,
            "FIRSTLINE_TOKEN_CALLS": "1000000",
            "FIRSTLINE_LOG_LEVEL": "error",
            "FIRSTLINE_DATABASE_URL": "",
        }
        with (self.data / "desk.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *module, "serve", "--data", str(self.data), *words,
                env=environment, stderr=log,
            )  # fmt: skip
        await self.ready()

    async def ready(self) -> None:
        """Wait until the desk has its database and answers."""
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    url = f"http://127.0.0.1:{self.port}/ready"
                    if (await client.get(url, timeout=2)).status_code == 200:
                        return
                await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """kill -9 of every process of the desk, the supervisor before its children."""
        for process in self.family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self.process is not None:
            await self.process.wait()

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


@asynccontextmanager
async def stand(
    *, port: int, contacts: int, operators: int, workers: int, bug: str | None = None
) -> AsyncIterator[Stand]:
    """A new desk with its people, removed at the end. This process holds the cluster as well, so
    that a killed desk finds it running; only the desk's own watch starts it again."""
    data = Path(tempfile.mkdtemp(prefix="firstline-checker-"))
    data.chmod(0o755)
    postgres = EmbeddedPostgres(data)
    made = None
    try:
        made = Stand(data, await postgres.start(), port, workers, bug)
        await migrate(made.database, now=clock.now())
        made.people = await _people(made.database, contacts, operators)
        await made.start()
        yield made
    finally:
        if made is not None:
            await made.kill()
        await postgres.destroy()
        shutil.rmtree(data, ignore_errors=True)


async def _people(database: str, contacts: int, operators: int) -> list[Person]:
    db = Db(database)
    await db.open()
    try:
        async with db.connection() as conn:
            await begin(conn, clock.now())
        return await db.run(_make, contacts, operators)
    finally:
        await db.close()


async def _make(tx: Tx, contacts: int, operators: int) -> list[Person]:
    now = clock.now()
    made: list[Person] = []
    for n in range(contacts):
        client = await people.new_client(tx, None, name=f"Client {n}", now=now)
        who = await people.new_contact(
            tx, None, client.id, email=f"c{n}@checker.example", name=f"Contact {n}", now=now
        )
        made.append(await _person(tx, who, None))
    for n in range(operators):
        line = "first" if n % 3 < 2 else "second"
        who = await staff.new_operator(
            tx, None, email=f"o{n}@checker.example", name=f"Operator {n}", lines=[line],
            chat_limit=CHATS, now=now,
        )  # fmt: skip
        made.append(await _person(tx, who, line))
    return made


async def _person(tx: Tx, who: Who, line: str | None) -> Person:
    id: UUID = who.id
    return Person(who.name, await new_token(tx, id, "checker", now=clock.now()), line)
