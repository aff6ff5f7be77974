"""A keep-alive HTTP/1.1 client that costs next to nothing."""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """One connection, one call at a time."""

    def __init__(self) -> None:
        self.buffer = b""
        self.waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.waiting is None:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + size:
            return
        body = self.buffer[end + 4 : end + 4 + size]
        self.buffer = self.buffer[end + 4 + size :]
        waiting, self.waiting = self.waiting, None
        waiting.set_result(Answer(int(head[9:12]), body))

    async def call(self, method: str, path: str, headers: str, body: bytes = b"") -> Answer:
        """Send one request and wait for its answer. `headers` end with CRLF."""
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(
            f"{method} {path} HTTP/1.1\r\nHost: desk\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        return await self.waiting


async def connect(port: int) -> Connection:
    """Open a connection to the loopback."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


def bearer(token: str) -> str:
    """Headers of an API call."""
    return f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
