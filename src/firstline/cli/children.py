"""Processes forked from this one: what it has imported is theirs as well, and takes memory once."""

import asyncio
import contextlib
import os
import signal
import traceback
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, NoReturn

import uvloop

from firstline.cli import FOUND, WELL, say
from firstline.cli.refusals import sentence

ASKING = (signal.SIGTERM, signal.SIGINT)
# What a child does; it is given its leash: a descriptor that ends when its parent dies.
Life = Callable[[int], Coroutine[Any, Any, None]]


class Children:
    """The children of this process, whose loop must be asyncio's own: a child leaves it behind as
    it stands, which uvloop's does not bear."""

    def __init__(self) -> None:
        self._leash, self._hand = os.pipe()
        self._ends: dict[int, asyncio.Future[int]] = {}
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._note_ends)

    def fork(self, life: Life, keep: Iterable[int] = ()) -> tuple[int, asyncio.Future[int]]:
        """Start a child that has the descriptors `keep`; its pid, and later its exit code."""
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        # Until the child has handlers of its own, a signal would be told to this loop by both.
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
        pid = os.fork()
        if not pid:
            _become(life, self._leash, keep)
        self._ends[pid] = end
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        return pid, end

    def _note_ends(self) -> None:
        for pid in list(self._ends):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self._ends.pop(pid).set_result(os.waitstatus_to_exitcode(status))


def _become(life: Life, leash: int, keep: Iterable[int]) -> NoReturn:
    """Be the child until it ends; nothing of what called the fork goes on in it."""
    code = FOUND
    try:
        _leave_parent({0, 1, 2, leash, *keep})
        code = _live(life(leash))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _leave_parent(keep: set[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in (*ASKING, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    # A lock that a thread of the parent holds at this moment would be held for ever.
    for path in list(Path("/dev/fd").iterdir()):
        if int(path.name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(path.name))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)


def _live(life: Coroutine[Any, Any, None]) -> int:
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(life)
    except Exception as error:
        words = sentence(error)
        if words is None:
            raise
        return say(f"firstline: {words}", FOUND)
    return WELL
