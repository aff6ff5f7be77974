"""Rude callers of the live socket: refused politely, and nobody else notices."""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

DEEP = "[" * 50_000
BAD = {
    "no JSON": ("hello", 400),
    "half of it": ('{"do":', 400),
    "empty": ("", 400),
    "deep": (DEEP, 422),
    "a list": ("[]", 422),
    "nothing to do": ("{}", 422),
    "something unknown": ('{"do":"shout"}', 422),
    "a wrong type": ('{"do":5}', 422),
    "a wrong number": ('{"do":"say","request":"x","key":"k","body":"b"}', 422),
    "a huge number": ('{"do":"follow","topic":"request/1","after":1e300}', 422),
    "a negative number": ('{"do":"follow","topic":"request/1","after":-1}', 422),
    "no key": ('{"do":"say","request":1,"body":"b"}', 422),
    "an unknown field": ('{"do":"say","request":1,"key":"k","body":"b","as":"anna"}', 422),
    "an unknown audience": ('{"do":"say","request":1,"key":"k","body":"b","audience":"x"}', 422),
    "NUL in the key": ('{"do":"say","request":1,"key":"\\u0000","body":"b"}', 422),
    "half a surrogate": ('{"do":"say","request":1,"key":"k","body":"\\ud800!"}', 400),
    "a long topic": (json.dumps({"do": "follow", "topic": "request/" + "1" * 5000}), 422),
    "a number too long": (json.dumps({"do": "follow", "topic": "request/" + "9" * 30}), 404),
    "foreign digits": (json.dumps({"do": "follow", "topic": "request/٣"}), 404),
}


async def test_bad_frames_are_refused_one_by_one(desk: Any, request_no: int) -> None:
    vera = await desk.line("vera")
    for name, (frame, status) in BAD.items():
        await vera.send(frame)
        refused = await vera.next()
        assert refused["problem"]["status"] == status, name
        assert refused["problem"]["detail"], name
    await vera.socket.send(b"\xff\xfe")
    assert (await vera.next())["problem"]["status"] == 400
    await vera.send({"do": "say", "request": request_no, "key": "k", "body": "a\0b"})
    refused = await vera.next()
    assert (refused["refused"], refused["problem"]["field"]) == ("k", "body")
    await vera.send({"do": "say", "request": request_no, "key": "k", "body": "fine"})
    assert "ack" in await vera.next()


async def test_a_frame_of_a_megabyte_ends_its_connection_alone(desk: Any) -> None:
    vera, anna = await desk.line("vera"), await desk.line("anna")
    body = "x" * 1_000_000
    with contextlib.suppress(ConnectionClosed):
        await vera.send({"do": "say", "request": 1, "key": "k", "body": body})
    with pytest.raises(ConnectionClosed):
        await vera.next()
    await anna.follow("request/1")
    assert (await anna.next())["problem"]["status"] == 404


async def test_ten_thousand_follows_are_too_many(desk: Any, request_no: int) -> None:
    anna = await desk.line("anna")
    before = desk.memory
    statuses: list[int] = []

    async def read() -> None:
        while len(statuses) < 10_000:
            statuses.append((await anna.next(20))["problem"]["status"])

    reading = asyncio.create_task(read())
    for no in range(10_000):
        await anna.follow(f"request/{10**9 + no}")
    await reading
    assert set(statuses) == {404, 429}
    assert desk.memory - before < 50_000_000
    await anna.follow(f"request/{request_no}")
    assert (await anna.next())["no"] == 1


@pytest.fixture
def raw(desk: Any) -> Iterator[Callable[..., socket.socket]]:
    """`raw("vera")`: a socket that does only what the test tells it, with a small buffer."""
    lines: list[socket.socket] = []

    def dial(name: str, received: int = 4096) -> socket.socket:
        line = socket.socket()
        lines.append(line)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, received)
        line.connect(("127.0.0.1", desk.port))
        line.sendall(
            b"GET /live HTTP/1.1\r\nHost: desk.example\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Version: 13\r\nAuthorization: Bearer "
            + desk.tokens[name].encode()
            + b"\r\n\r\n"
        )
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += line.recv(1)
        assert b" 101 " in answer
        return line

    yield dial
    for line in lines:
        line.close()


