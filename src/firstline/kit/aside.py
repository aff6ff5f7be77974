"""Long computing beside the loop: in one thread a purpose, so that the loop shares the processor
with few others however many people ask.

Python runs one thread at a time and hands over every 5 ms: a pool of threads would make the loop
wait for each of them in turn.
"""

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
        return await loop.run_in_executor(self._threads, lambda: context.run(work, *args, **kwargs))
