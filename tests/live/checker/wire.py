"""People's connections: HTTP and socket, which may be cut at any moment and are opened again."""

import asyncio
import contextlib
import json
from typing import Any

from bench import http
from tests.live.checker.history import Reader, item
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ANSWER_SECONDS = 8
AGAIN_SECONDS = 0.2
FOLLOWED = 190


class Lost(Exception):
    """No answer came: what was asked for may have been done or not."""


class Caller:
    """One keep-alive connection of one person, one call at a time."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = http.bearer(token)
        self._connection: http.Connection | None = None
        self._turn = asyncio.Lock()

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of one call. Raises `Lost`."""
        sent = json.dumps(body).encode() if body is not None else b""
        try:
            async with self._turn, asyncio.timeout(ANSWER_SECONDS):
                connection = await self._open()
                answer = await connection.call(method, f"/api/v1{path}", self._headers, sent)
        except (OSError, TimeoutError, ValueError) as error:
            self.cut()
            raise Lost from error
        return answer.status, json.loads(answer.body) if answer.body else None

    async def _open(self) -> http.Connection:
        if self._connection is None or self._connection.transport.is_closing():
            self._connection = await http.connect(self._port)
        return self._connection

    def cut(self) -> None:
        """As if the cable were pulled, with a call under way or not."""
        if self._connection is not None:
            self._connection.transport.abort()


class Line:
    """One live socket of one person, which comes back and follows on from what it has seen."""

    def __init__(self, port: int, token: str, reader: Reader) -> None:
        self._url = f"ws://127.0.0.1:{port}/live?as=json"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._socket: ClientConnection | None = None
        self._said: dict[str, asyncio.Future[tuple[int, Any]]] = {}
        self._reads = asyncio.Event()
        self._reads.set()
        self.reader = reader

    async def follow(self, no: int) -> None:
        """Follow a request from its beginning, and from the last entry seen after every cut."""
        if no in self.reader.seen or len(self.reader.seen) >= FOLLOWED:
            return
        self.reader.seen[no] = []
        with contextlib.suppress(WebSocketException, OSError):
            await self._send({"do": "follow", "topic": f"request/{no}", "after": 0})

    async def say(self, no: int, key: str, body: str) -> tuple[int, Any]:
        """201 and the number, or the status of the refusal. Raises `Lost`."""
        answer = self._said[key] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._send({"do": "say", "request": no, "key": key, "body": body})
                return await answer
        except (WebSocketException, OSError, TimeoutError) as error:
            raise Lost from error
        finally:
            self._said.pop(key, None)

    async def _send(self, message: Any) -> None:
        if self._socket is None:
            raise ConnectionError
        await self._socket.send(json.dumps(message))

    def cut(self) -> None:
        if self._socket is not None:
            self._socket.transport.abort()

    async def pause(self, seconds: float) -> None:
        """Read nothing for a while, as a phone in a tunnel."""
        self._reads.clear()
        await asyncio.sleep(seconds)
        self._reads.set()

    async def run(self) -> None:
        """Read until cancelled; a lost connection is opened again."""
        while True:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                await self._read()
            self._socket = None
            for answer in self._said.values():
                if not answer.done():
                    answer.set_exception(ConnectionError())
            await asyncio.sleep(AGAIN_SECONDS)

    async def _read(self) -> None:
        async with connect(
            self._url, additional_headers=self._headers, compression=None, ping_interval=None,
            open_timeout=5, close_timeout=1,
        ) as socket:  # fmt: skip
            self._socket = socket
            for no in list(self.reader.seen):
                after = self.reader.last(no)
                await self._send({"do": "follow", "topic": f"request/{no}", "after": after})
            async for message in socket:
                self._heard(json.loads(message))
                await self._reads.wait()

    def _heard(self, message: dict[str, Any]) -> None:
        if "entry" in message:
            no = int(message["topic"].removeprefix("request/"))
            self.reader.saw(no, item(message["entry"]))
            return
        key = message.get("ack") or message.get("refused")
        answer = self._said.get(key) if key else None
        if answer is None or answer.done():
            if "reset" in message or str(key).startswith("request/"):
                self.reader.resets.append(str(message))
        elif "ack" in message:
            answer.set_result((201, message))
        else:
            answer.set_result((message["problem"]["status"], message["problem"]))
