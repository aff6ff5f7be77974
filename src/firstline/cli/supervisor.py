"""The processes of a desk: servers that share one listening socket, the worker beside them, and
the supervisor that starts each anew when it ends."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from firstline.cli.children import Children, Life
from firstline.cli.process import live_as_server, live_as_worker
from firstline.cli.refusals import CommandError
from firstline.policy.file.shipped import default_file
from firstline.settings import Settings

log = logging.getLogger(__name__)
STOP_SECONDS = 15
# Ends in a row of each server, after which the supervisor ends as well.
MOST_ENDS = 4
SHORTEST, LONGEST, CALM_SECONDS = 0.5, 30.0, 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is for, what it does, and what hears how long it has lived."""

    name: str
    life: Life
    note_end: Callable[[float], None]
    descriptors: tuple[int, ...] = ()


class Lives:
    """How often in a row each server has ended soon; `over` is set when not one of them stays."""

    def __init__(self, servers: int) -> None:
        self.over = asyncio.Event()
        self._ends = [0] * servers

    def note_end(self, server: int, lived: float) -> None:
        self._ends[server] = 0 if lived >= CALM_SECONDS else self._ends[server] + 1
        if min(self._ends) >= MOST_ENDS:
            self.over.set()


async def supervise(settings: Settings, bound: socket.socket, stop: asyncio.Event) -> None:
    """Keep every child running until `stop` is set, then stop them all.

    Raises CommandError where all servers end again and again.
    """
    # Bound is not listening yet: the children's servers share one queue of connections.
    bound.listen(2048)
    # What stands now is shared by all: with the shipped policy come the models of the file, and
    # the children's collectors never look at any of it.
    default_file()
    gc.collect()
    gc.freeze()
    children, lives = Children(), Lives(settings.workers)
    keepers = [
        asyncio.create_task(_keep(children, job, stop)) for job in _jobs(settings, bound, lives)
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


def _jobs(settings: Settings, bound: socket.socket, lives: Lives) -> list[Job]:
    server = partial(live_as_server, settings, bound)
    return [
        *(
            Job("serve", server, partial(lives.note_end, n), (bound.fileno(),))
            for n in range(settings.workers)
        ),
        Job("work", partial(live_as_worker, settings), lambda _lived: None),
    ]


async def _keep(children: Children, job: Job, stop: asyncio.Event) -> None:
    pause = 0.0
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        pid, end = children.fork(job.life, job.descriptors)
        await _wait_for_end(pid, end, stop)
        if stop.is_set():
            return
        lived = asyncio.get_running_loop().time() - began
        job.note_end(lived)
        pause = next_pause(pause, lived)
        log.error(
            "process %s (%s) ended with %s; next in %.1f s", pid, job.name, end.result(), pause
        )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def next_pause(last: float, lived: float) -> float:
    """Seconds before the next start: growing while ends follow each other, short again after a
    child that has lived a minute, so that one bad hour does not slow the next one's recovery."""
    return SHORTEST if lived >= CALM_SECONDS else min(max(SHORTEST, last * 2), LONGEST)


async def _wait_for_end(pid: int, end: asyncio.Future[int], stop: asyncio.Event) -> None:
    """Wait for the child's end; bring it about when `stop` is set."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((end, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not end.done():
        os.kill(pid, signal.SIGTERM)
        await asyncio.wait((end,), timeout=STOP_SECONDS)
    if not end.done():
        os.kill(pid, signal.SIGKILL)
    await end
