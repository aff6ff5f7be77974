"""systemd hears that the desk is ready, lives and stops (sd_notify(3)); elsewhere nobody listens.

It lives when `/health` answers on its own socket, so that a desk that hangs is started anew.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from firstline.kit.tasks import goes_on
from firstline.settings import systemd_wish

ANSWER_SECONDS = 10.0
UNREADY_PAUSE = 0.2


@asynccontextmanager
async def tell_systemd(bound: socket.socket) -> AsyncGenerator[None]:
    """Say so while the block runs, where systemd asked for it (`Type=notify`, `WatchdogSec`)."""
    wish = systemd_wish()
    if wish is None:
        yield
        return
    place, limit = wish
    task = asyncio.create_task(_say_alive(place, bound, limit and limit / 2))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        say(place, "STOPPING=1")


def say(place: str, words: str) -> None:
    """Send one state to systemd; a name that begins with @ is of the abstract kind."""
    name = "\0" + place[1:] if place.startswith("@") else place
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(words.encode(), name)


async def _say_alive(place: str, bound: socket.socket, pause: float | None) -> None:
    await first_answer(bound)
    say(place, "READY=1")
    while pause is not None and goes_on():
        await asyncio.sleep(pause)
        await first_answer(bound)
        say(place, "WATCHDOG=1")


async def first_answer(bound: socket.socket) -> None:
    """Wait until the desk answers."""
    while goes_on():
        if await _answers(bound):
            return
        await asyncio.sleep(UNREADY_PAUSE)


async def _answers(bound: socket.socket) -> bool:
    """Whether a process of ours answers a call to the address that it listens on."""
    host, port = bound.getsockname()[:2]
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /health HTTP/1.1\r\nHost: health\r\nConnection: close\r\n\r\n")
            line = await reader.readline()
            writer.close()
            return line.split(b" ")[1:2] == [b"200"]
    except (OSError, TimeoutError):
        return False
