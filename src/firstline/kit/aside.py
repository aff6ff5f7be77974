"""Long computing beside the loop: in one thread a purpose, so that the loop shares the processor
with few others however many people ask.

Python runs one thread at a time and hands over every 5 ms: a pool of threads would make the loop
wait for each of them in turn.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """One thread; what it is handed runs in order of asking."""

    def __init__(self, purpose: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=purpose)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises; it sees the language of whoever asks."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: context.run(work, *args, **kwargs))