def frame(message: Any) -> bytes:
    body = json.dumps(message).encode()
    mask = os.urandom(4)
    size = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
    return b"\x81" + size + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(body))


async def gone(line: socket.socket, seconds: float) -> bytes:
    """What could still be read from a line that the desk drops within the time."""
    line.setblocking(False)
    loop, read = asyncio.get_running_loop(), b""
    async with asyncio.timeout(seconds):
        while True:
            try:
                got = await loop.sock_recv(line, 1 << 16)
            except ConnectionError:
                return read
            if not got:
                return read
            read += got


async def test_who_does_not_read_is_dropped_and_nobody_waits_for_them(
    desk: Any, request_no: int, raw: Any
) -> None:
    lines = [raw("vera") for _ in range(5)]
    for line in lines:
        line.sendall(frame({"do": "follow", "topic": f"request/{request_no}", "after": 2}))
    vera, anna = await desk.line("vera"), await desk.line("anna")
    await anna.follow(f"request/{request_no}", 2)
    body = "слово " * 3000
    before = desk.memory
    for n in range(200):
        await vera.send({"do": "say", "request": request_no, "key": str(n), "body": body})
        assert "ack" in await vera.next()
        assert (await anna.next())["no"] == n + 3
    assert desk.memory - before < 60_000_000
    await asyncio.sleep(18)
    for line in lines:
        assert len(await gone(line, 5)) < 200 * len(body.encode())
    await vera.send({"do": "say", "request": request_no, "key": "last", "body": "still here"})
    assert "ack" in await vera.next()


async def test_a_reader_that_pauses_gets_everything(desk: Any, request_no: int, raw: Any) -> None:
    slow = raw("vera", 1 << 18)
    slow.sendall(frame({"do": "follow", "topic": f"request/{request_no}", "after": 2}))
    vera = await desk.line("vera")
    body = "слово " * 3000
    for n in range(200):
        await vera.send({"do": "say", "request": request_no, "key": str(n), "body": body})
        await vera.next()
    await asyncio.sleep(3)
    loop, read = asyncio.get_running_loop(), b""
    slow.setblocking(False)
    async with asyncio.timeout(20):
        while read.count(b'"entry":{') < 200:
            read += await loop.sock_recv(slow, 1 << 20)
    numbers = [int(part.split(b",", 1)[0]) for part in read.split(b'","no":')[1:]]
    assert numbers == list(range(3, 203))


async def test_who_asks_and_never_reads_the_answers_is_slowed_down(desk: Any, raw: Any) -> None:
    rude = raw("vera")
    rude.setblocking(False)
    before = desk.memory
    message = frame({"do": "say", "request": 999_999, "key": "k" * 200, "body": "x"})

    async def flood() -> None:
        while True:
            await asyncio.get_running_loop().sock_sendall(rude, message)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(flood(), 4)
    assert desk.memory - before < 30_000_000
    vera = await desk.line("vera")
    await vera.follow("request/999999")
    assert (await vera.next())["problem"]["status"] == 404


async def test_too_many_words_a_second_are_refused_and_may_be_sent_again(serve: Any) -> None:
    desk = await serve(rate=20)
    made = await desk.call("vera", "/requests", topic="web", body="The page /shop gives 403.")
    vera = await desk.line("vera")
    for n in range(60):
        await vera.send({"do": "say", "request": made["no"], "key": str(n), "body": f"{n}"})
    told = [await vera.next() for _ in range(60)]
    refused = [message["problem"]["status"] for message in told if "refused" in message]
    assert 20 <= len(refused) <= 40
    assert set(refused) == {429}
    await asyncio.sleep(1)
    await vera.send({"do": "say", "request": made["no"], "key": "59", "body": "59"})
    assert (await vera.next())["ack"] == "59"
