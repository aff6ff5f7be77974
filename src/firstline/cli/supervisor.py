"""`serve --workers N`: processes that share one listening socket, and one that has the worker."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from dataclasses import dataclass

from firstline.settings import Settings

log = logging.getLogger(__name__)
STOP_SECONDS = 15
SHORTEST, LONGEST, CALM_SECONDS = 0.5, 30.0, 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a child does: its words after `firstline`, and the socket that it inherits."""

    words: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


async def supervise(settings: Settings, bound: socket.socket, stop: asyncio.Event) -> None:
    """Keep every child running until `stop` is set, then stop them all."""
    # Bound is not listening yet: the children's servers share one queue of connections.
    bound.listen(2048)
    descriptor = bound.fileno()
    serving = Job(("serve", "--leash", "--socket", str(descriptor)), (descriptor,))
    jobs = [*[serving] * settings.workers, Job(("work", "--leash"))]
    environment = _environment(settings)
    keepers = [asyncio.create_task(_keep(job, environment, stop)) for job in jobs]
    await stop.wait()
    await asyncio.gather(*keepers)


def _environment(settings: Settings) -> dict[str, str]:
    """What a child must not find out by itself: database, address, number of processes."""
    return {
        **os.environ,
        "FIRSTLINE_DATA": str(settings.data),
        "FIRSTLINE_DATABASE_URL": settings.database_url or "",
        "FIRSTLINE_PUBLIC_URL": settings.public_url,
        "FIRSTLINE_WORKERS": str(settings.workers),
    }


async def _keep(job: Job, environment: dict[str, str], stop: asyncio.Event) -> None:
    pause = 0.0
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "firstline", *job.words,
            stdin=asyncio.subprocess.PIPE, env=environment, pass_fds=job.descriptors,
        )  # fmt: skip
        await _wait_for_end(child, stop)
        if stop.is_set():
            return
        lived = asyncio.get_running_loop().time() - began
        pause = next_pause(pause, lived)
        log.error("process %s (%s) ended with %s; next in %.1f s", child.pid, job.words[0],
                  child.returncode, pause)  # fmt: skip
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def next_pause(last: float, lived: float) -> float:
    """Seconds before the next start: growing while ends follow each other, short again after a
    child that has lived a minute, so that one bad hour does not slow the next one's recovery."""
    return SHORTEST if lived >= CALM_SECONDS else min(max(SHORTEST, last * 2), LONGEST)


async def _wait_for_end(child: asyncio.subprocess.Process, stop: asyncio.Event) -> None:
    """Wait for the child's end; bring it about when `stop` is set."""
    ended, stopping = asyncio.create_task(child.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not ended.done():
        child.terminate()
        await asyncio.wait((ended,), timeout=STOP_SECONDS)
    if not ended.done():
        child.kill()
    await ended
