"""Messages over the socket: acknowledged to the writer, received by the other side."""

import asyncio
import itertools
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.stand import Stand, served, stand
from bench.ws import Socket, connect

IN_FLIGHT = 256
PAGE, PAGES = 8192, 2048
SOCKETS = 32
BODY = "The page https://acme.example/shop/ answers 403 since noon, other pages are fine {:08d}"


class Heard(msgspec.Struct):
    ack: str | None = None
    topic: str | None = None
    no: int | None = None
    entry: dict[str, object] | None = None
    refused: str | None = None


decode = msgspec.json.Decoder(Heard).decode
encode = msgspec.json.Encoder().encode


@dataclass
class Run:
    """One measurement: what was sent when, and when it was acknowledged and received."""

    stand: Stand
    sent: dict[str, float] = field(default_factory=dict[str, float])
    acked: dict[str, float] = field(default_factory=dict[str, float])
    received: dict[str, float] = field(default_factory=dict[str, float])
    refused: int = 0
    writers: list[tuple[Socket, list[int]]] = field(default_factory=list)
    readers: list[Socket] = field(default_factory=list[Socket])

    async def connect(self) -> None:
        """Clients' sockets that write, and the operator's that follow every request."""
        for token, numbers in self.stand.clients[:SOCKETS]:
            writer = await connect(self.stand.port, token, self._acked)
            self.writers.append((writer, numbers))
            reader = await connect(self.stand.port, self.stand.operator, self._received)
            for no in numbers:
                reader.send(encode({"do": "follow", "topic": f"request/{no}", "after": 1}))
            self.readers.append(reader)
        await asyncio.sleep(2)
        self.received.clear()

    def _acked(self, frame: bytes) -> None:
        heard = decode(frame)
        if heard.ack is not None:
            self.acked[heard.ack] = time.perf_counter()
        elif heard.refused is not None:
            self.refused += 1
            self.acked[heard.refused] = time.perf_counter()

    def _received(self, frame: bytes) -> None:
        heard = decode(frame)
        if heard.entry is not None:
            self.received.setdefault(str(heard.entry["key"]), time.perf_counter())

    def say(self, n: int) -> None:
        """Say message `n` in some request, on that client's socket."""
        writer, numbers = self.writers[n % len(self.writers)]
        key = f"m{n:08d}"
        no = numbers[(n // len(self.writers)) % len(numbers)]
        self.sent[key] = time.perf_counter()
        writer.send(encode({"do": "say", "request": no, "key": key, "body": BODY.format(n)}))

    async def flood(self, seconds: float, first: int) -> float:
        """Keep 256 messages in flight; returns messages acknowledged and received a second."""
        began, done = time.perf_counter(), len(self.acked)
        numbers = itertools.count(first)
        while (now := time.perf_counter()) < began + seconds:
            room = IN_FLIGHT - (len(self.sent) - min(len(self.acked), len(self.received)))
            for _ in range(max(0, room)):
                self.say(next(numbers))
            await asyncio.sleep(0 if room > 0 else 0.0005)
            if now > began + seconds * 3:
                break
        both = min(len(self.acked), len(self.received)) - done
        return both / (time.perf_counter() - began)

    async def pace(self, a_second: int, seconds: float, first: int) -> list[float]:
        """Send at a steady rate; returns the time from sending to both ends, in ms, sorted."""
        began = time.perf_counter()
        for i in range(int(a_second * seconds)):
            wait = began + i / a_second - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self.say(first + i)
        await asyncio.sleep(1.5)
        keys = [f"m{first + i:08d}" for i in range(int(a_second * seconds))]
        return sorted(
            1000 * (max(self.acked[k], self.received[k]) - self.sent[k])
            for k in keys
            if k in self.acked and k in self.received
        )

    def close(self) -> None:
        for socket in [*self.readers, *(writer for writer, _ in self.writers)]:
            socket.transport.close()


async def measure(seconds: float = 8) -> list[str]:
    """Rows of the report."""
    async with stand(requests=1280) as on:
        bare = await _rate(on, "bare", seconds)
        echo = await _rate(on, "unwritten", seconds)
        async with served(on):
            desk = Run(on)
            await desk.connect()
            await desk.flood(2, 0)
            await asyncio.sleep(1)
            rate = await desk.flood(seconds, 10**6)
            await asyncio.sleep(2)
            times = await desk.pace(500, 6, 5 * 10**6)
            desk.close()
        disk = await asyncio.to_thread(flushes, on.data, 500, 6)
    lost = 3000 - len(times)
    return [
        f"frames passed on by the bare server, no desk: {bare:,.0f} messages/s",
        f"the desk's echo without a database: {echo:,.0f} messages/s",
        f"messages acknowledged and received: {rate:,.0f}/s, refused {desk.refused}",
        f"ratio to the desk's echo: {rate / echo:.0%} (limit: at least 65 %)",
        f"at 500 a second: {_tail(times)} (limit of p99: 4), lost {lost} (limit 0)",
        f"the disk alone, 8 KB written and flushed 500 times a second: {_tail(disk)}",
    ]


def flushes(folder: Path, a_second: int, seconds: float) -> list[float]:
    """How long the disk takes to keep a page of a file that has its place already: no commit is
    quicker. In ms, sorted."""
    times: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(PAGE * PAGES))
        file.flush()
        os.fsync(file.fileno())
        began = time.perf_counter()
        for i in range(int(a_second * seconds)):
            time.sleep(max(0.0, began + i / a_second - time.perf_counter()))
            start = time.perf_counter()
            os.pwrite(file.fileno(), bytes(PAGE), i % PAGES * PAGE)
            os.fdatasync(file.fileno())
            times.append(1000 * (time.perf_counter() - start))
    return sorted(times)


def _tail(times: list[float]) -> str:
    p50, p99 = (times[int(len(times) * part)] for part in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


async def _rate(on: Stand, by: str, seconds: float) -> float:
    async with served(on, by=by):
        run = Run(on)
        await run.connect()
        await run.flood(1, 0)
        rate = await run.flood(seconds, 10**6)
        run.close()
    return rate


if __name__ == "__main__":
    print("\n".join(asyncio.run(measure())))
