"""A WebSocket client that costs next to nothing, so that the server is what is measured.

Frames are masked with zeros, which RFC 6455 allows and which spares the masking.
"""

import asyncio
import base64
import os
from collections.abc import Callable


class Socket(asyncio.Protocol):
    """One connection; `heard` is called with the payload of every text frame."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self.heard = heard
        self.buffer = b""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data if self.buffer else data
        at = 0
        if not self.open.done():
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.buffer = data
                return
            if b" 101 " not in data[:20]:
                self.open.set_exception(ConnectionError(data[:60].decode("latin-1")))
                return
            self.open.set_result(None)
            at = end + 4
        self.buffer = data[self._frames(data, at) :]

    def _frames(self, data: bytes, at: int) -> int:
        size = len(data)
        while size - at >= 2:
            code, length, start = data[at] & 15, data[at + 1] & 127, at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                if size - at < 10:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if size - start < length:
                break
            if code == 1:
                self.heard(data[start : start + length])
            elif code == 9:
                self._send(data[start : start + length], 0x8A)
            at = start + length
        return at

    def send(self, payload: bytes) -> None:
        """Send one text frame."""
        self._send(payload, 0x81)

    def _send(self, payload: bytes, first: int) -> None:
        size = len(payload)
        if size < 126:
            head = bytes((first, 0x80 | size))
        else:
            head = bytes((first, 0x80 | 126)) + size.to_bytes(2, "big")
        self.transport.write(head + b"\0\0\0\0" + payload)


async def connect(port: int, token: str, heard: Callable[[bytes], None]) -> Socket:
    """Open `/live?as=json` with a bearer token."""
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: Socket(heard), "127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    protocol.transport.write(
        f"GET /live?as=json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    await protocol.open
    return protocol
