"""Memory of the desk's processes: idle, and with 5,000 idle sockets; and how soon it is ready."""

import asyncio
import resource
import time

import msgspec
import psutil

from bench.stand import Stand, served, stand
from bench.ws import connect

SOCKETS = 5_000
MB = 1024 * 1024


async def measure() -> list[str]:
    """Rows of the report."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (20_000, 20_000))
    async with stand(requests=1000) as on:
        began = time.perf_counter()
        async with served(on):
            ready = time.perf_counter() - began
            await asyncio.sleep(2)
            idle = _memory(on)
            sockets = await _many(on)
            await asyncio.sleep(3)
            full = _memory(on)
            for socket in sockets:
                socket.transport.close()
    return [
        f"ready on existing data, database running: {ready:.1f} s (limit 3)",
        f"idle, supervisor, server and worker: {idle / MB:.0f} MB (limit 150)",
        (
            f"{len(sockets):,} idle sockets: {(full - idle) / MB:.0f} MB more, "
            f"{(full - idle) / len(sockets) / 1024:.1f} KB each (limit 200 MB)"
        ),
    ]


def _memory(on: Stand) -> int:
    """Bytes of all processes together; what they share counts once."""
    assert on.process is not None
    parent = psutil.Process(on.process.pid)
    return sum(one.memory_full_info().pss for one in (parent, *parent.children()))


async def _many(on: Stand) -> list[object]:
    sockets = []
    pairs = on.pairs
    for n in range(SOCKETS):
        token, no = pairs[n % len(pairs)]
        socket = await connect(on.port, token, lambda frame: None)
        socket.send(msgspec.json.encode({"do": "follow", "topic": f"request/{no}", "after": 0}))
        sockets.append(socket)
    return sockets


if __name__ == "__main__":
    print("\n".join(asyncio.run(measure())))
