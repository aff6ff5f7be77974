"""The world of the tests: a real PostgreSQL, a migrated template, one copy a worker, the cast."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import hypothesis
import psycopg
import pytest
from psycopg import sql

from firstline.app import Desk, Whole
from firstline.kit.db import BoundDb, Conn, Tx
from firstline.kit.embedded import EmbeddedPostgres
from firstline.kit.migrate import migrate
from firstline.people import Who, new_token
from firstline.people.cast import make_cast
from firstline.regulations.versions import begin
from firstline.settings import Settings
from firstline.wiki import take_in_shipped
from tests.apps import app_of
from tests.memory import MemoryFiles

SERVER = "FIRSTLINE_TEST_URL"
# A quiet Wednesday, ten in Kyiv: away from midnight, holidays and the change of the clocks.
MORNING = datetime(2026, 3, 11, 8, tzinfo=UTC)
# A test that is about durability starts a cluster of its own.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_own: list[tuple[EmbeddedPostgres, Path]] = []


# Machines are shared: how long an example takes says nothing.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")


def pytest_configure(config: pytest.Config) -> None:
    """Start one cluster for the run; workers find it in their environment."""
    if SERVER in os.environ or hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="firstline-tests-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(folder / "data", CARELESS)
    parts = psycopg.conninfo.conninfo_to_dict(asyncio.run(postgres.start()))
    host = str(parts["host"]).replace("/", "%2F")
    os.environ[SERVER] = f"postgresql://{parts['user']}@{host}:{parts['port']}/{parts['dbname']}"
    _own.append((postgres, folder))


def pytest_unconfigure() -> None:
    """Stop the cluster that this process started."""
    for postgres, folder in _own:
        asyncio.run(postgres.destroy())
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ[SERVER]
    _own.clear()


def _beside(name: str) -> str:
    return os.environ[SERVER].rpartition("/")[0] + "/" + name


async def _create(name: str, template: str | None = None) -> str:
    made = sql.SQL("create database {}").format(sql.Identifier(name))
    if template:
        made += sql.SQL(" template {}").format(sql.Identifier(template))
    async with await psycopg.AsyncConnection.connect(os.environ[SERVER], autocommit=True) as conn:
        await conn.execute(made)
    return _beside(name)


async def _drop(name: str) -> None:
    async with await psycopg.AsyncConnection.connect(os.environ[SERVER], autocommit=True) as conn:
        await conn.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )


@pytest.fixture(scope="session")
async def template() -> AsyncIterator[str]:
    """Name of a database with schema, default policy and cast; nobody connects to it."""
    name = f"template_{uuid4().hex[:12]}"
    url = await _create(name)
    now = MORNING - timedelta(days=2)
    await migrate(url, now=now)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        await begin(conn, now)
        await take_in_shipped(conn, now)
        await make_cast(Tx(conn), now=now)
        await conn.commit()
    yield name
    await _drop(name)


@pytest.fixture(scope="session")
async def shared_database(template: str) -> AsyncIterator[str]:
    """This worker's own copy, in which every test is rolled back."""
    name = f"tests_{uuid4().hex[:12]}"
    yield await _create(name, template)
    await _drop(name)


@pytest.fixture
async def live_database(template: str) -> AsyncIterator[str]:
    """A copy for one test that commits: sockets, batches, several processes, kills."""
    name = f"live_{uuid4().hex[:12]}"
    yield await _create(name, template)
    await _drop(name)


@pytest.fixture
async def conn(shared_database: str) -> AsyncIterator[Conn]:
    """A connection whose transaction is rolled back after the test."""
    async with await psycopg.AsyncConnection.connect(shared_database) as conn:
        # Begun here, so that every transaction of the product is a savepoint within it.
        await conn.execute("select")
        yield conn
        await conn.rollback()


@pytest.fixture
def db(conn: Conn) -> BoundDb:
    """The product's database over that connection: its transactions are savepoints."""
    return BoundDb(conn)


@pytest.fixture
def now() -> datetime:
    """When tests begin, whatever the time of those who run them."""
    return MORNING


@pytest.fixture
def clock(now: datetime) -> "Clock":
    """The desk's clock: it stands until a test moves it."""
    return Clock(now)


class Clock:
    """Time as the tests tell it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> datetime:
        """Let time pass: `pass_by(minutes=5)`."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
async def world(conn: Conn) -> dict[str, Who]:
    """The cast, by first name: vera, pavel, anna, ivan, boris, sofia, clara, martin."""
    from firstline.people.store import who_by_email

    addresses = {
        "vera": "vera@acme.example",
        "pavel": "pavel@borealis.example",
        **{n: f"{n}@firstline.example" for n in "anna ivan boris sofia clara martin".split()},
    }
    found = {name: await who_by_email(conn, address) for name, address in addresses.items()}
    return {name: who for name, who in found.items() if who is not None}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a desk on a database that the test gives."""
    return Settings(data=tmp_path, secret=b"s" * 32, public_url="http://desk.example")


@pytest.fixture
async def desk(db: BoundDb, settings: Settings, clock: Clock) -> AsyncIterator[Desk]:
    """A desk in this test's transaction, with files in memory."""
    desk = Desk(settings, db=db, files=MemoryFiles(), tell=clock)
    await desk.open()
    yield desk
    await desk.close()


@pytest.fixture
async def app(desk: Desk, settings: Settings) -> Whole:
    """The desk's ASGI application, run in the test's own loop."""
    return app_of(settings, desk)


@pytest.fixture
async def client_for(
    app: Any, db: BoundDb, world: dict[str, Who], clock: Clock
) -> AsyncIterator[Callable[..., Any]]:
    """`await client_for("vera")`: an API client with a token of hers; None for a stranger."""
    opened: list[httpx.AsyncClient] = []

    async def make(name: str | None) -> httpx.AsyncClient:
        headers = {}
        if name is not None:
            token = await db.run(new_token, world[name].id, "tests", now=clock())
            headers["Authorization"] = f"Bearer {token}"
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://desk.example",
            headers=headers,
        )
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()
