"""A small world for tests of rights: three requests of two clients, with words to look for.

Every call is undone, so that the same objects stand in the same state before the next one.
"""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
from litestar import Litestar

from firstline.app import Desk, create_app
from firstline.kit.db import BoundDb
from firstline.people import COOKIE, Who, new_token, who_by_email
from firstline.people import actions as people
from firstline.people.access import tokens
from firstline.people.access.preauth import new_preauth_key
from firstline.people.access.sessions import start_session
from firstline.requests.actions import moves
from firstline.requests.actions.opening import open_request
from firstline.requests.model import NewRequest
from firstline.requests.secrets.actions import give_secret
from firstline.settings import Settings
from tests.memory import MemoryFiles

HOST = "http://desk.example"
# Words that stand in objects, and in nothing else: who reads one has seen the object.
OF_STAFF, OF_ACME, OF_VPS, OF_BOREALIS = "quokka", "axolotl", "okapi", "narwhal"
NEVER = {
    None: (OF_STAFF, OF_ACME, OF_VPS, OF_BOREALIS),
    "vera": (OF_STAFF, OF_BOREALIS),
    "liam": (OF_STAFF, OF_VPS, OF_BOREALIS),
    "pavel": (OF_STAFF, OF_ACME, OF_VPS),
}
STAFF = "anna ivan boris sofia clara martin".split()


@dataclass(frozen=True)
class Thing:
    """A request with everything that hangs on it, and whose it is."""

    no: int
    client_id: UUID
    service: UUID
    secret: UUID
    attachment_id: UUID
    token_id: UUID


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


