"""What a connection may hold before it has said what it wants.

uvicorn takes heads of any length and waits for the rest of a call for ever; a desk that stands in
the open without a proxy would be filled by one stranger.
"""

import asyncio
import resource
from collections import Counter
from http import HTTPStatus
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# Bytes of the request line and the headers, 32 more for each header (RFC 9113, 6.5.2).
HEAD_BYTES = 64 * 1024
HEADER_COST = 32
# For a head from its first byte; for each further byte of a body; for a whole body.
HEAD_SECONDS, PAUSE_SECONDS, BODY_SECONDS = 15.0, 30.0, 900.0
LINGER_SECONDS = 2.0
# Calls of one address that are on their way at the same time.
FROM_ONE_ADDRESS = 500
# Descriptors that the database, files and sockets between processes need.
SPARE_DESCRIPTORS = 200
SENTENCES = {
    HTTPStatus.REQUEST_TIMEOUT: "The call took too long to arrive; send it again.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        f"The address and headers of a call may hold {HEAD_BYTES // 1024} KB; send fewer or "
        "shorter ones (cookies are among them)."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "Too many calls from this address are on their way; let some arrive first."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: "Too many connections are open; try again in a moment.",
}


class HeadTooLarge(Exception):
    """Stops the parser; what it answers is `answer` of the protocol."""


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection with limits of size, time and number until a call has arrived.

    A call that comes in one piece, as nearly all do, costs no timer.
    """

    on_their_way: ClassVar[Counter[str]] = Counter()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._part = "idle"  # then "head", "body", and "idle" again
        self._calls = self._fields = self._bytes = 0
        self._began = 0.0
        self._refused = False
        self._timer: asyncio.TimerHandle | None = None
        self._address: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            self.answer(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused or self.transport.is_closing():
            return
        part, calls = self._part, self._calls
        super().data_received(data)
        begun = self._calls - calls
        if self._refused or self.transport.is_closing() or self._part == "idle":
            self._stop_waiting()
        elif self._part == "head" and (part, begun) in (("head", 0), ("idle", 1)):
            self._within_head(len(data), first=begun == 1)
        else:
            self._wait()

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    # -- what the parser meets ---------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._part, self._began = "head", self.loop.time()
        self._fields = self._bytes = 0
        self._calls += 1

    def on_url(self, url: bytes) -> None:
        self._within_size(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._within_size(len(name) + len(value) + HEADER_COST)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._part = "body"
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._part = "idle"
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if self._fields > HEAD_BYTES:
            self.answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            super().send_400_response(msg)

    # -- the limits --------------------------------------------------------------------------

    def answer(self, status: HTTPStatus) -> None:
        """Say why in a sentence, where no other answer is under way, and close."""
        self._stop_waiting()
        if not self._is_silent():
            self.transport.close()
            return
        self._refused = True
        self.transport.write(_refusal(status))
        self.transport.write_eof()
        # Closed at once, with bytes unread, the system would throw the answer away.
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _is_silent(self) -> bool:
        """Whether nothing is being said: not to this call, nor to one before it."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # typed without its beginning
        if cycle is None or cycle.response_complete:
            return True
        return self._part == "body" and not cycle.response_started

    def _within_size(self, size: int) -> None:
        self._fields += size
        if self._fields > HEAD_BYTES:
            raise HeadTooLarge

    def _within_head(self, size: int, *, first: bool) -> None:
        """Bytes of a header that goes on and on: the parser gathers them and tells nobody."""
        self._bytes += size
        if self._bytes > HEAD_BYTES:
            self.answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif first:
            self._wait()

    def _wait(self) -> None:
        """For the rest of a call, and for the first one."""
        if self._timer is not None:
            self._timer.cancel()
        left = self._began + BODY_SECONDS - self.loop.time()
        seconds = min(PAUSE_SECONDS, left) if self._part == "body" else HEAD_SECONDS
        self._timer = self.loop.call_later(seconds, self._give_up)
        if self._is_one_too_many():
            self.answer(HTTPStatus.TOO_MANY_REQUESTS)

    def _give_up(self) -> None:
        self._timer = None
        in_time = self.loop.time() < self._began + BODY_SECONDS
        if self._part == "body" and self.flow.read_paused and in_time:
            self._wait()  # it is the desk that does not read on
        else:
            self.answer(HTTPStatus.REQUEST_TIMEOUT)

    def _is_one_too_many(self) -> bool:
        """Whether its address has too many on their way; behind a proxy all come from there."""
        if self._address is None and self.client and not self.config.proxy_headers:
            self._address = self.client[0]
            self.on_their_way[self._address] += 1
        return self._address is not None and self.on_their_way[self._address] > FROM_ONE_ADDRESS

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._address is not None:
            self.on_their_way[self._address] -= 1
            if not self.on_their_way[self._address]:
                del self.on_their_way[self._address]
            self._address = None


def most_connections() -> int:
    """How many a process may hold, by the descriptors that it is allowed."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(soft - SPARE_DESCRIPTORS, soft // 2)


def _refusal(status: HTTPStatus) -> bytes:
    words = SENTENCES[status].encode()
    head = (
        f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(words)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + words
