"""Hands for tests that act without HTTP: open, take and say as the cast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.app import Desk
from firstline.people import Who
from firstline.requests import actions, moves
from firstline.timeline import Entry, Request, entries_after, get_request


@dataclass
class Hands:
    """The desk, its clock and its people."""

    desk: Desk
    clock: Any
    world: dict[str, Who]

    @property
    def now(self) -> datetime:
        return self.clock.now

    async def open(self, name: str = "vera", body: str = "My site answers 403", **more: Any) -> int:
        _, opened = await actions.open_request(
            self.desk.db, self.desk.ledger, self.desk.policies, self.world[name],
            **{"topic": "web", "body": body, "now": self.now, **more},
        )  # fmt: skip
        return opened.no

    async def say(self, name: str, no: int, body: str = "Some words", **more: Any) -> Entry:
        entry, _ = await actions.say(
            self.desk.db, self.desk.ledger, self.desk.policies, self.world[name], no,
            **{"body": body, "now": self.now, **more},
        )  # fmt: skip
        return entry

    async def run(self, action: Any, *args: Any, **more: Any) -> Any:
        return await self.desk.db.run(action, *args, **{"now": self.now, **more})

    async def take(self, name: str, line: str = "first", who: Who | None = None) -> Request | None:
        return await self.run(moves.take_next, self.desk.policies, who or self.world[name], line)

    async def request(self, no: int) -> Request:
        async with self.desk.db.connection() as conn:
            found = await get_request(conn, no)
        assert found is not None
        return found

    async def entries(self, no: int) -> list[Entry]:
        async with self.desk.db.connection() as conn:
            return await entries_after(conn, no, 0, 1000, staff=True)

    async def kinds(self, no: int) -> list[str]:
        return [entry.kind for entry in await self.entries(no)]
