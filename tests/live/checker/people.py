"""Those who work on the desk: contacts who write and operators who serve them, as chance has it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.live.checker.history import History, Op, Reader
from tests.live.checker.stand import Person
from tests.live.checker.wire import Caller, Line, Lost

Send = Callable[[], Awaitable[tuple[int, Any]]]
ATTEMPTS = 9
# Opened at a time: the policy's limit of open requests for one client is 50.
OPEN = 45
GIVE_UP, IMPATIENT = 0.08, 0.03


@dataclass
class Crowd:
    """What everybody shares: the history, the pace, and readers who follow what is opened.

    `pause` is the mean time in seconds that a person thinks between two calls.
    """

    history: History
    port: int
    random: Random
    pause: float
    over: Callable[[], bool]
    watchers: list[Line] = field(default_factory=list[Line])

    def new(self, do: str, who: Person, request: int | None = None, **more: Any) -> Op:
        key = f"{do}-{len(self.history.ops)}-{who.name.replace(' ', '-').lower()}"
        op = Op(do, who.name, key, request=request, **more)
        self.history.ops.append(op)
        return op

    def words(self, op: Op) -> str:
        op.body = f"{op.key} " + "says something " * self.random.randint(0, 40)
        op.body = op.body.strip()
        return op.body

    async def think(self) -> None:
        await asyncio.sleep(self.random.uniform(0, 2 * self.pause))

    async def perform(self, op: Op, send: Send) -> Any:
        """Send it, and again with the same key while nobody knows what came of it."""
        op.invoked, unsure, answer = time.monotonic(), False, None
        for attempt in range(ATTEMPTS):
            op.attempts += 1
            try:
                op.status, answer = await send()
            except Lost:
                op.status = None
            if op.status is not None and op.status < 500 and op.status != 429:
                break
            unsure = unsure or op.status != 429
            if unsure and self.random.random() < GIVE_UP:
                break
            await asyncio.sleep(min(2.0, 0.1 * 2**attempt))
        op.done = time.monotonic()
        if op.status in (200, 201, 204):
            op.outcome = "ok"
            return answer
        op.outcome = "info" if unsure or op.status is None else "fail"
        return None

    async def once_more(self, op: Op, send: Send) -> None:
        """Somebody impatient sends what was acknowledged again."""
        if op.outcome == "ok" and self.random.random() < IMPATIENT:
            try:
                status, answer = await send()
            except Lost:
                return
            if status in (200, 201):
                op.repeats.append(answer["no"])

    async def say(self, who: Person, line: Line, caller: Caller, no: int, do: str = "say") -> Op:
        """Words into a request, by HTTP or by the socket."""
        op = self.new(do, who, no)
        body, kind = self.words(op), "staff" if do == "note" else None
        by_socket = kind is None and self.random.random() < 0.5

        async def send() -> tuple[int, Any]:
            if by_socket:
                return await line.say(no, op.key, body)
            words = {"body": body, "key": op.key, "audience": kind}
            return await caller.call("POST", f"/requests/{no}/entries", words)

        if answer := await self.perform(op, send):
            op.entry = answer["no"]
        await self.once_more(op, send)
        return op


class Someone:
    """One person with their connections, who acts until the run is over."""

    def __init__(self, crowd: Crowd, who: Person) -> None:
        self.crowd = crowd
        self.who = who
        self.caller = Caller(crowd.port, who.token)
        self.line = Line(crowd.port, who.token, Reader(who.name, "staff" if who.line else "client"))
        self.mine: list[int] = []
        crowd.history.readers.append(self.line.reader)

    async def act(self) -> None:
        raise NotImplementedError

    async def live(self) -> None:
        while not self.crowd.over():
            await self.act()
            await self.crowd.think()

    async def post(self, op: Op, path: str, body: dict[str, Any]) -> Any:
        return await self.crowd.perform(
            op, lambda: self.caller.call("POST", path, {**body, "key": op.key})
        )

    async def move(self, do: str, no: int, **body: Any) -> Op:
        """A call that moves a request: its answer tells the head, which is its entry."""
        op = self.crowd.new(do, self.who, no)
        if answer := await self.post(op, f"/requests/{no}/{do}", body):
            op.entry = answer["head"]
        return op


class Contact(Someone):
    """Opens requests, speaks in them, sometimes withdraws one."""

    async def act(self) -> None:
        chance = self.crowd.random.random()
        if len(self.mine) < 3 or (chance < 0.1 and len(self.mine) < OPEN):
            await self._open()
        elif chance < 0.12:
            no = self.mine.pop(self.crowd.random.randrange(len(self.mine)))
            await self.move("closure", no, outcome="withdrawn", text="")
        else:
            no = self.crowd.random.choice(self.mine)
            op = await self.crowd.say(self.who, self.line, self.caller, no)
            if op.outcome == "fail":
                self.mine.remove(no)

    async def _open(self) -> None:
        op = self.crowd.new("open", self.who)
        body = {"topic": "web", "body": self.crowd.words(op)}
        if answer := await self.post(op, "/requests", body):
            op.request, op.entry = answer["no"], 1
            self.mine.append(answer["no"])
            for line in (self.line, *self.crowd.watchers):
                await line.follow(answer["no"])


class Operator(Someone):
    """Takes the next of their line, answers, notes, and passes on or closes what they hold."""

    async def act(self) -> None:
        chance = self.crowd.random.random()
        if len(self.mine) < 4 or chance < 0.15:
            await self._take()
            return
        no = self.crowd.random.choice(self.mine)
        if chance < 0.6:
            op = await self.crowd.say(self.who, self.line, self.caller, no)
        elif chance < 0.78:
            op = await self.crowd.say(self.who, self.line, self.caller, no, "note")
        else:
            op = await self._pass_on(no, chance)
        if op.outcome == "fail" and no in self.mine:
            self.mine.remove(no)

    async def _pass_on(self, no: int, chance: float) -> Op:
        self.mine.remove(no)
        if chance < 0.84:
            return await self.move("release", no)
        if chance < 0.92 and self.who.line == "first":
            return await self.move("handover", no, summary="Looked at it; not on the first line")
        if chance < 0.88:
            return await self.move("return", no, reason="What was tried?")
        return await self.move("closure", no, outcome="solved", text="It works again.")

    async def _take(self) -> None:
        op = self.crowd.new("take", self.who, line=self.who.line)
        if answer := await self.post(op, f"/lines/{self.who.line}/take", {}):
            op.request, op.entry = answer["no"], answer["head"]
            self.mine.append(answer["no"])
            await self.line.follow(answer["no"])
