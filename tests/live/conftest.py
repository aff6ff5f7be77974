"""Desks that run as processes of their own, and people who speak to them over the network."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import psycopg
import pytest
from psycopg import sql
from websockets.asyncio.client import ClientConnection, connect

from firstline.kit.db import Db
from firstline.people import new_token, who_by_email

PUBLIC = "http://desk.example"
NAMES = {"vera": "vera@acme.example", "pavel": "pavel@borealis.example"}


class Line:
    """A live socket of somebody, and what came over it so far."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []

    async def send(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str) else json.dumps(message))

    async def next(self, seconds: float = 5) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            message = json.loads(await self.socket.recv())
        self.got.append(message)
        return message

    async def until(self, true: Callable[[dict[str, Any]], Any], seconds: float = 5) -> Any:
        """Read on until a message is the wanted one; returns it."""
        async with asyncio.timeout(seconds):
            while not true(message := await self.next(seconds)):
                pass
        return message

    def drop(self) -> None:
        """As if the cable were pulled."""
        self.socket.transport.abort()

    async def follow(self, topic: str, after: int = 0) -> None:
        await self.send({"do": "follow", "topic": topic, "after": after})

    async def quiet(self, seconds: float = 0.3) -> None:
        """Nothing comes for a while."""
        with pytest.raises(TimeoutError):
            raise AssertionError(await self.next(seconds))


class Running:
    """A desk process: its address, its memory, and doors for the cast."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, url: str, tokens: dict[str, str]
    ) -> None:
        self.process = process
        self.port = port
        self.database = url
        self.tokens = tokens
        self.lines: list[ClientConnection] = []

    @property
    def memory(self) -> int:
        """Resident bytes of the process."""
        return psutil.Process(self.process.pid).memory_info().rss

    def api(self, name: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/api/v1",
            headers={"Authorization": f"Bearer {self.tokens[name]}"},
            timeout=30,
        )

    async def call(self, name: str, path: str, **body: Any) -> Any:
        """POST as this person; what came back as JSON."""
        async with self.api(name) as api:
            answer = await api.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def line(self, name: str | None, query: str = "", **more: Any) -> Line:
        headers = dict(more.pop("headers", {}))
        if name:
            headers["Authorization"] = f"Bearer {self.tokens[name]}"
        socket = await connect(
            f"ws://127.0.0.1:{self.port}/live{query}",
            additional_headers=headers,
            compression=None,
            max_size=None,
            **more,
        )
        self.lines.append(socket)
        return Line(socket)

    async def run(self, action: Any, *args: Any, **more: Any) -> Any:
        """Run an action in this process, of which the desk's process hears nothing."""
        db = Db(self.database)
        await db.open()
        try:
            return await db.run(action, *args, **more)
        finally:
            await db.close()


Serve = Callable[..., Awaitable[Running]]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def make_tokens(url: str) -> dict[str, str]:
    """An API token for everybody of the cast, by first name."""
    db = Db(url)
    await db.open()
    tokens = {}
    for name in "vera pavel anna ivan boris sofia clara martin".split():
        async with db.connection() as conn:
            who = await who_by_email(conn, NAMES.get(name, f"{name}@firstline.example"))
        assert who
        tokens[name] = await db.run(new_token, who.id, "live", now=datetime.now(UTC))
    await db.close()
    return tokens


@asynccontextmanager
async def desks(url: str, data: Path) -> AsyncIterator[Serve]:
    """`await serve()` starts a desk on the database, `workers=2` one with the bus of several."""
    tokens = await make_tokens(url)
    running: list[Running] = []

    async def start(workers: int = 1, rate: int = 1_000_000) -> Running:
        port = free_port()
        program = Path(__file__).with_name("serving.py")
        command = [sys.executable, program, url, data, port, PUBLIC, workers, rate]
        process = subprocess.Popen([str(part) for part in command])
        running.append(Running(process, port, url, tokens))
        await answers(process, port)
        return running[-1]

    yield start
    for desk in running:
        for line in desk.lines:
            await line.close()
        desk.process.terminate()
    for desk in running:
        desk.process.wait(20)


@pytest.fixture
async def serve(live_database: str, tmp_path: Path) -> AsyncIterator[Serve]:
    """Starts desks on a database that is this test's alone."""
    async with desks(live_database, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
async def desk(template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """One desk for the tests of a module; each opens a request of its own."""
    server = os.environ["FIRSTLINE_TEST_URL"]
    name = f"live_{uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        await conn.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        async with desks(
            server.rpartition("/")[0] + f"/{name}", tmp_path_factory.mktemp(name)
        ) as serve:
            yield await serve()
        await conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


async def answers(process: subprocess.Popen[bytes], port: int) -> None:
    async with asyncio.timeout(20), httpx.AsyncClient() as client:
        while True:
            assert process.poll() is None, "the desk has ended"
            try:
                if (await client.get(f"http://127.0.0.1:{port}/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


@pytest.fixture
async def request_no(desk: Running) -> AsyncIterator[int]:
    """A request of Vera's that Anna has taken; closed after the test."""
    no = await taken(desk)
    yield no
    await desk.call("anna", f"/requests/{no}/closure", outcome="solved", text="It works again.")


async def taken(desk: Running) -> int:
    made = await desk.call("vera", "/requests", topic="web", body="The page /shop gives 403.")
    got = await desk.call("anna", "/lines/first/take")
    assert got["no"] == made["no"]
    return made["no"]
