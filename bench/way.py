"""The way of a message: our own functions that one `say` passes until the other screen, in order.

A desk in this very process, two sockets. A function is on the way where it stands on the stack when
the message is handed on: to a task, a future, the database, the network. What only answers a
question (who may see it, what is owed) is not, nor what is found running: the loops of the
connections. Each function counts once.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import msgspec
import uvicorn

import firstline
from bench.http import bearer
from bench.http import connect as connect_http
from bench.live import decode, encode
from bench.stand import Stand, _ready, stand
from bench.ws import Socket, connect
from firstline.app import create_app
from firstline.cli.process import _options
from firstline.settings import Settings

HOUSE = f"{Path(firstline.__file__).parent}/"
TRIES = 5
# Calls that hand a message on: to the loop, a waiting future, the database, the network.
HANDING_ON = frozenset({"create_task", "set_result", "execute", "send"})
# The last instruction of a frame that has only just begun.
BEGIN = 10
LIMIT = 16


@dataclass
class Screens:
    """Who writes and who looks on, each over a socket; `done` when it stands on both."""

    on: Stand
    writer: Socket
    looker: Socket
    done: asyncio.Event
    heard: set[str]

    async def say(self, n: int) -> None:
        """Say something over the socket; returns when it is acknowledged and stands elsewhere."""
        self._begin("acked", "received")
        no, key = self.on.pairs[0][1], f"w{n}"
        frame = {"do": "say", "request": no, "key": key, "body": f"It answers 403, try {n}"}
        self.writer.send(encode(frame))
        await self.done.wait()

    async def post(self, n: int) -> None:
        """The same by POST."""
        self._begin("received")
        token, no = self.on.pairs[0]
        connection = await connect_http(self.on.port)
        body = msgspec.json.encode({"body": f"It answers 403, try {n}", "key": f"p{n}"})
        answer = await connection.call(
            "POST", f"/api/v1/requests/{no}/entries", bearer(token), body
        )
        assert answer.status == 201, "the desk took it"
        await self.done.wait()
        connection.transport.close()

    def _begin(self, *wanted: str) -> None:
        self.heard.clear()
        self.heard.update(wanted)
        self.done.clear()

    def hear(self, what: str) -> None:
        """One of the two ends has it."""
        self.heard.discard(what)
        if not self.heard:
            self.done.set()


async def measure() -> list[str]:
    """Rows of the report: how many functions a message passes, and which."""
    async with stand(requests=1) as on, _desk(on), _screens(on) as screens:
        said = [await _way(screens.say(n), n) for n in range(TRIES)]
        posted = [await _way(screens.post(n), n) for n in range(TRIES)]
    by_socket = min(said, key=lambda way: len(way.called))
    by_post = min(posted, key=lambda way: len(way.called))
    return [
        f"on the way from a socket to the other screen: {len(by_socket.passed)} (limit {LIMIT})",
        *(f"  {name}" for name in by_socket.passed),
        f"found running by it: {len(by_socket.running)}",
        *(f"  {name}" for name in by_socket.running),
        f"called at all, with those that only answer a question: {len(by_socket.called)}",
        f"on the way from POST: {len(by_post.passed)}, of which not above:",
        *(f"  {name}" for name in by_post.passed if name not in by_socket.passed),
    ]


async def _way(saying: Coroutine[None, None, None], n: int) -> "Way":
    way = Way()
    sys.setprofile(way.note)
    try:
        await saying
    finally:
        sys.setprofile(None)
    await asyncio.sleep(0.1 + 0.05 * n)  # so that not each try meets the poll of the heads
    return way


class Way:
    """What was called, in order; what was `passed`: on the stack when something was handed on."""

    def __init__(self) -> None:
        self.called: dict[str, None] = {}
        self.passed: dict[str, None] = {}
        self.running: dict[str, None] = {}

    def note(self, frame: FrameType, event: str, arg: object) -> None:
        """As `sys.setprofile` calls it."""
        if event == "call":
            if frame.f_code.co_name in HANDING_ON and not _own(frame):
                self._pass(frame.f_back)
            elif _own(frame) and frame.f_lasti <= BEGIN:
                self.called[_name(frame)] = None
        elif event == "c_call" and getattr(arg, "__name__", "") in HANDING_ON:
            self._pass(frame)

    def _pass(self, frame: FrameType | None) -> None:
        names = list[str]()
        while frame is not None:
            if _own(frame):
                names.append(_name(frame))
            frame = frame.f_back
        for name in reversed(names):
            (self.passed if name in self.called else self.running)[name] = None


def _own(frame: FrameType) -> bool:
    """A function of the desk; comprehensions are part of the one they stand in."""
    return frame.f_code.co_filename.startswith(HOUSE) and frame.f_code.co_name[0] != "<"


def _name(frame: FrameType) -> str:
    code = frame.f_code
    return f"{code.co_filename.removeprefix(HOUSE).removesuffix('.py')}: {code.co_qualname}"


@asynccontextmanager
async def _desk(on: Stand) -> AsyncIterator[None]:
    settings = Settings(data=on.data, secret=b"b" * 32, database_url=on.database, port=on.port)
    config = _options(create_app(settings), settings)
    config.port, config.log_level = on.port, "error"
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    await _ready(on)
    try:
        yield
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def _screens(on: Stand) -> AsyncIterator[Screens]:
    client, no = on.pairs[0]

    def acked(frame: bytes) -> None:
        if decode(frame).ack:
            screens.hear("acked")

    def received(frame: bytes) -> None:
        if decode(frame).entry:
            screens.hear("received")

    writer = await connect(on.port, client, acked)
    looker = await connect(on.port, on.operator, received)
    screens = Screens(on, writer, looker, asyncio.Event(), set())
    looker.send(encode({"do": "follow", "topic": f"request/{no}", "after": 1}))
    await asyncio.sleep(0.5)
    for n in range(-2, 0):
        await screens.say(n)
    yield screens
    writer.transport.close()
    looker.transport.close()
