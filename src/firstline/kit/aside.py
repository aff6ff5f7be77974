"""Long computing beside the loop: in one thread a purpose, so that the loop shares the processor
with few others however many people ask.

Python runs one thread at a time and hands over every 5 ms: a pool of threads would make the loop
wait for each of them in turn.
"""

import asyncio
import contextvars
import gc
import os
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
WORK, REST = 0.001, 0.0002  # seconds that a thread works between two rests


class Aside:
    """One thread, or a few; what they are handed runs in order of asking."""

    def __init__(self, purpose: str, *, threads: int = 1) -> None:
        self._purpose, self._most = purpose, threads
        self._begin()
        # Threads stay behind in a parent; a pool that takes them for idle would wait for ever.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._threads = ThreadPoolExecutor(self._most, thread_name_prefix=self._purpose)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises; it sees the language of whoever asks."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, lambda: context.run(_in_turns, work, *args, **kwargs)
        )


class _Turn(threading.local):
    """Until when this thread works before it rests, in its own processor time; None on the loop."""

    until: float | None = None


_turn = _Turn()


def _in_turns(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    _turn.until = time.thread_time() + WORK
    return work(*args, **kwargs)


def give_way() -> None:
    """Let the loop go on, where this is a thread beside it that has worked a while: sooner than
    Python would hand over.
    """
    if _turn.until is not None and time.thread_time() >= _turn.until:
        time.sleep(REST)
        _turn.until = time.thread_time() + WORK


class _Collector:
    """The collector of unreachable objects, at rest while anybody asks for it."""

    def __init__(self) -> None:
        self._lock, self._pauses = threading.Lock(), 0

    def pause(self) -> None:
        with self._lock:
            self._pauses += 1
            gc.disable()

    def go_on(self) -> None:
        with self._lock:
            self._pauses -= 1
            if not self._pauses:
                gc.enable()


_collector = _Collector()


@contextmanager
def collector_at_rest() -> Generator[None]:
    """No search for unreachable objects in this while, as one among so many makes everybody wait;
    for work that makes many objects and keeps none.
    """
    _collector.pause()
    try:
        yield
    finally:
        _collector.go_on()
