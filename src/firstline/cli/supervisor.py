"""`serve --workers N`: processes that share one listening socket, and one that has the worker."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from firstline.cli.refusals import CommandError
from firstline.settings import Settings

log = logging.getLogger(__name__)
STOP_SECONDS = 15
# Ends in a row of each child, after which the supervisor ends as well.
MOST_ENDS = 4
SHORTEST, LONGEST, CALM_SECONDS = 0.5, 30.0, 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a child does: its words after `firstline`, and the socket that it inherits."""

    words: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


class Lives:
    """How often in a row each child has ended soon; `over` is set when not one of them stays."""

    def __init__(self, children: int) -> None:
        self.over = asyncio.Event()
        self._ends = [0] * children

    def note_end(self, child: int, lived: float) -> None:
        self._ends[child] = 0 if lived >= CALM_SECONDS else self._ends[child] + 1
        if min(self._ends) >= MOST_ENDS:
            self.over.set()


async def supervise(settings: Settings, bound: socket.socket, stop: asyncio.Event) -> None:
    """Keep every child running until `stop` is set, then stop them all.

    Raises CommandError where all of them end again and again.
    """
    # Bound is not listening yet: the children's servers share one queue of connections.
    bound.listen(2048)
    descriptor = bound.fileno()
    serving = Job(("serve", "--leash", "--socket", str(descriptor)), (descriptor,))
    jobs = [*[serving] * settings.workers, Job(("work", "--leash"))]
    environment, lives = _environment(settings), Lives(len(jobs))
    keepers = [
        asyncio.create_task(_keep(job, environment, stop, partial(lives.note_end, n)))
        for n, job in enumerate(jobs)
    ]
    ends = [asyncio.create_task(stop.wait()), asyncio.create_task(lives.over.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    asked = stop.is_set()
    stop.set()
    await asyncio.gather(*keepers)
    for end in ends:
        end.cancel()
    if not asked:
        raise CommandError("No process of the desk stays alive; the reason stands above.")


def _environment(settings: Settings) -> dict[str, str]:
    """What a child must not find out by itself: database, address, number of processes."""
    return {
        **os.environ,
        "FIRSTLINE_DATA": str(settings.data),
        "FIRSTLINE_DATABASE_URL": settings.database_url or "",
        "FIRSTLINE_PUBLIC_URL": settings.public_url,
        "FIRSTLINE_WORKERS": str(settings.workers),
    }


async def _keep(
    job: Job,
    environment: dict[str, str],
    stop: asyncio.Event,
    note_end: Callable[[float], None],
) -> None:
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
        note_end(lived)
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
