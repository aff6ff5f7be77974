"""Hands for tests that act without HTTP: open, take and say as the cast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from firstline.app import Desk
from firstline.people import Who
from firstline.policy import Policy
from firstline.promises import obligations, read_logs
from firstline.regulations.versions import publish
from firstline.requests.actions import moves
from firstline.requests.actions.opening import open_request
from firstline.requests.actions.saying import say
from firstline.requests.model import NewRequest, Words
from firstline.timeline import Call, Entry, Request, entries_after, get_request


@dataclass
class Hands:
    """The desk, its clock and its people."""

    desk: Desk
    clock: Any
    world: dict[str, Who]

    @property
    def now(self) -> datetime:
        return self.clock.now

    async def govern(self, text: str) -> Policy:
        """Publish a policy, which is in force from now on."""
        _version, _ = await self.run(publish, self.world["martin"], text)
        self.clock.pass_by(minutes=1)
        await self.desk.policies.fresh(self.now)
        return self.desk.policies.current(self.now)[1]

    async def on_plan(self, name: str, plan: str) -> None:
        """Give the person's client a support plan."""
        async with self.desk.db.connection() as conn:
            await conn.execute(
                "update clients set plan = %s where id = %s", (plan, self.world[name].client_id)
            )

    async def service(self, name: str, kind: str) -> UUID:
        """A service of the person's client, made one of this kind."""
        async with self.desk.db.connection() as conn:
            cursor = await conn.execute(
                "update services set kind = %s where id = (select id from services "
                "where client_id = %s order by name limit 1) returning id",
                (kind, self.world[name].client_id),
            )
            row = await cursor.fetchone()
        assert row is not None
        return row[0]

    async def open(self, name: str = "vera", body: str = "My site answers 403", **more: Any) -> int:
        new = NewRequest(**{"topic": "web", "body": body, **more})
        _, opened = await open_request(self.call(name), new)
        return opened.no

    async def say(self, name: str, no: int, body: str = "Some words", **more: Any) -> Entry:
        entry, _ = await say(self.call(name), no, Words(body, **more))
        return entry

    async def run(self, action: Any, *args: Any, **more: Any) -> Any:
        return await self.desk.db.run(action, *args, **{"now": self.now, **more})

    def call(self, who: str | Who) -> Call:
        """What one of the cast, or somebody made from them, does now."""
        return self.desk.call(self.world[who] if isinstance(who, str) else who, self.now)

    async def act(self, action: Any, who: str | Who, *args: Any, **more: Any) -> Any:
        return await self.call(who).run(action, *args, **more)

    async def take(self, name: str, line: str = "first", who: Who | None = None) -> Request | None:
        return await self.act(moves.take_next, who or name, line)

    async def request(self, no: int) -> Request:
        async with self.desk.db.connection() as conn:
            found = await get_request(conn, no)
        assert found is not None
        return found

    async def entries(self, no: int) -> list[Entry]:
        async with self.desk.db.connection() as conn:
            return await entries_after(conn, no, 0, 1000, staff=True)

    async def promised(self, no: int) -> datetime | None:
        """When the next word is due, on which the desk and whoever reads its log anew agree."""
        async with self.desk.db.connection() as conn:
            ((request, entries),) = await read_logs(conn, [no])
        policy = self.desk.policies.version(request.policy_version)
        still = [one.due_at for one in obligations(policy, request, entries) if not one.ending]
        assert still == ([request.promise_due_at] if request.promise_due_at else [])
        return request.promise_due_at

    async def kinds(self, no: int) -> list[str]:
        return [entry.kind for entry in await self.entries(no)]
