"""A stand to measure on: a durable embedded PostgreSQL, a filled desk, one server process."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import psycopg

from firstline.app import Desk
from firstline.kit import clock
from firstline.kit.db import Tx
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.migrate import migrate
from firstline.people import Who, new_token
from firstline.people import actions as people
from firstline.people.cast import make_cast
from firstline.requests import NewRequest, open_request
from firstline.settings import Settings

PER_CLIENT = 40
# A client may hold fifty open requests, so that many clients open them.
OPENERS = 500


@dataclass
class Stand:
    """Where to connect, and who may: an operator's token, each client's token and numbers."""

    data: Path
    database: str
    port: int
    operator: str
    clients: list[tuple[str, list[int]]]
    openers: list[str]
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pairs(self) -> list[tuple[str, int]]:
        """(token of the client, number of the request) for every open request."""
        return [(token, no) for token, numbers in self.clients for no in numbers]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _folder() -> Path:
    """A folder that PostgreSQL's own account can pass through."""
    data = Path(tempfile.mkdtemp(prefix="firstline-bench-"))
    data.chmod(0o755)
    return data


@asynccontextmanager
async def stand(requests: int = 1000) -> AsyncIterator[Stand]:
    """A fresh stand with `requests` open requests of clients at forty each; removed afterwards."""
    data = _folder()
    postgres = EmbeddedPostgres(data)
    try:
        database = await postgres.start()
        await migrate(database, now=clock.now())
        made = await _fill(data, database, requests)
        yield made
    finally:
        await postgres.destroy()
        shutil.rmtree(data, ignore_errors=True)


async def _fill(data: Path, database: str, requests: int) -> Stand:
    desk = Desk(Settings(data=data, secret=b"b" * 32, database_url=database))
    await desk.open()
    try:
        cast = await desk.db.run(make_cast, now=clock.now())
        clients = []
        for n in range(-(-requests // PER_CLIENT)):
            who, token = await desk.db.run(_client, n)
            wanted = min(PER_CLIENT, requests - n * PER_CLIENT)
            opened = await asyncio.gather(*(_open(desk, who, i) for i in range(wanted)))
            clients.append((token, list(opened)))
        await _served(desk, cast["anna"].id)
        token = await desk.db.run(new_token, cast["anna"].id, "bench", now=clock.now())
        openers = [(await desk.db.run(_client, n))[1] for n in range(10_000, 10_000 + OPENERS)]
    finally:
        await desk.close()
    return Stand(data, database, free_port(), token, clients, openers)


async def _client(tx: Tx, n: int) -> tuple[Who, str]:
    now = clock.now()
    client = await people.new_client(tx, None, name=f"Client {n}", now=now)
    contact = await people.new_contact(
        tx, None, client.id, email=f"c{n}@bench.example", name=f"Contact {n}", now=now
    )
    return contact, await new_token(tx, contact.id, "bench", now=now)


async def _open(desk: Desk, who: Who, i: int) -> int:
    _, opened = await open_request(
        desk.call(who), NewRequest("web", f"Page {i} of my site answers 403 since this morning")
    )
    return opened.no


async def _served(desk: Desk, operator: UUID) -> None:
    """Make the operator hold everything, so that both sides may speak in every request."""
    async with desk.db.connection() as conn:
        await conn.execute(
            "update requests set holder = %s, state = 'with_us', generation = generation + 1",
            (operator,),
        )


@asynccontextmanager
async def served(on: Stand, *, by: str = "") -> AsyncIterator[Stand]:
    """Run one server process on the stand: the desk, or the module of this package named."""
    environment = {
        **os.environ,
        "FIRSTLINE_DATA": str(on.data),
        "FIRSTLINE_DATABASE_URL": on.database,
        "FIRSTLINE_TOKEN_CALLS": "1000000",
        "FIRSTLINE_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "firstline", "serve", "--port", str(on.port)]
    if by:
        command = [sys.executable, "-m", f"bench.{by}", str(on.port)]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    on.process = process
    try:
        await _ready(on)
        yield on
    finally:
        process.terminate()
        await process.wait()


async def _ready(on: Stand) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(300):
            try:
                if (await client.get(on.url + "/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError("the server did not become ready in 15 seconds")


def settings_of_database(database: str) -> str:
    """What the database says of durability, for the report."""
    with psycopg.connect(database) as conn:
        row = conn.execute(
            "select current_setting('fsync'), current_setting('synchronous_commit'), version()"
        ).fetchone()
    assert row is not None
    return f"fsync {row[0]}, synchronous_commit {row[1]}, {str(row[2]).split(' on ')[0]}"
