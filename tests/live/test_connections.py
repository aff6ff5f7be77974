"""Connections of strangers: heads, bodies and numbers without end are refused in a sentence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import uvicorn

from firstline.cli import connections
from firstline.cli.connections import HEAD_BYTES, BoundedConnection
from firstline.cli.process import Server, listen

CALL = b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    else:
        return
    size = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", size)]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(
        echo, http=BoundedConnection, lifespan="off", log_config=None, proxy_headers=False
    )
    server = Server(config)
    with listen("127.0.0.1", 0) as bound:
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield bound.getsockname()[1]
        server.should_exit = True
        await serving


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    assert not BoundedConnection.on_their_way


async def answer_to(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that comes back until the end, with the pieces sent one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionError:
        return b"closed"
    finally:
        await hang_up(writer)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def test_a_call_in_pieces_and_calls_one_after_the_other_are_answered(port: int) -> None:
    pieces = (CALL % 3, b"connection: close\r\n\r\n", b"a", b"bc")
    assert (await answer_to(port, *pieces, pause=0.02)).endswith(b"\r\n\r\nabc")
    first = CALL % 90_000 + b"\r\n" + b"a" * 90_000
    last = CALL % 1 + b"connection: close\r\n\r\nz"
    whole = await answer_to(port, first + last[:20], last[20:])
    assert (whole.count(b"HTTP/1.1 200"), whole[-1:]) == (2, b"z")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * HEAD_BYTES + b" HTTP/1.1\r\n\r\n",
        CALL % 0 + b"cookie: " + b"a" * HEAD_BYTES + b"\r\n\r\n",
        CALL % 0 + b"cookie: " + b"a" * 4 * HEAD_BYTES,
        CALL % 0 + b"a: b\r\n" * (HEAD_BYTES // 32) + b"\r\n",
    ],
    ids=["address", "header", "header without end", "many headers"],
)
async def test_a_head_beyond_its_size_is_431_however_it_comes(port: int, head: bytes) -> None:
    pieces = [head[at : at + 20_000] for at in range(0, len(head), 20_000)]
    for way in ([head], pieces):
        reply = await answer_to(port, *way)
        assert reply.startswith(b"HTTP/1.1 431 "), reply
        assert b"64 KB" in reply


@pytest.mark.parametrize(
    "call", [b"", b"GET / HT", CALL % 5, CALL % 5 + b"\r\nab"], ids=["none", "line", "head", "body"]
)
async def test_a_call_that_never_ends_is_408_and_closed(
    port: int, call: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "PAUSE_SECONDS", 0.3)
    assert (await answer_to(port, call)).startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_trickles_ends_too(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.5)
    pieces = (CALL % 100 + b"\r\n", *[b"a"] * 30)
    reply = await answer_to(port, *pieces, pause=0.05)
    assert reply.startswith(b"HTTP/1.1 408 ")


async def test_one_address_has_so_many_calls_on_their_way(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "FROM_ONE_ADDRESS", 3)
    waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    for _, writer in waiting:
        writer.write(b"GET / HTTP/1.1\r\n")
    assert (await answer_to(port)).startswith(b"HTTP/1.1 429 ")
    for reader, writer in waiting:
        writer.write(b"host: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        await hang_up(writer)
    assert (await answer_to(port, CALL % 0 + b"connection: close\r\n\r\n")).startswith(
        b"HTTP/1.1 200"
    )


async def test_more_connections_than_the_process_may_hold_are_told(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "most_connections", lambda: 0)
    assert (await answer_to(port)).startswith(b"HTTP/1.1 503 ")
