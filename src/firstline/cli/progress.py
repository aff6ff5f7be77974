"""How far a long command is, for whoever sits before a terminal; a log gets none of it."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from firstline.kit.tasks import goes_on

EVERY_SECONDS = 0.5


class ProgressLine:
    """One line on stderr that is written over, and gone at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._began = time.perf_counter()
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._next:
            sys.stderr.write("\r\033[K")

    def __call__(self, done: int, of: int | None = None) -> None:
        """Say that `done` of `of` are done, if it is some time since the last word."""
        self.say(f"{done:,}" + (f" of {of:,}" if of else ""))

    def say(self, words: str) -> None:
        """The same in words, with the seconds that have gone."""
        now = time.perf_counter()
        if self._shown and now >= self._next:
            self._next = now + EVERY_SECONDS
            sys.stderr.write(f"\r\033[K{self._what}: {words} ({now - self._began:.0f} s) …")
            sys.stderr.flush()


@asynccontextmanager
async def ticking(what: str, measure: Callable[[], str]) -> AsyncGenerator[None]:
    """Say again and again how far work is that cannot tell it itself: `measure` looks."""
    with ProgressLine(what) as line:
        task = asyncio.create_task(_tick(line, measure))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _tick(line: ProgressLine, measure: Callable[[], str]) -> None:
    while goes_on():
        line.say(measure())
        await asyncio.sleep(EVERY_SECONDS)


def size_beside(target: Path) -> str:
    """How much stands on disk of a file that gets its name at the end."""
    parts = [path.stat().st_size for path in target.parent.glob(f".{target.name}.*")]
    return f"{sum(parts) / 2**20:,.0f} MB"