class World:
    """The desk, its people with their tokens and cookies, and the things to ask for."""

    cast: dict[str, Who]
    things: dict[str, Thing]
    kid: str

    def __init__(self, conn: psycopg.AsyncConnection[Any], data: Path) -> None:
        self.conn, self.clock = conn, Clock()
        self.settings = Settings(
            data=data, secret=b"s" * 32, public_url=HOST, token_calls_per_second=0
        )
        self.db = BoundDb(conn)
        self.desk = Desk(self.settings, db=self.db, files=MemoryFiles(), tell=self.clock)
        self.app = create_app(self.settings, self.desk)
        self.tokens: dict[str | None, str] = {}
        self.cookies: dict[str | None, str] = {}
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=HOST)

    @property
    def litestar(self) -> Litestar:
        return self.app.litestar

    async def run(self, action: Any, *args: Any, **more: Any) -> Any:
        return await self.db.run(action, *args, **more)

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """Whatever is done within is taken back."""
        await self.conn.execute("savepoint cell")
        try:
            yield
        finally:
            await self.conn.execute("rollback to savepoint cell")
            await self.desk.policies.reread(self.clock())

    def headers(self, name: str | None, path: str) -> dict[str, str]:
        """What this person's program or browser sends along."""
        if name is not None and path.startswith("/api/"):
            return {"Authorization": f"Bearer {self.tokens[name]}"}
        cookie = self.cookies.get(name, "")
        headers = {"X-CSRF-Token": self.litestar.state["web"].token(cookie)}
        return headers | ({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})

    async def call(
        self, name: str | None, method: str, path: str, headers: Any = None, **more: Any
    ) -> httpx.Response:
        """One call by this person; None is a stranger."""
        sent = httpx.Headers(self.headers(name, path))
        sent.update(headers)
        return await self.http.request(method, path, headers=sent, **more)

    # -- how it comes about ------------------------------------------------------------------

    async def begin(self) -> None:
        await self.conn.execute("select")
        await self.desk.open()
        addresses = {"vera": "vera@acme.example", "pavel": "pavel@borealis.example"}
        addresses |= {name: f"{name}@firstline.example" for name in STAFF}
        self.cast = {n: await self._who(address) for n, address in addresses.items()}
        services = await self._named_services()
        await self._limited(services["acme-web"])
        for name, who in self.cast.items():
            self.tokens[name] = await self.run(new_token, who.id, "tests", now=self.clock())
            self.cookies[name] = await start_session(self.conn, who, now=self.clock())
        self.things = {
            "acme": await self._thing("vera", services["acme-web"], OF_ACME, held=True),
            "vps": await self._thing("vera", services["acme-vps"], OF_VPS),
            "borealis": await self._thing("pavel", services["borealis-web"], OF_BOREALIS),
        }
        await self._words_of_staff()
        self.kid, _ = await self.run(new_preauth_key, None, self.desk.seal, now=self.clock())

    async def _who(self, address: str) -> Who:
        found = await who_by_email(self.conn, address)
        assert found, address
        return found

    async def _named_services(self) -> dict[str, UUID]:
        """Put the words into the names of services and of the other client."""
        named = {"acme-vps": OF_VPS, "borealis-web": OF_BOREALIS}
        for external, word in named.items():
            await self.conn.execute(
                "update services set name = name || %s, host = %s where external_id = %s",
                (f" {word}", f"{word}.example", external),
            )
        await self.conn.execute(
            "update clients set name = name || %s where external_id = 'borealis'",
            (f" {OF_BOREALIS}",),
        )
        rows = await (await self.conn.execute("select external_id, id from services")).fetchall()
        return dict(rows)

    async def _limited(self, service: UUID) -> None:
        """Liam writes for Acme too, about one of its services alone."""
        vera = self.cast["vera"]
        assert vera.client_id
        self.cast["liam"] = await self.run(
            people.new_contact, None, vera.client_id, email="liam@acme.example", name="Liam",
            access="limited", services=[service], now=self.clock(),
        )  # fmt: skip

    async def _thing(self, name: str, service: UUID, word: str, held: bool = False) -> Thing:
        who, now = self.cast[name], self.clock()
        call = self.desk.call(who)
        new = NewRequest("web", f"A zebra and {word}", title=f"Matter {word}", service=service)
        _, opened = await open_request(call, new)
        if held:
            taken = await self.desk.call(self.cast["anna"]).run(moves.take_next, "first")
            assert taken
            assert taken.no == opened.no
        label = f"Panel {word}"
        _, secret = await call.run(give_secret, self.desk.seal, opened.no, label, OF_STAFF)
        token, _word = await self.run(tokens.new_named_token, who.id, word, now=now)
        assert who.client_id
        thing = Thing(opened.no, who.client_id, service, secret, secret, token.id)
        return replace(thing, attachment_id=await self._file(name, opened.no, word))

    async def _file(self, name: str, no: int, word: str) -> UUID:
        part = {"file": (f"{word}.log", io.BytesIO(word.encode()))}
        made = await self.call(name, "POST", "/api/v1/attachments", files=part)
        assert made.status_code == 201, made.text
        words = {"body": f"See {word}", "files": [made.json()["id"]]}
        said = await self.call(name, "POST", f"/api/v1/requests/{no}/entries", json=words)
        assert said.status_code == 201, said.text
        return UUID(made.json()["id"])

    async def _words_of_staff(self) -> None:
        """What the staff say among themselves stands in every kind of entry that holds such words.

        They stand in a fourth request of Acme's, which has been through everybody's hands, and as
        a note in each of the others.
        """
        for thing in self.things.values():
            await self._note(thing.no)
        made = await self.call(
            "vera", "POST", "/api/v1/requests", json={"topic": "web", "body": f"Walked {OF_ACME}"}
        )
        no = made.json()["no"]
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("ivan", "take", {"reason": f"I know it, {OF_STAFF}"}),
            ("ivan", "skip", {"reason": f"Not now, {OF_STAFF}"}),
            ("ivan", "take", {"reason": f"I know it, {OF_STAFF}"}),
            ("ivan", "transfer", {"to": "anna@firstline.example"}),
            ("anna", "handover", {"summary": f"Looked at {OF_STAFF}"}),
            ("boris", "take", {"reason": f"My own, {OF_STAFF}"}),
            ("boris", "return", {"reason": f"Say more than {OF_STAFF}"}),
        ]
        for name, step, body in steps:
            done = await self.call(name, "POST", f"/api/v1/requests/{no}/{step}", json=body)
            assert done.status_code == 200, (step, done.text)
        await self._note(no)
        linked = await self.call(
            "anna", "POST", f"/api/v1/requests/{no}/links", json={"to": self.things["borealis"].no}
        )
        assert linked.status_code == 201, linked.text
        acme = self.things["acme"]
        self.things["walked"] = replace(acme, no=no)

    async def _note(self, no: int) -> None:
        words = {"body": f"Between us: {OF_STAFF} @ivan", "audience": "staff"}
        said = await self.call("anna", "POST", f"/api/v1/requests/{no}/entries", json=words)
        assert said.status_code == 201, said.text

    async def end(self) -> None:
        await self.http.aclose()
        await self.desk.close()


@asynccontextmanager
async def a_world(database: str, data: Path) -> AsyncIterator[World]:
    """The world, in a transaction that is rolled back at the end."""
    async with await psycopg.AsyncConnection.connect(database) as conn:
        world = World(conn, data)
        await world.begin()
        yield world
        await world.end()
        await conn.rollback()


def leaks(name: str | None, answer: httpx.Response) -> list[str]:
    """The words in an answer that this person must never read."""
    told = answer.text + str(answer.headers)
    return [word for word in NEVER.get(name, ()) if word in told.casefold()]


__all__ = ["HOST", "NEVER", "OF_STAFF", "STAFF", "Thing", "World", "a_world", "leaks"]
